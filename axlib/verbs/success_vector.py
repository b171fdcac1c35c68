"""The Success Vector: whether each member is on course to its next milestone, as a rule anybody can follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.intervals import wilson_interval
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.tables.milestones import take_latest_milestones
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_day, format_number, format_share
from axlib.words.results import Result, Unavailable

#: Where a member can stand, in the order from good to bad; then those who say nothing.
ON_COURSE, DRIFTING, OFF_COURSE, REACHED, NO_COURSE = STATES = (
    "on course", "drifting", "off course", "reached", "no milestone dated",
)  # fmt: skip
#: State -> column that counts its members.
COUNTS = dict(
    zip(STATES, ("on_course", "drifting", "off_course", "all_reached", "without_course"), strict=True)
)  # fmt: skip
#: What all members are called where nothing tells them apart.
EVERYBODY = "all members"
_ASK = "each member's Success Milestones with the days they are due and were reached"


@dataclass(frozen=True, eq=False, repr=False)
class SuccessVector(Result):
    """Where members are heading, and whether they reached what was due.

    Attributes
    ----------
    table : DataFrame, one row per member
        ``member_id``; ``segment``; ``state`` (one of ``STATES``); ``slip_days`` (how late, 0 or more; missing
        without a dated milestone); ``next_milestone``, ``due_on`` and ``next_action`` of the open milestone due
        first; ``milestones`` (with a day) and ``milestones_reached``; ``had_due`` and ``kept``: whether milestones
        were due in the window, and whether all of them were reached in time.
    by_segment : DataFrame, one row per segment
        ``segment``; ``n``; the members of each state; ``on_course_share`` of those under way (on course, drifting or
        off course) with its Wilson interval; ``due_members``, ``kept_members`` and ``kept_share`` with its interval.
    as_of : date
    window_months : int
        The window of what was due, up to ``as_of``.
    drifting_after, off_course_after : int
        Days late.
    """

    table: pd.DataFrame
    by_segment: pd.DataFrame
    as_of: date
    window_months: int
    drifting_after: int
    off_course_after: int

    title: ClassVar[str] = "Success Vector: who is on course to the next milestone"
    plots: ClassVar[tuple[str, ...]] = ("plot_success_vector",)

    def summary(self) -> pd.DataFrame:
        """Return one row per segment."""
        return self.by_segment

    @property
    def rule(self) -> str:
        """How members are told apart, in sentences."""
        return state_rule(self.drifting_after, self.off_course_after)

    @property
    def totals(self) -> dict[str, float]:
        """Members of each state; NaN where a part of them is hidden."""
        counts = self.by_segment[list(COUNTS.values())].astype(float).sum(skipna=False)
        return {state: float(counts[name]) for state, name in COUNTS.items()}

    @property
    def text(self) -> str:
        """Who is on course, and how that is told."""
        totals = self.totals
        under_way = totals[ON_COURSE] + totals[DRIFTING] + totals[OFF_COURSE]
        parts = []
        if np.isnan(under_way):
            parts.append("How many members are on course is hidden, for some groups are small.")
        elif under_way:
            share = format_share(totals[ON_COURSE] / under_way, 0)
            parts.append(
                f"Of {count_words(int(under_way), 'member')} with a milestone to come, "
                f"{format_number(totals[ON_COURSE])} ({share}) are on course, {format_number(totals[DRIFTING])} "
                f"drifting and {format_number(totals[OFF_COURSE])} off course."
            )
        for state, words in ((REACHED, "reached every milestone set"), (NO_COURSE, "no milestone with a day")):
            n = totals[state]
            if n > 0:
                parts.append(f"{count_words(int(n), 'member')} {'has' if n == 1 else 'have'} {words}.")
        due, kept = (float(self.by_segment[name].astype(float).sum(skipna=False)) for name in
                     ("due_members", "kept_members"))  # fmt: skip
        if due > 0 and not np.isnan(kept):
            parts.append(
                f"Of {count_words(int(due), 'member')} with milestones due in the {self.window_months} months to "
                f"{format_day(self.as_of)}, {format_number(kept)} ({format_share(kept / due, 0)}) reached all of them "
                "in time."
            )
        return " ".join([*parts, self.rule])


def state_rule(drifting_after: int, off_course_after: int) -> str:
    """Say how members are told apart.

    Examples
    --------
    >>> state_rule(14, 60).split(". ")[1]
    'On course: late by up to 14 days; drifting: by up to 60; off course: by more'
    """
    return (
        "A member is as late as its open milestone that is longest overdue, or as it was with the last one it reached, "
        f"whichever is more. On course: late by up to {drifting_after} days; drifting: by up to "
        f"{off_course_after}; off course: by more. Reached: no dated milestone is left open."
    )


def measure_success_vector(
    milestones: pd.DataFrame | None,
    *,
    members: pd.Series,
    segments: Segmentation | None,
    as_of: date,
    window_months: int = 12,
    drifting_after: int = 14,
    off_course_after: int = 60,
) -> SuccessVector | Unavailable:
    """Say of each member whether it is on course to its next milestone.

    Parameters
    ----------
    milestones : DataFrame or None
        ``member_id``, ``milestone``; perhaps ``due_on``, ``reached_on``, ``next_action``, ``noted_on``.
    members : Series of str
        Identifiers of the members looked at; milestones of others are left out.
    segments : Segmentation or None
        Their segments; None tells all members together.
    as_of : date
        What was reached later is still open.
    window_months : int
        Milestones due in so many months up to ``as_of`` are looked at for whether they were kept.
    drifting_after, off_course_after : int
        Days late after which a member drifts, and is off course.

    Returns
    -------
    SuccessVector or Unavailable
        Unavailable where no milestone of these members has a day.

    Notes
    -----
    The slip of a member is the larger of two: days since its open milestone that is longest overdue was due, and
    days by which the milestone reached last was reached after its day; never below 0. The second looks ahead: who
    was late with the last one is not called on course merely because the next is not due yet. A member kept what was
    due if every milestone due in the window was reached by ``as_of``, at most ``drifting_after`` days late.
    Whether a member has milestones is the team's doing: shares are of those who have some, and compare no one else.
    """
    day = pd.Timestamp(as_of)
    latest = take_latest_milestones(milestones)
    known = latest[latest["member_id"].isin(members)]
    known = known.assign(reached_on=known["reached_on"].where(known["reached_on"] <= day))
    dated = known[known["due_on"].notna() | known["reached_on"].notna()]
    if len(dated) == 0:
        why = "there is no table of milestones." if milestones is None else "no milestone of a member has a day."
        return Unavailable("Success Vector", why, _ASK)
    late = (dated["reached_on"] - dated["due_on"]).dt.days
    is_open = dated["reached_on"].isna()
    overdue = (day - dated["due_on"]).dt.days.where(is_open)
    since = day - pd.DateOffset(months=window_months)
    due = (dated["due_on"] > since) & (dated["due_on"] <= day)
    lines = dated.assign(overdue=overdue, open=is_open, late=late, due=due, missed=due & ~(late <= drifting_after))
    groups = lines.groupby("member_id")
    last = (
        lines[~is_open].sort_values(["reached_on", "due_on"], kind="stable").drop_duplicates("member_id", keep="last")
    )
    first = lines[is_open].sort_values(["due_on", "milestone"], kind="stable").drop_duplicates("member_id")
    told = pd.DataFrame(
        {
            "milestones": groups.size(),
            "open": groups["open"].sum(),
            "overdue": groups["overdue"].max(),
            "late": last.set_index("member_id")["late"],
            "had_due": groups["due"].any(),
            "missed": groups["missed"].any(),
        }
    ).reindex(members)
    slip = told[["overdue", "late"]].max(axis=1).fillna(0.0).clip(lower=0.0).where(told["milestones"].notna())
    state = np.select(
        [told["milestones"].isna(), told["open"] == 0, slip <= drifting_after, slip <= off_course_after],
        [NO_COURSE, REACHED, ON_COURSE, DRIFTING],
        OFF_COURSE,
    )
    ahead = first.set_index("member_id").reindex(members)
    segment = pd.Series(EVERYBODY, index=told.index, dtype="str")
    if segments is not None:
        by_member = segments.table.set_index("member_id")["segment"]
        segment = by_member.reindex(members).fillna(UNDETERMINED).astype("str")
    had_due = told["had_due"].fillna(False).astype(bool)
    count = told["milestones"].fillna(0).astype("int64")
    # Arrays of pandas keep their dtype: a column of text that is wholly empty stays text.
    table = pd.DataFrame(
        {
            "member_id": pd.array(told.index.to_numpy(), dtype="str"),
            "segment": segment.to_numpy(),
            "state": pd.array(state, dtype="str"),
            "slip_days": slip.to_numpy(),
            "next_milestone": ahead["milestone"].array,
            "due_on": ahead["due_on"].to_numpy(),
            "next_action": ahead["next_action"].array,
            "milestones": count.to_numpy(),
            "milestones_reached": (count - told["open"].fillna(0).astype("int64")).to_numpy(),
            "had_due": had_due.to_numpy(),
            "kept": (had_due & ~told["missed"].fillna(False).astype(bool)).to_numpy(),
        }
    )
    names = [EVERYBODY] if segments is None else list(segments.segments)
    if segments is not None and (segment == UNDETERMINED).any():
        names.append(UNDETERMINED)
    return SuccessVector(
        table, _count(table, names), as_of, window_months, drifting_after, off_course_after
    )  # fmt: skip


def _count(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Count members of each state and segment, and put shares with their intervals beside them."""
    states = pd.crosstab(table["segment"], table["state"]).reindex(index=names, columns=list(STATES), fill_value=0)
    counts = states.rename(columns=COUNTS).rename_axis(index="segment", columns=None)
    groups = table.groupby("segment")
    counts = counts.assign(
        due_members=groups["had_due"].sum().reindex(names, fill_value=0).astype("int64"),
        kept_members=groups["kept"].sum().reindex(names, fill_value=0).astype("int64"),
    )
    under_way = counts["on_course"] + counts["drifting"] + counts["off_course"]
    shares = {
        **_share("on_course_share", counts["on_course"], under_way),
        **_share("kept_share", counts["kept_members"], counts["due_members"]),
    }
    whole = counts.assign(n=states.sum(axis=1), **shares).reset_index()
    order = [
        "segment", "n", *COUNTS.values(), "on_course_share", "on_course_share_low", "on_course_share_high",
        "due_members", "kept_members", "kept_share", "kept_share_low", "kept_share_high",
    ]  # fmt: skip
    return whole[order].astype({"segment": "str"})


def _share(name: str, part: pd.Series, whole: pd.Series) -> dict[str, list[float]]:
    bounds = [wilson_interval(float(k), float(n)) for k, n in zip(part, whole, strict=True)]
    share = [float(k) / float(n) if n else float("nan") for k, n in zip(part, whole, strict=True)]
    return {name: share, f"{name}_low": [low for low, _ in bounds], f"{name}_high": [high for _, high in bounds]}
