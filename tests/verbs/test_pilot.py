"""The pilot: whom it changes, the lots, what it could show, its plan in writing."""

import dataclasses
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axlib
from axlib.reports.client_view import _hide
from axlib.verbs.drawing_lots import draw_arms, draw_steps
from axlib.verbs.pilot import FEWEST_MEMBERS, design_pilot
from axlib.verbs.pilot_sizes import make_strata
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.verbs.faces import NO_NUMBER
from tests.verbs.pilots import OPENED, TODAY, cohort_of, gap_of


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(sum(map(ord, "pilot")))
    before = gap_of(1200, ends_on=OPENED, rng=rng)
    today = gap_of(1000, rng=rng, start=300)
    members = pd.DataFrame({"member_id": today.table["member_id"]})
    members = members.assign(chapter=[f"chapter {i % 9}" for i in range(len(members))])
    return {"gap": today, "before": before, "cohort": cohort_of(before, rng=rng), "members": members}


def designed(world, **changed):
    return design_pilot(**{**world, "seed": 7, "starts_on": TODAY, **changed})


def test_members_are_the_under_served_and_each_is_in_one_arm(world):
    pilot = designed(world)
    gap = world["gap"].table
    assert sorted(pilot.assignment["member_id"]) == sorted(gap.loc[gap["gap"] == "under", "member_id"])
    assert (pilot.n_changed, pilot.n_usual) == tuple(pilot.assignment["arm"].value_counts()[["changed", "usual"]])
    assert abs(pilot.n_changed - pilot.n_usual) <= 1


def test_base_rate_is_of_members_served_alike_before(world):
    pilot = designed(world, segment="Synchronous")
    before = world["before"].table
    alike = before[(before["gap"] == "under") & (before["segment"] == "Synchronous")]["member_id"]
    gone = world["cohort"].table.set_index("member_id")["gone"][alike]
    assert (pilot.gone, pilot.followed) == (gone.sum(), len(gone))
    assert set(pilot.by_segment["segment"]) == {"Synchronous"}
    # Where nothing is known of their service, all of the cohort stand for them.
    other = designed(world, before=Unavailable("Service gap", "there are no touches."))
    assert (other.gone, other.followed) == (world["cohort"].table["gone"].sum(), 1200)
    assert "all of the cohort" in other.text


def test_hours_are_those_the_changed_arm_lacks(world):
    pilot = designed(world, window_months=6)
    table = world["gap"].table.set_index("member_id")
    changed = table.loc[pilot.assignment.loc[pilot.assignment["arm"] == "changed", "member_id"]]
    lacking = 2 * (changed["required_hours"] - changed["delivered_hours"]).sum()
    assert pilot.more_hours == pytest.approx(lacking)
    freed = designed(world, whom="over")
    assert freed.more_hours < 0
    assert "frees" in freed.text


def test_lots_come_back_from_the_seed_whatever_the_order_of_rows(world):
    pilot = designed(world)
    table = world["gap"].table.sample(frac=1, random_state=1)
    again = designed({**world, "gap": dataclasses.replace(world["gap"], table=table)})
    assert pilot.assignment.equals(again.assignment)
    assert pilot.fingerprint == again.fingerprint
    assert pilot.sizes.equals(again.sizes)
    assert designed(world, seed=8).fingerprint != pilot.fingerprint


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abcd"), min_size=2, max_size=60), st.integers(0, 10**6))
def test_arms_are_halves_of_each_stratum_and_of_all(strata, seed):
    people = pd.Series(strata, index=[f"m{i:02d}" for i in range(len(strata))], dtype="str")
    arm = draw_arms(people, rng=np.random.default_rng(seed))
    counts = pd.crosstab(people, arm).reindex(columns=["changed", "usual"], fill_value=0)
    assert ((counts["changed"] - counts["usual"]).abs() <= 1).all()
    assert abs(counts["changed"].sum() - counts["usual"].sum()) <= 1


def test_each_member_has_an_even_chance_and_pairs_are_not_tied():
    people = pd.Series(["a"] * 3 + ["b"] * 2, index=list("vwxyz"), dtype="str")
    draws = np.array([draw_arms(people, rng=np.random.default_rng(seed)) == "changed" for seed in range(2000)])
    np.testing.assert_allclose(draws.mean(axis=0), 0.5, atol=0.05)
    # Of three in a stratum two share an arm; which two is left to chance alone.
    same = [(draws[:, i] == draws[:, j]).mean() for i, j in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(same, 1 / 3, atol=0.05)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 30), st.integers(2, 6), st.integers(0, 10**6))
def test_clusters_change_over_in_steps_of_like_size(n, steps, seed):
    step = draw_steps(pd.Series(1, index=range(n)), steps=steps, rng=np.random.default_rng(seed))
    counts = np.bincount(step)[1:]
    assert len(counts) == min(n, steps)
    assert counts.max() - counts.min() <= 1


