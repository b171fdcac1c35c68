"""Units a new way of service was rolled out to, and who left them in each quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from axlib.numbers.revenue import revenue_on
from axlib.verbs.design_effects import ROLLOUT
from axlib.words.display import count_words
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.results import Unavailable

#: Quarters looked back on, at most.
MOST_QUARTERS = 12
UNIT = "staff_id"


@dataclass(frozen=True, eq=False)
class RollOut:
    """Which unit each member belongs to, and when each unit was reached.

    Attributes
    ----------
    unit : str
        The column of members that names the unit.
    units : Series, index ``member_id``
    days : Series, index ``unit``
        Missing where not reached yet.
    """

    unit: str
    units: pd.Series
    days: pd.Series


def read_rollout(members: pd.DataFrame, declared: str) -> RollOut | Unavailable:
    """Read a roll-out from columns of members, declared as ``rolled_out_on by chapter``, or the first word alone.

    Parameters
    ----------
    members : DataFrame
    declared : str
        The column of days, and the column of the unit; without the latter the person who serves a member.

    Returns
    -------
    RollOut or Unavailable
        Unavailable where members of one unit came under it on different days: then single members were chosen, and
        those who left before could not be.

    Raises
    ------
    ConfigurationError
        A column is not there, or holds no days.
    """
    column, _, unit = (part.strip() for part in declared.partition(" by "))
    unit = unit or UNIT
    missing = [name for name in (column, unit) if name not in members.columns]
    if missing:
        raise ConfigurationError(
            *(
                f"evidence.rollout: members have no column '{name}'. {suggest(name, map(str, members.columns))}"
                for name in missing
            )
        )
    rows = members.drop_duplicates("member_id").set_index("member_id")
    given = rows[column]
    days = (
        given
        if pd.api.types.is_datetime64_any_dtype(given)
        else pd.to_datetime(given, format="%Y-%m-%d", errors="coerce")
    )
    bad = given[given.notna() & days.isna()]
    if len(bad):
        raise ConfigurationError(
            f"evidence.rollout: '{column}' holds '{bad.iloc[0]}', which is no day. Write days as 2025-03-01, and "
            "nothing where the roll-out has not come."
        )
    known = rows[unit].notna()
    by_unit = days[known].groupby(rows.loc[known, unit])
    early, late = by_unit.min(), by_unit.max()
    some = by_unit.count()
    mixed = (early != late) & early.notna() | (some > 0) & (some < by_unit.size())
    if mixed.any():
        count = count_words(int(mixed.sum()), "unit")
        why = (
            f"members of {count} ({unit}) came under it on different days, so single members were chosen for it; those "
            "who had left could not be, and whoever was chosen stayed for that alone."
        )
        return Unavailable(ROLLOUT, why, "the day each unit as a whole was reached, also for members who have left")
    return RollOut(unit, rows.loc[known, unit].astype("str"), by_unit.first())


def follow_units(terms: pd.DataFrame, rollout: RollOut, *, until: date, grace_days: int) -> pd.DataFrame | Unavailable:
    """Count, for every unit and quarter, the members at its beginning and the share of them gone at its end.

    Parameters
    ----------
    terms : DataFrame
        Of the term ledger.
    rollout : RollOut
    until : date
        Last day of the last quarter.
    grace_days : int

    Returns
    -------
    DataFrame or Unavailable
        ``unit``, ``period`` (first day of the quarter), ``churn``, ``n``. Quarters begin a year after the ledger does,
        when every annual term has been seen once.
    """
    first = terms["starts_on"].min() + pd.DateOffset(months=12)
    ends = [pd.Timestamp(until) - pd.DateOffset(months=3 * k) for k in range(MOST_QUARTERS + 1)]
    ends = sorted(day for day in ends if day >= first)
    if len(ends) < 3:
        return Unavailable(ROLLOUT, "terms of less than six quarters are known.", "terms of three years")
    there = [set(revenue_on(terms, day.date(), grace_days=grace_days).index) for day in ends]
    parts = []
    for place, day in enumerate(ends[:-1]):
        begin = rollout.units[rollout.units.index.isin(there[place])]
        gone = ~begin.index.isin(there[place + 1])
        counts = pd.DataFrame({"unit": begin.to_numpy(), "gone": gone}).groupby("unit")["gone"].agg(["mean", "size"])
        counts = counts.rename(columns={"mean": "churn", "size": "n"}).reset_index()
        parts.append(counts.assign(period=day + pd.Timedelta(days=1)))
    return pd.concat(parts, ignore_index=True)[["unit", "period", "churn", "n"]]
