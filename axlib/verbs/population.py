"""Who is looked at: the members of today, and what each pays."""

from __future__ import annotations

import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.numbers.revenue import revenue_on
from axlib.tables.engagement import Engagement
from axlib.tables.terms import TermLedger
from axlib.words.vocabulary import CURRENT_STATUSES


def find_current(members: pd.DataFrame, ledger: TermLedger, engagement: Engagement) -> pd.Series:
    """Say who is a member on the closing day: by status, where that is blank by terms; all if there is neither.

    Blank statuses in an export without terms are no members: other rows of the same export say who is one.
    """
    has_status = "status" in members.columns and bool(members["status"].notna().any())
    if not has_status and len(ledger.terms) == 0:
        return pd.Series(True, index=members.index)
    if has_status and members["status"].notna().all():
        return members["status"].isin(CURRENT_STATUSES)
    grace = engagement.settings.retention.grace_days
    there = revenue_on(ledger.terms, engagement.as_of, grace_days=grace).index
    by_terms = pd.Series(are_among(members["member_id"], there), index=members.index)
    if not has_status:
        return by_terms
    return members["status"].isin(CURRENT_STATUSES).where(members["status"].notna(), by_terms)


def add_dues(members: pd.DataFrame, ledger: TermLedger, engagement: Engagement) -> pd.DataFrame:
    """Return members with annual dues, filled from terms where the member table does not hold them."""
    if len(ledger.terms) == 0:
        return members
    grace = engagement.settings.retention.grace_days
    revenue = revenue_on(ledger.terms, engagement.as_of, grace_days=grace)["revenue"]
    from_terms = members["member_id"].map(revenue)
    dues = members["annual_dues"].fillna(from_terms) if "annual_dues" in members.columns else from_terms
    return members.assign(annual_dues=dues)
