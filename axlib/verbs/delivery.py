"""Hours the log of contacts shows: by member, by person of the team, by mode, by month; and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.log_quality import note_quality
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_day, format_share, format_value, join_words
from axlib.words.results import Result, Unavailable

#: What stands for who or what nobody knows.
UNKNOWN = "not known"


@dataclass(frozen=True, eq=False, repr=False)
class Delivery(Result):
    """Hours delivered in a window, from the log of contacts.

    Attributes
    ----------
    by_member : DataFrame, one row per current member
        ``member_id``, ``segment``, ``tier``, ``staff_id`` (who covers it), ``contacts``, ``delivered_hours``.
    by_staff : DataFrame, one row per person of the team or of the log
        ``staff_id``, ``contacts``, ``members`` (met), ``delivered_hours``, ``paid_hours`` (in the window),
        ``logged_share``.
    by_mode : DataFrame, one row per (segment, mode)
        ``segment``, ``mode``, ``contacts``, ``delivered_hours`` (a year).
    by_group : DataFrame, one row per (grouping, group)
        ``grouping`` (tier, segment), ``group``, ``members``, ``contacts``, ``delivered_hours``, ``hours_per_member``.
    by_month : DataFrame, one row per month of the window
        ``month`` (as 2025-03), ``contacts``, ``delivered_hours``.
    quality : DataFrame, one row per check of the log
        ``check``, ``value``, ``is_thin``, ``note``.
    elsewhere_hours : float
        Logged hours of the window with who is no current member.
    begins_on, ends_on : date
    """

    by_member: pd.DataFrame
    by_staff: pd.DataFrame
    by_mode: pd.DataFrame
    by_group: pd.DataFrame
    by_month: pd.DataFrame
    quality: pd.DataFrame
    elsewhere_hours: float
    begins_on: date
    ends_on: date

    title: ClassVar[str] = "Hours delivered, by tier and segment"
    plots: ClassVar[tuple[str, ...]] = ()
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("quality", "How far the log can be trusted"),
        ("by_staff", "Hours in the log, by person"),
        ("by_mode", "Hours in the log, by segment and mode"),
        ("by_month", "Hours in the log, by month"),
    )

    @property
    def is_thin(self) -> bool:
        """Whether the log misses so much that hours delivered are only a lower bound."""
        return bool(self.quality["is_thin"].any())

    def summary(self) -> pd.DataFrame:
        """Return one row per tier and segment."""
        return self.by_group[["group", "grouping", "members", "contacts", "delivered_hours", "hours_per_member"]]

    @property
    def text(self) -> str:
        """How many hours, and what the log misses."""
        hours = float(self.by_member["delivered_hours"].sum())
        parts = [
            f"From {format_day(self.begins_on)} to {format_day(self.ends_on)} the log holds "
            f"{format_value(hours, 'hours')} hours with "
            f"{count_words(len(self.by_member), 'current member')}."
        ]
        if self.elsewhere_hours > 0:
            parts.append(f"{format_value(self.elsewhere_hours, 'hours')} hours went to members who are gone.")
        paid = float(self.by_staff["paid_hours"].sum())
        if paid > 0:
            logged = float(self.by_staff.loc[self.by_staff["paid_hours"].notna(), "delivered_hours"].sum())
            parts.append(f"All logged hours are {format_share(logged / paid, 0)} of those the team is paid for.")
        notes = self.quality.loc[self.quality["is_thin"], "note"].tolist()
        if notes:
            parts.append(f"The log is thin: {join_words(notes)}; read hours delivered as a lower bound.")
        return " ".join(parts)


def measure_delivery(
    segments: Segmentation,
    *,
    tiers: Segmentation | None,
    members: pd.DataFrame,
    touches: pd.DataFrame | None,
    people: pd.DataFrame | None,
    ends_on: date,
    window_months: int,
) -> Delivery | Unavailable:
    """Count the hours of a window from the log of contacts.

    Parameters
    ----------
    segments : Segmentation
        Of current members.
    tiers : Segmentation or None
    members : DataFrame
        Current members: ``member_id``, perhaps ``staff_id``.
    touches : DataFrame or None
        ``member_id``, ``at``, ``mode``, ``minutes`` (all the work; see ``count_work``), perhaps ``staff_id``.
    people : DataFrame or None
        ``staff_id``, ``paid_hours`` a year, ``here``; see ``lay_out_team``.
    ends_on : date
        Last day of the window.
    window_months : int

    Returns
    -------
    Delivery or Unavailable
        Unavailable without touches, without minutes, or without touches in the window.

    Notes
    -----
    A contact without minutes counts as a contact and adds no hours; how many those are is among the checks.
    """
    analysis = "Hours delivered"
    if touches is None:
        return Unavailable(analysis, "the export has no touches.", "a log of contacts with date, mode and minutes")
    if "minutes" not in touches.columns or touches["minutes"].notna().sum() == 0:
        return Unavailable(analysis, "touches have no minutes.", "the duration of contacts, in minutes")
    inside, begins_on = take_window(touches, ends_on=ends_on, window_months=window_months)
    if len(inside) == 0:
        return Unavailable(
            analysis,
            f"no touches from {format_day(begins_on)} to {format_day(ends_on)}.",
            "contacts of the latest year",
        )
    inside = inside.assign(hours=inside["minutes"].fillna(0.0) / 60, mode=inside["mode"].fillna(UNKNOWN))
    table = segments.table[["member_id", "segment"]].sort_values("member_id", ignore_index=True)
    of_members = inside[are_among(inside["member_id"], table["member_id"])]
    by_id = of_members.groupby("member_id")["hours"].agg(["size", "sum"]).reindex(table["member_id"]).fillna(0.0)
    tier = UNKNOWN if tiers is None else table["member_id"].map(tiers.table.set_index("member_id")["segment"])
    staff = members.set_index("member_id")["staff_id"] if "staff_id" in members.columns else None
    by_member = table.assign(
        tier=pd.Series(tier, index=table.index).fillna(UNKNOWN).astype("str"),
        staff_id=table["member_id"].map(staff) if staff is not None else None,
        contacts=by_id["size"].to_numpy(dtype=int),
        delivered_hours=by_id["sum"].to_numpy(),
    ).astype({"staff_id": "str"})
    years = window_months / 12
    return Delivery(
        by_member,
        _by_staff(inside, people, years),
        _by_mode(of_members, table, segments, years),
        _by_group(by_member, segments, tiers),
        _by_month(inside, begins_on, ends_on),
        note_quality(inside, by_member, people, begins_on=begins_on, ends_on=ends_on),
        float(inside["hours"].sum() - of_members["hours"].sum()),
        begins_on,
        ends_on,
    )


def take_window(touches: pd.DataFrame, *, ends_on: date, window_months: int) -> tuple[pd.DataFrame, date]:
    """Return the touches of whole days in a window, and its first day."""
    day = pd.Timedelta(days=1)
    end = pd.Timestamp(ends_on)
    begin = end - pd.DateOffset(months=window_months) + day
    return touches[(touches["at"] >= begin) & (touches["at"] < end + day)], begin.date()


def count_work(
    touches: pd.DataFrame | None,
    segments: Segmentation,
    *,
    coverage: Sequence[CoverageSegment],
    logged: Literal["work", "contact"],
) -> pd.DataFrame | None:
    """Return touches whose minutes hold all the work: preparation and follow-up added where only contact is logged.

    Examples
    --------
    >>> from axlib.verbs.segments import make_segmentation
    >>> talks = CoverageSegment(name="Talks", hours_per_year=9, work={"sync": {"preparation": 0.5}})
    >>> told = make_segmentation(pd.Series(["m"]), ["Talks"], segments=["Talks"], method="rules")
    >>> touches = pd.DataFrame({"member_id": ["m", "m"], "mode": ["sync", "async"], "minutes": [60.0, 10.0]})
    >>> count_work(touches, told, coverage=[talks], logged="contact")["minutes"].tolist()
    [90.0, 10.0]
    """
    if logged == "work" or touches is None or "minutes" not in touches.columns:
        return touches
    whole = {(segment.name, mode): around.whole for segment in coverage for mode, around in segment.work.items()}
    if not whole:
        return touches
    of_member = touches["member_id"].map(segments.table.set_index("member_id")["segment"])
    keys = pd.MultiIndex.from_arrays([of_member, touches["mode"]])
    factor = pd.Series(whole).reindex(keys).fillna(1.0).to_numpy()
    return touches.assign(minutes=touches["minutes"] * factor)


def _by_staff(inside: pd.DataFrame, people: pd.DataFrame | None, years: float) -> pd.DataFrame:
    who = inside["staff_id"] if "staff_id" in inside.columns else pd.Series(pd.NA, index=inside.index, dtype="str")
    groups = inside.assign(staff_id=who.fillna(UNKNOWN)).groupby("staff_id")
    table = groups.agg(contacts=("hours", "size"), members=("member_id", "nunique"), delivered_hours=("hours", "sum"))
    if people is not None:
        here = people[people["here"]].set_index("staff_id")["paid_hours"]
        table = table.reindex(sorted(set(table.index) | set(here.index)))
        table = table.assign(paid_hours=here.reindex(table.index) * years)
    else:
        table = table.assign(paid_hours=float("nan"))
    table = table.fillna({"contacts": 0, "members": 0, "delivered_hours": 0.0}).astype(
        {"contacts": int, "members": int}
    )
    table = table.assign(logged_share=table["delivered_hours"] / table["paid_hours"].where(table["paid_hours"] > 0))
    return table.rename_axis("staff_id").reset_index().astype({"staff_id": "str"})


def _by_mode(of_members: pd.DataFrame, table: pd.DataFrame, segments: Segmentation, years: float) -> pd.DataFrame:
    of_segment = of_members["member_id"].map(table.set_index("member_id")["segment"])
    groups = of_members.assign(segment=of_segment).groupby(["segment", "mode"])["hours"].agg(["size", "sum"])
    rows = groups.reset_index().rename(columns={"size": "contacts", "sum": "delivered_hours"})
    rows = rows.assign(delivered_hours=rows["delivered_hours"] / years)
    order = {name: place for place, name in enumerate(segments.segments)}
    place = rows["segment"].map(order).fillna(len(order))
    return (
        rows.assign(place=place)
        .sort_values(["place", "segment", "mode"], ignore_index=True)
        .drop(columns="place")
        .astype({"segment": "str", "mode": "str"})
    )


def _by_group(by_member: pd.DataFrame, segments: Segmentation, tiers: Segmentation | None) -> pd.DataFrame:
    parts = []
    for grouping, names in (("tier", () if tiers is None else tiers.segments), ("segment", segments.segments)):
        if grouping == "tier" and tiers is None:
            continue
        groups = by_member.groupby(grouping).agg(
            members=("member_id", "size"), contacts=("contacts", "sum"), delivered_hours=("delivered_hours", "sum")
        )
        order = [name for name in names if name in groups.index] + sorted(set(groups.index) - set(names))
        part = groups.loc[order].rename_axis("group").reset_index()
        parts.append(part.assign(grouping=grouping))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(hours_per_member=table["delivered_hours"] / table["members"])
    columns = ["grouping", "group", "members", "contacts", "delivered_hours", "hours_per_member"]
    return table[columns].astype({"grouping": "str", "group": "str"})


def _by_month(inside: pd.DataFrame, begins_on: date, ends_on: date) -> pd.DataFrame:
    months = pd.period_range(begins_on, ends_on, freq="M")
    groups = inside.groupby(inside["at"].dt.to_period("M"))["hours"].agg(["size", "sum"]).reindex(months).fillna(0.0)
    return pd.DataFrame(
        {
            "month": months.astype("str"),
            "contacts": groups["size"].to_numpy(dtype=int),
            "delivered_hours": groups["sum"].to_numpy(),
        }
    ).astype({"month": "str"})
