import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.intervals import wilson_interval
from axlib.tables.attributes import collect_attributes
from axlib.tables.combining_raters import combine_raters, take_current_stage
from axlib.tables.instrument import read_instrument
from axlib.verbs.answer_weights import weight_answers
from axlib.verbs.segment_shares import estimate_segment_shares
from axlib.verbs.segments import make_segmentation, segment_by_rules
from axlib.words.results import Unavailable
from tests.tables.engagements import clean_files
from tests.verbs.test_answer_weights import RATES, reply
from tests.verbs.test_intake_plan import COVERAGE, HOURS, NAMES, invent, seeded


def estimate(members, segment, answered, *, by=("tier",), **changed):
    segments = make_segmentation(members["member_id"], segment, segments=NAMES, method="rules")
    weights = weight_answers(members, answered=answered, by=list(by))
    return estimate_segment_shares(segments, weights=weights, coverage=COVERAGE, **changed)


def test_intervals_hold_the_truth_as_often_as_they_say(n=900):
    """Answering goes with the tier, and segments go with the tier: unweighted shares would be wrong."""
    members, segment = invent(n)
    hours = np.array([HOURS[name] for name in segment])
    truth = np.array([np.mean(segment == name) for name in NAMES])
    rng = seeded("coverage")
    inside, loads, naive = [], [], []
    for _ in range(200):
        here = rng.random(n) < members["tier"].map(RATES).to_numpy()
        found = estimate(members, segment, members["member_id"][here].tolist())
        table = found.table.set_index("segment").loc[NAMES]
        inside.append((table["share_low"] <= truth) & (truth <= table["share_high"]))
        load = found.load.iloc[0]
        loads.append(load["required_hours_low"] <= hours.sum() <= load["required_hours_high"])
        plain = [wilson_interval((segment[here] == name).sum(), here.sum()) for name in NAMES]
        naive.append([low <= share <= high for (low, high), share in zip(plain, truth, strict=True)])
    covered = np.mean(inside, axis=0)
    assert (covered >= 0.92).all()
    assert covered.mean() <= 0.985
    assert 0.89 <= np.mean(loads) <= 0.985
    assert np.mean(naive, axis=0).min() < 0.5


def test_all_answered_is_a_count():
    members, segment = invent()
    found = estimate(members, segment, members["member_id"].tolist())
    table = found.table.set_index("segment")
    for name in NAMES:
        share = np.mean(segment == name)
        assert table.loc[name, ["share", "share_low", "share_high"]].tolist() == pytest.approx([share] * 3)
    total = sum(HOURS[name] for name in segment)
    assert found.load.iloc[0].tolist() == pytest.approx([total, total, total, total / 900])
    assert "have not answered" not in found.text
    assert "[" not in found.text


def test_numbers_fit_together():
    members, segment = invent()
    found = estimate(members, segment, reply(members))
    table = found.table
    assert table["share"].sum() == pytest.approx(1)
    assert table["members"].sum() == pytest.approx(900)
    assert table["required_hours"].sum() == pytest.approx(found.load["required_hours"].iloc[0])
    assert (table["share_if_unlike_low"] <= table["share_low"]).all()
    assert (table["share_if_unlike_high"] >= table["share_high"]).all()
    silent = 1 - found.answered / 900
    wider = (table["share_if_unlike_high"] - table["share_high"]).to_numpy()
    assert wider == pytest.approx(silent * 0.1)
    assert "Were they 10 points different" in found.text


def test_undetermined_members_are_a_group_of_their_own_with_the_hours_of_the_others():
    members, segment = invent()
    segment = segment.copy()
    segment[::10] = "undetermined"
    found = estimate(members, segment, members["member_id"].tolist())
    assert found.table["segment"].tolist() == [*NAMES, "undetermined"]
    assert np.isnan(found.table["required_hours"].iloc[-1])
    known = [HOURS[name] for name in segment if name != "undetermined"]
    assert found.load["hours_per_member"].iloc[0] == pytest.approx(np.mean(known))


