import numpy as np
import pytest

from axlib.numbers.intervals import wilson_interval
from axlib.numbers.standardising import standardised_share


def test_a_share_by_hand():
    """Half of the members in each group: 0.5 * 2/10 + 0.5 * 6/10 = 0.4."""
    share, low, high = standardised_share(np.array([2.0, 6.0]), np.array([10.0, 10.0]), np.array([0.5, 0.5]))
    half = 1.959964 * np.sqrt(0.25 * (3 / 12 * 9 / 12 / 10 + 7 / 12 * 5 / 12 / 10))
    assert (share, low, high) == pytest.approx((0.4, 0.4 - half, 0.4 + half))


def test_of_one_group_it_is_that_share_with_much_the_same_interval():
    share, low, high = standardised_share(np.array([60.0]), np.array([400.0]), np.array([1.0]))
    assert share == 0.15 and (low, high) == pytest.approx(wilson_interval(60, 400), abs=0.006)


def test_a_group_without_any_yes_is_not_certain():
    share, low, high = standardised_share(np.array([0.0]), np.array([20.0]), np.array([1.0]))
    assert (share, low) == (0.0, 0.0) and high > 0.05
