"""Intervals: for shares, and for any statistic of resampled sums.

References
----------
.. [1] Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
.. [2] Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]


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
    tail = (1 - level) / 2
    if np.isfinite(draws).all():
        low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
        return low, high
    enough = np.isfinite(draws).mean(axis=0) >= 0.9
    filled = np.where(enough, np.nan_to_num(draws, nan=0.0), 0.0)
    masked = np.where(np.isfinite(draws) | ~enough, draws, np.nan)
    low, high = (np.nanquantile(np.where(enough, masked, filled), share, axis=0) for share in (tail, 1 - tail))
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)
