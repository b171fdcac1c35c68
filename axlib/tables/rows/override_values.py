"""Which values an override may set: those that a cell of the export could have and be kept with."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from axlib.tables.cells.column_rules import VALUE_KINDS, ColumnRule
from axlib.tables.cells.encoded_columns import encode_column
from axlib.tables.cells.parsing_columns import KIND_WORDS, parse_column
from axlib.tables.engagement import Engagement
from axlib.tables.instrument import Instrument, InstrumentItem
from axlib.tables.rows.impossible_values import find_impossible
from axlib.words.display import join_words
from axlib.words.vocabulary import ATTRIBUTE_KINDS, SCALE_TOP, find_column

#: Values of a column that one sentence names.
_NAMED = 12


class Allowed(NamedTuple):
    """What a column of members may hold.

    Attributes
    ----------
    kind : str
        How its cells are read.
    choices : tuple of str
        Its values, where they are a closed list.
    least, most : float, optional
        Bounds that are not of the vocabulary.
    """

    kind: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


class CheckedValues(NamedTuple):
    """Values of one column, read.

    Attributes
    ----------
    values : Series
        In the dtype of the column, by row of the overrides file.
    problems : dict of int to str
        Row of the overrides file -> why its value cannot be, a clause.
    """

    values: pd.Series
    problems: dict[int, str]


def find_allowed(name: str, members: pd.DataFrame, engagement: Engagement, instrument: Instrument) -> Allowed:
    """Find what a column of members may hold: by the vocabulary, by the attributes declared, by what is asked.

    Parameters
    ----------
    name : str
    members : DataFrame
        Clean; categories that stand in it are allowed.
    engagement : Engagement
    instrument : Instrument
        The questions it asks.
    """
    column = find_column("members", name)
    if column is not None and (column.choices or column.role != "attribute" or column.kind != "category"):
        return Allowed(column.kind, column.choices)
    declared = {spec.name: spec.kind for spec in engagement.settings.attributes}
    item = next((item for item in instrument.items if item.becomes == name), None)
    kind = declared.get(name) or ATTRIBUTE_KINDS.get(name)
    if kind == "categorical" or (kind is None and item is not None and item.categories):
        here = members[name].dropna().astype("str").unique().tolist()
        return Allowed("category", tuple(dict.fromkeys([*(item.categories if item else ()), *sorted(here)])))
    if kind in ("ordinal", "numeric") or (item is not None and item.kind in ("scale", "number")):
        return _bounded(item)
    return Allowed("text")


def _bounded(item: InstrumentItem | None) -> Allowed:
    """Numbers that the engagement's own attributes keep as text, within the bounds of their question."""
    if item is None:
        return Allowed("own number")
    return Allowed("own number", (), *((0.0, SCALE_TOP) if item.kind == "scale" else (item.least, item.most)))


def check_values(name: str, texts: pd.Series, allowed: Allowed, *, as_of: date) -> CheckedValues:
    """Read values of one column and say which cannot be.

    Parameters
    ----------
    name : str
    texts : Series of str
        By row of the overrides file; empty ones blank a cell.
    allowed : Allowed
    as_of : date
    """
    rule = ColumnRule(
        name,
        "text" if allowed.kind == "own number" else allowed.kind,
        meanings={choice: choice for choice in allowed.choices},
    )
    encoded = encode_column(texts, values_only=allowed.kind in VALUE_KINDS)
    parsed = parse_column("members", encoded, rule, index=texts.index, as_of=as_of)
    values = parsed.values
    problems: dict[int, str] = {}
    for row, text in texts[parsed.unreadable].items():
        problems[int(str(row))] = f"'{text}' is no value of {name}; it must be {KIND_WORDS[rule.kind]}"
    for doubt in find_impossible("members", pd.DataFrame({name: values}), as_of=as_of):
        for row, text in texts[doubt.rows].items():
            problems[int(str(row))] = f"'{text}' cannot be {name}: {doubt.reason}"
    if allowed.choices:
        more = len(allowed.choices) - _NAMED
        named = [*allowed.choices[:_NAMED], f"{more:,} more"] if more > 0 else list(allowed.choices)
        for row, text in texts[values.notna() & ~values.isin(allowed.choices)].items():
            problems[int(str(row))] = f"'{text}' is no value of {name}; values are {join_words(named)}"
    if allowed.kind == "own number":
        numbers = pd.to_numeric(values, errors="coerce")
        for row, text in texts[values.notna() & numbers.isna()].items():
            problems[int(str(row))] = f"'{text}' is no value of {name}; it must be a number"
        low = numbers < (float("-inf") if allowed.least is None else allowed.least)
        high = numbers > (float("inf") if allowed.most is None else allowed.most)
        bounds = [
            f"{word} {bound:g}" for word, bound in (("from", allowed.least), ("to", allowed.most)) if bound is not None
        ]
        for row, text in texts[low | high].items():
            problems[int(str(row))] = f"'{text}' is no value of {name}; it must be a number {' '.join(bounds)}"
    return CheckedValues(values, problems)
