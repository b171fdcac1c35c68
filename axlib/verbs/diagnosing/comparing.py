"""Fourth step: where revenue tiers and segments disagree, and what became of members."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from axlib.tables.ledger.side_by_side import find_misread
from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort
from axlib.verbs.comparison import Comparison, compare_segmentations
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.delivery import count_work
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.looking_back import LookedBack
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.retention import Retention, measure_retention
from axlib.verbs.retention_cautions import caution_retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap, measure_service_gap
from axlib.words.results import Unavailable


@dataclass(frozen=True, eq=False)
class Compared:
    """What tiers and segments go with; each as ``Diagnosis`` names it."""

    retention: Retention | Unavailable
    comparison: Comparison | Unavailable
    service_gap: ServiceGap | Unavailable


def compare_groupings(ground: Groundwork, segmented: Segmented, start: LookedBack) -> Compared:
    """Lay tiers and segments beside each other, and beside what became of members."""
    return Compared(
        _retention(ground, segmented), _comparison(ground, segmented), _service_gap(ground, segmented, start)
    )


def _retention(ground: Groundwork, segmented: Segmented) -> Retention | Unavailable:
    if isinstance(ground.cohort, Unavailable):
        return ground.cohort
    groupings = {"tier": ground.tiers_at_start, "segment": segmented.segments}
    retention = measure_retention(
        ground.cohort,
        groupings={name: grouping for name, grouping in groupings.items() if isinstance(grouping, Segmentation)},
        rng=derive_rng(ground.engagement.settings.seed, "measure_retention"),
    )
    return caution_retention(
        retention,
        ground.cohort,
        members=ground.clean.members,
        terms=ground.ledger.terms,
        amounts_are_misread=find_misread(ground.clean) is not None,
    )


def _comparison(ground: Groundwork, segmented: Segmented) -> Comparison | Unavailable:
    tiers, segments = ground.tiers, segmented.plan_segments
    if isinstance(segments, Unavailable) or isinstance(tiers, Unavailable):
        return lacking("Comparison of tiers and segments", segments if isinstance(segments, Unavailable) else tiers)
    currency = ground.engagement.settings.currency
    stages = _stages(ground)
    hours = hours_by_member(segments, coverage=ground.engagement.segments, stages=stages)
    return compare_segmentations(
        tiers,
        segments,
        dues=ground.current,
        hours=hours.set_index("member_id")["required_hours"],
        currency=currency,
    )


def _stages(ground: Groundwork) -> pd.Series | None:
    members = ground.clean.members
    return members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None


def _service_gap(ground: Groundwork, segmented: Segmented, start: LookedBack) -> ServiceGap | Unavailable:
    """In the window before outcomes are counted, of the cohort; where that has no touches, the latest window."""
    engagement, clean, cohort = ground.engagement, ground.clean, ground.cohort
    months, logged = engagement.settings.retention.window_months, engagement.settings.capacity.logged
    segments, stages = start.segments_at_start, _stages(ground)
    gap: ServiceGap | Unavailable = lacking(
        "Service gap", ground.tiers if isinstance(segments, Segmentation) else segments
    )
    if (
        isinstance(cohort, Cohort)
        and cohort.opened_on
        and isinstance(ground.tiers_at_start, Segmentation)
        and isinstance(segments, Segmentation)
    ):
        gap = measure_service_gap(
            segments,
            tiers=ground.tiers_at_start,
            touches=count_work(clean.touches, segments, coverage=engagement.segments, logged=logged),
            coverage=engagement.segments,
            ends_on=cohort.opened_on,
            window_months=months,
            stages=stages,
        )
    plan, tiers = segmented.plan_segments, ground.tiers
    if isinstance(gap, Unavailable) and isinstance(plan, Segmentation) and isinstance(tiers, Segmentation):
        gap = measure_service_gap(
            plan,
            tiers=tiers,
            touches=count_work(clean.touches, plan, coverage=engagement.segments, logged=logged),
            coverage=engagement.segments,
            ends_on=engagement.as_of,
            window_months=months,
            stages=stages,
        )
    return gap
