"""What may be said of outcomes: what became of members, what tells it beforehand, what service has to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from axlib.verbs.claims import Claim, Need
from axlib.verbs.classes import Stability
from axlib.verbs.contrasts import Standing, weigh_contrasts
from axlib.verbs.effect import Effect
from axlib.verbs.evidence import Level
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.fixing import FixedGroupings
from axlib.verbs.gap_churn import GapChurn
from axlib.verbs.perturbation import Perturbation
from axlib.verbs.retention import Retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.window_outcomes import OUTCOME_WORDS
from axlib.words.display import count_words, format_value
from axlib.words.results import Unavailable

#: Segments that come back less often in resamples, or hold fewer of their members, carry no claim.
LEAST_STABLE = 0.75
#: An effect found four times in five is so many times as far from none as the interval of 95 % reaches.
_FOUND_FOUR_IN_FIVE = (1.959964 + 0.841621) / 1.959964
#: How far a one-sided interval of 95 % reaches, of how far the two-sided one does.
_ONE_SIDED = 1.644854 / 1.959964
GAP, ROLLOUT = "gap_effect", "rollout_effect"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was found about outcomes, and what it may be told from.

    Attributes
    ----------
    explained, gap_churn, gap_effect, rollout_effect, pilot_effect : results
    primary : tuple of str
        Contrasts declared before outcomes were read: outcomes, or ``gap_effect``.
    designs : tuple of str
        Which of ``rollout_effect`` and ``pilot_effect`` the engagement declares.
    hours_are_assumed : bool
        Whether the hours a segment calls for, and so who is under-served, are assumptions.
    margin : float, optional
        Of a pilot that lowers service: how much worse was declared to be no worse.
    needs : tuple of Need
        What every claim about segments needs, whatever it is about.
    """

    explained: ExplainedOutcomes | Unavailable
    gap_churn: GapChurn | Unavailable
    gap_effect: Effect | Unavailable
    rollout_effect: Effect | Unavailable
    pilot_effect: Effect | Unavailable
    primary: tuple[str, ...] = ("churn",)
    designs: tuple[str, ...] = ()
    hours_are_assumed: bool = True
    margin: float | None = None
    needs: tuple[Need, ...] = ()


def list_needs(
    segments: Segmentation | Unavailable,
    *,
    stability: Stability | Unavailable,
    perturbation: Perturbation | Unavailable,
    fixed: FixedGroupings,
    overridden: int,
) -> tuple[Need, ...]:
    """List what every claim about segments needs from level 1 up.

    Parameters
    ----------
    segments : Segmentation or Unavailable
    stability, perturbation : results
        Of classes, and of rules, how far they come back.
    fixed : FixedGroupings
    overridden : int
        Answers a consultant set by hand; nobody knows whether the outcome was known then.
    """
    told, is_stable = _say_stability(segments, stability, perturbation)
    answers = count_words(overridden, "answer behind the segments was", "answers behind the segments were")
    return (
        Need("1", fixed.are_unchanged, "The groupings changed after outcomes were read."),
        Need("1", is_stable, told),
        Need("1", overridden == 0, f"{answers} set by hand, perhaps knowing the outcome."),
    )


def _say_stability(
    segments: Segmentation | Unavailable, stability: Stability | Unavailable, perturbation: Perturbation | Unavailable
) -> tuple[str, bool]:
    if isinstance(segments, Unavailable):
        return segments.why, False
    if segments.method == "classes" and isinstance(stability, Stability):
        sizes = {name: segments.sizes.get(name, 0) for name in stability.by_segment}
        total = sum(sizes.values())
        mean = sum(stability.by_segment[name] * n for name, n in sizes.items()) / total if total else 0.0
        return (
            f"The segments do not come back well enough in resamples (Jaccard {format_value(mean, 'index')}).",
            mean >= LEAST_STABLE,
        )
    if segments.method == "rules" and isinstance(perturbation, Perturbation):
        told = "Too many members would be in another segment if single answers were one step higher or lower."
        return told, perturbation.stay >= LEAST_STABLE
    return "How stable the segments are is not known.", False


def claims_on_retention(retention: Retention) -> list[Claim]:
    """What became of members and money."""
    row = retention.overall
    n, churn = int(row["n"]), float(row["logo_churn"])
    facts: dict[str, Any] = {name: float(row[name]) for name in ("logo_churn", "revenue_churn", "nrr", "grr")}
    facts["n"] = n
    facts["cautions"] = [why for name, why in retention.cautions.items() if not np.isnan(facts[name])]
    low, high = float(row["logo_churn_low"]), float(row["logo_churn_high"])
    return [Claim("retention", "0", facts, estimate=churn, low=low, high=high, n=n)]


def stand_contrasts(evidence: Evidence) -> dict[str, Standing]:
    """Weigh all contrasts of a report together; the pilot stands apart, for its plan was written before it."""
    p_values: dict[str, float] = {}
    if isinstance(evidence.explained, ExplainedOutcomes):
        rows = _against_tiers(evidence.explained)
        p_values |= {str(row["outcome"]): float(row["p_value"]) for row in rows}
    primary = list(evidence.primary)
    for name, effect in ((GAP, evidence.gap_effect), (ROLLOUT, evidence.rollout_effect)):
        if isinstance(effect, Effect):
            p_values[name] = float(effect.table["p_value"].iloc[0])
            # Naming a roll-out in the engagement file declares its contrast.
            primary += [name] if name == ROLLOUT else []
    return weigh_contrasts(p_values, primary=primary)


