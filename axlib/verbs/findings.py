"""What a client is told: findings, each with its evidence level and the words that level allows."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.verbs.comparison import Comparison
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.economics import Economics
from axlib.verbs.evidence import LEVELS, Finding, Level, check_words
from axlib.verbs.money_findings import find_in_economics, find_in_scenarios, find_in_windows
from axlib.verbs.retention import Retention
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario
from axlib.verbs.service_gap import OVER, UNDER, ServiceGap
from axlib.words.display import count_words, format_money, format_share, format_value
from axlib.words.measures import find_measure
from axlib.words.results import Result, Unavailable

#: Cramér's V below and above which two groupings are called nearly unrelated, or closely related.
UNRELATED, RELATED = 0.1, 0.5

#: What a withheld finding would have answered.
QUESTIONS = {
    "churn_tiers_against_segments": "Do segments tell who leaves better than tiers do?",
    "nrr": "Net and gross revenue retention (NRR, GRR)",
    "disagreement": "Do revenue tiers and Coverage Segments agree?",
    "service_gap": "Who gets how much service?",
    "retention": "What became of members and revenue?",
    "load": "Who can carry what is asked for?",
}


@dataclass(frozen=True, eq=False, repr=False)
class Findings(Result):
    """Everything found, in the order a reader needs it, and everything that could not be told.

    Attributes
    ----------
    table : DataFrame, one row per finding
        ``id``, ``level``, ``text``, ``estimate``, ``low``, ``high``, ``n``, ``withheld_because``.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "Findings"

    @property
    def told(self) -> pd.DataFrame:
        """The findings that are told."""
        return self.table[self.table["withheld_because"] == ""]

    @property
    def withheld(self) -> pd.DataFrame:
        """What could not be told, and why."""
        return self.table[self.table["withheld_because"] != ""]

    def summary(self) -> pd.DataFrame:
        """Return one row per finding told: its evidence level and its sentence."""
        told = self.told
        return pd.DataFrame(
            {"evidence": [LEVELS[level].name for level in told["level"]], "finding": told["text"].to_list()}
        )

    @property
    def text(self) -> str:
        """How many findings there are, and how many were withheld."""
        held = len(self.withheld)
        return f"{count_words(len(self.told), 'finding')}" + (f"; {held} withheld, with reasons." if held else ".")

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li class="ax-finding"><span class="ax-level">{html.escape(LEVELS[level].name)}</span>'
            f"<p>{html.escape(text)}</p></li>"
            for level, text in zip(self.told["level"], self.told["text"], strict=True)
        )
        return f'<ul class="ax-findings">{items}</ul>' if items else '<p class="ax-text">Nothing could be found.</p>'


@dataclass(frozen=True, eq=False, repr=False)
class Withheld(Result):
    """What the report cannot tell, why, and what would mend it."""

    table: pd.DataFrame

    title: ClassVar[str] = "What we could not tell"

    def summary(self) -> pd.DataFrame:
        """Return one row per question left open."""
        return self.table

    @property
    def text(self) -> str:
        """How many questions are open."""
        n = len(self.table)
        return (
            f"{count_words(n, 'question')} could not be answered from this export." if n else "Nothing was left open."
        )


