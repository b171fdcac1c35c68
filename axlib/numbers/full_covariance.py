"""Numbers that are correlated within a class: full covariances, exact where numbers are missing.

Members who lack the same numbers form a missing pattern. Within a pattern a class's log density is linear in
the numbers and their products, with coefficients that depend on the pattern alone; and what is expected of
the missing numbers is linear in the observed ones. So the E-step costs two matrix products per pattern, as
with independent numbers, and what is missing is put in afterwards, in the sums, not in the members.

References
----------
Ghahramani and Jordan (1994), Supervised learning from incomplete data via an EM approach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import ClassParameters, share_levels

Floats = NDArray[np.float64]

LEAST_EIGENVALUE = 1e-3
"""Least variance of any combination of numbers within a class, in variances of one number over all members."""


def product_pairs(n_numeric: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which numbers each product feature multiplies: all pairs j <= l."""
    first, second = np.triu_indices(n_numeric)
    return first.astype(np.int64), second.astype(np.int64)


@dataclass(frozen=True, eq=False)
class ObservedParts:
    """What each missing pattern needs of each class's covariance Σ.

    With Λ the inverse of Σ, O the observed and M the missing numbers of a pattern, sweeping Λ on M leaves all
    of it in one matrix: at (O, O) the inverse of the observed part of Σ, at (M, O) minus the regression of the
    missing numbers on the observed ones, at (M, M) minus the covariance left to the missing numbers.

    Attributes
    ----------
    patterns : ndarray of bool, shape (n_patterns, d)
        Which numbers are observed.
    swept : ndarray, shape (n_patterns, n_models, k, d, d)
    log_determinants : ndarray, shape (n_patterns, n_models, k)
        Of the observed part of Σ.
    """

    patterns: NDArray[np.bool_]
    swept: Floats
    log_determinants: Floats


def sweep_patterns(covariances: Floats, patterns: NDArray[np.bool_]) -> ObservedParts:
    """Sweep the inverse of each covariance on what each pattern lacks, all patterns and classes at once.

    Examples
    --------
    >>> covariance = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> parts = sweep_patterns(covariance[None, None], np.array([[True, False]]))
    >>> parts.swept[0, 0, 0].round(3).tolist()
    [[0.5, -0.5], [-0.5, -1.5]]
    >>> round(float(np.exp(parts.log_determinants[0, 0, 0])), 6)
    2.0
    """
    swept = np.repeat(np.linalg.inv(covariances)[None], len(patterns), axis=0)
    log_determinants = np.repeat(np.linalg.slogdet(covariances).logabsdet[None], len(patterns), axis=0)
    for j in range(patterns.shape[1]):
        lacking = np.flatnonzero(~patterns[:, j])
        if not len(lacking):
            continue
        part = swept[lacking]
        column = part[..., j].copy()
        pivot = column[..., j]
        ratio = column / pivot[..., None]
        part -= column[..., :, None] * ratio[..., None, :]
        part[..., j] = ratio
        part[..., j, :] = ratio
        part[..., j, j] = -1.0 / pivot
        swept[lacking] = part
        log_determinants[lacking] += np.log(pivot)
    return ObservedParts(patterns, swept, log_determinants)


def pattern_coefficients(parameters: ClassParameters, parts: ObservedParts) -> Floats:
    """Coefficients of log(weight × density of the numbers) on the sufficient statistics, by missing pattern.

    Returns
    -------
    ndarray, shape (n_patterns, n_models, k, 1 + d + d (d + 1) / 2)
        In the order: 1; number; product of each pair.
    """
    patterns, means = parts.patterns, parameters.means
    both = (patterns[:, :, None] & patterns[:, None, :])[:, None, None]
    precisions = parts.swept * both
    linear = (precisions @ means[..., None])[..., 0]
    distance = (linear * means).sum(axis=-1)
    known = patterns.sum(axis=1)[:, None, None]
    constant = np.log(parameters.weights) - 0.5 * (known * np.log(2 * np.pi) + parts.log_determinants + distance)
    first, second = product_pairs(means.shape[-1])
    products = precisions[..., first, second] * np.where(first == second, -0.5, -1.0)
    return np.concatenate([constant[..., None], linear, products], axis=-1)


