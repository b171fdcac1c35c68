"""Where the header of a table stands, how many rows it takes, and where another table begins below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_VALUE = re.compile(
    r"[-+(]?\W{0,2}\d[\d.,\s]*\W{0,3}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].{0,20})?|\d{1,2}:\d{2}(:\d{2})?.{0,4}"
)
_YEAR = re.compile(r"(19|20)\d\d")
#: Longest cell of a header's further rows; what is longer describes a column and does not name it.
_NAME_LENGTH = 40


class Header(NamedTuple):
    """Where the names of the columns stand.

    Attributes
    ----------
    at : int
        Position of its first row, from 0.
    rows : int
        Number of its rows; 0 where the file has no header and its first row is data.
    """

    at: int
    rows: int


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """Find the header among the first rows of a file: the first row as wide as the table that names things.

    Further rows belong to it while they hold short words where the columns below hold numbers or dates. A
    file whose first row holds numbers and dates just where all others do has no header.

    Parameters
    ----------
    rows : sequence of rows of text
        The beginning of the table, preamble included.

    Examples
    --------
    >>> find_header([["Members as of May"], [], ["id", "name"], ["1", "Acme"], ["2", "Beta"]])
    Header(at=2, rows=1)
    """
    at = _first_wide_row(rows)
    body = [row for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
    if at >= len(rows) or len(body) < 3:
        return Header(at, 1)
    width = len(rows[at])
    typed = [column for column in range(width) if _is_typed(body[min(2, len(body) - 3) :], column)]
    if len(typed) >= 2 and all(_is_value(rows[at], column) for column in typed):
        return Header(at, 0)
    n = 1
    while len(typed) >= 2 and n < 4 and at + n < len(rows) and _names(rows[at + n], typed):
        n += 1
    return Header(at, n)


def join_header(rows: Sequence[Sequence[str]], header: Header) -> list[str]:
    """Return the names of the columns: the words of all header rows, one below the other."""
    if header.rows == 0:
        return [""] * (len(rows[header.at]) if rows else 0)
    stacked = rows[header.at : header.at + header.rows]
    width = max(len(row) for row in stacked)
    cells = [[row[at].strip() for row in stacked if at < len(row) and row[at].strip()] for at in range(width)]
    return [" ".join(words) for words in cells]


def find_second_table(rows: Sequence[Sequence[str]], names: Sequence[str]) -> int | None:
    """Return where another table begins among the rows below a header, or None.

    Another table begins with a row of names, at least half of them the first table's, of another width; the
    rows below it keep that width. The same header again is no other table: exports put one after the other.

    Examples
    --------
    >>> find_second_table([["1", "Acme", "x"], ["id", "name"], ["1", "Beta"], ["2", "Gamma"]], ["id", "name", "city"])
    1
    """
    known = {name.strip().lower() for name in names if name.strip()}
    for at, row in enumerate(rows):
        words = [cell.strip().lower() for cell in row]
        if len(words) < 2 or len(words) == len(names) or not all(words):
            continue
        shared = sum(1 for word in words if word in known)
        if shared >= max(2, min(len(words), len(known)) / 2):
            below = [len(row) for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
            if below and Counter(below).most_common(1)[0][0] == len(words):
                return at
    return None


def repeats_header(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row is the header once more."""
    return len(row) == len(names) > 1 and all(
        cell.strip() == name.strip() for cell, name in zip(row, names, strict=True)
    )


def _first_wide_row(rows: Sequence[Sequence[str]]) -> int:
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    if not rows or max(filled) <= 1:
        return next((at for at, n in enumerate(filled) if n), 0)
    usual = Counter(len(row) for row, n in zip(rows, filled, strict=True) if n > 1).most_common(1)[0][0]
    typical = sorted(n for n, row in zip(filled, rows, strict=True) if n > 1 and len(row) == usual)
    wide = max(2.0, 0.5 * typical[len(typical) // 2])
    for at, row in enumerate(rows):
        names = [cell.strip() for cell in row if cell.strip()]
        if len(names) >= wide and not all(re.fullmatch(r"[-+]?[\d.,]+", name) for name in names):
            return at
    return next((at for at, n in enumerate(filled) if n >= wide), 0)


def _is_value(row: Sequence[str], column: int) -> bool:
    cell = row[column].strip() if column < len(row) else ""
    return bool(_VALUE.fullmatch(cell)) and not _YEAR.fullmatch(cell)


def _is_typed(body: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in body if column < len(row) and row[column].strip()]
    return len(cells) >= 3 and sum(1 for cell in cells if _VALUE.fullmatch(cell)) >= 0.9 * len(cells)


def _names(row: Sequence[str], typed: Sequence[int]) -> bool:
    cells = [row[column].strip() if column < len(row) else "" for column in typed]
    return all(cell and not _VALUE.fullmatch(cell) and len(cell) <= _NAME_LENGTH for cell in cells)
