"""A decision list as a consultant meets it: its rules in words, how far it holds on members it was not made from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.decision_list import NOWHERE, Conditions, DecisionList, Rule, apply_list, find_lists
from axlib.numbers.intervals import wilson_interval
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.instrument import Instrument
from axlib.verbs.rule_words import describe_rule

EVERYONE = "all members"
Groups = NDArray[np.int64]


class Listed(NamedTuple):
    """Members, their segments and the conditions that lists are made of.

    Attributes
    ----------
    texts : tuple of str
        The conditions.
    conditions : Conditions
        Of these members.
    groups : ndarray of int, shape (n_members,)
        Place of each member's segment in ``names``.
    names : tuple of str
    first : int
        The segment that must be tried first; -1 for none.
    """

    texts: tuple[str, ...]
    conditions: Conditions
    groups: Groups
    names: tuple[str, ...]
    first: int


def find_plans(listed: Listed, most_rules: int, most_conditions: int) -> tuple[DecisionList, ...]:
    """Find lists of one rule and more."""
    return find_lists(
        listed.conditions,
        listed.groups,
        n_groups=len(listed.names),
        first=listed.first,
        most_rules=most_rules,
        most_conditions=most_conditions,
    )


def hold_out(listed: Listed, most_rules: int, most_conditions: int, n_folds: int, rng: np.random.Generator) -> Groups:
    """Groups of members by lists searched without them, shape (1 + most_rules, n_members)."""
    n = len(listed.groups)
    order = rng.permutation(n)
    fold = np.empty(n, dtype=np.int64)
    # Each segment is spread evenly over the folds.
    fold[order[np.argsort(listed.groups[order], kind="stable")]] = np.arange(n) % n_folds
    held_out = np.full((1 + most_rules, n), NOWHERE, dtype=np.int64)
    for number in range(n_folds):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        part = listed._replace(conditions=listed.conditions.take(inside), groups=listed.groups[inside])
        for place, plan in enumerate(find_plans(part, most_rules, most_conditions)):
            held_out[place, outside] = apply_list(plan, listed.conditions.take(outside))
    return held_out


def compare_lengths(listed: Listed, lists: tuple[DecisionList, ...], held_out: Groups) -> pd.DataFrame:
    """Compare lists by length on members held out; the shortest within one standard error of the best is chosen."""
    n = len(listed.groups)
    rows = []
    for place, plan in enumerate(lists):
        if place == 0 or plan.n_rules == lists[place - 1].n_rules:
            continue
        right = int((held_out[place] == listed.groups).sum())
        low, high = wilson_interval(right, n)
        fitted = float((apply_list(plan, listed.conditions) == listed.groups).mean())
        rows.append(
            {
                "rules": plan.n_rules,
                "fidelity": right / n,
                "fidelity_low": low,
                "fidelity_high": high,
                "fitted_share": fitted,
            }
        )
    table = pd.DataFrame(rows, columns=["rules", "fidelity", "fidelity_low", "fidelity_high", "fitted_share"])
    baseline = np.bincount(listed.groups).max() / n
    if len(table) == 0 or table["fidelity"].max() <= baseline:
        return table.assign(chosen=False)
    best = float(table["fidelity"].max())
    enough = best - float(np.sqrt(best * (1 - best) / n))
    shortest = int(np.flatnonzero(table["fidelity"] >= max(enough, float(baseline)))[0])
    return table.assign(chosen=np.arange(len(table)) == shortest)


def measure_fidelity(listed: Listed, held_out: Groups) -> pd.DataFrame:
    """Fidelity on members held out: of all, and of each segment."""
    largest = int(np.bincount(listed.groups).argmax())
    rows = []
    for number, name in ((-1, EVERYONE), *enumerate(listed.names)):
        own = np.ones(len(listed.groups), dtype=bool) if number < 0 else listed.groups == number
        right, n = int((held_out[own] == listed.groups[own]).sum()), int(own.sum())
        low, high = wilson_interval(right, n)
        rows.append(
            {
                "segment": name,
                "members": n,
                "fidelity": right / n,
                "fidelity_low": low,
                "fidelity_high": high,
                "baseline_share": float((listed.groups[own] == largest).mean()),
                "placed_share": float((held_out[own] != NOWHERE).mean()),
            }
        )
    return pd.DataFrame(rows).astype({"segment": "str"})


def _write_rule(listed: Listed, rule: Rule) -> str:
    return " and ".join(listed.texts[number] for number in rule)


def list_rules(
    listed: Listed, plan: DecisionList, attributes: Attributes, instrument: Instrument | None
) -> pd.DataFrame:
    """Write a list as a table: one row per rule, with whom it places, and how many of them rightly."""
    found = apply_list(plan, listed.conditions)
    kinds = dict(attributes.kinds)
    rows: list[dict[str, object]] = []

    def add(segment: int, rule: str, words: str, here: NDArray[np.bool_]) -> None:
        right = float((listed.groups[here] == segment).mean()) if here.any() else float("nan")
        members = int(here.sum())
        name = listed.names[segment]
        rows.append(
            {"step": len(rows) + 1, "segment": name, "rule": rule, "words": words, "members": members,
             "right_share": right}
        )  # fmt: skip

    open_ = np.ones(len(found), dtype=bool)
    for block in plan.blocks:
        own = open_ & (found == block.group)
        for rule in block.rules:
            here = own & listed.conditions.holds[list(rule)].all(axis=0)
            text = _write_rule(listed, rule)
            add(block.group, text, f"if {describe_rule(text, kinds=kinds, instrument=instrument)}", here)
            own &= ~here
            open_ &= ~here
    add(plan.default, "", "everyone else", open_ & (found == plan.default))
    return pd.DataFrame(rows).astype({"segment": "str", "rule": "str", "words": "str"})


def as_segments(listed: Listed, plan: DecisionList) -> tuple[CoverageSegment, ...]:
    """Write a list as segments with rules; a last rule that holds where any answer is known catches everyone else."""
    entries = [(block.group, tuple(_write_rule(listed, rule) for rule in block.rules)) for block in plan.blocks]
    asked = [number for block in plan.blocks for rule in block.rules for number in rule]
    conditions = dict.fromkeys(f"{text} or not {text}" for text in (listed.texts[number] for number in asked))
    seen: dict[str, str] = {}
    for text in conditions:
        seen.setdefault(text.partition(" ")[0], text)
    entries.append((plan.default, (" or ".join(seen.values()),)))
    return tuple(
        CoverageSegment.model_construct(
            name=listed.names[group], hours_per_year=0.0, rules=rules, task_force=group == listed.first
        )
        for group, rules in entries
    )
