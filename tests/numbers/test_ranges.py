import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.ranges import find_extremes, find_swings, solve_rising

ranges = st.lists(st.lists(st.floats(0.1, 5.0), min_size=3, max_size=3).map(sorted), min_size=2, max_size=5).map(
    np.array
)


def model(points):
    """Product over the last assumption: steady in each, whatever the others are."""
    return np.column_stack([points[:, :-1].prod(axis=1) / points[:, -1], points.sum(axis=1)])


@settings(max_examples=40, deadline=None)
@given(ranges, st.integers(0, 10_000))
def test_no_point_inside_lies_beyond_the_extremes(box, seed):
    mid, low, high = find_extremes(model, box)
    inside = np.random.default_rng(seed).uniform(box[:, 0], box[:, 2], size=(200, len(box)))
    found = model(inside)
    assert (found >= low - 1e-9 * np.abs(low)).all()
    assert (found <= high + 1e-9 * np.abs(high)).all()
    np.testing.assert_allclose(mid, model(box[:, 1][None])[0])
    assert (low <= mid + 1e-9).all() and (mid <= high + 1e-9).all()


def test_extremes_by_hand():
    mid, low, high = find_extremes(model, np.array([[1.0, 2.0, 4.0], [1.0, 1.0, 1.0], [1.0, 2.0, 4.0]]))
    assert (mid[0], low[0], high[0]) == (1.0, 0.25, 4.0)


def test_swings_move_one_assumption_at_a_time():
    low, high = find_swings(model, np.array([[1.0, 2.0, 4.0], [5.0, 5.0, 5.0], [1.0, 2.0, 4.0]]))
    assert low[:, 0].tolist() == [2.5, 5.0, 10.0]
    assert high[:, 0].tolist() == [10.0, 5.0, 2.5]


def test_too_many_ranges_are_refused():
    with pytest.raises(ValueError, match="at most 14"):
        find_extremes(lambda x: x, np.tile([0.0, 1.0, 2.0], (15, 1)))


def test_solving_reaches_what_is_wanted_or_says_never():
    x = solve_rising(lambda x: (0.9 + x) ** 3 - 0.9**3, 0.1, most=0.5)
    assert (0.9 + x) ** 3 - 0.9**3 == pytest.approx(0.1)
    assert np.isnan(solve_rising(lambda x: x, 2.0, most=1.0))
    assert solve_rising(lambda x: x, -1.0, most=1.0) == 0.0
