"""Deviance on members left out of the fit, and intervals of its differences.

Every member's loss is taken from a fit that has not seen the member, and averaged over several ways of sharing members
out among folds. The interval of a difference comes from the members' own losses [1]_: folds share training data, and
where nothing is to be told, that makes the members' losses vary more than their mean does, so the interval errs to the
wide side. Members who share a person that serves them may fare alike: their losses are summed by cluster first [2]_.

References
----------
.. [1] Bayle, Bayle, Janson, Mackey (2020), Cross-validation confidence intervals for test error, NeurIPS 33.
.. [2] Cameron, Miller (2015), A practitioner's guide to cluster-robust inference, J. Human Resources 50.
.. [3] McCullagh, Nelder (1989), Generalized Linear Models, sections 2.3 and 4.4.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, xlogy
from scipy.stats import norm, t

from axlib.numbers.regression import fit_logistic

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Family = Literal["bernoulli", "gaussian"]


class Gain(NamedTuple):
    """A difference of shares of deviance explained, and how sure it is; 0 clusters where members count one by one."""

    value: float
    low: float
    high: float
    p_value: float
    detectable: float
    clusters: int


def share_out(n: int, *, n_folds: int, n_repeats: int, rng: np.random.Generator) -> Codes:
    """Share members out among folds of equal size, several times.

    Returns
    -------
    array of int, shape (n_repeats, n)
    """
    return np.array([rng.permutation(n) % n_folds for _ in range(n_repeats)], dtype=np.intp).reshape(n_repeats, n)


def deviance(target: Floats, expected: Floats, family: Family) -> Floats:
    """Each member's deviance: squared error, or minus twice the log-likelihood of a yes or no [3]_.

    Examples
    --------
    >>> deviance(np.array([1.0, 0.0]), np.array([0.5, 0.5]), "bernoulli").round(4).tolist()
    [1.3863, 1.3863]
    """
    if family == "gaussian":
        return np.asarray((target - expected) ** 2, dtype=np.float64)
    return np.asarray(-2 * (xlogy(target, expected) + xlogy(1 - target, 1 - expected)), dtype=np.float64)


def losses_of_groups(codes: Codes, target: Floats, folds: Codes, *, family: Family) -> Floats:
    """Mean loss of each member, told by its group's mean among the members of the other folds.

    A group's mean is drawn to that of all as by one more member, so that a group in which nobody left yet does not rule
    leaving out.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Group of each member from 0; all zero for no grouping.
    target : array, shape (n,)
    folds : array of int, shape (n_repeats, n)
    family : {'bernoulli', 'gaussian'}

    Returns
    -------
    array, shape (n,)
    """
    k, n_folds = int(codes.max()) + 1, int(folds.max()) + 1
    total = np.zeros(len(target))
    for fold in folds:
        cell = fold * k + codes
        size = np.bincount(cell, minlength=n_folds * k).reshape(n_folds, k).astype(float)
        summed = np.bincount(cell, target, minlength=n_folds * k).reshape(n_folds, k)
        size, summed = size.sum(axis=0) - size, summed.sum(axis=0) - summed
        overall = summed.sum(axis=1, keepdims=True) / size.sum(axis=1, keepdims=True)
        means = (summed + overall) / (size + 1)
        total += deviance(target, means[fold, codes], family)
    return total / len(folds)


def losses_of_design(design: Floats, target: Floats, folds: Codes, *, family: Family) -> Floats:
    """Mean loss of each member, told by a regression fitted to the members of the other folds.

    Parameters
    ----------
    design : array, shape (n, n_columns)
        The first column is 1.
    target, folds, family
        As for ``losses_of_groups``.
    """
    n_folds = int(folds.max()) + 1
    total = np.zeros(len(target))
    start = fit_logistic(design, target) if family == "bernoulli" else np.zeros(design.shape[1])
    for fold in folds:
        expected = np.empty(len(target))
        for held in range(n_folds):
            test = fold == held
            if family == "bernoulli":
                weights = fit_logistic(design[~test], target[~test], start=start)
                expected[test] = expit(design[test] @ weights)
            else:
                weights, *_ = np.linalg.lstsq(design[~test], target[~test], rcond=1e-8)
                expected[test] = design[test] @ weights
        total += deviance(target, expected, family)
    return total / len(folds)


def explained_gain(
    first: Floats, second: Floats, without: Floats, *, clusters: Codes | None = None, level: float = 0.95
) -> Gain:
    """How much larger a share of deviance one contender explains than another.

    Parameters
    ----------
    first, second : array, shape (n,)
        Losses of the two contenders; the second is ``without`` for the share that the first explains at all.
    without : array, shape (n,)
        Losses without any grouping.
    clusters : array of int, shape (n,), optional
        Members of one cluster may fare alike.
    level : float

    Returns
    -------
    Gain
        ``value`` = (Σ second - Σ first) / Σ without, an interval from Student's t with as many degrees of freedom as
        there are members, or clusters, less one; ``detectable`` is found four times in five, were it there.

    Notes
    -----
    The spread is the larger of that between members and that between clusters: few clusters may look alike by chance.
    """
    scale = without.mean()
    value = float((second - first).mean() / scale)
    influence = ((second - first) - value * without) / scale
    spread, freedom, count = spread_of_mean(influence, clusters)
    critical = float(t.ppf((1 + level) / 2, freedom))
    p_value = float(2 * t.sf(abs(value) / spread, freedom)) if spread > 0 else 1.0
    detectable = (critical + float(norm.ppf(0.8))) * spread
    return Gain(value, value - critical * spread, value + critical * spread, p_value, detectable, count)


def spread_of_mean(influence: Floats, clusters: Codes | None) -> tuple[float, int, int]:
    """Standard error of the mean of members' shares in an estimate, its degrees of freedom, and number of clusters.

    With clusters it is the larger of the one between members and the one between clusters (each times G / (G - 1)), and
    the degrees of freedom are G - 1. One cluster alone, or as many as members, is no clustering; then 0 is returned for
    their number.

    Examples
    --------
    >>> spread, freedom, clusters = spread_of_mean(np.array([1.0, -1.0, 1.0, -1.0]), np.array([0, 0, 1, 1]))
    >>> round(spread, 3), freedom, clusters
    (0.577, 1, 2)
    """
    n = len(influence)
    centred = influence - influence.mean()
    own = float(np.sqrt((centred**2).sum() / max(n - 1, 1) / n))
    if clusters is None:
        return own, max(n - 1, 1), 0
    _, codes = np.unique(clusters, return_inverse=True)
    count = int(codes.max()) + 1
    if count in (1, n):
        return own, max(n - 1, 1), 0
    sums = np.bincount(codes, centred)
    between = float(np.sqrt(count / (count - 1) * (sums**2).sum()) / n)
    return max(own, between), count - 1, count
