"""Events that only show beside another member, or in what was not paid: Complimentary, Conferment, Transfer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.tables.ledger.term_events import EVENT_COLUMNS, sort_events

_CENT = 0.005
_ENDS = ("Lapse", "Abandonment", "Closed")


def relate_events(events: pd.DataFrame, *, terms: pd.DataFrame, members: pd.DataFrame, grace_days: int) -> pd.DataFrame:
    """Name the events that depend on what was paid, or on the member's parent.

    Rules. A Join or Rejoin for which nothing is paid is Complimentary, unless the member's payer has a paid term
    running that day: then it is a Conferment. A member without any term whose payer has one is conferred on the
    day it joined, or on which the payer's first paid term begins, whichever is later. Where one member's end and
    one other member's Join, of the same parent (or one the parent of the other), lie within ``grace_days`` of each
    other, and neither could be paired with a third, the membership went over: both are a Transfer.

    Parameters
    ----------
    events : DataFrame
        As ``find_events`` gives them.
    terms : DataFrame
        member_id, starts_on, ends_on, annual_amount.
    members : DataFrame
        member_id, and perhaps parent_id, payer_id, joined_on.
    grace_days : int

    Returns
    -------
    DataFrame
        The same columns; every event keeps its amounts, so that sums are what they were.
    """
    if events.empty:
        return events
    free = events["event"].isin(["Join", "Rejoin"]) & (events["amount_after"] < _CENT)
    named = events.assign(event=events["event"].mask(free, "Complimentary"))
    if "parent_id" not in members or not members["parent_id"].notna().any():
        return named
    people = members.drop_duplicates("member_id").set_index("member_id")
    parents = people["parent_id"].where(people["parent_id"] != people.index)
    payer = people["payer_id"].fillna(parents) if "payer_id" in people else parents
    paid = terms[(terms["annual_amount"] > _CENT).to_numpy()]
    asked = named[free].reset_index(names="event_row")[["event_row", "member_id", "at"]]
    asked = asked.assign(payer=asked["member_id"].map(payer)).dropna(subset="payer")
    spans = paid[["member_id", "starts_on", "ends_on"]].rename(columns={"member_id": "payer"})
    pairs = asked.merge(spans, on="payer")
    conferred = pairs.loc[(pairs["starts_on"] <= pairs["at"]) & (pairs["at"] <= pairs["ends_on"]), "event_row"]
    named = named.assign(event=named["event"].mask(named.index.isin(conferred), "Conferment"))
    named = _transfer(named, parents, grace_days)
    added = _confer_without_terms(payer.dropna(), terms, paid, people)
    return sort_events([named, added])


def _confer_without_terms(
    payer: pd.Series, terms: pd.DataFrame, paid: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Confer membership on those who have no term at all and whose payer has a paid one."""
    first = paid.groupby("member_id")["starts_on"].min()
    without = payer[~payer.index.isin(terms["member_id"]) & payer.isin(first.index)]
    begins = without.map(first).astype("datetime64[s]")
    if "joined_on" in people:
        joined = people["joined_on"].reindex(without.index)
        begins = begins.where(~(joined > begins), joined)
    return pd.DataFrame(
        {
            "member_id": without.index.astype("str"),
            "at": begins.to_numpy(),
            "event": pd.Series("Conferment", index=range(len(without)), dtype="str").to_numpy(),
            "amount_before": np.zeros(len(without)),
            "amount_after": np.zeros(len(without)),
            "gap_days": np.full(len(without), np.nan),
        },
        columns=list(EVENT_COLUMNS),
    )


def _transfer(events: pd.DataFrame, parents: pd.Series, grace_days: int) -> pd.DataFrame:
    """Name a Transfer where one member's end and another's Join under one parent belong together."""
    family = events["member_id"].map(parents).fillna(events["member_id"])
    rows = events.assign(family=family, place=events.index)[["place", "member_id", "at", "event", "family"]]
    ends = rows[rows["event"].isin(_ENDS)]
    joins = rows[rows["event"] == "Join"]
    pairs = ends.merge(joins, on="family", suffixes=("_end", "_join"))
    near = (pairs["at_join"] - pairs["at_end"]).abs() <= pd.Timedelta(days=grace_days)
    pairs = pairs[near & (pairs["member_id_end"] != pairs["member_id_join"])]
    alone = ~pairs["place_end"].duplicated(keep=False) & ~pairs["place_join"].duplicated(keep=False)
    both = [*pairs.loc[alone, "place_end"], *pairs.loc[alone, "place_join"]]
    return events.assign(event=events["event"].mask(events.index.isin(both), "Transfer"))
