import numpy as np
import pytest
from scipy.stats import binom

from axlib.numbers.cross_validation import (
    deviance,
    explained_gain,
    losses_of_design,
    losses_of_groups,
    share_out,
    spread_of_mean,
)


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "cross-validation")))


def test_every_fold_holds_as_many_members(rng):
    folds = share_out(103, n_folds=10, n_repeats=4, rng=rng)
    assert folds.shape == (4, 103)
    assert all(set(np.bincount(row)) <= {10, 11} for row in folds)


@pytest.mark.parametrize("family", ["bernoulli", "gaussian"])
def test_losses_of_groups_are_those_of_a_loop_over_members(rng, family):
    codes, target = rng.integers(0, 3, 40), rng.integers(0, 2, 40).astype(float)
    folds = share_out(40, n_folds=5, n_repeats=2, rng=rng)
    expected = np.zeros(40)
    for fold in folds:
        for i in range(40):
            others = fold != fold[i]
            like = target[others & (codes == codes[i])]
            mean = (like.sum() + target[others].mean()) / (len(like) + 1)
            if family == "gaussian":
                expected[i] += (target[i] - mean) ** 2 / 2
            else:
                expected[i] += -2 * np.log(mean if target[i] else 1 - mean) / 2
    assert losses_of_groups(codes, target, folds, family=family) == pytest.approx(expected)


def test_no_member_is_told_by_itself(rng):
    """With y + 5 in the place of y the loss grows by 25 + 10 (y - told), if what was told stays the same."""
    codes, target = np.repeat([0, 1], 30), rng.normal(size=60)
    folds = share_out(60, n_folds=6, n_repeats=1, rng=rng)
    changed = target.copy()
    changed[7] += 5
    loss, larger = (losses_of_groups(codes, y, folds, family="gaussian")[7] for y in (target, changed))
    assert ((larger - loss - 25) / 10) ** 2 == pytest.approx(loss)


@pytest.mark.parametrize("family", ["bernoulli", "gaussian"])
def test_a_regression_on_indicators_tells_as_group_means_do(rng, family):
    codes = rng.integers(0, 3, 3000)
    target = (rng.random(3000) < np.array([0.1, 0.3, 0.6])[codes]).astype(float)
    folds = share_out(3000, n_folds=5, n_repeats=1, rng=rng)
    design = np.column_stack([np.ones(3000), codes == 1, codes == 2]).astype(float)
    by_groups = losses_of_groups(codes, target, folds, family=family)
    assert losses_of_design(design, target, folds, family=family) == pytest.approx(by_groups, rel=2e-2)


def test_what_tells_gains_and_the_other_way_round_loses(rng):
    codes, target = np.repeat([0, 1], 200), np.repeat([0.0, 1.0], 200) + rng.normal(size=400)
    folds = share_out(400, n_folds=10, n_repeats=3, rng=rng)
    losses = [losses_of_groups(by, target, folds, family="gaussian") for by in (codes, rng.permutation(codes))]
    none = losses_of_groups(np.zeros(400, int), target, folds, family="gaussian")
    gain, loss = explained_gain(losses[0], losses[1], none), explained_gain(losses[1], losses[0], none)
    assert gain.low > 0 and gain.p_value < 0.001
    assert (loss.value, loss.low, loss.high) == pytest.approx((-gain.value, -gain.high, -gain.low))
    # A fifth of the variance lies between the two groups.
    assert gain.value == pytest.approx(0.2, abs=0.08)


def test_of_empty_worlds_hardly_any_claims_a_gain(rng):
    """Two groupings that tell nothing: the share of worlds with an interval beyond 0 may not be above 5 %."""
    n, worlds, claims = 200, 200, 0
    for _ in range(worlds):
        target = (rng.random(n) < 0.2).astype(float)
        folds = share_out(n, n_folds=10, n_repeats=1, rng=rng)
        sides = [losses_of_groups(rng.integers(0, 4, n), target, folds, family="bernoulli") for _ in range(2)]
        none = losses_of_groups(np.zeros(n, int), target, folds, family="bernoulli")
        gain = explained_gain(*sides, none)
        claims += not gain.low <= 0 <= gain.high
    assert claims <= binom.ppf(0.99, worlds, 0.05)


def test_intervals_cover_the_mean_gain_where_groups_differ(rng):
    """95 % intervals of 200 worlds in which one grouping tells, against the mean gain of all of them."""
    n, chances = 600, np.array([0.05, 0.1, 0.2, 0.3])
    gains = []
    for _ in range(200):
        codes = rng.integers(0, 4, n)
        target = (rng.random(n) < chances[codes]).astype(float)
        folds = share_out(n, n_folds=10, n_repeats=1, rng=rng)
        sides = [losses_of_groups(by, target, folds, family="bernoulli") for by in (codes, rng.integers(0, 4, n))]
        gains.append(explained_gain(*sides, losses_of_groups(np.zeros(n, int), target, folds, family="bernoulli")))
    truth = np.mean([gain.value for gain in gains])
    covered = sum(gain.low <= truth <= gain.high for gain in gains)
    assert binom.ppf(0.005, 200, 0.95) <= covered <= binom.ppf(0.995, 200, 0.95) + 1


def test_clusters_that_fare_alike_widen_the_interval(rng):
    shared = np.repeat(rng.normal(size=10), 30)
    alone, *_ = spread_of_mean(shared, None)
    together, freedom, count = spread_of_mean(shared, np.repeat(np.arange(10), 30))
    assert together == pytest.approx(shared[::30].std(ddof=1) / np.sqrt(10)) and together > 4 * alone
    assert (freedom, count) == (9, 10)


@pytest.mark.parametrize("clusters", [np.zeros(50, int), np.arange(50)])
def test_one_cluster_or_one_for_each_member_is_no_clustering(rng, clusters):
    influence = rng.normal(size=50)
    assert spread_of_mean(influence, clusters) == spread_of_mean(influence, None)


def test_certain_and_right_costs_nothing_certain_and_wrong_everything():
    told = deviance(np.array([1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0]), "bernoulli")
    assert told.tolist() == [0.0, 0.0, np.inf]
