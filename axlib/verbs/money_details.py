"""Tables behind cost and scenarios, as readers need them: the payroll line by line, assumptions, break-even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.verbs.economics import BASES, Economics
from axlib.verbs.scenario import Scenario
from axlib.verbs.scenario_model import COST_BESIDES
from axlib.verbs.scenario_words import show_points
from axlib.words.display import format_share, format_value
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class Payroll(Result):
    """Where the payroll goes, and how allocated margin becomes cash.

    Attributes
    ----------
    table : DataFrame
        ``basis`` and ``line`` (words), ``hours``, ``amount``: the parts of the payroll, then revenue, costs and margin.
    """

    table: pd.DataFrame
    currency: str

    title: ClassVar[str] = "Where the payroll goes, and what is left in cash"

    def summary(self) -> pd.DataFrame:
        """Return one row per basis and line."""
        return self.table


@dataclass(frozen=True, eq=False, repr=False)
class ScenarioAssumptions(Result):
    """What scenarios assume.

    Attributes
    ----------
    table : DataFrame
        ``scenario``, ``assumption``, ``low``, ``mid``, ``high`` as text, for units differ, and ``made_by``.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "What the scenarios assume"

    def summary(self) -> pd.DataFrame:
        """Return one row per scenario and assumption."""
        return self.table


@dataclass(frozen=True, eq=False, repr=False)
class BreakEven(Result):
    """By how much churn would have to be lower to pay for each scenario.

    Attributes
    ----------
    table : DataFrame
        ``scenario``, ``cash_cost`` with its range, ``revenue_concerned``, and points of revenue churn as text.
    """

    table: pd.DataFrame
    currency: str

    title: ClassVar[str] = "How much lower revenue churn would have to be to pay for it"

    def summary(self) -> pd.DataFrame:
        """Return one row per scenario."""
        return self.table


@dataclass(frozen=True, eq=False, repr=False)
class Outlook(Result):
    """What today's members would still pay over the years, if every year were like the last.

    Attributes
    ----------
    table : DataFrame
        ``scenario``, ``year``, ``still_paid_before`` and ``still_paid`` with their ranges.
    """

    table: pd.DataFrame

    title: ClassVar[str] = (
        "Share of today's revenue that today's members would still pay, if every year were like the last"
    )

    def summary(self) -> pd.DataFrame:
        """Return one row per scenario and year."""
        return self.table


def trace_payroll(economics: Economics | Unavailable) -> Payroll | Unavailable:
    """List where the payroll goes on each basis, and how allocated margin becomes cash."""
    if isinstance(economics, Unavailable):
        return economics
    rows = []
    for basis in economics.totals["basis"]:
        totals, lines = economics.of(basis), economics.lines[economics.lines["basis"] == basis]
        words = BASES[basis]
        rows += [(words, str(one["line"]), one["hours"], one["amount"]) for one in lines.to_dict("records")]
        rows += [
            (words, "= payroll", totals["practical_hours"], totals["payroll"]),
            (words, "Revenue", float("nan"), totals["revenue"]),
            (words, "− cost of members' hours", totals["hours"], -totals["service_cost"]),
            (words, "− other costs of members", float("nan"), -totals["declared_cost"]),
            (words, "= allocated margin", float("nan"), totals["margin"]),
            (words, "Revenue − payroll − other costs = cash margin", float("nan"), totals["cash_margin"]),
        ]
    table = pd.DataFrame(rows, columns=["basis", "line", "hours", "amount"])
    return Payroll(table.astype({"basis": "str", "line": "str", "hours": float, "amount": float}), economics.currency)


def list_scenario_assumptions(scenarios: Scenario | Unavailable) -> ScenarioAssumptions | Unavailable:
    """List what scenarios assume, in the units of each."""
    if isinstance(scenarios, Unavailable):
        return scenarios
    rows = []
    for one in scenarios.assumptions.to_dict("records"):
        if one["assumption"] == COST_BESIDES and one["low"] == one["high"] == 0:
            continue
        low, mid, high = (
            format_value(float(one[end]), one["unit"], scenarios.currency) for end in ("low", "mid", "high")
        )
        rows.append((one["scenario"], one["assumption"], low, mid, high, one["made_by"]))
    columns = ["scenario", "assumption", "low", "mid", "high", "made_by"]
    return ScenarioAssumptions(pd.DataFrame(rows, columns=columns).astype("str"))


def list_break_even(scenarios: Scenario | Unavailable) -> BreakEven | Unavailable:
    """List by how many points revenue churn would have to be lower to pay for each scenario."""
    if isinstance(scenarios, Unavailable):
        return scenarios
    table = scenarios.break_even

    def points(name: str) -> list[str]:
        return ["–" if pd.isna(value) else show_points(float(value)) for value in table[name]]

    shown = pd.DataFrame(
        {
            "scenario": table["scenario"],
            **{name: table[name] for name in ("cash_cost", "cash_cost_low", "cash_cost_high", "revenue_concerned")},
            "churn_lower_in_one_year": points("churn_points"),
            "at_the_worst": points("churn_points_high"),
            "churn_lower_each_year": points("churn_points_over_years"),
            "over_years": table["years"],
            "revenue_churn_now": [format_share(float(value)) for value in table["churn_now"]],
        }
    )
    return BreakEven(shown, scenarios.currency)


def list_outlook(scenarios: Scenario | Unavailable) -> Outlook | Unavailable:
    """List what today's members would still pay over the years."""
    if isinstance(scenarios, Unavailable):
        return scenarios
    if len(scenarios.projection) == 0:
        return Unavailable("What is kept over the years", "NRR is not known.", "invoices or terms of the last years")
    return Outlook(scenarios.projection)
