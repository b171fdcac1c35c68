"""The coverage model: hours each member calls for, and the load that puts on each Member Success Manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment, HoursByStage
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_value
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class CoveragePlan(Result):
    """Hours demanded against hours there are, by person, team and segment.

    Attributes
    ----------
    by_person : DataFrame, one row per person who serves members
        ``staff_id``, ``name``, ``team``, ``members``, ``undetermined`` (of them, with hours unknown),
        ``required_hours``, ``available_hours`` (hours a year × ramp × utilisation), ``load``
        (required ÷ available), ``load_low`` and ``load_high`` (undetermined members counted with the hours of
        the lightest and of the heaviest segment), ``members_if_full`` (members of the same mix that fit).
    by_segment : DataFrame, one row per segment
        ``segment``, ``members``, ``hours_per_member``, ``required_hours``.
    team : DataFrame, one row
        The same of the whole team, with ``residual_hours`` and ``residual_fte`` that are short.
    unassigned : int
        Current members nobody is named for.
    utilisation : float
        Share of a person's hours that members may fill.
    hours_source : {'assumed', 'client', 'learned'}
        Where hours per member come from.
    """

    by_person: pd.DataFrame
    by_segment: pd.DataFrame
    team: pd.DataFrame
    unassigned: int
    utilisation: float
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "Load of each Member Success Manager"
    plots: ClassVar[tuple[str, ...]] = ("plot_load", "plot_hours_by_segment")

    def summary(self) -> pd.DataFrame:
        """Return one row per person and one for the team."""
        columns = ["staff_id", "team", "members", "required_hours", "available_hours", "load", "load_low", "load_high"]
        people = self.by_person.reindex(columns=columns)
        team = self.team.assign(staff_id="all", team="").reindex(columns=columns)
        table = pd.concat([people, team], ignore_index=True)
        return table if self.by_person["undetermined"].sum() else table.drop(columns=["load_low", "load_high"])

    @property
    def text(self) -> str:
        """Who is over and who could carry more, in sentences."""
        load = float(self.team["load"].iloc[0])
        people = self.by_person
        over, idle = people[people["load"] > 1], people[people["load"] < 0.5]
        parts = [f"The team's load is {format_value(load, 'load')}: required hours ÷ hours that can be filled."]
        if len(over):
            worst = format_value(float(over["load"].max()), "load")
            parts.append(f"{count_words(len(over), 'person is', 'people are')} above 1 (up to {worst}).")
        if len(idle):
            times = np.floor(1 / idle["load"].replace(0, np.nan).max())
            extra = f" and could carry {times:.0f} times today's book" if np.isfinite(times) and times >= 2 else ""
            parts.append(f"{count_words(len(idle), 'person is', 'people are')} below half{extra}.")
        short = float(self.team["residual_hours"].iloc[0])
        if load > 1:
            fte = format_value(float(self.team["residual_fte"].iloc[0]), "number")
            parts.append(
                f"However the members are shared out, {format_value(short, 'hours')} hours a year ({fte} people) are "
                "short: this cannot be rebalanced away."
            )
        if self.unassigned:
            parts.append(f"Nobody is named for {count_words(self.unassigned, 'current member')}.")
        if self.hours_source == "assumed":
            parts.append("Hours per member are assumptions: these loads are a scenario.")
        return " ".join(parts)


def hours_by_member(
    segments: Segmentation, *, coverage: Sequence[CoverageSegment], stages: pd.Series | None = None
) -> pd.DataFrame:
    """Hours a year each member's segment calls for.

    Parameters
    ----------
    segments : Segmentation
    coverage : sequence of CoverageSegment
    stages : Series, index ``member_id``, optional
        Lifecycle stage. Without it, or for a stage with no hours of its own, the steady hours count.

    Returns
    -------
    DataFrame
        ``member_id``, ``segment``, ``required_hours``; missing where the segment has no hours.
    """
    table = segments.table[["member_id", "segment"]]
    steady = {segment.name: segment.steady_hours for segment in coverage}
    hours = table["segment"].map(steady).astype(float)
    for segment in coverage:
        if not isinstance(segment.hours_per_year, HoursByStage) or stages is None:
            continue
        here = table["segment"] == segment.name
        stage = table["member_id"].map(stages)
        by_stage = segment.hours_per_year
        hours = hours.mask(here & stage.isin(["first_year", "onboarding"]), by_stage.first_year)
        if by_stage.renewal is not None:
            hours = hours.mask(here & (stage == "renewal"), by_stage.renewal)
    return table.assign(required_hours=hours)


def plan_coverage(
    segments: Segmentation,
    *,
    members: pd.DataFrame,
    staff: pd.DataFrame | None,
    coverage: Sequence[CoverageSegment],
    utilisation: float,
    hours_source: Literal["assumed", "client", "learned"] = "assumed",
) -> CoveragePlan | Unavailable:
    """Lay the hours members call for on the people who cover them today.

    Parameters
    ----------
    segments : Segmentation
        Coverage Segments of current members.
    members : DataFrame
        ``member_id``, ``staff_id``, perhaps ``lifecycle_stage``.
    staff : DataFrame or None
        ``staff_id``, ``hours_per_year``, perhaps ``name``, ``team``, ``ramp``.
    coverage : sequence of CoverageSegment
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    hours_source : {'assumed', 'client', 'learned'}

    Returns
    -------
    CoveragePlan or Unavailable

    Notes
    -----
    Load = required hours ÷ (hours_per_year × ramp × utilisation). Above 1 the Appropriate Experience cannot be
    delivered, whatever the effort.
    """
    if staff is None:
        ask = "the team: one row per person with hours_per_year"
        return Unavailable("Coverage load", "the export has no staff.", ask)
    if "staff_id" not in members.columns or members["staff_id"].notna().sum() == 0:
        return Unavailable("Coverage load", "no member names who covers it.", "who covers each member (staff_id)")
    stages = members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    hours = hours_by_member(segments, coverage=coverage, stages=stages)
    if hours["required_hours"].notna().sum() == 0:
        why = "no member is in a segment that has hours; the classes found are not named yet."
        return Unavailable("Coverage load", why, "names for the classes, or AX answers of the members")
    if not (staff["hours_per_year"] > 0).any():
        return Unavailable("Coverage load", "nobody of the staff has hours that members could fill.", "hours_per_year")
    owner = members.set_index("member_id")["staff_id"]
    hours = hours.assign(staff_id=hours["member_id"].map(owner))
    by_person = _by_person(hours, staff, coverage, utilisation)
    unassigned = int(hours["staff_id"].isna().sum() + (~hours["staff_id"].dropna().isin(staff["staff_id"])).sum())
    return CoveragePlan(
        by_person,
        _by_segment(hours, segments, coverage),
        _team(by_person, coverage),
        unassigned,
        utilisation,
        hours_source,
    )


def _by_person(
    hours: pd.DataFrame, staff: pd.DataFrame, coverage: Sequence[CoverageSegment], utilisation: float
) -> pd.DataFrame:
    groups = hours.groupby("staff_id")
    unknown = hours["required_hours"].isna().groupby(hours["staff_id"]).sum()
    ramp = staff["ramp"].fillna(1.0) if "ramp" in staff.columns else 1.0
    people = pd.DataFrame(
        {
            "staff_id": staff["staff_id"],
            "name": staff["name"] if "name" in staff.columns else staff["staff_id"],
            "team": staff["team"] if "team" in staff.columns else "",
            "members": staff["staff_id"].map(groups.size()).fillna(0).astype(int),
            "undetermined": staff["staff_id"].map(unknown).fillna(0).astype(int),
            "required_hours": staff["staff_id"].map(groups["required_hours"].sum()).fillna(0.0),
            "available_hours": staff["hours_per_year"] * ramp * utilisation,
        }
    )
    available = people["available_hours"].where(people["available_hours"] > 0)
    steady = [segment.steady_hours for segment in coverage]
    lightest, heaviest = people["undetermined"] * min(steady), people["undetermined"] * max(steady)
    per_member = people["required_hours"] / (people["members"] - people["undetermined"]).replace(0, np.nan)
    return people.assign(
        load=people["required_hours"] / available,
        load_low=(people["required_hours"] + lightest) / available,
        load_high=(people["required_hours"] + heaviest) / available,
        members_if_full=np.floor(people["available_hours"] / per_member),
    ).sort_values(["team", "staff_id"], ignore_index=True)


def _by_segment(hours: pd.DataFrame, segments: Segmentation, coverage: Sequence[CoverageSegment]) -> pd.DataFrame:
    order = [segment.name for segment in coverage if segment.name in segments.segments]
    order += [name for name in [*segments.segments, UNDETERMINED] if name not in order]
    groups = hours.groupby("segment")["required_hours"].agg(["size", "sum", "mean"])
    groups = groups.reindex([name for name in order if name in groups.index])
    return pd.DataFrame(
        {
            "segment": groups.index.astype("str"),
            "members": groups["size"].to_numpy(),
            "hours_per_member": groups["mean"].to_numpy(),
            "required_hours": groups["sum"].where(groups["mean"].notna()).to_numpy(),
        }
    )


def _team(by_person: pd.DataFrame, coverage: Sequence[CoverageSegment]) -> pd.DataFrame:
    required, available = by_person["required_hours"].sum(), by_person["available_hours"].sum()
    full = available / len(by_person)
    unknown = by_person["undetermined"].sum()
    steady = [segment.steady_hours for segment in coverage]
    return pd.DataFrame(
        {
            "members": [int(by_person["members"].sum())],
            "undetermined": [int(unknown)],
            "required_hours": [required],
            "available_hours": [available],
            "load": [required / available if available else np.nan],
            "load_low": [(required + unknown * min(steady)) / available if available else np.nan],
            "load_high": [(required + unknown * max(steady)) / available if available else np.nan],
            "residual_hours": [max(0.0, required - available)],
            "residual_fte": [max(0.0, required - available) / full if full else np.nan],
        }
    )
