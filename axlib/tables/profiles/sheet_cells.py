"""The cells of one sheet by their headers, wherever the columns have gone; what is not understood is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
import python_calamine

from axlib.tables.files.workbooks import cell_text
from axlib.tables.profiles.layout import MEMBER, name_column, tidy_cell
from axlib.tables.recognition.headers import plain_header
from axlib.words.display import count_words

#: Rows from the top among which the headers must stand.
_TOP = 30
#: Cells nobody understands that are kept, of one workbook.
_MOST_KEPT = 20_000


class Trouble(NamedTuple):
    """Something wrong in a workbook, with what would mend it; or something to know.

    Attributes
    ----------
    file, sheet, cell, value : str
        Where, and what stands there.
    rule, remedy : str
        A clause that goes on from the value, and a sentence.
    """

    file: str
    sheet: str
    cell: str
    value: str
    rule: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """All of it in a sentence."""
        between = ", " if self.cell.startswith("row ") else "!"
        place = f"{self.file}, {self.sheet}" + (f"{between}{self.cell}" if self.cell else "")
        value = f"'{shorten_value(self.value)}' " if self.value else ""
        return f"{place}: {value}{self.rule}.{f' {self.remedy}' if self.remedy else ''}"


def shorten_value(text: str, most: int = 60) -> str:
    """Return a value as a sentence can hold it: on one line, and short."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


@dataclass(frozen=True, eq=False)
class SheetCells:
    """One sheet.

    Attributes
    ----------
    file, name : str
    texts : DataFrame of text, index the row of the sheet
        One column per known header; an empty cell is empty text. Rows without anything are not there.
    typed : DataFrame of bool
        Whether a cell holds a text, and no number or day.
    letters : dict of str to str
        Header -> letters of its column.
    unread : list of (str, str, str)
        (sheet, cell, value) of what stands under unknown headers or above them.
    notes : list of Trouble
    """

    file: str
    name: str
    texts: pd.DataFrame
    typed: pd.DataFrame
    letters: dict[str, str]
    unread: list[tuple[str, str, str]]
    notes: list[Trouble]

    def place(self, row: int, header: str) -> str:
        """Return a cell's name, such as B7."""
        return f"{self.letters[header]}{row}"


def read_rows(workbook: python_calamine.CalamineWorkbook, name: str) -> list[list[object]]:
    """Return the cells of a sheet from its first row and column on."""
    return [list[object](row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def read_cells(
    rows: Sequence[Sequence[object]], *, file: str, sheet: str, filled: Sequence[str], shown: Sequence[str]
) -> SheetCells | Trouble:
    """Find the headers of a sheet, and its cells by them.

    Parameters
    ----------
    rows : sequence of rows of cells
    file, sheet : str
    filled, shown : sequence of str
        Headers of what people fill in, and of what is only shown. Order and case do not matter.

    Returns
    -------
    SheetCells or Trouble
        Trouble where the headers are not there.
    """
    wanted = {plain_header(header): header for header in (*shown, *filled)}
    own = plain_header(MEMBER)
    at = next(
        (
            place
            for place, row in enumerate(rows[:_TOP])
            if {plain_header(cell) for cell in row if isinstance(cell, str)} >= {own, plain_header(filled[1])}
        ),
        None,
    )
    if at is None:
        heads = f"'{filled[0]}' and '{filled[1]}'"
        return Trouble(file, sheet, "", "", f"no row holds the headers {heads}", "Put the row of headers back.")
    places: dict[str, int] = {}
    strange: list[int] = []
    for place, cell in enumerate(rows[at]):
        header = wanted.get(plain_header(cell_text(cell).strip())) if cell != "" else None
        if header and header not in places:
            places[header] = place
        else:
            strange.append(place)
    body = rows[at + 1 :]
    numbers = range(at + 2, at + 2 + len(body))
    columns, typed = {}, {}
    for header in filled:
        here = places.get(header)
        cells = [row[here] if here is not None and here < len(row) else "" for row in body]
        columns[header] = [tidy_cell(cell if isinstance(cell, str) else cell_text(cell)) for cell in cells]
        typed[header] = [isinstance(cell, str) for cell in cells]
    texts = pd.DataFrame(columns, index=numbers, dtype="str")
    something = (texts != "").any(axis=1)
    unread = [
        (sheet, f"{name_column(place)}{number}", tidy_cell(cell_text(row[place])))
        for number, row in zip(numbers, body, strict=True)
        for place in strange
        if place < len(row) and row[place] not in ("", None)
    ][:_MOST_KEPT]
    notes = _note_columns(file, sheet, rows[at], strange, unread, [h for h in filled if h not in places])
    letters = {header: name_column(place) for header, place in places.items()}
    flags = pd.DataFrame(typed, index=numbers)
    return SheetCells(file, sheet, texts[something], flags[something], letters, unread, notes)


def _note_columns(
    file: str,
    sheet: str,
    heads: Sequence[object],
    strange: Sequence[int],
    unread: Sequence[tuple[str, str, str]],
    gone: Sequence[str],
) -> list[Trouble]:
    notes = []
    for place in strange:
        letters = name_column(place)
        n = sum(cell.rstrip("0123456789") == letters for _, cell, _ in unread)
        if n or heads[place] != "":
            head = tidy_cell(cell_text(heads[place]))
            below = f"{count_words(n, 'cell')} below it {'is' if n == 1 else 'are'}"
            rule = f"is no column of the workbook; {below} not read"
            notes.append(Trouble(file, sheet, letters, head or "a column without a header", rule))
    for header in gone:
        notes.append(Trouble(file, sheet, "", header, "is gone from the headers; nothing of it was read"))
    return notes
