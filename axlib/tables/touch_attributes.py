"""Attributes told by the contacts a member had before a day: how many, in which mode, how soon answered."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from axlib.words.errors import ConfigurationError

DERIVED = ("touches_12m", "sync_share", "async_share", "inbound_share", "response_days")
_MONTHS = 12


class TouchAttributes(NamedTuple):
    """Attributes derived from contacts.

    Attributes
    ----------
    table : DataFrame
        Indexed by member_id: ``DERIVED``, as far as the touches tell them; float64.
    source : str
        From which days they were derived, and what is doubtful about it.
    """

    table: pd.DataFrame
    source: str


def derive_from_touches(members: pd.DataFrame, touches: pd.DataFrame | None, *, until: date) -> TouchAttributes:
    """Derive attributes from the contacts of the twelve months before a day.

    ``touches_12m`` counts contacts; the shares are shares of the contacts whose mode is known; ``response_days`` is
    the median of days from a contact the team began to the member's own next one, where nothing lies between. Who
    began a contact is told by ``initiated_by``, else an inbound one is the member's. Who joined on the day or later
    has no values; who had no contact has the count 0 and no shares.

    Parameters
    ----------
    members : DataFrame
        member_id, and perhaps joined_on.
    touches : DataFrame or None
        Clean: member_id, at, mode, and perhaps initiated_by.
    until : date
        Contacts on this day and later are not looked at.

    Returns
    -------
    TouchAttributes

    Raises
    ------
    ConfigurationError
        There is no table of touches, or none of it lies in those months.
    """
    ids = pd.Index(members["member_id"], name="member_id")
    end = pd.Timestamp(until)
    begin = end - pd.DateOffset(months=_MONTHS)
    if touches is None:
        raise ConfigurationError(
            f"attributes: {DERIVED[0]} and its kind are derived from touches, and tables names none. Name the file of "
            "contacts under tables, or take them out of attributes."
        )
    seen = touches[((touches["at"] >= begin) & (touches["at"] < end)).to_numpy()]
    if seen.empty:
        raise ConfigurationError(
            f"attributes: touches hold no contact between {begin:%Y-%m-%d} and the day before {until.isoformat()}, so "
            "nothing can be derived from them. Ask for older contacts, or take these attributes out."
        )
    by_member = seen.groupby("member_id")
    counts = by_member.size().reindex(ids).fillna(0.0).astype(float)
    known = seen[seen["mode"].notna()]
    of = known.groupby("member_id").size()
    columns = {"touches_12m": counts}
    for mode in ("sync", "async", "inbound"):
        share = (known["mode"] == mode).groupby(known["member_id"]).sum() / of
        columns[f"{mode}_share"] = share.reindex(ids).astype(float)
    columns["response_days"] = _response_days(seen).reindex(ids)
    table = pd.DataFrame({name: column.to_numpy(dtype=float) for name, column in columns.items()}, index=ids)
    if "joined_on" in members:
        table.loc[(members["joined_on"] >= end).to_numpy()] = np.nan
    first = touches["at"].min()
    short = f"; the log begins only on {first:%Y-%m-%d}" if first > begin + pd.DateOffset(months=1) else ""
    return TouchAttributes(table, f"touches of {begin:%Y-%m-%d} until the day before {until.isoformat()}{short}")


def _response_days(touches: pd.DataFrame) -> pd.Series:
    """Median days from a contact the team began to the member's next one, by member."""
    ordered = touches.sort_values(["member_id", "at"], kind="stable")
    mine = ordered["mode"] == "inbound"
    if "initiated_by" in ordered:
        began = ordered["initiated_by"]
        mine = (began == "member") | (began.isna() & mine)
    before = ordered.groupby("member_id", sort=False)
    answers = mine & (mine.groupby(ordered["member_id"], sort=False).shift() == False)  # noqa: E712 - missing is neither
    days = (ordered["at"] - before["at"].shift()).dt.days
    return days[answers].groupby(ordered["member_id"][answers]).median().astype(float)
