"""How a text file separates its cells: delimiter, quotes, and where its header stands.

Every pair of delimiter and quotation mark is tried on the beginning of the file; what makes its rows most
alike and its cells most like data wins. (The idea of judging a dialect by the pattern of rows and the types
of cells: van den Burg, Nazábal and Sutton, 2019, "Wrangling messy CSV files by detecting row and type
patterns".)
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|", "^", " ")
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 200
_DATA_CELL = re.compile(
    r"""
      [-+(]?\W{0,2}\d[\d.,\s]*\W{0,2}                             # numbers, with signs of money and per cent
    | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].{0,20})?              # dates, with or without a time
    | \d{1,2}:\d{2}(:\d{2})?.{0,4}                                # times
    | [^@\s]+@[^@\s]+\.[^@\s]+                                    # e-mail
    | https?://\S+
    | [\w-]+                                                      # one word
    | \w[\w'’&./()-]*(\s[\w'’&./()-]+){1,7}                       # some words
    """,
    re.VERBOSE,
)


class Dialect(NamedTuple):
    """How a text file is written.

    Attributes
    ----------
    delimiter, quote : str
        One character each.
    escape : str
        Character that takes its meaning from a quotation mark; empty where marks are doubled.
    space_after : bool
        Whether a space follows each delimiter and belongs to it.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    space_after: bool = False


def split_rows(text: str, dialect: Dialect, *, limit: int | None = None) -> list[list[str]]:
    """Split a text into rows of cells; rows without any cell are left out.

    Parameters
    ----------
    text : str
    dialect : Dialect
    limit : int, optional
        Number of rows after which to stop.
    """
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        doublequote=True,
        skipinitialspace=dialect.space_after,
    )
    rows: list[list[str]] = []
    csv.field_size_limit(2**31 - 1)
    for row in reader:
        if row:
            rows.append(row)
            if limit is not None and len(rows) >= limit:
                break
    return rows


def detect_dialect(text: str, *, delimiter: str | None = None) -> Dialect:
    r"""Find the dialect in which the beginning of a text reads most like a table.

    Examples
    --------
    >>> detect_dialect("id;name\\n1;Acme, Inc\\n2;Beta, Ltd\\n").delimiter
    ';'
    """
    sample = _whole_lines(text)
    choices = (delimiter,) if delimiter else tuple(sign for sign in DELIMITERS if sign in sample) or (",",)
    best, best_score = Dialect(choices[0]), -1.0
    for sign in choices:
        for quote in ('"', "'") if _encloses_cells(sample, sign) else ('"',):
            for space_after in (False, True) if f"{sign} " in sample and sign != " " else (False,):
                dialect = Dialect(sign, quote, "", space_after)
                score = _score(split_rows(sample, dialect, limit=_SAMPLE_ROWS), sign)
                # A quotation mark must earn its place: apostrophes stand inside words too.
                score -= 1e-3 * (quote == "'") + 1e-4 * space_after
                if score > best_score:
                    best, best_score = dialect, score
    return best._replace(escape=_find_escape(sample, best))


def _encloses_cells(sample: str, delimiter: str) -> bool:
    """Whether apostrophes stand around cells, and never at the beginning of one alone."""
    sign = re.escape(delimiter)
    begun = len(re.findall(rf"(?:^|{sign})[ ]?'", sample, re.MULTILINE))
    enclosed = len(re.findall(rf"(?:^|{sign})[ ]?'.*?'(?=[ ]?(?:{sign}|\r?$))", sample, re.MULTILINE))
    return enclosed > 0 and enclosed >= begun - 1


def _whole_lines(text: str) -> str:
    sample = text[:_SAMPLE_CHARACTERS]
    cut = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample if len(text) <= _SAMPLE_CHARACTERS or cut <= 0 else sample[: cut + 1]


def _score(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Rows of equal width count for the pattern, cells that look like data for the types."""
    if not rows:
        return 0.0
    pattern = _alike(rows)
    cells = [cell.strip() for row in rows for cell in row]
    like_data = sum(1 for cell in cells if not cell or _DATA_CELL.fullmatch(cell)) / len(cells)
    penalty = 0.7 if delimiter == " " else 1.0
    return penalty * pattern * max(like_data, 1e-3)


def _alike(rows: Sequence[Sequence[str]]) -> float:
    """How much alike the widths of rows are, 0-1; wide rows count for more than narrow ones."""
    widths = Counter(len(row) for row in rows)
    return (
        sum(n * max(width - 1, 1e-3) / width for width, n in widths.items()) / max(len(widths), 1) / max(len(rows), 1)
    )


def _find_escape(sample: str, dialect: Dialect) -> str:
    """A backslash escapes quotation marks where rows are more alike if it does; else it is a backslash."""
    if f"\\{dialect.quote}" not in sample:
        return ""
    plain, escaped = (
        _alike(split_rows(sample, dialect._replace(escape=escape), limit=_SAMPLE_ROWS)) for escape in ("", "\\")
    )
    return "\\" if escaped > plain else ""
