import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.cents import round_to_cents

amounts = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@settings(max_examples=100, deadline=None)
@given(amounts)
def test_parts_add_up_to_the_rounded_whole_and_each_is_within_a_cent(values):
    given_ = np.array(values)
    cents = np.round(round_to_cents(given_) * 100)
    assert cents.sum() == np.round(np.round(given_.sum() * 100, 6))
    assert (np.abs(cents / 100 - given_) < 0.01 + 1e-6).all()


def test_the_largest_remainders_get_the_cents_that_are_left():
    assert round_to_cents(np.array([0.004, 0.009, 0.007])).tolist() == [0.0, 0.01, 0.01]


def test_nothing_is_nothing_and_whole_cents_stay():
    assert round_to_cents(np.zeros(0)).tolist() == []
    assert round_to_cents(np.array([0.1 + 0.2, 12.34, -5.0])).tolist() == [0.3, 12.34, -5.0]
