"""The consultant's word: single cells of members set by hand, with reason and author."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from axlib.tables.engagement import Engagement
from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.instrument import find_instrument
from axlib.tables.rows.changes import join_changes, note_changes
from axlib.tables.rows.duplicates import cell_texts
from axlib.tables.rows.impossible_values import find_impossible
from axlib.tables.rows.override_values import check_values, find_allowed
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import ConfigurationError, suggest

COLUMNS = ("member_id", "column", "value", "reason", "by")
#: What no row can do without; an empty value blanks a cell.
NEEDED = ("member_id", "column", "reason", "by")


class Overridden(NamedTuple):
    """Members with overrides applied."""

    members: pd.DataFrame
    overrides: pd.DataFrame
    changes: pd.DataFrame


def read_overrides(path: Path, *, home: Path) -> pd.DataFrame:
    """Read an overrides file: member_id, column, value, reason, by; every cell text.

    Parameters
    ----------
    path : Path
    home : Path
        Folder of the engagement file.

    Raises
    ------
    ConfigurationError
        A column is missing.
    """
    raw = read_source(read_bytes(path, home=home), file_name=path.name, settings=ReadSettings()).table
    named = raw.rename(columns={header: str(header).strip().lower() for header in raw.columns})
    missing = [name for name in COLUMNS if name not in named]
    if missing:
        raise ConfigurationError(
            f"{path.name}: has no column {', '.join(missing)}. An overrides file has: {', '.join(COLUMNS)}."
        )
    return named[list(COLUMNS)]


def find_blanks(overrides: pd.DataFrame, *, file_name: str) -> list[str]:
    """Say which rows lack their member, column, reason or author; one sentence each."""
    return [
        f"{file_name}, row {row}: '{name}' is empty; every override needs it."
        for name in NEEDED
        for row in overrides.index[overrides[name].isna()]
    ]


def apply_overrides(
    members: pd.DataFrame, overrides: pd.DataFrame, *, file_name: str, engagement: Engagement
) -> Overridden:
    """Set the cells the consultant named; later rows of the file win over earlier ones.

    Parameters
    ----------
    members : DataFrame
        Clean, indexed by row number.
    overrides : DataFrame
        As ``read_overrides`` gives it, without rows that lack something.
    file_name : str
    engagement : Engagement

    Raises
    ------
    ConfigurationError
        The engagement's own questions cannot be read; unknown members and columns, and values that no cell of the
        export could have been kept with; all at once, one sentence each.
    """
    row_of = pd.Series(members.index, index=members["member_id"].to_numpy())
    problems = _unknown(members, overrides, file_name)
    known = overrides["member_id"].isin(row_of.index) & overrides["column"].isin(list(members.columns))
    changed, changes = members, []
    instrument = find_instrument(engagement)
    for name, lines in overrides[known & (overrides["column"] != "member_id")].groupby("column", sort=False):
        allowed = find_allowed(str(name), members, engagement, instrument)
        checked = check_values(str(name), lines["value"], allowed, as_of=engagement.as_of)
        problems += [f"{file_name}, row {row}: {problem}." for row, problem in checked.problems.items()]
        lines = lines.drop_duplicates("member_id", keep="last")
        rows = row_of.loc[lines["member_id"]].to_numpy()
        values = checked.values.mask(checked.values.index.isin(list(checked.problems)))
        new = pd.Series(values.loc[lines.index].array, index=rows)
        before = changed.loc[rows, str(name)]
        reasons = [f"override by {by}: {reason}" for by, reason in zip(lines["by"], lines["reason"], strict=True)]
        changes.append(note_changes("members", str(name), rows, cell_texts(before), cell_texts(new), reasons))
        whole = changed[str(name)].copy()
        whole.loc[rows] = new
        changed = changed.assign(**{str(name): whole})
    for doubt in find_impossible("members", changed, as_of=engagement.as_of):
        # Of one column they were refused above; what contradicts itself in the export was set aside before.
        if not doubt.column:
            problems += [
                f"{file_name}: what it sets of member '{member}' contradicts its row: {doubt.reason}."
                for member in changed.loc[doubt.rows, "member_id"]
            ]
    if problems:
        raise ConfigurationError(*problems)
    return Overridden(changed, overrides.reset_index(drop=True), join_changes(changes))


def _unknown(members: pd.DataFrame, overrides: pd.DataFrame, file_name: str) -> list[str]:
    """Say which members and columns there are none of."""
    there = set(members["member_id"])
    problems = [
        f"{file_name}, row {row}: no member '{member}' among the members kept."
        for row, member in overrides["member_id"].items()
        if member not in there
    ]
    for row, column in overrides["column"].items():
        if column not in members.columns:
            problems.append(
                f"{file_name}, row {row}: members have no column '{column}'. {suggest(str(column), map(str, members))}"
            )
        elif column == "member_id":
            problems.append(f"{file_name}, row {row}: member_id cannot be overridden.")
    return problems
