"""``diagnose``: every verb once, on one engagement. The one place where the numbers of a report are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axlib.tables.engagement import Engagement
from axlib.verbs.diagnosing.asking import ask_members
from axlib.verbs.diagnosing.comparing import compare_groupings
from axlib.verbs.diagnosing.costing import count_money
from axlib.verbs.diagnosing.groundwork import lay_groundwork
from axlib.verbs.diagnosing.looking_back import look_back
from axlib.verbs.diagnosing.planning import plan_service
from axlib.verbs.diagnosing.proving import plan_proof
from axlib.verbs.diagnosing.segmenting import segment_members
from axlib.verbs.diagnosing.staying import follow_members
from axlib.verbs.diagnosing.steering import look_ahead
from axlib.verbs.diagnosing.telling import list_groupings, tell_findings
from axlib.verbs.diagnosing.weighing import weigh_evidence
from axlib.verbs.diagnosis import Diagnosis, read_diagnosis
from axlib.verbs.exploring import limit_explored
from axlib.verbs.findings import list_withheld
from axlib.verbs.fixing import check_groupings, fix_groupings
from axlib.verbs.headline_numbers import list_headlines
from axlib.verbs.run_changes import compare_runs
from axlib.words.number_formats import write_numbers_as
from axlib.words.progress import Progress, tell_steps
from axlib.words.results import Unavailable


def diagnose(
    engagement: Engagement,
    *,
    kept: str | Path | None = None,
    earlier: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Diagnosis:
    """Ask an engagement's data every question of the kit, once.

    Parameters
    ----------
    engagement : Engagement
    kept : str or Path, optional
        Folder of a diagnosis kept by ``keep_diagnosis``: read instead of computed again.
    earlier : mapping, optional
        ``results.json`` of the last report, to compare with.
    progress : callable, optional
        Told of each of the 7 steps when it is done, such as ``axlib.show_progress(7)``.

    Returns
    -------
    Diagnosis

    Raises
    ------
    DataError, ConfigurationError
        The data cannot be read or cleaned.

    Notes
    -----
    From here on the process writes numbers and days as the engagement's ``report.brand.locale`` has them.
    """
    write_numbers_as(engagement.settings.report.brand.locale)
    if kept is not None:
        return read_diagnosis(engagement, Path(kept))
    tell = tell_steps(progress)
    ground = lay_groundwork(engagement)
    tell("tables")
    segmented = segment_members(ground)
    tell("segments")
    asked = ask_members(ground, segmented)
    tell("intake")
    start = look_back(ground, segmented, asked.journeys)
    # Outcomes are laid beside these groupings from here on, and must find them as they are.
    groupings = list_groupings(ground, segmented, start)
    fixed = fix_groupings(groupings)
    compared = compare_groupings(ground, segmented, start)
    weighed = weigh_evidence(ground, segmented, start, compared)
    followed = follow_members(ground, segmented)
    tell("outcomes")
    planned = plan_service(ground, segmented, compared.service_gap)
    steered = look_ahead(ground, segmented)
    tell("coverage")
    costed = count_money(ground, segmented, compared)
    tell("money")
    proved = plan_proof(ground, segmented, compared)
    fixed = check_groupings(fixed, groupings)
    findings = tell_findings(ground, segmented, compared, weighed, planned, costed, proved, fixed)
    findings = limit_explored(findings, evidence=engagement.settings.evidence, segments=segmented.segments)
    tell("findings")
    wanted = [
        segmented.segments,
        compared.retention,
        compared.comparison,
        compared.service_gap,
        planned.coverage,
        steered.success_vector,
        costed.economics,
        ground.tiers,
    ]
    open_questions = [item for item in wanted if isinstance(item, Unavailable)]
    # What lacks for the same reason as another is asked for once.
    for item in (weighed.explained, weighed.gap_effect):
        if isinstance(item, Unavailable) and item.why not in [other.why for other in open_questions]:
            open_questions.append(item)
    diagnosis = Diagnosis(
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
        **vars(asked),
        segments_at_start=start.segments_at_start,
        **vars(compared),
        **vars(weighed),
        **vars(followed),
        **vars(planned),
        **vars(steered),
        **vars(costed),
        **vars(proved),
        fixed=fixed,
        changes=compare_runs(None, {}),
        findings=findings,
        withheld=list_withheld(findings, open_questions),
    )
    if earlier is None:
        return diagnosis
    return dataclasses.replace(diagnosis, changes=compare_runs(earlier, list_headlines(diagnosis)))
