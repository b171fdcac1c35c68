"""From rows of text to a table: headers that differ, rows of one width, numbers of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

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
    for at, header in enumerate(headers, start=1):
        name = " ".join(header.split()) or f"column {at}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1 or name in names:
            repeated = name
            name = f"{name} ({max(seen[name], 2)})"
            while name in names:
                seen[repeated] += 1
                name = f"{repeated} ({seen[repeated]})"
            notes.append(f"the header '{repeated}' stands more than once; column {at} is called '{name}'")
        names.append(name)
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


def table_from_rows(rows: Sequence[Sequence[str]], *, header_at: int) -> tuple[pd.DataFrame, list[str]]:
    """Build a table from rows of text, the header at a position; empty rows are left out.

    A row that is shorter than the header ends in empty cells. Cells beyond the header are kept in columns
    named by their place, unless all of them are empty.
    """
    header, body = list(rows[header_at]), rows[header_at + 1 :]
    numbers = [at for at, row in enumerate(body, start=header_at + 2) if any(cell.strip() for cell in row)]
    body = [row for row in body if any(cell.strip() for cell in row)]
    width = max([len(header)] + [_last_filled(row) for row in body])
    width = max(width, 1)
    while len(header) > 1 and not header[-1].strip() and len(header) == width and not _fills(body, width - 1):
        header, width = header[:-1], width - 1
    names, notes = name_columns(header + [""] * (width - len(header)))
    short = sum(1 for row in body if len(row) < len(header))
    long = sum(1 for row in body if _last_filled(row) > len(header))
    if short:
        notes.append(f"{short:,} rows have fewer cells than the header; the missing ones are empty")
    if long:
        notes.append(f"{long:,} rows have more cells than the header; they are in columns named by their place")
    columns = [
        pa.array([row[at] if at < len(row) and row[at] != "" else None for row in body], pa.large_string())
        for at in range(width)
    ]
    table = text_table(columns, names, range(len(body)))
    return table.set_axis(pd.Index(numbers, dtype="int64", name="row"), axis=0), notes


def _last_filled(row: Sequence[str]) -> int:
    return next((at for at in range(len(row), 0, -1) if row[at - 1].strip()), 0)


def _fills(rows: Sequence[Sequence[str]], at: int) -> bool:
    return any(len(row) > at and row[at].strip() for row in rows)
