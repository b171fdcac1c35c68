"""What may leave the house: the one place where small groups are hidden and people lose their names.

The client's notebook works on the diagnosis this returns, so that no table, picture, alternative text or
download on the page can hold what another one hides. A group below the smallest size shows nothing of its own;
where it is alone, the next smallest is hidden with it, for the sum of all is always known.
"""

from __future__ import annotations

import dataclasses

import pandas as pd

from axlib.reports.hiding.capacity import hide_capacity
from axlib.reports.hiding.doubts import hide_doubts
from axlib.reports.hiding.groups import (
    hide_comparison,
    hide_gap,
    hide_gap_churn,
    hide_retention,
    hide_rules,
    hide_survival,
    hide_years,
)
from axlib.reports.hiding.kept_inside import hide_questions, keep_inside, show_large
from axlib.reports.hiding.money import hide_change, hide_economics, hide_findings, hide_scenarios
from axlib.reports.hiding.people import (
    hide_coverage,
    hide_explanation,
    hide_identifiers,
    hide_pilot,
    hide_rows,
    hide_segments,
)
from axlib.reports.hiding.small_cells import hide_small
from axlib.reports.hiding.unstable_names import rename_segments, rename_unstable
from axlib.reports.hiding.vector import hide_vector
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
from axlib.verbs.diagnosis import Diagnosis
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
from axlib.verbs.learned_hours import LearnedHours
from axlib.verbs.load_outlook import LoadOutlook
from axlib.verbs.method_choice import MethodChoice, find_unstable
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
from axlib.verbs.run_changes import (
    ANALYSIS as RUN_CHANGES,
)
from axlib.verbs.run_changes import (
    RunChanges,
)
from axlib.verbs.scenario import Scenario
from axlib.verbs.season import Season
from axlib.verbs.segment_shares import SegmentShares
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.success_vector import SuccessVector
from axlib.verbs.surrogate import Surrogate
from axlib.verbs.survival import Survival
from axlib.verbs.transition import Transition
from axlib.words.results import Unavailable

#: The results that name segments.
_NAME_SEGMENTS = (
    "segments", "plan_segments", "rules", "classes", "method_choice", "method_agreement", "explanation", "stability",
    "perturbation", "surrogate", "segment_shares", "question_value", "existence", "retention", "comparison",
    "service_gap", "coverage", "findings", "withheld", "learned_hours", "hours_model", "rebalancing", "enablement",
    "success_vector", "segments_at_start", "explained", "gap_churn", "gap_effect", "pilot", "survival", "economics",
    "scenarios",
)  # fmt: skip


def view_for_client(diagnosis: Diagnosis) -> Diagnosis:
    """Return the diagnosis with small groups hidden and nobody named.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    Diagnosis
        Groups below ``report.min_cell`` members are missing in every table, with enough others that they
        cannot be worked out from totals. Tables of single members are empty, or hold nobody's identifier.
        Segments whose classes do not come back in resamples (Jaccard below 0.6) have no name.
    """
    least = diagnosis.engagement.settings.report.min_cell
    fields = dataclasses.fields(diagnosis)
    hidden = {field.name: _hide(getattr(diagnosis, field.name), least) for field in fields}
    view = dataclasses.replace(diagnosis, **hidden)  # type: ignore[arg-type]
    view = dataclasses.replace(view, findings=hide_findings(view.findings, view.economics, view.scenarios))
    return _leave_unnamed(_say_as_found(view), rename_unstable(find_unstable(diagnosis.stability)))


def _say_as_found(view: Diagnosis) -> Diagnosis:
    """Keep inside what is not found at the level of its design: its sentence would say more than the findings do."""
    told = view.findings.told
    found = dict(zip(told["id"], told["level"], strict=True))
    said: dict[str, object] = {
        name: Unavailable(type(result).title, "what may be said of it stands among the findings.")
        for name in ("gap_effect", "rollout_effect", "pilot_effect")
        if isinstance(result := getattr(view, name), Effect) and found.get(name, "0") == "0"
    }
    if isinstance(view.gap_churn, GapChurn):
        shown = view.gap_churn.table.set_index("gap")["logo_churn"].notna()
        if not shown.reindex(["under", "matched"], fill_value=False).all():
            said["findings"] = _withhold(view.findings, "gap_effect", "a group in it is too small to be shown.")
    return dataclasses.replace(view, **said)  # type: ignore[arg-type]


