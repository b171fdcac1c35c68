import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import read_segments
from axlib.tables.instrument import read_instrument
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.segments import make_segmentation, segment_by_rules
from axlib.verbs.surrogate import Surrogate, fit_surrogate, write_rules
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Unavailable
from tests.verbs.small import attributes, quick

SEED = sum(map(ord, "surrogate"))


@pytest.fixture(scope="module")
def given():
    return attributes(240)


@pytest.fixture(scope="module")
def found(given):
    return segment_by_ax(given, segments=read_segments(), rng=np.random.default_rng(SEED))


def fit(segmentation, given, **options):
    options = {"segments": read_segments(), "rng": np.random.default_rng(SEED), **options}
    return fit_surrogate(segmentation, attributes=given, **options)


@pytest.fixture(scope="module")
def surrogate(found, given):
    return fit(found, given, instrument=read_instrument())


def test_members_of_plain_kinds_are_found_again(surrogate):
    every = surrogate.fidelity.iloc[0]
    assert every["segment"] == "all members"
    assert every["fidelity"] > 0.9 > 0.4 > every["baseline_share"]
    assert every["fidelity_low"] < every["fidelity"] < every["fidelity_high"]
    assert every["fidelity"] <= every["placed_share"]


def test_fidelity_of_all_is_that_of_the_segments_together(surrogate):
    every, own = surrogate.fidelity.iloc[0], surrogate.fidelity.iloc[1:]
    assert own["members"].sum() == every["members"]
    for name in ("fidelity", "baseline_share", "placed_share"):
        assert (own[name] * own["members"]).sum() / own["members"].sum() == pytest.approx(every[name])


def test_members_of_each_rule_are_counted_as_by_hand(surrogate, found, given):
    applied = segment_by_rules(given.table, segments=surrogate.segments).table
    labels = found.table["segment"]
    placed = labels != "undetermined"
    counts = applied[placed].groupby("segment").size()
    assert surrogate.rules.groupby("segment")["members"].sum().to_dict() == counts.drop("undetermined").to_dict()
    right = (applied["segment"] == labels)[placed].sum()
    assert (surrogate.rules["right_share"] * surrogate.rules["members"]).sum() == pytest.approx(right)


def test_written_rules_are_read_and_give_the_same_segments(surrogate, given, tmp_path):
    file = tmp_path / "segments.yml"
    file.write_text(write_rules(surrogate, segments=read_segments()), "utf-8")
    read = read_segments(file)
    assert {segment.name for segment in read} == {segment.name for segment in read_segments()}
    applied, own = (segment_by_rules(given.table, segments=segments) for segments in (read, surrogate.segments))
    assert applied.fingerprint == own.fingerprint
    hours = {segment.name: segment.hours_per_year for segment in read_segments()}
    assert {segment.name: segment.hours_per_year for segment in read} == hours


@quick
@draw(st.integers(0, 2**32 - 1))
def test_rules_place_all_but_those_a_missing_answer_stops(seed):
    rng = np.random.default_rng(seed)
    n = 120
    table = pd.DataFrame(
        {
            "need": rng.integers(0, 5, n).astype(float),
            "staff": np.exp(rng.normal(size=n)),
            "mode": pd.Series(rng.choice(["live", "async", "own"], n), dtype="str"),
        },
        index=pd.Index([f"m{i}" for i in range(n)], name="member_id", dtype="str"),
    )
    label = np.where(table["need"] >= 3, "A", np.where(table["mode"] == "live", "B", "C"))
    label = np.where(rng.random(n) < 0.1, "B", label)
    table = table.mask(rng.random(table.shape) < 0.15)
    kinds = {"need": "ordinal", "staff": "numeric", "mode": "categorical"}
    given = Attributes(table, kinds, {"staff": (0.5, 2.0)}, pd.DataFrame())
    segmentation = make_segmentation(pd.Series(table.index), label, segments=["A", "B", "C"], method="column")
    result = fit(segmentation, given, segments=(), n_folds=3)
    if isinstance(result, Unavailable):
        return
    applied = segment_by_rules(table, segments=result.segments).table["segment"]
    # Whoever answered everything is placed, and the rules count as many as they place.
    assert (applied[table.notna().all(axis=1).to_numpy()] != "undetermined").all()
    assert (applied != "undetermined").sum() == result.rules["members"].sum()
    chosen = result.by_rules[result.by_rules["chosen"]]
    assert chosen["fitted_share"].iloc[0] == pytest.approx((applied == label).mean())
    assert chosen["fidelity"].iloc[0] == pytest.approx(result.fidelity["fidelity"].iloc[0])


