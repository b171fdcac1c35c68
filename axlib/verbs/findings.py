"""What a client is told: findings, each with its evidence level and the words that level allows."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from axlib.verbs.claims import Claim, Finding, grade_claim, withhold
from axlib.verbs.claims_on_coverage import claims_on_blindness, claims_on_gap, claims_on_load, claims_on_tiers
from axlib.verbs.claims_on_money import claims_on_economics, claims_on_scenarios, claims_on_windows
from axlib.verbs.claims_on_outcomes import (
    Evidence,
    claims_on_effects,
    claims_on_explained,
    claims_on_retention,
    stand_contrasts,
)
from axlib.verbs.comparison import Comparison
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.economics import Economics
from axlib.verbs.effect import Effect
from axlib.verbs.evidence import LEVELS, Level
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.retention import Retention
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import Scenario
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.window_outcomes import OUTCOME_WORDS
from axlib.words.display import count_words
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.measures import find_measure
from axlib.words.results import Result, Unavailable

COLUMNS = [name for name in Finding.__dataclass_fields__ if name != "is_quiet"]
#: How the reason of a finding begins that the consultant keeps back.
KEPT_BACK = "kept back by the consultant"
#: Findings a reader meets before asking for more.
MOST_AT_ONCE = 5
#: What a withheld finding would have answered.
QUESTIONS = {
    "nrr": "Net and gross revenue retention (NRR, GRR)",
    "disagreement": "Do revenue tiers and Coverage Segments agree?",
    "service_gap": "Who gets how much service?",
    "retention": "What became of members and revenue?",
    "load": "Who can carry what is asked for?",
    "gap_effect": "Do under-served members lapse more than comparable ones?",
    "rollout_effect": "What did the roll-out go with?",
    "pilot_effect": "What did the pilot find?",
    **{
        f"{name}_tiers_against_segments": f"Do segments tell {words} better than tiers do?"
        for name, words in OUTCOME_WORDS.items()
    },
}


@dataclass(frozen=True, eq=False, repr=False)
class Findings(Result):
    """Everything found, in the order a reader needs it, and everything that could not be told.

    Attributes
    ----------
    table : DataFrame, one row per finding
        ``id``, ``level``, ``text``, ``estimate``, ``low``, ``high``, ``n``, ``withheld_because``, and
        ``limited_because`` (why a finding told is not said more strongly).
    note : str
        What has to be known about all of them, a sentence; empty where there is nothing of the kind.
    """

    table: pd.DataFrame
    note: str = ""

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
        count = f"{count_words(len(self.told), 'finding')}" + (f"; {held} withheld, with reasons." if held else ".")
        return f"{self.note} {count}" if self.note else count

    def _repr_html_(self) -> str:
        items = [
            f'<li class="ax-finding"><span class="ax-level">{html.escape(LEVELS[level].name)}</span>'
            f"<p>{html.escape(text)}</p>"
            + (f'<p class="ax-note">Not said more strongly: {html.escape(limit)}</p>' if limit else "")
            + "</li>"
            for level, text, limit in zip(
                self.told["level"], self.told["text"], self.told["limited_because"], strict=True
            )
        ]
        note = f'<p class="ax-text">{html.escape(self.note)}</p>' if self.note else ""
        if not items:
            return f'{note}<p class="ax-text">From this export no finding can be told.</p>'
        first, rest = items[:MOST_AT_ONCE], items[MOST_AT_ONCE:]
        shown = f'{note}<ul class="ax-findings">{"".join(first)}</ul>'
        if not rest:
            return shown
        further = count_words(len(rest), "further finding")
        return (
            f'{shown}<details class="ax-further"><summary>{further}</summary>'
            f'<ul class="ax-findings">{"".join(rest)}</ul></details>'
        )


@dataclass(frozen=True, eq=False, repr=False)
class Withheld(Result):
    """What the report cannot tell, why, and what would mend it.

    Attributes
    ----------
    table : DataFrame, one row per question left open
        ``question``, ``why``, ``ask``.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "What we could not tell"

    def summary(self) -> pd.DataFrame:
        """Return one row per question left open."""
        return self.table

    @property
    def text(self) -> str:
        """How many questions are open."""
        kept = int(self.table["why"].str.startswith(KEPT_BACK).sum())
        n = len(self.table) - kept
        told = (
            f"{count_words(n, 'question')} could not be answered from this export." if n else "Nothing was left open."
        )
        back = count_words(kept, "finding is", "findings are")
        return f"{told} {back[:1].upper()}{back[1:]} kept back by the consultant." if kept else told