def _against_tiers(explained: ExplainedOutcomes) -> list[dict[str, Any]]:
    table = explained.table
    rows: list[dict[str, Any]] = table[table["contrast"] == "segments - tiers"].to_dict("records")  # type: ignore[assignment]
    return rows


def claims_on_explained(evidence: Evidence, standing: Mapping[str, Standing]) -> list[Claim]:
    """Which grouping tells each outcome; of outcomes not declared only what holds."""
    explained = evidence.explained
    if isinstance(explained, Unavailable):
        return []
    told = explained.shares.groupby(["outcome", "contender"])["explained_share"].first().to_dict()
    claims = []
    for row in _against_tiers(explained):
        name = str(row["outcome"])
        stands = standing[name]
        if not (stands.is_primary or stands.holds):
            continue
        numbers = _interval(row["gain"], row["gain_low"], row["gain_high"])
        facts = {
            **numbers,
            "outcome": OUTCOME_WORDS.get(name, name.replace("_", " ")),
            "by_segments": float(told[name, "segments"]),
            "by_tiers": float(told[name, "tiers"]),
            "detectable": float(row["detectable_gain"]),
            "n": int(row["n"]),
        }
        needs = (
            Need("1", explained.level == "1", explained.level_because),
            *evidence.needs,
            Need("1", stands.holds, stands.because),
        )
        claims.append(_claim("tiers_against_segments", "1", facts, needs, name=f"{name}_tiers_against_segments"))
    return claims


def claims_on_effects(evidence: Evidence, standing: Mapping[str, Standing]) -> list[Claim]:
    """What service has to do with outcomes: adjusted, by a roll-out, by a pilot."""
    claims = []
    if isinstance(evidence.gap_effect, Effect) and isinstance(evidence.gap_churn, GapChurn):
        claims.append(_on_gap(evidence, evidence.gap_effect, evidence.gap_churn, standing[GAP]))
    if isinstance(evidence.rollout_effect, Effect):
        stands = standing[ROLLOUT]
        facts = _facts(evidence.rollout_effect)
        facts["of_whom"] = evidence.rollout_effect.of_whom
        needs = (*_design_needs(evidence.rollout_effect, "3"), Need("3", stands.holds, stands.because))
        claims.append(_claim("rollout_effect", "3", facts, needs))
    if isinstance(evidence.pilot_effect, Effect):
        claims.append(_on_pilot(evidence.pilot_effect, evidence.margin))
    return claims


def _on_gap(evidence: Evidence, effect: Effect, churn: GapChurn, stands: Standing) -> Claim:
    facts = _facts(effect)
    for row in churn.table.to_dict("records"):
        facts |= {str(row["gap"]): float(row["logo_churn"])}
    facts |= {"adjusted_for": list(effect.adjusted_for), "hours_are_assumed": evidence.hours_are_assumed}
    own = [need._replace(level="2") for need in evidence.needs]
    hidden = Need("2", not np.isnan(facts["e_value"]), "How strong something hidden would have to be is not known.")
    stand = Need("2", stands.holds, stands.because)
    return _claim("gap_effect", "2", facts, (*_design_needs(effect, "2"), *own, stand, hidden))


def _on_pilot(effect: Effect, margin: float | None) -> Claim:
    facts, needs = _facts(effect), _design_needs(effect, "4")
    if margin is None:
        return _claim("pilot_effect", "4", facts, needs)
    # The one-sided interval of 95 % ends where the two-sided one of 90 % does.
    upper = facts["estimate"] + (facts["high"] - facts["estimate"]) * _ONE_SIDED
    facts |= {"margin": margin, "is_apart": upper < margin}
    return _claim("pilot_no_harm", "4", facts, needs, name="pilot_effect")


def _design_needs(effect: Effect, level: Level) -> list[Need]:
    return [Need(level, effect.level == level, effect.level_because)]


def _facts(effect: Effect) -> dict[str, Any]:
    row = effect.table.iloc[0]
    numbers = _interval(row["estimate"], row["estimate_low"], row["estimate_high"])
    half = (numbers["high"] - numbers["low"]) / 2
    outcome = str(row["outcome"])
    return {
        **numbers,
        "outcome": OUTCOME_WORDS.get(outcome, outcome.replace("_", " ")),
        "detectable": half * _FOUND_FOUR_IN_FIVE,
        "n": int(row["n"]),
        **{name: float(row[name]) for name in ("treated_mean", "control_mean", "e_value", "e_value_limit")},
    }


def _interval(value: float, low: float, high: float) -> dict[str, Any]:
    return {"estimate": float(value), "low": float(low), "high": float(high), "is_apart": not low <= 0 <= high}


def _claim(kind: str, level: Level, facts: Mapping[str, Any], needs: Sequence[Need], *, name: str = "") -> Claim:
    numbers = {key: facts[key] for key in ("estimate", "low", "high", "n")}
    # Whatever else holds, a difference that chance alone may give is not claimed.
    beyond_chance = Need(level, facts["is_apart"], "It is no more than chance may give.")
    return Claim(kind, level, facts, id=name, needs=(*needs, beyond_chance), **numbers)
