"""Would the same classes be found among other members like these? Bootstrap Jaccard per class.

References
----------
Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.expectation_maximisation import ascend, plan_prior, plan_step, row_posteriors
from axlib.numbers.features import build_features
from axlib.numbers.mixture import Mixture
from axlib.numbers.starts import take_rows
from axlib.words.errors import DataError

Floats = NDArray[np.float64]
Reading = Literal["dissolved", "not to be trusted", "pattern only", "stable", "highly stable"]

MOST_ROWS = 20_000
"""Above this many distinct rows a subsample is resampled: the figures are nearly the same."""


def read_jaccard(jaccard: float) -> Reading:
    """Hennig's reading of a mean bootstrap Jaccard similarity.

    Examples
    --------
    >>> [read_jaccard(value) for value in (0.5, 0.55, 0.6, 0.75, 0.9)]
    ['dissolved', 'not to be trusted', 'pattern only', 'stable', 'highly stable']
    """
    if jaccard <= 0.5:
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


def bootstrap_jaccard(
    encoded: EncodedAttributes,
    mixture: Mixture,
    *,
    n_resamples: int,
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
    tolerance, max_iterations
        Of each refit, as in ``fit_mixture``; it starts from the fitted classes.
    rng : Generator

    Returns
    -------
    DataFrame, one row per class
        ``class``, ``jaccard`` (mean over resamples), ``jaccard_low``, ``jaccard_high`` (their 2.5th and
        97.5th percentiles), ``reading``, ``n_resamples``.

    Notes
    -----
    Members are drawn with replacement; the refitted model then classes all of them, each by its most probable
    class, and the similarity is taken over all of them.
    """
    if n_resamples < 1:
        raise DataError(f"bootstrap_jaccard: n_resamples must be at least 1. Got {n_resamples}.")
    rows = np.flatnonzero(encoded.answered)
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(rows, size=MOST_ROWS, replace=False))
    members = take_rows(encoded, rows)
    blocks = build_features(members, covariance=mixture.covariance)
    weights = members.weights
    own = row_posteriors(blocks, mixture.parameters)[0].argmax(axis=1)
    total = int(weights.sum())
    prior = plan_prior(encoded, blocks.layout, prior_members=mixture.prior_members)
    similarity = np.empty((n_resamples, mixture.k))
    for draw in range(n_resamples):
        resample = rng.multinomial(total, weights / total).astype(np.float64)
        step = plan_step(blocks, weights=resample, prior=prior)
        ascent = ascend(step, mixture.parameters, max_iterations=max_iterations, least_gain=tolerance * total)
        refitted = row_posteriors(blocks, ascent.parameters)[0].argmax(axis=1)
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
