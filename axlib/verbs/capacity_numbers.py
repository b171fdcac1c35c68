"""The numbers of the team's plans as plain data: the part ``capacity`` of the headline numbers beside loads."""

from __future__ import annotations

from typing import Any

import pandas as pd

from axlib.verbs.delivery import Delivery
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.enablement import Enablement
from axlib.verbs.learned_hours import LearnedHours
from axlib.verbs.load_outlook import LoadOutlook
from axlib.verbs.pool import PoolPlan
from axlib.verbs.rebalancing import Rebalancing
from axlib.verbs.season import Season
from axlib.verbs.transition import Transition
from axlib.words.results import Result, Unavailable


def list_capacity(diagnosis: Diagnosis) -> dict[str, Any]:
    """List what was delivered, learned and planned; what could not be done is absent with its reason."""
    parts = {
        "delivered": diagnosis.delivery,
        "learned_hours": diagnosis.learned_hours,
        "outlook": diagnosis.load_outlook,
        "season": diagnosis.season,
        "rebalancing": diagnosis.rebalancing,
        "transition": diagnosis.transition,
        "pool": diagnosis.pool,
        "enablement": diagnosis.enablement,
    }
    return {name: _numbers(result) for name, result in parts.items()}


def _numbers(result: Result) -> dict[str, Any]:
    match result:
        case Unavailable():
            return {"available": False, "why": result.why}
        case Delivery():
            row = {"hours": result.by_member["delivered_hours"].sum(), "elsewhere_hours": result.elsewhere_hours}
            return {**row, "thin": result.is_thin, "window": [str(result.begins_on), str(result.ends_on)]}
        case LearnedHours():
            return {
                "rule": result.rule,
                "by_segment": {
                    row["segment"]: _with_interval(row, "learned_hours", n=row["n"])
                    for row in result.table.to_dict("records")
                },
            }
        case LoadOutlook():
            team = result.by_team.iloc[-1]
            return {
                "team_load": _with_interval(team, "load"),
                "p_over": team["p_over"],
                "people_overloaded": int((result.by_person["hazard"] == "overload").sum()),
                "statements": result.sensitivity[["statement", "survives", "turns_at"]].to_dict("records"),
            }
        case Season():
            peak = result.peak
            return {"peak_month": peak["month"], "peak_hours": peak["required_hours"], "peak_load": peak["load"]}
        case Rebalancing():
            names = ["hand_overs", "hand_overs_bound", "gap_to_bound", "highest_load", "short_hours"]
            return {"most_load": result.most_load, **_pick(result.team.iloc[0], names)}
        case Transition():
            waves = result.waves
            return {
                "waves": len(waves),
                "members": len(result.assignment),
                "hand_over_hours": waves["hand_over_hours"].sum(),
                "extra_load": waves["extra_load"].max(),
            }
        case PoolPlan():
            names = ["agents", "occupancy", "p_wait", "mean_wait_minutes", "within", "abandoned"]
            failing = result.checks.loc[result.checks["holds"] == "no", "assumption"].tolist()
            return {**_pick(result.chosen, names), "people_needed": result.people_needed, "failing": failing}
        case Enablement():
            names = ["setup_hours", "yearly_hours", "hours_freed"]
            return {**_pick(result.team.iloc[0], names), "checks": len(result.readiness), "met": _met(result)}
    raise TypeError(f"list_capacity: nobody decided which numbers of {type(result).__name__} to list.")


def _pick(row: pd.Series, names: list[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _met(result: Enablement) -> int:
    return int(result.readiness["ready"].sum())


def _with_interval(row: pd.Series | dict[Any, Any], name: str, **more: Any) -> dict[str, Any]:
    return {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"], **more}
