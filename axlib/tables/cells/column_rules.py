"""What is decided once per column before any of its cells is read: day and month, decimals, meanings.

A decision rests on all values of the column and is stated; what cannot be decided becomes a sentence that
asks for it, with the line to paste.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axlib.tables.cells.encoded_columns import EncodedColumn
from axlib.tables.cells.parsing_dates import DateEvidence, Order, weigh_orders
from axlib.tables.cells.parsing_numbers import Decimal, decide_decimal, weigh_decimals
from axlib.tables.cells.parsing_words import match_choices
from axlib.tables.cells.tidying_text import tidy_texts
from axlib.tables.recognition.recognising import ABSENT, quote_yaml
from axlib.tables.settings.reading import ReadSettings
from axlib.words.display import count_words, join_words
from axlib.words.vocabulary import Column

#: Dates written with points have the day first wherever they are written so.
_POINT_DAY_FIRST = "dates with points have the day first"
#: What is said of words for which a mapping was declared that does not have them.
OUTSIDE_MAPPING = "not in the declared mapping, kept as written"
VALUE_KINDS = ("money", "date", "number", "scale", "boolean")


class ColumnRule(NamedTuple):
    """How one column is read.

    Attributes
    ----------
    column : str
        Name it gets.
    kind : str
        Of ``vocabulary.Kind``.
    orders : dict
        Dates: separator -> order.
    decimal : {'.', ','}
    meanings : dict
        Raw value -> canonical value.
    closed : bool
        Whether values outside the canonical ones are refused.
    required : bool
    whole_keys : bool
        Whether identifiers lost their form to a spreadsheet and end in .0, which is taken off.
    """

    column: str
    kind: str
    orders: Mapping[str, Order] = {}
    decimal: Decimal = "."
    meanings: Mapping[str, str] = {}
    closed: bool = False
    required: bool = False
    whole_keys: bool = False


class Decided(NamedTuple):
    """The rules of a table's columns, why they are so, and what must be asked."""

    rules: dict[str, ColumnRule]
    decisions: list[dict[str, str]]
    problems: list[str]


def decide_rules(
    table: str,
    columns: Mapping[str, Column | None],
    encoded: Mapping[str, EncodedColumn],
    *,
    settings: ReadSettings,
    values: Mapping[str, Mapping[str, str]],
    sources: Mapping[str, str],
) -> Decided:
    """Decide how every column of a table is read.

    Parameters
    ----------
    table : str
    columns : mapping
        Name in the clean table -> canonical column, or None for one that stays text.
    encoded : mapping
        The same names -> their distinct values.
    settings : ReadSettings
    values : mapping
        Name in the clean table -> raw value -> canonical value, from the engagement file and the profile.
    sources : mapping
        Name in the clean table -> header in the file, for sentences.
    """
    decided = Decided({}, [], [])
    evidence = {
        name: weigh_orders(pc.drop_null(encoded[name].tidy))
        for name, column in columns.items()
        if column is not None and column.kind == "date"
    }
    for name, column in columns.items():
        kind = column.kind if column else "text"
        rule = ColumnRule(name, kind, required=bool(column and column.required))
        meanings = _tidy_keys(values.get(name, {}))
        if kind == "date":
            orders = _decide_orders(table, name, evidence, settings, sources[name], decided)
            rule = rule._replace(orders=orders)
        elif kind in ("money", "number", "scale"):
            rule = _decide_decimal(table, rule, encoded[name], meanings, settings, sources[name], decided)
        elif column is not None and column.role == "key":
            rule = _decide_keys(table, rule, encoded[name], sources[name], decided)
        elif column is not None and column.choices:
            rule = _decide_meanings(table, rule, column, encoded[name], meanings, sources[name], decided)
        elif meanings:
            _note_meanings(table, rule, encoded[name], meanings, decided)
        decided.rules[name] = rule._replace(meanings=rule.meanings or meanings)
    return decided


def _note(decided: Decided, table: str, column: str, decision: str, evidence: str) -> None:
    decided.decisions.append({"table": table, "column": column, "decision": decision, "evidence": evidence})


