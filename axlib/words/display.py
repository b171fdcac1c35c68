"""How numbers and days become text: the only place that formats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from axlib.words.measures import Unit
from axlib.words.number_formats import current_formats

MISSING = "–"
#: What stands where a number is withheld to protect single members.
HIDDEN = "hidden"


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
