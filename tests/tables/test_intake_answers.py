import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.tables.instrument import read_instrument
from axlib.tables.intake_answers import read_answers, write_answer
from axlib.words.errors import DataError

INSTRUMENT = read_instrument()


def answers(*rows):
    columns = ["member_id", "item", "value", "stage", "rater", "at"]
    table = pd.DataFrame([(*row, *[None] * (6 - len(row))) for row in rows], columns=columns)
    return table.astype(dict.fromkeys(columns[:5], "str")).assign(at=pd.to_datetime(table["at"]))


def read(*rows):
    return read_answers(answers(*rows), instrument=INSTRUMENT)


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("guidance_need", "3", 3),
        ("guidance_need", "3.0", 3),
        ("guidance_need", "None", 0),
        ("guidance_need", "3 – guidance at each step", 3),
        ("guidance_need", "3 guidance at each step", 3),
        ("guidance_need", "2 – guidance at each step", None),
        ("guidance_need", "5", None),
        ("guidance_need", "2.5", None),
        ("guidance_need", "-1", None),
        ("Guidance_Need", "4", 4),
        ("preferred_mode", "live", 2),
        ("preferred_mode", "On our own terms, when we ask", 0),
        ("preferred_mode", "telepathy", None),
        ("staff_count", "1,200", 1200),
        ("staff_count", "-3", None),
        ("staff_count", "inf", None),
        ("staff_count", "many", None),
        ("success_potential", "Yes", 1),
        ("success_potential", "no", 0),
        ("success_potential", "perhaps", None),
        ("shoe_size", "4", None),
        ("guidance_need", None, None),
    ],
)
def test_an_answer_is_read_onto_its_scale_or_set_aside(item, value, code):
    result = read(("a", item, value))
    if code is None:
        assert len(result.table) == 0
        assert result.set_aside["reason"].iloc[0]
        assert result.set_aside["member_id"].tolist() == ["a"]
    else:
        assert result.table["code"].tolist() == [code]


def test_a_stage_the_item_is_not_asked_in_and_a_rater_who_cannot_know():
    result = read(
        ("a", "joint_accountability", "2", "onboarding"),
        ("a", "joint_accountability", "2", "steady"),
        ("a", "turnover", "2", None, "Member"),
        ("b", "turnover", "2", None, "msm: Ann"),
        ("c", "turnover", "2", None, "Ann"),
    )
    assert result.table["member_id"].tolist() == ["a", "b", "c"]
    assert result.set_aside["reason"].tolist() == [
        "the item is not asked in that stage",
        "who answered cannot know it: the instrument asks others",
    ]


def test_the_later_answer_of_a_rater_counts_and_other_raters_stand_beside_it():
    result = read(
        ("a", "stakes", "4", None, "Ann", "2025-03-01"),
        ("a", "stakes", "1", None, "Ann", None),
        ("a", "stakes", "2", None, "Bo", "2020-01-01"),
        ("a", "stakes", "3", "steady", "Ann", "2019-01-01"),
    )
    assert sorted(result.table["code"]) == [2, 3, 4]
    assert result.superseded == 1
    assert "1 answer gave way to a later one" in result.text


def test_items_become_attributes_and_codes_are_written_back():
    result = read(("a", "preferred_mode", "live"), ("a", "staff_count", "12"), ("a", "declared_at_risk", "y"))
    assert result.table["attribute"].tolist() == ["preferred_mode", "staff_count", "declared_at_risk"]
    written = [write_answer(INSTRUMENT.find(row.item), row.code) for row in result.table.itertuples()]
    assert written == ["live", "12", "yes"]


def test_only_three_columns_are_needed_and_their_absence_is_said_at_once():
    bare = answers(("a", "stakes", "4"))[["member_id", "item", "value"]]
    assert read_answers(bare, instrument=INSTRUMENT).table["rater"].tolist() == ["unnamed"]
    with pytest.raises(DataError) as caught:
        read_answers(bare[["member_id"]], instrument=INSTRUMENT)
    assert len(caught.value.problems) == 2


def test_no_answers_are_said():
    result = read_answers(answers(("a", "stakes", "4")).iloc[:0], instrument=INSTRUMENT)
    assert result.text == "0 answers of 0 members by 0 raters."
    assert len(result.summary()) == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from(["stakes", "preferred_mode", "nothing"]),
            st.sampled_from(["1", "live", "7", ""]),
            st.sampled_from(["steady", None]),
            st.sampled_from(["Ann", "Bo", None]),
        ),
        max_size=25,
    )
)
def test_every_row_is_accounted_for_and_nothing_given_is_changed(rows):
    table = answers(*rows)
    before = table.copy(deep=True)
    result = read_answers(table, instrument=INSTRUMENT)
    assert len(result.table) + len(result.set_aside) + result.superseded == len(table)
    assert not result.table.duplicated(["member_id", "item", "stage", "rater"]).any()
    assert np.isfinite(result.table["code"]).all()
    pd.testing.assert_frame_equal(table, before)