def _decide_orders(
    table: str,
    name: str,
    evidence: Mapping[str, Mapping[str, DateEvidence]],
    settings: ReadSettings,
    header: str,
    decided: Decided,
) -> dict[str, Order]:
    orders: dict[str, Order] = {}
    for sign, found in evidence[name].items():
        order, why = _decide_order(name, sign, found, evidence, settings)
        if order is None:
            decided.problems.append(
                f"{table}: the dates of '{header}' ({name}) cannot be told: {why}. Say which of day and month "
                f"stands first; add to the engagement file:  read: {{{table}: {{dates: day_first}}}}  "
                "(or month_first)."
            )
        elif found.n_day_first + found.n_month_first + found.n_either:
            orders[sign] = order
            _note(decided, table, name, f"dates read {order.replace('_', ' ')} ('{sign}')", why)
    return orders


def _decide_order(
    name: str,
    sign: str,
    found: DateEvidence,
    evidence: Mapping[str, Mapping[str, DateEvidence]],
    settings: ReadSettings,
) -> tuple[Order | None, str]:
    if settings.dates:
        return settings.dates, "declared in the engagement file"
    if found.n_day_first and not found.n_month_first:
        return "day_first", f"{count_words(found.n_day_first, 'value')} such as {found.day_first[0]}"
    if found.n_month_first and not found.n_day_first:
        return "month_first", f"{count_words(found.n_month_first, 'value')} such as {found.month_first[0]}"
    if found.n_day_first and found.n_month_first:
        if not found.n_either:
            # Every value says itself which way it is; nothing is left to decide but the reading of each.
            return None, _both_ways(found)
        return None, _both_ways(found)
    if not found.n_either:
        return "day_first", "day and month are the same number in every value"
    if sign == ".":
        return "day_first", _POINT_DAY_FIRST
    neighbours = {other: seen[sign] for other, seen in evidence.items() if other != name and sign in seen}
    day = [other for other, seen in neighbours.items() if seen.n_day_first and not seen.n_month_first]
    month = [other for other, seen in neighbours.items() if seen.n_month_first and not seen.n_day_first]
    if day and not month:
        return "day_first", f"as in {day[0]} of the same table; no value here says otherwise"
    if month and not day:
        return "month_first", f"as in {month[0]} of the same table; no value here says otherwise"
    return None, f"{found.either[0]} may be either, and no value of the table decides"


def _both_ways(found: DateEvidence) -> str:
    return (
        f"{found.day_first[0]} has the day first ({count_words(found.n_day_first, 'such value')}), "
        f"{found.month_first[0]} the month ({found.n_month_first:,}), and {count_words(found.n_either, 'value')} "
        "may be either"
    )


def _decide_decimal(
    table: str,
    rule: ColumnRule,
    column: EncodedColumn,
    meanings: Mapping[str, str],
    settings: ReadSettings,
    header: str,
    decided: Decided,
) -> ColumnRule:
    texts = pc.drop_null(column.tidy)
    if meanings:
        texts = texts.filter(pc.invert(pc.is_in(texts, value_set=pa.array(list(meanings), texts.type))))
    found = weigh_decimals(texts)
    decimal, why = decide_decimal(found, declared=settings.decimal)
    if decimal is None:
        decided.problems.append(
            f"{table}: the numbers of '{header}' ({rule.column}) cannot be told: {why}. Add to the engagement "
            f'file:  read: {{{table}: {{decimal: "."}}}}  (or ",").'
        )
        return rule
    if decimal == "," or found.unclear_comma or found.unclear_point or settings.decimal:
        sign = "point" if decimal == "." else "comma"
        _note(decided, table, rule.column, f"numbers read with a decimal {sign}", why)
    return rule._replace(decimal=decimal)


def _decide_keys(table: str, rule: ColumnRule, encoded: EncodedColumn, header: str, decided: Decided) -> ColumnRule:
    """Notice identifiers that a spreadsheet turned into numbers: 17.0 is 17, but 1.23E+11 has lost its digits."""
    texts = pc.drop_null(encoded.tidy)
    rounded = texts.filter(pc.match_substring_regex(texts, r"^\d(?:[.,]\d+)?[eE]\+\d+$"))
    if len(rounded):
        decided.problems.append(
            f"{table}: '{header}' ({rule.column}) has identifiers that a spreadsheet has rounded, such as "
            f"{rounded[0].as_py()} ({len(rounded):,} values). Export the file again and do not open it in a "
            "spreadsheet before, or format the column as text there."
        )
    floats = pc.match_substring_regex(texts, r"^\d+\.0+$")
    if (
        len(texts)
        and pc.all(pc.or_(floats, pc.match_substring_regex(texts, r"^\d+$"))).as_py()
        and pc.any(floats).as_py()
    ):
        _note(
            decided, table, rule.column, "the .0 behind identifiers is taken off", "every identifier is a whole number"
        )
        return rule._replace(whole_keys=True)
    return rule


