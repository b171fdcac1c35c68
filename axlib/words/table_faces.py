"""How tables are written for readers: as text, on a page, and as a file for spreadsheets.

Everything that comes from data is escaped here, once. Tables carry their own data as a CSV link that a
spreadsheet cannot mistake for formulas.
"""

from __future__ import annotations

import base64
import csv
import html
import io

import pandas as pd

from axlib.words.display import HIDDEN, MISSING, count_words, format_number, format_value
from axlib.words.measures import Unit, find_measure

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def format_table(table: pd.DataFrame, *, currency: str = "", units: dict[str, Unit] | None = None) -> pd.DataFrame:
    """Turn a table of raw numbers into one of texts under readers' labels.

    Parameters
    ----------
    table : DataFrame
        Raw numbers; ``x_low`` and ``x_high`` beside an ``x`` are its interval.
    currency : str
        ISO code for columns of money.
    units : dict, optional
        Column name -> unit, where the name alone does not tell.

    Returns
    -------
    DataFrame of str
        Same rows; an interval is joined to its value in brackets.
    """
    shown: dict[str, list[str]] = {}
    for name in _values(table):
        label, unit = find_measure(str(name))
        unit = (units or {}).get(str(name), unit)
        texts = [format_value(value, unit, currency) for value in table[name].tolist()]
        if f"{name}_low" in table.columns and f"{name}_high" in table.columns:
            bounds = zip(texts, table[f"{name}_low"].tolist(), table[f"{name}_high"].tolist(), strict=True)
            texts = [
                text
                if text in (MISSING, HIDDEN) or pd.isna(low) or pd.isna(high)
                else f"{text} [{format_value(low, unit, currency)}, {format_value(high, unit, currency)}]"
                for text, low, high in bounds
            ]
        shown[label if label not in shown else str(name)] = texts
    return pd.DataFrame(shown, index=table.index, dtype="str")


def _values(table: pd.DataFrame) -> list[str]:
    """Columns that stand for themselves: all but the ``_low`` and ``_high`` of one that has both."""
    names = {str(name) for name in table.columns}
    bounds = {
        bound for name in names for bound in (f"{name}_low", f"{name}_high") if {f"{name}_low", f"{name}_high"} <= names
    }
    return [name for name in table.columns if name not in bounds]


def neutralise_formula(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula; our reader takes the mark off again.

    Examples
    --------
    >>> neutralise_formula("=HYPERLINK(1)"), neutralise_formula("Acme")
    ("'=HYPERLINK(1)", 'Acme')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def table_to_csv(table: pd.DataFrame) -> str:
    """Write a table as CSV whose text cells no spreadsheet runs; numbers stay numbers."""
    buffer = io.StringIO()
    # Ends of lines as RFC 4180 has them; with others a lone CR inside a cell would go unquoted and break its row.
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutralise_formula(str(name)) for name in table.columns])
    columns = [
        [
            "" if pd.isna(cell) else neutralise_formula(cell) if isinstance(cell, str) else cell
            for cell in table[name].tolist()
        ]
        for name in table.columns
    ]
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue()


def _say_cut(shown: int, there: int) -> str:
    """Say how many rows are shown where that is not all."""
    return f"{format_number(shown)} of {count_words(there, 'row')}." if shown < there else ""


def table_to_text(table: pd.DataFrame, *, currency: str = "", max_rows: int = 30) -> str:
    """Write a table for a terminal: names and words to the left, figures to the right.

    Parameters
    ----------
    table : DataFrame
        Raw numbers. The first column names the row.
    currency : str
    max_rows : int
        Rows shown; where there are more it is said of how many.

    Examples
    --------
    >>> print(table_to_text(pd.DataFrame({"segment": ["Inbound", "Task Force"], "n": [1200, 3]}), max_rows=1))
    Segment  Members
    Inbound    1,200
    1 of 2 rows.
    """
    if len(table) == 0:
        return "(no rows)"
    shown = format_table(table.head(max_rows), currency=currency)
    columns = []
    for place, name in enumerate(_values(table)):
        texts = [" ".join(text.split()) for text in (shown.columns[place], *shown.iloc[:, place].tolist())]
        width = max(map(len, texts))
        to_the_right = pd.api.types.is_numeric_dtype(table[name])
        columns.append([text.rjust(width) if to_the_right else text.ljust(width) for text in texts])
    lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    return "\n".join([*lines, *([cut] if (cut := _say_cut(len(shown), len(table))) else [])])


def _csv_link(table: pd.DataFrame, file_name: str) -> str:
    data = base64.b64encode(table_to_csv(table).encode("utf-8")).decode("ascii")
    name = html.escape(file_name, quote=True)
    return (
        f'<p class="ax-download"><a download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{data}">'
        "Download as CSV</a></p>"
    )


def table_to_html(
    table: pd.DataFrame,
    *,
    caption: str = "",
    currency: str = "",
    file_name: str = "",
    max_rows: int = 200,
    units: dict[str, Unit] | None = None,
) -> str:
    """Write a table for a page: escaped, captioned, figures to the right, its data as a download.

    Parameters
    ----------
    table : DataFrame
        Raw numbers. The first column names the row.
    caption : str
    currency : str
    file_name : str
        Name of the CSV file offered below the table; none offered if empty.
    max_rows : int
        Rows shown; where there are more it is said of how many, and the CSV holds all.
    units : dict, optional
        Column name -> unit, where the name alone does not tell.
    """
    shown = format_table(table.head(max_rows), currency=currency, units=units)
    numeric = [pd.api.types.is_numeric_dtype(table[name]) for name in _values(table)]
    classes = [' class="num"' if is_number else "" for is_number in numeric]
    heads = "".join(
        f'<th scope="col"{css}>{html.escape(str(label))}</th>'
        for label, css in zip(shown.columns, classes, strict=True)
    )
    rows = []
    for cells in shown.itertuples(index=False, name=None):
        data = "".join(f"<td{css}>{html.escape(cell)}</td>" for cell, css in zip(cells[1:], classes[1:], strict=True))
        rows.append(f'<tr><th scope="row">{html.escape(cells[0])}</th>{data}</tr>')
    cut = _say_cut(len(shown), len(table))
    note = f'<p class="ax-more">{cut}</p>' if cut else ""
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    link = _csv_link(table, file_name) if file_name else ""
    return (
        f'<div class="ax-table"><table>{title}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{note}{link}</div>"
    )
