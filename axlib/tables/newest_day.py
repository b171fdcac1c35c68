"""The newest day of the tables: how far they reach, whatever day the metrics look back from."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from axlib.tables.cleaning import CleanTables
from axlib.tables.rows.impossible_values import PAST

#: Days that are set beforehand at times, and yet are seldom far ahead: a term is invoiced shortly before it starts.
_BEGUN = {"members": ("started_on",), "terms": ("starts_on", "paid_on")}


class NewestDay(NamedTuple):
    """The last day on which the tables tell that something happened.

    Attributes
    ----------
    day : date
    column : str
        Where it stands, as ``touches.at``.
    """

    day: date
    column: str


def find_newest_day(clean: CleanTables) -> NewestDay | None:
    """Find the newest day in columns of what has happened; None where no table holds such a day."""
    found: list[NewestDay] = []
    for table in (*PAST, *(name for name in _BEGUN if name not in PAST)):
        data: pd.DataFrame | None = getattr(clean, table)
        for name in (*PAST.get(table, ()), *_BEGUN.get(table, ())):
            if data is not None and name in data and data[name].notna().any():
                found.append(NewestDay(data[name].max().date(), f"{table}.{name}"))
    return max(found, key=lambda newest: newest.day, default=None)


def doubt_day(clean: CleanTables) -> str:
    """Say why the day that metrics look back from is doubtful: nothing in the tables happened in its whole window.

    Compared with the tables, not with the clock, so that the same files are always judged the same.
    """
    newest, as_of = find_newest_day(clean), clean.engagement.as_of
    months = clean.engagement.settings.retention.window_months
    if newest is None or pd.Timestamp(newest.day) >= pd.Timestamp(as_of) - pd.DateOffset(months=months):
        return ""
    return (
        f"as_of is {as_of.isoformat()}, but the newest day on which anything in the tables happened is "
        f"{newest.day.isoformat()} ({newest.column}): the {months} months before as_of are empty, and terms that ended "
        "since count as lapses"
    )
