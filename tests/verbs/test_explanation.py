"""Reasons hold: what is said to change a segment changes it, and nothing smaller does."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.encoding import encode_like
from axlib.numbers.mixture import posterior
from axlib.numbers.mixture_json import mixture_from_json
from axlib.tables.coverage_segments import UNDETERMINED, read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.explanation import explain_segments
from axlib.verbs.gates import apply_gates
from axlib.verbs.segments import segment_by_rules
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.verbs.small import attributes

SEED = sum(map(ord, "explanation"))
SEGMENTS = read_segments()


def classed(given_attributes):
    return segment_by_ax(given_attributes, segments=SEGMENTS, rng=np.random.default_rng(SEED))


def ruled(given_attributes):
    return segment_by_rules(given_attributes.table, segments=SEGMENTS)


def explain(segmentation, given_attributes):
    return explain_segments(segmentation, attributes=given_attributes, segments=SEGMENTS)


def apply_changes(members, table):
    """Give every member the one answer that is said to change it."""
    table = table.loc[members["member_id"]].copy()
    for name, rows in members[members["change_attribute"] != ""].groupby("change_attribute"):
        values = rows.set_index("member_id")["change_to"]
        table.loc[values.index, name] = values.astype(table[name].dtype)
    return table


def place(segmentation, table):
    """Which segment the answers of a table give, computed apart from the explanation."""
    if segmentation.method == "rules":
        return segment_by_rules(table, segments=SEGMENTS).table["segment"].to_numpy()
    mixture, encoding = mixture_from_json(json.loads(segmentation.model))
    share = pd.DataFrame(posterior(mixture, encode_like(table, encoding)))
    share = share.T.groupby(segmentation.classes["segment"].to_numpy()).sum().T
    known = table.notna().mean(axis=1).to_numpy()
    placed = (share.max(axis=1).to_numpy() >= 0.6) & (known >= 0.5)
    return np.where(placed, share.idxmax(axis=1).to_numpy(), UNDETERMINED)


@pytest.fixture(scope="module", params=["rules", "classes", "with holes"])
def case(request, bankers):
    """The demo by both methods, and a small table with many answers missing."""
    if request.param == "with holes":
        holes = attributes(200)
        lost = np.random.default_rng(SEED).random(holes.table.shape) < 0.3
        holes = dataclasses.replace(holes, table=holes.table.mask(lost))
        return classed(holes), holes
    return getattr(bankers, request.param), bankers.attributes


def test_what_would_change_a_segment_changes_it(case):
    segmentation, known = case
    members = explain(segmentation, known).members
    told = (members["change_attribute"] != "").to_numpy()
    after = place(segmentation, apply_changes(members, known.table))
    assert told.mean() > 0.2
    assert (after[told] == members["change_segment"][told]).all()
    assert (after[told] != members["segment"][told]).all()
    assert (after[~told] == members["segment"][~told]).all()


def test_one_answer_only_is_changed(case):
    segmentation, known = case
    members = explain(segmentation, known).members
    before, after = known.table.loc[members["member_id"]], apply_changes(members, known.table)
    differs = ~((before == after) | (before.isna() & after.isna()))
    assert (differs.sum(axis=1).to_numpy() == (members["change_attribute"] != "")).all()


def test_nothing_smaller_would_change_it(case):
    """By brute force, member by member, over scales and categories."""
    segmentation, known = case
    members = explain(segmentation, known).members
    some = members.sample(15, random_state=SEED)
    for member in some.itertuples():
        own = known.table.loc[[member.member_id]]
        smallest = np.inf
        for name, kind in known.kinds.items():
            now = own[name].iloc[0]
            if kind == "numeric" or (pd.isna(now) and member.segment != UNDETERMINED):
                continue
            for value in known.table[name].dropna().unique():
                after = place(segmentation, own.assign(**{name: value}))[0]
                if after in (member.segment, UNDETERMINED) or value == now:
                    continue
                size = 0.0 if pd.isna(now) else 0.5 if kind == "categorical" else abs(value - now) / 4
                smallest = min(smallest, size)
        size = member.change_size if member.change_size == member.change_size else np.inf
        assert size <= smallest + 1e-9
        if known.kinds.get(member.change_attribute, "numeric") != "numeric":
            assert size == pytest.approx(smallest)


def test_order_of_members_changes_nothing(case):
    segmentation, known = case
    order = np.random.default_rng(1).permutation(len(segmentation.table))
    shuffled = dataclasses.replace(segmentation, table=segmentation.table.iloc[order])
    other = dataclasses.replace(known, table=known.table.iloc[np.random.default_rng(2).permutation(len(known.table))])
    first, second = explain(segmentation, known), explain(shuffled, other)
    by_member = [each.members.set_index("member_id").sort_index() for each in (first, second)]
    numbers = ["runner_up_probability", "change_size"]
    pd.testing.assert_frame_equal(by_member[0].drop(columns=numbers), by_member[1].drop(columns=numbers))
    np.testing.assert_allclose(by_member[0][numbers], by_member[1][numbers], atol=1e-9)
    pd.testing.assert_frame_equal(first.profile, second.profile)


@settings(max_examples=5, deadline=None)
@given(st.permutations([segment.name for segment in SEGMENTS]))
def test_other_names_change_only_names(names):
    known = attributes(80)
    new = dict(zip([segment.name for segment in SEGMENTS], names, strict=True))
    renamed = [segment.model_copy(update={"name": f"No. {new[segment.name]}"}) for segment in SEGMENTS]
    for make in (
        lambda segments: segment_by_rules(known.table, segments=segments),
        lambda segments: segment_by_ax(known, segments=segments, k=3, rng=np.random.default_rng(SEED)),
    ):
        first = explain_segments(make(SEGMENTS), attributes=known, segments=SEGMENTS).members
        second = explain_segments(make(renamed), attributes=known, segments=renamed).members
        same = ["pulled_by", "pulled_away_by", "change_attribute", "change_to"]
        pd.testing.assert_frame_equal(first[same], second[same])
        for name in ("segment", "runner_up", "change_segment"):
            told = first[name].map(lambda text: f"No. {new[text]}" if text in new else text)
            assert (told == second[name]).all()


def test_weights_of_answers_are_their_log_likelihood_ratios(bankers):
    """The heaviest answer by hand, from the probabilities of the classes alone."""
    known, segmentation = bankers.attributes, bankers.classes
    members = explain(segmentation, known).members
    model = json.loads(segmentation.model)
    assert model["fit"]["covariance"] == "diagonal"
    assert not segmentation.classes["segment"].duplicated().any()
    of_segment = dict(zip(segmentation.classes["segment"], model["classes"], strict=True))
    levels = {entry["name"]: entry["levels"] for entry in model["attributes"]}
    for member in members.head(40).itertuples():
        own = known.table.loc[member.member_id]
        weights = {}
        for name, kind in known.kinds.items():
            if pd.isna(own[name]) or kind == "numeric":
                continue
            level = levels[name].index(own[name])
            first, second = (
                of_segment[segment]["values"][name]["probabilities"][level]
                for segment in (member.nearest, member.runner_up)
            )
            answer = f"{own[name]:g}" if kind == "ordinal" else own[name]
            weights[f"{name.replace('_', ' ')} {answer}"] = np.log(first / second)
        for side, sign in ((member.pulled_by, 1), (member.pulled_away_by, -1)):
            told = [answer for answer in side.split(", ") if answer in weights]
            assert [sign * weights[answer] for answer in told] == sorted(
                (sign * weights[answer] for answer in told), reverse=True
            )
            assert all(sign * weights[answer] >= 0.1 for answer in told)
            if len(side.split(", ")) < 3:
                untold = [sign * weight for answer, weight in weights.items() if answer not in side.split(", ")]
                assert max(untold, default=0.0) < 0.1


def test_the_runner_up_is_the_second_most_probable(bankers):
    members = explain(bankers.classes, bankers.attributes).members
    sure = members["segment"] == members["nearest"]
    confidence = bankers.classes.table["confidence"]
    assert (members["runner_up_probability"] <= confidence + 1e-12).all()
    assert (members["runner_up_probability"] + confidence <= 1 + 1e-9).all()
    assert (members["runner_up"] != members["nearest"]).all()
    assert (sure | (members["segment"] == UNDETERMINED)).all()


def test_the_rule_that_held_is_the_reason(bankers):
    members = explain(bankers.rules, bankers.attributes).members
    assert (members["pulled_by"] == bankers.rules.table["reason"]).all()


def test_members_set_by_declaration_get_no_change(bankers):
    ids = bankers.rules.table["member_id"]
    declared = pd.DataFrame({"member_id": ids, "declared_at_risk": np.arange(len(ids)) < 30})
    declared = declared.assign(success_potential=~((np.arange(len(ids)) >= 30) & (np.arange(len(ids)) < 40)))
    for segmentation in (bankers.rules, bankers.classes):
        gated = apply_gates(segmentation, members=declared, coverage=SEGMENTS)
        members = explain(gated, bankers.attributes).members
        moved = members["segment"] != members["nearest"]
        set_apart = moved & (members["segment"] != UNDETERMINED)
        assert set_apart.sum() > 10
        assert (members.loc[set_apart, ["would_change", "change_attribute", "change_to"]] == "").all(axis=None)
        assert members.loc[set_apart, "change_size"].isna().all()


def test_profile_is_what_members_answered(bankers):
    result = explain(bankers.rules, bankers.attributes)
    known = bankers.attributes.table.loc[bankers.rules.table["member_id"]]
    inbound = known[(bankers.rules.table["segment"] == "Inbound").to_numpy()]
    rows = result.profile[result.profile["segment"] == "Inbound"].set_index(["attribute", "level"])
    assert rows.loc[("internal_capacity", ""), "value"] == pytest.approx(inbound["internal_capacity"].mean())
    assert rows.loc[("staff_count", ""), "overall"] == pytest.approx(known["staff_count"].median())
    share = (inbound["preferred_mode"] == "async").mean()
    assert rows.loc[("preferred_mode", "async"), "value"] == pytest.approx(share)
    own, everyone = (frame["staff_count"].dropna().to_numpy() for frame in (inbound, known))
    delta = np.sign(own[:, None] - everyone[None, :]).mean()
    assert rows.loc[("staff_count", ""), "standout"] == pytest.approx(delta)
    assert result.profile["standout"].dropna().between(-1, 1).all()


def test_words_name_what_stands_out(bankers):
    result = explain(bankers.rules, bankers.attributes)
    assert "guidance need low (0.4 of 4; all members 1.5)" in result.words["Inbound"]
    assert "preferred mode often async" in result.words["Asynchronous"]
    assert all(words in result.text for words in result.words.values())
    assert f"{result.near_an_edge:,} would be in another one" in result.text


def test_nearness_counts_single_steps(bankers):
    result = explain(bankers.classes, bankers.attributes)
    near = (result.members["change_size"] <= 0.25) & (result.members["segment"] != UNDETERMINED)
    assert result.near_an_edge == near.sum()
    assert result.summary()["members"].sum() == len(result.members)


def test_one_segment_has_no_runner_up():
    known = attributes(60)
    single = segment_by_ax(known, segments=SEGMENTS, k=1, rng=np.random.default_rng(SEED))
    result = explain(single, known)
    assert (result.members["runner_up"] == "").all()
    assert (result.members[["pulled_by", "pulled_away_by"]] == "").all(axis=None)
    assert result.members["runner_up_probability"].isna().all()


def test_what_follows_no_answers_is_not_explained(bankers):
    result = explain(bankers.tiers, bankers.attributes)
    assert isinstance(result, Unavailable)
    assert "segments by dues follow no answers" in result.text


def test_strangers_are_refused(bankers):
    few = dataclasses.replace(bankers.attributes, table=bankers.attributes.table.iloc[5:])
    with pytest.raises(DataError, match="5 members of the segmentation have no attributes, such as '"):
        explain(bankers.rules, few)


def test_nobody_is_explained_as_nobody(bankers):
    empty = dataclasses.replace(bankers.rules, table=bankers.rules.table.iloc[:0])
    assert isinstance(explain(empty, bankers.attributes), Unavailable)


def test_faces_show_no_member(bankers):
    result = explain(bankers.rules, bankers.attributes)
    shown = repr(result) + result._repr_html_()
    assert not any(member in shown for member in bankers.rules.table["member_id"])
