"""The sentences of findings on money, for ``WORDING``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axlib.verbs.scenario_words import show_outcome
from axlib.words.display import count_words, format_money, format_share

Facts = Mapping[str, Any]


def word_retention_change(facts: Facts) -> str:
    """What the change in NRR is made of; the result's own sentence."""
    return str(facts["text"])


def word_cost_to_serve(facts: Facts) -> str:
    """What serving members costs, allocated and in cash."""
    cost, cash, unused = (
        format_money(facts[name], facts["currency"]) for name in ("cost", "cash_margin", "unused_cost")
    )
    left = f", {unused} of the payroll is unused capacity" if facts["unused_cost"] > 0 else ""
    return (
        f"Serving {count_words(facts['n'], 'member')} costs {cost} a year: the allocated margin is "
        f"{format_share(facts['margin_share'])} of revenue{left}, and the cash margin is {cash}."
    )


def word_margin_by_segment(facts: Facts) -> str:
    """Where the hours called for would change the margin most, and what that does to the payroll."""
    before, after = (format_share(facts[name]) for name in ("before", "after"))
    money = format_money(abs(facts["freed"]), facts["currency"])
    if facts["freed"] > 0:
        rest = f"{money} more of the payroll would be unused, which is no cash until it is put to use or no longer paid"
    else:
        rest = f"{money} more of people's time would be needed than today"
    hours = "assumed for" if facts["hours_are_assumed"] else "called for by"
    return (
        f"If members got the hours {hours} their segment, the allocated margin of {facts['segment']} members would go "
        f"from {before} to {after}; over all segments, {rest}."
    )


def word_scenario(facts: Facts) -> str:
    """What load and cash would be if a scenario were done."""
    load, cash, concerned = (_went(facts, name) for name in ("load", "cash_margin", "margin_share_concerned"))
    first = f"the team's load would go {load}"
    if abs(facts["margin_share_concerned"]["change"]) >= 0.0005:
        whose = count_words(facts["members"], "member")
        first = f"the allocated margin of {whose} would go {concerned} of revenue, the team's load {load}"
    return f"If “{facts['name']}” were done, {first}, and cash {cash} a year."


def _went(facts: Facts, outcome: str) -> str:
    before, after, low, high = (
        show_outcome(outcome, facts[outcome][column], facts["currency"])
        for column in ("before", "after", "after_low", "after_high")
    )
    between = f" (between {low} and {high})" if low != high else ""
    return f"from {before} to {after}{between}"
