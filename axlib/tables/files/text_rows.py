"""Splitting a text into rows of cells when some rows break its dialect.

A stray quotation mark makes a strict reader swallow the rows that follow. Here a row that has not the
header's width is split again by itself: with quotation marks counting only where they stand around a whole
cell, then with another delimiter. What cannot be mended stays as it is and is counted.
"""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import NamedTuple

from axlib.tables.files.text_dialect import DELIMITERS, Dialect

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
#: Rows mended beyond this number mean that the dialect is wrong, and reading on would be slow guesswork.
_MOST_MENDED = 2_000


class SplitRows(NamedTuple):
    """Rows of a text.

    Attributes
    ----------
    rows : list of rows of text
    mended : list of int
        Positions of the rows that were split again, from 0.
    """

    rows: list[list[str]]
    mended: list[int]


def split_text(text: str, dialect: Dialect, *, width: int | None = None) -> SplitRows:
    r"""Split a text into rows, mending those that have not the expected width.

    Parameters
    ----------
    text : str
    dialect : Dialect
    width : int, optional
        Cells a row should have; None mends nothing.

    Returns
    -------
    SplitRows
        Rows without any cell are left out.

    Examples
    --------
    >>> text = 'id,name,city\n1,"Acme,Rome\n2,"Beta, Inc",Oslo\n'
    >>> split_text(text, Dialect(), width=3).rows[1:]
    [['1', '"Acme', 'Rome'], ['2', 'Beta, Inc', 'Oslo']]
    """
    csv.field_size_limit(2**31 - 1)
    lines = [line for line in _LINES.findall(text) if line]
    rows: list[list[str]] = []
    mended: list[int] = []
    at = 0
    while at < len(lines):
        reader = csv.reader(
            islice(lines, at, None),
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            escapechar=dialect.escape or None,
            doublequote=True,
            skipinitialspace=dialect.space_after,
        )
        begin, restart = at, None
        read = 0
        for row in reader:
            first, read = begin + read, reader.line_num
            if not row:
                continue
            if width is not None and len(row) != width and len(mended) < _MOST_MENDED:
                again = _split_again(lines[first], dialect, width)
                if again is not None:
                    mended.append(len(rows))
                    rows.append(again)
                    if read > first - begin + 1:
                        restart = first + 1
                        break
                    continue
            rows.append(row)
        at = len(lines) if restart is None else restart
    return SplitRows(rows, mended)


def _split_again(line: str, dialect: Dialect, width: int) -> list[str] | None:
    """Split one line by itself, with laxer rules; None where no rule gives the width."""
    plain = line.rstrip("\r\n")
    others = [sign for sign in DELIMITERS if sign != dialect.delimiter and sign in plain]
    for delimiter in (dialect.delimiter, *others):
        for pattern in (_whole_cell(delimiter, dialect.quote, "lazy"), _whole_cell(delimiter, dialect.quote, "strict")):
            cells = _cells(plain, pattern, delimiter, dialect.quote)
            if len(cells) == width:
                return cells
    return None


def _whole_cell(delimiter: str, quote: str, rule: str) -> re.Pattern[str]:
    """A cell in quotation marks that stand around the whole of it, or one without any meaning in them."""
    mark, sign = re.escape(quote), re.escape(delimiter)
    inside = ".*?" if rule == "lazy" else f"(?:[^{mark}]|{mark}{mark})*"
    return re.compile(rf"{mark}({inside}){mark}(?=\s?{sign}|$)|([^{sign}]*)", re.DOTALL)


def _cells(line: str, pattern: re.Pattern[str], delimiter: str, quote: str) -> list[str]:
    cells: list[str] = []
    at = 0
    while at <= len(line):
        found = pattern.match(line, at)
        if found is None:
            return []
        quoted, bare = found.groups()
        cells.append(bare if quoted is None else quoted.replace(quote * 2, quote))
        at = found.end()
        if at >= len(line):
            break
        if not line.startswith(delimiter, at):
            return []
        at += len(delimiter)
        if at == len(line):
            cells.append("")
            break
    return cells
