"""The workbook as a whole: its look, the columns of its tables, and what all sheets need to know of each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from axlib.tables.profiles.layout import HEADER_ROW, INTAKE, MILESTONES, SPARE, name_column, write_labels
from axlib.verbs.profiles import Profiles

#: Fills, edges and signs: dark green heads, pale yellow where people write.
HEAD, PAPER, ENTRY, EDGE, INK, GREY = "#14532D", "#FFFFFF", "#FFF9DB", "#D0D7DE", "#1F2328", "#57606A"
GREEN, ORANGE, RED, BLUE = "#1A7F4E", "#B35900", "#A8324A", "#0B62A4"
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BASE = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
#: What a reader may do with a protected sheet.
PROTECTED: dict[str, bool] = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet that writes formulas as they are given.

    The writer tries some thirty patterns of newer functions on every formula, which costs more than all the rest; our
    formulas use none of them, so that they work in older programs too.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


@dataclass(frozen=True, eq=False)
class Book:
    """A workbook that is being written.

    Attributes
    ----------
    file : xlsxwriter.Workbook
    profiles : Profiles
    written_on : date
    labels : tuple of str
        Members as they are shown, in the order of ``profiles.table``.
    msms : tuple of str
        Who covers members, by name.
    styles : dict
        Name -> format.
    n_milestones : int
        Milestones written.
    n_intake : int
        Rows of the intake written.
    """

    file: xlsxwriter.Workbook
    profiles: Profiles
    written_on: date
    labels: tuple[str, ...]
    msms: tuple[str, ...]
    styles: Mapping[str, Any]
    n_milestones: int
    n_intake: int

    @property
    def last_member(self) -> int:
        """Row of the last member on the overview."""
        return HEADER_ROW + max(len(self.labels), 1)

    @property
    def last_milestone(self) -> int:
        """Row of the last milestone there is room for."""
        return HEADER_ROW + self.n_milestones + SPARE[MILESTONES]

    @property
    def last_intake(self) -> int:
        """Row of the last intake there is room for."""
        return HEADER_ROW + self.n_intake + SPARE[INTAKE]

    @property
    def digits(self) -> int:
        """Digits of the number in front of a label."""
        return max(4, len(str(len(self.labels))))


def open_book(
    file: xlsxwriter.Workbook, profiles: Profiles, *, written_on: date, n_milestones: int, n_intake: int
) -> Book:
    """Put the house style and everything shared on a new workbook."""
    file.set_properties(
        {
            "title": f"Member Success Profiles, {profiles.client}",
            "comments": f"Of {profiles.as_of}. Holds members' data: for its owner and the team.",
            # Fixed to the day, so that the same profiles give the same bytes.
            "created": datetime(written_on.year, written_on.month, written_on.day),
        }
    )
    file.set_calc_mode("auto")
    table = profiles.table
    labels = tuple(write_labels(table["member_id"].tolist(), table["name"].tolist()))
    msms = tuple(sorted(table["msm"].unique().tolist(), key=lambda name: (name.casefold(), name)))
    return Book(file, profiles, written_on, labels, msms, _styles(file), n_milestones, n_intake)


def _styles(file: xlsxwriter.Workbook) -> dict[str, Any]:
    cell = {**_BASE, "border": 1, "border_color": EDGE, "text_wrap": True, "align": "left"}
    entry = {**cell, "bg_color": ENTRY, "locked": False}
    looks = {
        "title": {**_BASE, "font_size": 20, "bold": True, "font_color": HEAD},
        "subtitle": {**_BASE, "font_color": GREY},
        "note": {**_BASE, "text_wrap": True},
        "strong": {**_BASE, "bold": True, "text_wrap": True},
        "warning": {**_BASE, "bold": True, "text_wrap": True, "font_color": RED, "font_size": 12},
        "head": {**cell, "bold": True, "bg_color": HEAD, "font_color": "#FFFFFF", "valign": "vcenter"},
        "question": {**_BASE, "italic": True, "font_color": GREY, "text_wrap": True, "font_size": 9},
        "cell": cell,
        "small": {**cell, "font_size": 9},
        "name": {**cell, "bold": True},
        "day": {**cell, "num_format": "yyyy-mm-dd", "align": "left"},
        "share": {**cell, "num_format": "0 %", "align": "left"},
        "number": {**cell, "num_format": "0", "align": "left"},
        "mean": {**cell, "num_format": "0.0", "align": "left"},
        "entry": entry,
        "entry_day": {**entry, "num_format": "yyyy-mm-dd", "align": "left"},
        "entry_number": {**entry, "align": "left"},
        "choice": {**entry, "bold": True, "font_size": 14, "valign": "vcenter"},
        "label": {**cell, "bold": True, "font_color": HEAD},
        "good": {"font_color": GREEN, "bold": True},
        "middling": {"font_color": ORANGE, "bold": True},
        "bad": {"font_color": RED, "bold": True},
        "done": {"font_color": BLUE, "bold": True},
        "hidden": {**_BASE, "font_color": GREY},
        "total": {**cell, "bold": True, "num_format": "0", "align": "left"},
    }
    return {name: file.add_format(look) for name, look in looks.items()}


def start_sheet(book: Book, name: str, title: str, subtitle: str, *, landscape: bool = True) -> Any:
    """Add a sheet with its title, print set-up and footer."""
    sheet = book.file.add_worksheet(name, worksheet_class=PlainSheet)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, book.styles["title"])
    sheet.write_string(1, 0, subtitle, book.styles["subtitle"])
    sheet.set_row(0, 30)
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    whose = "Pseudonymised" if book.profiles.pseudonymised else "Names members"
    sheet.set_footer(f"&L{whose}: for the team only&R&P of &N")
    return sheet


def write_heads(book: Book, sheet: Any, heads: Sequence[tuple[str, float]], *, frozen: int, height: float = 34) -> None:
    """Write the row of headers, their widths, and freeze what is above and before."""
    row = HEADER_ROW - 1
    sheet.set_row(row, height)
    for place, (head, width) in enumerate(heads):
        sheet.write_string(row, place, head, book.styles["head"])
        sheet.set_column(place, place, width)
    sheet.freeze_panes(HEADER_ROW, frozen)
    sheet.repeat_rows(row)


def write_texts(sheet: Any, place: int, texts: Sequence[str], style: Any, *, first: int = HEADER_ROW) -> None:
    """Write a column of texts, each as a text whatever it looks like."""
    write = sheet.write_string
    blank = sheet.write_blank
    for row, text in enumerate(texts, start=first):
        if text:
            write(row, place, text, style)
        else:
            blank(row, place, None, style)


def escape_value(text: str) -> str:
    """Return a text as it stands beside a formula: what looks like an escaped sign must not be read as one.

    Examples
    --------
    >>> escape_value("_x0041_")
    '_x005F_x0041_'
    """
    return _ESCAPED.sub("_x005F_", text) if "_x" in text else text


def write_days(sheet: Any, place: int, days: Sequence[str], style: Any, *, first: int = HEADER_ROW) -> None:
    """Write a column of days given as text 2026-03-31; empty ones stay empty."""
    for row, text in enumerate(days, start=first):
        if text:
            sheet.write_datetime(row, place, datetime.fromisoformat(text), style)
        else:
            sheet.write_blank(row, place, None, style)


def fill_blank(sheet: Any, rows: range, styles: Sequence[Any]) -> None:
    """Give empty rows their looks, one style per column."""
    for row in rows:
        for place, style in enumerate(styles):
            sheet.write_blank(row, place, None, style)


def span(sheet: str, place: int, last: int, first: int = HEADER_ROW + 1) -> str:
    """Return the address of a column's cells on a sheet, fixed."""
    letters = name_column(place)
    return f"'{sheet}'!${letters}${first}:${letters}${last}"
