"""The sheets people fill in: the intake, the milestones, the signs of success."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

import axlib.tables.profiles.facts as fact
import axlib.tables.profiles.layout as layout
from axlib.reports.workbook.book import (
    PROTECTED,
    Book,
    fill_blank,
    span,
    start_sheet,
    write_days,
    write_heads,
    write_texts,
)
from axlib.reports.workbook.overview import PLACES
from axlib.tables.instrument import ROLES, InstrumentItem
from axlib.tables.profiles.facts import spread_milestones
from axlib.tables.profiles.layout import HEADER_ROW, list_intake_columns, show_answer
from axlib.verbs.profiles import Profiles
from axlib.words.display import join_words
from axlib.words.vocabulary import LIFECYCLE_STAGES

#: A day anybody may write into a cell.
_DAY = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(1990, 1, 1),
    "maximum": date(2099, 12, 31),
    "error_title": "A day",
    "error_message": "Write a day, such as 2026-03-31.",
}
#: Signs a spreadsheet shows beside a cell.
_MOST_MESSAGE = 250


def list_intake_rows(profiles: Profiles) -> pd.DataFrame:
    """List the rows of the intake: each member's own stage first, then every other stage with an answer.

    Returns
    -------
    DataFrame
        ``number`` (of the member, from 0), ``member``, ``stage``.
    """
    table = profiles.table
    own = pd.DataFrame({"member": table["member_id"], "stage": table["lifecycle_stage"], "place": -1})
    answers = profiles.facts[profiles.facts["kind"] == fact.ANSWER]
    order = {name: place for place, name in enumerate(["", *LIFECYCLE_STAGES])}
    told = answers[["member", "where"]].drop_duplicates().rename(columns={"where": "stage"})
    told = told.assign(place=told["stage"].map(order).fillna(len(order)))
    numbers = pd.Series(range(len(table)), index=table["member_id"])
    rows = pd.concat([own, told]).drop_duplicates(["member", "stage"])
    rows = rows.assign(number=rows["member"].map(numbers))
    return rows.sort_values(["number", "place"], kind="stable", ignore_index=True)[["number", "member", "stage"]]


def list_milestone_rows(profiles: Profiles) -> pd.DataFrame:
    """List the milestones as the sheet has them: by member's number and day due, those without a day last."""
    table = spread_milestones(profiles.facts)
    numbers = pd.Series(range(len(profiles.table)), index=profiles.table["member_id"])
    rows = table.assign(number=table["member"].map(numbers), day=table["due_on"].where(table["due_on"] != "", "9999"))
    return rows.sort_values(["number", "day", "milestone"], kind="stable", ignore_index=True)


def write_intake(book: Book, rows: pd.DataFrame) -> None:
    """Write the sheet on which the AX instrument is answered."""
    columns = list_intake_columns(book.profiles.instrument)
    sheet = start_sheet(
        book,
        layout.INTAKE,
        "Intake: how does this member need to be served?",
        "One row per member and lifecycle stage. Choose answers from the list in each cell; each list shows 0 to 4 in "
        "words. Free rows for further stages are below. No question is about money.",
    )
    heads = [
        (layout.MEMBER, 38.0), (layout.STAGE, 13.0), (layout.RATER, 13.0), (layout.ANSWERED_ON, 13.0),
        *((column.header, 22.0) for column in columns), (layout.NUMBER, 6.0),
    ]  # fmt: skip
    write_heads(book, sheet, heads, frozen=2, height=34)
    sheet.set_default_row(32)
    sheet.set_row(HEADER_ROW - 2, 62)
    styles = book.styles
    for place, column in enumerate(columns, start=4):
        sheet.write_string(HEADER_ROW - 2, place, column.item.question, styles["question"])
    labels = [book.labels[number] for number in rows["number"].tolist()]
    write_texts(sheet, 0, labels, styles["name"])
    write_texts(sheet, 1, rows["stage"].str.replace("_", " ").tolist(), styles["cell"])
    write_texts(sheet, 2, [""] * len(rows), styles["entry"])
    write_texts(sheet, 3, [""] * len(rows), styles["entry_day"])
    answers = book.profiles.facts[book.profiles.facts["kind"] == fact.ANSWER]
    keys = pd.MultiIndex.from_frame(rows[["member", "stage"]])
    for place, column in enumerate(columns, start=4):
        mine = answers[answers["what"] == column.attribute].set_index(["member", "where"])["value"]
        values = mine.reindex(keys).fillna("").tolist()
        _write_answers(sheet, place, values, column.item, styles)
    first, last = HEADER_ROW + len(rows), book.last_intake
    spare = [styles["entry"]] * 3 + [styles["entry_day"]] + [styles["entry"]] * len(columns)
    fill_blank(sheet, range(first, last), spare)
    numbers = [number + 1 for number in rows["number"].tolist()]
    _write_member_numbers(book, sheet, 4 + len(columns), last, numbers=numbers)
    _choose(sheet, 0, (first, last), "=Members", "Member", "Choose the member from the list.")
    _choose(sheet, 1, (first, last), "=Stages", "Lifecycle stage", "The stage the answers are about; empty for none.")
    who = f"{join_words(ROLES, 'or')}; empty counts as the msm"
    sheet.data_validation(
        HEADER_ROW, 2, last - 1, 2,
        {"validate": "list", "source": "=Raters", "input_title": "Answered by", "input_message": who,
         "error_type": "information", "error_message": f"Begin with one of {join_words(ROLES, 'or')}."},
    )  # fmt: skip
    sheet.data_validation(HEADER_ROW, 3, last - 1, 3, {**_DAY, "input_message": "Empty counts as the day of reading."})
    for place, column in enumerate(columns, start=4):
        sheet.data_validation(HEADER_ROW, place, last - 1, place, _validate(column.item, f"=Answers_{place - 3}"))
    sheet.protect("", PROTECTED)
    sheet.print_area(0, 0, first - 1, 3 + len(columns))