def grade_findings(
    *,
    retention: Retention | Unavailable,
    comparison: Comparison | Unavailable,
    service_gap: ServiceGap | Unavailable,
    coverage: CoveragePlan | Unavailable,
    blindness: DuesBlindness | Unavailable,
    evidence: Evidence,
    retention_change: RetentionChange | Unavailable | None = None,
    economics: Economics | Unavailable | None = None,
    scenarios: Scenario | Unavailable | None = None,
) -> Findings:
    """State what results allow to be said, each at the highest level that what it needs allows.

    Parameters
    ----------
    retention, comparison, service_gap, coverage, blindness : results
        Those that are unavailable are withheld with their reason.
    evidence : Evidence
        What was found about outcomes, what was declared before, and what claims about segments need.
    retention_change, economics, scenarios : results, optional
        Told where they are there; nothing is said where they are not.

    Returns
    -------
    Findings
        In the order: load, what cannot be rebalanced, disagreement, who is served how, retention, money, limits, what
        tells outcomes, what service has to do with them; what says that nothing is amiss comes after all others.
    """
    names = [*_names(comparison, evidence), *(scenarios.names if isinstance(scenarios, Scenario) else ())]
    found = [
        *_grade("load", coverage, names, claims_on_load),
        *_grade("disagreement", comparison, names, claims_on_tiers),
        *_grade("service_gap", service_gap, names, lambda gap: claims_on_gap(gap, coverage)),
        *_grade("retention", retention, names, claims_on_retention),
        *(_withheld_measures(retention) if isinstance(retention, Retention) else []),
        *_grade_if_there(retention_change, names, claims_on_windows),
        *_grade_if_there(economics, names, claims_on_economics),
        *_grade_if_there(scenarios, names, claims_on_scenarios),
        *_grade_if_there(blindness, names, claims_on_blindness),
        *_on_outcomes(evidence, names),
    ]
    found.sort(key=lambda finding: finding.is_quiet)
    table = pd.DataFrame([finding.__dict__ for finding in found], columns=COLUMNS)
    text_columns = ["id", "level", "text", "withheld_because", "limited_because"]
    return Findings(table.astype({**dict.fromkeys(text_columns, "str"), "n": int}))


def arrange_findings(findings: Findings, *, first: Sequence[str], withhold: Mapping[str, str]) -> Findings:
    """Put findings first, or keep them back with a reason; what they say stays as it is.

    Parameters
    ----------
    findings : Findings
    first : sequence of str
        Ids of findings, in the order they are to come in before all others.
    withhold : mapping of str to str
        Id of a finding -> the consultant's reason, which stands in its place.

    Raises
    ------
    ConfigurationError
        An id is none of this report's; all at once.
    """
    table = findings.table
    known = table["id"].tolist()
    wrong = [name for name in dict.fromkeys([*first, *withhold]) if name not in known]
    if wrong:
        raise ConfigurationError(
            *(f"report.findings: this report has no finding '{name}'. {suggest(name, known)}" for name in wrong)
        )
    place = {name: at for at, name in enumerate(first)}
    order = table["id"].map(lambda name: place.get(str(name), len(place))).sort_values(kind="stable").index
    gone = table["id"].isin(list(withhold)) & (table["text"] != "")
    reasons = table["id"].map(lambda name: f"{KEPT_BACK}: {withhold.get(str(name), '')}")
    numbers = {name: table[name].mask(gone) for name in ("estimate", "low", "high")}
    texts = {name: table[name].mask(gone, "") for name in ("text", "limited_because")}
    kept = table.assign(**numbers, **texts, withheld_because=table["withheld_because"].mask(gone, reasons))
    return replace(findings, table=kept.loc[order].reset_index(drop=True))


