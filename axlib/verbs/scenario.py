"""``project_scenario``: what would follow if something were done, as ranges from stated assumptions."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.ranges import Floats, find_extremes, find_swings
from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.settings.money import CostSettings, ScenarioSettings
from axlib.verbs.break_even import find_break_even, project_retention
from axlib.verbs.economics import Economics
from axlib.verbs.retention import Retention
from axlib.verbs.scenario_footing import lay_footing
from axlib.verbs.scenario_model import USE_FREED, ScenarioModel
from axlib.verbs.scenario_names import check_names
from axlib.verbs.scenario_words import name_outcome, say_scenario, show_outcome
from axlib.words.errors import ConfigurationError
from axlib.words.results import Result, Unavailable
from axlib.words.table_faces import table_to_html

#: Outcomes that the summary leaves to the table: their shares of revenue say the same.
_LEFT_OUT = ("margin", "cost_concerned")


@dataclass(frozen=True, eq=False, repr=False)
class Scenario(Result):
    """What would follow from one scenario, or from several; every number rests on the assumptions beside it.

    Attributes
    ----------
    table : DataFrame, one row per (scenario, outcome)
        ``scenario``, ``outcome`` (hours, load, unused_hours, cost, margin, margin_share, cash_margin, the cost and
        the margin of the members concerned, loads of teams); ``before``; ``after`` with ``after_low`` and
        ``after_high``; ``change`` with ``change_low`` and ``change_high``.
    assumptions : DataFrame, one row per (scenario, assumption)
        ``scenario``, ``assumption``, ``low``, ``mid``, ``high``, ``unit``, ``made_by``.
    tornado : DataFrame, one row per (scenario, outcome, assumption that is a range)
        ``at_low``, ``at_high`` (the outcome with this assumption at its end and all others in the middle),
        ``at_mid``, ``swing``; the widest first.
    break_even : DataFrame, one row per scenario
        ``cash_cost`` a year with its range, ``revenue_concerned``, ``churn_points`` by which revenue churn of the
        members concerned would have to be lower to pay for it within a year, with its range,
        ``churn_points_over_years``, ``years``, ``churn_now``; ``detectable_points``, the least change in churn that a
        trial on these members could tell from chance.
    projection : DataFrame, one row per (scenario, year)
        Share of today's revenue that today's members still pay: ``still_paid_before`` and ``still_paid``, with ranges.
    concerned : DataFrame, one row per (scenario, segment)
        ``members`` whom something happens to, in the middle of the ranges, of ``all_members`` of the segment.
    """

    table: pd.DataFrame
    assumptions: pd.DataFrame
    tornado: pd.DataFrame
    break_even: pd.DataFrame
    projection: pd.DataFrame
    concerned: pd.DataFrame
    currency: str

    title: ClassVar[str] = "What would follow, if the assumptions hold"
    plots: ClassVar[tuple[str, ...]] = ("plot_tornado",)

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios, in their order."""
        return tuple(dict.fromkeys(self.break_even["scenario"]))

    def outcome(self, name: str, scenario: str | None = None) -> pd.Series:
        """The row of one outcome, of the first scenario unless one is named."""
        table = self.table
        chosen = table[(table["outcome"] == name) & (table["scenario"] == (scenario or self.names[0]))]
        return chosen.iloc[0]

    def summary(self) -> pd.DataFrame:
        """Return one row per scenario and outcome, as text, for outcomes have different units."""
        rows = [
            (
                row["scenario"],
                name_outcome(row["outcome"]),
                show_outcome(row["outcome"], row["before"], self.currency),
                show_outcome(row["outcome"], row["after"], self.currency),
                " to ".join(
                    show_outcome(row["outcome"], row[name], self.currency) for name in ("after_low", "after_high")
                ),
            )
            for row in self.table.to_dict("records")
            if pd.notna(row["after"]) and row["outcome"] not in _LEFT_OUT
        ]
        columns = ["scenario", "outcome", "before", "after", "between"]
        return pd.DataFrame(rows, columns=columns).astype("str")

    def _repr_html_(self) -> str:
        table = table_to_html(self.summary(), caption=self.title, currency=self.currency, file_name="scenario")
        return "".join(f'<p class="ax-text">{html.escape(self._say(name))}</p>' for name in self.names) + table

    @property
    def text(self) -> str:
        """Every scenario in sentences that begin with their assumption."""
        return " ".join(self._say(name) for name in self.names)

    def _say(self, name: str) -> str:
        def of(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["scenario"] == name]

        assumed = of(self.assumptions).set_index("assumption")["mid"]
        return say_scenario(
            name,
            used=float(assumed[USE_FREED]),
            outcomes=of(self.table).set_index("outcome"),
            break_even=of(self.break_even).iloc[0],
            projection=of(self.projection),
            concerned=int(of(self.concerned)["members"].sum()),
            currency=self.currency,
        )


