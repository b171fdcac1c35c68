"""A table of AX attributes as one encoded matrix: numbers transformed, answers coded, repeats collapsed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.attribute_columns import KINDS, AttributeKind, code_levels, find_levels, read_numbers
from axlib.numbers.distinct_rows import DistinctRows, collapse_rows
from axlib.numbers.skewness import Transform, apply_transform, choose_transform, log_slope
from axlib.words.errors import DataError, suggest

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Attribute:
    """How one attribute is read.

    Attributes
    ----------
    name : str
    kind : {"numeric", "ordinal", "categorical"}
    levels : tuple
        Levels of an ordinal (in their order) or categorical attribute; empty for numbers.
    transform : Transform or None
        Of a numeric attribute.
    constant : bool
        All observed values are equal: the attribute tells members not apart and stays out of the model.
    """

    name: str
    kind: AttributeKind
    levels: tuple[Hashable, ...] = ()
    transform: Transform | None = None
    constant: bool = False


@dataclass(frozen=True)
class Encoding:
    """How a table of attributes is read, kept so that new rows can be read the same way."""

    attributes: tuple[Attribute, ...]

    @property
    def numeric(self) -> tuple[Attribute, ...]:
        """The numeric attributes that vary, in table order: the rows of ``numbers``."""
        return tuple(a for a in self.attributes if a.kind == "numeric" and not a.constant)

    @property
    def coded(self) -> tuple[Attribute, ...]:
        """The ordinal and categorical attributes that vary, in table order: the rows of ``codes``."""
        return tuple(a for a in self.attributes if a.kind != "numeric" and not a.constant)

    @property
    def level_counts(self) -> tuple[int, ...]:
        """Number of levels of each coded attribute."""
        return tuple(len(a.levels) for a in self.coded)


@dataclass(frozen=True, eq=False, repr=False)
class EncodedAttributes:
    """The distinct rows of a table of attributes, with how many members hold each.

    Attributes
    ----------
    encoding : Encoding
    numbers : ndarray of float, shape (n_numeric, n_distinct)
        Transformed and standardised; 0 where missing.
    observed : ndarray of bool, shape (n_numeric, n_distinct)
    codes : ndarray of int8, shape (n_coded, n_distinct)
        Place of the level; -1 where missing.
    weights : ndarray of float, shape (n_distinct,)
        Members that hold the row.
    row_of_member : ndarray of int32, shape (n_members,)
        The distinct row of each member, in the table's order.
    log_slope : float
        Sum over members of log dz/dx: added to a log-likelihood of standardised values, it gives the one of
        the values in their own units, so that different transforms can be compared.
    unseen : dict of str to int
        Values at scoring that the encoding does not know, by attribute; they are treated as missing.
    """

    encoding: Encoding
    numbers: Floats
    observed: NDArray[np.bool_]
    codes: NDArray[np.int8]
    weights: Floats
    row_of_member: NDArray[np.int32]
    log_slope: float
    unseen: dict[str, int] = field(default_factory=dict)

    @property
    def n_members(self) -> int:
        """Rows of the table."""
        return len(self.row_of_member)

    @property
    def n_distinct(self) -> int:
        """Distinct rows."""
        return len(self.weights)

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Whether each distinct row holds any answer; rows that hold none tell nothing about the classes."""
        answered = np.zeros(self.n_distinct, dtype=bool)
        for known in self.observed:
            answered |= known
        for coded in self.codes:
            answered |= coded >= 0
        return answered

    @property
    def n_informative(self) -> float:
        """Members with at least one answer: the n of the likelihood and of the BIC."""
        return float(self.weights[self.answered].sum())


def _encode_iv(table: pd.DataFrame, kinds: Mapping[str, AttributeKind]) -> list[str]:
    problems = []
    if not kinds:
        problems.append("encode_attributes: no attributes given. Declare at least one in kinds.")
    if len(table) < 2:
        problems.append(f"encode_attributes: {len(table)} members; at least 2 are needed to tell any apart.")
    for name, kind in kinds.items():
        present = int((table.columns == name).sum())
        if present == 0:
            problems.append(f"encode_attributes: no column '{name}'. {suggest(name, map(str, table.columns))}")
        elif present > 1:
            problems.append(f"encode_attributes: {present} columns are called '{name}'. Rename all but one.")
        if kind not in KINDS:
            problems.append(f"encode_attributes: kind of '{name}' must be one of {', '.join(KINDS)}. Got {kind!r}.")
    return problems


def _read_attribute(column: pd.Series, name: str, kind: AttributeKind) -> tuple[Attribute, Floats, list[str]]:
    """Read an attribute all but its transform, which wants the distinct rows."""
    levels: tuple[Hashable, ...] = ()
    values = np.empty(0)
    if kind == "numeric":
        values, problems = read_numbers(column, name=name, kind=kind)
        known = values[~np.isnan(values)]
        empty, constant = not len(known), bool(len(known)) and bool(known.min() == known.max())
    else:
        levels, problems = find_levels(column, name=name, kind=kind)
        empty, constant = not levels, len(levels) == 1
    if not problems and empty:
        problems = [f"encode_attributes: '{name}' is missing for every member. Leave it out."]
    return Attribute(name=name, kind=kind, levels=levels, constant=constant), values, problems


