"""Who should serve which members, so that nobody is above a chosen load and as few members as can be change hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.assigning_members import SharedOut, assign_members
from axlib.numbers.assignment_flows import Books
from axlib.numbers.hour_levels import level_ceilings
from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.rebalancing_needs import Needs, find_relaxations, read_skills
from axlib.verbs.segments import Segmentation
from axlib.verbs.team import lay_out_team
from axlib.words.display import count_words, format_share, format_value, join_words
from axlib.words.results import Result, Unavailable

#: Where not everything fits, loads may be this much above the lowest highest load; else many hand-overs buy nothing.
SLACK = 0.01


@dataclass(frozen=True, eq=False, repr=False)
class Rebalancing(Result):
    """Who is to serve which members, with the fewest hand-overs, and what is short.

    Attributes
    ----------
    by_person : DataFrame, one row per person
        ``staff_id``, ``name``, ``team``, ``available_hours``, ``members_before``, ``members``,
        ``required_hours_before``, ``required_hours``, ``load_before``, ``load``, ``leaving`` and ``coming`` (members
        who change hands or are new).
    moves : DataFrame, one row per (from_staff_id, to_staff_id, segment)
        ``members``, ``required_hours``; nobody in ``from_staff_id`` for members who had nobody.
    assignment : DataFrame, one row per member
        ``member_id``, ``segment``, ``required_hours``, ``staff_id`` (who has it now), ``to_staff_id``, ``handed_over``.
    relaxations : DataFrame, one row per way to make it fit
        ``relaxation``, ``detail`` (in words), ``segment``, ``hours``, ``fte``, ``minutes_per_member``, ``members``,
        ``load``, ``still_short_hours`` (0 where it suffices alone); no rows where everything fits.
    team : DataFrame, one row
        ``members``, ``hand_overs``, ``newly_placed``, ``hand_overs_bound``, ``gap_to_bound``, ``required_hours``,
        ``available_hours``, ``load``, ``highest_load_before``, ``highest_load``, ``short_hours``.
    most_load : float
        The load nobody was to exceed.
    left_as_they_are : int
        Members left out: the hours they call for, or the hours of who has them, are not known, or nobody may serve
        them.
    exact : bool
        By the exact model; else by flows, rounded.
    hours_source : {'assumed', 'client', 'learned'}
    """

    by_person: pd.DataFrame
    moves: pd.DataFrame
    assignment: pd.DataFrame
    relaxations: pd.DataFrame
    team: pd.DataFrame
    most_load: float
    left_as_they_are: int
    exact: bool
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "Load of each person before and after members are shared out anew"
    plots: ClassVar[tuple[str, ...]] = ("plot_moves",)
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("relaxations", "What would make it fit"),
        ("moves", "Who hands over to whom"),
    )

    @property
    def fits(self) -> bool:
        """Whether everything fits under the chosen load."""
        return float(self.team["short_hours"].iloc[0]) == 0.0

    @property
    def hand_overs(self) -> int:
        """Members who change hands."""
        return int(self.team["hand_overs"].iloc[0])

    @property
    def gap(self) -> float:
        """Share of the hand-overs that are not proved necessary; 0 where there can be no fewer."""
        return float(self.team["gap_to_bound"].iloc[0])

    def summary(self) -> pd.DataFrame:
        """Return one row per person."""
        columns = ["staff_id", "team", "members_before", "members", "leaving", "coming", "load_before", "load"]
        return self.by_person[columns]

    @property
    def text(self) -> str:
        """What sharing out anew does, how few hand-overs it takes, and what it cannot mend."""
        row = self.team.iloc[0]
        chosen = format_value(self.most_load, "load")
        before, after = (format_value(float(row[name]), "load") for name in ("highest_load_before", "highest_load"))
        parts = []
        if not self.fits:
            short = format_value(float(row["short_hours"]), "hours")
            parts.append(
                f"However members are shared out, {short} of {format_value(float(row['required_hours']), 'hours')} "
                f"required hours a year do not fit under a load of {chosen}: sharing out anew cannot mend that."
            )
        parts.append(self._say_moves(before, after, chosen))
        if self.hand_overs:
            parts.append(self._say_proof())
        if row["newly_placed"]:
            parts.append(f"{count_words(int(row['newly_placed']), 'member')} whom nobody had would have somebody.")
        parts += self._say_relaxations()
        if self.left_as_they_are:
            parts.append(
                f"{count_words(self.left_as_they_are, 'member is', 'members are')} left as they are: hours are not "
                "known, or nobody may serve them."
            )
        if self.hours_source == "assumed":
            parts.append("Hours per member are assumptions: this is a scenario.")
        return " ".join(parts)

    def _say_moves(self, before: str, after: str, chosen: str) -> str:
        moved = count_words(self.hand_overs, "member changes", "members change")
        if self.hand_overs == 0:
            return f"Nobody need change hands: the highest load is {after}."
        if float(self.team["highest_load_before"].iloc[0]) <= self.most_load * (1 + 1e-9) and self.fits:
            return f"{moved} hands, as who has them may not serve them, or has left; the highest load is {after} then."
        if self.fits and float(self.team["highest_load"].iloc[0]) <= self.most_load * (1 + 1e-9):
            return f"Nobody need be above a load of {chosen} (the highest is {before} today): {moved} hands for that."
        return f"Sharing out anew brings the highest load from {before} to {after}: {moved} hands for that."

    def _say_proof(self) -> str:
        if self.gap == 0:
            return "No other sharing out under the same loads has fewer hand-overs; that is proved."
        least = count_words(int(self.team["hand_overs_bound"].iloc[0]), "hand-over")
        return (
            f"Any other sharing out under the same loads has at least {least}: this one is within "
            f"{format_share(self.gap)} of the fewest."
        )

    def _say_relaxations(self) -> list[str]:
        still = self.relaxations["still_short_hours"]
        enough = list(dict.fromkeys(self.relaxations.loc[still == 0, "detail"]))
        parts = [f"What would do alone: {join_words(enough, 'or')}."] if enough else []
        short = format_value(float(self.team["short_hours"].iloc[0]), "hours")
        some = self.relaxations[(still > 0) & self.relaxations["hours"].notna()]
        for detail, left in zip(some["detail"], some["still_short_hours"], strict=True):
            mended = format_value(float(self.team["short_hours"].iloc[0]) - float(left), "hours")
            parts.append(f"Not enough alone: {detail}; that mends {mended} of the {short} hours.")
        return parts


def rebalance_team(
    segments: Segmentation,
    *,
    members: pd.DataFrame,
    staff: pd.DataFrame | None,
    coverage: Sequence[CoverageSegment],
    utilisation: float,
    most_load: float = 1.0,
    hours_source: Literal["assumed", "client", "learned"] = "assumed",
    as_of: date | None = None,
    ramp_by_month: Sequence[float] = (),
) -> Rebalancing | Unavailable:
    """Share members out anew under a chosen load, with the fewest hand-overs.

    Parameters
    ----------
    segments : Segmentation
        Coverage Segments of current members.
    members : DataFrame
        ``member_id``, ``staff_id``, perhaps ``lifecycle_stage``.
    staff : DataFrame or None
        ``staff_id``, ``hours_per_year``, perhaps ``name``, ``team``, ``ramp``, ``left_on``, and ``segments``: those a
        person may serve, separated by semicolons; all where it is empty.
    coverage : sequence of CoverageSegment
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    most_load : float
        Nobody is to be above it, if that can be.
    hours_source : {'assumed', 'client', 'learned'}
    as_of : date, optional
        Who had left by then, or begins later, serves nobody; their members need somebody new.
    ramp_by_month : sequence of float
        See ``lay_out_team``.

    Returns
    -------
    Rebalancing or Unavailable

    Raises
    ------
    DataError
        ``segments`` of the staff names a segment there is not.

    Notes
    -----
    In this order: nobody above ``most_load`` and nobody serving what they may not; where the hours do not fit, the
    highest loads as low as they can be (within 1 %); the fewest hand-overs; those who change hands shared out so that
    loads of the people who receive them are even. The fewest hand-overs mean that members calling for many hours change
    hands first.
    """
    if staff is None:
        return Unavailable("Rebalancing", "the export has no staff.", "the team, one row per person with hours a year")
    if "staff_id" not in members.columns or members["staff_id"].notna().sum() == 0:
        return Unavailable("Rebalancing", "no member names who covers it.", "who covers each member (staff_id)")
    stages = members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    table = hours_by_member(segments, coverage=coverage, stages=stages)
    table = table.assign(staff_id=table["member_id"].map(members.set_index("member_id")["staff_id"]))
    table = table.sort_values("member_id", ignore_index=True)
    if not (table["required_hours"] > 0).any():
        why = "no member is in a segment that has hours; the classes found are not named yet."
        return Unavailable("Rebalancing", why, "names for the classes, or AX answers of the members")
    staff = staff.sort_values("staff_id", ignore_index=True)
    people = lay_out_team(staff, utilisation=utilisation, as_of=as_of, ramp_by_month=ramp_by_month)
    people = people[["staff_id", "name", "team", "available_hours"]]
    if not (people["available_hours"] > 0).any():
        return Unavailable("Rebalancing", "nobody of the staff has hours that members could fill.", "hours_per_year")
    needs, books, chosen = _lay_out(table, people, staff, coverage, most_load)
    shared = assign_members(books)
    to = np.full(len(table), -1, dtype=np.int64)
    to[chosen] = shared.owners
    return _build(table, people, needs, books, chosen, to, shared, coverage, most_load, hours_source)


def _lay_out(
    table: pd.DataFrame,
    people: pd.DataFrame,
    staff: pd.DataFrame,
    coverage: Sequence[CoverageSegment],
    most_load: float,
) -> tuple[Needs, Books, np.ndarray]:
    """Members and people as arrays; which members take part."""
    names = [segment.name for segment in coverage]
    available = people["available_hours"].fillna(0.0).to_numpy()
    may_serve = read_skills(staff, names) & (available > 0)[:, None]
    segment = pd.Index(names).get_indexer(pd.Index(table["segment"])).astype(np.int64)
    owner = pd.Index(people["staff_id"]).get_indexer(pd.Index(table["staff_id"])).astype(np.int64)
    unknown = people["available_hours"].isna().to_numpy()
    served: Any = may_serve.any(axis=0)
    asked = (table["required_hours"] > 0).to_numpy()
    takes_part = asked & served[segment]
    takes_part &= ~((owner >= 0) & unknown[np.where(owner >= 0, owner, 0)])
    chosen = np.flatnonzero(takes_part)
    hours = table["required_hours"].to_numpy(dtype=float)[chosen]
    demand = np.bincount(segment[chosen], weights=hours, minlength=len(names)).astype(float)
    loads = level_ceilings(demand, available, may_serve, most_load=most_load)
    ceilings = available * np.where(loads > most_load * (1 + 1e-6), loads * (1 + SLACK), most_load)
    nobody = sorted(set(table["segment"].to_numpy()[asked & ~served[segment]]))
    needs = Needs(demand, available, may_serve, hours, segment[chosen], float(loads.max()), tuple(nobody))
    return needs, Books(hours, segment[chosen], owner[chosen], ceilings, may_serve), chosen


def _build(
    table: pd.DataFrame,
    people: pd.DataFrame,
    needs: Needs,
    books: Books,
    chosen: np.ndarray,
    to: np.ndarray,
    shared: SharedOut,
    coverage: Sequence[CoverageSegment],
    most_load: float,
    hours_source: Literal["assumed", "client", "learned"],
) -> Rebalancing:
    ids = people["staff_id"].to_numpy(dtype=object)
    takes_part = np.zeros(len(table), dtype=bool)
    takes_part[chosen] = True
    after = np.where(takes_part, ids[to], table["staff_id"].to_numpy(dtype=object))
    had = table["staff_id"].isin(people["staff_id"])
    assignment = table.assign(to_staff_id=pd.array(after, dtype="str"))
    assignment["handed_over"] = takes_part & had & (assignment["staff_id"] != assignment["to_staff_id"])
    moved = assignment[takes_part & (~had | assignment["handed_over"])]
    moved = moved.assign(from_staff_id=moved["staff_id"].where(had[moved.index]))
    moves = (
        moved.groupby(["from_staff_id", "to_staff_id", "segment"], dropna=False)["required_hours"]
        .agg(members="size", required_hours="sum")
        .reset_index()
    )
    by_person = _by_person(people, assignment, moved)
    relaxations, short = find_relaxations(needs, coverage=coverage, most_load=most_load)
    available, required = float(by_person["available_hours"].sum()), float(by_person["required_hours"].sum())
    team = pd.DataFrame(
        {
            "members": [len(table)],
            "hand_overs": [shared.hand_overs],
            "newly_placed": [int((books.owners < 0).sum())],
            "hand_overs_bound": [shared.bound],
            "gap_to_bound": [shared.gap],
            "required_hours": [required],
            "available_hours": [available],
            "load": [required / available],
            "highest_load_before": [float(by_person["load_before"].max())],
            "highest_load": [float(by_person["load"].max())],
            "short_hours": [short],
        }
    )
    left = int((~takes_part).sum())
    return Rebalancing(by_person, moves, assignment, relaxations, team, most_load, left, shared.exact, hours_source)


def _by_person(people: pd.DataFrame, assignment: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    def by(name: str, rows: pd.DataFrame, column: str) -> pd.Series:
        groups = rows.groupby(name)["required_hours"]
        found = groups.size() if column == "size" else groups.sum()
        return people["staff_id"].map(found).fillna(0).astype(int if column == "size" else float)

    available = people["available_hours"].where(people["available_hours"] > 0)
    before, after = by("staff_id", assignment, "sum"), by("to_staff_id", assignment, "sum")
    return people.assign(
        members_before=by("staff_id", assignment, "size"),
        members=by("to_staff_id", assignment, "size"),
        required_hours_before=before,
        required_hours=after,
        load_before=before / available,
        load=after / available,
        leaving=by("from_staff_id", moved, "size"),
        coming=by("to_staff_id", moved, "size"),
    ).sort_values(["team", "staff_id"], ignore_index=True)
