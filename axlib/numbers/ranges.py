"""What follows from assumptions known as ranges: extremes over all of them, the swing of each, and break-even.

References
----------
.. [1] Howard (1988), Decision analysis: practice and promise, Management Science 34: tornado diagrams.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Takes assumptions of shape (n, n_assumptions) and returns outcomes of shape (n, n_outcomes).
Model = Callable[[Floats], Floats]

#: Corners looked at in one piece; 2 to this power.
_MOST_FREE = 14
_HALVINGS = 200


def find_extremes(model: Model, ranges: Floats) -> tuple[Floats, Floats, Floats]:
    """Outcomes at the middle of all ranges, and the least and greatest over every way they may lie.

    Of a model that rises or falls steadily in each assumption, whatever the others are, the extremes lie in
    corners of the box that the ranges make; all corners are looked at, beside the middle.

    Parameters
    ----------
    model : callable
    ranges : array, shape (n_assumptions, 3)
        Low, mid, high.

    Returns
    -------
    tuple of three arrays, shape (n_outcomes,)
        Mid, low, high.

    Raises
    ------
    ValueError
        More than 14 ranges have a width.

    Examples
    --------
    >>> mid, low, high = find_extremes(lambda x: x[:, :1] * x[:, 1:], np.array([[1, 2, 3], [10, 10, 10.0]]))
    >>> mid.tolist(), low.tolist(), high.tolist()
    ([20.0], [10.0], [30.0])
    """
    mid = ranges[:, 1]
    wide = np.flatnonzero(ranges[:, 0] < ranges[:, 2])
    if len(wide) > _MOST_FREE:
        raise ValueError(f"at most {_MOST_FREE} assumptions may be ranges at once; got {len(wide)}.")
    ends = (np.arange(2 ** len(wide))[:, None] >> np.arange(len(wide))) & 1
    points = np.repeat(mid[None, :], len(ends), axis=0)
    points[:, wide] = np.where(ends == 1, ranges[wide, 2], ranges[wide, 0])
    outcomes = model(np.vstack([mid, points]))
    return outcomes[0], outcomes.min(axis=0), outcomes.max(axis=0)


def find_swings(model: Model, ranges: Floats) -> tuple[Floats, Floats]:
    """Outcomes with one assumption at its low or high and all others in the middle: the bars of a tornado [1]_.

    Returns
    -------
    tuple of two arrays, shape (n_assumptions, n_outcomes)
        At the low and at the high of each assumption.
    """
    n = len(ranges)
    points = np.repeat(ranges[None, :, 1], 2 * n, axis=0)
    points[np.arange(n), np.arange(n)] = ranges[:, 0]
    points[n + np.arange(n), np.arange(n)] = ranges[:, 2]
    outcomes = model(points)
    return outcomes[:n], outcomes[n:]


def solve_rising(rises: Callable[[float], float], wanted: float, *, most: float) -> float:
    """Smallest x from 0 to ``most`` at which a rising function reaches what is wanted; NaN where it never does.

    Examples
    --------
    >>> round(solve_rising(lambda x: x * x, 2.0, most=5.0), 9), solve_rising(lambda x: x, 9.0, most=5.0)
    (1.414213562, nan)
    """
    if rises(0.0) >= wanted:
        return 0.0
    if rises(most) < wanted:
        return float("nan")
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rises(middle) >= wanted:
            high = middle
        else:
            low = middle
    return high
