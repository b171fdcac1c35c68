"""What happened at the beginnings and ends of terms: joining, renewing, lapsing, paying more or less."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

EVENTS = (
    "Join", "Conferment", "Complimentary", "Opening", "Renewal", "Rejoin",
    "Lapse", "Abandonment", "Closed", "Transfer", "Upgrade", "Downgrade",
)  # fmt: skip
EVENT_COLUMNS = ("member_id", "at", "event", "amount_before", "amount_after", "gap_days")
#: Who joined longer than this before the first term in the data was a member already when the data begin.
KNOWN_EARLIER_DAYS = 90
#: A new term that begins further before the end of the old one changes it and does not renew it.
EARLY_DAYS = 120
_CENT = 0.005
_ENDED_AS = {"cancelled": "Abandonment", "closed": "Closed"}


def find_events(
    terms: pd.DataFrame, *, members: pd.DataFrame, as_of: date, grace_days: int, rejoin: str
) -> pd.DataFrame:
    """Name what happened at each beginning and end of a member's terms.

    Parameters
    ----------
    terms : DataFrame
        By member and start, with ``added`` true for terms that run beside another one of the member, and ``source_end``
        the end a term had before another one replaced it.
    members : DataFrame
        Its ``status`` tells a member who left on purpose (cancelled: Abandonment) or could not stay
        (closed: Closed) from one who let the term expire (Lapse); its ``joined_on`` tells a member who was one
        before the data begin (Opening, of which the amount before is not known) from one who joined (Join).
    as_of : date
        A term that ended less than ``grace_days`` before it has not lapsed yet.
    grace_days : int
    rejoin : {'new', 'retained'}
        Whether a return after grace is a Lapse and a Rejoin, or a late Renewal.

    Returns
    -------
    DataFrame
        member_id, at, event, amount_before, amount_after (annual amounts of all terms running), gap_days
        (between two terms). A Lapse stands on the first day without cover.
    """
    if terms.empty:
        return sort_events([])
    anchors = terms[~terms["added"].to_numpy(dtype=bool)]
    by_member = anchors.groupby("member_id", sort=False)
    at_start = _running(terms, anchors["member_id"], anchors["starts_on"])
    at_end = _running(terms, anchors["member_id"], anchors["ends_on"])
    before = at_end.groupby(anchors["member_id"], sort=False).shift()
    previous_end = by_member["ends_on"].shift()
    gap = (anchors["starts_on"] - previous_end).dt.days - 1
    first = previous_end.isna()
    returned = gap > grace_days
    source_end = anchors["source_end"].groupby(anchors["member_id"], sort=False).shift()
    early = (source_end - anchors["starts_on"]).dt.days > EARLY_DAYS
    changed = (at_start - before).abs() > _CENT
    renewal = ~first & ~(early & changed) & (~returned | (rejoin == "retained"))
    rejoined = ~first & returned & (rejoin == "new")
    earlier = first & _joined_before(anchors, members)
    parts = [
        _events(anchors[first & ~earlier], anchors["starts_on"], "Join", 0.0, at_start, np.nan),
        _events(anchors[earlier], anchors["starts_on"], "Opening", np.nan, at_start, np.nan),
        _events(anchors[renewal], anchors["starts_on"], "Renewal", before, at_start, gap),
        _events(anchors[rejoined], anchors["starts_on"], "Rejoin", 0.0, at_start, gap),
    ]
    next_start = by_member["starts_on"].shift(-1)
    next_gap = (next_start - anchors["ends_on"]).dt.days - 1
    ended = next_start.isna() & (anchors["ends_on"] + pd.Timedelta(days=grace_days) < pd.Timestamp(as_of))
    lapsed = ended | (next_start.notna() & (next_gap > grace_days) & (rejoin == "new"))
    day_after = anchors["ends_on"] + pd.Timedelta(days=1)
    how = pd.Series("Lapse", index=anchors.index, dtype="str")
    if "status" in members:
        status = anchors["member_id"].map(members.drop_duplicates("member_id").set_index("member_id")["status"])
        how = status.map(_ENDED_AS).where(ended).fillna("Lapse")
    for event in ("Lapse", "Abandonment", "Closed"):
        parts.append(_events(anchors[lapsed & (how == event)], day_after, event, at_end, 0.0, np.nan))
    stayed = ~first & (renewal | ~returned)
    up, down = stayed & (at_start - before > _CENT), stayed & (before - at_start > _CENT)
    parts.append(_events(anchors[up], anchors["starts_on"], "Upgrade", before, at_start, np.nan))
    parts.append(_events(anchors[down], anchors["starts_on"], "Downgrade", before, at_start, np.nan))
    parts.append(_additions(terms))
    return sort_events(parts)


def _joined_before(anchors: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Whether a member joined well before its first term in the data."""
    if "joined_on" not in members:
        return pd.Series(False, index=anchors.index)
    joined = anchors["member_id"].map(members.drop_duplicates("member_id").set_index("member_id")["joined_on"])
    return (anchors["starts_on"] - joined).dt.days > KNOWN_EARLIER_DAYS