def _tidy_keys(declared: Mapping[str, str]) -> dict[str, str]:
    """Tidy declared raw values as the cells are, so that either spelling in the engagement file is found."""
    tidied = tidy_texts(pa.array(list(declared), pa.large_string())).to_pylist()
    return {tidy or raw: meaning for tidy, (raw, meaning) in zip(tidied, declared.items(), strict=True)}


def _decide_meanings(
    table: str,
    rule: ColumnRule,
    column: Column,
    encoded: EncodedColumn,
    declared: Mapping[str, str],
    header: str,
    decided: Decided,
) -> ColumnRule:
    wrong = {text: meaning for text, meaning in declared.items() if meaning not in column.choices}
    if wrong:
        texts = [quote_yaml(text) for text, meaning in wrong.items() if meaning == ABSENT]
        if texts:
            verb = "has" if len(texts) == 1 else "have"
            decided.problems.append(
                f"values.{table}.{rule.column}: {join_words(texts)} {verb} no meaning yet; write one of "
                f"{', '.join(column.choices)}."
            )
        others = [f"{quote_yaml(text)}: {meaning}" for text, meaning in wrong.items() if meaning != ABSENT]
        if others:
            decided.problems.append(
                f"values.{table}.{rule.column}: {join_words(others)}; a meaning must be one of "
                f"{', '.join(column.choices)}."
            )
        return rule
    texts = [text for text in encoded.tidy.to_pylist() if text is not None]
    meanings = match_choices(texts, column.choices, declared)
    counts: dict[str, int] = {}
    for text, n in zip(encoded.tidy.to_pylist(), encoded.counts.tolist(), strict=True):
        if text is not None and meanings[text] is None and n:
            counts[text] = counts.get(text, 0) + n
    if counts:
        often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = ", ".join(f"'{text}' ({count_words(n, 'row')})" for text, n in often[:20])
        more = f" and {len(often) - 20:,} more" if len(often) > 20 else ""
        lines = ", ".join(f"{quote_yaml(text)}: …" for text, _ in often[:20])
        decided.problems.append(
            f"{table}: '{header}' ({rule.column}) has values whose meaning is not known: {shown}{more}. Map each "
            f"to one of {', '.join(column.choices)}:  values: {{{table}.{rule.column}: {{{lines}}}}}"
        )
        return rule
    used = {text: meaning for text, meaning in meanings.items() if meaning is not None}
    mapped = [f"{text} → {meaning}" for text, meaning in used.items() if text != meaning]
    if mapped:
        _note(decided, table, rule.column, "values mapped", "; ".join(mapped[:12]))
    return rule._replace(meanings=used, closed=True)


def _note_meanings(
    table: str, rule: ColumnRule, encoded: EncodedColumn, meanings: Mapping[str, str], decided: Decided
) -> None:
    """State what was mapped in a column without choices, and which of its words the mapping does not have."""
    counts: dict[str, int] = {}
    for text, n in zip(encoded.tidy.to_pylist(), encoded.counts.tolist(), strict=True):
        if text is not None and n:
            counts[text] = counts.get(text, 0) + n
    mapped = [f"{text} → {meaning}" for text, meaning in meanings.items() if text in counts and text != meaning]
    _note(decided, table, rule.column, "values mapped", "; ".join(mapped[:12]) or "none of them is in the file")
    others = {text: n for text, n in counts.items() if text not in meanings and text not in meanings.values()}
    if others and rule.kind not in VALUE_KINDS:
        often = sorted(others.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = ", ".join(f"'{text}' ({count_words(n, 'row')})" for text, n in often[:12])
        more = f" and {len(often) - 12:,} more" if len(often) > 12 else ""
        _note(decided, table, rule.column, f"{count_words(len(others), 'value')} {OUTSIDE_MAPPING}", f"{shown}{more}")


def share_of_rows(column: EncodedColumn, distinct: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Share of the filled rows whose distinct value is marked."""
    counts = column.counts
    filled = counts[~pc.is_null(column.tidy).to_numpy(zero_copy_only=False)].sum()
    return float(counts[distinct].sum() / filled) if filled else 0.0
