"""The closed cohort: who was a member when the window opened, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.numbers.revenue import revenue_on
from axlib.tables.ledger.term_events import KNOWN_EARLIER_DAYS
from axlib.words.display import count_words, format_day
from axlib.words.results import Result, Unavailable
from axlib.words.vocabulary import CURRENT_STATUSES

#: What only terms tell of a member of the cohort.
FLAGS = ("eligible", "renewed", "first_year", "lapsed", "rejoined")


@dataclass(frozen=True, eq=False, repr=False)
class Cohort(Result):
    """Members at the opening of the window and what each paid at both ends.

    Attributes
    ----------
    table : DataFrame, one row per member of the cohort
        ``member_id``; ``opening`` and ``closing`` (annualised recurring revenue; closing missing where the
        export does not hold it); ``gone``; ``eligible`` and ``renewed`` (missing where terms are);
        ``first_year``; ``lapsed`` (at some time in the window, for longer than the grace) and ``rejoined``.
    opened_on, closed_on : date
        Both ends of the window; the first missing for a declared snapshot.
    source : {'terms', 'members', 'snapshot'}
        Reconstructed from terms; from the dates of the member table, which holds today's dues alone; or
        declared: the export is the closed cohort itself.
    """

    table: pd.DataFrame
    opened_on: date | None
    closed_on: date
    source: Literal["terms", "members", "snapshot"]
    currency: str

    title: ClassVar[str] = "The closed cohort"

    def summary(self) -> pd.DataFrame:
        """Return one row: members, revenue at both ends, members gone."""
        closing = self.table["closing"].sum(min_count=1)
        return pd.DataFrame(
            {
                "opened_on": [self.opened_on.isoformat() if self.opened_on else "not dated"],
                "n": [len(self.table)],
                "opening_revenue": [self.table["opening"].sum(min_count=1)],
                "closing_revenue": [closing],
            }
        )

    @property
    def text(self) -> str:
        """Where the cohort comes from, in a sentence."""
        n = count_words(len(self.table), "member")
        if self.source == "snapshot":
            return f"The export is declared to be the closed cohort: {n}; who is not a member now, left in it."
        return f"{n} on {format_day(self.opened_on or 'the opening day')}, followed to {format_day(self.closed_on)}."


def build_cohort(
    members: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    as_of: date,
    window_months: int,
    grace_days: int,
    rejoin: Literal["new", "retained"],
    snapshot: Literal["none", "closed_cohort"],
    currency: str = "",
    source: Literal["terms", "members"] = "terms",
) -> Cohort | Unavailable:
    """Build the closed cohort from terms, or from a snapshot that is declared to be one.

    Parameters
    ----------
    members : DataFrame
        ``member_id``, perhaps ``joined_on``; for a snapshot ``status`` and ``annual_dues``.
    terms : DataFrame
        The term ledger; may be empty.
    as_of : date
        Closing day.
    window_months : int
    grace_days : int
        Days after its end for which a term still counts.
    rejoin : {'new', 'retained'}
        Whether a member who left and came back inside the window is gone, or retained.
    snapshot : {'none', 'closed_cohort'}
        What the engagement declares the member table to be; a declaration goes before dates of members alone.
    source : {'terms', 'members'}
        What the ledger was made from. Members alone hold one term each at today's dues, so that who left is
        known and what was paid at either end is not.

    Returns
    -------
    Cohort or Unavailable
        Unavailable where neither terms nor a declaration place departures in the window.

    Notes
    -----
    Eligible for renewal is whose term and its grace ended inside the window, so that the outcome was decided in
    it; each term is counted in one window. Who had renewed by the opening counts with the term that was renewed,
    beside who was in grace then. First-year is whose renewed or lapsed term is the first, and who did not join
    earlier than the ledger begins. Money is rounded to the cent, so that sums reconcile.
    """
    if len(terms) and source == "terms":
        return _from_terms(members, terms, as_of, window_months, grace_days, rejoin, currency)
    if len(terms) and snapshot == "none":
        return _from_members(members, terms, as_of, window_months, grace_days, currency)
    if snapshot == "closed_cohort" and "status" in members.columns:
        dues = members["annual_dues"] if "annual_dues" in members.columns else np.nan
        gone = ~members["status"].isin(CURRENT_STATUSES)
        table = pd.DataFrame(
            {
                "member_id": members["member_id"],
                "opening": dues,
                "closing": np.nan,
                "gone": gone,
                **dict.fromkeys(FLAGS, pd.NA),
            }
        ).astype({"opening": float, **dict.fromkeys(FLAGS, "boolean")})
        return Cohort(table.reset_index(drop=True), None, as_of, "snapshot", currency)
    why = (
        "the export has no terms or invoices, and nothing that places a departure inside the window; lapsed rows "
        "may be of any year."
    )
    return Unavailable("Retention", why, "invoices or membership terms of the last three years, one row per term")


def _from_members(
    members: pd.DataFrame, terms: pd.DataFrame, as_of: date, window_months: int, grace_days: int, currency: str
) -> Cohort | Unavailable:
    """From the dates members have: who was one at the opening and is none now, but no closing amounts."""
    if "joined_on" not in members.columns or members["joined_on"].notna().sum() == 0:
        return Unavailable(
            "Retention",
            "members hold their latest term alone, and no date of joining: who was a member when the window opened "
            "is not known.",
            "invoices or membership terms of the last three years, one row per term",
        )
    over = pd.Timestamp(as_of) - pd.Timedelta(days=grace_days)
    if not (terms.groupby("member_id")["ends_on"].max() < over).any():
        return Unavailable(
            "Retention",
            "of everyone in the export the term still runs. It holds those who stayed, and says nothing of those who "
            "left.",
            "lapsed and former members too, or invoices or membership terms of the last three years",
        )
    # The latest term says nothing of the years before; who joined earlier was a member then.
    joined = terms["member_id"].map(members.drop_duplicates("member_id").set_index("member_id")["joined_on"])
    since = terms.assign(starts_on=terms["starts_on"].where(~(joined < terms["starts_on"]), joined))
    cohort = _from_terms(members, since, as_of, window_months, grace_days, "new", currency)
    if isinstance(cohort, Unavailable):
        return cohort
    unknown = pd.Series(pd.NA, index=cohort.table.index, dtype="boolean")
    table = cohort.table.assign(closing=np.nan, **dict.fromkeys(FLAGS, unknown))
    return replace(cohort, table=table, source="members")


def _from_terms(
    members: pd.DataFrame,
    terms: pd.DataFrame,
    as_of: date,
    window_months: int,
    grace_days: int,
    rejoin: str,
    currency: str,
) -> Cohort | Unavailable:
    opening_day = pd.Timestamp(as_of) - pd.DateOffset(months=window_months)
    before = revenue_on(terms, opening_day.date(), grace_days=grace_days)
    after = revenue_on(terms, as_of, grace_days=grace_days)
    if len(before) == 0:
        first = terms["starts_on"].min()
        return Unavailable(
            "Retention",
            f"nobody was a member on {opening_day.date()}; the first term begins on {first.date()}.",
            "terms that reach back over the whole window",
        )
    closing = after["revenue"].reindex(before.index)
    breaks = _has_break(terms, before, grace_days, pd.Timestamp(as_of))
    lapsed = closing.isna() | breaks
    gone = lapsed if rejoin == "new" else closing.isna()
    dues = terms[terms["kind"] == "dues"]
    first_start = dues.groupby("member_id")["starts_on"].min().reindex(before.index)
    due = _due(dues, before, opening_day, grace_days)
    eligible = due["ends_on"] < pd.Timestamp(as_of) - pd.Timedelta(days=grace_days)
    table = pd.DataFrame(
        {
            "opening": before["revenue"].round(2),
            "closing": closing.where(~gone, 0.0).round(2),
            "gone": gone,
            "eligible": eligible,
            "renewed": eligible & ~_lapsed_first(dues, due, grace_days),
            "first_year": (first_start == due["starts_on"]) & ~_joined_earlier(members, due),
            "lapsed": lapsed,
            "rejoined": breaks & closing.notna(),
        }
    )
    table = table.rename_axis("member_id").reset_index()
    table = table.astype(dict.fromkeys(FLAGS, "boolean"))
    return Cohort(table, opening_day.date(), as_of, "terms", currency)


def _due(dues: pd.DataFrame, before: pd.DataFrame, opening_day: pd.Timestamp, grace_days: int) -> pd.DataFrame:
    """The term whose renewal may be decided in the window: that of the opening day, or the one it renewed of late."""
    since = opening_day - pd.Timedelta(days=grace_days)
    ended = dues[
        (dues["ends_on"] >= since) & (dues["ends_on"] < opening_day) & are_among(dues["member_id"], before.index)
    ]
    ended = ended[ended["ends_on"] < before["starts_on"].reindex(ended["member_id"]).to_numpy()]
    ended = ended.sort_values(["member_id", "ends_on", "starts_on"]).drop_duplicates("member_id", keep="last")
    renewed = ended.set_index("member_id")[["starts_on", "ends_on"]].reindex(before.index)
    return renewed.fillna(before[["starts_on", "ends_on"]])


def _joined_earlier(members: pd.DataFrame, due: pd.DataFrame) -> pd.Series:
    """Whether a member joined well before its term, in years the ledger does not hold."""
    if "joined_on" not in members.columns:
        return pd.Series(False, index=due.index)
    joined = members.drop_duplicates("member_id").set_index("member_id")["joined_on"].reindex(due.index)
    return (due["starts_on"] - joined).dt.days > KNOWN_EARLIER_DAYS


def _next_start(dues: pd.DataFrame, due: pd.DataFrame) -> pd.Series:
    """First day on which another dues term runs that outlasts the one that is due."""
    later = dues.merge(due["ends_on"].rename("due_on"), left_on="member_id", right_index=True, how="inner")
    later = later[later["ends_on"] > later["due_on"]]
    return later.groupby("member_id")["starts_on"].min().reindex(due.index)


def _lapsed_first(dues: pd.DataFrame, due: pd.DataFrame, grace_days: int) -> pd.Series:
    following = _next_start(dues, due)
    return following.isna() | (following > due["ends_on"] + pd.Timedelta(days=grace_days + 1))


def _has_break(terms: pd.DataFrame, before: pd.DataFrame, grace_days: int, closing_day: pd.Timestamp) -> pd.Series:
    """Whether a member was without a term for more than the grace between the two ends of the window."""
    dues = terms[(terms["kind"] == "dues") & (terms["starts_on"] <= closing_day)]
    dues = dues[are_among(dues["member_id"], before.index)]
    dues = dues[dues["ends_on"] >= dues["member_id"].map(before["ends_on"])].sort_values(["member_id", "starts_on"])
    reach = dues.groupby("member_id")["ends_on"].cummax()
    gap = dues["starts_on"] - reach.groupby(dues["member_id"]).shift()
    broken = gap > pd.Timedelta(days=grace_days + 1)
    return broken.groupby(dues["member_id"]).any().reindex(before.index).fillna(False).astype(bool)
