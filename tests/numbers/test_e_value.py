import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.numbers.e_value import e_value, e_value_of_limit, ratio_of_amounts
from tests.verbs.small import quick


@pytest.mark.parametrize(
    ("ratio", "expected"),
    # Published: VanderWeele and Ding (2017), breast-feeding and two further examples; DOMAIN section 5.1.
    [(3.9, 7.26), (1.5, 2.37), (0.85, 1.63)],
)
def test_published_values(ratio, expected):
    assert e_value(ratio) == pytest.approx(expected, abs=0.005)


@quick
@given(st.floats(0.01, 100))
def test_a_ratio_and_its_inverse_are_equally_hard_to_explain(ratio):
    assert e_value(ratio) == pytest.approx(e_value(1 / ratio)) and e_value(ratio) >= 1


@quick
@given(st.floats(1.001, 50))
def test_two_ratios_of_that_strength_explain_exactly_so_much(ratio):
    """The bounding factor of a hidden cause with both ratios E is E * E / (2 E - 1)."""
    strength = e_value(ratio)
    assert strength**2 / (2 * strength - 1) == pytest.approx(ratio)


def test_the_published_limit_of_the_interval():
    assert e_value_of_limit(1.8, 8.7) == pytest.approx(3.0, abs=0.005)
    assert e_value_of_limit(0.3, 0.5) == e_value(0.5)


def test_no_ratio_has_no_e_value():
    assert all(math.isnan(e_value(ratio)) for ratio in (float("nan"), 0.0, -1.0, math.inf))
    assert math.isnan(e_value_of_limit(float("nan"), 2.0))


def test_no_difference_of_amounts_is_a_ratio_of_one():
    assert ratio_of_amounts(0.0) == 1.0
