"""Who answered the intake, how far that carries, and what to ask of whom next."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pandas as pd

from axlib.tables.attributes import Attributes
from axlib.tables.combining_raters import CombinedAnswers
from axlib.tables.stage_attributes import collect_stage_attributes
from axlib.verbs.answer_weights import AnswerWeights, weight_answers
from axlib.verbs.asked_members import choose_attributes
from axlib.verbs.assignment import derive_rng
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.intake_plan import IntakePlan, plan_intake
from axlib.verbs.journeys import Journeys, follow_journeys
from axlib.verbs.question_value import QuestionValue, value_of_questions
from axlib.verbs.rater_agreement import RaterAgreement, assess_rater_agreement
from axlib.verbs.rater_split import RaterSplit, split_by_rater
from axlib.verbs.scoring import score_members
from axlib.verbs.segment_shares import SegmentShares, estimate_segment_shares
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.words.results import Unavailable

#: Fewer answers say too little of segments' shares to plan by.
FEWEST_ANSWERED = 30


@dataclass(frozen=True, eq=False)
class Asked:
    """What is known of the asking; each as ``Diagnosis`` names it."""

    rater_agreement: RaterAgreement | Unavailable
    rater_split: RaterSplit | Unavailable
    journeys: Journeys | Unavailable
    intake_plan: IntakePlan | Unavailable
    answer_weights: AnswerWeights | Unavailable
    segment_shares: SegmentShares | Unavailable
    question_value: QuestionValue | Unavailable


def ask_members(ground: Groundwork, segmented: Segmented) -> Asked:
    """Ask of the intake what can be asked; without any answer, plan it."""
    engagement, segments, attributes = ground.engagement, segmented.segments, segmented.attributes
    people, by = _describe(ground)
    answered = _answered(ground, attributes)
    intake = engagement.settings.intake
    whole = len(answered) == len(people)
    why, ask = ("enough is known of every member.", "") if whole else ("nobody has answered.", "answers to the intake")
    weights: AnswerWeights | Unavailable = Unavailable("Who answered", why, ask)
    shares: SegmentShares | Unavailable = Unavailable("Segments of all members from those who answered", why, ask)
    if answered and not whole:
        weights = weight_answers(people, answered=answered, by=by)
    if answered and not whole and isinstance(segments, Segmentation):
        stages = ground.members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in people else None
        shares = estimate_segment_shares(segments, weights=weights, coverage=engagement.segments, stages=stages)
    plan: IntakePlan | Unavailable = Unavailable(
        "Whom to ask", "enough is known of every member." if whole else "nobody is a member on the closing day."
    )
    if len(people) and not whole:
        plan = plan_intake(
            people,
            strata=by,
            coverage=engagement.segments,
            answered=answered,
            margin=intake.margin,
            load_margin=intake.load_margin,
            response_rate=intake.response_rate,
            expected=segments if isinstance(segments, Segmentation) and len(answered) >= FEWEST_ANSWERED else None,
            rng=derive_rng(engagement.settings.seed, "plan_intake"),
        )
    return Asked(
        _agreement(ground),
        _split(ground, segments),
        _journeys(ground, segments),
        plan,
        weights,
        shares,
        _questions(ground, segmented, people),
    )


def _describe(ground: Groundwork) -> tuple[pd.DataFrame, list[str]]:
    """Current members with what tells them apart, and the columns of it that are known."""
    people = ground.current
    if isinstance(ground.tiers, Segmentation):
        tiers = ground.tiers.table.set_index("member_id")["segment"]
        people = people.assign(tier=people["member_id"].map(tiers))
    if "joined_on" in people.columns:
        days = (pd.Timestamp(ground.engagement.as_of) - people["joined_on"]).dt.days
        people = people.assign(tenure_years=days / 365.25)
    known = ("tier", "member_type", "lifecycle_stage", "tenure_years")
    by = [name for name in known if name in people.columns and people[name].notna().any()]
    # With nothing to tell members apart by, all are one stratum.
    return (people, by) if by else (people.assign(everybody="all members"), ["everybody"])


def _answered(ground: Groundwork, attributes: Attributes | Unavailable) -> list[str]:
    """Current members of whom enough is known to be given a segment."""
    if isinstance(attributes, Unavailable):
        return []
    least = ground.engagement.settings.segments.min_answers
    known = attributes.table.notna().mean(axis=1).to_numpy()
    current = attributes.table.index.isin(ground.current["member_id"])
    return [str(member) for member in attributes.table.index[(known >= least) & (known > 0) & current]]


def _agreement(ground: Groundwork) -> RaterAgreement | Unavailable:
    if isinstance(ground.answers, Unavailable) or ground.clean.answers is None:
        return lacking("Agreement of raters", ground.answers)
    rng = derive_rng(ground.engagement.settings.seed, "assess_rater_agreement")
    return assess_rater_agreement(ground.clean.answers, instrument=ground.instrument, rng=rng)


def _split(ground: Groundwork, segments: Segmentation | Unavailable) -> RaterSplit | Unavailable:
    if isinstance(segments, Unavailable) or isinstance(ground.answers, Unavailable):
        return lacking("Segments by rater", ground.answers if isinstance(segments, Segmentation) else segments)
    return split_by_rater(
        segments,
        clean=ground.clean,
        instrument=ground.instrument,
        segments=ground.engagement.segments,
        attributes=choose_attributes(ground.answered, ground.engagement, ground.instrument),
    )


def _journeys(ground: Groundwork, segments: Segmentation | Unavailable) -> Journeys | Unavailable:
    if isinstance(segments, Unavailable) or segments.method == "column":
        return lacking("Segments by lifecycle stage", segments)
    if not isinstance(ground.answers, CombinedAnswers) or not (ground.answers.table["stage"] != "").any():
        ask = "answers by lifecycle stage: the column stage of the intake's answers"
        return Unavailable("Segments by lifecycle stage", "no answer carries a lifecycle stage.", ask)
    by_stage = ground.answers.table
    by_stage = by_stage.assign(stage=by_stage["stage"].where(by_stage["stage"] != ""))
    clean = dataclasses.replace(ground.answered, answers=by_stage)
    chosen = choose_attributes(ground.answered, ground.engagement, ground.instrument)
    stages = collect_stage_attributes(clean, attributes=chosen)
    placed = (
        score_members(segments, attributes=stages.attributes, allow_missing=True)
        if segments.method == "classes"
        else segment_by_rules(stages.attributes.table, segments=ground.engagement.segments)
    )
    return follow_journeys(placed, stages=stages)


def _questions(ground: Groundwork, segmented: Segmented, people: pd.DataFrame) -> QuestionValue | Unavailable:
    classes, attributes = segmented.classes, segmented.attributes
    if isinstance(classes, Unavailable) or isinstance(attributes, Unavailable):
        return lacking("What to ask next", classes)
    groups = None
    if "tier" in people.columns:
        groups = people.set_index("member_id")["tier"].reindex(attributes.table.index)
    settings = ground.engagement.settings
    return value_of_questions(
        classes,
        attributes=attributes,
        instrument=ground.instrument,
        groups=groups if groups is not None and not groups.isna().all() else None,
        min_confidence=settings.segments.min_confidence,
        min_answers=settings.segments.min_answers,
        rng=derive_rng(settings.seed, "value_of_questions"),
    )
