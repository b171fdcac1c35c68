"""Encoded rows as blocks of features, in which every class's log density is linear.

For a class c, log(weight × density) of a row is a product of coefficients of c and features of the row (a
constant; which numbers are observed; the numbers; their squares or products), plus one look-up per group of
answers. So the E-step over all rows and classes is a matrix product per block, and the sums that the M-step
needs are another, with the same features. Missing answers contribute zeros, which is their exact likelihood
under missing at random.

Answers are grouped so that each group has at most ``MOST_CELLS`` joint answers, or cells. A class's log
probabilities are summed once per cell, not once per member; and members are counted by cell, and cells by level.

Blocks hold features by row and members by column: sums over classes then run along contiguous memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.encoding import EncodedAttributes

Floats = NDArray[np.float64]
Covariance = Literal["diagonal", "full"]

BLOCK = 2048
"""Members per block: its features stay in a core's second-level cache."""

FEWEST_CELLS, MOST_CELLS = 32, 1024
"""Joint answers per group: no more than rows, which would not pay, nor than stay in the first-level cache."""

KEPT_BYTES = 48_000_000
"""Blocks are kept while they fit in this; beyond, they are made anew in each pass to spare memory."""


@dataclass(frozen=True, eq=False)
class FeatureLayout:
    """Which features blocks hold, and how they stand for the sufficient statistics of a class.

    The sufficient statistics of a row are, where numbers are independent within a class: 1; observed (per
    number); number; square; and for each answer one indicator per level. Where numbers are correlated: 1;
    number; product of each pair; indicators. A number that no row lacks needs no feature for being observed.

    Attributes
    ----------
    covariance : {"diagonal", "full"}
    n_numeric : int
    level_counts : tuple of int
    masked : tuple of int
        Numbers whose being observed is a feature.
    pairs : tuple of (int, int)
        Numbers multiplied, of each product (squares are products with itself).
    to_statistics : ndarray, shape (n_features, n_statistics - sum of level counts)
        Sums of features times this are sums of sufficient statistics; coefficients of statistics times its
        transpose are coefficients of features.
    groups : tuple of tuple of int
        Answers that share cells.
    cell_levels : tuple of ndarray, shape (n_cells, sum of level counts)
        For each group, which levels each of its cells stands for (1) or not (0).
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
    to_statistics: Floats
    groups: tuple[tuple[int, ...], ...]
    cell_levels: tuple[Floats, ...]
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


def group_answers(level_counts: tuple[int, ...], *, n_rows: int) -> tuple[tuple[int, ...], ...]:
    """Group answers, in order, while their levels and being missing make few enough joint answers.

    Examples
    --------
    >>> group_answers((5, 5, 5, 4), n_rows=1000), group_answers((5, 5, 5, 4), n_rows=40)
    (((0, 1, 2), (3,)), ((0, 1), (2, 3)))
    """
    most = min(max(n_rows, FEWEST_CELLS), MOST_CELLS)
    groups: list[list[int]] = []
    n_cells = most + 1
    for answer, n in enumerate(level_counts):
        n_cells *= n + 1
        if n_cells > most:
            groups.append([])
            n_cells = n + 1
        groups[-1].append(answer)
    return tuple(tuple(group) for group in groups)


def _list_cell_levels(group: tuple[int, ...], level_counts: tuple[int, ...]) -> Floats:
    """Spell out the cells of a group; level 0 of each answer's part of a cell stands for missing."""
    sizes = [level_counts[answer] + 1 for answer in group]
    parts = np.unravel_index(np.arange(int(np.prod(sizes))), sizes)
    cells = np.zeros((len(parts[0]), sum(level_counts)))
    for answer, part in zip(group, parts, strict=True):
        known = np.flatnonzero(part > 0)
        cells[known, sum(level_counts[:answer]) + part[known] - 1] = 1.0
    return cells


