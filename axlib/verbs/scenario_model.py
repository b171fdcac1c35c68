"""What a scenario assumes, as ranges, and what follows from any one way these ranges may lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.settings.money import CostSettings, ScenarioSettings
from axlib.verbs.scenario_footing import Footing

Floats = NDArray[np.float64]
Range = tuple[float, float, float]

#: What the hours of a segments file may be off by where nobody has measured them, and the band of utilisation.
HOURS_OFF, UTILISATION_BAND = 0.2, 0.05
USE_FREED = "Share of freed hours put to use or no longer paid"
COST_BESIDES = "Cost a year besides"
#: Outcomes in the order of the model's columns; loads of teams follow.
OUTCOMES = (
    "hours", "load", "unused_hours", "cost", "margin", "margin_share", "cash_margin", "cost_concerned",
    "margin_share_concerned",
)  # fmt: skip


@dataclass(eq=False)
class ScenarioModel:
    """A scenario on its footing: a function of its assumptions.

    Attributes
    ----------
    assumptions : DataFrame, one row per assumption
        ``assumption`` (in words), ``low``, ``mid``, ``high``, ``unit``, ``made_by``.
    """

    footing: Footing
    scenario: ScenarioSettings
    coverage: Sequence[CoverageSegment]
    costs: Sequence[CostSettings]
    hours_assumed: bool
    assumptions: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        """List the assumptions, each with its place in a point."""
        self._steady = {segment.name: segment.steady_hours for segment in self.coverage}
        self._places: dict[tuple[str, int | str], int] = {}
        rows: list[tuple[str, float, float, float, str, str]] = []

        def assume(
            key: tuple[str, int | str], words: str, value: Range, unit: str, made_by: str = "the engagement"
        ) -> None:
            self._places[key] = len(rows)
            rows.append((words, *value, unit, made_by))

        done, footing = self.scenario, self.footing
        u, off = footing.utilisation, HOURS_OFF if self.hours_assumed else 0.0
        hours = done.hours or (1 - off, 1.0, 1 + off)
        assume(
            ("hours", 0),
            "Hours members call for (factor)",
            hours,
            "number",
            "the engagement" if done.hours else "the kit",
        )
        band = done.utilisation or (max(0.01, u - UTILISATION_BAND), u, min(1.0, u + UTILISATION_BAND))
        who = "the engagement" if done.utilisation else "the kit"
        assume(("utilisation", 0), "Share of a person's hours for members", band, "share", who)
        for at, move in enumerate(done.move):
            words = f"Share of {move.members_of} members served as {move.target}"
            assume(("move", at), words, move.share, "share")
        for name, change in done.minutes.items():
            assume(("minutes", name), f"Change in minutes for {name}", change, "share")
        if done.pool:
            assume(("pool", 0), "Share of a pool's hours for members", done.pool.utilisation, "share")
        for at, hire in enumerate(done.hire):
            team = f" for {hire.team}" if hire.team else ""
            assume(("hire", at), f"People hired{team}", hire.people, "number")
            assume(("ramp", at), f"Ramp of people hired{team}", hire.ramp, "share")
        for at, shift in enumerate(done.shift_hours):
            assume(("shift", at), f"Hours from {shift.from_team} to {shift.to_team}", shift.hours, "hours")
        assume(("cost", 0), COST_BESIDES, done.cost_a_year, "money")
        assume(("use_freed", 0), USE_FREED, done.use_freed, "share")
        assume(("churn", 0), "Change in revenue churn of members concerned", done.churn_change, "share")
        assume(("expansion", 0), "Change in expansion of members concerned", done.expansion_change, "share")
        columns = ["assumption", "low", "mid", "high", "unit", "made_by"]
        table = pd.DataFrame(rows, columns=columns)
        self.assumptions = table.astype({"assumption": "str", "unit": "str", "made_by": "str"})

    @property
    def ranges(self) -> Floats:
        """Low, mid and high of every assumption."""
        return self.assumptions[["low", "mid", "high"]].to_numpy(dtype=float)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the model's outcomes; loads of teams where something is done for single teams."""
        if not (self.scenario.shift_hours or any(hire.team for hire in self.scenario.hire)):
            return OUTCOMES
        return (*OUTCOMES, *(f"load of {team}" for team in self.footing.teams[1:]))

    def place(self, *key: int | str) -> int:
        """Where an assumption stands in a point."""
        return self._places[key]  # type: ignore[index]

    @property
    def concerned(self) -> Floats:
        """Share of each segment's members whom something happens to, in the middle of all ranges."""
        share = np.zeros(len(self.footing.segments))
        for move in self.scenario.move:
            share[self.footing.segments.index(move.members_of)] += move.share[1]
        touched = {*self.scenario.minutes, *(self.scenario.pool.segments if self.scenario.pool else ())}
        share[[at for at, name in enumerate(self.footing.segments) if name in touched]] = 1.0
        return share if share.any() else np.ones(len(self.footing.segments))

    def after(self, points: Floats) -> Floats:
        """Outcomes when it is done; shape (n, n_outcomes)."""
        return self._outcomes(points, done=True)

    def before(self, points: Floats) -> Floats:
        """Outcomes under the same assumptions when nothing is done; shape (n, n_outcomes)."""
        return self._outcomes(points, done=False)

    def _get(self, points: Floats, key: str, which: int | str = 0) -> Floats:
        return points[:, self._places[(key, which)]]

    def _outcomes(self, points: Floats, *, done: bool) -> Floats:
        footing, scenario = self.footing, self.scenario
        hours, cost_today_share = self._hours(points, done=done)
        utilisation = self._get(points, "utilisation")
        hired = np.zeros((len(points), len(footing.teams)))
        payroll, full = np.full(len(points), footing.payroll), np.full(len(points), footing.full_hours)
        for at, hire in enumerate(scenario.hire if done else ()):
            people = self._get(points, "hire", at)
            there = people * hire.hours_per_year * self._get(points, "ramp", at)
            hired[:, 0] += there
            if hire.team in footing.teams[1:]:
                hired[:, footing.teams.index(hire.team)] += there
            payroll = payroll + people * hire.hours_per_year * hire.hourly_cost
            full = full + people * hire.hours_per_year
        capacity = (footing.capacity + hired) * utilisation[:, None]
        for at, shift in enumerate(scenario.shift_hours if done else ()):
            moved = self._get(points, "shift", at)
            capacity[:, footing.teams.index(shift.from_team)] -= moved
            capacity[:, footing.teams.index(shift.to_team)] += moved
        rate = payroll / (full * utilisation)
        # Hours still delivered as today cost what their people cost; at another utilisation an hour costs another rate.
        as_today = cost_today_share * footing.cost_today * (footing.utilisation / utilisation)[:, None]
        new_hours = hours[:, 0] - cost_today_share * footing.hours_today[0]
        service = as_today + np.where(np.abs(new_hours) < 1e-9, 0.0, new_hours) * rate[:, None]
        declared, total_declared = self._declared(points, done=done)
        besides = self._get(points, "cost") if done else np.zeros(len(points))
        used = hours.sum(axis=2)
        used[:, 0] += footing.other_hours if scenario.baseline == "today" else 0.0
        revenue = footing.revenue.sum()
        cost = service.sum(axis=1) + declared.sum(axis=1) + besides
        freed_value = np.zeros(len(points))
        if done:
            base, _ = self._hours(points, done=False)
            freed = np.maximum(base[:, 0].sum(axis=1) - hours[:, 0].sum(axis=1), 0.0)
            before_rate = footing.payroll / (footing.full_hours * utilisation)
            freed_value = self._get(points, "use_freed") * freed * before_rate
        share = self.concerned
        with np.errstate(divide="ignore", invalid="ignore"):
            load = used / np.where(capacity > 0, capacity, np.nan)
            concerned = ((service + declared) * share).sum(axis=1)
            r_concerned = float((footing.revenue * share).sum())
            columns = [
                used[:, 0], load[:, 0], capacity[:, 0] - used[:, 0], cost, revenue - cost, (revenue - cost) / revenue,
                revenue - payroll - total_declared - besides + freed_value, concerned,
                (r_concerned - concerned) / r_concerned,
            ]  # fmt: skip
        return np.column_stack([*columns, load[:, 1:]])[:, : len(self.outcomes)]

    def _hours(self, points: Floats, *, done: bool) -> tuple[Floats, Floats]:
        """Hours by team and segment, (n, teams, segments), and which share of each segment is served as today."""
        footing, scenario = self.footing, self.scenario
        off = self._get(points, "hours")[:, None, None]
        called_for = footing.hours_ax[None] * off
        n, today = len(points), scenario.baseline == "today"
        share_today = np.full((n, len(footing.segments)), 1.0 if today else 0.0)
        if not done:
            return np.repeat(footing.hours_today[None], n, axis=0) if today else called_for, share_today
        rest, hours = np.ones((n, len(footing.segments))), np.zeros((n, *footing.hours_ax.shape))
        for at, move in enumerate(scenario.move):
            s, share = footing.segments.index(move.members_of), self._get(points, "move", at)
            rest[:, s] -= share
            own = move.target == move.members_of
            each = footing.hours_ax[:, s] if own else footing.count[:, s] * self._steady[move.target]
            hours[:, :, s] += share[:, None] * each[None] * off[:, :, 0]
        share_today *= rest
        hours += rest[:, None, :] * (footing.hours_today[None] if today else called_for)
        for name in scenario.minutes:
            s = footing.segments.index(name)
            factor = 1 + self._get(points, "minutes", name)
            hours[:, :, s] *= factor[:, None]
            share_today[:, s] *= factor
        if scenario.pool:
            # What a pool can be filled to more, its hours take up less of the team's.
            factor = self._get(points, "utilisation") / self._get(points, "pool")
            for name in scenario.pool.segments:
                s = footing.segments.index(name)
                hours[:, :, s] *= factor[:, None]
                share_today[:, s] *= factor
        return hours, share_today

    def _declared(self, points: Floats, *, done: bool) -> tuple[Floats, Floats]:
        """Declared costs by segment, (n, segments), and in all, those nobody bears included."""
        footing, scenario = self.footing, self.scenario
        n = len(points)
        gets = np.zeros((n, len(footing.segments), len(footing.segments)))  # from, to: share with that coverage
        if scenario.baseline == "ax":
            gets[:, range(len(footing.segments)), range(len(footing.segments))] = 1.0
        elsewhere: dict[str, Floats] = {}
        for at, move in enumerate(scenario.move if done else ()):
            s, share = footing.segments.index(move.members_of), self._get(points, "move", at)
            if scenario.baseline == "ax":
                gets[:, s, s] -= share
            if move.target in footing.segments:
                gets[:, s, footing.segments.index(move.target)] += share
            else:
                elsewhere[move.target] = elsewhere.get(move.target, np.zeros(n)) + share * footing.members[s]
        borne, total = np.zeros((n, len(footing.segments))), np.zeros(n)
        for cost in self.costs:
            whom = np.array([not cost.segments or name in cost.segments for name in footing.segments])
            always = np.repeat((footing.members * whom)[None], n, axis=0)
            with_coverage = (gets[:, :, whom].sum(axis=2)) * footing.members
            if cost.applies == "today":
                there = always * (1 - gets.sum(axis=2))
            elif cost.applies == "ax":
                there = with_coverage
            else:
                # Who is moved bears what the new coverage bears.
                there = with_coverage + always * (1 - gets.sum(axis=2))
            if cost.per_member is not None:
                borne += cost.per_member * there
                total += cost.per_member * there.sum(axis=1)
                continue
            n_there = there.sum(axis=1, keepdims=True)
            amount = (cost.a_year or 0.0) * ((n_there[:, 0] > 0) | (cost.applies == "always"))
            borne += np.where(n_there > 0, there / np.where(n_there > 0, n_there, 1.0), 0.0) * amount[:, None]
            total += amount
        return borne, total