def grade_findings(
    *,
    retention: Retention | Unavailable,
    comparison: Comparison | Unavailable,
    service_gap: ServiceGap | Unavailable,
    coverage: CoveragePlan | Unavailable,
    blindness: DuesBlindness | Unavailable,
    attributes_are_dated: bool,
    currency: str = "",
    retention_change: RetentionChange | Unavailable | None = None,
    economics: Economics | Unavailable | None = None,
    scenarios: Scenario | Unavailable | None = None,
) -> Findings:
    """State what results allow to be said.

    Parameters
    ----------
    retention, comparison, service_gap, coverage, blindness : results
        Those that are unavailable are withheld with their reason.
    attributes_are_dated : bool
        Whether the values behind the segments are known to be from before the outcome window.
    currency : str
    retention_change, economics, scenarios : results, optional
        Told where they are there; nothing is said where they are not.

    Returns
    -------
    Findings
        In the order: load, what cannot be rebalanced, disagreement, who is served how, retention, limits.
    """
    found = [
        *(_withheld("load", coverage) if isinstance(coverage, Unavailable) else _on_load(coverage)),
        *(_withheld("disagreement", comparison) if isinstance(comparison, Unavailable) else _on_tiers(comparison)),
        *(
            _withheld("service_gap", service_gap)
            if isinstance(service_gap, Unavailable)
            else _on_gap(service_gap, coverage)
        ),
        *(
            _withheld("retention", retention)
            if isinstance(retention, Unavailable)
            else _on_retention(retention, currency)
        ),
        *(find_in_windows(retention_change) if isinstance(retention_change, RetentionChange) else []),
        *(find_in_economics(economics) if isinstance(economics, Economics) else []),
        *(find_in_scenarios(scenarios) if isinstance(scenarios, Scenario) else []),
        *(_on_blindness(blindness) if isinstance(blindness, DuesBlindness) else []),
        _churn_by_segment(retention, attributes_are_dated),
    ]
    names = [] if isinstance(comparison, Unavailable) else [str(name) for name in comparison.dues["segment"]]
    names += list(scenarios.names) if isinstance(scenarios, Scenario) else []
    for finding in found:
        check_words(finding.level, finding.text, names=names) if finding.text else None
    rows = [finding.__dict__ for finding in found]
    table = pd.DataFrame(rows, columns=list(Finding.__dataclass_fields__))
    text_columns = ["id", "level", "text", "withheld_because"]
    return Findings(table.astype({**dict.fromkeys(text_columns, "str"), "n": int}))


def list_withheld(findings: Findings, unavailable: Sequence[Unavailable]) -> Withheld:
    """List every question the export leaves open, once each."""
    rows = [{"question": item.analysis, "why": item.why, "ask": item.ask or "–"} for item in unavailable]
    known = {row["why"] for row in rows}
    rows += [
        {
            "question": QUESTIONS.get(row["id"]) or find_measure(row["id"]).label,
            "why": row["withheld_because"],
            "ask": "–",
        }
        for row in findings.withheld.to_dict("records")
        if not any(why in row["withheld_because"] for why in known)
    ]
    return Withheld(pd.DataFrame(rows, columns=["question", "why", "ask"]).astype("str"))


def _withheld(name: str, result: Unavailable) -> list[Finding]:
    return [Finding(name, "0", "", withheld_because=result.why)]


def _on_load(plan: CoveragePlan) -> list[Finding]:
    team = plan.team.iloc[0]
    people = plan.by_person
    load, n = float(team["load"]), int(team["members"])
    over, idle = people[people["load"] > 1], people[people["load"] < 0.5]
    assumed = plan.hours_source == "assumed"
    level: Level = "S" if assumed else "0"
    condition = "If members need the hours assumed for their segment, " if assumed else ""
    parts = []
    if len(over):
        high = format_value(float(over["load"].max()), "load")
        parts.append(f"{count_words(len(over), 'manager is', 'managers are')} asked for up to {high} what one can give")
    if len(idle):
        times = np.floor(1 / float(idle["load"].max())) if idle["load"].max() > 0 else np.inf
        more = f" and could carry {times:.0f} times today's members" if np.isfinite(times) and times >= 2 else ""
        parts.append(f"{count_words(len(idle), 'manager is', 'managers are')} filled to less than half{more}")
    if not parts:
        parts.append("nobody's load is above what one can give, or below half of it")
    findings = [
        Finding("load_by_person", level, _sentence(condition + ", while ".join(parts)), load, n=n),
    ]
    if load > 1:
        short = format_value(float(team["residual_hours"]), "hours")
        fte = format_value(float(team["residual_fte"]), "number")
        text = (
            f"{condition}the whole team is asked for {format_value(load, 'load')} its hours: however members are "
            f"shared out, {short} hours a year ({fte} full-time people) stay short"
        )
    else:
        text = (
            f"{condition}the whole team is asked for {format_value(load, 'load')} its hours: the members can be carried"
        )
    return [*findings, Finding("load_of_team", level, _sentence(text), load, n=n)]


