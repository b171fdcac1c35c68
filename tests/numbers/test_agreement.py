from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import contingency

from axlib.numbers.agreement import adjusted_mutual_information, adjusted_rand_index, cohens_kappa, cramers_v

labels = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 2), min_size=n, max_size=n), st.lists(st.integers(0, 2), min_size=n, max_size=n)
    )
)


def cross(one, other):
    return pd.crosstab(np.array(one), np.array(other)).to_numpy()


def shared_information(one, other):
    n = len(one)
    joint = {pair: list(zip(one, other, strict=True)).count(pair) / n for pair in set(zip(one, other, strict=True))}
    return sum(p * np.log(p / (one.count(a) / n * (other.count(b) / n))) for (a, b), p in joint.items())


def entropy(one):
    return shared_information(one, one)


@settings(max_examples=30, deadline=None)
@given(labels)
def test_rand_index_counts_pairs(both):
    one, other = both
    pairs = list(combinations(range(len(one)), 2))
    same_one = {pair for pair in pairs if one[pair[0]] == one[pair[1]]}
    same_other = {pair for pair in pairs if other[pair[0]] == other[pair[1]]}
    expected = len(same_one) * len(same_other) / len(pairs)
    most = (len(same_one) + len(same_other)) / 2
    value = adjusted_rand_index(cross(one, other))
    if most == expected:
        assert np.isnan(value)
    else:
        assert value == pytest.approx((len(same_one & same_other) - expected) / (most - expected), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(labels)
def test_mutual_information_is_corrected_by_all_ways_to_shuffle(both):
    one, other = both
    value = adjusted_mutual_information(cross(one, other))
    every_one_apart = len(set(one)) == len(set(other)) == len(one)
    if min(len(set(one)), len(set(other))) < 2 or every_one_apart:
        assert np.isnan(value)
        return
    shuffled = list(permutations(other))[:: max(1, len(list(permutations(other))) // 5040)]
    by_chance = np.mean([shared_information(one, list(order)) for order in shuffled])
    mean_entropy = (entropy(one) + entropy(other)) / 2
    expected = (shared_information(one, other) - by_chance) / (mean_entropy - by_chance)
    assert value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4))
def test_cramers_v_is_scipys(rows):
    table = np.array(rows)
    kept = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(kept.shape, default=0) < 2:
        assert np.isnan(cramers_v(table))
    else:
        assert cramers_v(table) == pytest.approx(contingency.association(kept, method="cramer"), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(labels)
def test_the_same_grouping_under_other_names_agrees_fully(both):
    one, _ = both
    renamed = [(2 - label) for label in one]
    values = [adjusted_rand_index(cross(one, renamed)), adjusted_mutual_information(cross(one, renamed))]
    assert all(np.isnan(value) or value == pytest.approx(1) for value in values)


def test_independent_groupings_agree_as_by_chance():
    table = np.full((3, 4), 500)
    assert adjusted_rand_index(table) == pytest.approx(0, abs=1e-3)
    assert adjusted_mutual_information(table) == pytest.approx(0, abs=1e-3)
    assert cramers_v(table) == 0


@pytest.mark.parametrize("n", [1, 2, 13_877, 94_906_267, 123_456_789])
def test_one_group_on_both_sides_is_no_agreement_however_many_members(n):
    assert np.isnan(adjusted_rand_index([[n]]))
    assert np.isnan(adjusted_mutual_information([[n, 0], [0, 0]]))
    assert np.isnan(cramers_v([[n]]))


def test_nobody_and_everybody_apart_have_no_agreement():
    for measure in (adjusted_rand_index, adjusted_mutual_information):
        assert np.isnan(measure(np.zeros((2, 2))))
        assert np.isnan(measure(np.eye(2)))


def test_empty_rows_and_columns_change_nothing():
    table = np.array([[9, 2], [1, 7]])
    wider = np.zeros((3, 4))
    wider[:2, :2] = table
    for measure in (adjusted_rand_index, adjusted_mutual_information, cramers_v):
        assert measure(wider) == measure(table)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12))
def test_kappa_from_single_ratings(pairs):
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    by_chance = sum(a == b for a, _ in pairs for _, b in pairs) / n**2
    table = np.zeros((3, 3))
    for a, b in pairs:
        table[a, b] += 1
    value = cohens_kappa(table)
    if by_chance == 1:
        assert np.isnan(value)
    else:
        assert value == pytest.approx((observed - by_chance) / (1 - by_chance))
    assert np.isnan(cohens_kappa(np.zeros((3, 3))))
