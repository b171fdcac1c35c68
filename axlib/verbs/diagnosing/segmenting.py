"""Second step: which Coverage Segment each member's Appropriate Experience calls for, why, and how sure that is."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.tables.attributes import Attributes
from axlib.tables.engagement import Engagement
from axlib.verbs.assignment import assign_segments, collect_for, derive_rng, prove_dues_blindness
from axlib.verbs.classes import Stability, assess_stability
from axlib.verbs.comparison import MethodAgreement, compare_methods
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.existence import Existence, assess_existence
from axlib.verbs.explanation import Explanation, explain_segments
from axlib.verbs.gates import apply_gates
from axlib.verbs.method_choice import MethodChoice, choose_method
from axlib.verbs.perturbation import Perturbation, perturb_answers
from axlib.verbs.proxies import Proxies, assess_proxies
from axlib.verbs.segments import Segmentation
from axlib.verbs.surrogate import Surrogate, fit_surrogate
from axlib.words.display import format_value
from axlib.words.results import Unavailable

#: From this R² of dues on all attributes on it is asked which of them stand in for dues.
WORTH_ASKING = 0.5


@dataclass(frozen=True, eq=False)
class Segmented:
    """What is known of segments; each as ``Diagnosis`` names it."""

    attributes: Attributes | Unavailable
    segments: Segmentation | Unavailable
    plan_segments: Segmentation | Unavailable
    rules: Segmentation | Unavailable
    classes: Segmentation | Unavailable
    method_choice: MethodChoice
    method_agreement: MethodAgreement | Unavailable
    explanation: Explanation | Unavailable
    stability: Stability | Unavailable
    existence: Existence | Unavailable
    perturbation: Perturbation | Unavailable
    surrogate: Surrogate | Unavailable
    blindness: DuesBlindness | Unavailable
    proxies: Proxies | Unavailable


def segment_members(ground: Groundwork) -> Segmented:
    """Segment current members and the cohort, and ask of the segments what can be asked."""
    engagement = ground.engagement
    attributes, by_method = assign_segments(ground.answered, ground.population, engagement, ground.instrument)
    rules, classes = by_method["rules"], by_method["classes"]
    stability = _stability(classes, attributes, engagement)
    choice = choose_method(engagement.settings.segments.method, rules=rules, classes=classes, stability=stability)
    segments = by_method[choice.used]
    agreement: MethodAgreement | Unavailable = Unavailable(
        "Agreement of methods", "rules and classes are not both there."
    )
    if isinstance(rules, Segmentation) and isinstance(classes, Segmentation):
        agreement = compare_methods(rules, classes)
    plan_segments = _of_today(segments, ground.current, engagement)
    blindness = prove_dues_blindness(
        ground.answered, ground.population, segments, attributes, engagement, ground.instrument
    )
    return Segmented(
        attributes,
        segments,
        plan_segments,
        rules,
        classes,
        choice,
        agreement,
        _explain(plan_segments, attributes, engagement),
        stability,
        _existence(classes, attributes, engagement),
        _perturbation(segments, attributes, engagement),
        _surrogate(classes, attributes, ground),
        blindness,
        _proxies(ground, segments, attributes, blindness),
    )


def gather_attributes(ground: Groundwork) -> Attributes:
    """Gather the AX attributes of everyone who is to be segmented: those the engagement declares, else those known.

    Raises
    ------
    ConfigurationError
        An attribute is money, stands in for dues, or is in no table; one sentence each.
    """
    return collect_for(ground.answered, ground.population, ground.engagement, ground.instrument)


def keep_current(segments: Segmentation, *, ground: Groundwork) -> Segmentation | Unavailable:
    """Keep the members of today, those without success potential apart and those declared at risk sent to help.

    Returns
    -------
    Segmentation or Unavailable
        For plans. Unavailable where nobody is a member on the closing day.
    """
    return _of_today(segments, ground.current, ground.engagement)


def _of_today(
    segments: Segmentation | Unavailable, current: pd.DataFrame, engagement: Engagement
) -> Segmentation | Unavailable:
    if isinstance(segments, Unavailable):
        return segments
    if len(current) == 0:
        return Unavailable("Coverage Segments of current members", "nobody is a member on the closing day.")
    inside = are_among(segments.table["member_id"], current["member_id"])
    today = dataclasses.replace(segments, table=segments.table[inside].reset_index(drop=True))
    return apply_gates(today, members=current, coverage=engagement.segments)


def _explain(
    segments: Segmentation | Unavailable, attributes: Attributes | Unavailable, engagement: Engagement
) -> Explanation | Unavailable:
    if isinstance(segments, Unavailable) or isinstance(attributes, Unavailable):
        return lacking("Reasons", segments)
    keys = engagement.settings.segments
    return explain_segments(
        segments,
        attributes=attributes,
        segments=engagement.segments,
        min_confidence=keys.min_confidence,
        min_answers=keys.min_answers,
    )


def _stability(
    classes: Segmentation | Unavailable, attributes: Attributes | Unavailable, engagement: Engagement
) -> Stability | Unavailable:
    if isinstance(classes, Unavailable) or isinstance(attributes, Unavailable):
        return lacking("Stability", classes)
    rng = derive_rng(engagement.settings.seed, "assess_stability")
    return assess_stability(classes, attributes=attributes, rng=rng)


def _existence(
    classes: Segmentation | Unavailable, attributes: Attributes | Unavailable, engagement: Engagement
) -> Existence | Unavailable:
    if isinstance(classes, Unavailable) or isinstance(attributes, Unavailable):
        return lacking("Existence of groups", classes)
    rng = derive_rng(engagement.settings.seed, "assess_existence")
    return assess_existence(classes, attributes=attributes, rng=rng)


def _proxies(
    ground: Groundwork,
    segments: Segmentation | Unavailable,
    attributes: Attributes | Unavailable,
    blindness: DuesBlindness | Unavailable,
) -> Proxies | Unavailable:
    if isinstance(segments, Unavailable) or isinstance(attributes, Unavailable) or isinstance(blindness, Unavailable):
        return lacking("Stand-ins for dues", blindness)
    if not blindness.r2 >= WORTH_ASKING:
        told = "R² is not known" if math.isnan(blindness.r2) else f"R² {format_value(blindness.r2, 'index')}"
        return Unavailable("Stand-ins for dues", f"the attributes tell little of dues ({told}); none need be left out.")
    keys = ground.engagement.settings
    return assess_proxies(
        segments,
        attributes=attributes,
        dues=ground.population.set_index("member_id")["annual_dues"],
        segments=ground.engagement.segments,
        min_confidence=keys.segments.min_confidence,
        min_answers=keys.segments.min_answers,
        rng=derive_rng(keys.seed, "assess_proxies"),
    )


def _perturbation(
    segments: Segmentation | Unavailable, attributes: Attributes | Unavailable, engagement: Engagement
) -> Perturbation | Unavailable:
    if isinstance(segments, Unavailable) or isinstance(attributes, Unavailable):
        return lacking("Segments under other answers", segments)
    rng = derive_rng(engagement.settings.seed, "perturb_answers")
    return perturb_answers(segments, attributes=attributes, segments=engagement.segments, rng=rng)


def _surrogate(
    classes: Segmentation | Unavailable, attributes: Attributes | Unavailable, ground: Groundwork
) -> Surrogate | Unavailable:
    if isinstance(classes, Unavailable) or isinstance(attributes, Unavailable):
        return lacking("Segments as a few rules", classes)
    return fit_surrogate(
        classes,
        attributes=attributes,
        segments=ground.engagement.segments,
        instrument=ground.instrument,
        rng=derive_rng(ground.engagement.settings.seed, "fit_surrogate"),
    )
