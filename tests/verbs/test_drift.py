import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.drift import CAUSES, MOVED, OUTSIDE, Drift, measure_drift
from axlib.verbs.gates import apply_gates
from axlib.verbs.scoring import score_members
from axlib.verbs.segments import segment_by_column, segment_by_rules
from axlib.words.results import Unavailable
from tests.verbs.small import attributes

SEED = sum(map(ord, "drift"))


def fit(given, **options):
    return segment_by_ax(given, segments=read_segments(), rng=np.random.default_rng(SEED), **options)


def later(given, *, n_changed, n_left=0, joined=0, seed=SEED):
    """The same members a quarter later: some answer as somebody else did, some left, some joined."""
    rng = np.random.default_rng(seed)
    table = given.table.copy()
    rows = rng.choice(len(table), n_changed, replace=False)
    table.iloc[rows] = table.iloc[np.roll(rows, 1)].to_numpy()
    table = table.iloc[n_left:]
    return dataclasses.replace(given, table=pd.concat([table, attributes(240 + joined).table.iloc[240:]]))


@pytest.fixture(scope="module")
def given():
    return attributes(240)


@pytest.fixture(scope="module")
def before(given):
    return fit(given)


@pytest.fixture(scope="module")
def now(given):
    return later(given, n_changed=40, n_left=20, joined=30)


@pytest.fixture(scope="module")
def after(now):
    # Another number of classes and another threshold: the model changes too.
    return fit(now, k=3, min_confidence=0.7)


@pytest.fixture(scope="module")
def drift(before, after, given, now):
    return measure_drift(before, after, attributes_before=given, attributes_after=now)


def test_members_are_counted_once(drift):
    assert len(drift.members) == 220
    assert drift.causes["members"].sum() == 220
    assert (drift.sizes["joined"].sum(), drift.sizes["left"].sum()) == (30, 20)
    assert drift.flows["members"].sum() == 220 + 30 + 20


def test_sizes_add_up_exactly(drift, before, after):
    parts = drift.sizes[["by_answers", "by_model", "by_declaration", "joined"]].sum(axis=1)
    assert (drift.sizes["before"] - drift.sizes["left"] + parts == drift.sizes["after"]).all()
    sizes = drift.sizes.set_index("segment")
    names = dict(zip(drift.alignment["before"], drift.alignment["segment"], strict=True))
    for name, size in before.sizes.items():
        assert sizes.loc[names[name], "before"] == size
    assert sizes["after"].sum() == len(after.table)
    # What the answers or the model take from one segment they give to another.
    assert (drift.sizes[["by_answers", "by_model", "by_declaration"]].sum() == 0).all()


def test_causes_are_what_three_placings_say(drift, before, given, now):
    table = drift.members
    old = before.table.set_index("member_id")["segment"]
    names = dict(zip(drift.alignment["before"], drift.alignment["segment"], strict=True))
    assert table["before"].tolist() == [names.get(old[m], old[m]) for m in table["member_id"]]
    again = score_members(before, attributes=now).table.set_index("member_id")["segment"]
    assert table["by_old_model"].tolist() == [names.get(again[m], again[m]) for m in table["member_id"]]
    for row in table.to_dict("records"):
        a, b, c = row["before"], row["by_old_model"], row["after"]
        expected = (
            "stayed" if a == b == c else "moved back" if a == c else "both" if a != b != c else "answers" if a != b
            else "model"
        )  # fmt: skip
        assert row["cause"] == expected
    assert {"answers", "model"} <= set(table["cause"])
    old_answers, new_answers = (part.table.loc[table["member_id"]].astype("str") for part in (given, now))
    unchanged = ((old_answers == new_answers) | (old_answers.isna() & new_answers.isna())).all(axis=1)
    assert set(table.loc[unchanged.to_numpy(), "cause"]) <= {"stayed", "model"}


def test_flows_are_the_members_by_pair(drift):
    inside = drift.flows[(drift.flows[["before", "after"]] != OUTSIDE).all(axis=1)]
    expected = drift.members.groupby(["before", "after"]).size()
    assert inside.set_index(["before", "after"])["members"].to_dict() == expected.to_dict()
    for cause in MOVED:
        assert inside[cause].sum() == (drift.members["cause"] == cause).sum()


def test_the_same_run_twice_is_no_drift(before, given):
    same = measure_drift(before, before, attributes_before=given, attributes_after=given)
    assert same.causes.set_index("cause")["members"].to_dict() == {**dict.fromkeys(CAUSES, 0), "stayed": 240}
    assert same.text == "Of 240 members in both runs, none is in another segment."
    assert same.answers["changed"].sum() == 0


