"""How far two groupings of the same members agree, from their cross table.

References
----------
.. [1] Hubert, Arabie (1985), Comparing partitions, Journal of Classification 2.
.. [2] Vinh, Epps, Bailey (2010), Information theoretic measures for clusterings comparison, JMLR 11.
.. [3] Cramér (1946), Mathematical Methods of Statistics, section 21.9.
.. [4] Cohen (1960), A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln


def _counts(table: ArrayLike) -> NDArray[np.float64]:
    counts = np.asarray(table, dtype=float)
    return counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]


def adjusted_rand_index(table: ArrayLike) -> float:
    """Share of agreeing pairs of members, corrected for chance [1]_.

    Parameters
    ----------
    table : array, shape (groups of one, groups of the other)
        Number of members in both groups.

    Returns
    -------
    float
        1 for the same grouping, about 0 for independent ones, NaN if both put all members in one group, or
        every member in a group of its own: no pair could have differed.

    Examples
    --------
    >>> adjusted_rand_index([[2, 0], [0, 2]]), round(adjusted_rand_index([[1, 1], [1, 1]]), 3)
    (1.0, -0.5)
    """
    counts = _counts(table)
    n = counts.sum()

    def pairs(values: NDArray[np.float64]) -> float:
        return float((values * (values - 1) / 2).sum())

    both, rows, columns = pairs(counts), pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    total = n * (n - 1) / 2
    if total == 0 or counts.size == 1:
        return float("nan")
    expected, most = rows * columns / total, (rows + columns) / 2
    return float((both - expected) / (most - expected)) if most != expected else float("nan")


def cramers_v(table: ArrayLike) -> float:
    """Strength of association of two groupings, 0-1 [3]_; NaN if one of them has a single group.

    Examples
    --------
    >>> cramers_v([[10, 0], [0, 10]]), cramers_v([[5, 5], [5, 5]])
    (1.0, 0.0)
    """
    counts = _counts(table)
    smaller = min(counts.shape) - 1
    if smaller < 1:
        return float("nan")
    n = counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    return float(np.sqrt(((counts - expected) ** 2 / expected).sum() / n / smaller))


def adjusted_mutual_information(table: ArrayLike) -> float:
    """Information two groupings share, corrected for chance, over the mean of their entropies [2]_.

    Returns
    -------
    float
        1 for the same grouping, about 0 for independent ones, NaN if either has a single group or both put
        every member in a group of its own.
    """
    counts = _counts(table)
    if min(counts.shape) < 2 or counts.shape == (counts.sum(), counts.sum()):
        return float("nan")
    n = counts.sum()
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    present = counts > 0
    ratio = n * counts / np.outer(rows, columns)
    information = float((counts[present] / n * np.log(ratio[present])).sum())
    expected = _expected_information(rows, columns, n)
    mean_entropy = (_entropy(rows / n) + _entropy(columns / n)) / 2
    return float((information - expected) / (mean_entropy - expected))


def _entropy(shares: NDArray[np.float64]) -> float:
    return float(-(shares * np.log(shares)).sum())


def _expected_information(rows: NDArray[np.float64], columns: NDArray[np.float64], n: float) -> float:
    """Expected mutual information of two random groupings of these sizes, by the hypergeometric law."""
    total = 0.0
    for a in rows:
        for b in columns:
            k = np.arange(max(1.0, a + b - n), min(a, b) + 1)
            log_probability = (
                gammaln(a + 1) + gammaln(b + 1) + gammaln(n - a + 1) + gammaln(n - b + 1) - gammaln(n + 1)
                - gammaln(k + 1) - gammaln(a - k + 1) - gammaln(b - k + 1) - gammaln(n - a - b + k + 1)
            )  # fmt: skip
            total += float((k / n * np.log(n * k / (a * b)) * np.exp(log_probability)).sum())
    return total


def cohens_kappa(table: ArrayLike) -> float:
    """Agreement of two assignments to the same names, corrected for chance [4]_.

    Parameters
    ----------
    table : array, shape (k, k)
        Same names in the same order on both sides.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance gives, NaN if chance alone gives full agreement.

    Examples
    --------
    >>> round(cohens_kappa([[20, 5], [10, 15]]), 2)
    0.4
    """
    counts = np.asarray(table, dtype=float)
    n = counts.sum()
    if n == 0:
        return float("nan")
    observed = np.trace(counts) / n
    expected = float(counts.sum(axis=1) @ counts.sum(axis=0)) / n**2
    return float((observed - expected) / (1 - expected)) if expected < 1 else float("nan")
