"""One workbook sent back: what is new in it against the facts it was written from, and what cannot be read."""

from __future__ import annotations

from datetime import date

import pandas as pd

import axlib.tables.profiles.layout as layout
from axlib.tables.files.workbooks import cell_text, open_workbook
from axlib.tables.instrument import Instrument
from axlib.tables.profiles.keys import fingerprint_instrument, unpack_keys
from axlib.tables.profiles.layout import FILLED, list_intake_columns
from axlib.tables.profiles.reading_entries import read_goals, read_milestones, read_signs
from axlib.tables.profiles.reading_intake import read_intake
from axlib.tables.profiles.sheet_cells import SheetCells, Trouble, read_cells, read_rows
from axlib.tables.profiles.typed_cells import (
    decide_orders,
)
from axlib.tables.profiles.workbook_copy import (
    Copy,
    Rules,
)
from axlib.words.display import count_words
from axlib.words.errors import DataError


def read_copy(
    raw: bytes, *, file_name: str, engagement: str, instrument: Instrument, known: frozenset[str], on: date
) -> Copy:
    """Read one workbook.

    Parameters
    ----------
    raw : bytes
    file_name : str
    engagement : str
        Name of the engagement; a workbook of another one is refused.
    instrument : Instrument
        The questions of today.
    known : frozenset of str
        Members of the engagement as the workbook would name them; new rows may name any of them.
    on : date
        The day of reading: nothing can have happened later, and answers without a day count from it.

    Raises
    ------
    DataError
        No profile workbook, or one of another engagement, version or instrument.
    """
    workbook = open_workbook(raw, file_name=file_name)
    names = list(workbook.sheet_names)
    if layout.KEYS not in names:
        raise DataError(
            f"{file_name}: no profile workbook; its hidden sheet '{layout.KEYS}' is not there. Send back the file "
            "that axlib profiles write made, saved as XLSX or ODS."
        )
    lines = [[cell_text(cell) for cell in row] for row in read_rows(workbook, layout.KEYS)]
    packed = [row[2] for row in lines if len(row) > 2 and row[2]]
    keys = unpack_keys({row[0]: row[1] for row in lines if len(row) > 1 and row[0]}, packed, file_name=file_name)
    if keys.engagement != engagement:
        raise DataError(
            f"{file_name}: a workbook of the engagement '{keys.engagement}', not of '{engagement}'. Name its own "
            "engagement file with --engagement."
        )
    if keys.instrument != fingerprint_instrument(instrument):
        raise DataError(
            f"{file_name}: the questions of the intake have changed since it was written, so its answers may mean "
            "something else. Write a new workbook and copy the entries over."
        )
    copy = Copy(file_name, keys)
    columns = list_intake_columns(instrument)
    heads = {**FILLED, layout.INTAKE: (*FILLED[layout.INTAKE], *(column.header for column in columns))}
    sheets: dict[str, SheetCells] = {}
    for name in FILLED:
        if name not in names:
            copy.notes.append(Trouble(file_name, name, "", "", "the sheet is gone; nothing of it was read"))
            continue
        read = read_cells(
            read_rows(workbook, name), file=file_name, sheet=name, filled=heads[name], shown=layout.SHOWN[name]
        )
        if isinstance(read, Trouble):
            copy.problems.append(read)
            continue
        sheets[name] = read
        copy.notes += read.notes
        copy.unread += read.unread
    ours = {*FILLED, layout.INSTRUCTIONS, layout.DASHBOARD, layout.TEAM, layout.LISTS, layout.KEYS}
    for name in [name for name in names if name not in ours]:
        _keep_sheet(copy, name, read_rows(workbook, name))
    days = [
        sheet.texts.loc[sheet.typed[header], header]
        for sheet in sheets.values()
        for header in (layout.ANSWERED_ON, layout.DUE, layout.REACHED, layout.DAY)
        if header in sheet.texts
    ]
    orders, told = decide_orders(pd.concat(days) if days else pd.Series(dtype="str"))
    if told:
        copy.notes.append(Trouble(file_name, "all sheets", "", "", told))
    rules = Rules(instrument, known, orders, on)
    if layout.OVERVIEW in sheets:
        read_goals(sheets[layout.OVERVIEW], copy, rules)
    if layout.INTAKE in sheets:
        read_intake(sheets[layout.INTAKE], copy, rules, columns)
    if layout.MILESTONES in sheets:
        read_milestones(sheets[layout.MILESTONES], copy, rules)
    if layout.SIGNS in sheets:
        read_signs(sheets[layout.SIGNS], copy, rules)
    return copy


def _keep_sheet(copy: Copy, name: str, rows: list[list[object]]) -> None:
    cells = [
        (name, f"{layout.name_column(place)}{number}", layout.tidy_cell(cell_text(cell)))
        for number, row in enumerate(rows, start=1)
        for place, cell in enumerate(row)
        if cell not in ("", None)
    ]
    copy.unread += cells[:20_000]
    copy.notes.append(
        Trouble(copy.file, name, "", "", f"a sheet that was added; its {count_words(len(cells), 'cell')} are not read")
    )
