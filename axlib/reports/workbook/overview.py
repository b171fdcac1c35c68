"""The overview: one row per member, to be filtered; its goal can be written here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from axlib.reports.workbook.book import (
    PROTECTED,
    Book,
    escape_value,
    span,
    start_sheet,
    write_days,
    write_heads,
    write_texts,
)
from axlib.tables.profiles.layout import GOAL, HEADER_ROW, LISTS, LONGEST, MEMBER, OVERVIEW, tidy_cell
from axlib.verbs.success_vector import DRIFTING, OFF_COURSE, ON_COURSE, REACHED

#: Headers in their order, with widths; the last three are for formulas and out of sight.
HEADS = (
    (MEMBER, 38.0), ("MSM", 18.0), ("Segment", 16.0), ("Confidence", 11.0), ("Success Vector", 16.0), (GOAL, 40.0),
    ("Desired Outcome", 46.0), ("Lifecycle stage", 13.0), ("Next milestone", 28.0), ("Due", 12.0),
    ("Next action", 28.0), ("Milestones", 44.0), ("AX answers", 60.0), ("Why", 40.0), ("Would change", 38.0),
    ("E-mail", 28.0), ("No.", 6.0), ("Segment no.", 6.0), ("MSM no.", 6.0),
)  # fmt: skip
#: Columns of long texts, in smaller letters.
_LONG = ("Milestones", "AX answers", "Why", "Would change")
#: The last column that is printed: what stands to its right is for the screen.
_LAST_PRINTED = "Next action"
#: Header -> place of its column.
PLACES = {head: place for place, (head, _) in enumerate(HEADS)}


def served_words(served: str) -> str:
    """What is put behind a goal to make it a Desired Outcome.

    Examples
    --------
    >>> served_words("by e-mail"), served_words("")
    ('; served by e-mail', '')
    """
    return f"; served {served}" if served else ""


def write_overview(book: Book) -> None:
    """Write the sheet."""
    table, styles = book.profiles.table, book.styles
    sheet = start_sheet(
        book,
        OVERVIEW,
        "All members",
        f"{book.profiles.client}, as of {book.profiles.as_of}. Filter by any column. Yellow cells can be filled in; "
        "all others show what was found.",
    )
    write_heads(book, sheet, HEADS, frozen=1)
    sheet.set_default_row(46)
    sheet.set_row(2, 8)
    sheet.set_row(3, 8)
    cell = styles["cell"]
    texts: dict[str, Iterable[str]] = {
        MEMBER: list(book.labels),
        "MSM": table["msm"],
        "Segment": table["segment"],
        "Success Vector": table["state"],
        "Lifecycle stage": table["lifecycle_stage"].str.replace("_", " "),
        "Next milestone": table["next_milestone"],
        "Next action": table["next_action"],
        "Milestones": table["milestone_list"],
        "AX answers": table["answer_list"],
        "Why": table["reason"].str.replace("_", " "),
        "Would change": table["would_change"],
        "E-mail": table["email"],
    }
    for head, column in texts.items():
        style = styles["name"] if head == MEMBER else styles["small"] if head in _LONG else cell
        write_texts(sheet, PLACES[head], [tidy_cell(text) for text in column], style)
    goals = [tidy_cell(text) for text in table["goal"].tolist()]
    write_texts(sheet, PLACES[GOAL], goals, styles["entry"])
    write_days(sheet, PLACES["Due"], _days(table["due_on"]), styles["day"])
    for row, share in enumerate(table["confidence"].tolist(), start=HEADER_ROW):
        if share == share:
            sheet.write_number(row, PLACES["Confidence"], share, styles["share"])
        else:
            sheet.write_blank(row, PLACES["Confidence"], None, styles["share"])
    _write_numbers(book, sheet)
    _write_outcomes(book, sheet, goals)
    last = book.last_member - 1
    sheet.autofilter(HEADER_ROW - 1, 0, last, PLACES["E-mail"])
    sheet.set_column(PLACES["No."], PLACES["MSM no."], 6, None, {"hidden": True})
    mark_states(book, sheet, PLACES["Success Vector"], last)
    sheet.data_validation(
        HEADER_ROW, PLACES[GOAL], last, PLACES[GOAL],
        {"validate": "length", "criteria": "<=", "value": LONGEST, "input_title": "Goal",
         "input_message": "What the member wants to reach, in its own words.",
         "error_title": "Too long", "error_message": f"At most {LONGEST:,} signs."},
    )  # fmt: skip
    sheet.protect("", PROTECTED)
    sheet.print_area(0, 0, last, PLACES[_LAST_PRINTED])
    book.file.define_name("Members", f"={span(OVERVIEW, 0, book.last_member)}")


def _days(days: pd.Series) -> list[str]:
    texts: list[str] = days.dt.strftime("%Y-%m-%d").fillna("").tolist()
    return texts


def _write_numbers(book: Book, sheet: Any) -> None:
    """Write each member's own number, and those of its segment and MSM: formulas go by numbers, never by names."""
    table, style = book.profiles.table, book.styles["hidden"]
    segments = {name: place for place, name in enumerate(book.profiles.segments["segment"], start=1)}
    msms = {name: place for place, name in enumerate(book.msms, start=1)}
    columns = {
        "No.": range(1, len(table) + 1),
        "Segment no.": table["segment"].map(segments).tolist(),
        "MSM no.": table["msm"].map(msms).tolist(),
    }
    for head, numbers in columns.items():
        for row, number in enumerate(numbers, start=HEADER_ROW):
            sheet.write_number(row, PLACES[head], number, style)


def _write_outcomes(book: Book, sheet: Any, goals: list[str]) -> None:
    """Write the Desired Outcome as what it is: the goal, and the experience that goes with it."""
    served = [served_words(tidy_cell(text)) for text in book.profiles.segments["served"]]
    of = dict(zip(book.profiles.segments["segment"], served, strict=True))
    words = span(LISTS, 1, 1 + max(len(served), 1), first=2)
    for row, (goal, segment) in enumerate(zip(goals, book.profiles.table["segment"], strict=True), start=HEADER_ROW):
        formula = f'=IF($F{row + 1}="","",$F{row + 1}&INDEX({words},$R{row + 1}))'
        shown = f"{goal}{of[segment]}" if goal else ""
        sheet.write_formula(row, PLACES["Desired Outcome"], formula, book.styles["cell"], escape_value(shown))


def mark_states(book: Book, sheet: Any, place: int, last: int) -> None:
    """Colour the states of the Success Vector; the words say the same without colour."""
    for state, style in ((ON_COURSE, "good"), (DRIFTING, "middling"), (OFF_COURSE, "bad"), (REACHED, "done")):
        sheet.conditional_format(
            HEADER_ROW, place, last, place,
            {"type": "cell", "criteria": "==", "value": f'"{state}"', "format": book.styles[style]},
        )  # fmt: skip
