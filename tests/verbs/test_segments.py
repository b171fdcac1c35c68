import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.coverage_segments import CoverageSegment, read_segments
from axlib.verbs.segments import segment_by_column, segment_by_dues, segment_by_rules
from axlib.words.errors import ConfigurationError, DataError
from tests.verbs.small import attributes, quick

dues = st.lists(st.one_of(st.none(), st.floats(0, 1e5)), min_size=1, max_size=40)


def paying(amounts):
    return pd.DataFrame(
        {"member_id": [f"m{i}" for i in range(len(amounts))], "annual_dues": pd.Series(amounts, dtype=float)}
    )


@quick
@given(dues, st.lists(st.integers(1, 99_999), min_size=1, max_size=4, unique=True).map(sorted))
def test_bands_begin_at_their_edges(amounts, edges):
    members = paying(amounts)
    if members["annual_dues"].isna().all():
        with pytest.raises(DataError, match="no member has annual_dues"):
            segment_by_dues(members, by="bands", edges=edges)
        return
    tiers = segment_by_dues(members, by="bands", edges=edges)
    for amount, label in zip(amounts, tiers.table["segment"], strict=True):
        place = "dues unknown" if amount is None else tiers.segments[sum(amount >= edge for edge in edges)]
        assert label == place
    assert sum(tiers.sizes.values()) == len(amounts)


@quick
@given(dues, st.integers(2, 6))
def test_quantiles_rise_and_hold_everybody(amounts, n):
    members = paying(amounts)
    if members["annual_dues"].isna().all():
        return
    tiers = segment_by_dues(members, by="quantiles", n=n)
    assert len(set(tiers.segments)) == len(tiers.segments) <= n + 1
    assert sum(tiers.sizes.values()) == len(amounts)
    known = members.assign(tier=tiers.table["segment"]).dropna()
    spans = (
        known.groupby("tier")["annual_dues"]
        .agg(["min", "max"])
        .reindex([t for t in tiers.segments if t in set(known["tier"])])
    )
    assert (spans["max"].to_numpy()[:-1] < spans["min"].to_numpy()[1:]).all()


def test_thirds_of_different_dues_are_thirds():
    tiers = segment_by_dues(paying(list(range(1, 301))), by="quantiles", n=3)
    assert max(tiers.sizes.values()) - min(tiers.sizes.values()) <= 2


def test_tiers_take_their_names_from_the_lowest_dues_up():
    tiers = segment_by_dues(paying([10, 500, 900]), by="bands", edges=[100, 600], names=["S", "M", "L"])
    assert tiers.table["segment"].tolist() == ["S", "M", "L"]


def test_edges_that_round_to_one_text_still_have_names_of_their_own():
    tiers = segment_by_dues(paying([1000, 1200.15, 1200.25, 2000]), by="bands", edges=[1200.1, 1200.2], currency="USD")
    assert tiers.segments == ("under USD 1,200.1", "USD 1,200.1 to under USD 1,200.2", "USD 1,200.2 and more")


def test_a_column_names_segments_and_blanks_are_undetermined():
    members = pd.DataFrame({"member_id": ["a", "b", "c"], "kind": pd.array(["x", None, "y"], dtype="str")})
    result = segment_by_column(members, column="kind")
    assert (result.sizes, result.undetermined) == ({"x": 1, "y": 1}, 1)
    assert segment_by_dues(members, by="column", column="kind").sizes == result.sizes


def test_a_column_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(ConfigurationError, match=r"no column 'tear'. Did you mean 'tier'\?"):
        segment_by_column(pd.DataFrame({"member_id": ["a"], "tier": ["x"]}), column="tear")


def segment(name, *rules, **more):
    return CoverageSegment(name=name, hours_per_year=1, rules=rules, **more)


def answers(**columns):
    table = pd.DataFrame(columns, dtype=float)
    return table.set_index(pd.Index([f"m{i}" for i in range(len(table))], name="member_id"))


def test_the_first_rule_that_holds_decides_in_file_order():
    result = segment_by_rules(answers(a=[1, 2, 3]), segments=[segment("One", "a <= 2"), segment("Two", "a <= 3")])
    assert result.table["segment"].tolist() == ["One", "One", "Two"]
    assert result.table["reason"].tolist() == ["a <= 2", "a <= 2", "a <= 3"]


def test_the_task_force_is_tried_first():
    segments = [segment("One", "a <= 3"), segment("Many", "a >= 2", task_force=True)]
    result = segment_by_rules(answers(a=[1, 2]), segments=segments)
    assert result.table["segment"].tolist() == ["One", "Many"]
    assert result.segments == ("One", "Many")


def test_an_unknown_before_the_first_match_makes_undetermined():
    segments = [segment("One", "a <= 1"), segment("Two", "b <= 1")]
    result = segment_by_rules(answers(a=[np.nan, 5, 1], b=[1, 1, np.nan]), segments=segments)
    assert result.table["segment"].tolist() == ["undetermined", "Two", "One"]
    assert result.table["reason"].iloc[0] == "unknown: a, which the rules of One ask for"


def test_an_alternative_that_holds_makes_an_unknown_one_unimportant():
    result = segment_by_rules(answers(a=[np.nan], b=[1]), segments=[segment("One", "a <= 1", "b <= 1")])
    assert result.table["segment"].tolist() == ["One"]


def test_no_rule_that_holds_is_undetermined_and_said():
    result = segment_by_rules(answers(a=[4]), segments=[segment("One", "a <= 1")])
    assert result.table[["segment", "reason"]].iloc[0].tolist() == ["undetermined", "no rule holds"]


def test_all_problems_of_rules_at_once():
    segments = [segment("One", "x <= 1", "a <"), segment("Two", "y <= 1")]
    with pytest.raises(ConfigurationError) as refused:
        segment_by_rules(answers(a=[1]), segments=segments)
    assert len(refused.value.problems) == 3
    assert all(problem.startswith("segments.yml, ") for problem in refused.value.problems)


def test_segments_without_rules_cannot_be_tried():
    with pytest.raises(ConfigurationError, match="no segment has rules"):
        segment_by_rules(answers(a=[1]), segments=[segment("One")])


def test_order_of_rows_and_columns_changes_no_assignment():
    table = attributes().table
    shuffled = table.sample(frac=1, random_state=4)[table.columns[::-1]]
    one, other = (segment_by_rules(each, segments=read_segments()) for each in (table, shuffled))
    assert one.fingerprint == other.fingerprint
    pd.testing.assert_frame_equal(
        one.table, other.table.set_index("member_id").loc[one.table["member_id"]].reset_index(), check_dtype=False
    )


def test_attributes_are_not_changed():
    table = attributes().table
    before = table.copy(deep=True)
    segment_by_rules(table, segments=read_segments())
    pd.testing.assert_frame_equal(table, before)


def test_the_fingerprint_tells_assignments_apart_and_nothing_else():
    one = segment_by_dues(paying([1, 2, 3]), by="bands", edges=[2])
    same = segment_by_dues(paying([1, 20, 30]), by="bands", edges=[2])
    other = segment_by_dues(paying([1, 1, 3]), by="bands", edges=[2])
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_summary_has_every_segment_and_shares_of_all():
    result = segment_by_rules(answers(a=[1, 1, 9]), segments=[segment("One", "a <= 1"), segment("Two", "a == 2")])
    summary = result.summary()
    assert summary["segment"].tolist() == ["One", "Two", "undetermined"]
    assert summary["members"].tolist() == [2, 0, 1]
    assert summary["share"].sum() == pytest.approx(1)
