"""The coverage model: hours each member calls for, and the load that puts on each Member Success Manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.segments import Segmentation
from axlib.verbs.team import lay_out_team
from axlib.words.display import count_words, format_number, format_value
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class CoveragePlan(Result):
    """Hours demanded against hours there are, by person, team and segment.

    Attributes
    ----------
    by_person : DataFrame, one row per person of the team
        ``staff_id``, ``name``, ``team``, ``members``, ``undetermined`` (of them, with hours unknown),
        ``required_hours``, ``available_hours`` (hours a year × ramp × utilisation), ``load``
        (required ÷ available), ``load_low`` and ``load_high`` (undetermined members counted with the hours of
        the lightest and of the heaviest segment), ``members_if_full`` (members of the same mix that fit).
    by_segment : DataFrame, one row per segment
        ``segment``, ``members``, ``hours_per_member``, ``required_hours``.
    books : DataFrame, one row per (person, segment) with members
        ``staff_id`` (missing for members of nobody), ``segment``, ``members``, ``required_hours``.
    team : DataFrame, one row
        The same of all members and the whole team, with ``residual_hours`` and ``residual_fte`` that are short.
    unassigned : int
        Current members nobody is named for, or only somebody who is not of the team (any more, or yet).
    unassigned_hours : float
        What these call for; in ``team``, and in nobody's book.
    utilisation : float
        Share of a person's hours that members may fill.
    hours_source : {'assumed', 'client', 'learned'}
        Where hours per member come from.
    """

    by_person: pd.DataFrame
    by_segment: pd.DataFrame
    books: pd.DataFrame
    team: pd.DataFrame
    unassigned: int
    unassigned_hours: float
    utilisation: float
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "Load of each Member Success Manager"
    plots: ClassVar[tuple[str, ...]] = ("plot_load", "plot_hours_by_segment")

    def summary(self) -> pd.DataFrame:
        """Return one row per person and one for the team."""
        columns = ["staff_id", "team", "members", "required_hours", "available_hours", "load", "load_low", "load_high"]
        people = self.by_person.reindex(columns=columns)
        nobody = pd.DataFrame(
            {
                "staff_id": ["nobody"],
                "team": [""],
                "members": [self.unassigned],
                "required_hours": self.unassigned_hours,
            }
        )
        team = self.team.assign(staff_id="all", team="").reindex(columns=columns)
        parts = [people, nobody.reindex(columns=columns).astype(people.dtypes.to_dict()), team]
        table = pd.concat(parts if self.unassigned else [people, team], ignore_index=True)
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
            extra = (
                f" and could carry {format_number(times)} times today's book"
                if np.isfinite(times) and times >= 2
                else ""
            )
            parts.append(f"{count_words(len(idle), 'person is', 'people are')} below half{extra}.")
        short = float(self.team["residual_hours"].iloc[0])
        if load > 1:
            fte = format_value(float(self.team["residual_fte"].iloc[0]), "number")
            parts.append(
                f"However the members are shared out, {format_value(short, 'hours')} hours a year ({fte} people) are "
                "short: this cannot be rebalanced away."
            )
        if self.unassigned:
            calls = "who calls" if self.unassigned == 1 else "who call"
            parts.append(
                f"Nobody is named for {count_words(self.unassigned, 'current member')}, {calls} for "
                f"{format_value(self.unassigned_hours, 'hours')} hours more."
            )
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
    if stages is not None:
        stage = table["member_id"].map(stages)
        for segment in coverage:
            here = table["segment"] == segment.name
            hours = hours.mask(here & stage.notna(), stage.map(segment.hours_by_stage).astype(float).fillna(hours))
    return table.assign(required_hours=hours)


def tell_stages(members: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return members with a lifecycle stage: their own, else the first year for who joined within twelve months.

    Whose stage and day of joining are both unknown stays without one, and is planned with steady hours.

    Examples
    --------
    >>> members = pd.DataFrame({"member_id": ["a", "b"], "joined_on": pd.to_datetime(["2025-03-01", "2001-05-01"])})
    >>> tell_stages(members, as_of=date(2025, 12, 31))["lifecycle_stage"].tolist()
    ['first_year', 'steady']
    """
    own = members["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    if "joined_on" not in members.columns:
        return members
    recent = members["joined_on"] > pd.Timestamp(as_of) - pd.DateOffset(years=1)
    told = pd.Series(np.where(recent, "first_year", "steady"), index=members.index, dtype="str")
    told = told.where(members["joined_on"].notna())
    return members.assign(lifecycle_stage=told if own is None else own.where(own.notna(), told))


def plan_coverage(
    segments: Segmentation,
    *,
    members: pd.DataFrame,
    staff: pd.DataFrame | None,
    coverage: Sequence[CoverageSegment],
    utilisation: float,
    hours_source: Literal["assumed", "client", "learned"] = "assumed",
    as_of: date | None = None,
    ramp_by_month: Sequence[float] = (),
) -> CoveragePlan | Unavailable:
    """Lay the hours members call for on the people who cover them today.

    Parameters
    ----------
    segments : Segmentation
        Coverage Segments of current members.
    members : DataFrame
        ``member_id``, ``staff_id``, perhaps ``lifecycle_stage``.
    staff : DataFrame or None
        ``staff_id``, ``hours_per_year``, perhaps ``name``, ``team``, ``ramp``, ``started_on``, ``left_on``.
    coverage : sequence of CoverageSegment
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    hours_source : {'assumed', 'client', 'learned'}
    as_of : date, optional
        Who had left by then, or begins later, is not of the team.
    ramp_by_month : sequence of float
        See ``lay_out_team``.

    Returns
    -------
    CoveragePlan or Unavailable

    Notes
    -----
    Load = required hours ÷ (hours_per_year × ramp × utilisation). Above 1 the Appropriate Experience cannot be
    delivered, whatever the effort.
    """
    if staff is None:
        ask = "the team, one row per person with hours a year"
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
    people = lay_out_team(staff, utilisation=utilisation, as_of=as_of, ramp_by_month=ramp_by_month)
    people = people[people["here"]]
    if not (people["available_hours"] > 0).any():
        why = "everybody of the staff has left, or has not begun."
        return Unavailable("Coverage load", why, "who is of the team today (started_on, left_on)")
    owner = hours["member_id"].map(members.set_index("member_id")["staff_id"])
    hours = hours.assign(staff_id=owner.where(owner.isin(people["staff_id"])))
    by_person = _by_person(hours, people, coverage)
    nobody = hours["staff_id"].isna()
    return CoveragePlan(
        by_person,
        _by_segment(hours, segments, coverage),
        _books(hours),
        _team(hours, by_person, coverage),
        int(nobody.sum()),
        float(hours.loc[nobody, "required_hours"].sum()),
        utilisation,
        hours_source,
    )


def _by_person(hours: pd.DataFrame, people: pd.DataFrame, coverage: Sequence[CoverageSegment]) -> pd.DataFrame:
    groups = hours.groupby("staff_id")
    unknown = hours["required_hours"].isna().groupby(hours["staff_id"]).sum()
    people = people[["staff_id", "name", "team"]].assign(
        members=people["staff_id"].map(groups.size()).fillna(0).astype(int),
        undetermined=people["staff_id"].map(unknown).fillna(0).astype(int),
        required_hours=people["staff_id"].map(groups["required_hours"].sum()).fillna(0.0),
        available_hours=people["available_hours"],
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


def _books(hours: pd.DataFrame) -> pd.DataFrame:
    """What each person's members call for, by segment."""
    groups = hours.groupby(["staff_id", "segment"], dropna=False)["required_hours"]
    return groups.agg(members="size", required_hours="sum").reset_index().astype({"segment": "str"})


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


def _team(hours: pd.DataFrame, by_person: pd.DataFrame, coverage: Sequence[CoverageSegment]) -> pd.DataFrame:
    required, available = float(hours["required_hours"].sum()), float(by_person["available_hours"].sum())
    full = available / len(by_person)
    unknown = int(hours["required_hours"].isna().sum())
    steady = [segment.steady_hours for segment in coverage]
    return pd.DataFrame(
        {
            "members": [len(hours)],
            "undetermined": [unknown],
            "required_hours": [required],
            "available_hours": [available],
            "load": [required / available if available else np.nan],
            "load_low": [(required + unknown * min(steady)) / available if available else np.nan],
            "load_high": [(required + unknown * max(steady)) / available if available else np.nan],
            "residual_hours": [max(0.0, required - available)],
            "residual_fte": [max(0.0, required - available) / full if full else np.nan],
        }
    )
