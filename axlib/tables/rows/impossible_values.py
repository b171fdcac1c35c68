"""Values that cannot be: which are blanked, and which make their whole row suspect.

One cell that is impossible by itself (negative dues) is blanked; two cells that contradict each other
(expiry before joining) leave open which is wrong, so their row is set aside.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.words.vocabulary import TABLES


class Doubt(NamedTuple):
    """Rows with one kind of impossible value.

    Attributes
    ----------
    rows : array of bool
    column : str
        Column to blank; empty where the whole row is set aside.
    reason : str
        The rule.
    """

    rows: NDArray[np.bool_]
    column: str
    reason: str


#: Table -> (earlier, later, reason): two days in the wrong order.
_ORDERS = {
    "members": (
        ("joined_on", "expires_on", "expires before joining"),
        ("joined_on", "lapsed_on", "lapsed before joining"),
        ("started_on", "expires_on", "expires before its term starts"),
    ),
    "terms": (("starts_on", "ends_on", "the term ends before it starts"),),
    "staff": (("started_on", "left_on", "left before starting"),),
}
#: Columns that record something that has happened.
PAST = {
    "members": ("joined_on", "lapsed_on"),
    "touches": ("at",),
    "answers": ("at",),
    "outcomes": ("at",),
    "milestones": ("reached_on",),
}
#: A clock that is a few days off, or an export made after as_of, is no reason for doubt.
_DAYS_AHEAD = 400
_NOT_NEGATIVE = {
    "members": ("annual_dues", "industry_experience_years", "staff_count"),
    "touches": ("minutes",),
    "staff": ("hours_per_year", "hourly_cost"),
}


def find_impossible(table: str, data: pd.DataFrame, *, as_of: date) -> list[Doubt]:
    """Find the impossible values of a clean table.

    Parameters
    ----------
    table : str
    data : DataFrame
        Canonical columns in canonical dtypes.
    as_of : date

    Returns
    -------
    list of Doubt
    """
    doubts: list[Doubt] = []

    def doubt(rows: pd.Series | NDArray[np.bool_], column: str, reason: str) -> None:
        marked = np.asarray(rows, dtype=bool)
        if marked.any():
            doubts.append(Doubt(marked, column, reason))

    for name in _NOT_NEGATIVE.get(table, ()):
        if name in data:
            doubt(data[name] < 0, name, f"negative {name}")
    for column in TABLES[table]:
        if column.kind == "scale" and column.name in data:
            doubt((data[column.name] < 0) | (data[column.name] > 4), column.name, "outside the scale 0 to 4")
    if "ramp" in data and table == "staff":
        doubt((data["ramp"] < 0) | (data["ramp"] > 1), "ramp", "ramp outside 0 to 1")
    if "industry_experience_years" in data:
        doubt(data["industry_experience_years"] > 150, "industry_experience_years", "more than 150 years")
    if table == "touches" and "minutes" in data:
        doubt(data["minutes"] > 24 * 60, "minutes", "longer than a day")
    latest = pd.Timestamp(as_of) + pd.Timedelta(days=_DAYS_AHEAD)
    for name in PAST.get(table, ()):
        if name in data:
            doubt(data[name] > latest, name, f"{name} more than {_DAYS_AHEAD} days after {as_of.isoformat()}")
    for earlier, later, reason in _ORDERS.get(table, ()):
        if earlier in data and later in data:
            doubt(data[later] < data[earlier], "", reason)
    return doubts
