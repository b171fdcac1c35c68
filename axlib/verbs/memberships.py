"""Memberships followed month by month: how old each was when it came into sight, and when it ended or was seen last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.finding_members import are_among
from axlib.verbs.cohort import Cohort
from axlib.words.display import count_words, format_number
from axlib.words.results import Result, Unavailable

#: A member whose first term begins within so many days of the first term of all may have been one before.
_MAY_BE_OLDER_DAYS = 366


@dataclass(frozen=True, eq=False, repr=False)
class Memberships(Result):
    """Memberships with the months of their age in which they were followed.

    Attributes
    ----------
    table : DataFrame, one row per membership
        ``member_id``; ``entered`` and ``left`` (months of age; it is at risk from the month after it entered on);
        ``ended`` (or only followed so far); ``closed`` (ended because the member ceased to be: status closed);
        ``months_before`` and ``months_followed`` since observation began, for the same days.
    observed_from, observed_to : date
        The days between which ends would have been seen.
    since : {'records', 'opening'}
        Followed since the records begin, or since the window opened: then the closed cohort alone.
    left_out : int
        Memberships whose beginning is not known.
    """

    table: pd.DataFrame
    observed_from: date
    observed_to: date
    since: Literal["records", "opening"]
    left_out: int

    title: ClassVar[str] = "Memberships followed"

    def summary(self) -> pd.DataFrame:
        """Return one row: memberships followed, ended, and between which days."""
        return pd.DataFrame(
            {
                "observed_from": [self.observed_from.isoformat()],
                "observed_to": [self.observed_to.isoformat()],
                "memberships": [len(self.table)],
                "ended": [int(self.table["ended"].sum())],
                "closed": [int(self.table["closed"].sum())],
            }
        )

    @property
    def text(self) -> str:
        """Who is followed, between which days, and who is left out."""
        closed = int(self.table["closed"].sum())
        return (
            f"{self.followed} {format_number(closed)} of these ended because the member closed."
            if closed
            else self.followed
        )

    @property
    def followed(self) -> str:
        """The same without why memberships ended."""
        table = self.table
        what = "the closed cohort" if self.since == "opening" else "the term ledger"
        ended = f"{format_number(int(table['ended'].sum()))} of them ended"
        text = (
            f"{count_words(len(table), 'membership')} of {what}, {self.observed_from} to {self.observed_to}; {ended}."
        )
        if self.left_out:
            verb = "is" if self.left_out == 1 else "are"
            text += f" {count_words(self.left_out, 'membership')} {verb} left out: when they began is not known."
        return text


def follow_memberships(
    members: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    as_of: date,
    grace_days: int,
    rejoin: Literal["new", "retained"],
    cohort: Cohort | None = None,
) -> Memberships | Unavailable:
    """Follow memberships by their age in months.

    Parameters
    ----------
    members : DataFrame
        ``member_id``, perhaps ``joined_on`` and ``status``.
    terms : DataFrame
        The term ledger.
    as_of : date
    grace_days : int
    rejoin : {'new', 'retained'}
        Whether a return after the grace begins a new membership, or goes on with the old one.
    cohort : Cohort, optional
        Follow its members alone, from the opening of its window on. Groups known when the window opened may be compared
        on these: nobody had to stay longer to be put into one.

    Returns
    -------
    Memberships or Unavailable

    Notes
    -----
    A membership begins on the day of joining, or with its first term where that is earlier. It comes into sight with
    its first term in the ledger, or with the opening less the grace; those who had left before then were never seen,
    and who is seen is at risk only from then on (delayed entry). It ends on the first day without cover. Ends are seen
    up to ``as_of`` less the grace: later ones are not decided. Who joined in years that the ledger may not hold, and of
    whom no day of joining is known, is left out. Months are counted whole: an end falls into the month it happens in.
    """
    dues = terms[terms["kind"] == "dues"]
    if len(dues) == 0 or (cohort is not None and cohort.opened_on is None):
        ask = "invoices or membership terms of the last three years, one row per term"
        return Unavailable("How long members stay", "there are no membership terms with dates.", ask)
    grace = pd.Timedelta(days=grace_days)
    closing = pd.Timestamp(as_of) - grace
    opening = dues["starts_on"].min() if cohort is None else pd.Timestamp(str(cohort.opened_on)) - grace
    spells = _join_terms(dues, grace_days if rejoin == "new" else None)
    if cohort is not None:
        spells = spells[are_among(spells["member_id"], cohort.table["member_id"])]
    spells, left_out = _find_beginnings(spells, members, dues["starts_on"].min())
    # Who was followed from the opening on may have been seen earlier, and entered with that day.
    seen = spells["starts_on"] if cohort is None else _latest(spells["begins_on"], opening)
    lapse_day = spells["ends_on"] + pd.Timedelta(days=1)
    ended = lapse_day <= closing
    last = lapse_day.where(ended, closing)
    here = (seen < last) & (seen <= closing)
    spells, seen, ended, last = spells[here], seen[here], ended[here], last[here]
    begins = spells["begins_on"]
    closed = pd.Series(False, index=spells.index)
    if "status" in members.columns:
        status = members.drop_duplicates("member_id").set_index("member_id")["status"]
        final = ~spells["member_id"].duplicated(keep="last")
        closed = ended & final & (spells["member_id"].map(status) == "closed")
    table = pd.DataFrame(
        {
            "member_id": spells["member_id"],
            "entered": count_whole_months(begins, seen),
            "left": np.where(ended, _months_begun(begins, last), count_whole_months(begins, last)),
            "ended": ended,
            "closed": closed,
            "months_before": count_whole_months(pd.Series(opening, index=seen.index), _latest(seen, opening)),
            "months_followed": np.where(
                ended,
                _months_begun(pd.Series(opening, index=seen.index), last),
                count_whole_months(pd.Series(opening, index=seen.index), last),
            ),
        }
    )
    table = table.sort_values(["member_id", "entered"], ignore_index=True)
    since: Literal["records", "opening"] = "records" if cohort is None else "opening"
    return Memberships(table, opening.date(), closing.date(), since, left_out)


def count_whole_months(starts: pd.Series, ends: pd.Series) -> NDArray[np.int64]:
    """Count the whole months between two days, the second no earlier than the first.

    Examples
    --------
    >>> starts = pd.to_datetime(pd.Series(["2024-01-31", "2024-01-15", "2024-01-15"]))
    >>> count_whole_months(starts, pd.to_datetime(pd.Series(["2024-02-29", "2024-03-14", "2025-01-15"]))).tolist()
    [1, 1, 12]
    """
    months = (ends.dt.year - starts.dt.year) * 12 + ends.dt.month - starts.dt.month
    # A month from the 31st is full where a shorter month ends.
    short = ends.dt.day < np.minimum(starts.dt.day, ends.dt.days_in_month)
    return (months - short).to_numpy(dtype=np.int64)


def _months_begun(starts: pd.Series, ends: pd.Series) -> NDArray[np.int64]:
    """Count the months that have begun before a day: what happens on it happens in the last of them."""
    return count_whole_months(starts, ends - pd.Timedelta(days=1)) + 1


def _latest(days: pd.Series, opening: pd.Timestamp) -> pd.Series:
    return days.where(days > opening, opening)


def _join_terms(dues: pd.DataFrame, grace_days: int | None) -> pd.DataFrame:
    """Put terms without a break into one row; with no grace given, all terms of a member."""
    dues = dues.sort_values(["member_id", "starts_on", "ends_on"], kind="stable")
    reach = dues.groupby("member_id", sort=False)["ends_on"].cummax()
    gap = dues["starts_on"] - reach.groupby(dues["member_id"], sort=False).shift()
    broken = gap > pd.Timedelta(days=grace_days + 1) if grace_days is not None else pd.Series(False, index=dues.index)
    number = broken.groupby(dues["member_id"], sort=False).cumsum().rename("spell")
    spells = dues.groupby(["member_id", number], sort=False).agg(
        starts_on=("starts_on", "min"), ends_on=("ends_on", "max")
    )
    return spells.reset_index()


def _find_beginnings(
    spells: pd.DataFrame, members: pd.DataFrame, records_begin: pd.Timestamp
) -> tuple[pd.DataFrame, int]:
    """Add the day each membership began; leave out those of which it is not known, and count them."""
    first = spells["spell"] == 0
    joined = pd.Series(pd.NaT, index=spells.index, dtype=spells["starts_on"].dtype)
    if "joined_on" in members.columns:
        days = members.drop_duplicates("member_id").set_index("member_id")["joined_on"]
        joined = spells["member_id"].map(days).astype(spells["starts_on"].dtype)
    earlier = first & (joined < spells["starts_on"])
    unknown = first & joined.isna() & (spells["starts_on"] < records_begin + pd.Timedelta(days=_MAY_BE_OLDER_DAYS))
    begins = joined.where(earlier, spells["starts_on"])
    return spells.assign(begins_on=begins)[~unknown], int(unknown.sum())