def encode_attributes(table: pd.DataFrame, *, kinds: Mapping[str, AttributeKind]) -> EncodedAttributes:
    """Encode attributes of declared kinds for the mixture model.

    Parameters
    ----------
    table : DataFrame, one row per member
        Columns not named in ``kinds`` are ignored. Missing answers are any of pandas' missing values.
    kinds : mapping of str to {"numeric", "ordinal", "categorical"}
        The attributes.

    Returns
    -------
    EncodedAttributes
        Attributes that do not vary are kept in the encoding, marked ``constant``, and stay out of the model.

    Raises
    ------
    DataError
        With one sentence per problem: a column that is not there, twice there, wholly missing, or not of its
        kind (text or dates as numbers, infinities, unordered text as ordinal, more than 60 levels); fewer
        than two members; or no attribute that varies.

    Examples
    --------
    >>> members = pd.DataFrame({"mode": ["call", None, "call"], "staff": [3.0, 40.0, 3.0]})
    >>> encoded = encode_attributes(members, kinds={"mode": "categorical", "staff": "numeric"})
    >>> encoded.n_members, encoded.n_distinct
    (3, 2)
    """
    problems = _encode_iv(table, kinds)
    if problems:
        raise DataError(*problems)
    attributes: list[Attribute] = []
    numbers: dict[str, Floats] = {}
    for name, kind in kinds.items():
        attribute, values, found = _read_attribute(table[name], name, kind)
        attributes.append(attribute)
        numbers[name] = values
        problems += found
    if not problems and all(attribute.constant for attribute in attributes):
        problems = ["encode_attributes: no attribute varies between members, so there is nothing to tell apart."]
    if problems:
        raise DataError(*problems)
    draft = Encoding(attributes=tuple(attributes))
    numeric = [numbers.pop(a.name) for a in draft.numeric]
    codes = [code_levels(table[a.name], a.levels)[0] for a in draft.coded]
    rows = collapse_rows(numeric, codes, n_members=len(table))
    transforms = {}
    for attribute, values in zip(draft.numeric, numeric, strict=True):
        kept = values[rows.member]
        known = ~np.isnan(kept)
        transforms[attribute.name] = choose_transform(kept[known], rows.weights[known])
    encoding = Encoding(
        attributes=tuple(Attribute(a.name, a.kind, a.levels, transforms.get(a.name), a.constant) for a in attributes)
    )
    return _assemble(encoding, numeric, codes, rows, unseen={})


def _assemble(
    encoding: Encoding,
    numeric: list[Floats],
    codes: list[NDArray[np.int8]],
    rows: DistinctRows,
    *,
    unseen: dict[str, int],
) -> EncodedAttributes:
    n_distinct = len(rows.member)
    numbers = np.zeros((len(numeric), n_distinct))
    observed = np.zeros((len(numeric), n_distinct), dtype=bool)
    slope = 0.0
    for j, attribute in enumerate(encoding.numeric):
        assert attribute.transform is not None
        kept = numeric.pop(0)[rows.member]  # let go of: at a million members every column counts
        known = ~np.isnan(kept)
        observed[j] = known
        numbers[j, known] = apply_transform(kept[known], attribute.transform)
        slope += float(rows.weights[known] @ log_slope(kept[known], attribute.transform)) if known.any() else 0.0
    coded = np.empty((len(codes), n_distinct), dtype=np.int8)
    for j, column in enumerate(codes):
        coded[j] = column[rows.member]
    return EncodedAttributes(
        encoding=encoding,
        numbers=numbers,
        observed=observed,
        codes=coded,
        weights=rows.weights,
        row_of_member=rows.row_of_member,
        log_slope=slope,
        unseen=unseen,
    )


def encode_like(table: pd.DataFrame, encoding: Encoding) -> EncodedAttributes:
    """Encode new rows as earlier ones were encoded.

    Parameters
    ----------
    table : DataFrame, one row per member
        Must have every attribute of the encoding that varies; any of them may be wholly missing.
    encoding : Encoding
        ``EncodedAttributes.encoding`` of the members a mixture was fitted to.

    Returns
    -------
    EncodedAttributes
        A level the encoding does not know is treated as missing and counted in ``unseen``. A number below
        the smallest one fitted is read as that one where the transform needs positive values.

    Raises
    ------
    DataError
        A column is not there or not of its kind.
    """
    wanted = {a.name: a.kind for a in (*encoding.numeric, *encoding.coded)}
    problems = [p for p in _encode_iv(table, wanted) if "at least 2" not in p]
    numeric: list[Floats] = []
    if not problems:
        for attribute in encoding.numeric:
            values, found = read_numbers(table[attribute.name], name=attribute.name, kind=attribute.kind)
            numeric.append(values)
            problems += found
    if problems:
        raise DataError(*problems)
    codes, unseen = [], {}
    for attribute in encoding.coded:
        column, unknown = code_levels(table[attribute.name], attribute.levels)
        codes.append(column)
        if unknown:
            unseen[attribute.name] = unknown
    rows = collapse_rows(numeric, codes, n_members=len(table))
    return _assemble(encoding, numeric, codes, rows, unseen=unseen)
