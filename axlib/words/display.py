"""How numbers become text and tables become pages: the only place that formats.

Everything that comes from data is escaped here, once. Tables carry their own data as a CSV link that a
spreadsheet cannot mistake for formulas.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from axlib.words.measures import Unit, find_measure
from axlib.words.number_formats import current_formats

MISSING = "–"
#: What stands where a number is withheld to protect single members.
HIDDEN = "hidden"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def format_share(value: float, digits: int = 1) -> str:
    """Show a share as a percentage that never pretends to be zero or everything.

    Examples
    --------
    >>> format_share(0.2654), format_share(0.0001), format_share(0.99999), format_share(1.0)
    ('26.5 %', '< 0.1 %', '> 99.9 %', '100.0 %')
    >>> format_share(float("nan"))
    '–'
    """
    if math.isnan(value):
        return MISSING
    least = 10.0**-digits
    formats = current_formats()
    if 0 < value < least / 200:
        return f"< {formats.write_share(least / 100, digits)}"
    if 1 - least / 200 < value < 1:
        return f"> {formats.write_share(1 - least / 100, digits)}"
    return _sign(formats.write_share(value, digits))


def format_number(value: float, digits: int = 0) -> str:
    """Show a number with as many decimals as asked for, thousands grouped.

    Examples
    --------
    >>> format_number(7043), format_number(-0.5, 2)
    ('7,043', '−0.50')
    """
    return _sign(current_formats().write_number(value, digits))


def format_short(value: float) -> str:
    """Show a number with no more decimals than it has, six figures at most.

    Examples
    --------
    >>> format_short(0.8), format_short(4.0), format_short(1 / 3)
    ('0.8', '4', '0.333333')
    """
    return format_number(value, len(f"{float(f'{value:.6g}'):f}".rstrip("0").partition(".")[2]))


def format_day(day: date | str) -> str:
    """Show a day; a text is one as machines write it.

    Examples
    --------
    >>> format_day(date(2025, 12, 31)), format_day("2025-12-31"), format_day("not dated")
    ('2025-12-31', '2025-12-31', 'not dated')
    """
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    return current_formats().write_day(day)


def format_points(value: float, digits: int = 1) -> str:
    """Show a difference of shares in points, with its sign.

    Examples
    --------
    >>> format_points(0.0314), format_points(-0.02), format_points(0.0002), format_points(float("nan"))
    ('+3.1', '−2.0', '0.0', '–')
    """
    if math.isnan(value):
        return MISSING
    points = round(100 * value, digits) or 0.0
    return f"{'+' if points > 0 else ''}{format_number(points, digits)}"


def format_money(value: float, currency: str = "") -> str:
    """Show money in whole units above a thousand and to the cent below.

    Examples
    --------
    >>> format_money(1234567.8, "USD"), format_money(-12.5, "USD"), format_money(99, "CHF")
    ('$1,234,568', '−$12.50', 'CHF 99')
    """
    if math.isnan(value):
        return MISSING
    digits = 0 if abs(value) >= 1000 or float(value).is_integer() else 2
    return _sign(current_formats().write_money(value, currency, digits))


def _sign(text: str) -> str:
    """Write the minus sign as print does, and none before what rounds to nothing."""
    return text.replace("-", "−" if any(figure in text for figure in "123456789") else "")


def format_value(value: object, unit: Unit, currency: str = "") -> str:
    """Show one value in its unit.

    Examples
    --------
    >>> format_value(7043, "count"), format_value(3.0, "load"), format_value(0.2147, "load")
    ('7,043', '3.00×', '0.21×')
    >>> format_value(float("nan"), "share")
    '–'
    """
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, str):
        return format_day(value) if unit == "date" else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return format_day(value)
    if not isinstance(value, (int, float)) and not hasattr(value, "__float__"):
        return str(value)
    number = float(value)
    match unit:
        case "count":
            return format_number(number)
        case "share":
            return format_share(number)
        case "money":
            return format_money(number, currency)
        case "hours":
            return format_number(number, 0 if abs(number) >= 100 else 1)
        case "months":
            return format_number(number, 1)
        case "load":
            return f"{format_number(number, 2)}×"
        case "index":
            return format_number(number, 3)
        case _:
            return format_number(number, len(f"{number:.2f}".rstrip("0").partition(".")[2]))


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> join_words(["churn"]), join_words(["churn", "growth"]), join_words(["a", "b", "c"])
    ('churn', 'churn and growth', 'a, b and c')
    """
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def count_words(n: int, singular: str, plural: str = "") -> str:
    """Count things with the right noun.

    Examples
    --------
    >>> count_words(1, "member"), count_words(1200, "member"), count_words(0, "person", "people")
    ('1 member', '1,200 members', '0 people')
    """
    return f"{format_number(n)} {singular if n == 1 else plural or singular + 's'}"


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
