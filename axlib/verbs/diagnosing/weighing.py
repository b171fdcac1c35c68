"""Fifth step: what tiers, segments and service go with, and how strongly that may be said."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from axlib.tables.attributes import Attributes
from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort
from axlib.verbs.confounders import collect_confounders, read_negative_control
from axlib.verbs.design_effects import ROLLOUT, estimate_rollout_effect
from axlib.verbs.diagnosing.comparing import Compared
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.looking_back import LookedBack
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.effect import Effect
from axlib.verbs.explained_outcomes import ANALYSIS as EXPLAINED
from axlib.verbs.explained_outcomes import ExplainedOutcomes, explain_outcomes
from axlib.verbs.gap_churn import ANALYSIS as CHURN
from axlib.verbs.gap_churn import GapChurn, measure_gap_churn
from axlib.verbs.gap_effect import ANALYSIS as EFFECT
from axlib.verbs.gap_effect import estimate_gap_effect
from axlib.verbs.rollout_panel import follow_units, read_rollout
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.window_outcomes import collect_window_outcomes
from axlib.words.results import Unavailable


@dataclass(frozen=True, eq=False)
class Weighed:
    """How strong the evidence is; each as ``Diagnosis`` names it."""

    explained: ExplainedOutcomes | Unavailable
    gap_churn: GapChurn | Unavailable
    gap_effect: Effect | Unavailable
    rollout_effect: Effect | Unavailable


def weigh_evidence(ground: Groundwork, segmented: Segmented, start: LookedBack, compared: Compared) -> Weighed:
    """Weigh tiers, segments and service by what became of the cohort."""
    cohort, gap = ground.cohort, compared.service_gap
    churn: GapChurn | Unavailable
    if isinstance(cohort, Unavailable) or isinstance(gap, Unavailable):
        churn = lacking(CHURN, cohort if isinstance(cohort, Unavailable) else gap)
    else:
        churn = measure_gap_churn(gap, cohort)
    return Weighed(
        _explained(ground, segmented, start),
        churn,
        _effect(ground, segmented, start, gap, churn),
        _rollout(ground),
    )


def _served_by(ground: Groundwork) -> pd.Series | None:
    members = ground.clean.members
    if "staff_id" not in members.columns or members["staff_id"].isna().all():
        return None
    return members.set_index("member_id")["staff_id"]


def _explained(ground: Groundwork, segmented: Segmented, start: LookedBack) -> ExplainedOutcomes | Unavailable:
    cohort, segments, tiers = ground.cohort, start.segments_at_start, ground.tiers_at_start
    for missing in (cohort, segments, tiers):
        if isinstance(missing, Unavailable):
            return lacking(EXPLAINED, missing)
    assert isinstance(cohort, Cohort) and isinstance(segments, Segmentation) and isinstance(tiers, Segmentation)
    outcomes = collect_window_outcomes(cohort, touches=ground.clean.touches, outcomes=ground.clean.outcomes)
    made_of = list(segmented.attributes.kinds) if isinstance(segmented.attributes, Attributes) else []
    if not start.dated and _seen_in_contacts(segmented):
        # Contacts of the outcome window would tell themselves.
        outcomes = outcomes.drop(columns="delivered_hours", errors="ignore")
    return explain_outcomes(
        tiers,
        segments,
        outcomes=outcomes.drop(columns=[name for name in outcomes.columns if name in made_of]),
        dues=cohort.table.set_index("member_id")["opening"],
        clusters=_served_by(ground),
        attributes=made_of,
        dated=start.dated,
        rng=derive_rng(ground.engagement.settings.seed, "explain_outcomes"),
    )


def _seen_in_contacts(segmented: Segmented) -> bool:
    attributes = segmented.attributes
    return isinstance(attributes, Attributes) and bool((attributes.sources["source"] == "touches").any())


def _effect(
    ground: Groundwork,
    segmented: Segmented,
    start: LookedBack,
    gap: ServiceGap | Unavailable,
    churn: GapChurn | Unavailable,
) -> Effect | Unavailable:
    cohort = ground.cohort
    if isinstance(gap, Unavailable) or isinstance(cohort, Unavailable) or isinstance(churn, Unavailable):
        return lacking(EFFECT, churn)
    declared = ground.engagement.settings.evidence
    attributes = segmented.attributes.table if isinstance(segmented.attributes, Attributes) else None
    return estimate_gap_effect(
        gap,
        outcomes=collect_window_outcomes(cohort),
        confounders=collect_confounders(
            cohort, ground.clean.members, names=declared.confounders, attributes=attributes, day=gap.begins_on
        ),
        clusters=_served_by(ground),
        negative_control=read_negative_control(ground.clean.members, declared.negative_control),
        dated=start.dated,
        rng=derive_rng(ground.engagement.settings.seed, "estimate_gap_effect"),
    )


def _rollout(ground: Groundwork) -> Effect | Unavailable:
    declared = ground.engagement.settings.evidence.rollout
    if declared is None:
        why = "no roll-out is declared under evidence in the engagement file."
        return Unavailable(
            ROLLOUT, why, "the day each chapter, or each manager's members, came under a new way of service"
        )
    reached = read_rollout(ground.clean.members, declared)
    if isinstance(reached, Unavailable):
        return reached
    if isinstance(ground.cohort, Unavailable) or ground.cohort.source != "terms":
        return Unavailable(
            ROLLOUT, "who left in which quarter is only known from terms.", "membership terms or invoices"
        )
    panel = follow_units(
        ground.ledger.terms,
        reached,
        until=ground.engagement.as_of,
        grace_days=ground.engagement.settings.retention.grace_days,
    )
    if isinstance(panel, Unavailable):
        return panel
    of_whom = f"members whose {reached.unit.replace('_', ' ')} was reached"
    return estimate_rollout_effect(panel, reached=reached.days, of_whom=of_whom)
