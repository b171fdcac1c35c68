"""What one workbook sent back says, gathered sheet by sheet: changes, signs, problems and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

import axlib.tables.profiles.layout as layout
from axlib.tables.cells.parsing_dates import Order
from axlib.tables.instrument import Instrument
from axlib.tables.profiles.facts import KEY
from axlib.tables.profiles.keys import WorkbookKeys
from axlib.tables.profiles.sheet_cells import SheetCells, Trouble
from axlib.tables.profiles.typed_cells import (
    ReadColumn,
    find_members,
)
from axlib.words.display import count_words, join_words

#: Columns of what is new: the fact, both its values, where it stands, and who says it.
CHANGE = [*KEY, "before", "after", "file", "sheet", "cell", "rater", "at"]
SIGN = ["member", "at", "kind", "value", "file", "sheet", "cell"]


@dataclass(eq=False)
class Copy:
    """What one workbook says.

    Attributes
    ----------
    file : str
    keys : WorkbookKeys
    changes : list of DataFrame
        With the columns ``CHANGE``; ``member`` as the workbook names it.
    signs : list of DataFrame
        With the columns ``SIGN``.
    problems, notes : list of Trouble
    unread : list of (str, str, str)
        sheet, cell and value of what was not understood.
    """

    file: str
    keys: WorkbookKeys
    changes: list[pd.DataFrame] = field(default_factory=list)
    signs: list[pd.DataFrame] = field(default_factory=list)
    problems: list[Trouble] = field(default_factory=list)
    notes: list[Trouble] = field(default_factory=list)
    unread: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Rules:
    """What every sheet is read by."""

    instrument: Instrument
    known: frozenset[str]
    orders: Mapping[str, Order]
    on: date


def note_trouble(copy: Copy, sheet: SheetCells, header: str, column: ReadColumn, texts: pd.Series, remedy: str) -> None:
    """Add a problem for each cell of a column that cannot be read."""
    for row in column.wrong.index[column.wrong != ""]:
        place = sheet.place(row, header) if header in sheet.letters else ""
        copy.problems.append(Trouble(copy.file, sheet.name, place, texts[row], column.wrong[row], remedy))


def name_members(sheet: SheetCells, copy: Copy, rules: Rules) -> pd.Series:
    """Who each row is about; rows of nobody known get a problem and are left out of what follows."""
    texts = sheet.texts[layout.MEMBER]
    known = set(copy.keys.members) | rules.known
    column = find_members(texts, keys=copy.keys.members, known=known)
    remedy = "Choose the member from the list in the cell, or write its identifier."
    note_trouble(copy, sheet, layout.MEMBER, column, texts, remedy)
    for row in texts.index[texts == ""]:
        copy.problems.append(
            Trouble(copy.file, sheet.name, f"row {row}", "", "the row has entries but names no member", remedy)
        )
    return column.values[column.values != ""]


def compare_facts(entries: pd.DataFrame, copy: Copy) -> pd.DataFrame:
    """Put beside each entry what was written there, empty where nothing was."""
    written = copy.keys.facts.rename(columns={"value": "before"})
    return entries.merge(written, on=KEY, how="left").fillna({"before": ""}).astype({"before": "str"})


def note_gone(copy: Copy, kind: str, rows: set[tuple[str, str]], sheet: str) -> None:
    """Say which rows that were written are not there any more."""
    mine = copy.keys.facts[copy.keys.facts["kind"] == kind]
    gone = [pair for pair in dict.fromkeys(zip(mine["member"], mine["where"], strict=True)) if pair not in rows]
    for member, where in gone[:20]:
        words = f"{member}, {where}" if where else member
        rule = "stood in the workbook as written and is gone; nothing is removed for that"
        copy.notes.append(Trouble(copy.file, sheet, "", words, rule))
    if len(gone) > 20:
        rule = f"{count_words(len(gone) - 20, 'more row')} that stood in it as written are gone; nothing is removed"
        copy.notes.append(Trouble(copy.file, sheet, "", "", rule))


def keep_changes(copy: Copy, sheet: SheetCells, changes: pd.DataFrame) -> None:
    """Keep what is new; what a sheet says twice and differently is a problem."""
    changes = changes.assign(file=copy.file, sheet=sheet.name)
    distinct = changes.drop_duplicates([*KEY, "after"])
    again = distinct[distinct.duplicated(KEY, keep=False)]
    for key, rows in again.groupby(KEY, sort=False):
        cells = join_words([f"{row.cell} '{row.after}'" for row in rows.itertuples()])
        words = f"{key[1]}, {key[3]}" + (f" ({key[2]})" if key[2] else "")
        rule = f"stands in it several times, and differently: {cells}"
        copy.problems.append(Trouble(copy.file, sheet.name, rows["cell"].iloc[0], words, rule, "Keep one of them."))
    copy.changes.append(distinct[~distinct.duplicated(KEY, keep=False)][CHANGE])


def without_cleared(copy: Copy, changes: pd.DataFrame, sheet: str) -> pd.DataFrame:
    """Goals and answers are not deleted: a cell made empty is said, and changes nothing."""
    for row in changes[changes["after"] == ""].itertuples():
        rule = "stood there and was cleared; what was answered once stays"
        copy.notes.append(Trouble(copy.file, sheet, str(row.cell), str(row.before), rule))
    return changes[changes["after"] != ""]
