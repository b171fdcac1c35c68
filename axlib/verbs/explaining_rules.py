"""Why the rules put a member where they did, and which one answer would have put it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.rule_parts import list_conditions, list_values
from axlib.numbers.rules import apply_rule, parse_rule
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.verbs.single_changes import (
    SmallestChange,
    clear_changes,
    describe_changes,
    list_changes,
    measure_change,
)


def explain_rules(
    segmentation: Segmentation, attributes: Attributes, *, segments: Sequence[CoverageSegment]
) -> pd.DataFrame:
    """Explain each member's segment by the rule that held, applying the rules to one-answer changes.

    Returns
    -------
    DataFrame, one row per member in the segmentation's order
        As ``Explanation.members``. The runner-up is the segment the smallest change leads to; it has no
        probability. ``pulled_by`` is the rule that held; ``pulled_away_by`` are the conditions of the rule that
        would hold after the change and hold already.
    """
    rules = [parse_rule(text) for segment in segments for text in segment.rules]
    asked = list(dict.fromkeys(name for rule in rules for name in rule.attributes))
    table = attributes.table.loc[segmentation.table["member_id"], asked]
    pattern = table.groupby(asked, dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(pattern, return_index=True)[1]
    patterns = table.iloc[first].reset_index(drop=True)
    base = segment_by_rules(patterns, segments=segments).table
    placed = base["segment"].to_numpy(dtype=object)
    smallest = SmallestChange(len(patterns))
    reasons = np.full(len(patterns), "", dtype=object)
    also = {name: set[float | str]().union(*(list_values(rule).get(name, set()) for rule in rules)) for name in asked}
    changes = list_changes(table, kinds={name: attributes.kinds[name] for name in asked}, also=also)
    for number, change in enumerate(changes):
        column = patterns[change.attribute]
        given = column.notna().to_numpy()
        after = segment_by_rules(patterns.assign(**{change.attribute: change.value}), segments=segments).table
        becomes = after["segment"].to_numpy(dtype=object)
        kind = attributes.kinds[change.attribute]
        size = measure_change(change, rows=column, kind=kind, everyone=table[change.attribute])
        moves = (given | (placed == UNDETERMINED)) & (becomes != UNDETERMINED) & (becomes != placed)
        worth = np.full(len(patterns), change.common)
        smallest.offer(number, moves=moves, size=size, worth=worth, outcome=becomes)
        here = smallest.change == number
        reasons[here] = after["reason"].to_numpy(dtype=object)[here]
    told = describe_changes(smallest, changes, rows=patterns)
    held = base["reason"].where(base["segment"] != UNDETERMINED, "")
    by_pattern = pd.DataFrame(
        {
            "nearest": placed,
            "runner_up": smallest.outcome,
            "runner_up_probability": np.nan,
            "pulled_by": held,
            "pulled_away_by": _conditions_that_hold(reasons, patterns),
        }
    )
    rows = pd.concat([by_pattern, told], axis=1).iloc[pattern].reset_index(drop=True)
    members = segmentation.table[["member_id", "segment"]].reset_index(drop=True)
    declared = (members["segment"] != rows["nearest"]).to_numpy()
    return pd.concat([members, rows[by_pattern.columns], clear_changes(rows[told.columns], declared)], axis=1)


def _conditions_that_hold(reasons: NDArray[np.object_], patterns: pd.DataFrame) -> NDArray[np.object_]:
    """Join the conditions of each row's rule that hold for the row."""
    joined = np.full(len(patterns), "", dtype=object)
    for text in sorted(set(reasons) - {""}):
        here = reasons == text
        for condition in list_conditions(text):
            told = here & apply_rule(parse_rule(condition), patterns).holds
            joined[told] = np.where(joined[told] == "", condition, joined[told] + " and " + condition)
    return joined
