"""Annualised recurring revenue of each member on a day, and what became of it.

Definitions: Kellogg (2022) on closed cohorts; the association terms follow DOMAIN section 2.
"""

from __future__ import annotations

from datetime import date

import pandas as pd


def revenue_on(terms: pd.DataFrame, day: date, *, grace_days: int) -> pd.DataFrame:
    """Annualised recurring revenue of each member who is a member on a day.

    A member is one whose dues term covers the day, or ended no more than ``grace_days`` before it; the term
    that ends last counts. Recurring programmes count while they run. One-off sales never count.

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
        ``revenue`` (a year's money), ``starts_on`` and ``ends_on`` of the dues term that counts, and
        ``in_grace``.
    """
    now = pd.Timestamp(day)
    begun = terms[terms["starts_on"] <= now]
    dues = begun[(begun["kind"] == "dues") & (begun["ends_on"] >= now - pd.Timedelta(days=grace_days))]
    # Of overlapping terms (a renewal paid early, an upgrade) the one that ends last counts.
    current = dues.sort_values(["member_id", "ends_on", "starts_on", "annual_amount"]).drop_duplicates(
        "member_id", keep="last"
    )
    running = begun[(begun["kind"] == "recurring") & (begun["ends_on"] >= now)]
    extra = running.groupby("member_id")["annual_amount"].sum()
    members = current.set_index("member_id")
    return pd.DataFrame(
        {
            "revenue": members["annual_amount"] + extra.reindex(members.index).fillna(0.0),
            "starts_on": members["starts_on"],
            "ends_on": members["ends_on"],
            "in_grace": members["ends_on"] < now,
        }
    )
