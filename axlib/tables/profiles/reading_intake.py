"""The intake sheet of a workbook sent back: new answers, and answers that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import axlib.tables.profiles.facts as fact
import axlib.tables.profiles.layout as layout
from axlib.tables.intake_answers import role_of
from axlib.tables.profiles.layout import IntakeColumn, show_answer
from axlib.tables.profiles.sheet_cells import SheetCells, Trouble
from axlib.tables.profiles.typed_cells import (
    find_stages,
    read_answer_cells,
    read_days,
)
from axlib.tables.profiles.workbook_copy import (
    CHANGE,
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

#: Who is taken to have answered where the row does not say.
USUAL_RATER = "msm"


def read_intake(sheet: SheetCells, copy: Copy, rules: Rules, columns: list[IntakeColumn]) -> None:
    """Read the intake: answers that are new, who gave them, and when."""
    members = name_members(sheet, copy, rules)
    stages = find_stages(sheet.texts.loc[members.index, layout.STAGE])
    remedy = "Choose a stage from the list in the cell, or leave it empty."
    note_trouble(copy, sheet, layout.STAGE, stages, sheet.texts[layout.STAGE], remedy)
    fine = stages.wrong.index[stages.wrong == ""]
    rows = pd.DataFrame({"member": members[fine], "where": stages.values[fine]})
    note_gone(copy, fact.ANSWER, set(zip(rows["member"], rows["where"], strict=True)), sheet.name)
    parts = [_read_question(sheet, copy, rows, column) for column in columns if column.header in sheet.letters]
    changes = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=[*CHANGE, "row"])])
    if len(changes) == 0:
        return
    asked = changes["row"].unique()
    at_texts = sheet.texts.loc[asked, layout.ANSWERED_ON]
    at = read_days(at_texts, orders=rules.orders, as_of=rules.on, until=rules.on)
    remedy = "Write the day as 2026-03-31, as a date."
    note_trouble(copy, sheet, layout.ANSWERED_ON, at, at_texts, remedy)
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
    keep_changes(copy, sheet, changes)


def _read_question(sheet: SheetCells, copy: Copy, rows: pd.DataFrame, column: IntakeColumn) -> pd.DataFrame:
    """What is new in one column of answers."""
    texts = sheet.texts.loc[rows.index, column.header]
    entries = rows.assign(kind=fact.ANSWER, what=column.attribute, text=texts, row=rows.index)
    found = compare_facts(entries, copy).set_index("row", drop=False)
    shown = found["before"].map({value: show_answer(column.item, value) for value in found["before"].unique()})
    # Of several rows of one member and stage the empty ones say nothing.
    filled = (found["text"] != "").groupby([found["member"], found["where"]]).transform("max")
    new = found[(found["text"] != shown) & ((found["text"] != "") | ~filled.astype(bool))]
    if len(new) == 0:
        return new
    read = read_answer_cells(new["text"], sheet.typed.loc[new.index, column.header], column.item)
    remedy = "Choose an answer from the list in the cell." if column.item.kind != "number" else "Write a plain number."
    note_trouble(copy, sheet, column.header, read, new["text"], remedy)
    asked = {stage: column.find(stage) is not None for stage in new["where"].unique()}
    for row in new.index[~new["where"].map(asked).astype(bool) & (new["text"] != "")]:
        stage = new.loc[row, "where"].replace("_", " ")
        rule = f"answers a question that is not asked in the stage {stage}"
        cell = sheet.place(row, column.header)
        copy.problems.append(Trouble(copy.file, sheet.name, cell, new.loc[row, "text"], rule, "Clear the cell."))
    new = new.assign(after=read.values, cell=[sheet.place(row, column.header) for row in new.index])
    cleared = new["text"] == ""
    without_cleared(copy, new[cleared], sheet.name)
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
