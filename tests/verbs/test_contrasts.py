import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.contrasts import LEVEL, weigh_contrasts
from tests.verbs.small import quick

p_values = st.floats(0, 1)


@quick
@given(
    st.dictionaries(st.sampled_from("abcdef"), p_values, min_size=1),
    st.lists(st.sampled_from("abcdef"), max_size=3, unique=True),
)
def test_others_hold_only_where_a_primary_one_does_and_what_fails_says_why(p, primary):
    standing = weigh_contrasts(p, primary=primary)
    assert set(standing) == set(p) | set(primary)
    if not any(item.holds for item in standing.values() if item.is_primary):
        assert not any(item.holds for item in standing.values())
    for item in standing.values():
        assert item.holds is (item.because == "")
        assert np.isnan(item.p_value) or item.adjusted_p >= item.p_value or np.isclose(item.adjusted_p, item.p_value)


def test_a_declared_contrast_that_could_not_be_tested_still_counts():
    standing = weigh_contrasts({"a": 0.02, "b": 0.001}, primary=["a", "c", "d"])
    assert not standing["a"].holds
    assert standing["a"].because.endswith("(p 0.020 alone, 0.060 among 3).")
    assert standing["c"].because == "It could not be tested."
    assert not standing["b"].holds


def test_one_declared_contrast_is_its_own_p_value():
    standing = weigh_contrasts({"a": 0.049, "b": 0.01, "c": 0.04}, primary=["a"])
    assert standing["a"].holds
    assert (standing["b"].adjusted_p, standing["c"].adjusted_p) == (0.02, 0.04)
    assert standing["b"].holds and standing["c"].holds


def test_where_nothing_is_going_on_one_report_in_twenty_claims_anything():
    rng = np.random.default_rng(sum(map(ord, "nothing going on")))
    draws = rng.random((4000, 8))
    claims = [
        any(item.holds for item in weigh_contrasts(dict(zip("abcdefgh", row, strict=True)), primary="abc").values())
        for row in draws
    ]
    # Three standard errors of four thousand draws.
    assert np.mean(claims) <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 4000)
    assert np.mean(claims) >= 0.03
