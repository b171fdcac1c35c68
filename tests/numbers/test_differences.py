import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.numbers.differences import interval_of_difference
from axlib.numbers.intervals import wilson_interval
from tests.verbs.small import quick


@quick
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.01, 0.3), st.floats(0.01, 0.3))
def test_of_symmetric_intervals_it_is_the_root_of_summed_squares(a, b, first, second):
    low, high = interval_of_difference((a, a - first, a + first), (b, b - second, b + second))
    half = np.hypot(first, second)
    assert (low, high) == pytest.approx((a - b - half, a - b + half))
    # The other way round it is its mirror image.
    back = interval_of_difference((b, b - second, b + second), (a, a - first, a + first))
    assert back == pytest.approx((-high, -low))


def test_of_two_wilson_intervals_it_is_newcombes_and_covers():
    # Newcombe (1998), method 10: 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339.
    shares = [(k / n, *wilson_interval(k, n)) for k, n in ((56, 70), (48, 80))]
    assert interval_of_difference(*shares) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    rng = np.random.default_rng(sum(map(ord, "two shares")))
    inside = 0
    for a, b in zip(rng.binomial(150, 0.12, 2000), rng.binomial(220, 0.2, 2000), strict=True):
        low, high = interval_of_difference((a / 150, *wilson_interval(a, 150)), (b / 220, *wilson_interval(b, 220)))
        inside += low <= 0.12 - 0.2 <= high
    assert inside / 2000 == pytest.approx(0.95, abs=0.015)


def test_more_at_once_is_wider():
    pair = (0.1, 0.08, 0.13), (0.15, 0.1, 0.17)
    widths = [np.diff(interval_of_difference(*pair, at_once=n))[0] for n in (1, 2, 5, 12)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]
