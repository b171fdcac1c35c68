"""New rows scored by a fitted mixture: chunk by chunk in the table's order, nothing fitted, nothing sorted.

Fitting pays for finding repeated rows; scoring reads each row once, so it does without. Where all answers are
coded and there are fewer joint answers than rows, each joint answer is scored once and looked up.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.attribute_columns import code_levels, read_numbers
from axlib.numbers.encoding import Attribute, Encoding
from axlib.numbers.mixture import Mixture
from axlib.numbers.score_tables import ScoreTables
from axlib.numbers.skewness import apply_transform
from axlib.words.errors import DataError

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

CHUNK = 65_536
"""Rows read at a time: what is made of them stays in the third-level cache."""

FEW_LEVELS = 12
"""Up to so many levels of numbers, comparing with each is quicker than any look-up."""

MOST_JOINT, ROWS_PER_JOINT = 1 << 21, 8
"""Joint answers that may be scored instead of rows, and how many rows there must be for each."""


class Scores(NamedTuple):
    """What scoring finds.

    Attributes
    ----------
    group : ndarray of int16, shape (n_members,)
        The most probable group of classes; of equally probable ones the first.
    probability : ndarray, shape (n_members,)
        Of that group, 0-1.
    known : ndarray of int16, shape (n_members,)
        How many attributes of the encoding, constant ones included, hold an answer that it knows.
    unseen : dict of str to int
        Values that the encoding does not know, by attribute; they are treated as missing.
    """

    group: NDArray[np.int16]
    probability: Floats
    known: NDArray[np.int16]
    unseen: dict[str, int]


class _Chunk(NamedTuple):
    rows: slice
    numbers: Floats
    observed: NDArray[np.bool_]
    codes: Codes
    known: NDArray[np.int16]


def _compare_levels(values: Floats, levels: tuple[Hashable, ...]) -> Codes:
    codes = np.full(len(values), -1, dtype=np.int8)
    for place, level in enumerate(levels, start=1):
        codes += (values == level).view(np.int8) * np.int8(place)
    return codes


def _code(column: pd.Series | Floats, levels: tuple[Hashable, ...]) -> tuple[Codes, int]:
    """Give the place of each value's level, as ``code_levels`` does, by the quicker way where there is one."""
    if isinstance(column, pd.Series):
        return code_levels(column, levels)
    plain = all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels)
    if not plain or len(levels) > FEW_LEVELS:
        return code_levels(pd.Series(column), levels)
    codes = _compare_levels(column, levels)
    return codes, int(np.count_nonzero(column == column)) - int(np.count_nonzero(codes >= 0))


def _read_chunks(table: pd.DataFrame, encoding: Encoding, unseen: dict[str, int]) -> Iterator[_Chunk]:
    """Read rows as the encoding has them; a column that is not there is missing for everybody.

    A chunk is only good until the next.
    """
    columns = {a.name: table[a.name] for a in encoding.attributes if a.name in table.columns}
    plain = {name: column.to_numpy() for name, column in columns.items() if column.dtype == np.float64}
    most = min(CHUNK, len(table))
    all_numbers = np.zeros((len(encoding.numeric), most))
    all_observed = np.zeros((len(encoding.numeric), most), dtype=bool)
    all_codes = np.full((len(encoding.coded), most), -1, dtype=np.int8)
    for start in range(0, len(table), CHUNK):
        rows = slice(start, min(start + CHUNK, len(table)))
        n = rows.stop - rows.start
        known = np.zeros(n, dtype=np.int16)
        numbers, observed, codes = all_numbers[:, :n], all_observed[:, :n], all_codes[:, :n]
        for j, attribute in enumerate(encoding.numeric):
            if attribute.name in columns:
                _read_number(_take(attribute.name, columns, plain, rows), attribute, numbers[j], observed[j])
                known += observed[j]
        for j, attribute in enumerate(encoding.coded):
            if attribute.name in columns:
                codes[j], strange = _code(_take(attribute.name, columns, plain, rows), attribute.levels)
                known += codes[j] >= 0
                if strange:
                    unseen[attribute.name] = unseen.get(attribute.name, 0) + strange
        for attribute in encoding.attributes:
            if attribute.constant and attribute.name in columns:
                known += columns[attribute.name].iloc[rows].notna().to_numpy()
        yield _Chunk(rows, numbers, observed, codes, known)


def _take(name: str, columns: dict[str, pd.Series], plain: dict[str, Floats], rows: slice) -> pd.Series | Floats:
    return plain[name][rows] if name in plain else columns[name].iloc[rows]


def _read_number(
    column: pd.Series | Floats, attribute: Attribute, numbers: Floats, observed: NDArray[np.bool_]
) -> None:
    assert attribute.transform is not None
    if isinstance(column, pd.Series):
        column, problems = read_numbers(column, name=attribute.name, kind=attribute.kind)
        if problems:
            raise DataError(*problems)
    np.equal(column, column, out=observed)
    numbers[:] = apply_transform(column, attribute.transform)
    # A missing number is 0 among the features, which is its exact likelihood.
    np.copyto(numbers, 0.0, where=~observed)