def project_scenario(
    economics: Economics | Unavailable,
    *,
    scenario: ScenarioSettings,
    coverage: Sequence[CoverageSegment],
    utilisation: float,
    costs: Sequence[CostSettings] = (),
    retention: Retention | Unavailable | None = None,
    teams: pd.Series | None = None,
    team_hours: pd.Series | None = None,
) -> Scenario | Unavailable:
    """Say what would follow if people were hired, members moved, minutes changed, pools made or hours shifted.

    Parameters
    ----------
    economics : Economics
        What serving members costs today and with the hours they call for.
    scenario : ScenarioSettings
    coverage : sequence of CoverageSegment
    utilisation : float
        Share of a person's hours that members may fill, as in ``economics``.
    costs : sequence of CostSettings
        Those of ``economics``.
    retention : Retention, optional
        What the closed cohort kept, for break-even over years and the projection.
    teams : Series, index ``member_id``, optional
        Team of who covers each member.
    team_hours : Series, index team, optional
        Paid hours a year × ramp of each team.

    Returns
    -------
    Scenario or Unavailable

    Raises
    ------
    ConfigurationError
        The scenario names segments or teams that there are not, or has more ranges than can be tried out together.

    Notes
    -----
    Low and high are the least and the greatest over every way the ranges may lie: each outcome rises or falls
    steadily in each assumption, so they lie in corners of the box the ranges make. Nothing here says how likely
    any of it is.
    """
    analysis = f"Scenario '{scenario.name}'"
    if isinstance(economics, Unavailable):
        return Unavailable(analysis, economics.why, economics.ask)
    if scenario.baseline == "today" and not economics.has_today:
        why = "it is set against today's service, and no delivered hours are known."
        return Unavailable(analysis, why, "a log of contacts with date, mode and minutes")
    if not float(economics.of("ax")["revenue"]) > 0:
        return Unavailable(analysis, "nobody pays anything.")
    footing = lay_footing(economics, utilisation=utilisation, teams=teams, team_hours=team_hours)
    served = [segment.name for segment in coverage]
    nobody = check_names(scenario, called_for=footing.segments, served=served, teams=footing.teams[1:])
    if nobody:
        return Unavailable(analysis, nobody)
    model = ScenarioModel(footing, scenario, coverage, costs, economics.hours_source == "assumed")
    ranges = model.ranges
    try:
        after, low, high = find_extremes(model.after, ranges)
    except ValueError as error:
        raise ConfigurationError(f"scenario '{scenario.name}': {error} Make some of them single numbers.") from None
    change, change_low, change_high = find_extremes(lambda points: model.after(points) - model.before(points), ranges)
    table = pd.DataFrame(
        {
            "scenario": scenario.name,
            "outcome": model.outcomes,
            "before": model.before(ranges[:, 1][None])[0],
            "after": after,
            "after_low": low,
            "after_high": high,
            "change": change,
            "change_low": change_low,
            "change_high": change_high,
        }
    ).astype({"scenario": "str", "outcome": "str"})
    concerned = pd.DataFrame(
        {
            "segment": footing.segments,
            "members": (model.concerned * footing.members).round(),
            "all_members": footing.members,
        }
    )
    tables = {
        "assumptions": model.assumptions,
        "tornado": _tornado(model, ranges),
        "break_even": find_break_even(model, retention),
        "projection": project_retention(model, retention),
        "concerned": concerned.astype({"segment": "str", "members": int, "all_members": int}),
    }
    named_tables = {key: _name(frame, scenario.name) for key, frame in tables.items()}
    return Scenario(table, **named_tables, currency=economics.currency)


def join_scenarios(scenarios: Sequence[Scenario]) -> Scenario:
    """Put several scenarios into one result, in their order."""
    keys = ("table", "assumptions", "tornado", "break_even", "projection", "concerned")
    joined = {key: pd.concat([getattr(one, key) for one in scenarios], ignore_index=True) for key in keys}
    return Scenario(**joined, currency=scenarios[0].currency)


def _name(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    named = frame.assign(scenario=pd.Series([name] * len(frame), frame.index, dtype="str"))
    return named[["scenario", *frame.columns]]


def _tornado(model: ScenarioModel, ranges: Floats) -> pd.DataFrame:
    lows, highs = find_swings(model.after, ranges)
    middle = model.after(ranges[:, 1][None])[0]
    parts = [
        pd.DataFrame(
            {
                "outcome": name,
                "assumption": model.assumptions["assumption"],
                "low": ranges[:, 0],
                "high": ranges[:, 2],
                "unit": model.assumptions["unit"],
                "at_low": lows[:, at],
                "at_mid": middle[at],
                "at_high": highs[:, at],
                "swing": np.abs(highs[:, at] - lows[:, at]),
            }
        )
        for at, name in enumerate(model.outcomes)
    ]
    table = pd.concat(parts, ignore_index=True)
    # What moves an outcome by less than rounding moves it not at all.
    table = table[table["swing"] > 1e-9 * np.maximum(table["at_mid"].abs(), 1e-3)]
    order = table["outcome"].map({name: at for at, name in enumerate(model.outcomes)})
    table = table.assign(order=order).sort_values(["order", "swing"], ascending=[True, False], kind="stable")
    return table.drop(columns="order").reset_index(drop=True).astype({"outcome": "str"})
