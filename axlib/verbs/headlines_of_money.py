"""Headline numbers of money: economics, scenarios, and what moved retention."""

from __future__ import annotations

from typing import Any, Literal

from axlib.verbs.economics import Economics
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario


def list_economics(economics: Economics) -> dict[str, Any]:
    """Cost and margin by segment, today and with the hours called for."""
    names = ["members", "revenue", "cost", "margin"]
    totals = ["revenue", "cost", "margin", "payroll", "declared_total", "cash_margin", "unused_hours", "unused_cost"]

    def by_segment(basis: Literal["today", "ax"]) -> dict[str, Any]:
        rows = economics.by_group("segment", basis).to_dict("records")
        return {row["group"]: {name: row[name] for name in names} for row in rows}

    return {
        "by_segment": by_segment("today") if economics.has_today else {},
        "by_segment_ax": by_segment("ax"),
        "today": economics.of("today")[totals].to_dict() if economics.has_today else None,
        "ax": economics.of("ax")[totals].to_dict(),
        "level": {"today": "0", "ax": "S" if economics.hours_source == "assumed" else "0"},
    }


def list_scenarios(scenarios: Scenario) -> dict[str, Any]:
    """What each scenario would change, and where it breaks even."""
    numbers = ["before", "after", "after_low", "after_high"]
    found = {}
    for name in scenarios.names:
        table = scenarios.table[scenarios.table["scenario"] == name]
        point = scenarios.break_even.set_index("scenario").loc[name]
        found[name] = {
            "outcomes": {row["outcome"]: {key: row[key] for key in numbers} for row in table.to_dict("records")},
            "break_even": {
                key: point[key] for key in ("cash_cost", "churn_points", "churn_points_over_years", "years")
            },
            "level": "S",
        }
    return found


def list_change(change: RetentionChange) -> dict[str, Any]:
    """What moved each measure of retention since the window before."""
    keys = ["earlier", "later", "change", "change_low", "change_high", "part_of_nrr"]
    return {row["measure"]: {key: row[key] for key in keys} for row in change.table.to_dict("records")}
