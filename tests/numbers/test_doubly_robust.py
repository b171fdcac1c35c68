import numpy as np
import pytest
from scipy.stats import binom

from axlib.numbers.doubly_robust import effective_number, estimate_adjusted, standardised_differences


def world(rng, n=400, effect=1.0, *, hidden=0.0):
    """Treatment and outcome both follow x; the true difference is the effect, for the treated and for all."""
    x = rng.normal(size=n)
    u = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-(0.8 * x + hidden * u)))
    outcome = effect * treated + 1.5 * x + hidden * u + rng.normal(size=n)
    return np.column_stack([np.ones(n), x]), treated, outcome


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "doubly robust")))


@pytest.mark.parametrize("target", ["all", "treated"])
def test_what_was_measured_is_adjusted_for(rng, target):
    design, treated, outcome = world(rng, 4000)
    naive = outcome[treated].mean() - outcome[~treated].mean()
    found = estimate_adjusted(design, treated, outcome, target=target, rng=rng)
    assert naive > 1.8 and found.low <= 1.0 <= found.high and found.estimate == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("wrong", ["treatment", "outcome"])
def test_one_of_the_two_models_may_be_wrong(rng, wrong):
    """Where one model lacks the curve the other one follows, the estimate still holds."""
    n = 20000
    x = rng.normal(size=n)
    curve = np.exp(x / 2) - 1.13
    lean, level = (x, curve) if wrong == "outcome" else (curve, x)
    treated = rng.random(n) < 1 / (1 + np.exp(-lean))
    outcome = 1.0 * treated + 2 * level + rng.normal(size=n)
    found = estimate_adjusted(np.column_stack([np.ones(n), x]), treated, outcome, rng=rng, n_repeats=1)
    assert found.estimate == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("target", ["all", "treated"])
def test_intervals_cover_the_truth_as_often_as_they_say(rng, target):
    hits = 0
    for _ in range(120):
        found = estimate_adjusted(*world(rng), target=target, n_folds=4, n_repeats=1, rng=rng)
        hits += found.low <= 1.0 <= found.high
    assert hits >= binom.ppf(0.005, 120, 0.95)


def test_what_was_not_measured_is_not(rng):
    found = estimate_adjusted(*world(rng, 4000, hidden=1.5), rng=rng)
    assert found.low > 1.0


def test_shares_give_ratios(rng):
    n = 8000
    x = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-x))
    outcome = (rng.random(n) < np.where(treated, 0.3, 0.2)).astype(float)
    found = estimate_adjusted(np.column_stack([np.ones(n), x]), treated, outcome, rng=rng)
    assert found.ratio == pytest.approx(found.treated_mean / found.control_mean)
    assert found.ratio_low <= 1.5 <= found.ratio_high and found.ratio_low > 1


def test_service_decided_by_one_column_has_no_overlap(rng):
    dues = rng.normal(size=500)
    treated = dues > 0
    found = estimate_adjusted(np.column_stack([np.ones(500), dues]), treated, rng.normal(size=500), rng=rng)
    assert found.thin_share > 0.7


def test_clusters_that_fare_alike_widen_the_interval(rng):
    clusters = np.repeat(np.arange(12), 50)
    design = np.column_stack([np.ones(600), rng.normal(size=600)])
    treated = rng.random(600) < np.where(clusters < 6, 0.8, 0.2)
    outcome = rng.normal(size=12)[clusters] + 0.1 * rng.normal(size=600)
    widths = []
    for by in (None, clusters):
        found = estimate_adjusted(design, treated, outcome, clusters=by, rng=np.random.default_rng(1))
        widths.append(found.high - found.low)
    assert widths[1] > 2 * widths[0]


def test_differences_in_standard_deviations_by_hand():
    column = np.array([[1.0], [3.0], [0.0], [2.0]])
    treated = np.array([True, True, False, False])
    assert standardised_differences(column, treated) == pytest.approx([1.0])
    # Weighing the second of the others alone makes both means equal to 2.
    assert standardised_differences(column, treated, np.array([1, 1, 0, 1.0])) == pytest.approx([0.0])
    assert standardised_differences(np.ones((4, 1)), treated).tolist() == [0.0]


def test_as_many_members_tell_as_weigh_alike():
    assert effective_number(np.array([2.0, 2.0, 0.0])) == 2.0
    assert effective_number(np.zeros(3)) == 0.0
