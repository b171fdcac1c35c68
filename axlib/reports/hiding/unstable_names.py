"""Segments that do not come back in resamples get no name before a client: a name claims more than they are."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TypeVar

import pandas as pd

from axlib.words.results import Result

Kind = TypeVar("Kind", bound=Result)


def rename_unstable(names: Mapping[str, float]) -> dict[str, str]:
    """Return what unstable segments are called instead.

    Examples
    --------
    >>> rename_unstable({"Synchronous": 0.41, "Class 5 (unnamed)": 0.5})
    {'Synchronous': 'Unstable segment 1', 'Class 5 (unnamed)': 'Unstable segment 2'}
    """
    return {name: f"Unstable segment {number}" for number, name in enumerate(names, start=1)}


def rename_segments(result: Kind, names: Mapping[str, str]) -> Kind:
    """Return the result with segments renamed in every table, list and sentence.

    Parameters
    ----------
    result : Result
    names : mapping of str to str
        Old name -> new name. A name is only found as a whole: no letter or digit beside it.
    """
    if not names:
        return result
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")

    def text(value: str) -> str:
        return pattern.sub(lambda match: names[match[1]], value)

    def renamed(value: object) -> object:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, tuple):
            return tuple(renamed(item) for item in value)
        if isinstance(value, dict):
            return {renamed(key): renamed(item) for key, item in value.items()}
        return rename_in_table(value) if isinstance(value, pd.DataFrame) else value

    def rename_in_table(table: pd.DataFrame) -> pd.DataFrame:
        columns = {
            name: table[name].map(text, na_action="ignore").astype(table[name].dtype)
            for name in table.columns
            if pd.api.types.is_string_dtype(table[name])
        }
        return table.assign(**columns).rename(columns=lambda name: text(str(name)))

    fields = {field.name: renamed(getattr(result, field.name)) for field in dataclasses.fields(result)}  # type: ignore[arg-type]
    return dataclasses.replace(result, **fields)  # type: ignore[type-var]
