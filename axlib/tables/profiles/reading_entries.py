"""What teams write beside answers in a workbook sent back: goals, milestones, and signs of success."""

from __future__ import annotations

import pandas as pd

import axlib.tables.profiles.facts as fact
import axlib.tables.profiles.layout as layout
from axlib.tables.profiles.sheet_cells import SheetCells, Trouble
from axlib.tables.profiles.typed_cells import (
    ReadColumn,
    read_days,
    read_number_cells,
)
from axlib.tables.profiles.workbook_copy import (
    CHANGE,
    SIGN,
    Copy,
    Rules,
    compare_facts,
    keep_changes,
    name_members,
    note_gone,
    note_trouble,
    without_cleared,
)
from axlib.words.display import count_words, join_words
from axlib.words.vocabulary import OUTCOME_KINDS


def read_goals(sheet: SheetCells, copy: Copy, rules: Rules) -> None:
    """Read the overview: goals that were written anew, and members whose row is gone."""
    members = name_members(sheet, copy, rules)
    _note_missing_rows(copy, members)
    if layout.GOAL not in sheet.letters:
        return
    entries = pd.DataFrame({"member": members, "after": sheet.texts.loc[members.index, layout.GOAL]})
    entries = entries.assign(kind=fact.GOAL, where="", what=fact.GOAL_ITEM, row=entries.index)
    found = compare_facts(entries, copy)
    new = found[found["after"] != found["before"]]
    cells = [sheet.place(row, layout.GOAL) for row in new["row"]]
    new = new.assign(cell=cells, rater="", at=rules.on.isoformat())
    keep_changes(copy, sheet, without_cleared(copy, new, sheet.name))


def _note_missing_rows(copy: Copy, members: pd.Series) -> None:
    there = set(members.tolist())
    gone = [key for key in copy.keys.members if key not in there]
    if gone:
        few = join_words([*gone[:5], *([f"{len(gone) - 5:,} more"] if len(gone) > 5 else [])])
        who = f"{count_words(len(gone), 'member')} ({few})"
        verb = "is" if len(gone) == 1 else "are"
        rule = f"{who} that stood in the workbook as written {verb} gone; nothing is removed for that"
        copy.notes.append(Trouble(copy.file, layout.OVERVIEW, "", "", rule))


def read_milestones(sheet: SheetCells, copy: Copy, rules: Rules) -> None:
    """Read milestones: new ones, and what changed of those there were."""
    members = name_members(sheet, copy, rules)
    names = sheet.texts.loc[members.index, layout.MILESTONE]
    for row in names.index[names == ""]:
        rule, remedy = "the row has entries but names no milestone", "Name it, or clear the row."
        copy.problems.append(Trouble(copy.file, sheet.name, f"row {row}", "", rule, remedy))
    names = names[names != ""]
    rows = pd.DataFrame({"member": members[names.index], "where": names})
    note_gone(copy, fact.MILESTONE, set(zip(rows["member"], rows["where"], strict=True)), sheet.name)
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
        found = compare_facts(entries, copy).set_index("row", drop=False)
        new = found[(found["after"] != found["before"]) | (found["added"] & (what == "due_on"))]
        if what != "next_action":
            column = read_days(new["after"], orders=rules.orders, as_of=rules.on, until=until)
            note_trouble(copy, sheet, header, column, texts, "Write the day as 2026-03-31, as a date.")
            new = new.assign(after=column.values)[(column.wrong == "").to_numpy()]
            new = new[(new["after"] != new["before"]) | new["added"]]
        parts.append(new.assign(cell=[sheet.place(row, header) for row in new["row"]]))
    changes = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=[*CHANGE, "row"])])
    keep_changes(copy, sheet, changes.assign(rater="", at=rules.on.isoformat()))


def read_signs(sheet: SheetCells, copy: Copy, rules: Rules) -> None:
    """Read signs of success: each a day, a kind, and perhaps a value."""
    members = name_members(sheet, copy, rules)
    texts = sheet.texts.loc[members.index]
    days = read_days(texts[layout.DAY], orders=rules.orders, as_of=rules.on, until=rules.on)
    note_trouble(copy, sheet, layout.DAY, days, texts[layout.DAY], "Write the day as 2026-03-31, as a date.")
    kinds = texts[layout.KIND].str.casefold().str.replace(" ", "_")
    wrong = pd.Series("", index=kinds.index).mask(~kinds.isin(["", *OUTCOME_KINDS]), "is no kind of sign")
    kind = ReadColumn(kinds, wrong.astype("str"))
    remedy = f"Choose one from the list in the cell: {join_words(OUTCOME_KINDS, 'or').replace('_', ' ')}."
    note_trouble(copy, sheet, layout.KIND, kind, texts[layout.KIND], remedy)
    numbers = read_number_cells(texts[layout.VALUE], sheet.typed.loc[members.index, layout.VALUE])
    note_trouble(copy, sheet, layout.VALUE, numbers, texts[layout.VALUE], "Write a plain number, or leave it empty.")
    for row in texts.index[(texts[layout.DAY] == "") | (texts[layout.KIND] == "")]:
        rule = "the row names a member, but not both day and kind"
        copy.problems.append(Trouble(copy.file, sheet.name, f"row {row}", "", rule, "Fill both, or clear the row."))
    signs = pd.DataFrame({"member": members, "at": days.values, "kind": kinds, "value": numbers.values})
    cells = [sheet.place(row, layout.MEMBER) for row in signs.index]
    signs = signs.assign(file=copy.file, sheet=sheet.name, cell=cells)
    copy.signs.append(signs[(signs["at"] != "") & (signs["kind"] != "")][SIGN])
