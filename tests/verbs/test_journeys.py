from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.attributes import Attributes
from axlib.tables.stage_attributes import NO_STAGE, StageAttributes
from axlib.verbs.journeys import follow_journeys
from axlib.verbs.segments import make_segmentation
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from axlib.words.vocabulary import LIFECYCLE_STAGES
from tests.verbs.small import quick

SEGMENTS = ("Pool", "Calls", "Team")


def stages_of(rows):
    """Rows of (member, stage, current, asked)."""
    table = pd.DataFrame(rows, columns=["member_id", "stage", "current", "asked"])
    table = table.astype({"member_id": "str", "stage": "str"})
    keys = pd.Index(table["member_id"] + "|" + table["stage"], name="row")
    nothing = pd.DataFrame({"need": 1.0}, index=keys)
    return StageAttributes(table.set_index(keys), Attributes(nothing, {"need": "ordinal"}, {}, pd.DataFrame()))


def segment(stages, labels):
    return make_segmentation(pd.Series(stages.rows.index), labels, segments=SEGMENTS, method="rules")


@pytest.fixture
def journeys():
    stages = stages_of(
        [
            ("ann", "onboarding", False, True), ("ann", "steady", True, True),
            ("bo", "onboarding", False, True), ("bo", "first_year", False, True), ("bo", "steady", True, True),
            ("cy", "onboarding", False, True), ("cy", "steady", True, False),
            ("di", NO_STAGE, True, False),
            ("ed", "onboarding", False, True), ("ed", "steady", True, True),
        ]
    )  # fmt: skip
    labels = [
        "Calls",
        "Pool",
        "Calls",
        "Calls",
        "Calls",
        "Calls",
        "undetermined",
        "undetermined",
        "undetermined",
        "Pool",
    ]
    return follow_journeys(segment(stages, labels), stages=stages)


def test_a_member_has_the_segment_of_its_current_stage(journeys):
    table = journeys.current.table
    assert dict(zip(table["member_id"], table["segment"], strict=True)) == {
        "ann": "Pool", "bo": "Calls", "cy": "undetermined", "di": "undetermined", "ed": "Pool",
    }  # fmt: skip
    assert journeys.current.segments == SEGMENTS


def test_stages_are_counted_by_segment_as_far_as_asked(journeys):
    counts = journeys.counts.set_index(["stage", "segment"])["members"]
    assert counts.loc["onboarding"].to_dict() == {"Pool": 0, "Calls": 3, "Team": 0, "undetermined": 1}
    assert counts.loc["steady"].to_dict() == {"Pool": 2, "Calls": 1, "Team": 0, "undetermined": 0}
    assert counts.sum() == 8
    assert journeys.counts.groupby("stage")["share"].sum().round(9).eq(1).all()
    assert journeys.summary()["stage"].tolist() == ["onboarding", "first_year", "steady"]


def test_changes_are_between_stages_that_follow_each_other(journeys):
    assert journeys.changes.to_numpy().tolist() == [
        ["onboarding", "first_year", 1, 0, 0.0],
        ["onboarding", "steady", 1, 1, 1.0],
        ["first_year", "steady", 1, 0, 0.0],
    ]
    assert journeys.changing == (1, 2)
    assert journeys.text == (
        "Of 2 members with a segment in two lifecycle stages or more, 1 (50 %) calls for another segment along the way."
        " Most between onboarding and steady: 1 of 1 (100 %)."
    )


def test_a_journey_reads_as_words(journeys):
    assert journeys.by_member["bo"] == "onboarding Calls, first year Calls, steady Calls"


@quick
@given(st.integers(0, 2**32 - 1))
def test_counts_are_those_of_a_walk_through_every_journey(seed):
    rng = np.random.default_rng(seed)
    rows, labels = [], []
    for member in range(rng.integers(1, 12)):
        own = sorted(rng.choice(len(LIFECYCLE_STAGES), rng.integers(1, 5), replace=False))
        now = rng.integers(len(own))
        for place, stage in enumerate(own):
            rows.append((f"m{member}", LIFECYCLE_STAGES[stage], place == now, bool(rng.random() < 0.8)))
            labels.append(str(rng.choice([*SEGMENTS, "undetermined"])))
    stages = stages_of(rows)
    found = follow_journeys(segment(stages, labels), stages=stages)
    if not stages.has_stages:
        assert isinstance(found, Unavailable)
        return
    pairs, changing, several = {}, 0, 0
    for member in dict.fromkeys(row[0] for row in rows):
        own = [(row[1], label) for row, label in zip(rows, labels, strict=True) if row[0] == member and row[3]]
        placed = [label for _, label in own if label != "undetermined"]
        several += len(placed) > 1
        changing += len(set(placed)) > 1
        for (first, one), (second, other) in pairwise(pair for pair in own if pair[1] != "undetermined"):
            members, changed = pairs.get((first, second), (0, 0))
            pairs[first, second] = (members + 1, changed + (one != other))
    assert found.changing == (changing, several)
    table = found.changes
    assert {(r["stage"], r["next_stage"]): (r["members"], r["changed"]) for r in table.to_dict("records")} == pairs
    assert len(found.current.table) == len({row[0] for row in rows})
    assert found.text


def test_order_of_rows_of_the_segmentation_changes_nothing(journeys):
    table = journeys.table
    stages = stages_of(table[["member_id", "stage", "current", "asked"]].to_numpy().tolist())
    mixed = segment(stages, table["segment"])
    mixed = type(mixed)(mixed.table.sample(frac=1, random_state=3), *[getattr(mixed, name) for name in (
        "segments", "method", "classes", "profile", "trade_off", "model")])  # fmt: skip
    again = follow_journeys(mixed, stages=stages)
    pd.testing.assert_frame_equal(again.table.drop(columns="reason"), table.drop(columns="reason"))


def test_answers_without_stages_have_no_journeys():
    stages = stages_of([("ann", "steady", True, False), ("bo", NO_STAGE, True, False)])
    found = follow_journeys(segment(stages, ["Pool", "Pool"]), stages=stages)
    assert isinstance(found, Unavailable)
    assert "no answer carries a lifecycle stage" in found.why


def test_segments_of_other_rows_are_refused(journeys):
    stages = stages_of([("ann", "steady", True, True)])
    with pytest.raises(DataError, match="not of the rows"):
        follow_journeys(journeys.current, stages=stages)
