"""The files of a run beside its pages: what the team needs, and the record of how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.member_list import list_members
from axlib.verbs.pilot import Pilot
from axlib.verbs.pilot_protocol import write_protocol
from axlib.verbs.provenance import trace_provenance
from axlib.verbs.segments import Segmentation
from axlib.verbs.surrogate import Surrogate, write_rules
from axlib.words.table_faces import table_to_csv


def describe_run(diagnosis: Diagnosis, run_id: str, now: datetime) -> dict[str, str]:
    """Return what stands at the foot of every page: where it comes from."""
    rows = trace_provenance(diagnosis).table
    return {
        "Run": run_id,
        "Made": f"{now:%Y-%m-%d %H:%M} UTC",
        **dict(zip(rows["what"], rows["value"], strict=True)),
    }


def write_tables(diagnosis: Diagnosis, folder: Path) -> None:
    """Write what the team needs and the client must not see."""
    internal = folder / "internal"
    members = list_members(diagnosis)
    members.to_parquet(internal / "members.parquet")
    (internal / "members.csv").write_text(table_to_csv(members), "utf-8-sig", newline="")
    diagnosis.clean.ledger.to_parquet(internal / "ledger.parquet")
    (internal / "quarantine.csv").write_text(table_to_csv(diagnosis.clean.quarantine), "utf-8-sig", newline="")
    (internal / "duplicates.csv").write_text(table_to_csv(diagnosis.data_check.duplicates), "utf-8-sig", newline="")
    if isinstance(diagnosis.intake_plan, IntakePlan):
        order = table_to_csv(diagnosis.intake_plan.table)
        (internal / "whom_to_ask.csv").write_text(order, "utf-8-sig", newline="")
    if isinstance(diagnosis.pilot, Pilot):
        _write_pilot(diagnosis.pilot, internal, client=diagnosis.engagement.client)
    # Of a class without a name nobody knows the hours; the consultant names it first.
    with_hours = {segment.name for segment in diagnosis.engagement.segments}
    if isinstance(diagnosis.surrogate, Surrogate) and with_hours.issuperset(
        segment.name for segment in diagnosis.surrogate.segments
    ):
        rules = write_rules(diagnosis.surrogate, segments=diagnosis.engagement.segments)
        (internal / "segments_by_hand.yml").write_text(rules, "utf-8")
    if isinstance(diagnosis.classes, Segmentation):
        (internal / "model.json").write_text(diagnosis.classes.model, "utf-8")


def _write_pilot(pilot: Pilot, internal: Path, *, client: str) -> None:
    """Write the lots and the plan; both are kept from before the pilot begins."""
    lots = table_to_csv(pilot.assignment)
    (internal / "pilot_assignment.csv").write_text(lots, "utf-8-sig", newline="")
    (internal / "pilot_protocol.md").write_text(write_protocol(pilot, client=client), "utf-8")
    if len(pilot.clusters):
        order = table_to_csv(pilot.clusters)
        (internal / "pilot_clusters.csv").write_text(order, "utf-8-sig", newline="")


def record_run(
    diagnosis: Diagnosis,
    parameters: Mapping[str, object],
    run_id: str,
    now: datetime,
    seconds: Mapping[str, float],
    raised: list[str],
) -> dict[str, Any]:
    """Return what ``run.json`` holds: parameters, inputs, versions, seed, warnings, timings."""
    sources = diagnosis.sources.to_dict("records")
    return {
        "run_id": run_id,
        "started_at": now.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "name": diagnosis.engagement.name,
        "parameters": dict(parameters),
        "seed": diagnosis.engagement.settings.seed,
        "inputs": [
            {"table": row["table"], "file": row["file"], "rows": int(row["rows"]), "sha256": row["sha256"]}
            for row in sources
        ],
        "versions": {name: version(name) for name in ("axlib", "pandas", "numpy", "scipy", "papermill", "nbconvert")},
        "segments_fingerprint": getattr(diagnosis.segments, "fingerprint", None),
        "warnings": raised,
        "seconds": {step: round(value, 3) for step, value in seconds.items()},
    }