def _write_answers(sheet: Any, place: int, values: Sequence[str], item: InstrumentItem, styles: Any) -> None:
    shown = {value: show_answer(item, value) for value in set(values)}
    for row, value in enumerate(values, start=HEADER_ROW):
        if not value:
            sheet.write_blank(row, place, None, styles["entry"])
        elif item.kind == "number" and is_number_cell(value):
            sheet.write_number(row, place, float(value), styles["entry_number"])
        else:
            sheet.write_string(row, place, shown[value], styles["entry"])


def is_number_cell(text: str) -> bool:
    """Whether a canonical answer is written as a number and no text.

    Examples
    --------
    >>> is_number_cell("12.5"), is_number_cell("12.50"), is_number_cell("many")
    (True, False, False)
    """
    try:
        return f"{float(text):.15g}" == text
    except ValueError:
        return False


def _validate(item: InstrumentItem, choices: str) -> dict[str, Any]:
    """The list or range of one question, with the question beside the cell."""
    asked = f"{item.question} ({join_words(item.answered_by, 'or')})"
    message = {"input_title": "Question", "input_message": asked[:_MOST_MESSAGE]}
    if item.kind != "number":
        error = "Choose an answer from the list in the cell."
        return {
            "validate": "list",
            "source": choices,
            "error_title": "Not on its scale",
            "error_message": error,
            **message,
        }
    low, high = (-1e15 if item.least is None else item.least), (1e15 if item.most is None else item.most)
    error = f"Write {item.scale_text}."
    return {
        "validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
        "error_title": "A number", "error_message": error, **message,
    }  # fmt: skip


def _choose(sheet: Any, place: int, rows: tuple[int, int], source: str, title: str, message: str) -> None:
    sheet.data_validation(
        rows[0], place, rows[1] - 1, place,
        {"validate": "list", "source": source, "input_title": title, "input_message": message,
         "error_title": title, "error_message": "Choose from the list in the cell."},
    )  # fmt: skip


def _write_member_numbers(book: Book, sheet: Any, place: int, last: int, *, numbers: Sequence[int]) -> None:
    """Write the number each row's label begins with, live: rows can be added."""
    for row in range(HEADER_ROW, last):
        at = f"$A{row + 1}"
        formula = f'=IF(ISNUMBER(FIND(" · ",{at})),IFERROR(VALUE(LEFT({at},{book.digits})),0),0)'
        written = row - HEADER_ROW
        shown = numbers[written] if written < len(numbers) else 0
        sheet.write_formula(row, place, formula, book.styles["hidden"], shown)
    sheet.set_column(place, place, 6, None, {"hidden": True})


