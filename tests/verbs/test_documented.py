"""Every table of a result says in the docstring of its class what its columns are."""

import dataclasses
import re

import pandas as pd

import axlib
from axlib.words.results import Result
from axlib.words.vocabulary import ATTRIBUTE_KINDS, TABLES
from tests.verbs.faces import LISTS

#: Columns of the canonical tables are those of the data dictionary; bounds are those of their measure.
KNOWN = {column.name for columns in TABLES.values() for column in columns} | set(ATTRIBUTE_KINDS)


def tables_of(result):
    """Every (result, field, table) of a result and those inside it."""
    for field in dataclasses.fields(result):
        value = getattr(result, field.name)
        if isinstance(value, pd.DataFrame):
            yield result, field.name, value
        elif isinstance(value, Result) and dataclasses.is_dataclass(value):
            yield from tables_of(value)


def lacking(result, table):
    words = set(re.findall(r"\w+", type(result).__doc__ or ""))
    named = [column for column in table.columns if isinstance(column, str) and re.fullmatch(r"[a-z]\w*", column)]
    return [
        name
        for name in named
        if name not in words | KNOWN and not (name.endswith(("_low", "_high")) and name.rsplit("_", 1)[0] in named)
    ]


def test_every_column_of_every_result_is_documented(bankers):
    results = [bankers, axlib.read_tables(bankers.engagement), *(getattr(axlib, name)(bankers) for name in LISTS)]
    found = {
        f"{type(result).__name__}.{field}": missing
        for top in results
        for result, field, table in tables_of(top)
        if (missing := lacking(result, table))
    }
    assert found == {}


def test_a_column_nobody_documented_is_found():
    @dataclasses.dataclass(frozen=True, eq=False, repr=False)
    class Sample(Result):
        """A sample with ``n``."""

        table: pd.DataFrame

    (row,) = tables_of(Sample(pd.DataFrame(columns=["n", "n_low", "n_high", "secret", "Task Force"])))
    assert lacking(row[0], row[2]) == ["secret"]
