"""Fourth step: what team and coverage would deliver the Appropriate Experience."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pandas as pd

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort
from axlib.verbs.coverage import CoveragePlan, plan_coverage, tell_stages
from axlib.verbs.delivery import Delivery, count_work, measure_delivery
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.enablement import Enablement, plan_enablement
from axlib.verbs.hours_model import HoursModel, model_hours
from axlib.verbs.learned_hours import LearnedHours, choose_hours, learn_hours
from axlib.verbs.load_outlook import LoadOutlook, assess_load
from axlib.verbs.pool import PoolPlan, staff_pool
from axlib.verbs.rebalancing import Rebalancing, rebalance_team
from axlib.verbs.rebalancing_needs import read_skills
from axlib.verbs.season import Season, find_renewals, plan_season
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.team import lay_out_team
from axlib.verbs.transition import Transition, plan_transition
from axlib.words.results import Unavailable


@dataclass(frozen=True, eq=False)
class Planned:
    """What serving members would take; each as ``Diagnosis`` names it."""

    delivery: Delivery | Unavailable
    learned_hours: LearnedHours | Unavailable
    hours_model: HoursModel | Unavailable
    coverage: CoveragePlan | Unavailable
    load_outlook: LoadOutlook | Unavailable
    season: Season | Unavailable
    rebalancing: Rebalancing | Unavailable
    transition: Transition | Unavailable
    pool: PoolPlan | Unavailable
    enablement: Enablement | Unavailable


@dataclass(frozen=True, eq=False)
class _Basis:
    """What all plans stand on.

    Attributes
    ----------
    members : DataFrame
        Current members, each with its lifecycle stage as far as it can be told.
    touches : DataFrame or None
        With minutes of all the work.
    coverage : tuple of CoverageSegment
        With the hours to plan with.
    people : DataFrame or None
        See ``lay_out_team``.
    """

    ground: Groundwork
    segments: Segmentation
    members: pd.DataFrame
    stages: pd.Series | None
    touches: pd.DataFrame | None
    coverage: tuple[CoverageSegment, ...]
    hours_source: Literal["assumed", "client", "learned"]
    people: pd.DataFrame | None


def plan_service(
    ground: Groundwork, segmented: Segmented, service_gap: ServiceGap | Unavailable | None = None
) -> Planned:
    """Lay the hours that members call for on the team there is, and on the one there could be."""
    segments = segmented.plan_segments
    if isinstance(segments, Unavailable):
        names = {
            "delivery": "Hours delivered",
            "learned_hours": "Hours learned from contacts",
            "hours_model": "Hours by mode",
            "coverage": "Coverage load",
            "load_outlook": "How sure loads are",
            "season": "Hours by month",
            "rebalancing": "Rebalancing",
            "transition": "Transition in waves",
            "pool": "The pool",
            "enablement": "Enablement",
        }
        missing = {field: lacking(name, segments) for field, name in names.items()}
        return Planned(**missing)
    learned = _learn(ground, segmented, service_gap)
    basis = _lay_basis(ground, segments, learned)
    delivery = _deliver(basis)
    model = model_hours(
        segments,
        coverage=basis.coverage,
        declared=ground.engagement.segments,
        stages=basis.stages,
        delivery=delivery,
        learned=learned,
        hours_source=basis.hours_source,
    )
    keys = ground.engagement.settings.capacity
    coverage = plan_coverage(
        segments,
        members=basis.members,
        staff=ground.clean.staff,
        coverage=basis.coverage,
        utilisation=keys.utilisation,
        hours_source=basis.hours_source,
        as_of=ground.engagement.as_of,
        ramp_by_month=keys.ramp_by_month,
    )
    rebalancing = rebalance_team(
        segments,
        members=basis.members,
        staff=ground.clean.staff,
        coverage=basis.coverage,
        utilisation=keys.utilisation,
        most_load=keys.most_load,
        hours_source=basis.hours_source,
        as_of=ground.engagement.as_of,
        ramp_by_month=keys.ramp_by_month,
    )
    return Planned(
        delivery,
        learned,
        model,
        coverage,
        _outlook(basis, coverage, delivery),
        _season(basis, coverage, delivery),
        rebalancing,
        _transition(basis, rebalancing),
        _pool(basis, model),
        _enablement(basis, coverage, model, delivery),
    )


def _lay_basis(ground: Groundwork, segments: Segmentation, learned: LearnedHours | Unavailable) -> _Basis:
    keys = ground.engagement.settings.capacity
    coverage, source = choose_hours(ground.engagement.segments, learned, source=keys.hours_source)
    members = tell_stages(ground.current, as_of=ground.engagement.as_of)
    stages = members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    touches = count_work(ground.clean.touches, segments, coverage=ground.engagement.segments, logged=keys.logged)
    people = None
    if ground.clean.staff is not None:
        people = lay_out_team(
            ground.clean.staff,
            utilisation=keys.utilisation,
            as_of=ground.engagement.as_of,
            ramp_by_month=keys.ramp_by_month,
        )
    return _Basis(ground, segments, members, stages, touches, coverage, source, people)


def _learn(
    ground: Groundwork, segmented: Segmented, gap: ServiceGap | Unavailable | None
) -> LearnedHours | Unavailable:
    """From the year before the window, of the cohort's members who then stayed or whose hours matched."""
    analysis, cohort, segments = "Hours learned from contacts", ground.cohort, segmented.segments
    keys = ground.engagement.settings
    if isinstance(segments, Unavailable):
        return lacking(analysis, segments)
    if not isinstance(cohort, Cohort) or cohort.opened_on is None:
        why = "no dated cohort tells who was a member, and stayed."
        return Unavailable(analysis, why, "terms or invoices of two years")
    rule = keys.capacity.learn_from
    if rule == "matched":
        if not isinstance(gap, ServiceGap) or gap.ends_on != cohort.opened_on:
            return lacking(analysis, gap) if gap is not None else Unavailable(analysis, "the service gap is not known.")
        well_served = gap.table.loc[gap.table["gap"] == "matched", "member_id"]
    else:
        well_served = cohort.table.loc[~cohort.table["gone"].astype(bool), "member_id"]
    members = ground.members.set_index("member_id")
    return learn_hours(
        segments,
        tiers=ground.tiers_at_start if isinstance(ground.tiers_at_start, Segmentation) else None,
        touches=count_work(
            ground.clean.touches, segments, coverage=ground.engagement.segments, logged=keys.capacity.logged
        ),
        coverage=ground.engagement.segments,
        well_served=well_served,
        rule=rule,
        ends_on=cohort.opened_on,
        window_months=keys.retention.window_months,
        rng=derive_rng(keys.seed, "learn_hours"),
        joined_on=members["joined_on"] if "joined_on" in members.columns else None,
    )