def score_rows(
    table: pd.DataFrame, *, mixture: Mixture, encoding: Encoding, groups: NDArray[np.int64] | None = None
) -> Scores:
    """Find the most probable group of classes of each row.

    Parameters
    ----------
    table : DataFrame, one row per member
        Columns the encoding does not name are ignored; an attribute without a column is missing for everybody.
    mixture : Mixture
    encoding : Encoding
        Of the members the mixture was fitted to.
    groups : ndarray of int, shape (k,), optional
        The group each class belongs to, counted from 0; each class by itself if left out.

    Returns
    -------
    Scores
        In the table's order, within rounding what ``posterior`` gives. Memory over the table and the result is
        that of one chunk of rows.

    Raises
    ------
    DataError
        A column is not of its attribute's kind: one sentence each.

    Examples
    --------
    >>> from axlib.numbers.encoding import encode_attributes
    >>> from axlib.numbers.mixture import fit_mixture
    >>> members = pd.DataFrame({"need": [0, 0, 1, 4, 4, 3] * 5, "calls": [1.0, 2.0, 1.5, 9.0, 8.0, 9.5] * 5})
    >>> encoded = encode_attributes(members, kinds={"need": "ordinal", "calls": "numeric"})
    >>> mixture = fit_mixture(encoded, k=2, rng=np.random.default_rng(0))
    >>> scores = score_rows(members.head(6), mixture=mixture, encoding=encoded.encoding)
    >>> scores.group[0] == scores.group[2], scores.group[0] == scores.group[3]
    (np.True_, np.False_)
    """
    _check_columns(table, encoding)
    if groups is None or np.array_equal(groups, np.arange(mixture.k)):
        merge = None
    else:
        merge = (np.arange(groups.max() + 1)[:, None] == groups).astype(np.float64)
    tables = ScoreTables(mixture, encoding, merge=merge)
    n = len(table)
    group, probability = np.empty(n, dtype=np.int16), np.empty(n)
    known, unseen = np.empty(n, dtype=np.int16), dict[str, int]()
    sizes = tuple(count + 1 for count in encoding.level_counts)
    n_joint = int(np.prod(sizes, dtype=object)) if sizes else 1
    if not encoding.numeric and n_joint <= min(MOST_JOINT, n // ROWS_PER_JOINT):
        joint = np.empty(n, dtype=np.int32)
        for chunk in _read_chunks(table, encoding, unseen):
            joint[chunk.rows] = _number_joint(chunk.codes, sizes)
            known[chunk.rows] = chunk.known
        present = np.flatnonzero(np.bincount(joint, minlength=n_joint))
        codes = np.array(np.unravel_index(present, sizes), dtype=np.int8) - np.int8(1)
        nothing = np.empty((0, len(present)))
        found, sure = tables.weigh(nothing, nothing.astype(bool), codes)
        place = np.zeros(n_joint, dtype=np.int32)
        place[present] = np.arange(len(present))
        for start in range(0, n, CHUNK):
            rows = slice(start, start + CHUNK)
            cell = place[joint[rows]]
            group[rows], probability[rows] = found[cell], sure[cell]
        return Scores(group, probability, known, unseen)
    for chunk in _read_chunks(table, encoding, unseen):
        rows = chunk.rows
        known[rows] = chunk.known
        group[rows], probability[rows] = tables.weigh(chunk.numbers, chunk.observed, chunk.codes)
    return Scores(group, probability, known, unseen)


def _number_joint(codes: Codes, sizes: tuple[int, ...]) -> NDArray[np.int32]:
    joint = np.zeros(codes.shape[1], dtype=np.int32)
    for column, size in zip(codes, sizes, strict=True):
        joint *= np.int32(size)
        joint += column
        joint += np.int32(1)
    return joint


def _check_columns(table: pd.DataFrame, encoding: Encoding) -> None:
    """Refuse columns not of their kind before anything is scored, all of them at once."""
    problems: list[str] = []
    for attribute in encoding.attributes:
        present = int((table.columns == attribute.name).sum())
        if present > 1:
            problems.append(f"score_rows: {present} columns are called '{attribute.name}'. Rename all but one.")
        elif present and attribute.kind == "numeric" and not attribute.constant:
            problems += _number_problems(table[attribute.name], attribute)
    if problems:
        raise DataError(*problems)


def _number_problems(column: pd.Series, attribute: Attribute) -> list[str]:
    if column.dtype == np.float64:
        values = column.to_numpy()
        chunks = range(0, len(values), CHUNK)
        if not any(np.isinf(values[start : start + CHUNK]).any() for start in chunks):
            return []
    found = read_numbers(column, name=attribute.name, kind=attribute.kind)[1]
    return [problem.replace("encode_attributes:", "score_rows:") for problem in found]
