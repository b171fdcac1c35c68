"""What stays in the house whole, or leaves it only where no small group is in it."""

from __future__ import annotations

import dataclasses

from axlib.tables.combining_raters import CombinedAnswers
from axlib.verbs.answer_weights import AnswerWeights
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.journeys import Journeys
from axlib.verbs.perturbation import Perturbation
from axlib.verbs.question_value import QuestionValue
from axlib.verbs.rater_agreement import RaterAgreement
from axlib.verbs.rater_split import RaterSplit
from axlib.verbs.segment_shares import SegmentShares
from axlib.verbs.surrogate import Surrogate
from axlib.words.results import Unavailable

#: Results that name members or people of the team in every row.
Inside = CombinedAnswers | RaterAgreement | RaterSplit | IntakePlan | AnswerWeights | Journeys
#: Results that count members by segment.
Counted = Surrogate | Perturbation | SegmentShares


def keep_inside(result: Inside) -> Unavailable:
    """Say that a result is the team's own."""
    return Unavailable(type(result).title, "it names members or people of the team, and stays with them.")


def show_large(result: Counted, least: int) -> Counted | Unavailable:
    """Show a result by segment where no segment with members is small; a part of it would give the rest away."""
    counts = {
        "Surrogate": lambda shown: [shown.rules["members"], shown.fidelity["members"]],
        "Perturbation": lambda shown: [shown.table["members"]],
        "SegmentShares": lambda shown: [shown.table["answered"]],
    }[type(result).__name__](result)
    if any(((column > 0) & (column < least)).any() for column in counts):
        return Unavailable(type(result).title, f"a group in it has fewer than {least} members.")
    return result


def hide_questions(result: QuestionValue, least: int) -> QuestionValue:
    """Drop single members and groups; hide how few lack an answer."""
    few = (result.table["lacking"] > 0) & (result.table["lacking"] < least)
    masked = {name: result.table[name].astype(float).mask(few) for name in ("lacking", "gain_bits", "settled")}
    return dataclasses.replace(
        result,
        table=result.table.assign(**masked),
        members=result.members.iloc[:0],
        by_group=result.by_group.iloc[:0],
    )
