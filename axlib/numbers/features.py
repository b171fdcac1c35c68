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

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.encoding import EncodedAttributes

Floats = NDArray[np.float64]

BLOCK = 1024
"""Members per block: its features stay in a core's second-level cache."""

KEPT_BYTES = 48_000_000
"""Blocks are kept while they fit in this; beyond, they are made anew in each pass to spare memory."""


@dataclass(frozen=True, eq=False)
class FeatureLayout:
    """Which features blocks hold, and how they stand for the sufficient statistics of a class.

    The sufficient statistics of a row are, in this order: 1; observed (per number); value; square;
    and for each answer one indicator per level. Features leave out what follows from others: a number or
    answer that no row lacks needs no indicator of being observed, and one level less.

    Attributes
    ----------
    n_numeric : int
    level_counts : tuple of int
    masked : tuple of int
        Numbers that some rows lack.
    levels : tuple of (int, int)
        (answer, level) of each indicator kept.
    to_statistics : ndarray, shape (n_features, n_statistics)
        Sums of features times this are sums of sufficient statistics; coefficients of statistics times its
        transpose are coefficients of features.
    """

    n_numeric: int
    level_counts: tuple[int, ...]
    masked: tuple[int, ...]
    levels: tuple[tuple[int, int], ...]
    to_statistics: Floats

    @property
    def n_features(self) -> int:
        """Rows of a block."""
        return len(self.to_statistics)


def plan_features(encoded: EncodedAttributes) -> FeatureLayout:
    """Decide which features the rows need."""
    n_numeric = len(encoded.numbers)
    counts = encoded.encoding.level_counts
    masked = tuple(j for j in range(n_numeric) if not encoded.observed[j].all())
    complete = [bool((codes >= 0).all()) for codes in encoded.codes]
    levels = tuple((j, level) for j, n in enumerate(counts) for level in range(int(complete[j]), n))
    n_features = 1 + len(masked) + 2 * n_numeric + len(levels)
    matrix = np.zeros((n_features, 1 + 3 * n_numeric + sum(counts)))
    matrix[0, 0] = 1.0
    for j in range(n_numeric):
        row = 1 + masked.index(j) if j in masked else 0
        matrix[row, 1 + j] = 1.0
    first_value = 1 + len(masked)
    for j in range(2 * n_numeric):
        matrix[first_value + j, 1 + n_numeric + j] = 1.0
    first_of_answer = 1 + 3 * n_numeric + np.concatenate([[0], np.cumsum(counts)]).astype(int)
    first_level = first_value + 2 * n_numeric
    for row, (j, level) in enumerate(levels):
        matrix[first_level + row, first_of_answer[j] + level] = 1.0
        if complete[j]:
            matrix[first_level + row, first_of_answer[j]] = -1.0
    for j, whole in enumerate(complete):
        if whole:
            matrix[0, first_of_answer[j]] = 1.0
    return FeatureLayout(n_numeric, counts, masked, levels, matrix)


def _fill_block(encoded: EncodedAttributes, layout: FeatureLayout, rows: slice, out: Floats) -> None:
    d, first_value = layout.n_numeric, 1 + len(layout.masked)
    out[0] = 1.0
    for place, j in enumerate(layout.masked):
        out[1 + place] = encoded.observed[j, rows]
    values = encoded.numbers[:, rows]
    out[first_value : first_value + d] = values
    np.multiply(values, values, out=out[first_value + d : first_value + 2 * d])
    place = first_value + 2 * d
    for j, n in enumerate(layout.level_counts):
        kept = [level for answer, level in layout.levels if answer == j]
        shown = np.array(kept, dtype=np.int8)[:, None]
        out[place : place + len(kept)] = encoded.codes[j, rows] == shown
        place += len(kept)
        assert len(kept) in (n, n - 1)


@dataclass(frozen=True, eq=False)
class FeatureBlocks:
    """The encoded rows as feature blocks, kept where they are small and made anew where they are not."""

    encoded: EncodedAttributes
    layout: FeatureLayout
    kept: tuple[Floats, ...] | None

    @property
    def n_rows(self) -> int:
        """Distinct rows."""
        return self.encoded.n_distinct

    def __iter__(self) -> Iterator[tuple[slice, Floats]]:
        """Give (rows, features of shape (n_features, n_rows_of_block)) in order."""
        if self.kept is not None:
            for place, block in enumerate(self.kept):
                yield slice(place * BLOCK, place * BLOCK + block.shape[1]), block
            return
        room = np.empty((self.layout.n_features, BLOCK))
        for start in range(0, self.n_rows, BLOCK):
            rows = slice(start, min(start + BLOCK, self.n_rows))
            block = room[:, : rows.stop - rows.start]
            _fill_block(self.encoded, self.layout, rows, block)
            yield rows, block


def build_features(encoded: EncodedAttributes, *, layout: FeatureLayout | None = None) -> FeatureBlocks:
    """Lay out the features of encoded rows."""
    layout = plan_features(encoded) if layout is None else layout
    if layout.n_features * encoded.n_distinct * 8 > KEPT_BYTES:
        return FeatureBlocks(encoded, layout, None)
    kept = []
    for start in range(0, encoded.n_distinct, BLOCK):
        rows = slice(start, min(start + BLOCK, encoded.n_distinct))
        block = np.empty((layout.n_features, rows.stop - rows.start))
        _fill_block(encoded, layout, rows, block)
        kept.append(block)
    return FeatureBlocks(encoded, layout, tuple(kept))
