"""Intervals: for shares, and for any ratio of sums over members by resampling.

References
----------
.. [1] Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
.. [2] Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
.. [3] Hanley, MacGibbon (2006), Creating non-parametric bootstrap samples using Poisson frequencies.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

#: Random numbers held at once while resampling: 8 MB.
_BLOCK = 1_000_000


def wilson_interval(successes: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share, sound for small numbers and shares near 0 or 1 [1]_.

    Examples
    --------
    >>> tuple(round(bound, 3) for bound in wilson_interval(0, 10))
    (0.0, 0.278)
    """
    if n == 0:
        return float("nan"), float("nan")
    z = float(ndtri((1 + level) / 2))
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Rounding must not leave a bound on the wrong side of the share: at 0 and at 1 they are the same number.
    return max(0.0, min(share, float(centre - half))), min(1.0, max(share, float(centre + half)))


def resample_sums(
    values: Floats, groups: NDArray[np.intp], *, n_groups: int, n_resamples: int, rng: np.random.Generator
) -> Floats:
    """Sums of columns by group over resamples of the members.

    Each member's weight in a resample is Poisson with mean 1, which is the bootstrap up to the sample's size
    [3]_ and cancels in ratios of sums.

    Parameters
    ----------
    values : array, shape (n_members, n_columns)
    groups : array of int, shape (n_members,)
        Group of each member, 0 to ``n_groups - 1``.
    n_groups, n_resamples : int
    rng : Generator

    Returns
    -------
    array, shape (n_resamples, n_groups, n_columns)
    """
    order = np.argsort(groups, kind="stable")
    sorted_values = np.ascontiguousarray(values[order], dtype=float)
    bounds = np.searchsorted(groups[order], np.arange(n_groups + 1))
    sums = np.zeros((n_resamples, n_groups, values.shape[1]))
    for group in range(n_groups):
        for start in range(bounds[group], bounds[group + 1], max(1, _BLOCK // n_resamples)):
            stop = min(start + max(1, _BLOCK // n_resamples), bounds[group + 1])
            weights = rng.poisson(1.0, size=(n_resamples, stop - start))
            sums[:, group] += weights @ sorted_values[start:stop]
    return sums


def percentile_interval(
    statistic: Callable[[Floats], Floats], sums: Floats, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Bounds between which a statistic of resampled sums lies with a given share [2]_.

    Parameters
    ----------
    statistic : callable
        Takes sums of shape (..., n_columns) and returns shape (...).
    sums : array, shape (n_resamples, n_groups, n_columns)
    level : float

    Returns
    -------
    tuple of two arrays, shape (n_groups,)
        NaN where a group's statistic is not defined in more than a tenth of the resamples.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = statistic(sums)
    draws = np.where(np.isfinite(draws), draws, np.nan)
    enough = np.isfinite(draws).mean(axis=0) >= 0.9
    tail = (1 - level) / 2
    filled = np.where(enough, np.nan_to_num(draws, nan=0.0), 0.0)
    masked = np.where(np.isfinite(draws) | ~enough, draws, np.nan)
    low, high = (np.nanquantile(np.where(enough, masked, filled), share, axis=0) for share in (tail, 1 - tail))
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)
