"""Would the same classes be found among other members like these? Bootstrap Jaccard per class.

References
----------
Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.class_parameters import ClassParameters
from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.expectation_maximisation import Step, ascend, plan_prior, plan_step, row_classes
from axlib.numbers.features import build_features
from axlib.numbers.mixture import Mixture
from axlib.numbers.starts import best_first, draw_starts, take_rows
from axlib.words.errors import DataError

Floats = NDArray[np.float64]
Reading = Literal["dissolved", "not to be trusted", "pattern only", "stable", "highly stable"]

MOST_ROWS = 20_000
"""Above this many distinct rows a subsample is resampled: the figures are nearly the same."""


HEAT = 15
"""Iterations after which only the best fresh start of a refit goes on, and after which it is judged again."""

HOPE = 40
"""A fresh start goes on while so many times its last gain would lift it above the top already reached."""


@dataclass(frozen=True, eq=False)
class Limits:
    """How far each refit goes."""

    n_starts: int
    max_iterations: int
    least_gain: float
    rng: np.random.Generator


def read_jaccard(jaccard: float) -> Reading:
    """Hennig's reading of a mean bootstrap Jaccard similarity.

    Examples
    --------
    >>> [read_jaccard(value) for value in (0.5, 0.55, 0.6, 0.75, 0.9)]
    ['dissolved', 'not to be trusted', 'pattern only', 'stable', 'highly stable']
    """
    if not jaccard > 0.5:
        return "dissolved"
    if jaccard < 0.6:
        return "not to be trusted"
    if jaccard < 0.75:
        return "pattern only"
    return "stable" if jaccard < 0.85 else "highly stable"


def jaccard_by_class(first: NDArray[np.int64], second: NDArray[np.int64], *, k: int, weights: Floats) -> Floats:
    """Jaccard similarity of each class of one grouping with the class most like it of another.

    Parameters
    ----------
    first, second : ndarray of int, shape (n_rows,)
        Classes 0 to k - 1.
    weights : ndarray, shape (n_rows,)

    Returns
    -------
    ndarray, shape (k,)
        NaN for a class of ``first`` without members.

    Examples
    --------
    >>> jaccard_by_class(np.array([0, 0, 1]), np.array([1, 1, 1]), k=2, weights=np.ones(3)).round(2)
    array([0.67, 0.33])
    """
    both = np.bincount(first * k + second, weights=weights, minlength=k * k).reshape(k, k)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    shares = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return np.where(both.sum(axis=1) > 0, shares.max(axis=1), np.nan)


def _refit(members: EncodedAttributes, step: Step, mixture: Mixture, limits: Limits) -> ClassParameters:
    """Climb from the fitted classes and from fresh starts, and keep the better top."""
    warm = ascend(step, mixture.parameters, max_iterations=limits.max_iterations, least_gain=limits.least_gain)
    if not limits.n_starts:
        return warm.parameters
    fresh = draw_starts(members, k=mixture.k, n_starts=limits.n_starts, covariance=mixture.covariance, rng=limits.rng)
    for _ in range(0, limits.max_iterations, HEAT):
        heat = ascend(step, fresh, max_iterations=HEAT, least_gain=limits.least_gain)
        best = best_first(heat)[:1]
        fresh, objective = heat.parameters.take(best), float(heat.objective[best[0]])
        gain = objective - float(heat.history[-2][best[0]])
        if heat.converged[best[0]] or warm.objective[0] - objective > HOPE * gain:
            break
    return fresh if objective > warm.objective[0] else warm.parameters


def bootstrap_jaccard(
    encoded: EncodedAttributes,
    mixture: Mixture,
    *,
    n_resamples: int,
    n_starts: int = 3,
    tolerance: float = 1e-5,
    max_iterations: int = 100,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Refit the mixture on resamples of the members and compare each class with the one most like it.

    Parameters
    ----------
    encoded : EncodedAttributes
        The members the mixture was fitted to.
    mixture : Mixture
    n_resamples : int
    n_starts : int
        Fresh starts of each refit beside the one from the fitted classes; the best top counts. With 0 a
        refit cannot leave the neighbourhood of the fitted classes, and classes look more stable than they are.
    tolerance, max_iterations
        Of each refit, as in ``fit_mixture``.
    rng : Generator

    Returns
    -------
    DataFrame, one row per class
        ``class``, ``jaccard`` (mean over resamples), ``jaccard_low``, ``jaccard_high`` (their 2.5th and
        97.5th percentiles), ``reading``, ``n_resamples``. A class that is the most probable one of no member
        has NaN and is read as dissolved.

    Notes
    -----
    Members are drawn with replacement; the refitted model then classes all of them, each by its most probable
    class, and the similarity is taken over all of them.
    """
    problems = []
    if n_resamples < 1:
        problems.append(f"bootstrap_jaccard: n_resamples must be at least 1. Got {n_resamples}.")
    if n_starts < 0:
        problems.append(f"bootstrap_jaccard: n_starts must not be below 0. Got {n_starts}.")
    if problems:
        raise DataError(*problems)
    rows = np.flatnonzero(encoded.answered)
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(rows, size=MOST_ROWS, replace=False))
    members = take_rows(encoded, rows)
    blocks = build_features(members, covariance=mixture.covariance)
    weights = members.weights
    prior = plan_prior(encoded, blocks.layout, prior_members=mixture.prior_members)
    own = row_classes(blocks, mixture.parameters)
    total = int(weights.sum())
    limits = Limits(n_starts if mixture.k > 1 else 0, max_iterations, tolerance * total, rng)
    similarity = np.empty((n_resamples, mixture.k))
    for draw in range(n_resamples):
        resample = rng.multinomial(total, weights / total).astype(np.float64)
        step = plan_step(blocks, weights=resample, prior=prior)
        refitted = row_classes(blocks, _refit(members, step, mixture, limits))
        similarity[draw] = jaccard_by_class(own, refitted, k=mixture.k, weights=weights)
    mean = similarity.mean(axis=0)
    return pd.DataFrame(
        {
            "class": np.arange(mixture.k),
            "jaccard": mean,
            "jaccard_low": np.quantile(similarity, 0.025, axis=0),
            "jaccard_high": np.quantile(similarity, 0.975, axis=0),
            "reading": [read_jaccard(float(value)) for value in mean],
            "n_resamples": n_resamples,
        }
    )
