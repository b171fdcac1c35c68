"""The headline numbers of a diagnosis as plain data: what ``results.json`` holds.

All numbers are raw. An analysis that could not be done is ``{"available": false, "why": …}``. The schema is
``results.schema.json`` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from axlib.verbs.classes import Stability
from axlib.verbs.comparison import Comparison, MethodAgreement
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.economics import Economics
from axlib.verbs.existence import Existence
from axlib.verbs.retention import RATIOS, Retention
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import GAPS, ServiceGap
from axlib.words.results import Result, Unavailable

SCHEMA_VERSION = 1
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")


def list_headlines(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return every headline number with interval, n and evidence level.

    Returns
    -------
    dict
        As ``results.schema.json`` has it; only what JSON can hold, NaN being None.
    """
    return _plain(
        {
            "schema_version": SCHEMA_VERSION,
            "client": diagnosis.engagement.client,
            "as_of": diagnosis.engagement.as_of.isoformat(),
            "data": _data(diagnosis),
            "segments": _segments(diagnosis),
            "tiers": {"sizes": diagnosis.tiers.sizes}
            if isinstance(diagnosis.tiers, Segmentation)
            else _absent(diagnosis.tiers),
            "retention": _retention(diagnosis.retention),
            "comparison": _comparison(diagnosis.comparison),
            "service_gap": _service_gap(diagnosis.service_gap),
            "capacity": _capacity(diagnosis.coverage),
            "economics": _economics(diagnosis.economics),
            "scenarios": _scenarios(diagnosis.scenarios),
            "retention_change": _change(diagnosis.retention_change),
            "findings": diagnosis.findings.table.to_dict("records"),
        }
    )


def write_headlines(diagnosis: Diagnosis) -> str:
    """Write the headline numbers as JSON text: the same diagnosis gives the same bytes."""
    return json.dumps(list_headlines(diagnosis), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if value is pd.NA else value


def _absent(result: Result) -> dict[str, Any]:
    why = result.why if isinstance(result, Unavailable) else "not computed."
    return {"available": False, "why": why}


def _data(diagnosis: Diagnosis) -> dict[str, Any]:
    accounts = diagnosis.clean.accounts.to_dict("records")
    names = ["read", "kept", "merged", "quarantined"]
    return {
        **{str(row["table"]): {name: row[name] for name in names} for row in accounts},
        "cells_changed": len(diagnosis.clean.ledger),
        "overrides": len(diagnosis.clean.overrides),
    }


def _segments(diagnosis: Diagnosis) -> dict[str, Any]:
    segments = diagnosis.plan_segments
    if not isinstance(segments, Segmentation):
        return _absent(segments)
    blindness, stability = diagnosis.blindness, diagnosis.stability
    classes = diagnosis.classes
    agreement = diagnosis.method_agreement
    is_blind = isinstance(blindness, DuesBlindness)
    return {
        "method": segments.method,
        "k": len(segments.classes) if segments.method == "classes" else len(segments.segments),
        "sizes": segments.sizes,
        "undetermined": segments.undetermined,
        "stability": stability.by_segment if isinstance(stability, Stability) else _absent(stability),
        # How well attributes reproduce dues may be unknown; then nothing is claimed.
        "dues_blind": blindness.claim
        if isinstance(blindness, DuesBlindness) and not math.isnan(blindness.r2)
        else None,
        "assignments_ignore_dues": True if is_blind else None,
        "dues_r2_on_attributes": blindness.r2 if isinstance(blindness, DuesBlindness) else None,
        "existence": _existence(diagnosis.existence),
        "classes": {
            "k": len(classes.classes),
            "sizes": classes.sizes,
            "undetermined": classes.undetermined,
            "kappa_with_rules": agreement.kappa if isinstance(agreement, MethodAgreement) else None,
        }
        if isinstance(classes, Segmentation)
        else _absent(classes),
        "fingerprint": segments.fingerprint,
    }


def _existence(existence: Existence | Unavailable) -> dict[str, Any]:
    if isinstance(existence, Unavailable):
        return _absent(existence)
    row = existence.table.iloc[0]
    names = ["k", "n", "gain", "gain_without_groups", "p_value", "power", "reading"]
    return {**{name: row[name] for name in names}, "n_worlds": len(existence.worlds)}


def _measures(row: Mapping[Any, Any], withheld: dict[str, str]) -> dict[str, Any]:
    return {
        name: {"available": False, "why": withheld[name]}
        if name in withheld
        else {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"], "n": row["n"]}
        for name in RATIOS
    }


def _retention(retention: Retention | Unavailable) -> dict[str, Any]:
    if isinstance(retention, Unavailable):
        return _absent(retention)
    rows = retention.table.to_dict("records")
    groups = {
        f"by_{grouping}": {
            row["group"]: _measures(row, retention.withheld) for row in rows if row["grouping"] == grouping
        }
        for grouping in ("tier", "segment")
    }
    return {**_measures(rows[0], retention.withheld), **groups}


def _comparison(comparison: Comparison | Unavailable) -> dict[str, Any]:
    if isinstance(comparison, Unavailable):
        return _absent(comparison)
    row = comparison.agreement.iloc[0]
    by_tier = {tier: rows.to_dict("records") for tier, rows in comparison.crossover.groupby("tier", sort=False)}
    return {
        "n": row["n"],
        "ari": row["ari"],
        "ami": row["ami"],
        "cramers_v": row["cramers_v"],
        "deviance_gain": {"available": False, "why": "the values behind the segments carry no dates."},
        "crossover": {tier: {row["segment"]: row["members"] for row in rows} for tier, rows in by_tier.items()},
    }


def _service_gap(gap: ServiceGap | Unavailable) -> dict[str, Any]:
    if isinstance(gap, Unavailable):
        return _absent(gap)
    rows = gap.by_tier.to_dict("records")
    return {
        **gap.totals,
        "window": [gap.begins_on.isoformat(), gap.ends_on.isoformat()],
        "by_tier": {row["group"]: {name: row[name] for name in GAPS} for row in rows},
    }


def _capacity(coverage: CoveragePlan | Unavailable) -> dict[str, Any]:
    if isinstance(coverage, Unavailable):
        return _absent(coverage)
    names = ["members", "required_hours", "available_hours", "load"]
    team = coverage.team.iloc[0]
    return {
        "staff": {
            row["staff_id"]: {name: row[name] for name in names} for row in coverage.by_person.to_dict("records")
        },
        "team_load": team["load"],
        "residual_hours": team["residual_hours"],
        "residual_fte": team["residual_fte"],
        "utilisation": coverage.utilisation,
        "level": "S" if coverage.hours_source == "assumed" else "0",
    }


def _economics(economics: Economics | Unavailable) -> dict[str, Any]:
    if isinstance(economics, Unavailable):
        return _absent(economics)
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


def _scenarios(scenarios: Scenario | Unavailable) -> dict[str, Any]:
    if isinstance(scenarios, Unavailable):
        return _absent(scenarios)
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


def _change(change: RetentionChange | Unavailable) -> dict[str, Any]:
    if isinstance(change, Unavailable):
        return _absent(change)
    keys = ["earlier", "later", "change", "change_low", "change_high", "part_of_nrr"]
    return {row["measure"]: {key: row[key] for key in keys} for row in change.table.to_dict("records")}
