"""Encoded rows as dense blocks of features, in which every class's log density is linear.

For a class c, log(weight × density) of a row is a product of coefficients of c and features of the row:
a constant; which numbers are observed; the numbers; their squares; which level each answer is. So the
E-step over all rows and classes is one matrix product per block, and the sums that the M-step needs are
another, with the same features. Missing answers contribute zeros, which is their exact likelihood under
missing at random.

Blocks hold features by row and members by column: sums over classes then run along contiguous memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.encoding import EncodedAttributes

Floats = NDArray[np.float64]
Covariance = Literal["diagonal", "full"]

BLOCK = 1024
"""Members per block: its features stay in a core's second-level cache."""

KEPT_BYTES = 48_000_000
"""Blocks are kept while they fit in this; beyond, they are made anew in each pass to spare memory."""


@dataclass(frozen=True, eq=False)
class FeatureLayout:
    """Which features blocks hold, and how they stand for the sufficient statistics of a class.

    The sufficient statistics of a row are, where numbers are independent within a class: 1; observed (per
    number); number; square; and for each answer one indicator per level. Where numbers are correlated: 1;
    number; product of each pair; indicators. Features leave out what follows from others: a number or answer
    that no row lacks needs no indicator of being observed, and one level less.

    Attributes
    ----------
    covariance : {"diagonal", "full"}
    n_numeric : int
    level_counts : tuple of int
    masked : tuple of int
        Numbers whose being observed is a feature.
    pairs : tuple of (int, int)
        Numbers multiplied, of each product (squares are products with itself).
    kept_levels : tuple of int
        First level kept of each answer: 1 where no row lacks it.
    to_statistics : ndarray, shape (n_features, n_statistics)
        Sums of features times this are sums of sufficient statistics; coefficients of statistics times its
        transpose are coefficients of features.
    patterns : ndarray of bool, shape (n_patterns, n_numeric)
        Which numbers are observed in each run of rows that share coefficients. Independent numbers need
        one run only.
    starts : ndarray of int, shape (n_patterns + 1,)
        Where each run begins, and where the last one ends.
    """

    covariance: Covariance
    n_numeric: int
    level_counts: tuple[int, ...]
    masked: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    kept_levels: tuple[int, ...]
    to_statistics: Floats
    patterns: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @property
    def n_features(self) -> int:
        """Rows of a block."""
        return len(self.to_statistics)


