"""Hours a member's segment calls for against hours the team delivered: under-, matched, over-served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_day, format_share
from axlib.words.results import Result, Unavailable

#: Delivered ÷ required hours below and above which service is not matched.
UNDER, OVER = 0.75, 1.25
GAPS = ("under", "matched", "over")


@dataclass(frozen=True, eq=False, repr=False)
class ServiceGap(Result):
    """Who gets less, as much, or more than the segment calls for.

    Attributes
    ----------
    table : DataFrame, one row per member
        ``member_id``, ``tier``, ``segment``, ``required_hours``, ``delivered_hours`` (in the window),
        ``gap`` (under, matched, over).
    by_tier, by_segment : DataFrame
        ``group``, ``n``; members ``under``, ``matched``, ``over``, and their shares ``under_share``,
        ``matched_share``, ``over_share`` (0-1); ``required_hours`` and ``delivered_hours``.
    totals : dict of str to int
        Members under, matched, over.
    begins_on, ends_on : date
        The window touches were counted in.
    """

    table: pd.DataFrame
    by_tier: pd.DataFrame
    by_segment: pd.DataFrame
    totals: dict[str, int]
    begins_on: date
    ends_on: date

    title: ClassVar[str] = "Delivered against required hours, by revenue tier"
    plots: ClassVar[tuple[str, ...]] = ("plot_service_gap",)

    def summary(self) -> pd.DataFrame:
        """Return one row per tier."""
        return self.by_tier[
            ["group", "n", "under_share", "matched_share", "over_share", "required_hours", "delivered_hours"]
        ]

    @property
    def text(self) -> str:
        """How many members are served how, in sentences."""
        n = sum(self.totals.values())
        if n == 0:
            return "No member could be compared."
        shares = {gap: format_share(count / n, 0) for gap, count in self.totals.items()}
        return (
            f"From {format_day(self.begins_on)} to {format_day(self.ends_on)}, {shares['under']} of "
            f"{count_words(n, 'member')} got less than "
            f"{format_share(UNDER, 0)} of the hours their segment calls for, {shares['matched']} about as many, and "
            f"{shares['over']} more than {format_share(OVER, 0)}."
        )


def measure_service_gap(
    segments: Segmentation,
    *,
    tiers: Segmentation,
    touches: pd.DataFrame | None,
    coverage: Sequence[CoverageSegment],
    ends_on: date,
    window_months: int,
    stages: pd.Series | None = None,
) -> ServiceGap | Unavailable:
    """Compare delivered with required hours in a window that ends before outcomes are counted.

    Parameters
    ----------
    segments, tiers : Segmentation
        Of the members at ``ends_on``; undetermined members are left out.
    touches : DataFrame or None
        ``member_id``, ``at``, ``minutes``, ``mode``.
    coverage : sequence of CoverageSegment
        Hours each segment calls for.
    ends_on : date
        Last day of the window; the outcome window begins after it.
    window_months : int
    stages : Series, index ``member_id``, optional
        Lifecycle stage, where hours differ by it.

    Returns
    -------
    ServiceGap or Unavailable
        Unavailable without touches, without minutes, or without touches in the window.
    """
    if touches is None:
        return Unavailable("Service gap", "the export has no touches.", "a log of contacts with date, mode and minutes")
    if "minutes" not in touches.columns or touches["minutes"].notna().sum() == 0:
        return Unavailable("Service gap", "touches have no minutes.", "the duration of contacts, in minutes")
    end = pd.Timestamp(ends_on)
    begin = end - pd.DateOffset(months=window_months)
    day = pd.Timedelta(days=1)
    inside = touches[(touches["at"] >= begin + day) & (touches["at"] < end + day)]
    if len(inside) == 0:
        why = f"no touches from {format_day((begin + day).date())} to {format_day(ends_on)}."
        return Unavailable("Service gap", why, "contacts of the year before the outcome window")
    delivered = inside.groupby("member_id")["minutes"].sum() / 60
    table = hours_by_member(segments, coverage=coverage, stages=stages)
    table = table[table["required_hours"].notna()]
    table = table.assign(
        required_hours=table["required_hours"] * window_months / 12,
        delivered_hours=delivered.reindex(table["member_id"]).fillna(0.0).to_numpy(),
        tier=table["member_id"].map(tiers.table.set_index("member_id")["segment"]),
    )
    ratio = table["delivered_hours"] / table["required_hours"].where(table["required_hours"] > 0)
    # Whoever needs no hours at all is matched by none, and over-served by any.
    ratio = ratio.fillna((table["delivered_hours"] > 0) * np.inf).where(
        (table["required_hours"] > 0) | (table["delivered_hours"] > 0), 1.0
    )
    gap = np.select([ratio < UNDER, ratio > OVER], ["under", "over"], default="matched")
    table = table.assign(gap=pd.array(gap, dtype="str")).reset_index(drop=True)
    tier_names = [name for name in tiers.segments if (table["tier"] == name).any()]
    segment_names = [name for name in segments.segments if (table["segment"] == name).any()]
    return ServiceGap(
        table,
        _count(table, "tier", tier_names),
        _count(table, "segment", segment_names),
        {gap: int((table["gap"] == gap).sum()) for gap in GAPS},
        (begin + day).date(),
        ends_on,
    )


def _count(table: pd.DataFrame, by: Literal["tier", "segment"], groups: list[str]) -> pd.DataFrame:
    counts = pd.crosstab(table[by], table["gap"]).reindex(index=groups, columns=list(GAPS), fill_value=0)
    hours = table.groupby(by)[["required_hours", "delivered_hours"]].sum().reindex(groups)
    n = counts.sum(axis=1)
    shares = counts.div(n.where(n > 0), axis=0).add_suffix("_share")
    columns = pd.concat([n.rename("n"), counts, shares, hours], axis=1).rename_axis("group").rename_axis(None, axis=1)
    return columns.reset_index().astype({"group": "str"})
