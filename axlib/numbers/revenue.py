"""Annualised recurring revenue of each member on a day, and what became of it.

Definitions: Kellogg (2022) on closed cohorts; the association terms follow DOMAIN section 2.
"""

from __future__ import annotations

from datetime import date

import pandas as pd


def revenue_on(terms: pd.DataFrame, day: date, *, grace_days: int) -> pd.DataFrame:
    """Annualised recurring revenue of each member who is a member on a day.

    A member is one whose dues term covers the day, or ended no more than ``grace_days`` before it. Dues terms
    that run side by side add up, as they do in the term ledger; in grace, those of the last day covered count.
    Recurring programmes count while they run. One-off sales never count.

    Parameters
    ----------
    terms : DataFrame
        ``member_id``, ``starts_on``, ``ends_on``, ``annual_amount``, ``kind`` (dues, recurring, one_off).
    day : date
    grace_days : int
        0 or more.

    Returns
    -------
    DataFrame, one row per member, index ``member_id``
        ``revenue`` (a year's money), ``starts_on`` and ``ends_on`` of the dues term that ends last, and
        ``in_grace``.
    """
    now = pd.Timestamp(day)
    begun = terms[terms["starts_on"] <= now]
    dues = begun[(begun["kind"] == "dues") & (begun["ends_on"] >= now - pd.Timedelta(days=grace_days))]
    current = dues.sort_values(["member_id", "ends_on", "starts_on", "annual_amount"]).drop_duplicates(
        "member_id", keep="last"
    )
    running = begun[(begun["kind"] == "recurring") & (begun["ends_on"] >= now)]
    extra = running.groupby("member_id")["annual_amount"].sum()
    members = current.set_index("member_id")
    last_covered = members["ends_on"].where(members["ends_on"] < now, now)
    covering = dues[(dues["ends_on"] >= last_covered.reindex(dues["member_id"]).to_numpy()).to_numpy()]
    paid = covering.groupby("member_id")["annual_amount"].sum(min_count=1)
    return pd.DataFrame(
        {
            "revenue": paid.reindex(members.index) + extra.reindex(members.index).fillna(0.0),
            "starts_on": members["starts_on"],
            "ends_on": members["ends_on"],
            "in_grace": members["ends_on"] < now,
        }
    )
