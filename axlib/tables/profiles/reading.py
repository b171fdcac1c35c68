"""One workbook sent back: what is new in it against the facts it was written from, and what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

import axlib.tables.profiles.facts as fact
import axlib.tables.profiles.layout as layout
from axlib.tables.cells.parsing_dates import Order
from axlib.tables.files.workbooks import cell_text, open_workbook
from axlib.tables.instrument import Instrument
from axlib.tables.intake_answers import role_of
from axlib.tables.profiles.facts import KEY
from axlib.tables.profiles.keys import WorkbookKeys, fingerprint_instrument, unpack_keys
from axlib.tables.profiles.layout import FILLED, IntakeColumn, list_intake_columns, show_answer
from axlib.tables.profiles.sheet_cells import SheetCells, Trouble, read_cells, read_rows
from axlib.tables.profiles.typed_cells import (
    ReadColumn,
    decide_orders,
    find_members,
    find_stages,
    read_answer_cells,
    read_days,
    read_number_cells,
)
from axlib.words.display import count_words, join_words
from axlib.words.errors import DataError
from axlib.words.vocabulary import OUTCOME_KINDS

#: Columns of what is new: the fact, both its values, where it stands, and who says it.
CHANGE = [*KEY, "before", "after", "file", "sheet", "cell", "rater", "at"]
SIGN = ["member", "at", "kind", "value", "file", "sheet", "cell"]
#: Who is taken to have answered where the row does not say.
USUAL_RATER = "msm"


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
class _Rules:
    """What every sheet is read by."""

    instrument: Instrument
    known: frozenset[str]
    orders: Mapping[str, Order]
    on: date


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
    rules = _Rules(instrument, known, orders, on)
    if layout.OVERVIEW in sheets:
        _read_goals(sheets[layout.OVERVIEW], copy, rules)
    if layout.INTAKE in sheets:
        _read_intake(sheets[layout.INTAKE], copy, rules, columns)
    if layout.MILESTONES in sheets:
        _read_milestones(sheets[layout.MILESTONES], copy, rules)
    if layout.SIGNS in sheets:
        _read_signs(sheets[layout.SIGNS], copy, rules)
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


def _trouble(copy: Copy, sheet: SheetCells, header: str, column: ReadColumn, texts: pd.Series, remedy: str) -> None:
    """Add a problem for each cell of a column that cannot be read."""
    for row in column.wrong.index[column.wrong != ""]:
        place = sheet.place(row, header) if header in sheet.letters else ""
        copy.problems.append(Trouble(copy.file, sheet.name, place, texts[row], column.wrong[row], remedy))


def _name_members(sheet: SheetCells, copy: Copy, rules: _Rules) -> pd.Series:
    """Who each row is about; rows of nobody known get a problem and are left out of what follows."""
    texts = sheet.texts[layout.MEMBER]
    known = set(copy.keys.members) | rules.known
    column = find_members(texts, keys=copy.keys.members, known=known)
    remedy = "Choose the member from the list in the cell, or write its identifier."
    _trouble(copy, sheet, layout.MEMBER, column, texts, remedy)
    for row in texts.index[texts == ""]:
        copy.problems.append(
            Trouble(copy.file, sheet.name, f"row {row}", "", "the row has entries but names no member", remedy)
        )
    return column.values[column.values != ""]


def _compare(entries: pd.DataFrame, copy: Copy) -> pd.DataFrame:
    """Put beside each entry what was written there, empty where nothing was."""
    written = copy.keys.facts.rename(columns={"value": "before"})
    return entries.merge(written, on=KEY, how="left").fillna({"before": ""}).astype({"before": "str"})


def _note_gone(copy: Copy, kind: str, rows: set[tuple[str, str]], sheet: str) -> None:
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


def _keep_changes(copy: Copy, sheet: SheetCells, changes: pd.DataFrame) -> None:
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


def _read_goals(sheet: SheetCells, copy: Copy, rules: _Rules) -> None:
    members = _name_members(sheet, copy, rules)
    _note_missing_rows(copy, members)
    if layout.GOAL not in sheet.letters:
        return
    entries = pd.DataFrame({"member": members, "after": sheet.texts.loc[members.index, layout.GOAL]})
    entries = entries.assign(kind=fact.GOAL, where="", what=fact.GOAL_ITEM, row=entries.index)
    found = _compare(entries, copy)
    new = found[found["after"] != found["before"]]
    cells = [sheet.place(row, layout.GOAL) for row in new["row"]]
    new = new.assign(cell=cells, rater="", at=rules.on.isoformat())
    _keep_changes(copy, sheet, _without_cleared(copy, new, sheet.name))


def _note_missing_rows(copy: Copy, members: pd.Series) -> None:
    there = set(members.tolist())
    gone = [key for key in copy.keys.members if key not in there]
    if gone:
        few = join_words([*gone[:5], *([f"{len(gone) - 5:,} more"] if len(gone) > 5 else [])])
        who = f"{count_words(len(gone), 'member')} ({few})"
        verb = "is" if len(gone) == 1 else "are"
        rule = f"{who} that stood in the workbook as written {verb} gone; nothing is removed for that"
        copy.notes.append(Trouble(copy.file, layout.OVERVIEW, "", "", rule))


def _without_cleared(copy: Copy, changes: pd.DataFrame, sheet: str) -> pd.DataFrame:
    """Goals and answers are not deleted: a cell made empty is said, and changes nothing."""
    for row in changes[changes["after"] == ""].itertuples():
        rule = "stood there and was cleared; what was answered once stays"
        copy.notes.append(Trouble(copy.file, sheet, str(row.cell), str(row.before), rule))
    return changes[changes["after"] != ""]


def _read_intake(sheet: SheetCells, copy: Copy, rules: _Rules, columns: list[IntakeColumn]) -> None:
    members = _name_members(sheet, copy, rules)
    stages = find_stages(sheet.texts.loc[members.index, layout.STAGE])
    remedy = "Choose a stage from the list in the cell, or leave it empty."
    _trouble(copy, sheet, layout.STAGE, stages, sheet.texts[layout.STAGE], remedy)
    fine = stages.wrong.index[stages.wrong == ""]
    rows = pd.DataFrame({"member": members[fine], "where": stages.values[fine]})
    _note_gone(copy, fact.ANSWER, set(zip(rows["member"], rows["where"], strict=True)), sheet.name)
    parts = [_read_question(sheet, copy, rows, column) for column in columns if column.header in sheet.letters]
    changes = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=[*CHANGE, "row"])])
    if len(changes) == 0:
        return
    asked = changes["row"].unique()
    at_texts = sheet.texts.loc[asked, layout.ANSWERED_ON]
    at = read_days(at_texts, orders=rules.orders, as_of=rules.on, until=rules.on)
    remedy = "Write the day as 2026-03-31, as a date."
    _trouble(copy, sheet, layout.ANSWERED_ON, at, at_texts, remedy)
    rater = sheet.texts.loc[asked, layout.RATER]
    silent = int((rater == "").sum()), int((at_texts == "").sum())
    rater = rater.where(rater != "", USUAL_RATER)
    for n, words in ((silent[0], "who answered: counted as the MSM's"), (silent[1], f"when: counted from {rules.on}")):
        if n:
            rule = f"{count_words(n, 'row')} with new answers {'says' if n == 1 else 'say'} nothing of {words}"
            copy.notes.append(Trouble(copy.file, sheet.name, "", "", rule))
    days = at.values.where(at.values != "", rules.on.isoformat())
    changes = changes.assign(rater=changes["row"].map(rater), at=changes["row"].map(days))
    _check_roles(copy, sheet, changes, {column.attribute: column for column in columns})
    _keep_changes(copy, sheet, changes)


def _read_question(sheet: SheetCells, copy: Copy, rows: pd.DataFrame, column: IntakeColumn) -> pd.DataFrame:
    """What is new in one column of answers."""
    texts = sheet.texts.loc[rows.index, column.header]
    entries = rows.assign(kind=fact.ANSWER, what=column.attribute, text=texts, row=rows.index)
    found = _compare(entries, copy).set_index("row", drop=False)
    shown = found["before"].map({value: show_answer(column.item, value) for value in found["before"].unique()})
    # Of several rows of one member and stage the empty ones say nothing.
    filled = (found["text"] != "").groupby([found["member"], found["where"]]).transform("max")
    new = found[(found["text"] != shown) & ((found["text"] != "") | ~filled.astype(bool))]
    if len(new) == 0:
        return new
    read = read_answer_cells(new["text"], sheet.typed.loc[new.index, column.header], column.item)
    remedy = "Choose an answer from the list in the cell." if column.item.kind != "number" else "Write a plain number."
    _trouble(copy, sheet, column.header, read, new["text"], remedy)
    asked = {stage: column.find(stage) is not None for stage in new["where"].unique()}
    for row in new.index[~new["where"].map(asked).astype(bool) & (new["text"] != "")]:
        stage = new.loc[row, "where"].replace("_", " ")
        rule = f"answers a question that is not asked in the stage {stage}"
        cell = sheet.place(row, column.header)
        copy.problems.append(Trouble(copy.file, sheet.name, cell, new.loc[row, "text"], rule, "Clear the cell."))
    new = new.assign(after=read.values, cell=[sheet.place(row, column.header) for row in new.index])
    cleared = new["text"] == ""
    _without_cleared(copy, new[cleared], sheet.name)
    return new[~cleared & (read.wrong == "") & (new["after"] != new["before"]) & new["where"].map(asked).astype(bool)]


def _check_roles(copy: Copy, sheet: SheetCells, changes: pd.DataFrame, columns: Mapping[str, IntakeColumn]) -> None:
    """Say which answers come from somebody who cannot know them."""
    roles = role_of(changes["rater"])
    for row, role in zip(changes.itertuples(), roles, strict=True):
        item = columns[str(row.what)].find(str(row.where)) or columns[str(row.what)].item
        if role and role not in item.answered_by:
            rule = f"is answered by the {role}; the instrument asks {join_words(item.answered_by, 'or')}"
            remedy = f"Change '{layout.RATER}' of the row, or clear the cell."
            shown = show_answer(item, str(row.after))
            copy.problems.append(Trouble(copy.file, sheet.name, str(row.cell), shown, rule, remedy))


def _read_milestones(sheet: SheetCells, copy: Copy, rules: _Rules) -> None:
    members = _name_members(sheet, copy, rules)
    names = sheet.texts.loc[members.index, layout.MILESTONE]
    for row in names.index[names == ""]:
        rule, remedy = "the row has entries but names no milestone", "Name it, or clear the row."
        copy.problems.append(Trouble(copy.file, sheet.name, f"row {row}", "", rule, remedy))
    names = names[names != ""]
    rows = pd.DataFrame({"member": members[names.index], "where": names})
    _note_gone(copy, fact.MILESTONE, set(zip(rows["member"], rows["where"], strict=True)), sheet.name)
    parts = []
    known = pd.MultiIndex.from_frame(copy.keys.facts[["member", "where"]][copy.keys.facts["kind"] == fact.MILESTONE])
    added = ~pd.MultiIndex.from_frame(rows[["member", "where"]]).isin(known)
    for header, what, until in (
        (layout.DUE, "due_on", None),
        (layout.REACHED, "reached_on", rules.on),
        (layout.NEXT_ACTION, "next_action", None),
    ):
        if header not in sheet.letters:
            continue
        texts = sheet.texts.loc[rows.index, header]
        entries = rows.assign(kind=fact.MILESTONE, what=what, after=texts, row=rows.index, added=added)
        found = _compare(entries, copy).set_index("row", drop=False)
        new = found[(found["after"] != found["before"]) | (found["added"] & (what == "due_on"))]
        if what != "next_action":
            column = read_days(new["after"], orders=rules.orders, as_of=rules.on, until=until)
            _trouble(copy, sheet, header, column, texts, "Write the day as 2026-03-31, as a date.")
            new = new.assign(after=column.values)[(column.wrong == "").to_numpy()]
            new = new[(new["after"] != new["before"]) | new["added"]]
        parts.append(new.assign(cell=[sheet.place(row, header) for row in new["row"]]))
    changes = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=[*CHANGE, "row"])])
    _keep_changes(copy, sheet, changes.assign(rater="", at=rules.on.isoformat()))


def _read_signs(sheet: SheetCells, copy: Copy, rules: _Rules) -> None:
    members = _name_members(sheet, copy, rules)
    texts = sheet.texts.loc[members.index]
    days = read_days(texts[layout.DAY], orders=rules.orders, as_of=rules.on, until=rules.on)
    _trouble(copy, sheet, layout.DAY, days, texts[layout.DAY], "Write the day as 2026-03-31, as a date.")
    kinds = texts[layout.KIND].str.casefold().str.replace(" ", "_")
    wrong = pd.Series("", index=kinds.index).mask(~kinds.isin(["", *OUTCOME_KINDS]), "is no kind of sign")
    kind = ReadColumn(kinds, wrong.astype("str"))
    remedy = f"Choose one from the list in the cell: {join_words(OUTCOME_KINDS, 'or').replace('_', ' ')}."
    _trouble(copy, sheet, layout.KIND, kind, texts[layout.KIND], remedy)
    numbers = read_number_cells(texts[layout.VALUE], sheet.typed.loc[members.index, layout.VALUE])
    _trouble(copy, sheet, layout.VALUE, numbers, texts[layout.VALUE], "Write a plain number, or leave it empty.")
    for row in texts.index[(texts[layout.DAY] == "") | (texts[layout.KIND] == "")]:
        rule = "the row names a member, but not both day and kind"
        copy.problems.append(Trouble(copy.file, sheet.name, f"row {row}", "", rule, "Fill both, or clear the row."))
    signs = pd.DataFrame({"member": members, "at": days.values, "kind": kinds, "value": numbers.values})
    cells = [sheet.place(row, layout.MEMBER) for row in signs.index]
    signs = signs.assign(file=copy.file, sheet=sheet.name, cell=cells)
    copy.signs.append(signs[(signs["at"] != "") & (signs["kind"] != "")][SIGN])