def test_a_model_kept_leaves_all_to_the_answers(before, given, now):
    scored = score_members(before.model, attributes=now)
    drift = measure_drift(before, scored, attributes_before=given, attributes_after=now)
    moved = drift.members["cause"] != "stayed"
    assert set(drift.members.loc[moved, "cause"]) == {"answers"}
    assert (drift.sizes["by_model"] == 0).all()


def test_answers_kept_leave_all_to_the_model(before, given):
    other = fit(given, k=2)
    drift = measure_drift(before, other, attributes_before=given, attributes_after=given)
    assert set(drift.members["cause"]) == {"stayed", "model"}
    assert (drift.sizes["by_answers"] == 0).all()


@settings(max_examples=8, deadline=None)
@draw(st.integers(0, 2**32 - 1))
def test_order_of_members_changes_nothing(seed):
    given = attributes(80)
    now = later(given, n_changed=20, seed=seed)
    before, after = fit(given, k=3), fit(now, k=4)
    mixed = after.table.sample(frac=1, random_state=seed % 1000)
    drift, other = (
        measure_drift(before, one, attributes_before=given, attributes_after=now)
        for one in (after, dataclasses.replace(after, table=mixed))
    )
    pd.testing.assert_frame_equal(drift.sizes, other.sizes)
    pd.testing.assert_frame_equal(drift.flows, other.flows)


def test_declared_members_follow_the_declaration(before, given, now):
    scored = score_members(before, attributes=now)
    people = pd.DataFrame({"member_id": now.table.index}).assign(declared_at_risk=False, success_potential=True)
    people.loc[:3, "declared_at_risk"] = True
    people.loc[4:5, "success_potential"] = False
    gated = apply_gates(scored, members=people, coverage=read_segments())
    drift = measure_drift(before, gated, attributes_before=given, attributes_after=now)
    first = drift.members.set_index("member_id").loc[people["member_id"][:6]]
    assert set(first["cause"]) <= {"declared", "stayed"}
    assert (first["by_old_model"] == first["before"]).all()
    sizes = drift.sizes.set_index("segment")
    assert sizes.loc["no success potential", ["by_declaration", "after"]].tolist() == [2, 2]
    parts = sizes[["by_answers", "by_model", "by_declaration", "joined"]].sum(axis=1)
    assert (sizes["before"] - sizes["left"] + parts == sizes["after"]).all()


def test_rules_are_compared_as_models_are(given, now):
    segments = read_segments()
    other = [
        s.model_copy(update={"rules": ("guidance_need >= 4",)}) if s.name == "Synchronous" else s for s in segments
    ]
    before, after = segment_by_rules(given.table, segments=segments), segment_by_rules(now.table, segments=other)
    drift = measure_drift(before, after, attributes_before=given, attributes_after=now, rules_before=segments)
    again = segment_by_rules(now.table, segments=segments).table.set_index("member_id")["segment"]
    assert drift.members["by_old_model"].tolist() == again.loc[drift.members["member_id"]].tolist()


def test_attributes_no_longer_asked_count_as_not_answered(before, given, now):
    kinds = {name: kind for name, kind in now.kinds.items() if name != "stakes"}
    few = dataclasses.replace(now, table=now.table.drop(columns="stakes"), kinds=kinds)
    drift = measure_drift(before, fit(few), attributes_before=given, attributes_after=few)
    assert isinstance(drift, Drift)
    assert "stakes" not in set(drift.answers["attribute"])


def test_answers_that_changed_are_counted(drift, given, now):
    ids = drift.members["member_id"]
    old, new = given.table.loc[ids, "guidance_need"], now.table.loc[ids, "guidance_need"]
    expected = sum(not (a == b or (pd.isna(a) and pd.isna(b))) for a, b in zip(old, new, strict=True))
    assert drift.answers.set_index("attribute").loc["guidance_need", "changed"] == expected


def test_nobody_in_both_runs_is_said(before, given):
    strangers = attributes(60)
    strangers = dataclasses.replace(strangers, table=strangers.table.rename(index=lambda name: f"x{name}"))
    drift = measure_drift(before, fit(strangers), attributes_before=given, attributes_after=strangers)
    assert drift.text.startswith("No member is in both runs, 60 members joined and 240 members left.")


def test_what_cannot_be_done_says_so(before, given):
    table = pd.DataFrame({"member_id": given.table.index, "own": "A"})
    column = segment_by_column(table, column="own")
    words = dataclasses.replace(given, table=given.table[["preferred_mode"]])
    for early, late_attributes, told in (
        (column, given, "hold no model"),
        (segment_by_rules(given.table, segments=read_segments()), given, "hold no model"),
        (dataclasses.replace(before, model="{"), given, "is no JSON"),
    ):  # fmt: skip
        result = measure_drift(early, before, attributes_before=given, attributes_after=late_attributes)
        assert isinstance(result, Unavailable)
        assert told in result.why
    assert isinstance(measure_drift(before, before, attributes_before=given, attributes_after=words), Drift)
