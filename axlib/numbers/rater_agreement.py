"""How far several raters agree on the same units: Krippendorff's alpha and weighted kappa.

References
----------
.. [1] Krippendorff (2011), Computing Krippendorff's alpha-reliability.
.. [2] Hayes, Krippendorff (2007), Answering the call for a standard reliability measure for coding data.
.. [3] Cohen (1968), Weighted kappa, Psychological Bulletin 70.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval"]


def sum_pairs(units: NDArray[np.intp], codes: NDArray[np.intp], *, n_units: int, n_codes: int) -> Floats:
    """Count, unit by unit, the pairs of values that two raters gave [1]_.

    Parameters
    ----------
    units, codes : arrays of int, shape (n_ratings,)
        Unit and value of each rating.
    n_units, n_codes : int

    Returns
    -------
    array, shape (n_units, n_codes, n_codes)
        Ordered pairs of values within a unit, each divided by the unit's ratings less one; a unit with a single
        rating has none. The sum over units is Krippendorff's matrix of coincidences.
    """
    counts = np.zeros((n_units, n_codes))
    np.add.at(counts, (units, codes), 1.0)
    raters = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(n_codes)
    pairs[:, diagonal, diagonal] -= counts
    return pairs / np.maximum(raters - 1, 1)[:, None, None]


def alpha_of_pairs(coincidences: Floats, *, level: Literal["nominal", "ordinal"]) -> Floats:
    """Krippendorff's alpha from matrices of coincidences: 1 - observed ÷ expected disagreement [1]_.

    Parameters
    ----------
    coincidences : array, shape (..., n_codes, n_codes)
        Values in their order.
    level : {'nominal', 'ordinal'}

    Returns
    -------
    array, shape (...)
        1 for full agreement, 0 for what chance gives; NaN where all values are one, or no unit has two ratings.

    Examples
    --------
    >>> float(alpha_of_pairs(np.array([[6.0, 0.0], [0.0, 4.0]]), level="nominal"))
    1.0
    """
    totals = coincidences.sum(axis=-1)
    n = totals.sum(axis=-1)
    distances = _squared_distances(totals, level)
    observed = (coincidences * distances).sum(axis=(-2, -1))
    expected = (totals[..., :, None] * totals[..., None, :] * distances).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = 1.0 - (n - 1.0) * observed / expected
    return np.where(expected > 0, alpha, np.nan)


def _squared_distances(totals: Floats, level: Literal["nominal", "ordinal"]) -> Floats:
    """Squared distances between values: 1, or for an order the ratings between them, squared."""
    n_codes = totals.shape[-1]
    if level == "nominal":
        return 1.0 - np.eye(n_codes)
    middle = np.cumsum(totals, axis=-1) - totals / 2.0
    return np.square(middle[..., :, None] - middle[..., None, :])


def sum_squares(units: NDArray[np.intp], values: Floats, *, n_units: int) -> Floats:
    """Sum, unit by unit, what alpha of numbers needs.

    Returns
    -------
    array, shape (n_units, 4)
        Ratings; their sum; sum of squares; and the disagreement within the unit (the sum over ordered pairs of
        squared differences, divided by the ratings less one). Zeros where a unit has a single rating.
    """
    n = np.bincount(units, minlength=n_units).astype(float)
    sums = np.bincount(units, weights=values, minlength=n_units)
    squares = np.bincount(units, weights=np.square(values), minlength=n_units)
    centred = np.square(values - (sums / np.maximum(n, 1))[units])
    within = 2.0 * n * np.bincount(units, weights=centred, minlength=n_units) / np.maximum(n - 1, 1)
    return np.where((n > 1)[:, None], np.column_stack([n, sums, squares, within]), 0.0)


def alpha_of_squares(sums: Floats) -> Floats:
    """Krippendorff's alpha of numbers, from sums over units of ``sum_squares`` [1]_.

    Parameters
    ----------
    sums : array, shape (..., 4)
    """
    n, total, squares, within = (sums[..., place] for place in range(4))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 2.0 * (n * squares - np.square(total))
        alpha = 1.0 - (n - 1.0) * within / expected
    return np.where((n > 1) & (expected > 1e-9 * np.maximum(n * squares, 1e-300)), alpha, np.nan)


def krippendorff_alpha(units: ArrayLike, values: ArrayLike, *, level: Level) -> float:
    """Krippendorff's alpha of ratings [1]_.

    Parameters
    ----------
    units : array of int, shape (n_ratings,)
        Which unit each rating is of, 0 and up; raters and missing ratings need not be told.
    values : array of float, shape (n_ratings,)
    level : {'nominal', 'ordinal', 'interval'}

    Examples
    --------
    >>> krippendorff_alpha([0, 0, 1, 1], [2, 2, 3, 3], level="ordinal")
    1.0
    """
    places, given = np.asarray(units, dtype=np.intp), np.asarray(values, dtype=float)
    n_units = int(places.max()) + 1 if len(places) else 0
    if level == "interval":
        return float(alpha_of_squares(sum_squares(places, given, n_units=n_units).sum(axis=0)))
    levels, codes = np.unique(given, return_inverse=True)
    pairs = sum_pairs(places, codes.astype(np.intp), n_units=n_units, n_codes=len(levels))
    return float(alpha_of_pairs(pairs.sum(axis=0), level=level))


def weighted_kappa(table: ArrayLike, *, quadratic: bool) -> float:
    """Agreement of two raters corrected for chance, a disagreement counted by its size [3]_.

    Parameters
    ----------
    table : array, shape (k, k)
        Units by the value of one rater and of the other, values in their order.
    quadratic : bool
        Count a disagreement by the square of its steps; otherwise all disagreements alike.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance gives, NaN where both gave the same value throughout.

    Examples
    --------
    >>> round(weighted_kappa([[20, 5], [10, 15]], quadratic=True), 2)
    0.4
    """
    counts = np.asarray(table, dtype=float)
    n, places = float(counts.sum()), np.arange(len(counts))
    if n == 0:
        return float("nan")
    steps = places[:, None] - places[None, :]
    weights = np.square(steps).astype(float) if quadratic else (steps != 0).astype(float)
    expected = float((np.outer(counts.sum(axis=1), counts.sum(axis=0)) * weights).sum()) / n
    return 1.0 - float((counts * weights).sum()) / expected if expected > 0 else float("nan")
