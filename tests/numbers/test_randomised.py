import numpy as np
import pytest
from scipy.stats import norm, ttest_ind

from axlib.numbers.randomised import compare_assigned


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "randomised")))


def test_without_strata_it_is_the_test_of_two_means_with_unequal_spread(rng):
    first, second = rng.normal(1, 1, 150), rng.normal(0, 3, 250)
    found = compare_assigned(np.repeat([True, False], [150, 250]), np.concatenate([first, second]))
    welch = ttest_ind(first, second, equal_var=False)
    assert found.estimate == pytest.approx(first.mean() - second.mean())
    # The degrees of freedom differ, hardly so with hundreds.
    assert found.high - found.estimate == pytest.approx(welch.confidence_interval().high - found.estimate, rel=2e-3)


def test_strata_are_compared_within(rng):
    """Treated members sit where everybody fares better; within strata nothing differs by more than 2."""
    strata = np.repeat([0, 1], 200)
    assigned = rng.random(400) < np.where(strata, 0.8, 0.2)
    outcome = 10.0 * strata + 2.0 * assigned + rng.normal(size=400)
    found = compare_assigned(assigned, outcome, strata=strata)
    parts = [outcome[(strata == s) & assigned].mean() - outcome[(strata == s) & ~assigned].mean() for s in (0, 1)]
    variance = sum(
        0.25 * outcome[(strata == s) & (assigned == a)].var(ddof=1) / ((strata == s) & (assigned == a)).sum()
        for s in (0, 1)
        for a in (True, False)
    )
    assert found.estimate == pytest.approx(np.mean(parts))
    assert found.high - found.estimate == pytest.approx(norm.ppf(0.975) * np.sqrt(variance), rel=1e-2)
    assert compare_assigned(assigned, outcome).estimate > 6


def test_a_stratum_of_one_side_says_nothing(rng):
    outcome = rng.normal(size=60)
    assigned, strata = np.tile([True, False], 30), np.repeat([0, 1, 2], 20)
    assigned[40:] = True
    whole = compare_assigned(assigned, outcome, strata=strata)
    assert whole == compare_assigned(assigned[:40], outcome[:40], strata=strata[:40])


def test_whole_clusters_are_what_chance_acted_on(rng):
    clusters = np.repeat(np.arange(20), 30)
    assigned = clusters < 10
    outcome = rng.normal(size=20)[clusters] + 0.1 * rng.normal(size=600)
    found = compare_assigned(assigned, outcome, clusters=clusters)
    means = np.array([outcome[clusters == c].mean() for c in range(20)])
    expected = ttest_ind(means[:10], means[10:])
    assert found.clusters == 20
    assert found.high - found.estimate == pytest.approx(expected.confidence_interval().high - found.estimate, rel=0.06)


def test_an_empty_side_is_no_comparison():
    assert np.isnan(compare_assigned(np.ones(5, bool), np.arange(5.0)).estimate)
