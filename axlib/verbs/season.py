"""Hours by month of the year to come: renewals, what is called for, and what the team can give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.delivery import Delivery
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_share, format_value
from axlib.words.results import Result, Unavailable

_YEAR = 12


@dataclass(frozen=True, eq=False, repr=False)
class Season(Result):
    """The twelve months to come.

    Attributes
    ----------
    table : DataFrame, one row per month
        ``month`` (as 2026-01), ``renewals``, ``required_hours``, ``available_hours``, ``load``, ``delivered_hours`` (in
        the same month of the window before; missing without a log).
    undated : int
        Members whose day of renewal is not known; their hours are spread evenly.
    later : int
        Members who renew only after these months.
    hours_source : {'assumed', 'client', 'learned'}
    """

    table: pd.DataFrame
    undated: int
    later: int
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "Hours by month"
    plots: ClassVar[tuple[str, ...]] = ("plot_season",)

    @property
    def peak(self) -> pd.Series:
        """The month that calls for most hours, the first of several."""
        return self.table.iloc[int(self.table["required_hours"].to_numpy().argmax())]

    def summary(self) -> pd.DataFrame:
        """Return one row per month."""
        return self.table

    @property
    def text(self) -> str:
        """When most hours are called for, and how far that is above the mean."""
        peak, mean = self.peak, float(self.table["required_hours"].mean())
        above = float(peak["required_hours"]) / mean - 1
        busiest = self.table.iloc[int(self.table["renewals"].to_numpy().argmax())]
        parts = [
            f"Most members renew in {busiest['month']}: {count_words(int(busiest['renewals']), 'member')}."
            if busiest["renewals"] > 0
            else "No renewal falls into these months."
        ]
        if above > 0.005:
            parts.append(
                f"Most hours are called for in {peak['month']}, {format_share(above, 0)} above the mean of a month; "
                f"the team's load is {format_value(float(peak['load']), 'load')} then."
            )
        else:
            parts.append("Hours called for are the same in all months, as no share of them is tied to renewals.")
        if self.undated:
            parts.append(f"Of {count_words(self.undated, 'member')} the day of renewal is not known.")
        if self.hours_source == "assumed":
            parts.append("Hours per member, and their share before a renewal, are assumptions: this is a scenario.")
        return " ".join(parts)


def find_renewals(members: pd.DataFrame, terms: pd.DataFrame) -> pd.Series:
    """Return the last day each member is covered: by its row, else by its newest term.

    Examples
    --------
    >>> terms = pd.DataFrame({"member_id": ["a", "a"], "ends_on": pd.to_datetime(["2025-03-31", "2026-03-31"])})
    >>> find_renewals(pd.DataFrame({"member_id": ["a", "b"]}), terms).dt.strftime("%Y-%m-%d").tolist()
    ['2026-03-31', nan]
    """
    by_terms = pd.Series(pd.NaT, index=members.index, dtype="datetime64[s]")
    if len(terms):
        by_terms = members["member_id"].map(terms.groupby("member_id")["ends_on"].max())
    days = members["expires_on"].fillna(by_terms) if "expires_on" in members.columns else by_terms
    return pd.Series(pd.to_datetime(days).to_numpy(), index=pd.Index(members["member_id"], name="member_id"))


def plan_season(
    segments: Segmentation,
    *,
    coverage: Sequence[CoverageSegment],
    renews_on: pd.Series,
    available_hours: float,
    as_of: date,
    stages: pd.Series | None = None,
    delivery: Delivery | Unavailable | None = None,
    hours_source: Literal["assumed", "client", "learned"] = "assumed",
) -> Season | Unavailable:
    """Spread hours over the twelve months after a day.

    Parameters
    ----------
    segments : Segmentation
        Of current members.
    coverage : sequence of CoverageSegment
        ``renewal_share`` of a member's hours falls into the ``renewal_months`` up to the one it renews in, the rest is
        even.
    renews_on : Series of dates, index ``member_id``
        Last day covered. A day that is past counts as the same month of the year to come.
    available_hours : float
        A year, of the team; a twelfth in each month.
    as_of : date
    stages : Series, index ``member_id``, optional
    delivery : Delivery, optional
    hours_source : {'assumed', 'client', 'learned'}

    Returns
    -------
    Season or Unavailable

    Notes
    -----
    Months of preparation before the first month shown fall at the end of the year, as those of the next renewal do.
    """
    table = hours_by_member(segments, coverage=coverage, stages=stages)
    table = table[table["required_hours"].notna()]
    days = table["member_id"].map(renews_on)
    if len(table) == 0 or days.notna().sum() == 0:
        why = "the export does not tell when members renew." if len(table) else "no member is in a segment with hours."
        return Unavailable("Hours by month", why, "the day each membership ends (expires_on), or terms")
    first = pd.Period(as_of, freq="M") + 1
    months = pd.period_range(first, periods=_YEAR, freq="M")
    ahead = (days.dt.year - first.year) * _YEAR + days.dt.month - first.month
    later = ahead >= _YEAR
    place = (ahead % _YEAR).where(days.notna() & ~later, -1).astype(int).to_numpy()
    required = np.zeros(_YEAR)
    for segment in coverage:
        here = (table["segment"] == segment.name).to_numpy()
        hours = table["required_hours"].to_numpy(dtype=float)[here]
        renewing = np.bincount(place[here] + 1, weights=hours, minlength=_YEAR + 1)
        share = segment.renewal_share
        # Who does not renew in these months, or on a day nobody knows, is served evenly.
        required += (renewing[0] + (1 - share) * renewing[1:].sum()) / _YEAR
        for back in range(segment.renewal_months):
            required += share / segment.renewal_months * np.roll(renewing[1:], -back)
    delivered = pd.Series(np.nan, index=range(1, _YEAR + 1))
    if isinstance(delivery, Delivery):
        month = pd.PeriodIndex(delivery.by_month["month"], freq="M").month
        delivered = delivery.by_month.groupby(np.asarray(month))["delivered_hours"].mean().reindex(delivered.index)
    available = available_hours / _YEAR
    return Season(
        pd.DataFrame(
            {
                "month": months.astype("str"),
                "renewals": np.bincount(place + 1, minlength=_YEAR + 1)[1:],
                "required_hours": required,
                "available_hours": available,
                "load": required / available if available > 0 else np.nan,
                "delivered_hours": delivered.reindex(months.month).to_numpy(dtype=float),
            }
        ).astype({"month": "str"}),
        int(days.isna().sum()),
        int(later.sum()),
        hours_source,
    )