def plan_features(encoded: EncodedAttributes, *, covariance: Covariance = "diagonal") -> FeatureLayout:
    """Decide which features the rows need."""
    d, counts = len(encoded.numbers), encoded.encoding.level_counts
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
    matrix = np.zeros((1 + len(masked) + n_plain, 1 + n_masks + n_plain))
    matrix[0, 0] = 1.0
    for j in range(n_masks):
        matrix[1 + masked.index(j) if j in masked else 0, 1 + j] = 1.0
    matrix[1 + len(masked) :, 1 + n_masks :] = np.eye(n_plain)
    groups = group_answers(counts, n_rows=encoded.n_distinct)
    cell_levels = tuple(_list_cell_levels(group, counts) for group in groups)
    return FeatureLayout(covariance, d, counts, masked, pairs, matrix, groups, cell_levels, patterns, starts)


def _number_cells(encoded: EncodedAttributes, layout: FeatureLayout) -> NDArray[np.int16]:
    """Cell of each group that each row falls in, shape (n_groups, n_rows)."""
    cells = np.zeros((len(layout.groups), encoded.n_distinct), dtype=np.int16)
    for place, group in enumerate(layout.groups):
        for answer in group:
            cells[place] *= np.int16(layout.level_counts[answer] + 1)
            cells[place] += encoded.codes[answer]
            cells[place] += np.int16(1)
    return cells


def _fill_block(encoded: EncodedAttributes, layout: FeatureLayout, rows: slice, out: Floats) -> None:
    out[0] = 1.0
    for place, j in enumerate(layout.masked, start=1):
        out[place] = encoded.observed[j, rows]
    row = 1 + len(layout.masked)
    values = out[row : row + layout.n_numeric]
    values[:] = encoded.numbers[:, rows]
    for place, (j, m) in enumerate(layout.pairs, start=row + layout.n_numeric):
        np.multiply(values[j], values[m], out=out[place])


Segments = list[tuple[int, int, int]]
"""(pattern, first column, end column) of the stretches of a block that share coefficients."""


class Block(NamedTuple):
    """A stretch of rows.

    Attributes
    ----------
    rows : slice
    features : ndarray, shape (n_features, n_rows_of_block)
    cells : ndarray of int, shape (n_groups, n_rows_of_block)
    segments : list of (int, int, int)
    """

    rows: slice
    features: Floats
    cells: NDArray[np.intp]
    segments: Segments


@dataclass(frozen=True, eq=False)
class FeatureBlocks:
    """The encoded rows as feature blocks, kept where they are small and made anew where they are not."""

    encoded: EncodedAttributes
    layout: FeatureLayout
    cells: NDArray[np.int16]
    kept: tuple[Floats, ...] | None
    segments: tuple[Segments, ...]

    @property
    def n_rows(self) -> int:
        """Distinct rows."""
        return self.encoded.n_distinct

    def __iter__(self) -> Iterator[Block]:
        """Give the blocks in order; a block made anew is only good until the next."""
        room = np.empty((self.layout.n_features, BLOCK if self.kept is None else 0))
        for place, start in enumerate(range(0, self.n_rows, BLOCK)):
            rows = slice(start, min(start + BLOCK, self.n_rows))
            if self.kept is not None:
                features = self.kept[place]
            else:
                features = room[:, : rows.stop - rows.start]
                _fill_block(self.encoded, self.layout, rows, features)
            yield Block(rows, features, self.cells[:, rows].astype(np.intp), self.segments[place])


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
    segments, cells = _cut_segments(layout.starts), _number_cells(encoded, layout)
    if layout.n_features * encoded.n_distinct * 8 > KEPT_BYTES:
        return FeatureBlocks(encoded, layout, cells, None, segments)
    kept = []
    for start in range(0, encoded.n_distinct, BLOCK):
        rows = slice(start, min(start + BLOCK, encoded.n_distinct))
        block = np.empty((layout.n_features, rows.stop - rows.start))
        _fill_block(encoded, layout, rows, block)
        kept.append(block)
    return FeatureBlocks(encoded, layout, cells, tuple(kept), segments)
