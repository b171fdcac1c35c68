"""Weights that make those who answered stand for all, and what estimates from them are worth.

References
----------
.. [1] Deville, Särndal, Sautory (1993), Generalized raking procedures in survey sampling, JASA 88.
.. [2] Kish (1965), Survey Sampling, section 11.7.
.. [3] Särndal, Swensson, Wretman (1992), Model Assisted Survey Sampling, chapters 6 and 7.
.. [4] Korn, Graubard (1998), Confidence intervals for proportions with small expected number of positive counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from axlib.numbers.intervals import wilson_interval

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
_MOST_ROUNDS = 200
_TOLERANCE = 1e-9


def rake_weights(groups: Sequence[Codes], *, totals: Sequence[Floats], cap: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Weights under which every group of every column counts as many members as there are [1]_.

    Parameters
    ----------
    groups : sequence of arrays of int, shape (n_answered,)
        Group of each member who answered, one array per column; a single one gives post-stratification.
    totals : sequence of arrays, shape (n_groups,)
        All members of each group. A group without an answer cannot be counted; its members are spread over the others.
    cap : float
        Most that one member may stand for, in times the mean.

    Returns
    -------
    weights : array, shape (n_answered,)
        How many members each stands for; they add up to all members.
    capped : array of bool, shape (n_answered,)
        Whose weight was cut.

    Examples
    --------
    >>> weights, _ = rake_weights([np.array([0, 0, 1])], totals=[np.array([10.0, 20.0])], cap=9)
    >>> weights.tolist()
    [5.0, 5.0, 20.0]
    """
    n, total = len(groups[0]), float(totals[0].sum())
    weights = np.full(n, total / n)
    limit = cap * total / n
    capped = np.zeros(n, dtype=bool)
    for _ in range(_MOST_ROUNDS):
        before = weights
        for own, wanted in zip(groups, totals, strict=True):
            there = np.bincount(own, weights=weights, minlength=len(wanted))
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(there > 0, wanted / there, 0.0)
            weights = weights * ratio[own]
        weights, capped = _cut(weights, total, limit)
        if np.abs(weights - before).max() <= _TOLERANCE * total / n:
            break
    return weights, capped


def _cut(weights: Floats, total: float, limit: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Cut weights at a limit and give what was cut to the others in proportion, until none is above it."""
    capped = np.zeros(len(weights), dtype=bool)
    weights = weights * total / weights.sum()
    while (over := ~capped & (weights > limit * (1 + 1e-12))).any():
        capped |= over
        rest = total - limit * capped.sum()
        weights = np.where(capped, limit, weights * rest / weights[~capped].sum())
    return weights, capped


def effective_size(weights: Floats) -> float:
    """Answers of equal weight that would tell as much: ``(sum w)² / sum w²`` [2]_.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 1.0])), effective_size(np.array([1.0, 3.0]))
    (3.0, 1.6)
    """
    return float(weights.sum() ** 2 / np.square(weights).sum())


class WeightedMeans(NamedTuple):
    """Weighted means and their uncertainty.

    Attributes
    ----------
    means, variances : arrays, shape (n_values,)
    freedom : float
        Degrees of freedom of the variances (Satterthwaite's, as if residuals varied alike).
    """

    means: Floats
    variances: Floats
    freedom: float


def weigh_means(values: Floats, weights: Floats, groups: Sequence[Codes]) -> WeightedMeans:
    """Weighted means of values, with variances by the residuals the weights' groups leave [3]_.

    Parameters
    ----------
    values : array, shape (n_answered, n_values)
    weights : array, shape (n_answered,)
        From ``rake_weights`` on the same groups.
    groups : sequence of arrays of int, shape (n_answered,)

    Notes
    -----
    ``V = sum((1 - 1/w) w² e² / (1 - h)) / (sum w)²`` with e the residuals of a weighted regression on the groups and h
    their leverage: for one column this is the post-stratified ``sum((N_h/N)² (1 - n_h/N_h) s_h²/n_h)``. A
    member of weight 1 stands for nobody else and adds no uncertainty.
    """
    root = np.sqrt(weights)[:, None]
    design = np.hstack([np.eye(int(own.max()) + 1)[own] for own in groups])
    left, singular, _ = np.linalg.svd(root * design, full_matrices=False)
    left = left[:, singular > 1e-9 * singular.max()]
    residuals = (root * values - left @ (left.T @ (root * values))) / root
    leverage = np.minimum(np.square(left).sum(axis=1), 1 - 1e-9)
    share_unknown = np.maximum(1.0 - 1.0 / weights, 0.0)
    factor = share_unknown * np.square(weights) / (1.0 - leverage)
    total = weights.sum()
    variances = (factor[:, None] * np.square(residuals)).sum(axis=0) / total**2
    # After Satterthwaite: the few answers that stand for many decide how well the variance is known.
    freedom = effective_size(factor) * (1.0 - left.shape[1] / len(weights)) if factor.any() else 1.0
    return WeightedMeans(weights @ values / total, variances, max(freedom, 1.0))


def share_interval(
    share: float, variance: float, *, most: float, freedom: float, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a weighted share, sound near 0 and 1: Wilson's on the effective number of answers [4]_.

    Parameters
    ----------
    share, variance : float
    most : float
        Most answers it may count as: a share of 0 has no variance, but is not certain.
    freedom : float
    level : float

    Examples
    --------
    >>> tuple(round(bound, 3) for bound in share_interval(0.0, 0.0, most=10, freedom=1e9))
    (0.0, 0.278)
    """
    n = min(share * (1 - share) / variance, most) if variance > 0 else most
    if np.isinf(n):
        return share, share
    # Few degrees of freedom make the quantile larger, and so the answers count for fewer.
    n *= (float(ndtri((1 + level) / 2)) / float(stdtrit(freedom, (1 + level) / 2))) ** 2
    return wilson_interval(share * n, n, level=level)
