"""A short decision list that reproduces groups: ordered blocks of rules, each of a few conditions.

``if any rule of the first block holds: its group; else if any of the second …; else the last group``. What is
maximised is the number of rows put into their own group, exactly: for each place of the list the best pair of
conditions out of all pairs is found by two matrix products, with what comes before and after as it stands.
Rows that an unknown condition stops before a rule holds are put nowhere, and so count as missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Groups = NDArray[np.int64]
Singles = NDArray[np.float32]
Rule = tuple[int, ...]

NOWHERE = -1
"""Group of a row that an unknown condition stops."""

CONDITION_PRICE = 0.004
"""Share of rows that a rule's further condition must win: below, it is not worth reading."""

RULE_PRICE = 0.01
"""Share of rows that a further rule must win."""

_BEST_PAIRS = 8
_ROWS_FOR_DEFAULT = 500
_SWEEPS = 2


class Block(NamedTuple):
    """Rules of one group; each holds where all of its conditions hold."""

    group: int
    rules: tuple[Rule, ...]


class DecisionList(NamedTuple):
    """Blocks in the order they are tried, and the group of whoever is left."""

    blocks: tuple[Block, ...]
    default: int

    @property
    def n_rules(self) -> int:
        """Rules, the last group not counted."""
        return sum(len(block.rules) for block in self.blocks)


class Conditions(NamedTuple):
    """Whether each condition holds, or fails, for each row; neither where an answer is missing.

    Attributes
    ----------
    holds, fails : ndarray of bool, shape (n_conditions, n_rows)
    """

    holds: Flags
    fails: Flags

    def take(self, rows: NDArray[np.int64]) -> Conditions:
        """Keep some of the rows."""
        return Conditions(self.holds[:, rows], self.fails[:, rows])


def _judge_rule(rule: Rule, conditions: Conditions) -> tuple[Flags, Flags]:
    held = np.logical_and.reduce(conditions.holds[list(rule)])
    failed = np.logical_or.reduce(conditions.fails[list(rule)])
    return held, failed


def _judge_block(rules: tuple[Rule, ...], conditions: Conditions) -> tuple[Flags, Flags]:
    """Say where any rule holds, and where none holds but one may."""
    n = conditions.holds.shape[1]
    holds, unknown = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for rule in rules:
        held, failed = _judge_rule(rule, conditions)
        holds |= held
        unknown |= ~held & ~failed
    return holds, unknown & ~holds


def apply_list(plan: DecisionList, conditions: Conditions) -> Groups:
    """Put rows into groups by a decision list; ``NOWHERE`` where an unknown condition stands before the answer.

    Examples
    --------
    >>> held = np.array([[True, False, False]])
    >>> conditions = Conditions(held, np.array([[False, True, False]]))
    >>> apply_list(DecisionList((Block(1, ((0,),)),), 0), conditions).tolist()
    [1, 0, -1]
    """
    n = conditions.holds.shape[1]
    groups, open_ = np.full(n, plan.default, dtype=np.int64), np.ones(n, dtype=bool)
    for block in plan.blocks:
        holds, unknown = _judge_block(block.rules, conditions)
        groups[open_ & holds] = block.group
        groups[open_ & unknown] = NOWHERE
        open_ &= ~(holds | unknown)
    return groups


class _Place(NamedTuple):
    """Where a rule may stand: the block, whether it is a new one, and which of its rules is replaced."""

    block: int
    new: bool
    group: int
    replaced: int = -1


