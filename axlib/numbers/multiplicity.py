"""Several tests at once: p-values made larger so that one in twenty stays one in twenty.

References
----------
.. [1] Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6.
.. [2] Benjamini, Hochberg (1995), Controlling the false discovery rate, JRSS B 57.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def holm(p_values: Floats) -> Floats:
    """Adjust p-values so that none is below a level by chance alone more often than the level says [1]_.

    Parameters
    ----------
    p_values : array, shape (n,)
        NaN for a test that could not be made; it counts as one that found nothing.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    filled = np.nan_to_num(np.asarray(p_values, dtype=float), nan=1.0)
    n, order = len(filled), np.argsort(filled, kind="stable")
    raised = np.maximum.accumulate(filled[order] * np.arange(n, 0, -1))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjust p-values so that of those below a level at most that share is there by chance [2]_.

    Parameters
    ----------
    p_values : array, shape (n,)
        NaN counts as a test that found nothing.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    filled = np.nan_to_num(np.asarray(p_values, dtype=float), nan=1.0)
    n, order = len(filled), np.argsort(filled, kind="stable")
    raised = filled[order] * n / np.arange(1, n + 1)
    lowest = np.minimum.accumulate(raised[::-1])[::-1]
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(lowest, 1.0)
    return adjusted
