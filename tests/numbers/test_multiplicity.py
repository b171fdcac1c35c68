import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from axlib.numbers.multiplicity import benjamini_hochberg, holm
from tests.verbs.small import quick

many = st.lists(st.floats(0, 1), min_size=1, max_size=8).map(np.array)


@quick
@given(many, st.floats(0.001, 0.3))
def test_holm_rejects_what_its_steps_reject(p, level):
    """Step down: reject the smallest while it is at most level ÷ (tests left)."""
    rejected = np.zeros(len(p), dtype=bool)
    for left, place in zip(range(len(p), 0, -1), np.argsort(p, kind="stable"), strict=True):
        if p[place] * left > level:
            break
        rejected[place] = True
    # Of tests with the same p-value all are rejected or none.
    np.testing.assert_array_equal(
        holm(p) <= level,
        [any(p[i] == p[j] and rejected[j] for j in range(len(p))) or rejected[i] for i in range(len(p))],
    )


@quick
@given(many)
def test_benjamini_hochberg_is_scipys(p):
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p))


def test_a_test_that_could_not_be_made_found_nothing():
    assert holm(np.array([0.02, np.nan])).tolist() == [0.04, 1.0]
    assert benjamini_hochberg(np.array([0.02, np.nan])).tolist() == [0.04, 1.0]
    assert holm(np.array([])).tolist() == []
