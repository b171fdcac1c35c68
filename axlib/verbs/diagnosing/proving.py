"""Last step: how what was found would be proved, and what a pilot that was run has proved."""

from __future__ import annotations

from dataclasses import dataclass

from axlib.tables.pilot_file import read_pilot
from axlib.verbs.design_effects import PILOT, estimate_pilot_effect
from axlib.verbs.diagnosing.comparing import Compared
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.effect import Effect
from axlib.verbs.pilot import ANALYSIS, Pilot, design_pilot
from axlib.verbs.service_gap import ServiceGap, measure_service_gap
from axlib.verbs.window_outcomes import collect_window_outcomes
from axlib.words.display import count_words, format_day, format_number
from axlib.words.results import Unavailable
from axlib.words.vocabulary import PILOT_ARMS


@dataclass(frozen=True, eq=False)
class Proved:
    """What would prove it; each as ``Diagnosis`` names it."""

    pilot: Pilot | Unavailable
    pilot_effect: Effect | Unavailable


#: Fewer of the members drawn in the cohort, and the window does not begin where the pilot did.
LEAST_FOLLOWED = 0.95


def plan_proof(ground: Groundwork, segmented: Segmented, compared: Compared) -> Proved:
    """Design the pilot that would follow this report; where one was run, read it instead."""
    declared = ground.engagement.settings.evidence.pilot
    if declared is None:
        why = "no pilot is declared under evidence in the engagement file."
        ask = "the assignment file of the pilot, once one has been run"
        return Proved(_design(ground, segmented, compared), Unavailable(PILOT, why, ask))
    why = f"one is declared already: {declared}. Its members are not drawn again."
    return Proved(Unavailable(ANALYSIS, why), _read_back(ground))


def _read_back(ground: Groundwork) -> Effect | Unavailable:
    """Compare the arms of a pilot as they were drawn, on the cohort of the window in which it ran."""
    lots, cohort = read_pilot(ground.engagement), ground.cohort
    if isinstance(cohort, Unavailable) or lots is None:
        return lacking(PILOT, cohort)
    inside = lots["member_id"].isin(cohort.table["member_id"])
    if inside.mean() < LEAST_FOLLOWED:
        opened = cohort.opened_on or "the opening day"
        why = (
            f"of {count_words(len(lots), 'member')} drawn, {format_number(int(inside.sum()))} were members on "
            f"{format_day(opened)}: the window "
            "does not begin where the pilot did."
        )
        return Unavailable(PILOT, why, "a report as of the pilot's last day, with a window of its length")
    by_member = lots.set_index("member_id")
    return estimate_pilot_effect(
        by_member["arm"],
        outcomes=collect_window_outcomes(cohort),
        control=PILOT_ARMS[1],
        strata=by_member["stratum"],
    )


def _design(ground: Groundwork, segmented: Segmented, compared: Compared) -> Pilot | Unavailable:
    settings = ground.engagement.settings
    gap = _measure_gap_today(ground, segmented)
    if isinstance(gap, Unavailable):
        return Unavailable(ANALYSIS, f"whose service to change is not known: {gap.why}", gap.ask)
    keys = settings.pilot
    return design_pilot(
        gap,
        before=compared.service_gap,
        cohort=ground.cohort,
        members=ground.current,
        seed=settings.seed,
        starts_on=ground.engagement.as_of,
        window_months=settings.retention.window_months,
        whom=keys.whom,
        segment=keys.segment,
        cluster=keys.cluster,
        months=keys.months,
        steps=keys.steps,
        power=keys.power,
        margin=keys.margin,
    )


def _measure_gap_today(ground: Groundwork, segmented: Segmented) -> ServiceGap | Unavailable:
    """Of today's members, in the window that ends on the closing day: those whom a pilot could change."""
    engagement, members = ground.engagement, ground.clean.members
    plan, tiers = segmented.plan_segments, ground.tiers
    if isinstance(plan, Unavailable) or isinstance(tiers, Unavailable):
        return lacking("Service gap", plan if isinstance(plan, Unavailable) else tiers)
    stages = members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    return measure_service_gap(
        plan,
        tiers=tiers,
        touches=ground.clean.touches,
        coverage=engagement.segments,
        ends_on=engagement.as_of,
        window_months=engagement.settings.retention.window_months,
        stages=stages,
    )
