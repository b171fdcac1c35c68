"""Days as people write them: 2025-01-31, 31/01/2025, Jan 31, 2025, 45688, with or without a time.

Whether 03/04/2025 is in March or April is decided once per column and separator, from all of its values.
The time of day and its zone are left out without shifting the day: 2013-07-13T20:00-04:00 is 13 July.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Order = Literal["day_first", "month_first", "year_first"]

_TIME = (
    r"(?i)[t\s,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:z|utc|gmt|[a-z]{3,4}|(?:utc|gmt)?[-+]\d{1,2}:?\d{0,2})?$"
)
_WEEKDAY = r"(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+"
_ISO = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})$"
_COMPACT = r"^(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)$"
_TRIPLE = r"^(?P<a>\d{1,2})\s*(?P<s>[-/.\s])\s*(?P<b>\d{1,2})\s*[-/.\s]\s*(?P<c>\d{4}|\d{2})\.?$"
_DAY_NAME = r"^(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?(?:\s+of)?[-\s./]*(?P<n>\pL{3,10})\.?,?[-\s./]*(?P<y>\d{4}|\d{2})$"
_NAME_DAY = r"^(?P<n>\pL{3,10})\.?[-\s]+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[-\s]+(?P<y>\d{4})$"
_YEAR_NAME = r"^(?P<y>\d{4})[-\s](?P<n>\pL{3,10})[-\s](?P<d>\d{1,2})$"
_NAME_YEAR = r"^(?P<n>\pL{3,10})\.?,?[-\s]+(?P<y>\d{4})$"
_YEAR_MONTH = r"^(?P<y>\d{4})[-/](?P<m>\d{1,2})$"
_YEAR = r"^(?P<y>(?:19|20)\d{2})$"
_SERIAL = r"^(?P<n>\d{5}(?:\.\d+)?)$"
_MONTHS = (
    "jan january januar janvier enero januari",
    "feb february februar fevrier février febrero februari",
    "mar march märz maerz mars marzo maart",
    "apr april avril abril avr abr",
    "may mai mayo mei",
    "jun june juni juin junio",
    "jul july juli juillet julio",
    "aug august août aout agosto augustus ago",
    "sep sept september septembre septiembre",
    "oct october oktober octobre octubre okt",
    "nov november novembre noviembre",
    "dec december dezember décembre decembre diciembre dez dic",
)
_MONTH_OF = {word: month for month, words in enumerate(_MONTHS, start=1) for word in words.split()}
_SERIAL_ORIGIN = np.datetime64("1899-12-30")
#: Days that systems write where they know none.
_NO_DAY = np.array(["1900-01-01", "1899-12-30", "1899-12-31", "0001-01-01", "9999-12-31"], "datetime64[D]")
_FIRST, _LAST = np.datetime64("1800-01-01"), np.datetime64("2200-01-01")


class DateEvidence(NamedTuple):
    """What values such as 03/04/2025 say about the order of day and month, for one separator.

    Attributes
    ----------
    day_first, month_first : tuple of str
        A few values that can be read in this order only.
    n_day_first, n_month_first, n_either : int
        Distinct values that can be read in one order only, or in both.
    either : tuple of str
        A few values that can be read in both.
    """

    day_first: tuple[str, ...]
    month_first: tuple[str, ...]
    n_day_first: int
    n_month_first: int
    n_either: int
    either: tuple[str, ...]


class ParsedDates(NamedTuple):
    """Distinct texts as days.

    Attributes
    ----------
    values : array of datetime64[D]
        NaT where a text is no day.
    unreadable : array of bool
    no_day : array of bool
        Texts such as 1900-01-01 that stand for no day at all.
    rule : array of str
        By which rule each text was read.
    """

    values: NDArray[np.datetime64]
    unreadable: NDArray[np.bool_]
    no_day: NDArray[np.bool_]
    rule: NDArray[np.object_]


def weigh_orders(texts: pa.Array) -> dict[str, DateEvidence]:
    """Say for each separator of a column what its distinct values tell about day and month.

    Examples
    --------
    >>> weigh_orders(pa.array(["03/04/2025", "13/02/2015"], pa.large_string()))["/"].n_day_first
    1
    """
    parts = _extract(_days(texts), _TRIPLE)
    if parts is None:
        return {}
    first, second, rows, groups = _numbers(parts["a"]), _numbers(parts["b"]), parts["row"], parts["s"]
    original = np.array(texts.to_pylist(), dtype=object)[rows]
    # What no calendar has, such as 31/02/2025, is evidence of nothing but a slip.
    day_real, month_real = _exist(parts)
    day, month = (first > 12) & day_real, (second > 12) & month_real
    either = (first <= 12) & (second <= 12) & (first != second)
    found = {}
    for sign in sorted(set(groups.tolist())):
        here = groups == sign
        found[sign] = DateEvidence(
            day_first=tuple(original[here & day][:3]),
            month_first=tuple(original[here & month][:3]),
            n_day_first=int((here & day).sum()),
            n_month_first=int((here & month).sum()),
            n_either=int((here & either).sum()),
            either=tuple(original[here & either][:3]),
        )
    return found


def are_no_days(texts: pa.Array) -> NDArray[np.bool_]:
    """Say which texts are written as days in numbers, and are none in whatever order they are read.

    Examples
    --------
    >>> are_no_days(pa.array(["31/02/2025", "2025-13-01", "13/12/2025", "soon"], pa.large_string())).tolist()
    [True, True, False, False]
    """
    days = _days(texts)
    found = np.zeros(len(texts), dtype=bool)
    parts = _extract(days, _TRIPLE)
    if parts is not None:
        day_first, month_first = _exist(parts)
        year_first = _real(_numbers(parts["a"]) + 2000, _numbers(parts["b"]), _numbers(parts["c"]))
        found[parts["row"]] = ~(day_first | month_first | year_first)
    parts = _extract(days, _ISO)
    if parts is not None:
        found[parts["row"]] = ~_real(_numbers(parts["y"]), _numbers(parts["m"]), _numbers(parts["d"]))
    return found


def _exist(parts: dict[str, NDArray[np.object_]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the calendar has three numbers as a day, read day first, and month first."""
    first, second, years = _numbers(parts["a"]), _numbers(parts["b"]), _numbers(parts["c"])
    # Leap years are the same in each century that a year of two digits can mean.
    years = np.where(years < 100, years + 2000, years)
    return _real(years, second, first), _real(years, first, second)


