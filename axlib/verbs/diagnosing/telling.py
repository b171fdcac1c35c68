"""What may be told: the groupings as they were fixed, what was declared, and the findings."""

from __future__ import annotations

from axlib.tables.attributes import Attributes
from axlib.verbs.claims_on_outcomes import Evidence, list_needs
from axlib.verbs.diagnosing.comparing import Compared
from axlib.verbs.diagnosing.costing import Costed
from axlib.verbs.diagnosing.groundwork import Groundwork
from axlib.verbs.diagnosing.looking_back import LookedBack
from axlib.verbs.diagnosing.planning import Planned
from axlib.verbs.diagnosing.proving import Proved
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.diagnosing.weighing import Weighed
from axlib.verbs.findings import Findings, arrange_findings, grade_findings
from axlib.verbs.fixing import FixedGroupings
from axlib.verbs.segments import Segmentation
from axlib.words.results import Unavailable


def list_groupings(
    ground: Groundwork, segmented: Segmented, start: LookedBack
) -> dict[str, Segmentation | Unavailable]:
    """The groupings that outcomes are laid beside."""
    return {
        "Segments": segmented.segments,
        "Segments at the opening": start.segments_at_start,
        "Revenue tiers at the opening": ground.tiers_at_start,
    }


def tell_findings(
    ground: Groundwork,
    segmented: Segmented,
    compared: Compared,
    weighed: Weighed,
    planned: Planned,
    costed: Costed,
    proved: Proved,
    fixed: FixedGroupings,
) -> Findings:
    """Grade what was found, by what was declared before outcomes were read and what was kept until after."""
    declared = ground.engagement.settings.evidence
    pilot = ground.engagement.settings.pilot
    designs = (("rollout_effect", declared.rollout), ("pilot_effect", declared.pilot))
    evidence = Evidence(
        weighed.explained,
        weighed.gap_churn,
        weighed.gap_effect,
        weighed.rollout_effect,
        proved.pilot_effect,
        primary=declared.primary,
        hours_are_assumed=ground.engagement.settings.capacity.hours_source == "assumed",
        margin=pilot.margin if pilot.whom == "over" else None,
        designs=tuple(name for name, is_named in designs if is_named is not None),
        needs=list_needs(
            segmented.segments,
            stability=segmented.stability,
            perturbation=segmented.perturbation,
            fixed=fixed,
            overridden=_count_overridden(ground, segmented),
        ),
    )
    found = grade_findings(
        retention=compared.retention,
        comparison=compared.comparison,
        service_gap=compared.service_gap,
        coverage=planned.coverage,
        blindness=segmented.blindness,
        **vars(costed),
        evidence=evidence,
    )
    chosen = ground.engagement.settings.report.findings
    return arrange_findings(found, first=chosen.first, withhold=chosen.withhold)


def _count_overridden(ground: Groundwork, segmented: Segmented) -> int:
    """Answers behind the segments that a consultant set by hand."""
    if not isinstance(segmented.attributes, Attributes):
        return 0
    return int(ground.clean.overrides["column"].isin(list(segmented.attributes.kinds)).sum())
