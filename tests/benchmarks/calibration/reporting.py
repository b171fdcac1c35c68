"""A world through the verbs of a report: the same steps, less those that no claim about outcomes rests on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pandas as pd

from axlib.tables.attributes import Attributes
from axlib.verbs.assignment import _assign, collect_for, derive_rng
from axlib.verbs.classes import assess_stability
from axlib.verbs.diagnosing.comparing import Compared, _service_gap
from axlib.verbs.diagnosing.costing import Costed
from axlib.verbs.diagnosing.groundwork import Groundwork, stand_on
from axlib.verbs.diagnosing.looking_back import LookedBack, look_back
from axlib.verbs.diagnosing.planning import Planned
from axlib.verbs.diagnosing.proving import Proved
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.diagnosing.telling import list_groupings, tell_findings
from axlib.verbs.diagnosing.weighing import Weighed, weigh_evidence
from axlib.verbs.findings import Findings
from axlib.verbs.fixing import check_groupings, fix_groupings
from axlib.verbs.method_choice import choose_method
from axlib.verbs.perturbation import perturb_answers
from axlib.verbs.segments import Segmentation
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.benchmarks.calibration.worlds import World

LEFT_OUT = Unavailable("Left out", "no claim about outcomes rests on it.")


@dataclass(frozen=True, eq=False)
class Report:
    """What a report says of a world."""

    ground: Groundwork
    compared: Compared
    start: LookedBack
    weighed: Weighed
    findings: Findings


def report_on(world: World, *, n_draws: int = 10) -> Report:
    """Take a world through the steps of ``diagnose``.

    Parameters
    ----------
    world : World
    n_draws : int
        Draws behind the stability of the segments, fewer than a report takes.
    """
    ground = stand_on(world.clean, sources=pd.DataFrame())
    segmented = _segment(ground, n_draws)
    start = look_back(ground, segmented, LEFT_OUT)
    groupings = list_groupings(ground, segmented, start)
    fixed = fix_groupings(groupings)
    compared = Compared(LEFT_OUT, LEFT_OUT, _service_gap(ground, segmented, start))
    weighed = weigh_evidence(ground, segmented, start, compared)
    fixed = check_groupings(fixed, groupings)
    proved = Proved(LEFT_OUT, LEFT_OUT)
    planned = Planned(*[LEFT_OUT] * len(dataclasses.fields(Planned)))
    costed = Costed(LEFT_OUT, LEFT_OUT, LEFT_OUT)
    findings = tell_findings(ground, segmented, compared, weighed, planned, costed, proved, fixed)
    return Report(ground, compared, start, weighed, findings)


def _segment(ground: Groundwork, n_draws: int) -> Segmented:
    engagement = ground.engagement
    # The one method asked for; a report shows the other beside it.
    attributes = collect_for(ground.answered, ground.population, engagement, ground.instrument)
    asked = engagement.settings.segments.method
    by_method = {"rules": LEFT_OUT, "classes": LEFT_OUT}
    try:
        by_method[asked] = _assign(attributes, ground.population, engagement, asked)
    except DataError as error:
        by_method[asked] = Unavailable("Segments", error.problems[0])
    seed, stability, perturbation = engagement.settings.seed, LEFT_OUT, LEFT_OUT
    choice = choose_method(
        asked,
        rules=by_method["rules"],
        classes=by_method["classes"],
        stability=LEFT_OUT,
    )
    segments = by_method[choice.used]
    if isinstance(segments, Segmentation) and isinstance(attributes, Attributes):
        if segments.method == "classes":
            rng = derive_rng(seed, "assess_stability")
            stability = assess_stability(segments, attributes=attributes, rng=rng, n_resamples=n_draws)
        else:
            rng = derive_rng(seed, "perturb_answers")
            perturbation = perturb_answers(
                segments, attributes=attributes, segments=engagement.segments, rng=rng, n_draws=n_draws
            )
    return Segmented(
        attributes=attributes,
        segments=segments,
        plan_segments=segments,
        rules=by_method["rules"],
        classes=by_method["classes"],
        method_choice=choice,
        method_agreement=LEFT_OUT,
        explanation=LEFT_OUT,
        stability=stability,
        existence=LEFT_OUT,
        perturbation=perturbation,
        surrogate=LEFT_OUT,
        blindness=LEFT_OUT,
        proxies=LEFT_OUT,
    )


def claims_of(findings: Findings) -> dict[str, tuple[str, float]]:
    """Finding -> level and estimate, of what is told at level 1 or above."""
    told = findings.told
    told = told[told["level"].isin(list("1234"))]
    return {row["id"]: (row["level"], row["estimate"]) for row in told.to_dict("records")}
