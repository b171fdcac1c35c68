"""Money divided to the cent, so that parts add up to the whole whatever was divided.

References
----------
.. [1] Balinski, Young (1982), Fair Representation, chapter 3: Hamilton's method of largest remainders.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def round_to_cents(amounts: Floats) -> Floats:
    """Round amounts to the cent so that they add up to their rounded sum [1]_.

    The cents that rounding leaves go to the largest remainders; of equal ones the first gets it.

    Parameters
    ----------
    amounts : array, shape (n,)
        Money, of either sign.

    Returns
    -------
    array, shape (n,)
        Each within a cent of its amount.

    Examples
    --------
    >>> round_to_cents(np.array([100 / 3, 100 / 3, 100 / 3])).tolist()
    [33.34, 33.33, 33.33]
    """
    cents = amounts * 100
    # Sums of floats carry a noise far below a cent; without this it could decide who gets the last one.
    whole = np.floor(cents + 1e-6)
    left = round(float(np.round(cents.sum(), 6))) - int(whole.sum())
    remainders = np.round(cents - whole, 6)
    order = np.argsort(-remainders, kind="stable")
    if left > 0:
        whole[order[:left]] += 1
    elif left < 0:
        whole[order[left:]] -= 1
    return np.round(whole / 100, 2)
