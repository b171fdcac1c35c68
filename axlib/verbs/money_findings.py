"""Findings on money: what moved retention, what serving members costs, what would follow from a scenario."""

from __future__ import annotations

from axlib.verbs.economics import Economics
from axlib.verbs.evidence import Finding
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario
from axlib.verbs.scenario_words import show_outcome
from axlib.words.display import count_words, format_money, format_share

#: Findings on cost and margin, by their ids; those of scenarios are numbered.
MONEY_FINDINGS = ("cost_to_serve", "margin_by_segment")
#: A segment of fewer members is no finding.
FEWEST_MEMBERS = 10


def find_in_windows(change: RetentionChange) -> list[Finding]:
    """Say what the change in NRR is made of."""
    nrr = change.of("nrr")
    estimate, low, high = (float(nrr[name]) for name in ("change", "change_low", "change_high"))
    return [Finding("retention_change", "0", change.text, estimate, low, high, min(change.n_earlier, change.n_later))]


def find_in_economics(economics: Economics) -> list[Finding]:
    """Say what serving members costs, and in which segment the hours called for would change most."""
    if not economics.has_today:
        return []
    return [_on_cost(economics), *_on_widest_change(economics)]


def _on_cost(economics: Economics) -> Finding:
    n, today = len(economics.table), economics.of("today")
    share = float(today["margin_share"])
    cost, cash, unused = (
        format_money(float(today[name]), economics.currency) for name in ("cost", "cash_margin", "unused_cost")
    )
    left = f", {unused} of the payroll is unused capacity" if today["unused_cost"] > 0 else ""
    text = (
        f"Serving {count_words(n, 'member')} costs {cost} a year: the allocated margin is {format_share(share)} of "
        f"revenue{left}, and the cash margin is {cash}."
    )
    return Finding("cost_to_serve", "0", text, share, n=n)


def _on_widest_change(economics: Economics) -> list[Finding]:
    groups = economics.by_group("segment", "today").merge(
        economics.by_group("segment", "ax"), on="group", suffixes=("_today", "_ax")
    )
    groups = groups[(groups["members_ax"] >= FEWEST_MEMBERS) & groups["margin_share_today"].notna()]
    if len(groups) == 0:
        return []
    change = (groups["margin_ax"] - groups["margin_today"]).abs()
    widest = groups.loc[change == change.max()].iloc[0]
    before, after = (format_share(float(widest[f"margin_share_{name}"])) for name in ("today", "ax"))
    freed = float(economics.of("ax")["unused_cost"]) - float(economics.of("today")["unused_cost"])
    money = format_money(abs(freed), economics.currency)
    if freed > 0:
        rest = f"{money} more of the payroll would be unused, which is no cash until it is put to use or no longer paid"
    else:
        rest = f"{money} more of people's time would be needed than today"
    hours = "assumed for" if economics.hours_source == "assumed" else "called for by"
    text = (
        f"If members got the hours {hours} their segment, the allocated margin of {widest['group']} members would go "
        f"from {before} to {after}; over all segments, {rest}."
    )
    return [Finding("margin_by_segment", "S", text, float(widest["margin_share_ax"]), n=int(widest["members_ax"]))]


def find_in_scenarios(scenarios: Scenario) -> list[Finding]:
    """Say of each scenario what load and cash would be."""
    found = []
    for at, name in enumerate(scenarios.names, start=1):
        members = scenarios.concerned[scenarios.concerned["scenario"] == name]["members"].sum()
        load, cash = (_went(scenarios, outcome, name) for outcome in ("load", "cash_margin"))
        first = f"the team's load would go {load}"
        concerned = scenarios.outcome("margin_share_concerned", name)
        if abs(float(concerned["change"])) >= 0.0005:
            went = _went(scenarios, "margin_share_concerned", name)
            whose = count_words(int(members), "member")
            first = f"the allocated margin of {whose} would go {went} of revenue, the team's load {load}"
        text = f"If “{name}” were done, {first}, and cash {cash} a year."
        row = scenarios.outcome("cash_margin", name)
        estimate, low, high = (float(row[column]) for column in ("after", "after_low", "after_high"))
        found.append(Finding(f"scenario_{at}", "S", text, estimate, low, high, int(members)))
    return found


def _went(scenarios: Scenario, outcome: str, name: str) -> str:
    row = scenarios.outcome(outcome, name)
    before, after, low, high = (
        show_outcome(outcome, float(row[column]), scenarios.currency)
        for column in ("before", "after", "after_low", "after_high")
    )
    between = f" (between {low} and {high})" if low != high else ""
    return f"from {before} to {after}{between}"
