"""Members whose classes are known: 5 classes, 6 numbers, 4 categories and 4 scales, some answers missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

SHARES = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])


@dataclass(frozen=True)
class KnownMembers:
    """A table, its kinds, the true classes, and the best classes anyone could guess from the table."""

    table: pd.DataFrame
    kinds: dict
    classes: np.ndarray
    oracle: np.ndarray


def make_members(n, *, rng, separation=1.0, missing=0.1, skewed=False, correlation=0.0, oracle=True):
    """Draw members. The classes themselves are the same for every n; ``skewed`` makes numbers log-normal."""
    shape = np.random.default_rng(sum(map(ord, "the classes")))
    means = shape.normal(size=(5, 6)) * 0.8 * separation
    shares = [shape.dirichlet(np.full(4, 1.5 / separation), size=5) for _ in range(4)]
    shifts = shape.normal(size=(5, 4)) * 0.8 * separation
    covariance = np.full((6, 6), correlation) + np.eye(6) * (1 - correlation)
    classes = rng.choice(5, size=n, p=SHARES)
    numbers = means[classes] + rng.multivariate_normal(np.zeros(6), covariance, size=n)
    answers = [(rng.random(n)[:, None] > np.cumsum(p, axis=1)[classes]).sum(axis=1).clip(0, 3) for p in shares]
    scales = [np.digitize(shifts[classes, j] + rng.normal(size=n), CUTS) for j in range(4)]
    lost = rng.random((n, 14)) < missing
    columns = [*numbers.T, *answers, *scales]
    columns = [np.where(lost[:, j], np.nan, column) for j, column in enumerate(columns)]
    names = [f"{kind}_{j}" for kind, many in (("number", 6), ("category", 4), ("scale", 4)) for j in range(many)]
    kinds = ["numeric"] * 6 + ["categorical"] * 4 + ["ordinal"] * 4
    best = np.zeros(0, dtype=int)
    if oracle:
        joint = np.tile(np.log(SHARES), (n, 1))
        patterns, which = np.unique(~lost[:, :6], axis=0, return_inverse=True)
        for place, known in enumerate(patterns):
            rows = np.flatnonzero(which.ravel() == place)
            if known.any():
                own = covariance[np.ix_(known, known)]
                for c in range(5):
                    normal = multivariate_normal(means[c, known], own)
                    joint[rows, c] += normal.logpdf(numbers[np.ix_(rows, known)])
        edges = np.concatenate([[-np.inf], CUTS, [np.inf]])
        tables = [*shares, *(np.diff(norm.cdf(edges - shifts[:, j, None]), axis=1) for j in range(4))]
        for j, (column, table) in enumerate(zip([*answers, *scales], tables, strict=True)):
            joint += np.where(lost[:, 6 + j, None], 0.0, np.log(table.T + 1e-300)[column])
        best = (joint - logsumexp(joint, axis=1, keepdims=True)).argmax(axis=1)
    table = pd.DataFrame(dict(zip(names, columns, strict=True)))
    if skewed:
        table = table.assign(**{name: np.exp(table[name]) for name in names[:6]})
    return KnownMembers(table, dict(zip(names, kinds, strict=True)), classes, best)
