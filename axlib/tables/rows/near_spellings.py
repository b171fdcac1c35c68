"""Values of categories that may be one value written in two ways: proposed with a line to paste, never merged.

Two values are near when they are the same but for case, accents, spaces and signs, or when word by word they differ
by a typing error in long words. Numbers, short words and single letters never count as typing errors: Tier 1 is not
Tier 2, Class A not Class B, and Level II not Level III.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from rapidfuzz.distance import OSA

from axlib.tables.recognition.recognising import quote_yaml
from axlib.words.vocabulary import TABLES

COLUMNS = ("table", "column", "value", "rows", "near", "near_rows", "likeness", "line")
#: Beyond this many distinct values a column is no category.
_MOST_VALUES = 300
_LEAST_LETTERS = 4
#: From this length on, a word may hold two typing errors.
_LONG = 8


def propose_spellings(tables: Mapping[str, pd.DataFrame], *, attributes: Sequence[str] = ()) -> pd.DataFrame:
    """Propose which values of a category are other spellings of a more frequent one.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean tables.
    attributes : sequence of str
        Columns of members that are categories beside the canonical ones.

    Returns
    -------
    DataFrame
        table, column, value, rows, near, near_rows, likeness (0-1), line (for the engagement file); the likest first
        within each column.
    """
    found: list[dict[str, object]] = []
    for table, name in _categories(tables, attributes):
        counts = tables[table][name].dropna().value_counts()
        if not 1 < len(counts) <= _MOST_VALUES:
            continue
        # The most frequent first, ties by name, so that the order of rows does not matter.
        ranked = sorted(((str(value), int(n)) for value, n in counts.items()), key=lambda pair: (-pair[1], pair[0]))
        rows = dict(ranked)
        for value, (near, likeness) in _near_values(list(rows)).items():
            line = f"values: {{{table}.{name}: {{{quote_yaml(value)}: {quote_yaml(near)}}}}}"
            cells = (table, name, value, rows[value], near, rows[near], likeness, line)
            found.append(dict(zip(COLUMNS, cells, strict=True)))
    proposed = pd.DataFrame(found, columns=list(COLUMNS))
    return proposed.sort_values(
        ["table", "column", "likeness", "rows"], ascending=[True, True, False, False], kind="stable", ignore_index=True
    )


def _categories(tables: Mapping[str, pd.DataFrame], attributes: Sequence[str]) -> Iterator[tuple[str, str]]:
    for table, columns in TABLES.items():
        if table not in tables:
            continue
        known = [column.name for column in columns if column.kind == "category" and not column.choices]
        further = [name for name in attributes if name not in known] if table == "members" else []
        for name in (*known, *further):
            if name in tables[table] and tables[table][name].dtype == "str":
                yield table, name


def _near_values(values: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return value -> the more frequent value it may be, and how like they are; values come by frequency."""
    words = {value: _plain_words(value) for value in values}
    near: dict[str, tuple[str, float]] = {}
    for at, value in enumerate(values):
        scored = [(_likeness(words[value], words[other]), -place, other) for place, other in enumerate(values[:at])]
        best = max(scored, default=(0.0, 0, ""))
        if best[0] > 0:
            # What is near a misspelling is a misspelling of the same value.
            near[value] = (near.get(best[2], (best[2], 0.0))[0], best[0])
    return near


def _plain_words(text: str) -> tuple[str, ...]:
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return tuple(re.findall(r"[^\W_]+", bare.casefold()))


def _likeness(mine: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return 1 for the same letters, less for typing errors, 0 for different values."""
    if not mine or not other:
        return 0.0
    if "".join(mine) == "".join(other):
        return 1.0
    if len(mine) != len(other):
        return 0.0
    errors = 0
    for word, word_other in zip(mine, other, strict=True):
        if word == word_other:
            continue
        shorter = min(len(word), len(word_other))
        distance = OSA.distance(word, word_other)
        numbers = re.search(r"\d", word + word_other) is not None
        if numbers or shorter < _LEAST_LETTERS or distance > (2 if shorter >= _LONG else 1):
            return 0.0
        errors += distance
    return 1.0 - errors / max(sum(map(len, mine)), sum(map(len, other)))
