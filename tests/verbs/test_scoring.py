import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.explanation import explain_segments
from axlib.verbs.scoring import match_attributes, read_model, score_members
from axlib.verbs.segments import segment_by_rules
from axlib.words.errors import DataError
from tests.verbs.small import attributes

SEED = sum(map(ord, "scoring members"))


@pytest.fixture(scope="module")
def given():
    return attributes(240)


@pytest.fixture(scope="module")
def found(given):
    return segment_by_ax(given, segments=read_segments(), rng=np.random.default_rng(SEED))


def change(attributes, **columns):
    return dataclasses.replace(attributes, table=attributes.table.assign(**columns))


def test_members_fitted_are_placed_as_they_were(given, found):
    scored = score_members(found.model, attributes=given)
    columns = ["member_id", "segment", "reason"]
    pd.testing.assert_frame_equal(scored.table[columns], found.table[columns])
    np.testing.assert_allclose(scored.table["confidence"], found.table["confidence"], atol=1e-12)
    assert (scored.segments, scored.method, scored.fingerprint) == (found.segments, "classes", found.fingerprint)
    pd.testing.assert_frame_equal(scored.classes, found.classes)
    pd.testing.assert_frame_equal(scored.profile, found.profile)


def test_the_saved_text_and_the_segmentation_are_one_model(given, found):
    saved = json.dumps(json.loads(found.model))
    pd.testing.assert_frame_equal(
        score_members(saved, attributes=given).table, score_members(found, attributes=given).table
    )


def test_new_members_of_the_same_kinds_get_their_segments(found):
    new = attributes(80, seed="other members")
    scored = score_members(found, attributes=new)
    kinds = ["Inbound", "Asynchronous", "Synchronous", "Task Force"] * 20
    sure = scored.table["segment"] != "undetermined"
    assert sure.mean() > 0.85
    assert (scored.table["segment"][sure] == pd.Series(kinds)[sure]).mean() > 0.98


def test_a_member_is_placed_alone_as_among_others(given, found):
    alone = dataclasses.replace(given, table=given.table.iloc[[7]])
    assert score_members(found, attributes=alone).table["segment"][0] == found.table["segment"][7]


def test_scored_members_can_be_explained(given, found):
    scored = score_members(found.model, attributes=given)
    explained = explain_segments(scored, attributes=given, segments=read_segments())
    pd.testing.assert_frame_equal(
        explained.members, explain_segments(found, attributes=given, segments=read_segments()).members
    )


def test_an_answer_never_met_is_missing_and_named(given, found):
    table = given.table
    strange = change(given, preferred_mode=table["preferred_mode"].where(table["preferred_mode"] != "live", "fax"))
    blank = change(given, preferred_mode=table["preferred_mode"].mask(table["preferred_mode"] == "live"))
    pd.testing.assert_frame_equal(
        score_members(found, attributes=strange).table, score_members(found, attributes=blank).table
    )
    match = match_attributes(found, attributes=strange)
    row = match.table.set_index("attribute").loc["preferred_mode"]
    assert row["unseen"] == (table["preferred_mode"] == "live").sum()
    assert row["known"] == pytest.approx(blank.table["preferred_mode"].notna().mean())
    assert row["treatment"] == "used; never met, so missing: fax"
    assert f"{row['unseen']} answers were met by nobody when the model was fitted" in match.text


def test_missing_attributes_are_refused_unless_allowed(given, found):
    few = dataclasses.replace(given, table=given.table.drop(columns=["guidance_need", "stakes"]))
    with pytest.raises(DataError, match=r"guidance_need and stakes, which the members do not have.*allow_missing=True"):
        score_members(found, attributes=few)
    allowed = score_members(found, attributes=few, allow_missing=True)
    blank = change(given, guidance_need=np.nan, stakes=np.nan)
    pd.testing.assert_frame_equal(allowed.table, score_members(found, attributes=blank).table)
    assert match_attributes(found, attributes=few).missing == ("guidance_need", "stakes")


def test_nothing_to_place_by_is_refused_even_if_allowed(given, found):
    none = dataclasses.replace(given, table=given.table[[]])
    with pytest.raises(DataError, match="Nothing is left"):
        score_members(found, attributes=none, allow_missing=True)


def test_new_attributes_are_not_used_and_named(given, found):
    more = change(given, chapters=1.0)
    more = dataclasses.replace(more, kinds={**given.kinds, "chapters": "numeric"})
    pd.testing.assert_frame_equal(
        score_members(found, attributes=more).table, score_members(found, attributes=given).table
    )
    match = match_attributes(found, attributes=more)
    assert match.new == ("chapters",)
    assert "the model does not know them: chapters." in match.text


def test_thresholds_are_those_of_the_fit_unless_given(given):
    strict = segment_by_ax(
        given, segments=read_segments(), min_confidence=0.999, min_answers=0.9, rng=np.random.default_rng(SEED)
    )
    assert score_members(strict.model, attributes=given).fingerprint == strict.fingerprint
    lax = score_members(strict.model, attributes=given, min_confidence=0.0, min_answers=0.0)
    assert lax.undetermined == 0 < strict.undetermined


def test_too_few_answers_the_model_knows_are_undetermined(given, found):
    odd = given.table.head(1).assign(internal_capacity=8.0, guidance_need=9.0, goal_complexity=9.0)
    table = score_members(found, attributes=dataclasses.replace(given, table=odd)).table
    assert table.loc[0, ["segment", "reason"]].tolist() == [
        "undetermined", "fewer than 0.5 of the answers are known",
    ]  # fmt: skip


def test_nobody_is_placed_nowhere(given, found):
    nobody = dataclasses.replace(given, table=given.table.head(0))
    assert len(score_members(found, attributes=nobody).table) == 0
    assert match_attributes(found, attributes=nobody).table["known"].eq(0).all()


def test_what_holds_no_model_is_refused(given, found):
    rules = segment_by_rules(given.table, segments=read_segments())
    document = json.loads(found.model)
    bare = {key: value for key, value in document.items() if key != "segments"}
    wrong = {**document, "segments": {**document["segments"], "names": ["Elsewhere"]}}
    for model, told in (
        (rules, "segments by rules hold no fitted model"), ("", "hold no fitted model"), ("{", "is no JSON"),
        ("[]", "must be a JSON object"), (json.dumps(bare), "does not say which segment"),
        (json.dumps(wrong), "does not say which segment"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=told):
            score_members(model, attributes=given)


def test_the_model_is_plain_json_with_names_and_thresholds(found):
    saved = read_model(found)
    assert saved.names == found.segments
    assert (saved.min_confidence, saved.min_answers) == (0.6, 0.5)
    assert "NaN" not in found.model
