"""Power of two arms: against published figures, exact binomial sums, and drawn pilots."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm, t

from axlib.numbers.randomised import compare_assigned
from axlib.numbers.two_arms import (
    detectable_difference,
    members_per_arm,
    members_per_arm_within,
    power_of_difference,
    power_within,
    simulate_power,
    stratified_difference,
)

rates = st.floats(0.03, 0.6)


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "two arms")))


@pytest.mark.parametrize(("usual", "changed", "n"), [(0.15, 0.12, 2036), (0.15, 0.10, 686), (0.20, 0.15, 905)])
def test_sizes_are_those_of_the_tables(usual, changed, n):
    assert members_per_arm(usual, changed) == n


def test_the_size_for_no_harm_is_that_of_the_tables():
    assert members_per_arm_within(0.10, 0.03) == 1237
    # With 500 in each arm the interval reaches 3.7 points to either side.
    assert 1.96 * np.sqrt(2 * 0.1 * 0.9 / 500) == pytest.approx(0.037, abs=0.0005)


@settings(max_examples=40, deadline=None)
@given(rates, st.floats(0.3, 0.9), st.floats(0.55, 0.95))
def test_power_of_the_size_asked_for_is_the_power_asked_for(usual, part, power):
    n = members_per_arm(usual, usual * part, power=power)
    if n > 100:
        assert power_of_difference(usual, usual * part, n_usual=n, n_changed=n) == pytest.approx(power, abs=0.005)
        found = detectable_difference(usual, n_usual=n, n_changed=n, power=power)
        assert found == pytest.approx(usual * (1 - part), rel=0.01)


@settings(max_examples=20, deadline=None)
@given(rates, st.integers(20, 3000), st.integers(20, 3000))
def test_more_members_or_a_larger_fall_is_never_found_less_often(usual, n, more):
    power = [power_of_difference(usual, usual * part, n_usual=n, n_changed=n) for part in (0.9, 0.6, 0.3)]
    assert power == sorted(power)
    assert power_of_difference(usual, usual * 0.7, n_usual=n, n_changed=n) <= power_of_difference(
        usual, usual * 0.7, n_usual=n + more, n_changed=n + more
    )


def test_no_difference_is_found_as_often_as_the_level_says():
    assert power_of_difference(0.2, 0.2, n_usual=300, n_changed=200) == pytest.approx(0.05)


def test_normal_approximation_is_near_the_exact_sum_over_all_outcomes():
    n, usual, changed = 400, 0.15, 0.08
    a, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    pooled = (a + b) / (2 * n)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.abs(a - b) / n / np.sqrt(pooled * (1 - pooled) * 2 / n)
    weight = binom.pmf(a, n, changed) * binom.pmf(b, n, usual)
    exact = weight[np.nan_to_num(z) > norm.ppf(0.975)].sum()
    assert power_of_difference(usual, changed, n_usual=n, n_changed=n) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(("usual", "changed", "n"), [(0.15, 0.12, 2036), (0.15, 0.10, 686), (0.20, 0.15, 905)])
def test_drawn_pilots_agree_with_the_approximation(usual, changed, n, rng):
    strata = np.array([[n // 2, n // 2], [n // 3, n // 3], [n - n // 2 - n // 3] * 2], dtype=float)
    found = simulate_power(usual, changed, strata, rng=rng, n_worlds=6000)
    # Three standard errors of six thousand draws are 1.6 points.
    assert found == pytest.approx(0.8, abs=0.016)


def test_drawn_pilots_of_no_harm_agree_too_and_harm_is_hardly_called_none(rng):
    n = np.array([[600, 600], [637, 637]], dtype=float)
    assert simulate_power(0.1, 0.1, n, rng=rng, margin=0.03, n_worlds=6000) == pytest.approx(0.8, abs=0.02)
    assert power_within(0.1, 0.03, n_usual=1237, n_changed=1237) == pytest.approx(0.8, abs=0.001)
    # At the margin itself the declared error is 5 %.
    assert simulate_power(0.1, 0.13, n, rng=rng, margin=0.03, n_worlds=6000) == pytest.approx(0.05, abs=0.01)


def test_small_strata_keep_the_level(rng):
    strata = np.tile([[8.0, 8.0], [4.0, 4.0]], (15, 1))
    assert simulate_power(0.2, 0.2, strata, rng=rng, n_worlds=6000) == pytest.approx(0.05, abs=0.012)


def test_difference_and_error_are_those_the_pilot_will_be_read_by(rng):
    members = np.array([[120, 80], [40, 60], [7, 5], [3, 0]])
    gone = np.array([[10, 15], [12, 25], [2, 1], [1, 0]])
    difference, error, freedom = stratified_difference(gone.astype(float), members.astype(float))
    outcome, arm, stratum = [], [], []
    for number, (size, left) in enumerate(zip(members, gone, strict=True)):
        for side in (0, 1):
            outcome += [1.0] * left[side] + [0.0] * (size[side] - left[side])
            arm += [side == 0] * size[side]
            stratum += [number] * size[side]
    found = compare_assigned(np.array(arm), np.array(outcome), strata=np.array(stratum))
    assert difference == pytest.approx(found.estimate)
    assert difference + t.ppf(0.975, freedom) * error == pytest.approx(found.high)


def test_difference_is_of_the_strata_and_its_error_is_how_it_scatters(rng):
    members = np.array([[120.0, 80.0], [40.0, 60.0], [12.0, 9.0]])
    shares = np.array([[0.1, 0.2], [0.3, 0.4], [0.2, 0.3]])
    gone = rng.binomial(members.astype(int), shares, size=(20000, 3, 2)).astype(float)
    difference, error, freedom = stratified_difference(gone, members)
    assert difference.mean() == pytest.approx(-0.1, abs=0.002)
    assert np.sqrt((error**2).mean()) == pytest.approx(difference.std(), rel=0.02)
    half = t.ppf(0.975, freedom) * error
    assert (np.abs(difference + 0.1) <= half).mean() == pytest.approx(0.95, abs=0.01)


def test_nobody_or_everybody_gone_tells_nothing():
    members = np.array([[10.0, 10.0]])
    assert simulate_power(0.0, 0.0, members, rng=np.random.default_rng(1), n_worlds=10) == 0
    assert np.isnan(detectable_difference(0.0, n_usual=50, n_changed=50))
    assert np.isnan(detectable_difference(0.05, n_usual=10, n_changed=10))
    assert np.isnan(power_of_difference(0.1, 0.05, n_usual=0, n_changed=10))
    assert np.isnan(power_within(0.0, 0.03, n_usual=10, n_changed=10))
    assert power_of_difference(1.0, 0.0, n_usual=5, n_changed=5) == 1
