"""What may be said of money: what moved retention, what serving members costs, what would follow from a scenario."""

from __future__ import annotations

from axlib.verbs.claims import Claim
from axlib.verbs.economics import Economics
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario

#: Findings on cost and margin, by their ids; those of scenarios are numbered.
MONEY_FINDINGS = ("cost_to_serve", "margin_by_segment")
#: A segment of fewer members is no finding.
FEWEST_MEMBERS = 10


def claims_on_windows(change: RetentionChange) -> list[Claim]:
    """What the change in NRR is made of."""
    nrr = change.of("nrr")
    estimate, low, high = (float(nrr[name]) for name in ("change", "change_low", "change_high"))
    n = min(change.n_earlier, change.n_later)
    is_chance = not (low > 0 or high < 0)
    facts = {"text": change.text}
    return [Claim("retention_change", "0", facts, estimate=estimate, low=low, high=high, n=n, is_quiet=is_chance)]


def claims_on_economics(economics: Economics) -> list[Claim]:
    """What serving members costs, and in which segment the hours called for would change most."""
    if not economics.has_today:
        return []
    today = economics.of("today")
    n, amounts = len(economics.table), ("margin_share", "cost", "cash_margin", "unused_cost")
    facts = {"n": n, "currency": economics.currency, **{name: float(today[name]) for name in amounts}}
    whole = Claim("cost_to_serve", "0", facts, estimate=float(today["margin_share"]), n=n)
    return [whole, *_claims_on_widest_change(economics)]


def _claims_on_widest_change(economics: Economics) -> list[Claim]:
    groups = economics.by_group("segment", "today").merge(
        economics.by_group("segment", "ax"), on="group", suffixes=("_today", "_ax")
    )
    groups = groups[(groups["members_ax"] >= FEWEST_MEMBERS) & groups["margin_share_today"].notna()]
    if len(groups) == 0:
        return []
    change = (groups["margin_ax"] - groups["margin_today"]).abs()
    widest = groups.loc[change == change.max()].iloc[0]
    facts = {
        "segment": str(widest["group"]),
        "before": float(widest["margin_share_today"]),
        "after": (after := float(widest["margin_share_ax"])),
        "freed": float(economics.of("ax")["unused_cost"]) - float(economics.of("today")["unused_cost"]),
        "hours_are_assumed": economics.hours_source == "assumed",
        "currency": economics.currency,
    }
    return [Claim("margin_by_segment", "S", facts, estimate=after, n=int(widest["members_ax"]))]


def claims_on_scenarios(scenarios: Scenario) -> list[Claim]:
    """What load and cash would be in each scenario."""
    claims = []
    for at, name in enumerate(scenarios.names, start=1):
        members = int(scenarios.concerned[scenarios.concerned["scenario"] == name]["members"].sum())
        outcomes = {
            outcome: {
                column: float(scenarios.outcome(outcome, name)[column])
                for column in ("before", "after", "after_low", "after_high", "change")
            }
            for outcome in ("load", "cash_margin", "margin_share_concerned")
        }
        cash = outcomes["cash_margin"]
        facts = {"name": name, "members": members, "currency": scenarios.currency, **outcomes}
        numbers = {"estimate": cash["after"], "low": cash["after_low"], "high": cash["after_high"], "n": members}
        claims.append(Claim("scenario", "S", facts, id=f"scenario_{at}", **numbers))  # type: ignore[arg-type]
    return claims