def _withhold(findings: Findings, name: str, because: str) -> Findings:
    """Withhold one finding that is told by counts of groups hidden elsewhere."""
    table = findings.table
    rows = (table["id"] == name) & (table["level"] == "0") & (table["text"] != "")
    numbers = {column: table[column].mask(rows) for column in ("estimate", "low", "high")}
    words = {"text": "", "limited_because": "", "withheld_because": because}
    texts = {column: table[column].mask(rows, text) for column, text in words.items()}
    return dataclasses.replace(findings, table=table.assign(**numbers, **texts))


def _leave_unnamed(view: Diagnosis, names: dict[str, str]) -> Diagnosis:
    # Where rules decide, segments of the same names come from them; only what the classes say loses its names.
    of_classes = ("classes", "stability") if view.method_choice.used != "classes" else _NAME_SEGMENTS
    renamed = {name: rename_segments(getattr(view, name), names) for name in of_classes}
    return dataclasses.replace(view, **renamed)


def _hide(result: object, least: int) -> object:
    match result:
        case CleanTables():
            return hide_rows(result)
        case DataCheck():
            # What is wrong with which rows is the team's affair; what the data can carry, and how many members are
            # in doubt, is the client's too.
            pairs = {"contradictions": result.contradictions.iloc[:0], "duplicates": result.duplicates.iloc[:0]}
            doubts = hide_doubts(result.doubts, least)
            return dataclasses.replace(result, problems=result.problems.iloc[:0], letter="", doubts=doubts, **pairs)
        case Attributes():
            # As many members as there are, and nothing of any.
            return dataclasses.replace(result, table=result.table.where(result.table.isna()).reset_index(drop=True))
        case Explanation():
            return hide_explanation(result, least)
        case CombinedAnswers() | RaterAgreement() | RaterSplit() | IntakePlan() | AnswerWeights() | Journeys():
            return keep_inside(result)
        case Surrogate() | Perturbation() | SegmentShares():
            return show_large(result, least)
        case QuestionValue():
            return hide_questions(result, least)
        case TermLedger() | Cohort():
            return hide_identifiers(result)
        case Segmentation():
            return hide_segments(result, least)
        case MethodAgreement():
            counts = result.table.iloc[:, 1:]
            masked = counts.astype(float).mask(hide_small(counts.to_numpy(dtype=float), least=least))
            return dataclasses.replace(result, table=pd.concat([result.table.iloc[:, :1], masked], axis=1))
        case Retention():
            return hide_retention(result, least)
        case RetentionRules():
            return hide_rules(result, least)
        case RetentionYears():
            return hide_years(result, least)
        case Survival():
            return hide_survival(result, least)
        case Comparison():
            return hide_comparison(result, least)
        case ServiceGap():
            return dataclasses.replace(
                result,
                table=result.table.iloc[:0],
                by_tier=hide_gap(result.by_tier, least),
                # The same totals by another grouping would give the hidden ones away.
                by_segment=result.by_segment.iloc[:0],
            )
        case GapChurn():
            return hide_gap_churn(result, least)
        case ExplainedOutcomes() | Effect():
            # Shares of variation and differences of many; what rests on few is refused where it is made.
            return result
        case CoveragePlan():
            return hide_coverage(result, least)
        case (
            Delivery()
            | LearnedHours()
            | HoursModel()
            | LoadOutlook()
            | Season()
            | Rebalancing()
            | Transition()
            | PoolPlan()
            | Enablement()
        ):
            return hide_capacity(result, least)
        case SuccessVector():
            return hide_vector(result, least)
        case Pilot():
            return hide_pilot(result, least)
        case RunChanges():
            # It tells of all members alone, and of the cohort only where that is shown itself.
            too_few = Unavailable(RUN_CHANGES, f"it rests on fewer than {least} members.")
            return too_few if 0 < result.n < least else result
        case Economics():
            return hide_economics(result, least)
        case Scenario():
            return hide_scenarios(result, least)
        case RetentionChange():
            return hide_change(result, least)
        case Findings():
            few = (result.table["n"] > 0) & (result.table["n"] < least) & (result.table["text"] != "")
            because = result.table["withheld_because"].mask(few, f"it rests on fewer than {least} members.")
            numbers = {name: result.table[name].mask(few) for name in ("estimate", "low", "high")}
            table = result.table.assign(text=result.table["text"].mask(few, ""), withheld_because=because, **numbers)
            table = table.assign(limited_because=table["limited_because"].mask(few, ""))
            return dataclasses.replace(result, table=table.assign(n=table["n"].mask(few, 0)))
        case FixedGroupings() | MethodChoice() | Proxies() | Stability() | Existence() | DuesBlindness() | Withheld():
            # Of nobody, and of no group's size.
            return result
        case Unavailable() | Engagement() | pd.DataFrame():
            return result
    raise TypeError(f"view_for_client: nobody decided what a client may see of {type(result).__name__}.")