def _real(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(~np.isnat(_assemble(year, month, day)))


def parse_dates(texts: pa.Array, *, orders: Mapping[str, Order], as_of: date) -> ParsedDates:
    """Read distinct texts as days.

    Parameters
    ----------
    texts : Array of large_string
        Distinct, without missing ones.
    orders : mapping
        Separator -> which of day and month stands first; a separator that is not named reads only values
        that leave no choice.
    as_of : date
        Two-digit years mean the latest such year up to ten years after it.

    Returns
    -------
    ParsedDates

    Examples
    --------
    >>> texts = pa.array(["03/04/2025", "Jan 5, 2024", "45688", "31/02/2025"], pa.large_string())
    >>> parse_dates(texts, orders={"/": "day_first"}, as_of=date(2025, 12, 31)).values.tolist()[:3]
    [datetime.date(2025, 4, 3), datetime.date(2024, 1, 5), datetime.date(2025, 1, 31)]
    """
    n = len(texts)
    year, month, day = (np.zeros(n, dtype=np.int64) for _ in range(3))
    rule = np.full(n, "", dtype=object)
    days = _days(texts)
    timed = np.asarray(pc.not_equal(days, pc.utf8_trim_whitespace(texts)).to_numpy(zero_copy_only=False), bool)
    for pattern, name in (
        (_ISO, ""),
        (_COMPACT, "date written without signs"),
        (_DAY_NAME, "date with the month's name"),
        (_NAME_DAY, "date with the month's name"),
        (_YEAR_NAME, "date with the month's name"),
        (_NAME_YEAR, "month alone: its first day"),
        (_YEAR_MONTH, "month alone: its first day"),
        (_YEAR, "year alone: its first day"),
    ):
        if (year > 0).all():
            break
        parts = _extract(days, pattern)
        if parts is None:
            continue
        rows = parts["row"]
        new = rule[rows] == ""
        new &= year[rows] == 0
        rows = rows[new]
        year[rows] = _full_years(parts["y"], as_of)[new]
        month[rows] = _months(parts)[new]
        day[rows] = (_numbers(parts["d"]) if "d" in parts else np.ones(len(new), dtype=np.int64))[new]
        rule[rows] = name
    parts = _extract(days, _TRIPLE)
    if parts is not None:
        _fill_triples(parts, orders, as_of, year, month, day, rule)
    values = _assemble(year, month, day)
    serial = _extract(days, _SERIAL)
    if serial is not None:
        numbers = serial["n"].astype(float)
        good = (numbers >= 10_000) & (numbers <= 80_000)
        rows = serial["row"][good]
        values[rows] = _SERIAL_ORIGIN + numbers[good].astype(np.int64).astype("timedelta64[D]")
        rule[rows] = "day number of a spreadsheet"
    no_day = np.isin(values, _NO_DAY) | _matches(days, r"^0{1,4}[-/.]0{1,2}[-/.]0{1,4}$")
    values[no_day | (values < _FIRST) | (values >= _LAST)] = np.datetime64("NaT")
    rule[timed & (rule == "")] = "time of day left out"
    rule[no_day] = "missing word"
    return ParsedDates(values, np.isnat(values) & ~no_day, no_day, rule)


def _days(texts: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(texts)
    text = pc.replace_substring_regex(text, _TIME, "")
    return pc.replace_substring_regex(text, _WEEKDAY, "")


def _extract(texts: pa.Array, pattern: str) -> dict[str, NDArray[np.object_]] | None:
    """Return the named groups of the texts that match, with their positions under ``row``."""
    matches = np.flatnonzero(_matches(texts, pattern))
    if not len(matches):
        return None
    groups = pc.extract_regex(texts.take(pa.array(matches)), pattern)
    names = [field.name for field in groups.type]
    parts = {name: groups.field(name).to_numpy(zero_copy_only=False) for name in names}
    return {"row": matches, **parts}


def _matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _numbers(parts: NDArray[np.object_]) -> NDArray[np.int64]:
    return parts.astype(np.int64)


def _months(parts: dict[str, NDArray[np.object_]]) -> NDArray[np.int64]:
    if "m" in parts:
        return _numbers(parts["m"])
    if "n" in parts:
        names = pd.Series(parts["n"]).str.lower()
        return np.asarray(names.map(_MONTH_OF).fillna(0), dtype=np.int64)
    return np.ones(len(parts["row"]), dtype=np.int64)


def _full_years(parts: NDArray[np.object_], as_of: date) -> NDArray[np.int64]:
    years = _numbers(parts)
    short = np.array([len(text) == 2 for text in parts.tolist()], dtype=bool)
    latest = as_of.year + 10
    century = latest - latest % 100
    full = np.where(years + century > latest, years + century - 100, years + century)
    full[~short] = years[~short]
    return full


def _fill_triples(
    parts: dict[str, NDArray[np.object_]],
    orders: Mapping[str, Order],
    as_of: date,
    year: NDArray[np.int64],
    month: NDArray[np.int64],
    day: NDArray[np.int64],
    rule: NDArray[np.object_],
) -> None:
    rows, signs = parts["row"], parts["s"]
    first, second, third = _numbers(parts["a"]), _numbers(parts["b"]), _full_years(parts["c"], as_of)
    for sign in set(signs.tolist()):
        here = signs == sign
        order = orders.get(sign)
        if order == "year_first":
            at = rows[here]
            year[at] = _full_years(parts["a"], as_of)[here]
            month[at], day[at], rule[at] = second[here], _numbers(parts["c"])[here], "date read year first"
            continue
        if order is None:
            # The fifth of May is the same day in either order.
            here &= first == second
        at = rows[here]
        days, months = (second, first) if order == "month_first" else (first, second)
        year[at], month[at], day[at] = third[here], months[here], days[here]
        rule[at] = f"date read {order.replace('_', ' ')}" if order else "date"


def _assemble(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.datetime64]:
    possible = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(possible, day - 1, 0).astype("timedelta64[D]")
    real = possible & (days.astype("datetime64[M]") == months)
    return np.where(real, days, np.datetime64("NaT", "D"))
