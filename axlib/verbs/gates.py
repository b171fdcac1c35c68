"""What stands before any segment: success potential, and a declared risk.

Both may know the outcome, so plans use them and evidence leaves them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.segments import Segmentation

#: Members the association cannot serve: set apart, no Coverage Segment.
NO_POTENTIAL = "no success potential"
#: Reasons of members whose segment was declared, perhaps by who knew what became of them.
DECLARED = ("declared at risk", "declared without success potential")


def apply_gates(segments: Segmentation, *, members: pd.DataFrame, coverage: Sequence[CoverageSegment]) -> Segmentation:
    """Set members without success potential apart, and send those declared at risk to the Task Force.

    Parameters
    ----------
    segments : Segmentation
    members : DataFrame
        ``member_id``, perhaps ``success_potential`` and ``declared_at_risk``.
    coverage : sequence of CoverageSegment
        The Task Force is the one marked so, also where no other member calls for it; without one a declared
        risk changes nothing.
    """
    table, names = segments.table, segments.segments
    rows = members.set_index("member_id").reindex(table["member_id"])
    task_force = next((segment.name for segment in coverage if segment.task_force), None)
    if task_force and "declared_at_risk" in rows.columns:
        at_risk = rows["declared_at_risk"].fillna(False).to_numpy(dtype=bool)
        names = names if task_force in names or not at_risk.any() else (*names, task_force)
        table = table.assign(
            segment=table["segment"].mask(at_risk, task_force),
            reason=table["reason"].mask(at_risk, DECLARED[0]),
            confidence=table["confidence"].mask(at_risk, 1.0),
        )
    if "success_potential" in rows.columns:
        apart = (~rows["success_potential"].fillna(True).astype(bool)).to_numpy()
        if apart.any():
            table = table.assign(
                segment=table["segment"].mask(apart, NO_POTENTIAL),
                reason=table["reason"].mask(apart, DECLARED[1]),
                confidence=table["confidence"].mask(apart, 1.0),
            )
            names = (*(name for name in names if name != NO_POTENTIAL), NO_POTENTIAL)
    return replace(segments, table=table, segments=names)
