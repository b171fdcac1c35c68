"""Reading the cells of one column by its rule, once per distinct value, with every change noted."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from axlib.tables.cells.column_rules import ColumnRule, share_of_rows
from axlib.tables.cells.encoded_columns import EncodedColumn, take_texts, take_values
from axlib.tables.cells.parsing_dates import parse_dates
from axlib.tables.cells.parsing_numbers import parse_numbers
from axlib.tables.cells.parsing_words import parse_booleans
from axlib.tables.cells.tidying_text import MISSING_WORD, TIDIED
from axlib.tables.rows.changes import note_changes, text_series

#: What a cell of a kind must be, in words.
KIND_WORDS = {
    "money": "an amount",
    "number": "a number",
    "scale": "a step from 0 to 4",
    "date": "a day",
    "boolean": "yes or no",
}
_STEP = r"^([0-4])(?:\.0+)?\s*(?:[-–—:=.)/]|\s).*$"


class ParsedColumn(NamedTuple):
    """One clean column.

    Attributes
    ----------
    values : Series
        In the canonical dtype of its kind.
    changes : DataFrame
        Ledger entries.
    unreadable : array of bool
        Rows whose cell holds something that could not be read.
    share_unreadable : float
        Of the filled cells.
    examples : tuple of str
        A few texts that could not be read.
    """

    values: pd.Series
    changes: pd.DataFrame
    unreadable: NDArray[np.bool_]
    share_unreadable: float
    examples: tuple[str, ...]


class _Distinct(NamedTuple):
    values: NDArray[np.generic] | pa.Array
    after: pa.Array
    unreadable: NDArray[np.bool_]
    rule: NDArray[np.object_]


def parse_column(table: str, encoded: EncodedColumn, rule: ColumnRule, *, index: pd.Index, as_of: date) -> ParsedColumn:
    """Read one column.

    Parameters
    ----------
    table : str
    encoded : EncodedColumn
    rule : ColumnRule
    index : Index
        Row numbers.
    as_of : date
        For two-digit years.

    Returns
    -------
    ParsedColumn
        Dates datetime64[s]; money, numbers and scales float64; yes/no nullable boolean; the rest text.
    """
    texts = _map_meanings(encoded.tidy, rule)
    if rule.kind == "date":
        parsed = _parse_dates(texts, rule, as_of)
        values: pd.Series = pd.Series(
            take_values(np.asarray(parsed.values).astype("datetime64[s]"), encoded.codes, np.datetime64("NaT")),
            index=index,
        )
    elif rule.kind in ("money", "number", "scale"):
        parsed = _parse_numbers(texts, rule)
        values = pd.Series(take_values(np.asarray(parsed.values), encoded.codes, np.nan), index=index)
    elif rule.kind == "boolean":
        parsed = _parse_booleans(texts)
        codes = take_values(np.asarray(parsed.values), encoded.codes, -1)
        values = pd.Series(pd.arrays.BooleanArray(codes == 1, codes == -1), index=index)
    else:
        if rule.whole_keys:
            texts = pc.replace_substring_regex(texts, r"\.0+$", "")
        nothing = np.zeros(len(texts), dtype=bool)
        parsed = _Distinct(texts, texts, nothing, np.full(len(texts), "", dtype=object))
        values = text_series(take_texts(texts, encoded.codes), index)
    return _note(table, encoded, rule, parsed, values, index)


def _map_meanings(tidy: pa.Array, rule: ColumnRule) -> pa.Array:
    """Put canonical values in the place of raw ones; what has no meaning stays."""
    if not rule.meanings:
        return tidy
    known = dict(rule.meanings.items())
    raw = pa.array(list(known), tidy.type)
    found = pc.index_in(tidy, value_set=raw)
    meanings = pa.array([None if value in ("", "missing") else value for value in known.values()], tidy.type)
    return pc.if_else(pc.is_valid(found), meanings.take(found), tidy)


def _parse_dates(texts: pa.Array, rule: ColumnRule, as_of: date) -> _Distinct:
    values = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[D]")
    unreadable = np.zeros(len(texts), dtype=bool)
    rules = np.full(len(texts), "", dtype=object)
    there = np.flatnonzero(pc.is_valid(texts).to_numpy(zero_copy_only=False))
    parsed = parse_dates(pc.drop_null(texts), orders=rule.orders, as_of=as_of)
    values[there], unreadable[there], rules[there] = parsed.values, parsed.unreadable, parsed.rule
    after = pa.array(values).cast(pa.date32()).cast(pa.large_string())
    return _Distinct(values, after, unreadable, rules)


def _parse_numbers(texts: pa.Array, rule: ColumnRule) -> _Distinct:
    if rule.kind == "scale":
        texts = pc.replace_substring_regex(texts, _STEP, r"\1")
    values = np.full(len(texts), np.nan)
    unreadable = np.zeros(len(texts), dtype=bool)
    there = np.flatnonzero(pc.is_valid(texts).to_numpy(zero_copy_only=False))
    filled = pc.drop_null(texts)
    parsed = parse_numbers(filled, decimal=rule.decimal)
    values[there], unreadable[there] = parsed.values, parsed.unreadable
    canonical = pc.cast(pa.array(values, from_pandas=True), pa.large_string())
    plain = pc.match_substring_regex(texts, r"^-?\d+(\.\d+)?$").fill_null(False)
    if rule.decimal == ",":
        plain = pc.and_(plain, pc.match_substring_regex(texts, r"^-?\d+$").fill_null(False))
    after = pc.if_else(plain, texts, canonical)
    name = {"money": "money", "number": "number", "scale": "scale"}[rule.kind]
    word = "point" if rule.decimal == "." else "comma"
    rules = np.full(len(texts), f"{name} read with a decimal {word}", dtype=object)
    return _Distinct(values, after, unreadable, rules)


def _parse_booleans(texts: pa.Array) -> _Distinct:
    meanings = parse_booleans(["" if text is None else text for text in texts.to_pylist()])
    there = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    values = np.array([-1 if meaning is None else int(meaning) for meaning in meanings], dtype=np.int8)
    after = pa.array([None if m is None else "true" if m else "false" for m in meanings], pa.large_string())
    return _Distinct(values, after, there & (values == -1), np.full(len(texts), "yes or no", dtype=object))


def _rules_of_rows(named: NDArray[np.object_], codes: NDArray[np.int32]) -> pa.DictionaryArray:
    at, words = pd.factorize(named)
    return pa.DictionaryArray.from_arrays(
        pa.array(at[codes].astype(np.int32)), pa.array(words.tolist(), pa.large_string())
    )


def _note(
    table: str,
    encoded: EncodedColumn,
    rule: ColumnRule,
    parsed: _Distinct,
    values: pd.Series,
    index: pd.Index,
) -> ParsedColumn:
    changed = ~pc.equal(encoded.before, parsed.after).fill_null(False).to_numpy(zero_copy_only=False)
    named = parsed.rule
    if rule.meanings:
        mapped = pc.is_in(encoded.tidy, value_set=pa.array(list(rule.meanings), encoded.tidy.type))
        named = np.where(mapped.to_numpy(zero_copy_only=False), "values mapped", named)
    named = np.where(parsed.unreadable, f"not {KIND_WORDS.get(rule.kind, 'readable')}", named)
    missing = pc.is_null(encoded.tidy).to_numpy(zero_copy_only=False)
    named = np.where(missing, MISSING_WORD, np.where(named == "", TIDIED, named))
    unreadable = take_values(parsed.unreadable, encoded.codes, False)
    hits = np.flatnonzero(take_values(changed, encoded.codes, False))
    codes = encoded.codes[hits]
    changes = note_changes(
        table,
        rule.column,
        index.to_numpy()[hits],
        encoded.before.take(pa.array(codes)),
        parsed.after.take(pa.array(codes)),
        _rules_of_rows(named, codes),
    )
    bad = np.flatnonzero(parsed.unreadable)
    examples = tuple(str(text) for text in encoded.before.take(pa.array(bad[:3])).to_pylist())
    return ParsedColumn(values, changes, unreadable.astype(bool), share_of_rows(encoded, parsed.unreadable), examples)
