"""Bootstrap intervals of ratios of sums over members, such as NRR: studentised where members are few.

In small groups a percentile interval is too narrow, and blind to how skewed dues are; the bootstrap-t [1]_ is right to
one order more. In large ones both are the same to the eye, and percentiles need fewer sums.

References
----------
.. [1] Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 12.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.resampling import resample_sums

Floats = NDArray[np.float64]

#: Up to so many members in a group the interval is studentised.
STUDENTISED_TO = 3_000
_FAR = 1e9


def ratio_intervals(
    tops: Floats,
    base: Floats,
    groups: NDArray[np.intp],
    *,
    n_groups: int,
    n_resamples: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Bounds of Σ top / Σ base in each group, for several tops over one base.

    Parameters
    ----------
    tops : array, shape (n_members, n_ratios)
        0 or more.
    base : array, shape (n_members,)
        0 or more.
    groups : array of int, shape (n_members,)
        0 to ``n_groups - 1``.
    n_groups, n_resamples : int
    rng : Generator
    level : float

    Returns
    -------
    tuple of two arrays, shape (n_groups, n_ratios)
        NaN where a ratio is not defined.
    """
    shape = (n_groups, tops.shape[1])
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(n_groups + 1))
    tail = (1 - level) / 2
    for group in range(n_groups):
        own = order[bounds[group] : bounds[group + 1]]
        top, bottom = tops[own], base[own]
        if not bottom.sum() > 0:
            continue
        if len(own) > STUDENTISED_TO:
            draws = _draw(np.column_stack([bottom, top]), n_resamples, rng)
            low[group], high[group] = np.quantile(draws[:, 1:] / draws[:, :1], [tail, 1 - tail], axis=0)
        else:
            low[group], high[group] = _studentise(top, bottom, n_resamples, rng, tail)
    return low, high


def _draw(rows: Floats, n_resamples: int, rng: np.random.Generator) -> Floats:
    nobody_else = np.zeros(len(rows), dtype=np.intp)
    return resample_sums(rows, nobody_else, n_groups=1, n_resamples=n_resamples, rng=rng)[:, 0]


def _studentise(
    top: Floats, bottom: Floats, n_resamples: int, rng: np.random.Generator, tail: float
) -> tuple[Floats, Floats]:
    rows = np.column_stack([bottom, bottom**2, top, top**2, top * bottom[:, None]])
    ratio, error = _ratio_and_error(rows.sum(axis=0), top.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn, drawn_error = _ratio_and_error(_draw(rows, n_resamples, rng), top.shape[1])
        # A resample without any of the members that make the difference has no error: it is as far off as can be.
        apart = np.nan_to_num((drawn - ratio) / drawn_error, nan=0.0, posinf=_FAR, neginf=-_FAR)
    below, above = np.quantile(apart, [tail, 1 - tail], axis=0)
    return np.minimum(ratio - above * error, ratio), np.maximum(ratio - below * error, ratio)


def _ratio_and_error(sums: Floats, n_ratios: int) -> tuple[Floats, Floats]:
    """Ratios and their standard errors, from the sums of base, base², tops, tops² and tops times base."""
    base, base_squared = sums[..., :1], sums[..., 1:2]
    top, top_squared, product = (sums[..., 2 + k * n_ratios : 2 + (k + 1) * n_ratios] for k in range(3))
    ratio = top / base
    spread = np.maximum(top_squared - 2 * ratio * product + ratio**2 * base_squared, 0.0)
    # What rounding leaves of nothing is nothing.
    spread = np.where(spread < 1e-12 * np.maximum(top_squared, ratio**2 * base_squared), 0.0, spread)
    return ratio, np.sqrt(spread) / base
