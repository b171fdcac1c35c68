"""A fitted mixture laid out for scoring: log probabilities of joint answers, and coefficients of the numbers.

The log density of a row and class is one look-up per group of answers plus one product of coefficients and
features of the numbers, as in fitting; here nothing is summed for an M-step, so groups may be larger.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import class_coefficients
from axlib.numbers.encoding import Encoding
from axlib.numbers.full_covariance import pattern_coefficients, product_pairs, sweep_patterns
from axlib.numbers.mixture import Mixture

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

BLOCK = 8192
"""Rows whose classes are weighed at a time: their log densities stay in the second-level cache."""

MOST_CELLS = 4096
"""Joint answers per group: a class's row of the table stays in the first-level cache."""


class ScoreTables:
    """A mixture laid out for scoring.

    Parameters
    ----------
    mixture : Mixture
    encoding : Encoding
        Of the members it was fitted to.
    merge : ndarray, shape (n_groups, k), or None
        Which classes each group adds up; each class by itself without it.
    """

    def __init__(self, mixture: Mixture, encoding: Encoding, *, merge: Floats | None = None) -> None:
        self.mixture = mixture
        self.merge = merge
        self.d = len(encoding.numeric)
        self.groups = _group(encoding.level_counts)
        self.sizes = [tuple(encoding.level_counts[answer] + 1 for answer in group) for group in self.groups]
        self.tables = _list_tables(mixture, encoding.level_counts, self.groups)
        self.coefficients: dict[bytes, Floats] = {}
        if mixture.covariance == "diagonal":
            constant = class_coefficients(mixture.parameters)[0]
            level = constant[:, 1 : 1 + self.d]
            start = constant[:, :1] + level.sum(axis=1, keepdims=True)
            # A missing number takes back what the constant holds for it.
            self.plain = np.concatenate([start, constant[:, 1 + self.d :], -level], axis=1)
        n_features = 1 + 3 * self.d if mixture.covariance == "diagonal" else 1 + self.d + self.d * (self.d + 1) // 2
        # Memory to work in is taken once: fresh pages cost as much as what is written to them.
        self.features = np.empty(n_features * BLOCK)
        self.rooms = np.empty((2, mixture.k * BLOCK))

    def weigh(self, numbers: Floats, observed: NDArray[np.bool_], codes: Codes) -> tuple[NDArray[np.int16], Floats]:
        """Find the most probable group of each row and its probability.

        Parameters
        ----------
        numbers : ndarray, shape (n_numeric, n_rows)
            Transformed and standardised, 0 where missing.
        observed : ndarray of bool, shape (n_numeric, n_rows)
        codes : ndarray of int8, shape (n_coded, n_rows)
            -1 where missing.
        """
        n = codes.shape[1]
        order, bounds = self._order(observed, n)
        if order is not None:
            numbers, observed, codes = numbers[:, order], observed[:, order], codes[:, order]
        cells = self._number_cells(codes, n)
        group, probability = np.empty(n, dtype=np.int16), np.empty(n)
        for start in range(0, n, BLOCK):
            rows = slice(start, min(start + BLOCK, n))
            width = rows.stop - start
            joint, spare = (room[: self.mixture.k * width].reshape(self.mixture.k, width) for room in self.rooms)
            if self.mixture.covariance == "diagonal":
                self._join_independent(numbers[:, rows], observed[:, rows], joint)
            else:
                self._join_correlated(numbers[:, rows], observed[:, rows], bounds - start, joint)
            for table, column in zip(self.tables, cells, strict=True):
                np.take(table, column[rows], axis=1, out=spare, mode="clip")
                joint += spare
            self._choose(joint, spare, group[rows], probability[rows])
        if order is None:
            return group, probability
        back = np.empty_like(order)
        back[order] = np.arange(n)
        return group[back], probability[back]

    def _order(self, observed: NDArray[np.bool_], n: int) -> tuple[NDArray[np.int64] | None, NDArray[np.int64]]:
        """Put rows that lack the same correlated numbers side by side; give also where each such run ends."""
        if self.mixture.covariance == "diagonal" or observed.all():
            return None, np.array([0, n])
        bits = np.zeros(n, dtype=np.int64)
        for place, known in enumerate(observed):
            bits |= known.astype(np.int64) << place
        # Sixteen bits are sorted by radix, several times as quickly.
        bits = bits.astype(np.uint16) if self.d <= 16 else bits
        order = np.argsort(bits, kind="stable")
        return order, np.concatenate([[0], np.flatnonzero(bits[order][1:] != bits[order][:-1]) + 1, [n]])

    def _join_independent(self, numbers: Floats, observed: NDArray[np.bool_], joint: Floats) -> None:
        """Log(weight × density of the numbers) of each class and row, written into ``joint``."""
        lacking = [j for j in range(self.d) if not observed[j].all()]
        plain = 1 + 2 * self.d
        features = self._room_for(plain + len(lacking), numbers.shape[1])
        features[0] = 1.0
        features[1 : 1 + self.d] = numbers
        np.square(numbers, out=features[1 + self.d : plain])
        for place, j in enumerate(lacking, start=plain):
            np.logical_not(observed[j], out=features[place], casting="unsafe")
        coefficients = self.plain[:, [*range(plain), *(plain + j for j in lacking)]]
        np.matmul(coefficients, features, out=joint)

    def _room_for(self, n_features: int, n: int) -> Floats:
        return self.features[: n_features * n].reshape(n_features, n)

    def _join_correlated(
        self, numbers: Floats, observed: NDArray[np.bool_], bounds: NDArray[np.int64], joint: Floats
    ) -> None:
        """Write the same where numbers are correlated within classes; ``bounds`` part rows that lack the same ones."""
        first, second = product_pairs(self.d)
        features = self._room_for(1 + self.d + len(first), numbers.shape[1])
        features[0] = 1.0
        features[1 : 1 + self.d] = numbers
        for place, (j, m) in enumerate(zip(first.tolist(), second.tolist(), strict=True), start=1 + self.d):
            np.multiply(numbers[j], numbers[m], out=features[place])
        cuts = np.unique(np.clip(bounds, 0, numbers.shape[1])).tolist()
        for begin, end in pairwise(cuts):
            coefficients = self._pattern(observed[:, begin])
            np.matmul(coefficients, features[:, begin:end], out=joint[:, begin:end])

    def _pattern(self, pattern: NDArray[np.bool_]) -> Floats:
        """Coefficients for rows that have these correlated numbers, shape (k, 1 + d + d (d + 1) / 2)."""
        key = pattern.tobytes()
        if key not in self.coefficients:
            parameters = self.mixture.parameters
            assert parameters.covariances is not None
            parts = sweep_patterns(parameters.covariances, pattern[None])
            self.coefficients[key] = pattern_coefficients(parameters, parts)[0, 0]
        return self.coefficients[key]

    def _choose(self, joint: Floats, spare: Floats, group: NDArray[np.int16], probability: Floats) -> None:
        """Turn log densities into the most probable group and its probability."""
        top = joint[0].copy()
        for row in joint[1:]:
            np.maximum(top, row, out=top)
        joint -= top
        np.exp(joint, out=spare)
        total = spare[0].copy()
        for row in spare[1:]:
            total += row
        if self.merge is None:
            # The most probable class has a density of 1 over the largest, which is its own.
            shares, best = joint, np.zeros(len(total))
            np.divide(1.0, total, out=probability)
        else:
            shares = self.merge @ spare
            best = shares[0].copy()
            for row in shares[1:]:
                np.maximum(best, row, out=best)
            np.divide(best, total, out=probability)
        np.minimum(probability, 1.0, out=probability)
        # Of equally probable groups the first is taken.
        place = np.zeros(len(total), dtype=np.int8)
        open_ = shares[0] != best
        for number, share in enumerate(shares[1:], start=1):
            here = share == best
            here &= open_
            open_ ^= here
            place += here.view(np.int8) * np.int8(number)
        group[:] = place

    def _number_cells(self, codes: Codes, n: int) -> list[NDArray[np.intp]]:
        cells = []
        for group, sizes in zip(self.groups, self.sizes, strict=True):
            cell = codes[group[0]] + np.int16(1)
            for answer, size in zip(group[1:], sizes[1:], strict=True):
                cell *= np.int16(size)
                cell += codes[answer]
                cell += np.int16(1)
            cells.append(cell.astype(np.intp))
        return cells


def _group(level_counts: tuple[int, ...]) -> list[tuple[int, ...]]:
    groups: list[tuple[int, ...]] = []
    n_cells = MOST_CELLS + 1
    for answer, count in enumerate(level_counts):
        n_cells *= count + 1
        if n_cells > MOST_CELLS:
            groups.append(())
            n_cells = count + 1
        groups[-1] = (*groups[-1], answer)
    return groups


def _list_tables(mixture: Mixture, level_counts: tuple[int, ...], groups: list[tuple[int, ...]]) -> list[Floats]:
    """Log probability of every joint answer of each group, shapes (k, n_cells); a missing answer adds nothing."""
    logs, tables = np.log(mixture.probabilities), []
    ends = np.cumsum((0, *level_counts))
    for group in groups:
        table = np.zeros((mixture.k, 1))
        for answer in group:
            own = np.concatenate([np.zeros((mixture.k, 1)), logs[:, ends[answer] : ends[answer + 1]]], axis=1)
            table = (table[:, :, None] + own[:, None, :]).reshape(mixture.k, -1)
        tables.append(table)
    return tables
