"""From rows of text to a table: headers that differ, rows of one width, numbers of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from axlib.tables.files.header_rows import Header, find_second_table, join_header, repeats_header
from axlib.words.display import count_words

#: How the text columns of every table are kept: Arrow strings, NaN where nothing stands.
TEXT = pd.StringDtype("pyarrow", na_value=float("nan"))


class RawTable(NamedTuple):
    """One table as its file has it.

    Attributes
    ----------
    table : DataFrame of text
        Headers as written, an empty cell missing. The index, ``row``, counts as a spreadsheet does:
        the header of a plain file is row 1 and its first member row 2.
    sheet, encoding, delimiter : str
        What was detected; empty where there is no such thing.
    header_row : int
        Row of the header, from 1.
    notes : tuple of str
        What a reader should know, a sentence each.
    """

    table: pd.DataFrame
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1
    notes: tuple[str, ...] = ()


def name_columns(headers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Make headers differ: a repeated one gets its number, an empty one its place.

    Returns
    -------
    names : list of str
    notes : list of str
        One sentence per header that had to change.

    Examples
    --------
    >>> name_columns(["Email", "", "Email"])[0]
    ['Email', 'column 2', 'Email (2)']
    """
    names: list[str] = []
    notes: list[str] = []
    seen: dict[str, int] = {}
    given: set[str] = set()
    for at, header in enumerate(headers, start=1):
        name = " ".join(header.split()) or f"column {at}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1 or name in given:
            repeated = name
            name = f"{name} ({max(seen[name], 2)})"
            while name in given:
                seen[repeated] += 1
                name = f"{repeated} ({seen[repeated]})"
            notes.append(f"the header '{repeated}' stands more than once; column {at} is called '{name}'")
        names.append(name)
        given.add(name)
    return names, notes


def text_table(columns: Sequence[pa.ChunkedArray | pa.Array], names: Sequence[str], rows: range) -> pd.DataFrame:
    """Build a table of text from Arrow columns; ``rows`` become its index."""
    index = pd.RangeIndex(rows.start, rows.stop, rows.step, name="row")
    series = {
        name: pd.Series(as_text_array(column), index=index, name=name)
        for name, column in zip(names, columns, strict=True)
    }
    return pd.DataFrame(series, index=index, columns=list(names))


def as_text_array(column: pa.ChunkedArray | pa.Array) -> pd.api.extensions.ExtensionArray:
    """Wrap Arrow strings as the text column of a table, without copying them."""
    text = column if column.type == pa.large_string() else column.cast(pa.large_string())
    make: Callable[..., pd.api.extensions.ExtensionArray] = TEXT.construct_array_type()
    return make(text, dtype=TEXT)


def table_from_rows(rows: Sequence[Sequence[str]], header: Header) -> tuple[pd.DataFrame, list[str]]:
    """Build a table from rows of text; empty rows and repetitions of the header are left out.

    A row that is shorter than the header ends in empty cells. Cells beyond the header are kept in columns
    named by their place, unless all of them are empty. What stands below the beginning of another table is
    left out, and said.

    Returns
    -------
    table : DataFrame
    notes : list of str
    """
    names = join_header(rows, header)
    first = header.at + header.rows
    body = list(enumerate(rows[first:], start=first + 1))
    notes = []
    if header.rows == 0:
        notes.append("the file has no header: its columns are called column 1, column 2, …")
    elif header.rows > 1:
        notes.append(f"the header takes {header.rows} rows; their words are joined")
    end = find_second_table([row for _, row in body], names) if header.rows else None
    if end is not None:
        notes.append(
            f"another table begins in row {body[end][0]:,} and is not read: {count_words(len(body) - end, 'row')}"
        )
        body = body[:end]
    again = [number for number, row in body if header.rows == 1 and repeats_header(row, names)]
    if again:
        notes.append(f"the header stands again in row {', '.join(f'{number:,}' for number in again[:5])}; left out")
    kept = [(number, row) for number, row in body if number not in again and any(cell.strip() for cell in row)]
    cells = [row for _, row in kept]
    width = max([len(names), 1] + [_last_filled(row) for row in cells])
    while (
        header.rows
        and len(names) > 1
        and len(names) == width
        and not names[-1].strip()
        and not _fills(cells, width - 1)
    ):
        names, width = names[:-1], width - 1
    short = sum(1 for row in cells if len(row) < len(names))
    long = sum(1 for row in cells if _last_filled(row) > len(names))
    if short:
        verb = "has" if short == 1 else "have"
        notes.append(f"{count_words(short, 'row')} {verb} fewer cells than the header; the missing ones are empty")
    if long:
        verb = "has" if long == 1 else "have"
        notes.append(
            f"{count_words(long, 'row')} {verb} more cells than the header; they are in columns named by their place"
        )
    unique, changed = name_columns([*names, *[""] * (width - len(names))])
    columns = [
        pa.array([row[at] if at < len(row) and row[at] != "" else None for row in cells], pa.large_string())
        for at in range(width)
    ]
    table = text_table(columns, unique, range(len(cells)))
    numbers = pd.Index([number for number, _ in kept], dtype="int64", name="row")
    return table.set_axis(numbers, axis=0), notes + changed


def _last_filled(row: Sequence[str]) -> int:
    return next((at for at in range(len(row), 0, -1) if row[at - 1].strip()), 0)


def _fills(rows: Sequence[Sequence[str]], at: int) -> bool:
    return any(len(row) > at and row[at].strip() for row in rows)
