"""Sharing members out anew: against every sharing there is, where these can be counted; bounds against any prices."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.assigning_members import assign_members, count_hand_overs
from axlib.numbers.assignment_flows import Books, bound_hand_overs, count_leaving, find_flows
from axlib.numbers.assignment_rounding import round_flows
from axlib.numbers.exact_assignment import assign_exactly, lowest_stretch

quick = settings(max_examples=40, deadline=None)


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def small(seed, *, members=6, people=3, load=0.9, skills=0.7):
    rng = np.random.default_rng(seed)
    n, j = int(rng.integers(1, members + 1)), int(rng.integers(1, people + 1))
    segments = rng.integers(0, 3, n)
    hours = np.array([3.0, 9.0, 28.0])[segments] + rng.integers(0, 3, n)
    may = rng.random((j, 3)) < skills
    may[0] |= ~may.any(axis=0)
    ceilings = rng.uniform(0.5, 1.5, j)
    ceilings *= hours.sum() / load / ceilings.sum()
    return Books(hours, segments, rng.integers(-1, j, n), ceilings, may)


def every_sharing(books):
    """All ways to name somebody for each member, as (hand-overs, highest share of the ceilings)."""
    able = [np.flatnonzero(books.may_serve[:, segment]) for segment in books.segments]
    for owners in product(*able):
        owners = np.array(owners)
        held = np.bincount(owners, weights=books.hours, minlength=len(books.ceilings))
        yield count_hand_overs(books, owners), float((held / books.ceilings).max())


@quick
@given(st.integers(0, 10**6), st.sampled_from([0.6, 0.9, 1.2]))
def test_small_cases_equal_brute_force(seed, load):
    books = small(seed, load=load)
    found = assign_members(books)
    ways = list(every_sharing(books))
    held = books.hours_of(found.owners)
    assert (books.may_serve[found.owners, books.segments]).all()
    assert (held <= books.ceilings * found.stretch * (1 + 1e-6) + 1e-6).all()
    fewest = [moved for moved, worst in ways if worst <= 1 + 1e-9]
    if fewest:
        assert found.stretch == 1.0
        assert found.hand_overs == found.bound == min(fewest)
        assert found.gap == 0
    else:
        least = min(worst for _, worst in ways)
        assert found.stretch == pytest.approx(least, rel=1e-5)
        assert found.hand_overs == min(moved for moved, worst in ways if worst <= least * (1 + 1e-6))


@quick
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_prices_bound_from_below(seed, other):
    books = small(seed, load=0.8)
    fewest = [moved for moved, worst in every_sharing(books) if worst <= 1]
    rng = np.random.default_rng(other)
    people = len(books.ceilings)
    price, leaving = rng.exponential(0.05, people), rng.exponential(0.5, people)
    if fewest:
        assert bound_hand_overs(books, price=price, price_of_leaving=leaving) <= min(fewest)
        assert count_leaving(books).sum() <= min(fewest)


def test_fewest_that_leave_one_book():
    books = small(sum(map(ord, "leaving")), members=1)
    books = replace(
        books,
        hours=np.array([28.0, 9.0, 9.0, 3.0, 5.0]),
        segments=np.array([2, 1, 1, 0, 1]),
        owners=np.array([0, 0, 0, 0, -1]),
        ceilings=np.array([20.0, 100.0]),
        may_serve=np.ones((2, 3), dtype=bool),
    )
    assert count_leaving(books).tolist() == [2, 0]  # 49 hours less 28 leave 21: one more must go
    barred = replace(books, may_serve=np.array([[0, 1, 1], [1, 1, 1]], dtype=bool))
    assert count_leaving(barred).tolist() == [2, 0]  # the 3 hours go anyhow, the 28 next; 18 fit
    assert assign_members(books).hand_overs == 2


def team(words, *, n=12_000, people=25, load=0.85, nested=True, wide=False):
    rng = seeded(words)
    segments = rng.choice(4, n, p=[0.4, 0.34, 0.22, 0.04])
    hours = np.array([3.0, 9.0, 28.0, 38.0])[segments]
    hours = hours * rng.lognormal(0, 0.3, n) if wide else hours * (1 + 0.25 * rng.integers(0, 3, n))
    weights = rng.lognormal(0, 1.0, people)
    may = np.ones((people, 4), dtype=bool)
    if nested:
        rank = rng.permutation(people) / people
        may[:, 2], may[:, 3] = rank < 0.6, rank < 0.3
    available = rng.choice([0.5, 0.8, 1.0], people)
    available *= hours.sum() / load / available.sum()
    return Books(hours, segments, rng.choice(people, n, p=weights / weights.sum()), available, may)


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("wide", [False, True])
def test_teams_keep_ceilings_and_skills_within_the_gap(nested, wide):
    books = team("teams", nested=nested, wide=wide, load=0.8)
    found = assign_members(books)
    assert found.stretch == 1.0
    assert (books.hours_of(found.owners) <= books.ceilings * (1 + 1e-9) + 1e-9).all()
    assert books.may_serve[found.owners, books.segments].all()
    assert found.bound <= found.hand_overs == count_hand_overs(books, found.owners)
    assert found.gap <= (0.0025 if not wide else 0.02)


def test_the_order_of_members_changes_no_number():
    books = team("order", n=600, people=8, nested=False)
    order = seeded("shuffle").permutation(600)
    mixed = replace(books, hours=books.hours[order], segments=books.segments[order], owners=books.owners[order])
    one, other = assign_members(books), assign_members(mixed)
    assert (one.hand_overs, one.bound) == (other.hand_overs, other.bound)


def test_flows_and_exact_model_agree_and_flows_never_fall_below_their_bound():
    books = team("agree", n=120, people=4, load=0.8)
    flows = find_flows(books, ceilings=books.ceilings)
    owners = round_flows(books, flows)
    bound = bound_hand_overs(books, price=flows.price, price_of_leaving=flows.price_of_leaving)
    exact = assign_exactly(books, seconds=20.0)
    moved = count_hand_overs(books, exact.owners)
    assert bound <= moved
    if (books.hours_of(owners) <= books.ceilings).all():
        assert moved <= count_hand_overs(books, owners)
    assert exact.bound <= moved + 1e-6


def test_who_receives_is_evened_out():
    hours, owners = np.full(40, 10.0), np.zeros(40, dtype=np.int64)
    books = Books(hours, np.zeros(40, dtype=np.int64), owners, np.full(5, 200.0), np.ones((5, 1), dtype=bool))
    found = assign_members(books)
    assert found.hand_overs == 20
    assert books.hours_of(found.owners).tolist() == [200.0, 50.0, 50.0, 50.0, 50.0]


def test_members_nobody_had_are_placed_and_are_no_hand_overs():
    books = team("unplaced", n=300, people=5)
    books = replace(books, owners=np.where(np.arange(300) % 3 == 0, -1, books.owners))
    found = assign_members(books)
    assert (found.owners >= 0).all()
    assert found.hand_overs == int(((found.owners != books.owners) & (books.owners >= 0)).sum())


def test_where_whole_members_do_not_fit_the_ceilings_rise_as_little_as_they_must():
    books = Books(
        np.array([5.0, 5.0, 5.0]), np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64),
        np.array([8.0, 8.0]), np.ones((2, 1), dtype=bool),
    )  # fmt: skip
    found = assign_members(books)
    assert found.stretch == pytest.approx(1.25)
    assert found.hand_overs == 1
    assert lowest_stretch(books, seconds=5.0) == pytest.approx(1.25)
    assert assign_exactly(books, seconds=5.0).impossible
