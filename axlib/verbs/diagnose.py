"""``diagnose``: every verb once, on one engagement. The one place where the numbers of a report are made."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from axlib.tables.attributes import Attributes
from axlib.tables.cleaning import CleanTables, clean_tables
from axlib.tables.data_check import check_data
from axlib.tables.engagement import Engagement
from axlib.tables.reading import read_tables
from axlib.tables.terms import build_terms
from axlib.verbs.assignment import assign_segments, derive_rng, prove_dues_blindness
from axlib.verbs.classes import Stability, assess_stability
from axlib.verbs.cohort import Cohort, build_cohort
from axlib.verbs.comparison import Comparison, MethodAgreement, compare_methods, compare_segmentations
from axlib.verbs.coverage import CoveragePlan, plan_coverage
from axlib.verbs.diagnosis import Diagnosis, read_diagnosis
from axlib.verbs.findings import grade_findings, list_withheld
from axlib.verbs.gates import apply_gates
from axlib.verbs.population import add_dues, find_current
from axlib.verbs.retention import Retention, measure_retention
from axlib.verbs.segments import Segmentation, segment_by_dues
from axlib.verbs.service_gap import ServiceGap, measure_service_gap
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable


def diagnose(engagement: Engagement, *, kept: str | Path | None = None) -> Diagnosis:
    """Ask an engagement's data every question of the kit, once.

    Parameters
    ----------
    engagement : Engagement
    kept : str or Path, optional
        Folder of a diagnosis kept by ``keep_diagnosis``: read instead of computed again.

    Returns
    -------
    Diagnosis

    Raises
    ------
    DataError, ConfigurationError
        The data cannot be read or cleaned.
    """
    if kept is not None:
        return read_diagnosis(engagement, Path(kept))
    tables = read_tables(engagement)
    clean = clean_tables(tables)
    settings = engagement.settings
    retention_settings = settings.retention
    ledger = build_terms(
        clean, as_of=engagement.as_of, grace_days=retention_settings.grace_days, rejoin=retention_settings.rejoin
    )
    cohort = build_cohort(
        clean.members,
        ledger.terms,
        as_of=engagement.as_of,
        window_months=retention_settings.window_months,
        grace_days=retention_settings.grace_days,
        rejoin=retention_settings.rejoin,
        snapshot=retention_settings.snapshot,
        currency=settings.currency,
        source="members" if clean.terms is None else "terms",
    )
    members = add_dues(clean.members, ledger, engagement)
    current = members[find_current(members, ledger, engagement)]
    people = set(current["member_id"])
    if isinstance(cohort, Cohort):
        people |= set(cohort.table["member_id"])
    population = members[members["member_id"].isin(people)]

    attributes, segments, rules, classes = assign_segments(clean, population, engagement)
    agreement: MethodAgreement | Unavailable = Unavailable(
        "Agreement of methods", "rules and classes are not both there."
    )
    if isinstance(rules, Segmentation) and isinstance(classes, Segmentation):
        agreement = compare_methods(rules, classes)
    stability = _stability(classes, attributes, engagement)
    blindness = prove_dues_blindness(clean, population, segments, attributes, engagement)

    tiers = _tiers(current, engagement)
    at_start = _tiers_at_start(cohort, members, engagement)
    retention = _retention(cohort, at_start, segments, engagement)
    plan_segments = _plan_segments(segments, current, engagement)
    comparison = _comparison(tiers, plan_segments, current, settings.currency)
    gap = _service_gap(segments, at_start, tiers, plan_segments, cohort, clean, engagement)
    coverage: CoveragePlan | Unavailable = _needs("Coverage load", plan_segments)
    if isinstance(plan_segments, Segmentation):
        coverage = plan_coverage(
            plan_segments,
            members=current,
            staff=clean.staff,
            coverage=engagement.segments,
            utilisation=settings.capacity.utilisation,
            hours_source=settings.capacity.hours_source,
        )
    findings = grade_findings(
        retention=retention,
        comparison=comparison,
        service_gap=gap,
        coverage=coverage,
        blindness=blindness,
        attributes_are_dated=isinstance(attributes, Attributes) and bool(attributes.sources["dated"].all()),
        currency=settings.currency,
    )
    asked = [segments, retention, comparison, gap, coverage, tiers]
    withheld = list_withheld(findings, [item for item in asked if isinstance(item, Unavailable)])
    return Diagnosis(
        engagement, tables.sources, clean, ledger, check_data(clean, ledger), attributes, segments, plan_segments,
        rules, classes, agreement, stability, blindness, tiers, at_start, cohort, retention, comparison, gap,
        coverage, findings, withheld,
    )  # fmt: skip


def _needs(analysis: str, missing: Result) -> Unavailable:
    why = missing.why if isinstance(missing, Unavailable) else "something it needs is not there."
    return Unavailable(analysis, why, missing.ask if isinstance(missing, Unavailable) else "")


def _stability(
    classes: Segmentation | Unavailable, attributes: Attributes | Unavailable, engagement: Engagement
) -> Stability | Unavailable:
    if isinstance(classes, Unavailable) or isinstance(attributes, Unavailable):
        return _needs("Stability", classes)
    rng = derive_rng(engagement.settings.seed, "assess_stability")
    return assess_stability(classes, attributes=attributes, rng=rng)


def _tiers(members: pd.DataFrame, engagement: Engagement) -> Segmentation | Unavailable:
    tiers = engagement.settings.tiers
    try:
        return segment_by_dues(
            members,
            by=tiers.by,
            edges=tiers.edges,
            n=tiers.n,
            column=tiers.column,
            names=tiers.names,
            currency=engagement.settings.currency,
        )
    except DataError as error:
        return Unavailable("Revenue tiers", " ".join(error.problems), "what each member pays a year")


def _tiers_at_start(
    cohort: Cohort | Unavailable, members: pd.DataFrame, engagement: Engagement
) -> Segmentation | Unavailable:
    if isinstance(cohort, Unavailable):
        return _needs("Revenue tiers at the start", cohort)
    paid = cohort.table[["member_id", "opening"]].rename(columns={"opening": "annual_dues"})
    column = engagement.settings.tiers.column
    if engagement.settings.tiers.by == "column" and column in members.columns:
        paid = paid.merge(members[["member_id", column]], on="member_id", how="left")
    return _tiers(paid, engagement)


def _retention(
    cohort: Cohort | Unavailable,
    tiers: Segmentation | Unavailable,
    segments: Segmentation | Unavailable,
    engagement: Engagement,
) -> Retention | Unavailable:
    if isinstance(cohort, Unavailable):
        return cohort
    groupings = {"tier": tiers, "segment": segments}
    return measure_retention(
        cohort,
        groupings={name: grouping for name, grouping in groupings.items() if isinstance(grouping, Segmentation)},
        rng=derive_rng(engagement.settings.seed, "measure_retention"),
    )


def _plan_segments(
    segments: Segmentation | Unavailable, current: pd.DataFrame, engagement: Engagement
) -> Segmentation | Unavailable:
    if isinstance(segments, Unavailable):
        return segments
    if len(current) == 0:
        return Unavailable("Coverage Segments of current members", "nobody is a member on the closing day.")
    inside = segments.table["member_id"].isin(current["member_id"])
    today = dataclasses.replace(segments, table=segments.table[inside].reset_index(drop=True))
    return apply_gates(today, members=current, coverage=engagement.segments)


def _comparison(
    tiers: Segmentation | Unavailable, segments: Segmentation | Unavailable, members: pd.DataFrame, currency: str
) -> Comparison | Unavailable:
    if isinstance(segments, Unavailable) or isinstance(tiers, Unavailable):
        return _needs("Comparison of tiers and segments", segments if isinstance(segments, Unavailable) else tiers)
    return compare_segmentations(tiers, segments, dues=members, currency=currency)


def _service_gap(
    segments: Segmentation | Unavailable,
    tiers_at_start: Segmentation | Unavailable,
    tiers_now: Segmentation | Unavailable,
    plan_segments: Segmentation | Unavailable,
    cohort: Cohort | Unavailable,
    clean: CleanTables,
    engagement: Engagement,
) -> ServiceGap | Unavailable:
    """In the window before outcomes are counted, of the cohort; where that has no touches, the latest window."""
    months = engagement.settings.retention.window_months
    stages = None
    if "lifecycle_stage" in clean.members.columns:
        stages = clean.members.set_index("member_id")["lifecycle_stage"]
    gap: ServiceGap | Unavailable = _needs("Service gap", tiers_now if isinstance(segments, Segmentation) else segments)
    if (
        isinstance(cohort, Cohort)
        and cohort.opened_on
        and isinstance(tiers_at_start, Segmentation)
        and isinstance(segments, Segmentation)
    ):
        inside = segments.table["member_id"].isin(cohort.table["member_id"])
        gap = measure_service_gap(
            dataclasses.replace(segments, table=segments.table[inside].reset_index(drop=True)),
            tiers=tiers_at_start,
            touches=clean.touches,
            coverage=engagement.segments,
            ends_on=cohort.opened_on,
            window_months=months,
            stages=stages,
        )
    if isinstance(gap, Unavailable) and isinstance(plan_segments, Segmentation) and isinstance(tiers_now, Segmentation):
        gap = measure_service_gap(
            plan_segments,
            tiers=tiers_now,
            touches=clean.touches,
            coverage=engagement.segments,
            ends_on=engagement.as_of,
            window_months=months,
            stages=stages,
        )
    return gap
