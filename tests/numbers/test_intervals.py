import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from axlib.numbers.intervals import percentile_interval, wilson_interval
from axlib.numbers.resampling import resample_sums


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "intervals of shares")))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_are_where_the_score_test_just_accepts(case):
    successes, n = case
    share, z = successes / n, norm.ppf(0.975)

    def score(p):
        return abs(share - p) - z * np.sqrt(p * (1 - p) / n)

    low, high = wilson_interval(successes, n)
    assert low == pytest.approx(0.0 if successes == 0 else brentq(score, 1e-12, min(share, 1 - 1e-9)), abs=1e-6)
    assert high == pytest.approx(1.0 if successes == n else brentq(score, max(share, 1e-9), 1 - 1e-12), abs=1e-6)
    assert 0 <= low <= share <= high <= 1


def test_nobody_has_no_share():
    assert np.isnan(wilson_interval(0, 0)).all()


def test_the_interval_of_a_share_covers_as_often_as_it_says(rng):
    covered = 0
    for _ in range(200):
        gone = rng.random(120) < 0.2
        sums = resample_sums(
            np.column_stack([gone, np.ones(120)]).astype(float),
            np.zeros(120, dtype=np.intp), n_groups=1, n_resamples=400, rng=rng,
        )  # fmt: skip
        low, high = percentile_interval(lambda s: s[..., 0] / s[..., 1], sums)
        covered += low[0] <= 0.2 <= high[0]
    assert 0.89 <= covered / 200 <= 0.99


def test_a_ratio_defined_in_too_few_resamples_has_no_interval(rng):
    values = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    sums = resample_sums(values, np.zeros(3, dtype=np.intp), n_groups=1, n_resamples=500, rng=rng)
    # A third of the resamples leave the only member out that the denominator counts.
    assert np.isnan(percentile_interval(lambda s: s[..., 0] / s[..., 1], sums)).all()


def test_bounds_are_quantiles_of_the_resamples():
    sums = np.arange(101.0)[:, None, None]
    low, high = percentile_interval(lambda s: s[..., 0], sums, level=0.9)
    assert (low[0], high[0]) == pytest.approx((5, 95))
