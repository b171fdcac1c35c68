"""Transforms that take the skew out of a numeric attribute, chosen by skewness.

A Gaussian class cannot describe dues-like, count-like or hour-like numbers whose logarithm is what is
normal: classes then model the tail instead of the members. The transform is part of the encoding, so that
new members are read the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TransformName = Literal["none", "square_root", "log", "arcsinh"]

TOLERATED_SKEWNESS = 0.8
"""Below this absolute skewness a number is left as it is: classes of unequal size are skewed too."""

NEEDED_REDUCTION = 0.5
"""A transform must at least halve the skewness, or it only bends the scale."""


@dataclass(frozen=True)
class Transform:
    """How a numeric attribute becomes its standardised value ``(g(x) - centre) / scale``.

    Attributes
    ----------
    name : {"none", "square_root", "log", "arcsinh"}
        The function g: x, sqrt(x), log(x + unit) or arcsinh(x / unit).
    unit : float
        In the attribute's own unit. For ``log`` it is 0 where all values are positive, else half the
        smallest positive value; for ``arcsinh`` the median absolute value.
    least : float
        The smallest value seen; smaller new values are read as this one where g needs positive values.
    centre, scale : float
        Mean and standard deviation of g(x).
    """

    name: TransformName
    unit: float
    least: float
    centre: float
    scale: float


def bend_values(values: Floats, *, name: TransformName, unit: float, least: float) -> Floats:
    """Apply the function g of a transform, without standardising.

    Examples
    --------
    >>> bend_values(np.array([0.0, 4.0]), name="square_root", unit=0.0, least=0.0)
    array([0., 2.])
    """
    if name == "none":
        return values
    if name == "arcsinh":
        return np.arcsinh(values / unit)
    kept = np.maximum(values, least)
    return np.sqrt(kept) if name == "square_root" else np.log(kept + unit)


def apply_transform(values: Floats, transform: Transform) -> Floats:
    """Standardised values of an attribute; NaN stays NaN."""
    bent = bend_values(values, name=transform.name, unit=transform.unit, least=transform.least)
    return (bent - transform.centre) / transform.scale


def invert_transform(standardised: Floats, transform: Transform) -> Floats:
    """Values in the attribute's own unit.

    Examples
    --------
    >>> log = Transform("log", unit=0.0, least=1.0, centre=0.0, scale=1.0)
    >>> invert_transform(apply_transform(np.array([1.0, 10.0]), log), log).round(6)
    array([ 1., 10.])
    """
    bent = standardised * transform.scale + transform.centre
    if transform.name == "none":
        return bent
    if transform.name == "square_root":
        return np.square(np.maximum(bent, 0.0))
    if transform.name == "log":
        return np.exp(bent) - transform.unit
    return np.sinh(bent) * transform.unit


def log_slope(values: Floats, transform: Transform) -> Floats:
    """Log of dz/dx at each value: what a log density of z lacks to be one of x."""
    scale = np.log(transform.scale)
    if transform.name == "none":
        return np.full(values.shape, -scale)
    if transform.name == "arcsinh":
        return -0.5 * np.log1p(np.square(values / transform.unit)) - np.log(transform.unit) - scale
    kept = np.maximum(values, transform.least)
    if transform.name == "log":
        return -np.log(kept + transform.unit) - scale
    # At 0 the square root has no finite slope; the smallest distance to 0 that the data show stands for it.
    positive = kept[kept > 0]
    return -0.5 * np.log(np.maximum(kept, positive.min() / 2)) - np.log(2.0) - scale


def weighted_skewness(values: Floats, weights: Floats) -> float:
    """Third standardised moment; 0 where the values do not vary.

    Examples
    --------
    >>> round(weighted_skewness(np.array([0.0, 1.0]), np.array([3.0, 1.0])), 3)
    1.155
    """
    total = weights.sum()
    deviation = values - weights @ values / total
    squares = np.square(deviation)
    variance = weights @ squares / total
    if variance <= 0:
        return 0.0
    return float(weights @ (squares * deviation) / total / variance**1.5)


def _candidates(values: Floats) -> list[tuple[TransformName, float]]:
    least = float(values.min())
    if least < 0:
        unit = float(np.median(np.abs(values)))
        return [("arcsinh", unit)] if unit > 0 else []
    positive = values[values > 0]
    if not len(positive):
        return []
    return [("square_root", 0.0), ("log", 0.0 if least > 0 else float(positive.min()) / 2)]


def choose_transform(values: Floats, weights: Floats) -> Transform:
    """Choose the transform that lowers the skewness most, or none where little is gained.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Observed values, finite, not all equal.
    weights : ndarray of float, shape (n,)
        How many members hold each value.

    Returns
    -------
    Transform
        ``none`` unless the absolute skewness exceeds 0.8 and is at least halved; on values of both signs
        only ``arcsinh`` is tried, on the others ``square_root`` and ``log``.

    Examples
    --------
    >>> income = np.exp(np.random.default_rng(7).normal(size=500))
    >>> choose_transform(income, np.ones(500)).name
    'log'
    """
    least = float(values.min())
    raw = abs(weighted_skewness(values, weights))
    name: TransformName = "none"
    unit = 0.0
    if raw > TOLERATED_SKEWNESS:
        best = raw * NEEDED_REDUCTION
        for candidate, candidate_unit in _candidates(values):
            bent = bend_values(values, name=candidate, unit=candidate_unit, least=least)
            skewness = abs(weighted_skewness(bent, weights))
            if skewness <= best:
                name, unit, best = candidate, candidate_unit, skewness
    bent = bend_values(values, name=name, unit=unit, least=least)
    total = weights.sum()
    centre = float(weights @ bent / total)
    scale = float(np.sqrt(weights @ np.square(bent - centre) / total))
    return Transform(name=name, unit=unit, least=least, centre=centre, scale=scale)
