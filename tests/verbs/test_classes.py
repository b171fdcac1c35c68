import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import assess_stability, segment_by_ax
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.verbs.small import attributes

SEED = sum(map(ord, "classes"))


@pytest.fixture(scope="module")
def given():
    return attributes(240)


@pytest.fixture(scope="module")
def found(given):
    return segment_by_ax(given, segments=read_segments(), rng=np.random.default_rng(SEED))


def test_the_kinds_that_were_put_in_come_out(given, found):
    names = dict(zip(range(4), ["Inbound", "Asynchronous", "Synchronous", "Task Force"], strict=True))
    expected = pd.Series([names[i % 4] for i in range(240)])
    sure = (found.table["segment"] != "undetermined").to_numpy()
    assert sure.mean() > 0.9
    assert (found.table["segment"][sure] == expected[sure]).mean() > 0.98


def test_confidence_is_a_probability_and_undetermined_is_below_it(found):
    assert found.table["confidence"].between(0, 1).all()
    unsure = found.table["reason"].str.startswith("no segment is more probable")
    assert (found.table.loc[unsure, "confidence"] < 0.6).all()


def test_too_few_answers_are_undetermined(given):
    few = given.table.copy()
    few.iloc[0, 1:] = np.nan
    result = segment_by_ax(
        dataclasses.replace(given, table=few), segments=read_segments(), rng=np.random.default_rng(SEED)
    )
    assert result.table["segment"].iloc[0] == "undetermined"
    assert result.table["reason"].iloc[0] == "fewer than 0.5 of the answers are known"


def test_the_same_chance_gives_the_same_bits(given, found):
    again = segment_by_ax(given, segments=read_segments(), rng=np.random.default_rng(SEED))
    assert again.model == found.model
    pd.testing.assert_frame_equal(again.table, found.table)


def test_order_of_members_changes_no_assignment(given, found):
    order = np.random.default_rng(1).permutation(240)
    shuffled = dataclasses.replace(given, table=given.table.iloc[order])
    result = segment_by_ax(shuffled, segments=read_segments(), rng=np.random.default_rng(SEED))
    assert result.fingerprint == found.fingerprint


def test_arguments_are_not_changed(given):
    before = given.table.copy(deep=True)
    segment_by_ax(given, segments=read_segments(), k=2, rng=np.random.default_rng(SEED))
    pd.testing.assert_frame_equal(given.table, before)


def test_a_class_is_named_by_its_nearest_archetype_within_reach(found):
    near = found.classes["distance"] <= 0.3
    assert (found.classes["segment"] == found.classes["nearest"].where(near)).equals(near)
    assert found.classes["share"].sum() == pytest.approx(1)


def test_a_class_like_no_archetype_stays_unnamed(given):
    bare = [segment.model_copy(update={"archetype": {"stakes": "high"}}) for segment in read_segments()[:1]]
    result = segment_by_ax(given, segments=bare, k=1, rng=np.random.default_rng(SEED))
    assert result.segments == ("Class 1 (unnamed)",)


def test_segments_without_archetypes_leave_all_unnamed(given):
    bare = [segment.model_copy(update={"archetype": {}}) for segment in read_segments()]
    result = segment_by_ax(given, segments=bare, k=2, rng=np.random.default_rng(SEED))
    assert result.classes["nearest"].tolist() == ["–", "–"]
    assert all("unnamed" in name for name in result.segments)


def test_more_classes_than_profiles_are_refused(given):
    few = dataclasses.replace(given, table=given.table.iloc[[0, 0, 1, 1]].set_axis(list("abcd")))
    with pytest.raises(DataError, match=r"k must be at most 2, the number of distinct AX profiles. Got 9"):
        segment_by_ax(few, segments=read_segments(), k=9, rng=np.random.default_rng(SEED))


def test_stability_of_clear_classes_is_high(given, found):
    result = assess_stability(found, attributes=given, rng=np.random.default_rng(SEED), n_resamples=10)
    assert (result.table["jaccard"] > 0.75).all()
    assert set(result.by_segment) == set(found.classes["segment"])
    assert "does not show that distinct groups exist" in result.text


def test_stability_has_nothing_to_say_of_rules_or_of_one_class(given, found):
    rules = dataclasses.replace(found, method="rules")
    single = segment_by_ax(given, segments=read_segments(), k=1, rng=np.random.default_rng(SEED))
    for each in (rules, single):
        result = assess_stability(each, attributes=given, rng=np.random.default_rng(SEED), n_resamples=2)
        assert isinstance(result, Unavailable)


def test_the_model_is_json_and_holds_no_member(found):
    assert "m001" not in found.model
    assert json.loads(found.model)