def write_milestones(book: Book, rows: pd.DataFrame) -> None:
    """Write the sheet of Success Milestones."""
    sheet = start_sheet(
        book,
        layout.MILESTONES,
        "Success Milestones",
        "The member's own steps towards its Desired Outcome, not our phases. A milestone without a day due is not "
        "counted: clear the day to withdraw one.",
    )
    heads = [
        (layout.MEMBER, 38.0), (layout.MILESTONE, 44.0), (layout.DUE, 13.0), (layout.REACHED, 13.0),
        (layout.NEXT_ACTION, 44.0), (layout.STATE, 12.0), (layout.DAYS_LATE, 11.0), (layout.NUMBER, 6.0),
        ("MSM no.", 6.0),
    ]  # fmt: skip
    write_heads(book, sheet, heads, frozen=2)
    styles, numbers = book.styles, rows["number"].tolist()
    write_texts(sheet, 0, [book.labels[number] for number in numbers], styles["name"])
    write_texts(sheet, 1, rows["milestone"].tolist(), styles["entry"])
    write_days(sheet, 2, rows["due_on"].tolist(), styles["entry_day"])
    write_days(sheet, 3, rows["reached_on"].tolist(), styles["entry_day"])
    write_texts(sheet, 4, rows["next_action"].tolist(), styles["entry"])
    first, last = HEADER_ROW + len(rows), book.last_milestone
    spare = [styles["entry"]] * 2 + [styles["entry_day"]] * 2 + [styles["entry"]]
    fill_blank(sheet, range(first, last), spare)
    states = [
        state_milestone(due, reached, book.profiles.as_of)
        for due, reached in zip(rows["due_on"], rows["reached_on"], strict=True)
    ]
    msms = {name: place for place, name in enumerate(book.msms, start=1)}
    of_member = [msms[name] for name in book.profiles.table["msm"]]
    overview = span(layout.OVERVIEW, PLACES["MSM no."], book.last_member)
    for row in range(HEADER_ROW, last):
        at = row + 1
        state, late = states[row - HEADER_ROW] if row < first else ("", "")
        # No day is no text and no number: both tell an empty cell from one that holds something else.
        sheet.write_formula(row, 5, _state_formula(at), styles["cell"], state)
        sheet.write_formula(row, 6, _late_formula(at), styles["number"], late)
        msm = of_member[numbers[row - HEADER_ROW]] if row < first else 0
        sheet.write_formula(row, 8, f"=IF(H{at}>0,IFERROR(INDEX({overview},H{at}),0),0)", styles["hidden"], msm)
    _write_member_numbers(book, sheet, 7, last, numbers=[number + 1 for number in numbers])
    sheet.set_column(7, 8, 6, None, {"hidden": True})
    _choose(sheet, 0, (first, last), "=Members", "Member", "Choose the member from the list.")
    for place in (2, 3):
        sheet.data_validation(HEADER_ROW, place, last - 1, place, _DAY)
    for state, style in (("overdue", "bad"), ("reached", "done"), ("open", "good")):
        sheet.conditional_format(
            HEADER_ROW, 5, last - 1, 5,
            {"type": "cell", "criteria": "==", "value": f'"{state}"', "format": styles[style]},
        )  # fmt: skip
    sheet.autofilter(HEADER_ROW - 1, 0, last - 1, 6)
    sheet.protect("", PROTECTED)
    sheet.print_area(0, 0, max(first, HEADER_ROW + 20) - 1, 6)


def _state_formula(at: int) -> str:
    reached = f"AND(ISNUMBER(D{at}),D{at}<=LookedAtOn)"
    return (
        f'=IF(B{at}="","",IF({reached},"reached",IF(ISNUMBER(C{at}),IF(C{at}<LookedAtOn,"overdue","open"),"no day")))'
    )


def _late_formula(at: int) -> str:
    """Days late: of what was reached, against its day; of what is open, so far. Early ones are below 0."""
    return f'=IF(OR(B{at}="",NOT(ISNUMBER(C{at}))),"",IF(F{at}="reached",D{at}-C{at},MAX(0,LookedAtOn-C{at})))'


def state_milestone(due: str, reached: str, day: date) -> tuple[str, float | str]:
    """Return what both formulas give, for programs that show a workbook without computing it.

    Examples
    --------
    >>> state_milestone("2025-03-01", "", date(2025, 3, 8)), state_milestone("", "2025-03-01", date(2025, 3, 8))
    (('overdue', 7), ('reached', ''))
    """
    due_on, reached_on = (date.fromisoformat(text) if text else None for text in (due, reached))
    if reached_on and reached_on <= day:
        return "reached", (reached_on - due_on).days if due_on else ""
    if not due_on:
        return "no day", ""
    return ("overdue" if due_on < day else "open"), max(0, (day - due_on).days)


def write_signs(book: Book) -> None:
    """Write the sheet of signs of success; it begins empty."""
    sheet = start_sheet(
        book,
        layout.SIGNS,
        "Signs of success",
        "What shows that a member gets where it wants: an outcome reached, resources used, advocacy, satisfaction. "
        "One row for each; a value where there is one.",
    )
    heads = [(layout.MEMBER, 38.0), (layout.DAY, 13.0), (layout.KIND, 22.0), (layout.VALUE, 14.0)]
    write_heads(book, sheet, heads, frozen=1)
    last = HEADER_ROW + layout.SPARE[layout.SIGNS]
    styles = book.styles
    fill_blank(
        sheet, range(HEADER_ROW, last), [styles["entry"], styles["entry_day"], styles["entry"], styles["entry_number"]]
    )
    _choose(sheet, 0, (HEADER_ROW, last), "=Members", "Member", "Choose the member from the list.")
    sheet.data_validation(HEADER_ROW, 1, last - 1, 1, _DAY)
    _choose(sheet, 2, (HEADER_ROW, last), "=Kinds", "Kind", "Choose from the list.")
    sheet.data_validation(
        HEADER_ROW, 3, last - 1, 3,
        {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15,
         "error_title": "A number", "error_message": "Write a number, or leave it empty."},
    )  # fmt: skip
    sheet.protect("", PROTECTED)
    sheet.print_area(0, 0, HEADER_ROW + 40, 3)
