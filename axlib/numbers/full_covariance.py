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


def _observed_precisions(covariances: Floats, patterns: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Inverse and log determinant of the observed part of each covariance, by pattern.

    Missing rows and columns are made those of the identity before inverting, and 0 after.

    Returns
    -------
    precisions : ndarray, shape (n_patterns, n_models, k, d, d)
    log_determinants : ndarray, shape (n_patterns, n_models, k)
    """
    d = covariances.shape[-1]
    both = (patterns[:, :, None] & patterns[:, None, :])[:, None, None]
    filled = np.where(both, covariances, 0.0) + np.eye(d) * ~patterns[:, None, None, None, :]
    precisions = np.linalg.inv(filled)
    return np.where(both, precisions, 0.0), np.linalg.slogdet(filled).logabsdet


def pattern_coefficients(parameters: ClassParameters, patterns: NDArray[np.bool_]) -> Floats:
    """Coefficients of log(weight × density) on the sufficient statistics, by missing pattern.

    Parameters
    ----------
    parameters : ClassParameters
        With covariances.
    patterns : ndarray of bool, shape (n_patterns, n_numeric)
        Which numbers are observed.

    Returns
    -------
    ndarray, shape (n_patterns, n_models, k, n_statistics)
        In the order: 1; number; product of each pair; indicators of levels.
    """
    assert parameters.covariances is not None
    precisions, log_determinants = _observed_precisions(parameters.covariances, patterns)
    means = parameters.means
    linear = np.einsum("pmkij,mkj->pmki", precisions, means)
    distance = np.einsum("pmki,mki->pmk", linear, means)
    known = patterns.sum(axis=1)[:, None, None]
    constant = np.log(parameters.weights) - 0.5 * (known * np.log(2 * np.pi) + log_determinants + distance)
    first, second = product_pairs(means.shape[-1])
    products = precisions[..., first, second] * np.where(first == second, -0.5, -1.0)
    levels = np.broadcast_to(np.log(parameters.probabilities), (*constant.shape, parameters.probabilities.shape[-1]))
    return np.concatenate([constant[..., None], linear, products, levels], axis=-1)


def complete_statistics(sums: Floats, parameters: ClassParameters, patterns: NDArray[np.bool_]) -> Floats:
    """Put in what is expected of the missing numbers and their products, and add up the patterns.

    Parameters
    ----------
    sums : ndarray, shape (n_patterns, n_models, k, n_statistics)
        Sums over the members of each pattern; missing numbers counted as 0.
    parameters : ClassParameters
        At which the posteriors in the sums were computed.
    patterns : ndarray of bool, shape (n_patterns, n_numeric)

    Returns
    -------
    ndarray, shape (n_models, k, n_statistics)

    Notes
    -----
    Given the observed numbers x (missing ones 0), the complete ones have mean A x + b and covariance C, where
    on the missing places A = Σ Λ, b = μ - Σ Λ μ, C = Σ - Σ Λ Σ, with Λ the inverse of the observed part of Σ,
    0 elsewhere; on the observed places A = 1, b = 0, C = 0.
    """
    assert parameters.covariances is not None
    d = patterns.shape[1]
    first, second = product_pairs(d)
    end = 1 + d + len(first)
    total = sums.sum(axis=0)
    incomplete = np.flatnonzero(~patterns.all(axis=1))
    if not len(incomplete):
        return total
    lacking = patterns[incomplete]
    part = sums[incomplete]
    precisions, _ = _observed_precisions(parameters.covariances, lacking)
    missing = ~lacking[:, None, None]
    regression = parameters.covariances @ precisions
    slope = np.where(missing[..., None], regression, np.eye(d) * lacking[:, None, None, :, None])
    offset = np.where(missing, parameters.means - np.einsum("pmkij,mkj->pmki", regression, parameters.means), 0.0)
    spare = parameters.covariances - regression @ parameters.covariances
    spare = np.where(missing[..., :, None] & missing[..., None, :], spare, 0.0)
    members, numbers = part[..., 0], part[..., 1 : 1 + d]
    squares = np.empty((*numbers.shape, d))
    squares[..., first, second] = part[..., 1 + d : end]
    squares[..., second, first] = part[..., 1 + d : end]
    expected = np.einsum("pmkij,pmkj->pmki", slope, numbers)
    cross = expected[..., :, None] * offset[..., None, :]
    second_moments = slope @ squares @ np.swapaxes(slope, -1, -2) + cross + np.swapaxes(cross, -1, -2)
    second_moments += members[..., None, None] * (offset[..., :, None] * offset[..., None, :] + spare)
    means = expected + members[..., None] * offset
    total[..., 1 : 1 + d] += (means - numbers).sum(axis=0)
    total[..., 1 + d : end] += (second_moments[..., first, second] - part[..., 1 + d : end]).sum(axis=0)
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