def test_a_segment_nobody_who_answered_is_in_may_still_be_there():
    members, segment = invent()
    segment = np.where(segment == "Task Force", "Inbound", segment)
    row = estimate(members, segment, reply(members)).table.set_index("segment").loc["Task Force"]
    assert (row["share"], row["share_low"]) == (0, 0)
    assert 0 < row["share_high"] < 0.1
    assert row["required_hours_high"] == pytest.approx(row["share_high"] * 900 * HOURS["Task Force"])


def test_what_cannot_be_estimated_says_why():
    members, segment = invent()
    few = estimate(members, segment, members["member_id"].iloc[:10].tolist())
    assert isinstance(few, Unavailable)
    assert "fewer than 30" in few.why
    some = make_segmentation(members["member_id"].iloc[:5], segment[:5], segments=NAMES, method="rules")
    weights = weight_answers(members, answered=reply(members), by=["tier"])
    strangers = estimate_segment_shares(some, weights=weights, coverage=COVERAGE)
    assert isinstance(strangers, Unavailable)
    assert "in no segmentation" in strangers.why
    half = np.where(np.arange(900) % 2, "Inbound", "Synchronous").astype(object)
    wide = estimate(members, half, members["member_id"].iloc[:30].tolist(), by=("kind",), level=0.9999)
    assert isinstance(wide, Unavailable)
    assert "uncertain by ±" in wide.why


def test_order_of_members_changes_nothing():
    members, segment = invent()
    order = seeded("order").permutation(900)
    answered = reply(members)
    one = estimate(members, segment, answered)
    other = estimate(members.iloc[order].reset_index(drop=True), segment[order], answered)
    pd.testing.assert_frame_equal(one.table, other.table)


def test_from_an_export_without_answers_and_an_intake_of_some_to_segments_of_all(tmp_path):
    """Members hold no AX attribute; two raters asked 150 of 400 of them, the small ones less often."""
    rng = seeded("whole way")
    tier = np.where(rng.random(400) < 0.7, "Small", "Large")
    need = np.where(tier == "Small", rng.choice([0, 1, 3, 4], 400, p=[0.3, 0.3, 0.2, 0.2]), rng.choice([0, 4], 400))
    asked = np.flatnonzero(rng.random(400) < np.where(tier == "Small", 0.25, 0.6))
    members = "member_id,status,member_type\n" + "".join(f"{1000 + i},active,{tier[i]}\n" for i in range(400))
    rows = [
        f"{1000 + i},{item},{value},{rater},2025-0{month}-01"
        for i in asked
        for item, value in (("guidance_need", need[i]), ("internal_capacity", 4 - need[i]))
        for rater, month in (("member", 2), ("msm: Ann", 3))
    ]
    answers = "member_id,item,value,rater,at\n" + "\n".join(rows) + "\n"
    keys = "values: {members.status: {active: active}}\n"
    clean = clean_files(tmp_path, {"members.csv": members, "answers.csv": answers}, keys)
    instrument = read_instrument()
    combined = combine_raters(clean.answers, instrument=instrument)
    ready = dataclasses.replace(clean, answers=take_current_stage(combined.table))
    wanted = [spec for spec in instrument.attributes if spec.name in ("guidance_need", "internal_capacity")]
    attributes = collect_attributes(ready, attributes=wanted)
    rules = [segment.model_copy(update={"rules": segment.rules[-1:]}) for segment in COVERAGE[:3:2]]
    rules[1] = rules[1].model_copy(update={"rules": ("guidance_need >= 3",)})
    segments = segment_by_rules(attributes.table, segments=rules)
    answered = attributes.table.index[attributes.table.notna().all(axis=1)]
    assert len(answered) == len(asked)
    weights = weight_answers(clean.members, answered=answered, by=["member_type"])
    found = estimate_segment_shares(segments, weights=weights, coverage=rules).table.set_index("segment")
    kinds = [tier[asked] == name for name in ("Small", "Large")]
    shares = [np.mean(tier == name) for name in ("Small", "Large")]
    by_hand = sum(share * np.mean(need[asked][kind] >= 3) for share, kind in zip(shares, kinds, strict=True))
    assert found.loc["Synchronous", "share"] == pytest.approx(by_hand)
    assert "They differ from the others in member type" in weights.text