def test_a_declared_cluster_gives_a_wedge(world):
    pilot = designed(world, cluster="chapter", steps=3)
    under = world["gap"].table.query("gap == 'under'")["member_id"]
    chapters = world["members"].set_index("member_id")["chapter"][under].value_counts()
    assert pilot.clusters.set_index("cluster")["members"].sort_index().to_dict() == chapters.sort_index().to_dict()
    assert pilot.clusters.groupby("step").size().tolist() == [3, 3, 3]
    assert pilot.clusters["changes_on"].unique().tolist() == ["2026-03-31", "2026-06-30", "2026-09-30"]
    assert pilot.wedge_falls > pilot.detectable
    assert "step by step, by chapter" in axlib.write_protocol(pilot, client="Acme")
    assert "wedge" not in designed(world).text


def test_a_pilot_to_show_no_harm_has_a_margin(world):
    pilot = designed(world, whom="over", margin=0.04)
    assert np.isnan(pilot.detectable)
    assert pilot.sizes["difference_share"].tolist() == [0.02, 0.03, 0.04, 0.05]
    assert "4 points" in pilot.text
    text = axlib.write_protocol(pilot, client="Acme")
    assert "lies below 4 points" in text
    assert pilot.sizes["power_here"].is_monotonic_increasing


def test_power_drawn_and_power_approximated_agree(world):
    sizes = designed(world).sizes
    np.testing.assert_allclose(sizes["power_simulated"], sizes["power_here"], atol=0.03)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"segment": "Inbund"}, r"pilot.segment is 'Inbund', which no member is in. Did you mean 'Inbound'"),
        ({"cluster": "chaptr"}, r"pilot.cluster is 'chaptr', no column of members. Did you mean 'chapter'"),
    ],
)
def test_what_is_not_there_is_named(world, changed, words):
    with pytest.raises(ConfigurationError, match=words):
        designed(world, **changed)


def test_too_few_or_no_base_rate_is_said(world):
    few = dataclasses.replace(world["gap"], table=world["gap"].table.head(30))
    assert f"at least {FEWEST_MEMBERS}" in designed(world, gap=few).why
    assert "what became" in designed(world, cohort=Unavailable("Retention", "what became of members is open.")).why
    nobody = dataclasses.replace(world["cohort"], table=world["cohort"].table.assign(gone=False))
    assert "none were gone" in designed(world, cohort=nobody).why
    short = dataclasses.replace(world["cohort"], table=world["cohort"].table.head(20))
    assert "of 20 members" in designed(world, cohort=short).why


@pytest.mark.parametrize("changed", [{}, {"whom": "over"}, {"cluster": "chapter"}, {"segment": "Task Force"}])
def test_words_are_whole_and_name_nobody(world, changed, snapshot):
    pilot = designed(world, **changed)
    text = axlib.write_protocol(pilot, client="Acme")
    for words in (pilot.text, text, repr(pilot)):
        assert not NO_NUMBER.search(words)
        assert not re.search(r"\bm\d{4}\b", words)
    assert {"text": pilot.text, "plan": text.replace(pilot.fingerprint, "…").splitlines()} == snapshot


def test_what_a_client_sees_says_the_same_and_names_nobody(world):
    pilot = designed(world, cluster="chapter")
    view = _hide(pilot, 10)
    window = "In the window before, "
    assert view.text.split(window)[0] == pilot.text.split(window)[0]
    # How many were followed is rounded, or it would undo what is hidden where their churn is shown.
    assert view.followed % 10 == 0 and abs(view.followed - pilot.followed) <= 5
    assert round(100 * view.rate) == round(100 * pilot.rate)
    assert f"of {view.followed} members like them" in view.text
    assert set(view.sizes["usual_rate"]) == {round(pilot.rate, 2)}
    assert not len(view.assignment) + len(view.clusters) + len(view.by_segment)


def test_no_pilot_finds_anything_where_few_leave(world):
    rng = np.random.default_rng(3)
    pilot = designed(world, cohort=cohort_of(world["before"], rng=rng, rate=0.01))
    assert np.isnan(pilot.detectable)
    assert not len(pilot.sizes)
    assert "would not find even a fall to nothing" in pilot.text
    assert axlib.plot_pilot(pilot).figure is None


def test_dates_come_from_the_day_it_begins(world):
    text = axlib.write_protocol(designed(world, months=18, starts_on=date(2026, 1, 31)), client="Acme")
    assert "From 2026-01-31 to 2027-07-31" in text


def test_strata_of_few_members_are_put_together():
    chosen = pd.DataFrame(
        [("A", "S")] * 20 + [("A", "L")] * 3 + [("A", None)] * 5 + [("B", "S")] * 2 + [("B", "L")] * 9,
        columns=["segment", "tier"],
    ).astype("str")
    chosen["member_id"] = [f"m{i}" for i in range(len(chosen))]
    sizes = make_strata(chosen).value_counts().to_dict()
    assert sizes == {"A, S": 20, "B, L": 9, "A, other members": 8, "other members": 2}