def _deliver(basis: _Basis) -> Delivery | Unavailable:
    ground = basis.ground
    return measure_delivery(
        basis.segments,
        tiers=ground.tiers if isinstance(ground.tiers, Segmentation) else None,
        members=basis.members,
        touches=basis.touches,
        people=basis.people,
        ends_on=ground.engagement.as_of,
        window_months=ground.engagement.settings.retention.window_months,
    )


def _outlook(
    basis: _Basis, coverage: CoveragePlan | Unavailable, delivery: Delivery | Unavailable
) -> LoadOutlook | Unavailable:
    if isinstance(coverage, Unavailable):
        return lacking("How sure loads are", coverage)
    keys = basis.ground.engagement.settings
    return assess_load(
        coverage,
        coverage=basis.coverage,
        rng=derive_rng(keys.seed, "assess_load"),
        uncertainty=keys.capacity.hours_uncertainty,
        delivery=delivery,
        staff=basis.ground.clean.staff,
        touches=basis.touches,
        as_of=basis.ground.engagement.as_of,
        window_months=keys.retention.window_months,
    )


def _season(
    basis: _Basis, coverage: CoveragePlan | Unavailable, delivery: Delivery | Unavailable
) -> Season | Unavailable:
    if isinstance(coverage, Unavailable):
        return lacking("Hours by month", coverage)
    return plan_season(
        basis.segments,
        coverage=basis.coverage,
        renews_on=find_renewals(basis.members, basis.ground.ledger.terms),
        available_hours=float(coverage.team["available_hours"].iloc[0]),
        as_of=basis.ground.engagement.as_of,
        stages=basis.stages,
        delivery=delivery,
        hours_source=basis.hours_source,
    )


def _transition(basis: _Basis, rebalancing: Rebalancing | Unavailable) -> Transition | Unavailable:
    if isinstance(rebalancing, Unavailable):
        return lacking("Transition in waves", rebalancing)
    keys = basis.ground.engagement.settings.capacity
    return plan_transition(
        rebalancing,
        begins_on=basis.ground.engagement.as_of + timedelta(days=1),
        renews_on=find_renewals(basis.members, basis.ground.ledger.terms),
        hand_over_hours=keys.hand_over_hours,
        share=keys.hand_over_share,
        wave_months=keys.wave_months,
    )


def _pool(basis: _Basis, model: HoursModel | Unavailable) -> PoolPlan | Unavailable:
    if isinstance(model, Unavailable):
        return lacking("The pool", model)
    keys = basis.ground.engagement.settings
    pooled = [segment.name for segment in basis.coverage if segment.pooled]
    table = basis.segments.table
    paid = 0.0
    if basis.people is not None:
        paid = float(basis.people.loc[basis.people["here"] & (basis.people["paid_hours"] > 0), "paid_hours"].mean())
    return staff_pool(
        model,
        coverage=basis.coverage,
        touches=basis.touches,
        pool_members=table.loc[table["segment"].isin(pooled), "member_id"],
        paid_hours=paid,
        as_of=basis.ground.engagement.as_of,
        window_months=keys.retention.window_months,
        rng=derive_rng(keys.seed, "staff_pool"),
        **keys.pool.model_dump(),
    )


def _enablement(
    basis: _Basis,
    coverage: CoveragePlan | Unavailable,
    model: HoursModel | Unavailable,
    delivery: Delivery | Unavailable,
) -> Enablement | Unavailable:
    staff = basis.ground.clean.staff
    if isinstance(coverage, Unavailable) or isinstance(model, Unavailable) or staff is None or basis.people is None:
        return lacking("Enablement", coverage if isinstance(coverage, Unavailable) else model)
    pooled = [segment.pooled for segment in basis.coverage]
    may_serve = read_skills(staff, [segment.name for segment in basis.coverage])
    of_the_pool = may_serve.any(axis=1) & ~may_serve[:, [not one for one in pooled]].any(axis=1)
    return plan_enablement(
        basis.segments,
        coverage=basis.coverage,
        plan=coverage,
        model=model,
        staff=staff[basis.people["here"].to_numpy()],
        delivery=delivery,
        pool_is_staffed=bool((of_the_pool & basis.people["here"].to_numpy()).any()),
    )
