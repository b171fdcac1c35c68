"""The headline numbers of outcomes, for ``results.json``: what tells them, who left, differences."""

from __future__ import annotations

from typing import Any

from axlib.verbs.effect import Effect
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.gap_churn import GapChurn


def list_gain(explained: ExplainedOutcomes, outcome: str) -> dict[str, Any] | None:
    """Return how much more of one outcome segments tell than tiers; None where that is not known."""
    table = explained.table
    rows = table[(table["outcome"] == outcome) & (table["contrast"] == "segments - tiers")].to_dict("records")
    if not rows:
        return None
    row = rows[0]
    names = {
        "value": "gain",
        "low": "gain_low",
        "high": "gain_high",
        "p_value": "p_value",
        "n": "n",
        "groups": "groups",
    }
    return {**{key: row[name] for key, name in names.items()}, "level": explained.level}


def list_explained(explained: ExplainedOutcomes) -> dict[str, Any]:
    """Return, per outcome, the share each contender explains and the gain of segments over tiers."""
    found: dict[str, Any] = {}
    for outcome, rows in explained.shares.groupby("outcome", sort=False):
        shares = {
            row["contender"]: {
                "value": row["explained_share"],
                "low": row["explained_share_low"],
                "high": row["explained_share_high"],
            }
            for row in rows.to_dict("records")
        }
        found[str(outcome)] = {**shares, "gain": list_gain(explained, str(outcome))}
    left_out = dict(zip(explained.left_out["outcome"], explained.left_out["why"], strict=True))
    return {"outcomes": found, "left_out": left_out, "groups": explained.groups_note, "level": explained.level}


def list_gap_churn(churn: GapChurn) -> dict[str, Any]:
    """Return churn by service gap, as counted and with the same mix of segments."""
    return {
        row["gap"]: {
            "n": row["n"],
            **{
                name: {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}
                for name in ("logo_churn", "standardised_churn")
            },
        }
        for row in churn.table.to_dict("records")
    }


def list_effect(effect: Effect) -> dict[str, Any]:
    """Return the differences with their intervals, E-values, and level."""
    names = ["outcome", "contrast", "n", "treated", "clusters", "e_value", "e_value_limit", "effective_n", "thin_share"]
    rows = [
        {
            **{name: row[name] for name in names},
            "value": row["estimate"],
            "low": row["estimate_low"],
            "high": row["estimate_high"],
        }
        for row in effect.table.to_dict("records")
    ]
    return {
        "design": effect.design,
        "level": effect.level,
        "because": effect.level_because,
        "adjusted_for": list(effect.adjusted_for),
        "contrasts": rows,
    }
