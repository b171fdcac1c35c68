"""Levels and shortages against all subsets of segments (Hall's condition), computed by enumeration."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.hour_levels import fill_evenly, find_shortage, level_ceilings

quick = settings(max_examples=60, deadline=None)


@st.composite
def teams(draw):
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    people, segments = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    may = rng.random((people, segments)) < 0.6
    may[0] |= ~may.any(axis=0)
    return rng.uniform(0, 10, segments).round(1), rng.uniform(0.5, 6, people).round(1), may


def subsets(n):
    return [list(some) for size in range(1, n + 1) for some in combinations(range(n), size)]


@quick
@given(teams(), st.sampled_from([0.8, 1.0, 1.3]))
def test_what_is_short_is_the_worst_subset(team, most_load):
    demand, available, may = team
    gaps = {
        tuple(some): demand[some].sum() - most_load * available[may[:, some].any(axis=1)].sum()
        for some in subsets(len(demand))
    }
    short = find_shortage(demand, available, may, most_load=most_load)
    assert abs(short.hours - max(0.0, *gaps.values(), 0.0)) < 1e-6
    if short.hours > 1e-6:
        named = tuple(np.flatnonzero(short.segments))
        assert abs(gaps[named] - short.hours) < 1e-6
        assert short.people.tolist() == may[:, list(named)].any(axis=1).tolist()


@quick
@given(teams(), st.sampled_from([0.5, 1.0, 2.0]))
def test_the_highest_level_is_that_of_the_worst_subset_and_all_hours_fit_under_the_levels(team, most_load):
    demand, available, may = team
    ratios = [demand[some].sum() / available[may[:, some].any(axis=1)].sum() for some in subsets(len(demand))]
    loads = level_ceilings(demand, available, may, most_load=most_load)
    assert abs(loads.max() - max(most_load, *ratios)) < 1e-5
    assert (loads >= most_load - 1e-9).all()
    # The ceilings as capacities of load 1 leave nothing over.
    assert find_shortage(demand, available * loads * (1 + 1e-6), may, most_load=1.0).hours == 0


def test_who_is_not_bound_by_the_worst_keeps_a_lower_level():
    may = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    loads = level_ceilings(np.array([9.0, 6.0, 1.0]), np.array([3.0, 3.0, 3.0]), may, most_load=1.0)
    np.testing.assert_allclose(loads, [3.0, 2.0, 1.0])


@quick
@given(st.integers(0, 10**6), st.floats(0.0, 50.0))
def test_pouring_raises_the_lowest_to_one_level(seed, hours):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    held, available = rng.uniform(0, 10, n), rng.uniform(0, 5, n)
    available[0] = 2.0
    available[available < 0.5] = 0.0
    given_hours = fill_evenly(held, available, hours=hours)
    assert abs(given_hours.sum() - hours) < 1e-8
    assert (given_hours >= 0).all()
    assert (given_hours[available == 0] == 0).all()
    able = available > 0
    load = (held + given_hours)[able] / available[able]
    received = given_hours[able] > 1e-9
    if received.any():
        assert np.ptp(load[received]) < 1e-6
        assert (load[~received] >= load[received].max() - 1e-6).all()
