"""An engagement with an intake: several raters, lifecycle stages, few answers, own questions, or none at all."""

import numpy as np
import pandas as pd
import pytest

from axlib.tables.instrument import read_instrument
from axlib.verbs.answer_weights import AnswerWeights
from axlib.verbs.diagnose import diagnose
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.journeys import Journeys
from axlib.verbs.question_value import QuestionValue
from axlib.verbs.rater_agreement import RaterAgreement
from axlib.verbs.rater_split import RaterSplit
from axlib.verbs.segment_shares import SegmentShares
from axlib.words.results import Unavailable
from tests.verbs.small import COLUMNS, answers, engagement, members, without

ITEMS = COLUMNS[-5:]
BARE = without(members(300), *ITEMS)


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def diagnosed(folder, keys="segments: {method: rules}\n", **files):
    tables = {"members": BARE, "terms": None, "touches": None, "staff": None, **files}
    return diagnose(engagement(folder, "tiers: {by: bands, edges: [350]}\n" + keys, **tables))


def test_without_any_answer_there_is_a_plan_of_whom_to_ask(tmp_path):
    found = diagnosed(tmp_path)
    assert isinstance(found.intake_plan, IntakePlan)
    assert found.intake_plan.assumed_shares
    assert found.intake_plan.by == ("tier",)
    assert set(found.intake_plan.table["member_id"]) == set(
        found.clean.members.loc[found.clean.members["status"] == "active", "member_id"]
    )
    for name in ("answers", "rater_agreement", "rater_split", "journeys", "answer_weights", "segment_shares"):
        assert isinstance(getattr(found, name), Unavailable), name


def test_a_part_that_answered_is_weighted_to_all(tmp_path):
    who = [i for i in range(300) if i % 5 and seeded(f"answers{i}").random() < (0.5 if i % 7 < 4 else 0.25)]
    found = diagnosed(tmp_path, answers=answers(who))
    assert isinstance(found.answer_weights, AnswerWeights)
    assert found.answer_weights.answered == len(who)
    assert found.answer_weights.table["weight"].sum() == pytest.approx(240)
    assert isinstance(found.segment_shares, SegmentShares)
    assert found.segment_shares.table["share"].sum() == pytest.approx(1.0)
    assert isinstance(found.intake_plan, IntakePlan)
    assert not set(found.intake_plan.table["member_id"]) & {f"m{i:03d}" for i in who}


def test_where_everybody_answered_nobody_is_asked(tmp_path):
    found = diagnosed(tmp_path, answers=answers(range(300)))
    assert found.intake_plan.why == found.answer_weights.why == "enough is known of every member."
    assert isinstance(found.question_value, QuestionValue)


def test_raters_are_combined_compared_and_kept_apart_from_the_clean_table(tmp_path):
    found = diagnosed(tmp_path, answers=answers(range(300), raters=("Ann", "Bo", "Cy")))
    assert isinstance(found.rater_agreement, RaterAgreement)
    assert isinstance(found.rater_split, RaterSplit)
    assert found.rater_split.agree == 1.0
    assert len(found.clean.answers) == 3 * 5 * 300
    assert (found.answers.table["raters"] == 3).all()
    assert found.segments.sizes == diagnosed(tmp_path, answers=answers(range(300))).segments.sizes


def test_stages_become_journeys_and_the_own_stage_decides(tmp_path):
    staged = BARE.replace("staff_id\n", "staff_id,lifecycle_stage\n", 1)
    lines = staged.splitlines()
    staged = "\n".join(
        [lines[0], *(f"{line},{'onboarding' if i % 2 else 'steady'}" for i, line in enumerate(lines[1:]))]
    )
    given = answers(
        range(300), stages=("onboarding", "steady"), kind=lambda i, stage: 2 if stage == "onboarding" else 0
    )
    found = diagnosed(tmp_path, members=staged + "\n", answers=given)
    assert isinstance(found.journeys, Journeys)
    assert found.journeys.changing == (300, 300)
    segment = found.segments.table.set_index("member_id")["segment"]
    assert set(segment[[f"m{i:03d}" for i in range(300) if i % 5 and i % 2]]) == {"Synchronous"}
    assert set(segment[[f"m{i:03d}" for i in range(300) if i % 5 and not i % 2]]) == {"Inbound"}


def test_gates_are_read_from_answers_where_members_say_nothing(tmp_path):
    told = (
        answers(range(300)) + "m001,declared_at_risk,yes,,Ann,2025-06-01\nm002,success_potential,no,,Ann,2025-06-01\n"
    )
    found = diagnosed(tmp_path, answers=told)
    placed = found.plan_segments.table.set_index("member_id")["segment"]
    assert placed["m001"] == "Task Force"
    assert placed["m002"] == "no success potential"


def test_an_own_instrument_names_its_own_attributes(tmp_path):
    (tmp_path / "example").mkdir(exist_ok=True)
    (tmp_path / "example" / "questions.yml").write_text(
        "items:\n"
        "  - {id: help, question: 'How much help do you want?', becomes: guidance_need, kind: scale,\n"
        "     points: [none, a little, some, much, all of it]}\n"
        "  - {id: place, question: 'Where do you meet?', becomes: meeting_place, kind: category,\n"
        "     categories: {hall: in the hall, online: on a screen}}\n",
        "utf-8",
    )
    rows = "member_id,item,value\n" + "".join(
        f"m{i:03d},help,{(0, 4)[i % 2]}\nm{i:03d},place,{('online', 'hall')[i % 2]}\n" for i in range(300)
    )
    found = diagnosed(tmp_path, keys="segments: {method: classes}\nintake: {instrument: questions.yml}\n", answers=rows)
    assert found.attributes.kinds == {"guidance_need": "ordinal", "meeting_place": "categorical"}
    assert len(found.classes.classes) == 2


def test_answers_to_questions_the_instrument_does_not_have_stay(tmp_path):
    known = [item.id for item in read_instrument().items]
    assert "shoe_size" not in known
    told = answers(range(300)) + "".join(f"m{i:03d},shoe_size,{i % 9 + 35},,Ann,2025-06-01\n" for i in range(300))
    keys = "segments: {method: classes}\nattributes: [guidance_need, shoe_size]\n"
    found = diagnosed(tmp_path, keys=keys, answers=told)
    assert set(found.attributes.kinds) == {"guidance_need", "shoe_size"}
    assert found.attributes.table["shoe_size"].astype(float).between(35, 43).all()
    assert pd.api.types.is_numeric_dtype(found.attributes.table["guidance_need"])
