"""Sums over resamples of the members: fast, and right where few members hold most of the money.

A member's weight in a resample is Poisson with mean 1, which is the bootstrap up to the sample's size [1]_ and
cancels in ratios of sums. Weights of single rows are looked up by sixteen random bits each. Of a large group only the
rows that stand out are drawn one by one: the sum over the others is so near to a normal one that it is drawn as such,
with the same covariance.

References
----------
.. [1] Hanley, MacGibbon (2006), Creating non-parametric bootstrap samples using Poisson frequencies.
.. [2] Hall (1992), The Bootstrap and Edgeworth Expansion, chapter 2: what skewness does to a quantile.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: How many of 65,536 random words mean each weight from 0 up: Poisson with mean 1, its mean and variance 1 exactly.
_WORDS = (24_103, 24_124, 12_046, 4_018, 1_005, 201, 33, 5, 1)
_WEIGHTS = np.repeat(np.arange(len(_WORDS), dtype=np.float64), _WORDS)
#: Weights held at once: 1 MB, which stays near the processor.
_BLOCK = 131_072
#: Up to so many rows a group is drawn row by row.
_FEW = 3_000
#: Skewness up to which a sum is drawn as normal: it moves a bound by 0.024 standard deviations, less than half of
#: what 2,000 resamples leave to chance (0.06).
_NEARLY_NORMAL = 0.05


def resample_sums(
    values: Floats, groups: NDArray[np.intp], *, n_groups: int, n_resamples: int, rng: np.random.Generator
) -> Floats:
    """Sums of columns by group over resamples of the members.

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
    rows = np.ascontiguousarray(values[order], dtype=float)
    bounds = np.searchsorted(groups[order], np.arange(n_groups + 1))
    sums = np.zeros((n_resamples, n_groups, values.shape[1]))
    for group in range(n_groups):
        own = rows[bounds[group] : bounds[group + 1]]
        alone = np.ones(len(own), dtype=bool) if len(own) <= _FEW else find_outstanding(own)
        sums[:, group] = _sum_rows(own[alone], n_resamples, rng)
        if not alone.all():
            sums[:, group] += _draw_normal(own[~alone], n_resamples, rng)
    return sums


def find_outstanding(rows: Floats) -> NDArray[np.bool_]:
    """Say which rows must be drawn one by one, so that the resampled sum over the others is nearly normal.

    A resampled sum over rows x has the skewness Σ|x|³ / (Σx²)^1.5 at most; the largest values of each column are
    taken out until it is small, or nothing of that column is left.

    Parameters
    ----------
    rows : array, shape (n, n_columns)

    Returns
    -------
    array of bool, shape (n,)
    """
    columns = np.abs(np.ascontiguousarray(rows.T))
    alone = np.zeros(len(rows), dtype=bool)
    while True:
        before = int(alone.sum())
        for column in columns:
            left = np.flatnonzero(~alone)
            alone[left[_largest(column[left])]] = True
        if alone.sum() == before or alone.all():
            return alone


def _largest(sizes: Floats) -> NDArray[np.intp]:
    """Places of the values without which the others' sum is nearly normal."""
    squares = sizes**2
    second, third = float(squares.sum()), float((squares * sizes).sum())
    if third <= _NEARLY_NORMAL * second**1.5:
        return np.empty(0, dtype=np.intp)
    tried = 256
    while True:
        tried = min(4 * tried, len(sizes))
        top = np.argpartition(sizes, len(sizes) - tried)[len(sizes) - tried :]
        top = top[np.argsort(-sizes[top], kind="stable")]
        taken = sizes[top]
        # What is left may come out as a trace of rounding where nothing is.
        rest = np.maximum(second - np.cumsum(taken**2), 0.0)
        rest[rest < 1e-9 * second] = 0.0
        enough = np.maximum(third - np.cumsum(taken**3), 0.0) <= _NEARLY_NORMAL * rest**1.5
        enough |= rest == 0
        if enough.any() or tried == len(sizes):
            stop = int(np.argmax(enough)) + 1 if enough.any() else tried
            # Ties with the last one taken go with it, so that the order of rows decides nothing.
            return np.flatnonzero((sizes >= taken[stop - 1]) & (sizes > 0))


def _sum_rows(rows: Floats, n_resamples: int, rng: np.random.Generator) -> Floats:
    sums = np.zeros((n_resamples, rows.shape[1]))
    step = max(1, _BLOCK // n_resamples)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        words = -(-n_resamples * len(part) // 4)
        bits = rng.integers(0, 2**64, size=words, dtype=np.uint64, endpoint=False).view(np.uint16)
        weights = _WEIGHTS.take(bits[: n_resamples * len(part)]).reshape(n_resamples, len(part))
        sums += weights @ part
    return sums


def _draw_normal(rows: Floats, n_resamples: int, rng: np.random.Generator) -> Floats:
    """Draw sums of which the mean is the rows' sum, and the covariance that of Poisson weights."""
    # By eigenvectors, for columns that follow from others make the covariance singular.
    scale = np.sqrt((rows**2).sum(axis=0))
    scale[scale == 0] = 1.0
    part = rows / scale
    spread, axes = np.linalg.eigh(part.T @ part)
    root = axes * np.sqrt(np.maximum(spread, 0.0))
    return rows.sum(axis=0) + (rng.standard_normal((n_resamples, rows.shape[1])) @ root.T) * scale
