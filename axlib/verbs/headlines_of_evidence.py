"""The headline numbers about evidence, for ``results.json``: by which rules, what changed, what could be proved."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from axlib.tables.attributes import Attributes
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.pilot import Pilot
from axlib.verbs.run_changes import RunChanges


def list_definitions(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the rules the numbers were made by; numbers of two runs are compared only where these are the same."""
    settings = diagnosis.engagement.settings
    segments = [segment.model_dump(mode="json") for segment in diagnosis.engagement.segments]
    return {
        **settings.retention.model_dump(mode="json"),
        "as_known": settings.as_known,
        "tiers": settings.tiers.model_dump(mode="json"),
        "segments": hashlib.sha256(json.dumps(segments, sort_keys=True).encode("utf-8")).hexdigest(),
        "segments_method": diagnosis.method_choice.used,
        "attributes": sorted(diagnosis.attributes.kinds) if isinstance(diagnosis.attributes, Attributes) else [],
        **settings.capacity.model_dump(mode="json"),
        "currency": settings.currency,
    }


def list_changes(changes: RunChanges) -> dict[str, Any]:
    """Return what changed since the last report."""
    return {
        "since": changes.since.isoformat(),
        "windows_overlap": changes.overlaps,
        "measures": changes.table.drop(columns="unit").to_dict("records"),
        "findings": changes.findings.to_dict("records"),
    }


def list_pilot(pilot: Pilot) -> dict[str, Any]:
    """Return what a pilot is and could show; who is in it stays in its own file."""
    return {
        "whom": pilot.whom,
        "segment": pilot.segment,
        "members": {"changed": pilot.n_changed, "usual": pilot.n_usual},
        "base_rate": {"value": pilot.rate, "n": pilot.followed},
        "detectable_fall": pilot.detectable,
        "detectable_fall_stepped_wedge": pilot.wedge_falls,
        "power_asked": pilot.power_asked,
        "margin": pilot.margin,
        "seed": pilot.seed,
        "fingerprint": pilot.fingerprint,
        "sizes": pilot.sizes.to_dict("records"),
    }
