"""The list the team works with: every member, its segment, and why."""

from __future__ import annotations

import pandas as pd

from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.explanation import Explanation
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap

_COLUMNS = (
    "member_id", "name", "status", "member_type", "staff_id", "revenue_tier", "annual_dues", "ax_segment",
    "confidence", "reason", "runner_up", "pulled_by", "pulled_away_by", "would_change", "class_segment",
    "required_hours", "delivered_hours", "service_gap",
)  # fmt: skip


def list_members(diagnosis: Diagnosis) -> pd.DataFrame:
    """List all members with what the diagnosis says of each.

    Returns
    -------
    DataFrame, one row per member
        Who it is, ``revenue_tier``, ``ax_segment`` (for plans) with ``confidence`` and ``reason``, what
        pulled it there and away, the runner-up and what single answer would change it (current members; not in
        the client's view),
        ``class_segment`` (by the fitted classes), ``service_gap`` with hours; missing where not known.
    """
    members = diagnosis.clean.members
    kept = [name for name in _COLUMNS if name in members.columns]
    table = members[kept]
    if isinstance(diagnosis.tiers, Segmentation):
        tiers = diagnosis.tiers.table[["member_id", "segment"]].rename(columns={"segment": "revenue_tier"})
        table = table.merge(tiers, on="member_id", how="left")
    if isinstance(diagnosis.plan_segments, Segmentation):
        segments = diagnosis.plan_segments.table.rename(columns={"segment": "ax_segment"})
        table = table.merge(segments, on="member_id", how="left")
    if isinstance(diagnosis.explanation, Explanation) and "member_id" in diagnosis.explanation.members.columns:
        columns = ["member_id", "runner_up", "pulled_by", "pulled_away_by", "would_change"]
        table = table.merge(diagnosis.explanation.members[columns], on="member_id", how="left")
    if isinstance(diagnosis.classes, Segmentation):
        classes = diagnosis.classes.table[["member_id", "segment"]].rename(columns={"segment": "class_segment"})
        table = table.merge(classes, on="member_id", how="left")
    if isinstance(diagnosis.service_gap, ServiceGap):
        gap = diagnosis.service_gap.table.rename(columns={"gap": "service_gap"})
        columns = ["member_id", "required_hours", "delivered_hours", "service_gap"]
        table = table.merge(gap[columns], on="member_id", how="left")
    return table[[name for name in _COLUMNS if name in table.columns]]
