"""What of cost, margin and scenarios a client may see: no single member, no small group."""

from __future__ import annotations

import dataclasses

import pandas as pd

from axlib.reports.hiding.small_cells import blank, small_groups
from axlib.verbs.claims import grade_claim
from axlib.verbs.claims_on_money import MONEY_FINDINGS, claims_on_economics, claims_on_scenarios
from axlib.verbs.economics import Economics
from axlib.verbs.findings import Findings
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario
from axlib.words.results import Unavailable

_NUMBERS = [
    "members", "revenue", "hours", "service_cost", "declared_cost", "cost", "margin", "margin_share", "cost_per_member",
]  # fmt: skip


def hide_economics(result: Economics, least: int) -> Economics | Unavailable:
    """Drop single members; blank small groups with as many more as protect them, on both bases alike."""
    if len(result.table) < least:
        return Unavailable(type(result).title, f"it rests on fewer than {least} members.")
    groups = result.groups
    rows = groups["grouping"].isna()
    for grouping in ("tier", "segment"):
        here = (groups["grouping"] == grouping).to_numpy()
        sizes = groups[here & (groups["basis"] == "ax").to_numpy()].set_index("group")["members"]
        small = small_groups({str(name): float(n) for name, n in sizes.items()}, least=least)
        rows |= here & groups["group"].isin(small)
    lines, unknown = result.lines, 0 < result.unknown_dues < least
    if unknown:
        # What a few members cost would be told by their line.
        lines = lines.assign(
            **{name: lines[name].mask(lines["line"].str.contains("dues")) for name in ("hours", "amount")}
        )
    # How many a cost is for tells the size of the segments it is for.
    costs = blank(result.costs, (result.costs["members"] < least), ["members", "amount_today", "amount_ax"])
    return dataclasses.replace(
        result,
        # As many members as there are, and nothing of any.
        table=result.table.where(result.table.isna()).reset_index(drop=True),
        groups=blank(groups, rows, _NUMBERS),
        lines=lines,
        costs=costs,
        unknown_dues=0 if unknown else result.unknown_dues,
    )


def hide_scenarios(result: Scenario, least: int) -> Scenario | Unavailable:
    """Leave out scenarios that tell of few members, by themselves, by who is left, or beside another scenario."""
    counts = result.concerned.pivot_table(index="segment", columns="scenario", values="members", aggfunc="sum")
    everybody = result.concerned.groupby("segment")["all_members"].max().reindex(counts.index)
    shown: list[str] = []
    for name in result.names:
        # Whoever knows two sums knows their difference, so that must not be of few either.
        known = [pd.Series(0, counts.index), everybody, *(counts[other] for other in shown)]
        differences = [int((counts[name] - other).abs().sum()) for other in known]
        if not any(0 < difference < least for difference in differences):
            shown.append(name)
    if not shown:
        return Unavailable(type(result).title, f"they would tell of fewer than {least} members.")
    frames = {
        field.name: frame[frame["scenario"].isin(shown)].reset_index(drop=True)
        for field in dataclasses.fields(result)
        if hasattr(frame := getattr(result, field.name), "columns")
    }
    concerned = frames["concerned"].groupby("scenario", sort=False, as_index=False)[["members", "all_members"]].sum()
    together = concerned.assign(segment=pd.Series(["all"] * len(concerned), dtype="str"))
    frames["concerned"] = together[["scenario", "segment", "members", "all_members"]]
    return dataclasses.replace(result, **frames)


def hide_findings(
    findings: Findings, economics: Economics | Unavailable, scenarios: Scenario | Unavailable
) -> Findings:
    """Withhold findings on money that what is shown of it would not give."""
    shown = claims_on_economics(economics) if isinstance(economics, Economics) else []
    names = scenarios.names if isinstance(scenarios, Scenario) else ()
    shown += claims_on_scenarios(scenarios) if isinstance(scenarios, Scenario) else []
    groups = [str(name) for name in economics.groups["group"]] if isinstance(economics, Economics) else []
    texts = {grade_claim(claim, names=[*names, *groups]).text for claim in shown}
    table = findings.table
    of_money = table["id"].isin(MONEY_FINDINGS) | table["id"].str.startswith("scenario_")
    gone = of_money & (table["text"] != "") & ~table["text"].isin(texts)
    because = table["withheld_because"].mask(gone, "it would tell of a group that is too small to be shown.")
    numbers = {name: table[name].mask(gone) for name in ("estimate", "low", "high")}
    hidden = table.assign(text=table["text"].mask(gone, ""), withheld_because=because, n=table["n"].mask(gone, 0))
    return dataclasses.replace(findings, table=hidden.assign(**numbers))


def hide_change(result: RetentionChange, least: int) -> RetentionChange | Unavailable:
    """Show the change where neither cohort is small."""
    if min(result.n_earlier, result.n_later) < least:
        return Unavailable(type(result).title, f"a cohort has fewer than {least} members.")
    return result