def find_patterns(encoded: EncodedAttributes) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Runs of rows that lack the same numbers: which numbers they have, and where they begin and end."""
    changes = np.zeros(max(encoded.n_distinct - 1, 0), dtype=bool)
    for known in encoded.observed:
        changes |= known[1:] != known[:-1]
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1, [encoded.n_distinct]]).astype(np.int64)
    return encoded.observed[:, starts[:-1]].T.copy(), starts


def plan_features(encoded: EncodedAttributes, *, covariance: Covariance = "diagonal") -> FeatureLayout:
    """Decide which features the rows need."""
    d, counts = len(encoded.numbers), encoded.encoding.level_counts
    kept_levels = tuple(int((codes >= 0).all()) for codes in encoded.codes)
    if covariance == "full":
        masked: tuple[int, ...] = ()
        pairs = tuple((j, m) for j in range(d) for m in range(j, d))
        patterns, starts = find_patterns(encoded)
    else:
        masked = tuple(j for j in range(d) if not encoded.observed[j].all())
        pairs = tuple((j, j) for j in range(d))
        patterns = np.ones((1, d), dtype=bool)
        starts = np.array([0, encoded.n_distinct])
    n_masks = d if covariance == "diagonal" else 0
    n_plain = d + len(pairs)
    n_features = 1 + len(masked) + n_plain + sum(counts) - sum(kept_levels)
    matrix = np.zeros((n_features, 1 + n_masks + n_plain + sum(counts)))
    matrix[0, 0] = 1.0
    for j in range(n_masks):
        matrix[1 + masked.index(j) if j in masked else 0, 1 + j] = 1.0
    row, column = 1 + len(masked), 1 + n_masks
    matrix[row : row + n_plain, column : column + n_plain] = np.eye(n_plain)
    row, column = row + n_plain, column + n_plain
    for n, left_out in zip(counts, kept_levels, strict=True):
        n_kept = n - left_out
        matrix[row : row + n_kept, column + left_out : column + n] = np.eye(n_kept)
        if left_out:
            matrix[0, column] = 1.0
            matrix[row : row + n_kept, column] = -1.0
        row, column = row + n_kept, column + n
    return FeatureLayout(covariance, d, counts, masked, pairs, kept_levels, matrix, patterns, starts)


def _fill_block(encoded: EncodedAttributes, layout: FeatureLayout, rows: slice, out: Floats) -> None:
    out[0] = 1.0
    for place, j in enumerate(layout.masked, start=1):
        out[place] = encoded.observed[j, rows]
    row = 1 + len(layout.masked)
    values = out[row : row + layout.n_numeric]
    values[:] = encoded.numbers[:, rows]
    row += layout.n_numeric
    for place, (j, m) in enumerate(layout.pairs, start=row):
        np.multiply(values[j], values[m], out=out[place])
    row += len(layout.pairs)
    for j, (n, left_out) in enumerate(zip(layout.level_counts, layout.kept_levels, strict=True)):
        levels = np.arange(left_out, n, dtype=np.int8)[:, None]
        out[row : row + len(levels)] = encoded.codes[j, rows] == levels
        row += len(levels)


Segments = list[tuple[int, int, int]]
"""(pattern, first column, end column) of the stretches of a block that share coefficients."""


@dataclass(frozen=True, eq=False)
class FeatureBlocks:
    """The encoded rows as feature blocks, kept where they are small and made anew where they are not."""

    encoded: EncodedAttributes
    layout: FeatureLayout
    kept: tuple[Floats, ...] | None
    segments: tuple[Segments, ...]

    @property
    def n_rows(self) -> int:
        """Distinct rows."""
        return self.encoded.n_distinct

    def __iter__(self) -> Iterator[tuple[slice, Floats, Segments]]:
        """Give (rows, features of shape (n_features, n_rows_of_block), segments) in order."""
        room = np.empty((self.layout.n_features, BLOCK if self.kept is None else 0))
        for place, start in enumerate(range(0, self.n_rows, BLOCK)):
            rows = slice(start, min(start + BLOCK, self.n_rows))
            if self.kept is not None:
                block = self.kept[place]
            else:
                block = room[:, : rows.stop - rows.start]
                _fill_block(self.encoded, self.layout, rows, block)
            yield rows, block, self.segments[place]


def _cut_segments(starts: NDArray[np.int64]) -> tuple[Segments, ...]:
    """Cut the runs of rows at the borders of blocks."""
    cut: list[Segments] = []
    for begin in range(0, int(starts[-1]), BLOCK):
        end = min(begin + BLOCK, int(starts[-1]))
        runs = range(int(np.searchsorted(starts, begin, side="right")) - 1, int(np.searchsorted(starts, end)))
        cut.append([(p, max(int(starts[p]), begin) - begin, min(int(starts[p + 1]), end) - begin) for p in runs])
    return tuple(cut)


def build_features(encoded: EncodedAttributes, *, covariance: Covariance = "diagonal") -> FeatureBlocks:
    """Lay out the features of encoded rows."""
    layout = plan_features(encoded, covariance=covariance)
    segments = _cut_segments(layout.starts)
    if layout.n_features * encoded.n_distinct * 8 > KEPT_BYTES:
        return FeatureBlocks(encoded, layout, None, segments)
    kept = []
    for start in range(0, encoded.n_distinct, BLOCK):
        rows = slice(start, min(start + BLOCK, encoded.n_distinct))
        block = np.empty((layout.n_features, rows.stop - rows.start))
        _fill_block(encoded, layout, rows, block)
        kept.append(block)
    return FeatureBlocks(encoded, layout, tuple(kept), segments)
