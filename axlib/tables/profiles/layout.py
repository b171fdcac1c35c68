"""The Member Success Profile workbook: its sheets, its headers, and how members and answers are written in it.

Writer and reader both go by this page, so that what one writes the other reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from axlib.tables.instrument import Instrument, InstrumentItem
from axlib.words.measures import find_measure

#: Of the layout; a workbook of another version is refused.
VERSION = 1
#: Sheets by what they are for, in the order of their tabs.
INSTRUCTIONS, DASHBOARD, OVERVIEW, INTAKE, MILESTONES, SIGNS, TEAM, LISTS, KEYS = (
    "Read me", "Dashboard", "Overview", "Intake", "Milestones", "Signs of success", "Team", "_lists", "_keys",
)  # fmt: skip
#: Row of the headers on every sheet that is a table, counted from 1.
HEADER_ROW = 5
#: Empty rows below the written ones, for what is added.
SPARE = {INTAKE: 200, MILESTONES: 500, SIGNS: 300}

MEMBER, GOAL = "Member", "Goal"
STAGE, RATER, ANSWERED_ON = "Lifecycle stage", "Answered by", "Answered on"
MILESTONE, DUE, REACHED, NEXT_ACTION, STATE = "Milestone", "Due", "Reached", "Next action", "State"
DAY, KIND, VALUE = "Day", "Kind", "Value"
#: Headers of what people fill in, by sheet; what stands before the answers on the sheet of the intake.
FILLED = {
    OVERVIEW: (MEMBER, GOAL),
    INTAKE: (MEMBER, STAGE, RATER, ANSWERED_ON),
    MILESTONES: (MEMBER, MILESTONE, DUE, REACHED, NEXT_ACTION),
    SIGNS: (MEMBER, DAY, KIND, VALUE),
}
#: Headers of what is only shown, by sheet: known, and not read.
NUMBER, DAYS_LATE = "No.", "Days late"
SHOWN = {
    OVERVIEW: (
        "MSM", "Segment", "Confidence", "Success Vector", "Desired Outcome", STAGE, "AX answers", "Why", "Would change",
        "Next milestone", DUE, NEXT_ACTION, "Milestones", "E-mail", NUMBER, "Segment no.", "MSM no.",
    ),
    INTAKE: (NUMBER,),
    MILESTONES: (STATE, DAYS_LATE, NUMBER, "MSM no."),
    SIGNS: (),
}  # fmt: skip
#: Between the parts of a member's label.
_BETWEEN = " · "
_LONGEST_NAME = 60
#: What a cell may hold: a spreadsheet cuts at 32,767 signs.
LONGEST = 8_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


class IntakeColumn(NamedTuple):
    """One question on the sheet of the intake: an attribute, with the items that become it, by lifecycle stage.

    Attributes
    ----------
    attribute, header : str
    item : InstrumentItem
        The first of its items; all have the same scale.
    items : tuple of InstrumentItem
    """

    attribute: str
    header: str
    item: InstrumentItem
    items: tuple[InstrumentItem, ...]

    def find(self, stage: str) -> InstrumentItem | None:
        """Return the item that is asked in a stage; any of them where no stage is said."""
        return next((item for item in self.items if not stage or stage in item.stages), None)


def list_intake_columns(instrument: Instrument) -> list[IntakeColumn]:
    """List the questions of an instrument, one per attribute.

    Examples
    --------
    >>> from axlib.tables.instrument import read_instrument
    >>> [column.header for column in list_intake_columns(read_instrument())][:2]
    ['Goal complexity', 'Industry experience']
    """
    by_attribute: dict[str, list[InstrumentItem]] = {}
    for item in instrument.items:
        by_attribute.setdefault(item.becomes, []).append(item)
    taken = {header.casefold() for header in FILLED[INTAKE]}
    columns = []
    for attribute, items in by_attribute.items():
        label = find_measure(attribute).label
        header = label if label.casefold() not in taken else attribute
        taken.add(header.casefold())
        columns.append(IntakeColumn(attribute, header, items[0], tuple(items)))
    return columns


def tidy_cell(text: str) -> str:
    r"""Return a text as a cell can hold it: no control characters, ends of lines alike, not too long.

    Examples
    --------
    >>> tidy_cell(" a\x00b\r\nc ")
    'ab\nc'
    """
    if text.isprintable() and len(text) <= LONGEST and text[:1] != " " and text[-1:] != " ":
        return text
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def write_labels(keys: Sequence[str], names: Sequence[str]) -> list[str]:
    """Write each member as the workbook shows it: number, name, identifier.

    The number in front makes labels differ, keeps any name from being taken for a formula, and is what the
    formulas of the workbook go by.

    Examples
    --------
    >>> write_labels(["A-17", "B-2"], ["Acme Bank", ""])
    ['0001 · Acme Bank · A-17', '0002 · B-2']
    """
    width = max(4, len(str(len(keys))))
    return [
        _BETWEEN.join(
            part for part in (f"{number:0{width}d}", tidy_cell(name)[:_LONGEST_NAME].replace("\n", " "), key) if part
        )
        for number, (key, name) in enumerate(zip(keys, names, strict=True), start=1)
    ]


def read_label(text: str, keys: Sequence[str]) -> str | None:
    """Return the identifier a label stands for; None where it is no label of these members.

    Examples
    --------
    >>> read_label("0001 · Acme Bank · A-17", ["A-17"]), read_label("0001 · Acme Bank · B-2", ["A-17"])
    ('A-17', None)
    """
    number, between, _ = text.partition(_BETWEEN)
    if not between or not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(keys):
        return None
    key = keys[int(number) - 1]
    return key if text.endswith(f"{_BETWEEN}{key}") else None


def list_choices(item: InstrumentItem) -> list[str]:
    """List the answers a cell may hold, as they are shown; none where it is a number.

    Examples
    --------
    >>> from axlib.tables.instrument import read_instrument
    >>> list_choices(read_instrument().find("guidance_need"))[1]
    '1 a pointer now and then'
    """
    match item.kind:
        case "scale":
            return [f"{place} {word}" for place, word in enumerate(item.points)]
        case "category":
            return list(item.categories.values())
        case "yes_no":
            return ["yes", "no"]
    return []


def show_answer(item: InstrumentItem, value: str) -> str:
    """Show a canonical answer as its cell does; what is not on the scale stays as it is.

    Examples
    --------
    >>> from axlib.tables.instrument import read_instrument
    >>> instrument = read_instrument()
    >>> show_answer(instrument.find("guidance_need"), "3"), show_answer(instrument.find("preferred_mode"), "live")
    ('3 guidance at each step', 'in meetings and calls')
    """
    if item.kind == "scale" and value in ("0", "1", "2", "3", "4"):
        return f"{value} {item.points[int(value)]}"
    return item.categories.get(value, value) if item.kind == "category" else value


def name_column(place: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> name_column(0), name_column(25), name_column(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