def complete_statistics(sums: Floats, parameters: ClassParameters, parts: ObservedParts) -> Floats:
    """Put in what is expected of the missing numbers and their products, and add up the patterns.

    Parameters
    ----------
    sums : ndarray, shape (n_patterns, n_models, k, 1 + d + d (d + 1) / 2)
        Sums over the members of each pattern; missing numbers counted as 0.
    parameters : ClassParameters
        At which the posteriors in the sums were computed.
    parts : ObservedParts
        Of the same parameters.

    Returns
    -------
    ndarray, shape (n_models, k, 1 + d + d (d + 1) / 2)

    Notes
    -----
    Given the observed numbers x (missing ones 0), the complete ones have mean x + B x + b, where B is the
    regression of the missing on the observed, b = μ - B μ on the missing places, and the covariance left.
    """
    d = parts.patterns.shape[1]
    first, second = product_pairs(d)
    end = 1 + d + len(first)
    total: Floats = sums.sum(axis=0)
    lacking = np.flatnonzero(~parts.patterns.all(axis=1))
    if not len(lacking):
        return total
    known = parts.patterns[lacking][:, None, None]
    swept = parts.swept[lacking]
    regression = -swept * (~known[..., :, None] & known[..., None, :])
    left = -swept * (~known[..., :, None] & ~known[..., None, :])
    offset = ~known * parameters.means - (regression @ parameters.means[..., None])[..., 0]
    members, numbers = sums[lacking][..., 0], sums[lacking][..., 1 : 1 + d]
    squares = np.empty(swept.shape)
    squares[..., first, second] = sums[lacking][..., 1 + d : end]
    squares[..., second, first] = squares[..., first, second]
    expected = (regression @ numbers[..., None])[..., 0]
    # Products of the missing with the observed, and among the missing; both triangles are filled.
    across = regression @ squares
    across += offset[..., :, None] * numbers[..., None, :]
    among = across @ np.swapaxes(regression, -1, -2) + expected[..., :, None] * offset[..., None, :]
    among += members[..., None, None] * (offset[..., :, None] * offset[..., None, :] + left)
    added = (across + np.swapaxes(across, -1, -2) + among).sum(axis=0)
    total[..., 1 : 1 + d] += (expected + members[..., None] * offset).sum(axis=0)
    total[..., 1 + d : end] += added[..., first, second]
    return total


def maximise_full(
    statistics: Floats, *, prior: Floats, n_numeric: int, level_counts: tuple[int, ...]
) -> ClassParameters:
    """Find the parameters that maximise the expected log-likelihood plus the log prior (the M-step).

    Parameters
    ----------
    statistics : ndarray, shape (n_models, k, n_statistics)
        Complete sums.
    prior : ndarray, shape (n_statistics,)
        Statistics of the extra members each class is given.
    n_numeric, level_counts
        As in ``FeatureLayout``.

    Notes
    -----
    Eigenvalues below ``LEAST_EIGENVALUE`` are set to it: the maximum under that bound has the same
    eigenvectors.
    """
    d = n_numeric
    first, second = product_pairs(d)
    end = 1 + d + len(first)
    members = np.maximum(statistics[..., :1], 0.0) + prior[0]
    means = (statistics[..., 1 : 1 + d] + prior[1 : 1 + d]) / members
    products = (statistics[..., 1 + d : end] + prior[1 + d : end]) / members
    covariances = np.empty((*means.shape, d))
    covariances[..., first, second] = products
    covariances[..., second, first] = products
    covariances -= means[..., :, None] * means[..., None, :]
    values, vectors = np.linalg.eigh(covariances)
    low = values.min(axis=-1) < LEAST_EIGENVALUE
    raised = (vectors * np.maximum(values, LEAST_EIGENVALUE)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    covariances = np.where(low[..., None, None], raised, covariances)
    counts = np.maximum(statistics[..., end:], 0.0) + prior[end:]
    return ClassParameters(
        weights=members[..., 0] / members.sum(axis=-2),
        means=means,
        variances=np.diagonal(covariances, axis1=-2, axis2=-1).copy(),
        probabilities=share_levels(counts, level_counts),
        covariances=covariances,
    )
