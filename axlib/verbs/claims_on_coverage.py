"""What may be said of load, of tiers and segments, and of the service members get."""

from __future__ import annotations

import numpy as np

from axlib.verbs.claims import Claim
from axlib.verbs.comparison import Comparison
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.evidence import Level
from axlib.verbs.service_gap import ServiceGap
from axlib.words.results import Unavailable


def claims_on_load(plan: CoveragePlan) -> list[Claim]:
    """Who is asked for how much, and what the whole team is short of."""
    team, people = plan.team.iloc[0], plan.by_person
    load, n = float(team["load"]), int(team["members"])
    over, idle = people[people["load"] > 1], people[people["load"] < 0.5]
    level: Level = "S" if plan.hours_source == "assumed" else "0"
    by_person = {
        "over": len(over),
        "highest": float(over["load"].max()),
        "idle": len(idle),
        "highest_idle": float(idle["load"].max()),
    }
    whole = {"load": load, **{name: float(team[name]) for name in ("residual_hours", "residual_fte")}}
    return [
        Claim("load_by_person", level, by_person, estimate=load, n=n, is_quiet=len(over) + len(idle) == 0),
        Claim("load_of_team", level, whole, estimate=load, n=n, is_quiet=0.5 <= load <= 1),
    ]


def claims_on_tiers(comparison: Comparison) -> list[Claim]:
    """How much tiers say about segments, and how far dues spread within one."""
    row = comparison.agreement.iloc[0]
    v, n = float(row["cramers_v"]), int(row["n"])
    claims = [] if np.isnan(v) else [Claim("disagreement", "0", {"cramers_v": v, "n": n}, estimate=v, n=n)]
    spread = comparison.dues[(comparison.dues["dues_ratio"] >= 2) & (comparison.dues["n"] >= 10)]
    if len(spread):
        widest = spread.sort_values("dues_ratio", ascending=False, kind="stable").iloc[0]
        facts = {
            "segment": str(widest["segment"]),
            "currency": comparison.currency,
            **{name: float(widest[name]) for name in ("dues_q10", "dues_q90")},
        }
        claims.append(Claim("dues_spread", "0", facts, estimate=float(widest["dues_ratio"]), n=int(widest["n"])))
    return claims


def claims_on_gap(gap: ServiceGap, coverage: CoveragePlan | Unavailable) -> list[Claim]:
    """How many members get less, and more, than their segment calls for."""
    n = sum(gap.totals.values())
    if n == 0:
        return []
    assumed = not isinstance(coverage, CoveragePlan) or coverage.hours_source == "assumed"
    under, over = (gap.totals[name] / n for name in ("under", "over"))
    facts = {"under": under, "over": over, "n": n}
    return [Claim("service_gap", "S" if assumed else "0", facts, estimate=under, n=n)]


def claims_on_blindness(blindness: DuesBlindness) -> list[Claim]:
    """That attributes stand in for dues, where they do."""
    if blindness.claim:
        return []
    return [Claim("not_dues_blind", "0", {"r2": blindness.r2}, estimate=blindness.r2, n=blindness.n)]
