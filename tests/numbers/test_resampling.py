import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp, poisson

from axlib.numbers import resampling
from axlib.numbers.resampling import find_outstanding, resample_sums


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "resampled sums")))


def test_resampled_sums_are_of_the_members_of_each_group(rng):
    groups = np.array([1, 0, 1, 1, 0])
    values = np.array([[1.0, 10.0], [2.0, 20.0], [1.0, 10.0], [1.0, 10.0], [2.0, 20.0]])
    sums = resample_sums(values, groups, n_groups=3, n_resamples=4000, rng=rng)
    assert sums.shape == (4000, 3, 2)
    # One column is ten times the other for each member, so it is for each sum.
    np.testing.assert_allclose(sums[..., 1], 10 * sums[..., 0])
    assert not sums[:, 2].any()
    np.testing.assert_allclose(sums.mean(axis=0)[:, 0], [4, 3, 0], atol=0.15)
    np.testing.assert_allclose(sums[:, 1, 0].var(), 3, rtol=0.1)


def test_memory_blocks_change_no_law(rng, monkeypatch):
    monkeypatch.setattr(resampling, "_BLOCK", 700)
    values, groups = np.ones((1000, 1)), np.zeros(1000, dtype=np.intp)
    sums = resample_sums(values, groups, n_groups=1, n_resamples=300, rng=rng)
    assert sums.mean() == pytest.approx(1000, abs=10)
    assert sums.std() == pytest.approx(1000**0.5, rel=0.2)


def test_weights_are_poisson_with_mean_and_variance_one():
    weights = resampling._WEIGHTS
    assert len(weights) == 2**16
    assert weights.mean() == 1
    assert weights.var() == 1
    expected = poisson.pmf(np.arange(9), 1) * 2**16
    np.testing.assert_allclose(np.bincount(weights.astype(int)), expected, atol=16)


def large_group(rng, n=12_000):
    """Money of a few giants and many small payers, a rare flag, and a column of nothing."""
    money = np.exp(rng.normal(6, 1.2, n))
    money[:5] = 400_000
    rare = (rng.random(n) < 0.002).astype(float)
    return np.column_stack([np.ones(n), money, money * (rng.random(n) < 0.1), rare, np.zeros(n)])


def test_of_a_large_group_sums_have_the_law_of_sums_drawn_row_by_row(rng, monkeypatch):
    rows = large_group(rng)
    groups = np.zeros(len(rows), dtype=np.intp)
    near = resample_sums(rows, groups, n_groups=1, n_resamples=4000, rng=rng)[:, 0]
    monkeypatch.setattr(resampling, "_FEW", len(rows))
    exact = resample_sums(rows, groups, n_groups=1, n_resamples=4000, rng=rng)[:, 0]
    np.testing.assert_allclose(near[:, :4].std(axis=0), exact[:, :4].std(axis=0), rtol=0.06)
    np.testing.assert_allclose(np.corrcoef(near[:, :4].T), np.corrcoef(exact[:, :4].T), atol=0.06)
    for place in (1, 2, 3):
        assert ks_2samp(near[:, place], exact[:, place]).pvalue > 0.001
        assert ks_2samp(near[:, place] / near[:, 0], exact[:, place] / exact[:, 0]).pvalue > 0.001
    assert not near[:, 4].any()


def test_what_a_few_members_decide_is_drawn_member_by_member(rng):
    alone = find_outstanding(large_group(rng))
    assert alone[:5].all()
    assert alone.mean() < 0.2


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 400), st.floats(0, 3), st.integers(0, 2**16))
def test_the_rest_is_nearly_normal_and_the_order_of_rows_decides_nothing(n, spread, seed):
    rng = np.random.default_rng(seed)
    rows = np.column_stack([np.round(np.exp(rng.normal(0, spread, n)), 1), rng.random(n) < 0.3]).astype(float)
    alone = find_outstanding(rows)
    rest = rows[~alone]
    assert (np.abs(rest**3).sum(axis=0) <= 0.0501 * (rest**2).sum(axis=0) ** 1.5).all()
    order = rng.permutation(n)
    np.testing.assert_array_equal(find_outstanding(rows[order]), alone[order])
