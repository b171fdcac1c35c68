"""Shares as they would be with another mix of groups.

References
----------
.. [1] Rothman, Greenland, Lash (2008), Modern Epidemiology, chapter 4 (standardisation).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]


def standardised_share(yes: Floats, n: Floats, mix: Floats, *, level: float = 0.95) -> tuple[float, float, float]:
    """Share of yes under a given mix of groups, with its interval [1]_.

    Parameters
    ----------
    yes, n : array, shape (n_groups,)
        In each group; n above 0.
    mix : array, shape (n_groups,)
        Shares of the groups, which add up to 1.
    level : float

    Returns
    -------
    tuple of three floats
        Share, low, high. The variance takes (yes + 1) / (n + 2) for a group's share, so that a group without any yes is
        not certain.

    Examples
    --------
    >>> share, low, high = standardised_share(np.array([1.0, 8.0]), np.array([10.0, 10.0]), np.array([0.75, 0.25]))
    >>> round(share, 3), low < share < high
    (0.275, True)
    """
    value = float((mix * yes / n).sum())
    shrunk = (yes + 1) / (n + 2)
    half = float(ndtri((1 + level) / 2)) * float(np.sqrt((mix**2 * shrunk * (1 - shrunk) / n).sum()))
    return value, max(0.0, value - half), min(1.0, value + half)
