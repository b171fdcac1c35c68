"""What may leave the house: the one place where small groups are hidden and people lose their names.

The client's notebook works on the diagnosis this returns, so that no table, picture, alternative text or
download on the page can hold what another one hides. A group below the smallest size shows nothing of its own;
where it is alone, the next smallest is hidden with it, for the sum of all is always known.
"""

from __future__ import annotations

import dataclasses

import pandas as pd

from axlib.reports.hiding.groups import hide_comparison, hide_gap, hide_retention
from axlib.reports.hiding.kept_inside import hide_questions, keep_inside, show_large
from axlib.reports.hiding.money import hide_change, hide_economics, hide_findings, hide_scenarios
from axlib.reports.hiding.people import hide_coverage, hide_explanation, hide_identifiers, hide_rows, hide_segments
from axlib.reports.hiding.small_cells import hide_small
from axlib.reports.hiding.unstable_names import rename_segments, rename_unstable
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
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.economics import Economics
from axlib.verbs.existence import Existence
from axlib.verbs.explanation import Explanation
from axlib.verbs.findings import Findings, Withheld
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.journeys import Journeys
from axlib.verbs.method_choice import MethodChoice, find_unstable
from axlib.verbs.perturbation import Perturbation
from axlib.verbs.proxies import Proxies
from axlib.verbs.question_value import QuestionValue
from axlib.verbs.rater_agreement import RaterAgreement
from axlib.verbs.rater_split import RaterSplit
from axlib.verbs.retention import Retention
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario
from axlib.verbs.segment_shares import SegmentShares
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.surrogate import Surrogate
from axlib.words.results import Unavailable

#: The results that name segments.
_NAME_SEGMENTS = (
    "segments", "plan_segments", "rules", "classes", "method_choice", "method_agreement", "explanation", "stability",
    "perturbation", "surrogate", "segment_shares", "question_value",
    "existence", "retention", "comparison", "service_gap", "coverage", "economics", "scenarios", "findings", "withheld",
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
    return _leave_unnamed(view, rename_unstable(find_unstable(diagnosis.stability)))


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
            # What is wrong with which rows is the team's affair; what the data can carry is the client's too.
            pairs = {"contradictions": result.contradictions.iloc[:0], "duplicates": result.duplicates.iloc[:0]}
            return dataclasses.replace(result, problems=result.problems.iloc[:0], letter="", **pairs)
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
        case CoveragePlan():
            return hide_coverage(result, least)
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
            return dataclasses.replace(result, table=table.assign(n=table["n"].mask(few, 0)))
        case MethodChoice() | Proxies() | Stability() | Existence() | DuesBlindness() | Withheld():
            # Of nobody, and of no group's size.
            return result
        case Unavailable() | Engagement() | pd.DataFrame():
            return result
    raise TypeError(f"view_for_client: nobody decided what a client may see of {type(result).__name__}.")
