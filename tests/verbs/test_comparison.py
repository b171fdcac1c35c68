import numpy as np
import pandas as pd
import pytest
from scipy.stats import contingency

from axlib.verbs.comparison import compare_methods, compare_segmentations
from axlib.verbs.segments import make_segmentation

N = 90


def case(tiers=("S", "L"), segments=("One", "Two", "Three")):
    rng = np.random.default_rng(sum(map(ord, "comparison")))
    ids = pd.Series([f"m{i:03d}" for i in range(N)], dtype="str")
    dues = pd.DataFrame({"member_id": ids, "annual_dues": rng.integers(100, 9000, N).astype(float)})
    one = make_segmentation(ids, rng.choice(list(tiers), N).astype(object), segments=tiers, method="dues")
    labels = rng.choice(list(segments), N).astype(object)
    labels[:5] = "undetermined"
    return one, make_segmentation(ids, labels, segments=segments, method="rules"), dues


def test_the_crossover_holds_every_member_once():
    tiers, segments, dues = case()
    result = compare_segmentations(tiers, segments, dues=dues)
    assert result.crossover["members"].sum() == N
    wide = result.counts
    assert wide.index.tolist() == ["S", "L"]
    assert wide.columns.tolist() == ["One", "Two", "Three", "undetermined"]
    for (tier, segment), expected in (
        pd.DataFrame({"t": tiers.table["segment"], "s": segments.table["segment"]}).value_counts().items()
    ):
        assert wide.loc[tier, segment] == expected


def test_agreement_leaves_undetermined_members_out():
    tiers, segments, dues = case()
    result = compare_segmentations(tiers, segments, dues=dues)
    known = result.counts[["One", "Two", "Three"]]
    assert result.agreement["n"].iloc[0] == N - 5
    assert result.agreement["cramers_v"].iloc[0] == pytest.approx(
        contingency.association(known.to_numpy(dtype=int), method="cramer")
    )


def test_members_without_a_tier_are_shown_and_left_out_of_agreement():
    tiers, segments, dues = case(tiers=("S", "undetermined"))
    tiers = make_segmentation(
        tiers.table["member_id"], tiers.table["segment"].to_numpy(), segments=["S"], method="column"
    )
    result = compare_segmentations(tiers, segments, dues=dues)
    assert result.crossover["members"].sum() == N
    assert result.counts.index.tolist() == ["S", "undetermined"]
    assert "one tier or in one segment" in result.text


def test_spread_of_dues_is_of_each_segments_own_members():
    tiers, segments, dues = case()
    result = compare_segmentations(tiers, segments, dues=dues).dues.set_index("segment")
    own = dues.loc[(segments.table["segment"] == "Two").to_numpy(), "annual_dues"]
    assert result.loc["Two", ["dues_q10", "median_dues", "dues_q90"]].tolist() == pytest.approx(
        np.quantile(own, [0.1, 0.5, 0.9]).tolist()
    )
    assert result.loc["Two", "n"] == len(own)


@pytest.mark.parametrize("name", ["tier", "segment", "members", "share", "A_low"])
def test_segments_may_be_called_as_they_like(name):
    tiers, segments, dues = case(tiers=(name, "L"), segments=("A", name, "Three"))
    result = compare_segmentations(tiers, segments, dues=dues)
    assert (
        result.counts.loc[name, name] == ((tiers.table["segment"] == name) & (segments.table["segment"] == name)).sum()
    )
    assert name in repr(result) or name.capitalize() in repr(result)
    assert result._repr_html_()
    assert compare_methods(tiers, segments)._repr_html_()


def test_order_changes_nothing_and_arguments_stay():
    tiers, segments, dues = case()
    before = dues.copy(deep=True), tiers.table.copy(deep=True)
    one = compare_segmentations(tiers, segments, dues=dues)
    other = compare_segmentations(tiers, segments, dues=dues.sample(frac=1, random_state=1)[dues.columns[::-1]])
    for name in ("crossover", "agreement", "dues"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    pd.testing.assert_frame_equal(dues, before[0])
    pd.testing.assert_frame_equal(tiers.table, before[1])


def test_without_dues_or_members_in_both_the_words_hold():
    tiers, segments, dues = case()
    bare = compare_segmentations(tiers, segments, dues=dues[["member_id"]])
    assert len(bare.dues) == 0
    nobody = make_segmentation(pd.Series(["x"], dtype="str"), ["One"], segments=["One"], method="rules")
    assert compare_segmentations(tiers, nobody, dues=dues).text == "No member is in both a tier and a segment."


def test_kappa_is_of_members_both_place_in_shared_names():
    ids = pd.Series(list("abcdef"), dtype="str")
    rules = make_segmentation(ids, ["A", "A", "B", "B", "A", "undetermined"], segments=["A", "B"], method="rules")
    classes = make_segmentation(ids, ["A", "A", "B", "A", "C", "B"], segments=["A", "B", "C"], method="classes")
    result = compare_methods(rules, classes)
    # Of a, b, c, d: three agree; by chance 2/4·3/4 + 2/4·1/4 = 1/2.
    assert result.n == 4
    assert result.kappa == pytest.approx((3 / 4 - 1 / 2) / (1 - 1 / 2))
    assert result.table.iloc[:, 1:].to_numpy().sum() == 6


def test_one_shared_name_is_no_agreement():
    ids = pd.Series(list("ab"), dtype="str")
    one = make_segmentation(ids, ["A", "A"], segments=["A"], method="rules")
    assert "cannot be measured" in compare_methods(one, one).text