class _Search:
    """The rows a list is found for."""

    def __init__(self, conditions: Conditions, groups: Groups, *, first: int, most_conditions: int) -> None:
        self.conditions, self.groups = conditions, groups
        self.first, self.most_conditions = first, most_conditions
        self.n = len(groups)
        self.held: Singles = conditions.holds.astype(np.float32)
        self.open: Singles = (~conditions.fails).astype(np.float32)
        # A pair is looked at once, and pays for its second condition.
        pairs = -np.inf if most_conditions == 1 else -CONDITION_PRICE * self.n
        above = np.triu(np.ones((len(self.held),) * 2, dtype=bool))
        self.prices: Singles = np.where(above, np.float32(pairs), np.float32(-np.inf))
        np.fill_diagonal(self.prices, 0.0)

    def score(self, plan: DecisionList) -> float:
        """Rows put right, less the price of conditions beyond the first of each rule."""
        right = float((apply_list(plan, self.conditions) == self.groups).sum())
        further = sum(len(rule) - 1 for block in plan.blocks for rule in block.rules)
        return right - CONDITION_PRICE * self.n * further

    def put(self, plan: DecisionList, place: _Place, rule: Rule | None) -> DecisionList:
        """Give the list with a rule at a place; None leaves the place empty."""
        blocks = list(plan.blocks)
        own = () if rule is None else (rule,)
        if place.new:
            blocks.insert(place.block, Block(place.group, own))
        else:
            rules = blocks[place.block].rules
            kept = rules[: place.replaced] + rules[place.replaced + 1 :] if place.replaced >= 0 else rules
            blocks[place.block] = Block(place.group, (*kept, *own))
        return DecisionList(tuple(block for block in blocks if block.rules), plan.default)

    def find_rule(self, plan: DecisionList, place: _Place) -> Rule | None:
        """Find the rule that puts most rows right at a place, all else as it is; None where none gains."""
        bare = self.put(plan, place, None)
        # Without its rules a block may have gone; then the rule stands alone between its neighbours.
        alone = len(bare.blocks) == len(plan.blocks) - (0 if place.new else 1)
        before = bare.blocks[: place.block]
        own = () if place.new or alone else bare.blocks[place.block].rules
        after = bare.blocks[place.block + (0 if place.new or alone else 1) :]
        open_ = np.ones(self.n, dtype=bool)
        for block in before:
            holds, unknown = _judge_block(block.rules, self.conditions)
            open_ &= ~(holds | unknown)
        held, unsure = _judge_block(own, self.conditions)
        later = apply_list(DecisionList(after, plan.default), self.conditions) == self.groups
        wins = (open_ & ~held & (self.groups == place.group)).astype(np.float32)
        keeps = (open_ & ~held & ~unsure & later).astype(np.float32)
        return self._best(wins, keeps)

    def _best(self, wins: Singles, keeps: Singles) -> Rule | None:
        """Maximise the sum of ``wins`` where a rule holds, less that of ``keeps`` where it does not fail."""
        price = CONDITION_PRICE * self.n
        gain = (self.held * wins) @ self.held.T - (self.open * keeps) @ self.open.T
        gain += self.prices
        n_best = min(_BEST_PAIRS, gain.size)
        order = np.argpartition(gain, gain.size - n_best, axis=None)[-n_best:]
        order = order[np.lexsort((order, -gain.flat[order]))]
        pairs = [tuple(sorted({int(a), int(b)})) for a, b in zip(*np.unravel_index(order, gain.shape), strict=True)]
        best, rule = float(gain.flat[order[0]]), pairs[0]
        if self.most_conditions > 2:
            first, second = np.unravel_index(order, gain.shape)
            more = (self.held[first] * self.held[second] * wins) @ self.held.T
            more -= (self.open[first] * self.open[second] * keeps) @ self.open.T
            more -= price * np.array([len(pair) for pair in pairs], dtype=np.float32)[:, None]
            top = int(np.argmax(more))
            if more.flat[top] > best:
                best = float(more.flat[top])
                rule = tuple(sorted({*pairs[top // more.shape[1]], top % more.shape[1]}))
        return rule if best > 0 else None

    def places(self, plan: DecisionList, groups: range) -> Iterator[_Place]:
        """Give the places a further rule may take: its group's block, or a new one at the head or the end."""
        has = {block.group: place for place, block in enumerate(plan.blocks)}
        head = 1 if plan.blocks and plan.blocks[0].group == self.first else 0
        for group in groups:
            if group == plan.default:
                continue
            if group in has:
                yield _Place(has[group], False, group)
            elif group == self.first:
                yield _Place(0, True, group)
            else:
                yield from (_Place(place, True, group) for place in sorted({head, len(plan.blocks)}))

    def add_rule(self, plan: DecisionList, n_groups: int) -> DecisionList:
        """Add the rule that gains most; the same list where none gains enough."""
        best, score = plan, self.score(plan) + RULE_PRICE * self.n
        for place in self.places(plan, range(n_groups)):
            rule = self.find_rule(plan, place)
            if rule is not None:
                tried = self.put(plan, place, rule)
                if (found := self.score(tried)) > score:
                    best, score = tried, found
        return best

    def refine(self, plan: DecisionList) -> DecisionList:
        """Find each rule anew with the others as they are, and try neighbouring blocks the other way round."""
        score = self.score(plan)
        for _ in range(_SWEEPS):
            before = score
            for place, block in enumerate(plan.blocks):
                for number in range(len(block.rules)):
                    spot = _Place(place, False, block.group, number)
                    rule = self.find_rule(plan, spot) if plan.blocks[place].group == block.group else None
                    if rule is None:
                        continue
                    tried = self.put(plan, spot, rule)
                    if len(tried.blocks) == len(plan.blocks) and (found := self.score(tried)) > score:
                        plan, score = tried, found
            for place in range(1 if plan.blocks and plan.blocks[0].group == self.first else 0, len(plan.blocks) - 1):
                blocks = list(plan.blocks)
                blocks[place : place + 2] = blocks[place + 1], blocks[place]
                tried = DecisionList(tuple(blocks), plan.default)
                if (found := self.score(tried)) > score:
                    plan, score = tried, found
            if score <= before:
                break
        return plan


def _choose_default(conditions: Conditions, groups: Groups, n_groups: int, first: int, most_conditions: int) -> int:
    """Choose who is left over: the group with which a few greedy rules put most rows right."""
    candidates = [group for group in range(n_groups) if group != first]
    if len(candidates) == 1:
        return candidates[0]
    step = max(1, len(groups) // _ROWS_FOR_DEFAULT)
    rows = np.arange(0, len(groups), step)
    search = _Search(conditions.take(rows), groups[rows], first=first, most_conditions=min(most_conditions, 2))
    scores = []
    for group in candidates:
        plan = DecisionList((), group)
        for _ in range(n_groups - 1):
            plan = search.add_rule(plan, n_groups)
        scores.append(search.score(plan))
    return candidates[int(np.argmax(scores))]


def find_lists(
    conditions: Conditions,
    groups: Groups,
    *,
    n_groups: int,
    first: int = -1,
    most_rules: int = 6,
    most_conditions: int = 3,
) -> tuple[DecisionList, ...]:
    """Find lists of one rule, two rules and so on, that put as many rows as possible into their groups.

    Parameters
    ----------
    conditions : Conditions
    groups : ndarray of int, shape (n_rows,)
        From 0 to ``n_groups - 1``.
    n_groups : int
    first : int
        A group whose block must be tried first, and which cannot be the one left over; -1 for none.
    most_rules, most_conditions : int
        Rules of a list, conditions of a rule (1 to 3).

    Returns
    -------
    tuple of DecisionList
        With at most 0, 1, … ``most_rules`` rules; one is the same as the one before where a further rule would win
        less than a hundredth of the rows.
    """
    default = _choose_default(conditions, groups, n_groups, first, most_conditions)
    search = _Search(conditions, groups, first=first, most_conditions=most_conditions)
    lists = [DecisionList((), default)]
    for _ in range(most_rules):
        longer = search.add_rule(lists[-1], n_groups)
        lists.append(search.refine(longer) if longer is not lists[-1] else longer)
    return tuple(lists)