def _running(terms: pd.DataFrame, member: pd.Series, day: pd.Series) -> pd.Series:
    """Annual amount of all terms of each member that cover a day."""
    asked = pd.DataFrame({"member_id": member, "day": day}).reset_index(names="asked")
    several = terms[terms["member_id"].duplicated(keep=False).to_numpy()]
    alone = terms[~terms["member_id"].duplicated(keep=False).to_numpy()]
    totals = pd.Series(0.0, index=member.index)
    for part in (several, alone):
        pairs = asked.merge(part[["member_id", "starts_on", "ends_on", "annual_amount"]], on="member_id")
        covers = (pairs["starts_on"] <= pairs["day"]) & (pairs["day"] <= pairs["ends_on"])
        sums = pairs[covers].groupby("asked")["annual_amount"].sum()
        totals = totals.add(sums.reindex(totals.index).fillna(0.0))
    return totals


def _additions(terms: pd.DataFrame) -> pd.DataFrame:
    """A term added to a running one from a later day on is an upgrade on that day."""
    added = terms[terms["added"].to_numpy(dtype=bool) & (terms["annual_amount"] > _CENT).to_numpy()]
    starts = terms[~terms["added"].to_numpy(dtype=bool)]
    keys = pd.MultiIndex.from_frame(starts[["member_id", "starts_on"]])
    later = added[~pd.MultiIndex.from_frame(added[["member_id", "starts_on"]]).isin(keys)]
    if later.empty:
        return sort_events([])
    after = _running(terms, later["member_id"], later["starts_on"])
    same_day = later.groupby(["member_id", "starts_on"])["annual_amount"].transform("sum")
    later = later[~later.duplicated(["member_id", "starts_on"]).to_numpy()]
    return _events(later, later["starts_on"], "Upgrade", after - same_day, after, np.nan)


def _events(
    rows: pd.DataFrame,
    at: pd.Series,
    event: str,
    before: pd.Series | float,
    after: pd.Series | float,
    gap: pd.Series | float,
) -> pd.DataFrame:
    def pick(value: pd.Series | float) -> pd.Series | float:
        return value.loc[rows.index] if isinstance(value, pd.Series) else value

    return pd.DataFrame(
        {
            "member_id": rows["member_id"],
            "at": pick(at),
            "event": pd.Series(event, index=rows.index, dtype="str"),
            "amount_before": pick(before),
            "amount_after": pick(after),
            "gap_days": pick(gap),
        },
        index=rows.index,
    )


def sort_events(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join events and sort them by member, day and kind."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(
            {
                "member_id": pd.Series([], dtype="str"),
                "at": pd.Series([], dtype="datetime64[s]"),
                "event": pd.Series([], dtype="str"),
                "amount_before": pd.Series([], dtype=float),
                "amount_after": pd.Series([], dtype=float),
                "gap_days": pd.Series([], dtype=float),
            }
        )
    table = pd.concat(filled, ignore_index=True)
    rank = table["event"].map({event: at for at, event in enumerate(EVENTS)})
    order = table.assign(rank=rank).sort_values(["member_id", "at", "rank"], kind="stable").index
    return table.loc[order, list(EVENT_COLUMNS)].astype({"gap_days": float}).reset_index(drop=True)
