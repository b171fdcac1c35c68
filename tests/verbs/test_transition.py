"""Waves: everybody who moves is in one, the last leaves the loads of the rebalancing, nobody is asked for too much."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.verbs.rebalancing import rebalance_team
from axlib.verbs.transition import MONTHS_BEFORE_RENEWAL, plan_transition
from axlib.words.results import Unavailable
from tests.verbs.plans import COVERAGE, STAFF, members_of
from tests.verbs.test_rebalancing import bankers

BEGIN = date(2026, 1, 1)


def moved(given, **changed):
    segments, members, staff = given
    keys = {"coverage": COVERAGE, "utilisation": 0.8, **changed}
    return rebalance_team(segments, members=members, staff=staff, **keys)


REBALANCED = [moved((*members_of(seed=f"transition {seed}"), STAFF)) for seed in range(3)]


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([1.0, 2.0, 8.0]), st.floats(0.02, 0.5), st.integers(1, 6), st.sampled_from([0, 1, 2]))
def test_everybody_moves_once_and_loads_end_where_they_should(hours, share, months, seed):
    rebalancing = REBALANCED[seed]
    result = plan_transition(rebalancing, begins_on=BEGIN, hand_over_hours=hours, share=share, wave_months=months)
    after = rebalancing.assignment
    new = ~after["staff_id"].isin(STAFF["staff_id"]) & after["to_staff_id"].isin(STAFF["staff_id"])
    assert sorted(result.assignment["member_id"]) == sorted(after.loc[after["handed_over"] | new, "member_id"])
    assert result.waves["hand_overs"].sum() == rebalancing.hand_overs
    assert result.waves["newly_placed"].sum() == new.sum()
    last = result.by_person.groupby("staff_id")["load"].last()
    final = rebalancing.by_person.set_index("staff_id")["load"]
    assert last.to_numpy() == pytest.approx(final[last.index].to_numpy())
    assert result.waves["highest_load"].iloc[-1] == pytest.approx(final.max())
    # Two people of a hand-over, one of a new placing.
    expected = hours * (2 * rebalancing.hand_overs + new.sum())
    assert result.waves["hand_over_hours"].sum() == pytest.approx(expected)
    # Nobody is asked for more than the share, of giving and taking together, or for one hand-over.
    available = result.by_person["staff_id"].map(rebalancing.by_person.set_index("staff_id")["available_hours"])
    given = (result.by_person["leaving"] + result.by_person["coming"]) * hours
    assert (given <= np.maximum(available * months / 12 * share, hours) + 1e-6).all()
    assert result.by_person["extra_load"].to_numpy() == pytest.approx((given / (available * months / 12)).to_numpy())


def test_the_heaviest_books_are_lightened_first():
    result = plan_transition(moved(bankers()), begins_on=BEGIN)
    assert (np.diff(result.waves["highest_load"]) <= 1e-12).all()
    assert result.waves["highest_load"].iloc[0] < 3.0
    assert result.waves["begins_on"].tolist()[:2] == ["2026-01-01", "2026-04-01"]


def test_who_renews_soon_waits_for_the_next_wave():
    rebalancing = moved(bankers())
    ids = rebalancing.assignment["member_id"]
    month = pd.Series(np.arange(len(ids)) % 12 + 1)
    renews = pd.Series(pd.to_datetime({"year": 2027, "month": month, "day": 28}).to_numpy(), index=ids)
    result = plan_transition(rebalancing, begins_on=BEGIN, renews_on=renews)
    assert result.assignment["waited"].any()
    for row in result.assignment.itertuples():
        near = (renews[row.member_id].month - 1 - 3 * (row.wave - 1)) % 12 <= MONTHS_BEFORE_RENEWAL
        # Who waited once moves in spite of another renewal; nobody else moves when one is near.
        assert row.waited or not near
        assert not row.waited or row.wave > 1


def test_nobody_who_moves_is_no_transition():
    segments, members = members_of()
    members = members.assign(staff_id="a")
    staff = pd.DataFrame({"staff_id": ["a"], "hours_per_year": [10_000.0]})
    assert isinstance(plan_transition(moved((segments, members, staff)), begins_on=BEGIN), Unavailable)


def test_hand_overs_that_take_no_time_are_one_wave():
    assert len(plan_transition(moved(bankers()), begins_on=BEGIN, hand_over_hours=0.0).waves) == 1
