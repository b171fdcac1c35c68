"""Every sentence a finding may say, by kind and evidence level: the one place where findings get their words.

A sentence is made from numbers and names alone. At a level a kind has no sentence for, it cannot be said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from axlib.verbs.evidence import Level, check_words
from axlib.verbs.service_gap import OVER, UNDER
from axlib.verbs.wording_of_money import (
    word_cost_to_serve,
    word_margin_by_segment,
    word_retention_change,
    word_scenario,
)
from axlib.words.display import (
    count_words,
    format_money,
    format_number,
    format_points,
    format_share,
    format_value,
    join_words,
)

Facts = Mapping[str, Any]
Sentence = Callable[[Facts], str]

#: Cramér's V below and above which two groupings are called nearly unrelated, or closely related.
UNRELATED, RELATED = 0.1, 0.5
_ASSUMED = "If members need the hours assumed for their segment, "


def _if_assumed(sentence: Sentence) -> Sentence:
    def scenario(facts: Facts) -> str:
        text = sentence(facts)
        return f"{_ASSUMED}{text[:1].lower()}{text[1:]}"

    return scenario


def _load_by_person(facts: Facts) -> str:
    parts = []
    if facts["over"]:
        high = format_value(facts["highest"], "load")
        who = count_words(facts["over"], "manager is", "managers are")
        parts.append(f"{who} asked for up to {high} what one can give")
    if facts["idle"]:
        times = np.floor(1 / facts["highest_idle"]) if facts["highest_idle"] > 0 else np.inf
        more = (
            f" and could carry {format_number(times)} times today's members"
            if np.isfinite(times) and times >= 2
            else ""
        )
        parts.append(f"{count_words(facts['idle'], 'manager is', 'managers are')} filled to less than half{more}")
    return f"{', while '.join(parts) or 'Nobody is asked for more than one can give, or for less than half of it'}."


def _load_of_team(facts: Facts) -> str:
    asked = f"The whole team is asked for {format_value(facts['load'], 'load')} its hours"
    if facts["load"] <= 1:
        return f"{asked}: the members can be carried."
    short, fte = format_value(facts["residual_hours"], "hours"), format_value(facts["residual_fte"], "number")
    return f"{asked}: however members are shared out, {short} hours a year ({fte} full-time people) stay short."


def _disagreement(facts: Facts) -> str:
    v = facts["cramers_v"]
    how = (
        "almost nothing about" if v < UNRELATED else "much about" if v >= RELATED else "something, but not much, about"
    )
    return (
        f"Revenue tiers say {how} which Coverage Segment a member calls for: Cramér's V between the two is "
        f"{format_value(v, 'index')} (0 unrelated, 1 the same) for {count_words(facts['n'], 'member')}."
    )


def _dues_spread(facts: Facts) -> str:
    low, high = (format_money(facts[name], facts["currency"]) for name in ("dues_q10", "dues_q90"))
    return (
        f"Members who call for the same experience pay very different dues: in {facts['segment']} the lowest tenth "
        f"pays up to {low} a year, the highest tenth {high} or more."
    )


def _service_gap(facts: Facts) -> str:
    under, over = (format_share(facts[name], 0) for name in ("under", "over"))
    return (
        f"{under} of {count_words(facts['n'], 'member')} got less than {format_share(UNDER, 0)} of the hours their "
        f"segment calls for and {over} got more than {format_share(OVER, 0)}."
    )


def _retention(facts: Facts) -> str:
    text = f"{format_share(facts['logo_churn'])} of the {count_words(facts['n'], 'member')} there at the start are gone"
    if not np.isnan(facts["revenue_churn"]):
        text += f", and with them {format_share(facts['revenue_churn'])} of opening revenue"
    if not np.isnan(facts["nrr"]):
        text += f". NRR is {format_share(facts['nrr'])}, GRR {format_share(facts['grr'])}"
    return " ".join([f"{text}.", *facts.get("cautions", ())])


def _not_dues_blind(facts: Facts) -> str:
    return (
        f"These segments are not dues-blind: the attributes behind them reproduce dues with an R² of "
        f"{format_value(facts['r2'], 'index')} on members not used to fit, although the method never reads dues."
    )


def _gain(facts: Facts) -> str:
    low, high = format_points(facts["low"]), format_points(facts["high"])
    return f"{format_points(facts['estimate'])} points (95 % interval {low} to {high})"


def _share_told(share: float) -> str:
    """A share of an outcome that is explained; on members not used to fit it may be below nothing."""
    return format_share(share) if share > 0 else "nothing"


def _explained_counted(facts: Facts) -> str:
    by_segments, by_tiers = _share_told(facts["by_segments"]), _share_told(facts["by_tiers"])
    text = (
        f"On members not used to fit, segments explain {by_segments} of {facts['outcome']} and tiers {by_tiers}, "
        f"{_gain(facts)} between them, for {count_words(facts['n'], 'member')}."
    )
    return text if facts["is_apart"] else f"{text} No difference could be told{_unseen(facts)}."


def _explained_predicts(facts: Facts) -> str:
    first, second = "Coverage Segments", "revenue tiers"
    if facts["estimate"] < 0:
        first, second = "Revenue tiers", "Coverage Segments"
    by_segments, by_tiers = _share_told(facts["by_segments"]), _share_told(facts["by_tiers"])
    return (
        f"{first} predict {facts['outcome']} better than {second} on members not used to fit: segments explain "
        f"{by_segments} of it and tiers {by_tiers}, {_gain(facts)} between them, for "
        f"{count_words(facts['n'], 'member')}."
    )


def _unseen(facts: Facts) -> str:
    detectable = facts["detectable"]
    if np.isnan(detectable):
        return ""
    return f"; one of {format_points(detectable).lstrip('+')} points would have been found four times in five"


def _gap_counted(facts: Facts) -> str:
    # In whole percents and without the groups' sizes, as a client's page may have them.
    under, matched = (format_share(facts[name], 0) for name in ("under", "matched"))
    text = f"In the window after, {under} of under-served members left, and {matched} of those served as called for."
    if facts["is_apart"]:
        return text
    return f"{text} Among comparable members no difference could be told{_unseen(facts)}."


def _gap_adjusted(facts: Facts) -> str:
    more = "more" if facts["estimate"] > 0 else "less"
    assumed = ", by the hours assumed for their segment," if facts["hours_are_assumed"] else ""
    text = (
        f"Under-served members{assumed} lapse {more} often than comparable members served as their segment calls for: "
        f"{format_share(facts['treated_mean'])} against {format_share(facts['control_mean'])}, {_gain(facts)}, after "
        f"adjusting for {join_words(facts['adjusted_for'])}."
    )
    strength, limit = (format_value(facts[name], "number") for name in ("e_value", "e_value_limit"))
    return (
        f"{text} Something not measured that goes with both service and lapse by a ratio of {strength} could explain "
        f"it; by {limit}, bring its interval to none."
    )


def _rollout_counted(facts: Facts) -> str:
    text = (
        f"Where the roll-out came, {facts['outcome']} changed by {_gain(facts)} more than where it had not come yet, "
        f"for {facts['of_whom']}."
    )
    return text if facts["is_apart"] else f"{text} No difference could be told{_unseen(facts)}."


def _rollout_consistent(facts: Facts) -> str:
    text = f"Where the roll-out came, {facts['outcome']} changed otherwise than where it had not come yet"
    return f"{text}: consistent with an effect of {_gain(facts)}, for {facts['of_whom']}."


def _pilot_counted(facts: Facts) -> str:
    text = (
        f"In the pilot, {format_share(facts['treated_mean'])} of the members drawn for the changed service left and "
        f"{format_share(facts['control_mean'])} of those served as usual, {_gain(facts)} between them, for "
        f"{count_words(facts['n'], 'member')}."
    )
    return text if facts["is_apart"] else f"{text} No difference could be told{_unseen(facts)}."


def _pilot_caused(facts: Facts) -> str:
    fell = "fall" if facts["estimate"] < 0 else "rise"
    return (
        f"In the pilot, the changed service caused a {fell} of churn, from {format_share(facts['control_mean'])} to "
        f"{format_share(facts['treated_mean'])}: {_gain(facts)}, for the {count_words(facts['n'], 'member')} drawn."
    )


def _no_harm_counted(facts: Facts) -> str:
    return f"{_pilot_counted({**facts, 'is_apart': True})} That it is within {_margin(facts)} is not shown."


def _no_harm_shown(facts: Facts) -> str:
    return (
        f"In the pilot, members drawn for the changed service left no more often, within {_margin(facts)}, than those "
        f"served as usual: {format_share(facts['treated_mean'])} against {format_share(facts['control_mean'])}, "
        f"{_gain(facts)}, for {count_words(facts['n'], 'member')}."
    )


def _margin(facts: Facts) -> str:
    return f"the margin of {format_points(facts['margin']).lstrip('+')} points set before"


#: Kind of finding -> evidence level -> its sentence.
WORDING: dict[str, dict[Level, Sentence]] = {
    "load_by_person": {"0": _load_by_person, "S": _if_assumed(_load_by_person)},
    "load_of_team": {"0": _load_of_team, "S": _if_assumed(_load_of_team)},
    "disagreement": {"0": _disagreement},
    "dues_spread": {"0": _dues_spread},
    "service_gap": {"0": _service_gap, "S": _if_assumed(_service_gap)},
    "retention": {"0": _retention},
    "not_dues_blind": {"0": _not_dues_blind},
    "tiers_against_segments": {"0": _explained_counted, "1": _explained_predicts},
    "gap_effect": {"0": _gap_counted, "2": _gap_adjusted},
    "rollout_effect": {"0": _rollout_counted, "3": _rollout_consistent},
    "pilot_effect": {"0": _pilot_counted, "4": _pilot_caused},
    "retention_change": {"0": word_retention_change},
    "cost_to_serve": {"0": word_cost_to_serve},
    "margin_by_segment": {"S": word_margin_by_segment},
    "scenario": {"S": word_scenario},
    "pilot_no_harm": {"0": _no_harm_counted, "4": _no_harm_shown},
}


def word_finding(kind: str, level: Level, facts: Facts, *, names: Sequence[str] = ()) -> str:
    """Compose the sentence of a finding from its numbers, in words its level allows.

    Parameters
    ----------
    kind : str
        A key of ``WORDING``.
    level : str
        A level that kind has a sentence for.
    facts : mapping
        Raw numbers and names.
    names : sequence of str
        Names of segments and tiers, which are the client's own words.

    Raises
    ------
    ValueError
        The sentence claims more than the level allows: a defect of the kit.
    """
    return check_words(level, WORDING[kind][level](facts), names=names)
