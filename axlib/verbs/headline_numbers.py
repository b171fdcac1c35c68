"""The headline numbers of a diagnosis as plain data: what ``results.json`` holds.

All numbers are raw. An analysis that could not be done is ``{"available": false, "why": …}``. The schema is
``results.schema.json`` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from axlib.verbs.capacity_numbers import list_capacity
from axlib.verbs.classes import Stability
from axlib.verbs.comparison import Comparison, MethodAgreement
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.existence import Existence
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.headlines_available import list_absent, list_if_there
from axlib.verbs.headlines_of_evidence import list_changes, list_definitions, list_pilot
from axlib.verbs.headlines_of_money import list_change, list_economics, list_scenarios
from axlib.verbs.headlines_of_outcomes import list_effect, list_explained, list_gain, list_gap_churn
from axlib.verbs.headlines_of_retention import list_retention, list_survival
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import (
    GAPS,
)
from axlib.verbs.success_vector import COUNTS, SuccessVector
from axlib.words.results import Unavailable

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
            "definitions": list_definitions(diagnosis),
            "data": _data(diagnosis),
            "segments": _segments(diagnosis),
            "tiers": list_if_there(diagnosis.tiers, lambda tiers: {"sizes": tiers.sizes}),
            "comparison": _comparison(diagnosis.comparison, diagnosis.explained),
            "service_gap": _service_gap(diagnosis),
            "capacity": _capacity(diagnosis),
            "success_vector": _success_vector(diagnosis.success_vector),
            "retention": list_retention(diagnosis.retention, diagnosis.retention_years, diagnosis.retention_rules),
            "survival": list_if_there(diagnosis.survival, list_survival),
            "economics": list_if_there(diagnosis.economics, list_economics),
            "scenarios": list_if_there(diagnosis.scenarios, list_scenarios),
            "retention_change": list_if_there(diagnosis.retention_change, list_change),
            "pilot": list_if_there(diagnosis.pilot, list_pilot),
            "pilot_effect": list_if_there(diagnosis.pilot_effect, list_effect),
            "changes": list_if_there(diagnosis.changes, list_changes),
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
        return list_absent(segments)
    blindness, stability = diagnosis.blindness, diagnosis.stability
    classes = diagnosis.classes
    agreement = diagnosis.method_agreement
    is_blind = isinstance(blindness, DuesBlindness)
    return {
        "method": segments.method,
        "k": len(segments.classes) if segments.method == "classes" else len(segments.segments),
        "sizes": segments.sizes,
        "undetermined": segments.undetermined,
        "stability": stability.by_segment if isinstance(stability, Stability) else list_absent(stability),
        # How well attributes reproduce dues may be unknown; then nothing is claimed.
        "dues_blind": blindness.claim
        if isinstance(blindness, DuesBlindness) and not math.isnan(blindness.r2)
        else None,
        "assignments_ignore_dues": True if is_blind else None,
        "dues_r2_on_attributes": blindness.r2 if isinstance(blindness, DuesBlindness) else None,
        "existence": list_if_there(diagnosis.existence, _existence),
        "classes": {
            "k": len(classes.classes),
            "sizes": classes.sizes,
            "undetermined": classes.undetermined,
            "kappa_with_rules": agreement.kappa if isinstance(agreement, MethodAgreement) else None,
        }
        if isinstance(classes, Segmentation)
        else list_absent(classes),
        "fingerprint": segments.fingerprint,
    }


def _existence(existence: Existence) -> dict[str, Any]:
    row = existence.table.iloc[0]
    names = ["k", "n", "gain", "gain_without_groups", "p_value", "power", "reading"]
    return {**{name: row[name] for name in names}, "n_worlds": len(existence.worlds)}


def _comparison(comparison: Comparison | Unavailable, explained: ExplainedOutcomes | Unavailable) -> dict[str, Any]:
    if isinstance(comparison, Unavailable):
        return list_absent(comparison)
    row = comparison.agreement.iloc[0]
    by_tier = {tier: rows.to_dict("records") for tier, rows in comparison.crossover.groupby("tier", sort=False)}
    return {
        "n": row["n"],
        "ari": row["ari"],
        "ami": row["ami"],
        "cramers_v": row["cramers_v"],
        "deviance_gain": _gain(explained, "churn"),
        "explained": list_if_there(explained, list_explained),
        "crossover": {tier: {row["segment"]: row["members"] for row in rows} for tier, rows in by_tier.items()},
    }


def _gain(explained: ExplainedOutcomes | Unavailable, outcome: str) -> dict[str, Any]:
    if isinstance(explained, Unavailable):
        return list_absent(explained)
    gain = list_gain(explained, outcome)
    why = explained.left_out.set_index("outcome")["why"].get(outcome, "it is not known.")
    return gain or {"available": False, "why": f"{outcome}: {why}"}


def _service_gap(diagnosis: Diagnosis) -> dict[str, Any]:
    gap, churn = diagnosis.service_gap, diagnosis.gap_churn
    if isinstance(gap, Unavailable):
        return list_absent(gap)
    if not any(gap.totals.values()):
        return {"available": False, "why": gap.text}
    rows = gap.by_tier.to_dict("records")
    effects = {"effect": diagnosis.gap_effect, "rollout": diagnosis.rollout_effect}
    return {
        "churn": list_if_there(churn, list_gap_churn),
        **{name: list_if_there(item, list_effect) for name, item in effects.items()},
        **gap.totals,
        "window": [gap.begins_on.isoformat(), gap.ends_on.isoformat()],
        "by_tier": {row["group"]: {name: row[name] for name in GAPS} for row in rows},
    }


def _capacity(diagnosis: Diagnosis) -> dict[str, Any]:
    coverage = diagnosis.coverage
    if isinstance(coverage, Unavailable):
        return list_absent(coverage)
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
        "unassigned": {"members": coverage.unassigned, "required_hours": coverage.unassigned_hours},
        **list_capacity(diagnosis),
    }


def _success_vector(vector: SuccessVector | Unavailable) -> dict[str, Any]:
    if isinstance(vector, Unavailable):
        return list_absent(vector)
    rows = vector.by_segment.to_dict("records")
    return {
        **{COUNTS[state]: None if math.isnan(total) else int(total) for state, total in vector.totals.items()},
        "drifting_after": vector.drifting_after,
        "off_course_after": vector.off_course_after,
        "by_segment": {
            row["segment"]: {
                **{name: row[name] for name in ("n", *COUNTS.values())},
                "on_course_share": _interval_of(
                    row, "on_course_share", row["on_course"] + row["drifting"] + row["off_course"]
                ),
                "kept_share": _interval_of(row, "kept_share", row["due_members"]),
            }
            for row in rows
        },
    }


def _interval_of(row: Mapping[Any, Any], name: str, n: float) -> dict[str, Any]:
    return {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"], "n": n}