def _on_tiers(comparison: Comparison) -> list[Finding]:
    row = comparison.agreement.iloc[0]
    v, n = float(row["cramers_v"]), int(row["n"])
    findings = []
    if np.isnan(v):
        reason = "all members are in one tier or in one segment, so the two cannot be compared."
        findings.append(Finding("disagreement", "0", "", n=n, withheld_because=reason))
    else:
        words = (
            "say almost nothing about"
            if v < UNRELATED
            else "say much about"
            if v >= RELATED
            else "say something, but not much, about"
        )
        text = (
            f"Revenue tiers {words} which Coverage Segment a member calls for: Cramér's V between the two is "
            f"{format_value(v, 'index')} (0 unrelated, 1 the same) for {count_words(n, 'member')}."
        )
        findings.append(Finding("disagreement", "0", text, v, n=n))
    spread = comparison.dues[(comparison.dues["dues_ratio"] >= 2) & (comparison.dues["n"] >= 10)]
    if len(spread):
        widest = spread.sort_values("dues_ratio").iloc[-1]
        low, high = (format_money(float(widest[name]), comparison.currency) for name in ("dues_q10", "dues_q90"))
        text = (
            f"Members who call for the same experience pay very different dues: in {widest['segment']} the lowest "
            f"tenth pays up to {low} a year, the highest tenth {high} or more."
        )
        findings.append(Finding("dues_spread", "0", text, float(widest["dues_ratio"]), n=int(widest["n"])))
    return findings


def _on_gap(gap: ServiceGap, coverage: CoveragePlan | Unavailable) -> list[Finding]:
    assumed = not isinstance(coverage, CoveragePlan) or coverage.hours_source == "assumed"
    level: Level = "S" if assumed else "0"
    condition = "If members need the hours assumed for their segment, " if assumed else ""
    n = sum(gap.totals.values())
    if n == 0:
        return [Finding("service_gap", "0", "", withheld_because="no member has both a segment and required hours.")]
    under, over = (gap.totals[name] / n for name in ("under", "over"))
    text = (
        f"{condition}{format_share(under, 0)} of {count_words(n, 'member')} got less than {format_share(UNDER, 0)} of "
        f"the hours their segment calls for and {format_share(over, 0)} got more than {format_share(OVER, 0)}"
    )
    return [Finding("service_gap", level, _sentence(text), under, n=n)]


def _on_retention(retention: Retention, currency: str) -> list[Finding]:
    row = retention.overall
    n, churn = int(row["n"]), float(row["logo_churn"])
    text = f"{format_share(churn)} of the {count_words(n, 'member')} there at the start are gone"
    if pd.notna(row["revenue_churn"]):
        text += f", and with them {format_share(float(row['revenue_churn']))} of opening revenue"
    if pd.notna(row["nrr"]):
        text += f". NRR is {format_share(float(row['nrr']))}, GRR {format_share(float(row['grr']))}"
    low, high = float(row["logo_churn_low"]), float(row["logo_churn_high"])
    findings = [Finding("retention", "0", f"{text}.", churn, low, high, n)]
    for why in dict.fromkeys(retention.withheld.values()):
        measures = [name for name, reason in retention.withheld.items() if reason == why]
        findings.append(Finding("_".join(measures[:1]), "0", "", n=n, withheld_because=why))
    return findings


def _on_blindness(blindness: DuesBlindness) -> list[Finding]:
    if blindness.claim:
        return []
    text = (
        f"These segments are not dues-blind: the attributes behind them reproduce dues with an R² of "
        f"{format_value(blindness.r2, 'index')} on members not used to fit, although the method never reads dues."
    )
    return [Finding("not_dues_blind", "0", text, blindness.r2, n=blindness.n)]


def _churn_by_segment(retention: Retention | Unavailable, attributes_are_dated: bool) -> Finding:
    if isinstance(retention, Unavailable):
        because = retention.why
    elif not attributes_are_dated:
        because = (
            "the values behind the segments carry no dates, so they may have been recorded after members left; what "
            "predicts churn cannot be said from them."
        )
    else:
        because = "no contrast between tiers and segments has been declared and tested on members left out of the fit."
    return Finding("churn_tiers_against_segments", "1", "", withheld_because=because)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
