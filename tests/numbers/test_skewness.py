import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import skew

from axlib.numbers.skewness import (
    apply_transform,
    choose_transform,
    invert_transform,
    log_slope,
    weighted_skewness,
)

RNG = np.random.default_rng(sum(map(ord, "skewness")))
SAMPLES = {
    "none": RNG.normal(50, 9, 400),
    "square_root": RNG.normal(3, 1, 4000) ** 2,
    "log": np.exp(RNG.normal(3, 1, 400)),
    "arcsinh": np.sinh(RNG.normal(1.5, 1.2, 400)),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_transform_suits_the_skewness(name):
    values = SAMPLES[name]
    transform = choose_transform(values, np.ones(len(values)))
    assert transform.name == name
    standardised = apply_transform(values, transform)
    np.testing.assert_allclose([standardised.mean(), standardised.std()], [0, 1], atol=1e-9)
    if name != "none":
        assert abs(skew(standardised)) < abs(skew(values)) / 2


@pytest.mark.parametrize("name", SAMPLES)
def test_transforms_invert(name):
    values = SAMPLES[name]
    transform = choose_transform(values, np.ones(len(values)))
    np.testing.assert_allclose(invert_transform(apply_transform(values, transform), transform), values, atol=1e-8)


@pytest.mark.parametrize("name", ["none", "log", "arcsinh"])
def test_slopes_equal_differences(name):
    values = SAMPLES[name]
    transform = choose_transform(values, np.ones(len(values)))
    ahead, behind = (apply_transform(values + step, transform) for step in (1e-6, -1e-6))
    inner = values > values.min() + 1e-5
    expected = np.log((ahead - behind) / 2e-6)
    np.testing.assert_allclose(log_slope(values, transform)[inner], expected[inner], atol=1e-4)


def test_unequal_classes_alone_are_not_transformed():
    values = np.concatenate([RNG.normal(50, 5, 850), RNG.normal(75, 5, 150)])
    assert choose_transform(values, np.ones(1000)).name == "none"


def test_zeros_are_kept_finite():
    values = np.concatenate([np.zeros(200), np.exp(RNG.normal(size=800))])
    transform = choose_transform(values, np.ones(1000))
    assert np.isfinite(apply_transform(values, transform)).all()
    assert np.isfinite(log_slope(values, transform)).all()


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30), st.data())
def test_skewness_is_scipys(values, data):
    array = np.array(values)
    weights = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(values), max_size=len(values))))
    if np.ptp(array) > 1e-3:
        expected = skew(np.repeat(array, weights))
        assert weighted_skewness(array, weights.astype(float)) == pytest.approx(expected, abs=1e-6)
