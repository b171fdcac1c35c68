"""The exploratory rule at the desk: what counts as evidence is locked before outcomes are shown."""

from dataclasses import replace

import pytest

from axlib.desk.session import Desk
from axlib.tables.changing_engagement import change_engagement
from axlib.verbs.diagnose import diagnose
from axlib.words.errors import ConfigurationError


def test_nothing_is_exploratory_before_outcomes_are_shown(desk):
    assert desk.standing == "open"
    desk.choose(replace(desk.choices, k=3))
    assert desk.standing == "open"


def test_without_a_lock_everything_is_exploratory_once_outcomes_are_shown(desk):
    desk.show_outcomes()
    assert desk.standing == "exploratory"
    desk.choose(replace(desk.choices, k=3))
    assert desk.standing == "exploratory"


@pytest.mark.parametrize(
    "change", [{"k": 3}, {"grace_days": 60}, {"edges": (200.0,)}, {"attributes": ("stakes", "guidance_need")},
               {"hours": (("Inbound", 5.0), ("Asynchronous", 9.0), ("Synchronous", 28.0), ("Task Force", 38.0))}],
    ids=str,
)  # fmt: skip
def test_only_what_was_locked_is_not_exploratory(desk, change):
    locked = desk.choices
    fingerprint = desk.lock()
    assert fingerprint == desk.look.segments.fingerprint
    desk.show_outcomes()
    assert desk.standing == "locked"
    desk.choose(replace(locked, **change))
    assert desk.standing == "exploratory"
    desk.choose(locked)
    assert desk.standing == "locked"
    assert desk.complete().segments.fingerprint == fingerprint


def test_a_lock_before_outcomes_can_be_moved_and_after_them_not(desk):
    first = desk.lock()
    desk.choose(replace(desk.choices, k=3))
    second = desk.lock()
    assert second == desk.trail.fingerprint
    assert second != first
    desk.show_outcomes()
    desk.choose(replace(desk.choices, k=2))
    with pytest.raises(ConfigurationError, match="outcomes have been shown"):
        desk.lock()
    assert desk.trail.fingerprint == second


def test_a_provisional_segmentation_is_completed_before_it_is_locked(desk):
    desk.choose(replace(desk.choices, k=5))
    assert desk.look.provisional
    desk.lock()
    assert not desk.look.provisional


def test_a_diagnosis_has_shown_outcomes_and_its_own_segmentation_stands(small_engagement):
    desk = Desk(diagnose(small_engagement))
    assert desk.trail.outcomes_shown
    assert desk.standing == "locked"
    desk.choose(replace(desk.choices, k=3))
    assert desk.standing == "exploratory"


def test_an_engagement_that_says_it_is_exploratory_stays_so(small_engagement):
    desk = Desk(change_engagement(small_engagement, keys={"evidence": {"exploratory": True}}))
    assert desk.standing == "exploratory"


def test_a_locked_engagement_is_recognised_by_its_fingerprint(small_engagement):
    fingerprint = Desk(small_engagement).lock()
    right = Desk(change_engagement(small_engagement, keys={"evidence": {"locked": fingerprint}}))
    assert right.standing == "locked"
    wrong = Desk(change_engagement(small_engagement, keys={"evidence": {"locked": "0" * 64}}))
    assert wrong.standing == "open"


def test_the_trail_tells_each_step(desk):
    desk.choose(replace(desk.choices, k=3))
    desk.lock()
    desk.show_outcomes()
    desk.choose(replace(desk.choices, k=2))
    table = desk.trail.table()
    assert table["done"].tolist() == ["tried", "tried", "locked", "showed outcomes", "tried"]
    assert table["standing"].tolist() == ["open", "open", "locked", "locked", "exploratory"]
    assert table["k"].tolist() == ["4", "3", "3", "3", "2"]


def test_members_of_a_cell_are_those_counted_in_it(desk):
    counts = desk.look.comparison.counts
    for tier in counts.index:
        for segment in counts.columns:
            listed = desk.list_members(tier=tier, segment=segment)
            assert len(listed) == counts.loc[tier, segment]
            assert set(listed["segment"]) <= {segment}
            assert {"member_id", "name", "tier", "confidence", "reason"} <= set(listed)


def test_what_was_computed_apart_is_dropped_where_something_else_was_chosen(desk):
    first = desk.choices
    desk.choose(replace(first, k=3))
    late = desk.compute_whole()
    desk.choose(replace(first, k=2))
    assert not desk.accept(late)
    assert desk.choices.k == 2
    assert desk.accept(desk.compute_whole())
    assert not desk.look.provisional


def test_what_was_computed_before_outcomes_were_shown_is_dropped_after(desk):
    desk.choose(replace(desk.choices, k=3))
    late = desk.compute_whole()
    desk.show_outcomes()
    assert not desk.accept(late)
    assert desk.look.retention is not None


def test_opening_tells_of_its_three_steps(small_engagement):
    heard = []
    Desk(small_engagement, progress=lambda step, seconds: heard.append(step))
    assert heard == ["tables", "members", "figures"]
