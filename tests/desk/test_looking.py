"""A provisional look is near the whole one, a whole one is what the verbs give, and nothing is computed in vain."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from axlib.desk.bench import lay_bench, sample_members
from axlib.desk.looking import look_at
from axlib.desk.session import Desk
from axlib.verbs.diagnose import diagnose


def same(left, right):
    pd.testing.assert_frame_equal(left, right)


def assert_same_figures(look, diagnosis):
    same(look.segments.table, diagnosis.segments.table)
    same(look.today.table, diagnosis.plan_segments.table)
    same(look.tiers.table, diagnosis.tiers.table)
    same(look.comparison.crossover, diagnosis.comparison.crossover)
    same(look.comparison.dues, diagnosis.comparison.dues)
    same(look.coverage.by_person, diagnosis.coverage.by_person)
    same(look.coverage.team, diagnosis.coverage.team)
    same(look.retention.table, diagnosis.retention.table)


def test_first_look_is_what_diagnose_gives(small_engagement):
    desk = Desk(small_engagement)
    desk.show_outcomes()
    assert_same_figures(desk.look, diagnose(small_engagement))


def test_look_of_a_diagnosis_is_that_diagnosis(small_engagement):
    diagnosis = diagnose(small_engagement)
    assert_same_figures(Desk(diagnosis).look, diagnosis)


@pytest.mark.parametrize(
    "change",
    [
        {"k": 3}, {"k": 5}, {"k": "auto"}, {"attributes": ("internal_capacity", "guidance_need", "stakes")},
        {"edges": (200.0, 500.0)}, {"grace_days": 400}, {"rejoin": "retained"}, {"method": "rules"},
        {"hours": (("Inbound", 5.0), ("Asynchronous", 1.0), ("Synchronous", 20.0), ("Task Force", 99.0))},
    ],
    ids=str,
)  # fmt: skip
def test_whole_look_does_not_depend_on_what_was_looked_at_before(desk, change):
    """By way of other states, or at once: the same figures."""
    desk.show_outcomes()
    chosen = replace(desk.choices, **change)
    straight = look_at(desk.bench, chosen, outcomes=True)
    desk.choose(replace(desk.choices, k=2, grace_days=0))
    desk.choose(chosen)
    desk.complete()
    assert not desk.look.provisional
    same(desk.look.segments.table, straight.segments.table)
    same(desk.look.comparison.crossover, straight.comparison.crossover)
    same(desk.look.coverage.by_person, straight.coverage.by_person)
    same(desk.look.retention.table, straight.retention.table)
    same(desk.look.profile, straight.profile)


def test_provisional_look_has_no_intervals_and_says_so(desk):
    desk.show_outcomes()
    look = desk.choose(replace(desk.choices, k=3))
    assert look.provisional
    bounds = [name for name in look.retention.table if name.endswith(("_low", "_high"))]
    assert look.retention.table[bounds].isna().all(axis=None)
    assert any("Provisional" in note for note in desk.notes)
    whole = desk.complete()
    assert not whole.provisional
    assert whole.retention.table.loc[0, ["logo_churn_low", "logo_churn_high"]].notna().all()
    # The overall figure needs no segments, so it was right at once.
    assert look.retention.table.loc[0, "logo_churn"] == whole.retention.table.loc[0, "logo_churn"]


def test_provisional_segments_are_near_the_whole_ones(desk):
    attributes = ("internal_capacity", "guidance_need", "preferred_mode", "stakes")
    provisional = desk.choose(replace(desk.choices, attributes=attributes)).segments.table
    whole = desk.complete().segments.table
    both = provisional.merge(whole, on="member_id")
    assert (both["segment_x"] == both["segment_y"]).mean() > 0.9


@pytest.mark.parametrize("k", ["auto", 3])
def test_classes_after_rules_start_from_the_segments_of_the_rules(desk, k):
    by_rules = desk.choose(replace(desk.choices, method="rules"))
    chosen = replace(desk.choices, method="classes", k=k)
    provisional = desk.choose(chosen)
    assert provisional.is_warm
    assert len(provisional.segments.classes) == (len(by_rules.segments.segments) if k == "auto" else k)
    same(desk.complete().segments.table, look_at(desk.bench, chosen).segments.table)


def test_hours_change_the_load_and_nothing_else(desk):
    desk.show_outcomes()
    before = desk.look
    hours = tuple((name, 2 * h) for name, h in desk.choices.hours)
    look = desk.choose(replace(desk.choices, hours=hours))
    assert not look.provisional
    assert look.segments is before.segments
    assert look.retention is before.retention
    doubled = before.coverage.by_person["required_hours"] * 2
    np.testing.assert_allclose(look.coverage.by_person["required_hours"], doubled)


def test_outcomes_are_not_computed_before_they_are_shown(desk):
    assert desk.look.retention is None
    assert desk.choose(replace(desk.choices, k=3)).retention is None
    assert desk.complete().retention is None
    assert desk.show_outcomes().retention is not None


def test_what_the_data_cannot_carry_is_said(tmp_path):
    from tests.verbs.small import RULES, engagement

    desk = Desk(engagement(tmp_path, RULES, terms=None, touches=None, staff=None))
    assert "no staff" in desk.look.coverage.text
    assert "no terms" in desk.show_outcomes().retention.text
    desk.choose(replace(desk.choices, method="classes", k=20))
    assert "k must be at most" in desk.complete().segments.text
    assert "k must be at most" in desk.look.comparison.text


def test_more_members_than_the_desk_takes_are_sampled_and_it_says_so(small_engagement, monkeypatch):
    monkeypatch.setattr("axlib.desk.bench.MOST_MEMBERS", 100)
    monkeypatch.setattr("axlib.desk.bench.SAMPLE", 80)
    bench = lay_bench(small_engagement)
    assert (bench.n_members, bench.n_sampled) == (160, 80)
    assert "A random sample of 80 of 160 members (50.0 %)" in bench.sample_note
    look = look_at(bench, bench.first, outcomes=True)
    assert look.of_sample
    assert set(look.segments.table["member_id"]) <= set(bench.ground.clean.members["member_id"])
    again = lay_bench(small_engagement)
    assert list(again.ground.clean.members["member_id"]) == list(bench.ground.clean.members["member_id"])


def test_a_sample_keeps_rows_of_its_members_and_scales_the_team(desk, rng):
    clean = desk.bench.ground.clean
    part = sample_members(clean, n=40, rng=rng)
    ids = set(part.members["member_id"])
    assert len(ids) == 40
    for name in ("terms", "touches"):
        whole = getattr(clean, name)
        assert len(getattr(part, name)) == whole["member_id"].isin(ids).sum()
    assert part.staff["hours_per_year"].sum() == pytest.approx(clean.staff["hours_per_year"].sum() / 4)


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "desk")))