def test_the_task_force_is_tried_first_and_never_left_over(surrogate):
    names = [segment.name for segment in surrogate.segments]
    assert names[0] == "Task Force"
    assert surrogate.segments[0].task_force


def test_words_come_from_the_instrument(surrogate):
    words = " ".join(surrogate.rules["words"])
    assert 'preferred mode is live ("in meetings and calls")' in words
    assert words.endswith("everyone else")


def test_the_same_chance_and_any_order_of_members_give_the_same_rules(surrogate, found, given):
    again = fit(found, given, instrument=read_instrument())
    pd.testing.assert_frame_equal(again.rules, surrogate.rules)
    pd.testing.assert_frame_equal(again.fidelity, surrogate.fidelity)
    order = np.random.default_rng(1).permutation(240)
    shuffled = dataclasses.replace(given, table=given.table.iloc[order])
    pd.testing.assert_frame_equal(fit(found, shuffled, instrument=read_instrument()).rules, surrogate.rules)


def test_undetermined_and_declared_members_are_left_out(found, given):
    table = found.table.copy()
    table.loc[:4, ["segment", "reason"]] = ["Task Force", "declared at risk"]
    table.loc[5:9, "segment"] = "undetermined"
    changed = fit(dataclasses.replace(found, table=table), given)
    gone = 10 + int((found.table["segment"][10:] == "undetermined").sum())
    assert changed.left_out == gone
    assert changed.fidelity["members"].iloc[0] == 240 - gone


def test_chance_makes_no_rules(given):
    labels = np.random.default_rng(SEED).choice(["A", "B"], 240, p=[0.7, 0.3])
    segmentation = make_segmentation(pd.Series(given.table.index), labels, segments=["A", "B"], method="column")
    result = fit(segmentation, given)
    assert isinstance(result, Unavailable) or result.fidelity["fidelity"].iloc[0] < 0.8


def test_what_cannot_be_done_says_so(found, given):
    few = dataclasses.replace(found, table=found.table.head(30))
    one = dataclasses.replace(found, table=found.table.assign(segment="Inbound"))
    rules = segment_by_rules(given.table, segments=read_segments())
    flat = dataclasses.replace(given, table=given.table.assign(**dict.fromkeys(given.kinds, np.nan)))
    for segmentation, own, told in (
        (few, given, "50 are asked for"), (one, given, "all members are in one segment"),
        (rules, given, "are rules already"), (found, flat, "no answer varies"),
    ):  # fmt: skip
        result = fit(segmentation, own)
        assert isinstance(result, Unavailable)
        assert told in result.why


def test_impossible_parameters_are_refused_at_once(found, given):
    with pytest.raises(DataError) as error:
        fit(found, dataclasses.replace(given, table=given.table.head(9)), most_rules=0, most_conditions=4, n_folds=1)
    assert len(error.value.problems) == 4


def test_rules_of_a_segment_nobody_knows_the_hours_of_are_not_written(surrogate):
    with pytest.raises(ConfigurationError, match="no segment is called 'Task Force'"):
        write_rules(surrogate, segments=read_segments()[:3])


def test_a_poorly_found_segment_is_named(surrogate):
    poor = surrogate.fidelity.assign(fidelity=[0.6, 0.9, 0.8, 0.7, 0.2])
    text = dataclasses.replace(surrogate, fidelity=poor).text
    assert text.endswith("by these rules: they find 20 % of it.")
    assert isinstance(surrogate, Surrogate)
    assert "Do not place" not in surrogate.text
