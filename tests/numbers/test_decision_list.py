from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.decision_list import (
    CONDITION_PRICE,
    NOWHERE,
    Block,
    Conditions,
    DecisionList,
    apply_list,
    find_lists,
)

quick = settings(max_examples=25, deadline=None)


def draw_conditions(rng, n, *, n_conditions=8, missing=0.1):
    known = rng.random((n_conditions, n)) >= missing
    true = rng.random((n_conditions, n)) < rng.uniform(0.2, 0.8, (n_conditions, 1))
    return Conditions(true & known, ~true & known)


def walk(plan, conditions, row):
    """The same by hand, row by row, with None for unknown."""

    def judge(rule):
        known = [True if conditions.holds[c, row] else False if conditions.fails[c, row] else None for c in rule]
        return False if False in known else None if None in known else True

    for block in plan.blocks:
        verdicts = [judge(rule) for rule in block.rules]
        if True in verdicts:
            return block.group
        if None in verdicts:
            return NOWHERE
    return plan.default


@quick
@given(st.integers(0, 2**32 - 1))
def test_a_list_is_applied_as_by_hand(seed):
    rng = np.random.default_rng(seed)
    conditions = draw_conditions(rng, 40, missing=0.3)
    blocks = tuple(
        Block(group, tuple(tuple(sorted(rng.choice(8, size=rng.integers(1, 4), replace=False).tolist()))
                           for _ in range(rng.integers(1, 3))))
        for group in (2, 0)
    )  # fmt: skip
    plan = DecisionList(blocks, 1)
    assert apply_list(plan, conditions).tolist() == [walk(plan, conditions, row) for row in range(40)]


@quick
@given(st.integers(0, 2**32 - 1))
def test_one_rule_is_the_best_there_is(seed):
    rng = np.random.default_rng(seed)
    n = 60
    conditions = draw_conditions(rng, n, n_conditions=6)
    groups = np.where(conditions.holds[0] & conditions.holds[1], 1, 0)
    groups = np.where(rng.random(n) < 0.15, rng.integers(0, 2, n), groups)
    found = find_lists(conditions, groups, n_groups=2, first=1, most_rules=1, most_conditions=2)[1]
    assert found.default == 0

    def worth(rule):
        plan = DecisionList((Block(1, (rule,)),), 0)
        return (apply_list(plan, conditions) == groups).sum() - CONDITION_PRICE * n * (len(rule) - 1)

    best = max(worth(rule) for size in (1, 2) for rule in combinations(range(6), size))
    nothing = (groups == 0).sum()
    if found.blocks:
        assert worth(found.blocks[0].rules[0]) == pytest.approx(best)
    else:
        assert best <= nothing + 0.01 * n + 1e-9


@quick
@given(st.integers(0, 2**32 - 1))
def test_longer_lists_are_never_worse_and_keep_their_bounds(seed):
    rng = np.random.default_rng(seed)
    conditions = draw_conditions(rng, 120)
    groups = rng.integers(0, 4, 120)
    lists = find_lists(conditions, groups, n_groups=4, first=2, most_rules=4, most_conditions=3)
    # Prices of conditions may let a little go for a shorter rule.
    right = [float((apply_list(plan, conditions) == groups).mean()) for plan in lists]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(right))
    for number, plan in enumerate(lists):
        assert plan.n_rules <= number
        assert plan.default != 2
        assert all(block.group != plan.default for block in plan.blocks)
        assert all(len(rule) <= 3 for block in plan.blocks for rule in block.rules)
        assert [block.group for block in plan.blocks].count(2) == int(2 in [b.group for b in plan.blocks[:1]])
        assert len({block.group for block in plan.blocks}) == len(plan.blocks)


@quick
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_changes_no_list(seed):
    rng = np.random.default_rng(seed)
    conditions, groups = draw_conditions(rng, 90), rng.integers(0, 3, 90)
    order = rng.permutation(90)
    assert find_lists(conditions, groups, n_groups=3) == find_lists(conditions.take(order), groups[order], n_groups=3)


def test_a_list_that_is_there_is_found():
    rng = np.random.default_rng(sum(map(ord, "a list")))
    conditions = draw_conditions(rng, 3000, n_conditions=12, missing=0.0)
    truth = DecisionList((Block(2, ((0, 5),)), Block(1, ((7,), (3, 8)))), 0)
    groups = apply_list(truth, conditions)
    found = find_lists(conditions, groups, n_groups=3)[-1]
    assert (apply_list(found, conditions) == groups).mean() == 1.0
    assert found.n_rules == 3


def test_three_conditions_are_found_where_three_are_needed():
    rng = np.random.default_rng(sum(map(ord, "three")))
    conditions = draw_conditions(rng, 3000, n_conditions=9, missing=0.0)
    groups = conditions.holds[[1, 4, 6]].all(axis=0).astype(int)
    kwargs = {"n_groups": 2, "first": 1, "most_rules": 1}
    assert find_lists(conditions, groups, **kwargs)[-1].blocks == (Block(1, ((1, 4, 6),)),)
    assert len(find_lists(conditions, groups, **kwargs, most_conditions=2)[-1].blocks[0].rules[0]) == 2


def test_noise_makes_no_rules():
    rng = np.random.default_rng(sum(map(ord, "noise")))
    groups = (rng.random(5000) < 0.2).astype(int)
    assert find_lists(draw_conditions(rng, 5000), groups, n_groups=2)[-1].n_rules == 0
