import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.survival import (
    count_months,
    estimate_curves,
    log_rank,
    restricted_influence,
    restricted_sums,
)

memberships = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 15), st.booleans(), st.integers(0, 2)), min_size=1, max_size=60
)


def arrays(rows):
    entered, stayed, ended, group = (np.array(column) for column in zip(*rows, strict=True))
    return entered, entered + stayed, ended, group


@settings(max_examples=30, deadline=None)
@given(memberships)
def test_counts_are_those_of_members_taken_one_by_one(rows):
    entered, left, ended, group = arrays(rows)
    counts = count_months(entered, left, ended, groups=group, n_groups=3)
    for number in range(3):
        for month in range(counts.at_risk.shape[1]):
            own = [row for row in zip(entered, left, ended, group, strict=True) if row[3] == number]
            assert counts.at_risk[number, month] == sum(e < month <= x for e, x, _, _ in own)
            assert counts.ended[number, month] == sum(x == month and end for _, x, end, _ in own)


@settings(max_examples=30, deadline=None)
@given(memberships)
def test_curves_fall_between_their_bounds_and_the_order_of_members_decides_nothing(rows):
    entered, left, ended, group = arrays(rows)
    curves = estimate_curves(count_months(entered, left, ended, groups=group, n_groups=3))
    assert (np.diff(curves.survival, axis=1) <= 0).all()
    assert (curves.low <= curves.survival + 1e-12).all()
    assert (curves.survival <= curves.high + 1e-12).all()
    back = slice(None, None, -1)
    again = estimate_curves(count_months(entered[back], left[back], ended[back], groups=group[back], n_groups=3))
    np.testing.assert_array_equal(curves.survival, again.survival)


def test_without_delay_or_censoring_the_curve_is_the_share_still_there():
    rng = np.random.default_rng(sum(map(ord, "lifetimes")))
    left = rng.integers(1, 30, 200)
    counts = count_months(np.zeros(200, dtype=int), left, np.ones(200, dtype=bool))
    expected = [(left > month).mean() for month in range(30)]
    np.testing.assert_allclose(estimate_curves(counts).survival[0], expected, atol=1e-12)
    mean, error = restricted_sums(counts, np.ones(24))
    capped = np.minimum(left, 24)
    assert mean[0] == pytest.approx(capped.mean())
    assert error[0] == pytest.approx(capped.std() / np.sqrt(200))


def simulate(n, rng, *, rate=0.05):
    """Members of whom only those still there at a random month are seen, and followed for at most two years."""
    lifetime = rng.geometric(rate, n)
    entered = rng.integers(0, 40, n)
    seen = lifetime > entered
    entered, lifetime = entered[seen], lifetime[seen]
    followed = entered + rng.integers(6, 25, seen.sum())
    return entered, np.minimum(lifetime, followed), lifetime <= followed


def test_delayed_entry_and_censoring_leave_the_curve_where_it_is():
    rng = np.random.default_rng(sum(map(ord, "delayed entry")))
    curves = estimate_curves(count_months(*simulate(40_000, rng)))
    months = np.arange(40)
    # Few are seen in their first months, so the whole curve shares what chance did there.
    np.testing.assert_allclose(curves.survival[0, :40], 0.95**months, atol=0.03)


def test_standard_errors_are_those_of_repeated_samples_and_of_influences():
    rng = np.random.default_rng(sum(map(ord, "restricted means")))
    weights = np.where(np.arange(36) >= 3, 1.0, 0.0)
    means, errors, by_influence = [], [], []
    for _ in range(300):
        sample = simulate(1500, rng)
        counts = count_months(*sample).since(3)
        mean, error = restricted_sums(counts, weights)
        influence = restricted_influence(counts, weights, *sample, start=3)
        assert influence.sum() == pytest.approx(0, abs=1e-9)
        means.append(mean[0])
        errors.append(error[0])
        by_influence.append(np.sqrt((influence**2).sum()))
    assert np.mean(means) == pytest.approx((0.95 ** np.arange(33)).sum(), rel=0.01)
    assert np.mean(errors) == pytest.approx(np.std(means), rel=0.12)
    assert np.mean(by_influence) == pytest.approx(np.mean(errors), rel=0.03)


def test_where_nothing_is_going_on_the_test_says_so_one_time_in_twenty():
    rng = np.random.default_rng(sum(map(ord, "log-rank")))
    found = []
    for _ in range(400):
        entered, left, ended = simulate(400, rng)
        groups = rng.integers(0, 3, len(left))
        found.append(log_rank(count_months(entered, left, ended, groups=groups, n_groups=3)).p_value < 0.05)
    assert 0.02 <= np.mean(found) <= 0.085


def test_one_group_or_nobody_gone_gives_no_test():
    entered, left = np.zeros(5, dtype=int), np.arange(1, 6)
    assert np.isnan(log_rank(count_months(entered, left, np.ones(5, dtype=bool))).p_value)
    nobody = count_months(entered, left, np.zeros(5, dtype=bool), groups=np.array([0, 1, 0, 1, 0]), n_groups=2)
    assert np.isnan(log_rank(nobody).p_value)


def test_a_horizon_beyond_what_was_followed_is_refused():
    counts = count_months(np.array([0]), np.array([3]), np.array([True]))
    with pytest.raises(ValueError, match="2 months beyond"):
        restricted_sums(counts, np.ones(6))
