"""Repeated answer patterns collapsed to one weighted row, in an order that no row order of the table changes.

Rows are ordered by which numbers they lack and then by a hash of their content. So equal rows stand together,
rows lacking the same numbers stand together, whatever is computed afterwards sums in the same order whatever
order the members came in, and any stretch of rows is as good as random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class DistinctRows:
    """The distinct rows of a table.

    Attributes
    ----------
    member : ndarray of int64, shape (n_distinct,)
        One member that holds each distinct row.
    row_of_member : ndarray of int32, shape (n_members,)
        The distinct row of each member.
    weights : ndarray of float, shape (n_distinct,)
        How many members hold it.
    """

    member: Integers
    row_of_member: NDArray[np.int32]
    weights: Floats


def _mix(hashes: Hashes, column: Hashes) -> Hashes:
    """Stir one column into the hashes (the finaliser of SplitMix64)."""
    mixed = (hashes ^ column) + np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def _order_rows(numbers: list[Floats], codes: list[NDArray[np.int8]], n_members: int) -> Integers:
    hashes = np.zeros(n_members, dtype=np.uint64)
    lacking = np.zeros(n_members, dtype=np.uint64)
    for values in numbers:
        missing = np.isnan(values)
        if missing.any():
            lacking = _mix(lacking, missing.astype(np.uint64))
        filled = np.where(missing, 0.0, values)
        filled += 0.0  # -0.0 becomes 0.0: equal answers have equal bits
        hashes = _mix(hashes, filled.view(np.uint64))
    for coded in codes:
        hashes = _mix(hashes, coded.astype(np.int64).view(np.uint64))
    _, pattern = np.unique(lacking, return_inverse=True)
    # The hash keeps 43 bits: a chance collision of two different rows only leaves them in table order.
    key = (pattern.astype(np.uint64) << np.uint64(43)) | (hashes >> np.uint64(21))
    return np.argsort(key, kind="stable").astype(np.int64)


def _differs(column: NDArray[np.float64] | NDArray[np.int8]) -> NDArray[np.bool_]:
    unequal = column[1:] != column[:-1]
    if column.dtype.kind == "f":
        unequal &= ~(np.isnan(column[1:]) & np.isnan(column[:-1]))
    return unequal


def collapse_rows(numbers: list[Floats], codes: list[NDArray[np.int8]], *, n_members: int) -> DistinctRows:
    """Find the distinct rows of columns of numbers (NaN where missing) and of codes (-1 where missing).

    Examples
    --------
    >>> rows = collapse_rows([np.array([1.0, np.nan, 1.0])], [np.array([0, 1, 0], dtype=np.int8)], n_members=3)
    >>> sorted(rows.weights.tolist())
    [1.0, 2.0]
    """
    order = _order_rows(numbers, codes, n_members)
    first = np.zeros(n_members, dtype=bool)
    first[:1] = True
    for values in numbers:
        first[1:] |= _differs(values[order])
    for coded in codes:
        first[1:] |= _differs(coded[order])
    row_of_member = np.empty(n_members, dtype=np.int32)
    row_of_member[order] = np.cumsum(first, dtype=np.int32) - 1
    starts = np.flatnonzero(first)
    weights = np.diff(np.append(starts, n_members)).astype(np.float64)
    return DistinctRows(member=order[starts], row_of_member=row_of_member, weights=weights)
