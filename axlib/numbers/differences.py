"""The difference of two estimates that have an interval each, and of several such differences at once.

References
----------
.. [1] Zou, Donner (2008), Construction of confidence limits about effect measures, Statistics in Medicine 27.
"""

from __future__ import annotations

import math

from scipy.special import ndtri


def interval_of_difference(
    after: tuple[float, float, float], before: tuple[float, float, float], *, at_once: int = 1, level: float = 0.95
) -> tuple[float, float]:
    """Interval of one estimate less another, from their own intervals, which need not be symmetric [1]_.

    Parameters
    ----------
    after, before : tuple of three floats
        Value, low, high, of the same level; the two estimates independent. Where they go up and down together the
        interval is too wide, never too narrow.
    at_once : int
        How many differences are looked at together: with more than one, all intervals hold together (Bonferroni).
    level : float

    Returns
    -------
    tuple of two floats

    Examples
    --------
    >>> low, high = interval_of_difference((0.12, 0.10, 0.14), (0.15, 0.13, 0.17))
    >>> round(low, 4), round(high, 4)
    (-0.0583, -0.0017)
    """
    (a, a_low, a_high), (b, b_low, b_high) = after, before
    wider = float(ndtri(1 - (1 - level) / 2 / max(1, at_once)) / ndtri((1 + level) / 2))
    low = a - b - wider * math.hypot(a - a_low, b_high - b)
    high = a - b + wider * math.hypot(a_high - a, b - b_low)
    return low, high
