"""The consultant's word: single cells of members set by hand, with reason and author."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from axlib.tables.cells.column_rules import ColumnRule
from axlib.tables.cells.encoded_columns import encode_column
from axlib.tables.cells.parsing_columns import parse_column
from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.rows.changes import join_changes, note_changes
from axlib.tables.rows.duplicates import cell_texts
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.vocabulary import find_column

COLUMNS = ("member_id", "column", "value", "reason", "by")


class Overridden(NamedTuple):
    """Members with overrides applied."""

    members: pd.DataFrame
    overrides: pd.DataFrame
    changes: pd.DataFrame


def read_overrides(path: Path) -> pd.DataFrame:
    """Read an overrides file: member_id, column, value, reason, by; every cell text.

    Raises
    ------
    ConfigurationError
        A column is missing, or a row lacks its reason or author.
    """
    raw = read_source(read_bytes(path), file_name=path.name, settings=ReadSettings()).table
    named = raw.rename(columns={header: str(header).strip().lower() for header in raw.columns})
    missing = [name for name in COLUMNS if name not in named]
    if missing:
        raise ConfigurationError(
            f"{path.name}: has no column {', '.join(missing)}. An overrides file has: {', '.join(COLUMNS)}."
        )
    table = named[list(COLUMNS)]
    problems = [
        f"{path.name}, row {row}: '{name}' is empty; every override needs it."
        for name in ("member_id", "column", "reason", "by")
        for row in table.index[table[name].isna()]
    ]
    if problems:
        raise ConfigurationError(*problems)
    return table


def apply_overrides(members: pd.DataFrame, overrides: pd.DataFrame, *, file_name: str, as_of: date) -> Overridden:
    """Set the cells the consultant named; later rows of the file win over earlier ones.

    Parameters
    ----------
    members : DataFrame
        Clean, indexed by row number.
    overrides : DataFrame
        As ``read_overrides`` gives it.
    file_name : str
    as_of : date

    Raises
    ------
    ConfigurationError
        Unknown members, columns or values, one sentence each.
    """
    problems: list[str] = []
    row_of = pd.Series(members.index, index=members["member_id"].to_numpy())
    for row, member in overrides["member_id"].items():
        if member not in row_of.index:
            problems.append(f"{file_name}, row {row}: no member '{member}' among the members kept.")
    for row, column in overrides["column"].items():
        if column not in members.columns:
            problems.append(
                f"{file_name}, row {row}: members have no column '{column}'. {suggest(str(column), map(str, members))}"
            )
        elif column == "member_id":
            problems.append(f"{file_name}, row {row}: member_id cannot be overridden.")
    if problems:
        raise ConfigurationError(*problems)
    changed, changes = members, []
    for name, lines in overrides.groupby("column", sort=False):
        column = find_column("members", str(name))
        rule = _rule(str(name), column.kind if column else "text", column.choices if column else ())
        lines = lines.drop_duplicates("member_id", keep="last")
        encoded = encode_column(lines["value"], values_only=rule.kind not in ("text", "category"))
        parsed = parse_column("members", encoded, rule, index=lines.index, as_of=as_of)
        problems += [
            f"{file_name}, row {row}: '{value}' is no value of {name}."
            for row, value in lines.loc[
                parsed.unreadable | _not_a_choice(parsed.values, column.choices if column else ()), "value"
            ].items()
        ]
        rows = row_of.loc[lines["member_id"]].to_numpy()
        new = pd.Series(parsed.values.array, index=rows)
        before = changed.loc[rows, str(name)]
        reasons = [f"override by {by}: {reason}" for by, reason in zip(lines["by"], lines["reason"], strict=True)]
        changes.append(note_changes("members", str(name), rows, cell_texts(before), cell_texts(new), reasons))
        whole = changed[str(name)].copy()
        whole.loc[rows] = new
        changed = changed.assign(**{str(name): whole})
    if problems:
        raise ConfigurationError(*problems)
    return Overridden(changed, overrides.reset_index(drop=True), join_changes(changes))


def _rule(name: str, kind: str, choices: tuple[str, ...]) -> ColumnRule:
    return ColumnRule(name, kind, meanings={choice: choice for choice in choices})


def _not_a_choice(values: pd.Series, choices: tuple[str, ...]) -> pd.Series:

    if choices:
        return values.notna() & ~values.isin(choices)
    return pd.Series(False, index=values.index)