def list_withheld(findings: Findings, unavailable: Sequence[Unavailable]) -> Withheld:
    """List every question the export leaves open, once each; questions with one reason stand together."""
    rows = [{"question": item.analysis, "why": item.why, "ask": item.ask or "–"} for item in unavailable]
    known = {row["why"] for row in rows}
    open_questions: dict[str, list[str]] = {}
    for row in findings.withheld.to_dict("records"):
        if not any(why in row["withheld_because"] for why in known):
            question = QUESTIONS.get(row["id"]) or find_measure(row["id"]).label
            open_questions.setdefault(row["withheld_because"], []).append(question)
    rows += [{"question": " ".join(questions), "why": why, "ask": "–"} for why, questions in open_questions.items()]
    return Withheld(pd.DataFrame(rows, columns=["question", "why", "ask"]).astype("str"))


#: What stands where a result is there and yet holds nothing to say.
_NOTHING = {
    "disagreement": "all members are in one tier or in one segment, so the two cannot be compared.",
    "service_gap": "no member has both a segment and required hours.",
}


def _grade(name: str, result: Result, names: Sequence[str], gather: Callable[[Any], list[Claim]]) -> list[Finding]:
    """The findings of one result; withheld with its reason where it is not there, or says nothing of what it is for."""
    if isinstance(result, Unavailable):
        return [withhold(name, result.why)]
    found = [grade_claim(claim, names=names) for claim in gather(result)]
    if name in _NOTHING and name not in {finding.id for finding in found}:
        found.insert(0, withhold(name, _NOTHING[name]))
    return found


def _grade_if_there(result: Result | None, names: Sequence[str], gather: Callable[[Any], list[Claim]]) -> list[Finding]:
    """The findings of one result that nobody misses where it is not there."""
    return [] if result is None or isinstance(result, Unavailable) else _grade("", result, names, gather)


def _withheld_measures(retention: Retention) -> list[Finding]:
    """Measures of retention that could not be made, one for each reason."""
    n, reasons = int(retention.overall["n"]), dict.fromkeys(retention.withheld.values())
    first = {why: next(name for name, reason in retention.withheld.items() if reason == why) for why in reasons}
    return [withhold(name, why, n=n) for why, name in first.items()]


def _on_outcomes(evidence: Evidence, names: Sequence[str]) -> list[Finding]:
    standing = stand_contrasts(evidence)
    claims = [*claims_on_explained(evidence, standing), *claims_on_effects(evidence, standing)]
    found = [grade_claim(claim, names=names) for claim in claims]
    told = {finding.id for finding in found}
    for outcome in [name for name in evidence.primary if name in OUTCOME_WORDS]:
        name = f"{outcome}_tiers_against_segments"
        if name not in told:
            found.append(withhold(name, _why_not_explained(evidence.explained, outcome), level="1"))
    missing: tuple[tuple[str, Level, Result], ...] = (
        ("gap_effect", "2", evidence.gap_effect),
        ("rollout_effect", "3", evidence.rollout_effect),
        ("pilot_effect", "4", evidence.pilot_effect),
    )
    for name, level, result in missing:
        # A roll-out or a pilot nobody declared is no gap in what is told.
        if name in told or name not in ("gap_effect", *evidence.designs):
            continue
        lacking = result if isinstance(result, Unavailable) else evidence.gap_churn
        found.append(withhold(name, lacking.why if isinstance(lacking, Unavailable) else "", level=level))
    return found


def _why_not_explained(explained: ExplainedOutcomes | Unavailable, outcome: str) -> str:
    if isinstance(explained, Unavailable):
        return explained.why
    why = explained.left_out.set_index("outcome")["why"]
    return str(why[outcome]) if outcome in why.index else "this outcome is not known of the cohort."


def _names(comparison: Comparison | Unavailable, evidence: Evidence) -> list[str]:
    """The client's own words, which claim nothing: segments, and what comparisons were adjusted for."""
    names = [] if isinstance(comparison, Unavailable) else [str(name) for name in comparison.dues["segment"]]
    for effect in (evidence.gap_effect, evidence.rollout_effect):
        if isinstance(effect, Effect):
            names += [*effect.adjusted_for, effect.of_whom]
    return names
