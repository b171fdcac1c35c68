import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.equal_groups import equal_groups
from tests.verbs.small import quick


def series(text):
    return pd.Series(list(text), dtype="str")


def test_as_many_are_left_as_they_are():
    found = equal_groups(series("aabb"), series("xyxy"), order=["a", "b"])
    assert (found.tiers.tolist(), found.segments.tolist(), found.groups) == ([0, 0, 1, 1], [0, 1, 0, 1], 2)


def test_too_many_tiers_are_merged_with_neighbours_the_smallest_pair_first():
    found = equal_groups(series("aaabbcddd"), series("xyxyxyxyx"), order=["a", "b", "c", "d"])
    # b and c are 3 together, then a and b+c would be 6 and b+c and d 6: the lower pair goes first.
    assert found.tiers.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]
    assert "4 tiers were merged with their neighbours into 2" in found.note


def test_the_largest_of_too_few_tiers_is_halved_at_its_median_dues():
    dues = pd.Series([1.0, 2, 3, 4, 50, 60])
    found = equal_groups(series("aaaabb"), series("xyzxyz"), order=["a", "b"], dues=dues)
    assert found.tiers.tolist() == [0, 0, 1, 1, 2, 2]
    assert found.note == (
        "The largest of 2 tiers were halved at their median dues, which makes 3, as many as there are segments."
    )


def test_a_tier_in_which_all_pay_the_same_is_not_halved():
    dues = pd.Series([7.0, 7, 7, 7, 50, 60])
    found = equal_groups(series("aaaabb"), series("xyzxyz"), order=["a", "b"], dues=dues)
    assert found.tiers.tolist() == [0, 0, 0, 0, 1, 2]


def test_where_dues_cannot_be_cut_the_smallest_segments_are_merged():
    found = equal_groups(series("aaabbb"), series("xxxyyz"), order=["a", "b"], dues=pd.Series([7.0] * 6))
    assert found.segments.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.note == "Of the segments, y and z were merged, so that there are 2 on either side."


@quick
@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("vwxyz"), st.integers(0, 9)), min_size=2, max_size=40)
)
def test_both_sides_come_to_the_same_number_and_tiers_stay_in_the_order_of_dues(rows):
    table = pd.DataFrame(rows, columns=["tier", "segment", "dues"])
    # Tiers follow dues, as tiers do.
    table["tier"] = pd.Series(list("abcde"), dtype="str")[(table["dues"] // 2).clip(upper=4)].to_numpy()
    found = equal_groups(
        table["tier"].astype("str"),
        table["segment"].astype("str"),
        order=list("abcde"),
        dues=table["dues"].astype(float),
    )
    assert set(found.tiers) == set(range(found.groups)) == set(found.segments)
    assert (np.diff(found.tiers[np.argsort(table["dues"], kind="stable")]) >= 0).all()
    # No segment is split: who was together stays together.
    assert table.assign(code=found.segments).groupby("segment")["code"].nunique().eq(1).all()


@pytest.mark.parametrize("tiers", ["aaaa", "abab"])
def test_names_of_no_member_count_for_nothing(tiers):
    found = equal_groups(series(tiers), series("xxyy"), order=["nobody", "a", "b"])
    assert found.groups == len(set(tiers))
