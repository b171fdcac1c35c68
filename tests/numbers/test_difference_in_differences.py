import numpy as np
import pytest
from scipy.stats import binom

from axlib.numbers.difference_in_differences import compare_changes


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "differences")))


def world(rng, first, *, periods=8, effect=1.0, trend=0.0, noise=0.3):
    """Units with levels of their own, a common course, and the effect from the day they are reached."""
    time = np.arange(periods)
    reached = time >= first[:, None]
    slope = trend * np.isfinite(first)[:, None] * time
    values = rng.normal(size=(len(first), 1)) + np.sin(time) + slope + effect * reached
    return values + noise * rng.normal(size=values.shape)


def test_one_date_is_the_usual_regression_on_units_and_periods(rng):
    first = np.repeat([4.0, np.inf], [6, 14])
    values = world(rng, first)
    n, periods = values.shape
    unit, period = np.repeat(np.arange(n), periods), np.tile(np.arange(periods), n)
    dummies = [(unit == u) for u in range(n)] + [(period == p) for p in range(1, periods)]
    design = np.column_stack([period >= first[unit], *dummies]).astype(float)
    regression = np.linalg.lstsq(design, values.ravel(), rcond=None)[0][0]
    assert compare_changes(values, first).estimate == pytest.approx(regression)


def test_those_reached_early_are_no_measure_of_those_reached_late():
    """The effect grows with time. The usual regression would be off; this is the mean over units and periods since."""
    first = np.array([2.0, 2, 2, 5, 5, 5, np.inf, np.inf, np.inf, np.inf])
    time = np.arange(8)
    values = np.where(time >= first[:, None], time - np.minimum(first, 99)[:, None] + 1.0, 0.0) + 0.5 * time
    found = compare_changes(values, first)
    truth = [t - f + 1 for f in first[:6] for t in range(int(f), 8)]
    assert found.estimate == pytest.approx(np.mean(truth))
    assert found.by_lag[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert found.by_lag[:, 1] == pytest.approx([1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize("treated", [1, 3, 8])
def test_intervals_cover_the_truth_as_often_as_they_say(rng, treated):
    first = np.repeat([4.0, np.inf], [treated, 20])
    hits = 0
    for _ in range(200):
        found = compare_changes(world(rng, first), first)
        hits += found.low <= 1.0 <= found.high
        assert found.few == (treated < 5)
    assert hits >= binom.ppf(0.005, 200, 0.95)


def test_another_way_before_is_seen(rng):
    first = np.repeat([5.0, np.inf], [8, 12])
    quiet, moving = (compare_changes(world(rng, first, trend=trend), first) for trend in (0.0, 0.5))
    assert quiet.trend_low <= 0 <= quiet.trend_high
    assert moving.trend_low > 0 and moving.trend == pytest.approx(0.5, abs=0.15)


def test_units_count_as_many_as_their_members():
    values = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 0.0], [0.0, 0.0], [0.0, 4.0]])
    first = np.array([1.0, 1.0, np.inf, np.inf, np.inf])
    found = compare_changes(values, first, weights=np.array([30, 10, 50, 25, 25]))
    assert found.estimate == pytest.approx((30 * 1 + 10 * 3) / 40 - 25 * 4 / 100)


def test_without_a_period_before_or_anybody_to_compare_with_nothing_is_said():
    values = np.zeros((4, 3))
    for first in ([0.0, np.inf, np.inf, np.inf], [np.inf] * 4, [1.0, 1.0, 1.0, 1.0]):
        assert np.isnan(compare_changes(values, np.array(first)).estimate)
