"""The diagnosis: every result of one engagement in one place, kept on disk and read back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, get_args, get_type_hints

import pandas as pd
from pydantic import BaseModel

from axlib.tables.attributes import Attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.combining_raters import CombinedAnswers
from axlib.tables.data_check import DataCheck
from axlib.tables.engagement import Engagement
from axlib.tables.terms import TermLedger
from axlib.verbs.answer_weights import AnswerWeights
from axlib.verbs.classes import Stability
from axlib.verbs.cohort import Cohort
from axlib.verbs.comparison import Comparison, MethodAgreement
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.delivery import Delivery
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.economics import Economics
from axlib.verbs.effect import Effect
from axlib.verbs.enablement import Enablement
from axlib.verbs.existence import Existence
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.explanation import Explanation
from axlib.verbs.findings import Findings, Withheld
from axlib.verbs.fixing import FixedGroupings
from axlib.verbs.gap_churn import GapChurn
from axlib.verbs.hours_model import HoursModel
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.journeys import Journeys
from axlib.verbs.kept_results import keep_result, read_result
from axlib.verbs.learned_hours import LearnedHours
from axlib.verbs.load_outlook import LoadOutlook
from axlib.verbs.method_choice import MethodChoice
from axlib.verbs.perturbation import Perturbation
from axlib.verbs.pilot import Pilot
from axlib.verbs.pool import PoolPlan
from axlib.verbs.proxies import Proxies
from axlib.verbs.question_value import QuestionValue
from axlib.verbs.rater_agreement import RaterAgreement
from axlib.verbs.rater_split import RaterSplit
from axlib.verbs.rebalancing import Rebalancing
from axlib.verbs.retention import Retention
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.retention_rules import RetentionRules
from axlib.verbs.retention_years import RetentionYears
from axlib.verbs.run_changes import RunChanges
from axlib.verbs.scenario import Scenario
from axlib.verbs.season import Season
from axlib.verbs.segment_shares import SegmentShares
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.success_vector import SuccessVector
from axlib.verbs.surrogate import Surrogate
from axlib.verbs.survival import Survival
from axlib.verbs.transition import Transition
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis(Result):
    """Every result of one engagement, each computed once.

    Attributes
    ----------
    engagement : Engagement
    sources : DataFrame
        The files read, with what was detected and their hashes: table, file, use, sheet, encoding, delimiter,
        header_row, first_row, rows, left_out, sha256, as in ``Tables``.
    clean : CleanTables
    ledger : TermLedger
    data_check : DataCheck
        What these data can carry, problems, and the request for what is missing.
    answers : CombinedAnswers
        Of the intake, several raters made one.
    attributes : Attributes
    segments : Segmentation
        Coverage Segments of current members and the cohort, by the engagement's method.
    plan_segments : Segmentation
        Of current members, with success potential and declared risks applied: for plans.
    rules, classes : Segmentation
        Both methods, where each is possible.
    method_choice : MethodChoice
        Which of both the segments come from, and why.
    method_agreement : MethodAgreement
    explanation : Explanation
        Why each current member is in its segment.
    stability : Stability
    existence : Existence
        Whether the classes are distinct groups or bands of a gradient.
    rater_agreement : RaterAgreement
    rater_split : RaterSplit
    perturbation : Perturbation
        Who stays in its segment when answers move by one step.
    surrogate : Surrogate
        A few rules that reproduce the segments.
    journeys : Journeys
        Segments by lifecycle stage.
    intake_plan : IntakePlan
        Whom to ask next.
    answer_weights : AnswerWeights
        How those who answered differ from all.
    segment_shares : SegmentShares
        Segments of all members, from those who answered.
    question_value : QuestionValue
        What to ask next.
    blindness : DuesBlindness
    proxies : Proxies
        Attributes that stand in for dues.
    tiers : Segmentation
        Revenue tiers of current members.
    tiers_at_start : Segmentation
        Revenue tiers of the cohort, by what each paid when the window opened.
    cohort : Cohort
    retention : Retention
    segments_at_start : Segmentation
        Of the cohort, by today's model and what was known when the window opened.
    retention_rules : RetentionRules
        Retention under other rules of grace, rejoining and window.
    retention_years : RetentionYears
        Window by window, and by years of joining.
    survival : Survival
        How long members stay.
    comparison : Comparison
    service_gap : ServiceGap
    delivery : Delivery
        Hours the log of contacts shows, and how far to trust it.
    learned_hours : LearnedHours
        Hours by segment from well-served members, beside those declared.
    hours_model : HoursModel
        Hours called for by segment, stage and mode.
    coverage : CoveragePlan
    load_outlook : LoadOutlook
        How sure loads are, and which statements survive other hours.
    season : Season
    rebalancing : Rebalancing
        Who should serve which members.
    transition : Transition
        Hand-overs in waves.
    pool : PoolPlan
    enablement : Enablement
    success_vector : SuccessVector
        Who is on course to the next milestone.
    explained : ExplainedOutcomes
        How much of each outcome segments tell, and tiers.
    gap_churn : GapChurn
    gap_effect : Effect
        Of under-served members against comparable ones.
    rollout_effect : Effect
    pilot : Pilot
        How what was found would be proved.
    pilot_effect : Effect
        Of a pilot that was run.
    fixed : FixedGroupings
        Fingerprints of the groupings from before outcomes were read.
    changes : RunChanges
        Since the last report.
    economics : Economics
        What serving members costs, and what is left.
    scenarios : Scenario
        What would follow from what the engagement file tries out.
    retention_change : RetentionChange
        This window beside the one before.
    findings : Findings
    withheld : Withheld

    Any result but the tables themselves may be ``Unavailable``, with its reason.
    """

    engagement: Engagement
    sources: pd.DataFrame
    clean: CleanTables
    ledger: TermLedger
    data_check: DataCheck
    answers: CombinedAnswers | Unavailable
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
    rater_agreement: RaterAgreement | Unavailable
    rater_split: RaterSplit | Unavailable
    perturbation: Perturbation | Unavailable
    surrogate: Surrogate | Unavailable
    journeys: Journeys | Unavailable
    intake_plan: IntakePlan | Unavailable
    answer_weights: AnswerWeights | Unavailable
    segment_shares: SegmentShares | Unavailable
    question_value: QuestionValue | Unavailable
    blindness: DuesBlindness | Unavailable
    proxies: Proxies | Unavailable
    tiers: Segmentation | Unavailable
    tiers_at_start: Segmentation | Unavailable
    cohort: Cohort | Unavailable
    retention: Retention | Unavailable
    segments_at_start: Segmentation | Unavailable
    retention_rules: RetentionRules | Unavailable
    retention_years: RetentionYears | Unavailable
    survival: Survival | Unavailable
    comparison: Comparison | Unavailable
    service_gap: ServiceGap | Unavailable
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
    success_vector: SuccessVector | Unavailable
    explained: ExplainedOutcomes | Unavailable
    gap_churn: GapChurn | Unavailable
    gap_effect: Effect | Unavailable
    rollout_effect: Effect | Unavailable
    pilot: Pilot | Unavailable
    pilot_effect: Effect | Unavailable
    fixed: FixedGroupings
    changes: RunChanges | Unavailable
    economics: Economics | Unavailable
    scenarios: Scenario | Unavailable
    retention_change: RetentionChange | Unavailable
    findings: Findings
    withheld: Withheld

    title: ClassVar[str] = "The diagnosis"

    def summary(self) -> pd.DataFrame:
        """Return one row per result: its name and what it says."""
        results = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if isinstance(getattr(self, field.name), Result) and field.name != "engagement"
        }
        return pd.DataFrame({"result": list(results), "text": [result.text for result in results.values()]})

    @property
    def text(self) -> str:
        """How much was found."""
        return self.findings.text


def _kinds_in(kind: type) -> Iterator[type[Result] | type[BaseModel]]:
    """A kind of result and whatever its fields may hold, all the way down."""
    yield kind
    for hint in get_type_hints(kind).values() if issubclass(kind, Result) else ():
        for inner in get_args(hint) or (hint,):
            if isinstance(inner, type) and issubclass(inner, (Result, BaseModel)) and inner is not Engagement:
                yield from _kinds_in(inner)


#: What may come back from a folder: whatever a field may hold.
KNOWN: dict[str, type[Result] | type[BaseModel]] = {kind.__name__: kind for kind in _kinds_in(Diagnosis)}


def keep_diagnosis(diagnosis: Diagnosis, folder: Path) -> None:
    """Write a diagnosis to a folder of its own, for ``diagnose(engagement, kept=folder)``."""
    keep_result(diagnosis, folder, given=("Engagement",))


def read_diagnosis(engagement: Engagement, folder: Path) -> Diagnosis:
    """Read a diagnosis that ``keep_diagnosis`` wrote."""
    diagnosis: Diagnosis = read_result(folder, known=KNOWN, given={"Engagement": engagement})
    return diagnosis
