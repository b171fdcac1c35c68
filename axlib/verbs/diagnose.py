"""``diagnose``: every verb once, on one engagement. The one place where the numbers of a report are made."""

from __future__ import annotations

from pathlib import Path

from axlib.tables.attributes import Attributes
from axlib.tables.engagement import Engagement
from axlib.verbs.diagnosing.asking import ask_members
from axlib.verbs.diagnosing.comparing import compare_groupings
from axlib.verbs.diagnosing.costing import count_money
from axlib.verbs.diagnosing.groundwork import lay_groundwork
from axlib.verbs.diagnosing.planning import plan_service
from axlib.verbs.diagnosing.segmenting import segment_members
from axlib.verbs.diagnosis import Diagnosis, read_diagnosis
from axlib.verbs.findings import grade_findings, list_withheld
from axlib.words.results import Unavailable


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
    ground = lay_groundwork(engagement)
    segmented = segment_members(ground)
    compared = compare_groupings(ground, segmented)
    planned = plan_service(ground, segmented)
    costed = count_money(ground, segmented, compared)
    attributes = segmented.attributes
    findings = grade_findings(
        retention=compared.retention,
        comparison=compared.comparison,
        service_gap=compared.service_gap,
        coverage=planned.coverage,
        blindness=segmented.blindness,
        retention_change=costed.retention_change,
        economics=costed.economics,
        scenarios=costed.scenarios,
        attributes_are_dated=isinstance(attributes, Attributes) and bool(attributes.sources["dated"].all()),
        currency=engagement.settings.currency,
    )
    asked = [
        segmented.segments,
        compared.retention,
        compared.comparison,
        compared.service_gap,
        planned.coverage,
        costed.economics,
        ground.tiers,
    ]
    return Diagnosis(
        engagement=engagement,
        sources=ground.sources,
        clean=ground.clean,
        ledger=ground.ledger,
        data_check=ground.data_check,
        answers=ground.answers,
        cohort=ground.cohort,
        tiers=ground.tiers,
        tiers_at_start=ground.tiers_at_start,
        **vars(segmented),
        **vars(ask_members(ground, segmented)),
        **vars(compared),
        **vars(planned),
        **vars(costed),
        findings=findings,
        withheld=list_withheld(findings, [item for item in asked if isinstance(item, Unavailable)]),
    )
