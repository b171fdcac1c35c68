"""A few rules that come near the segments, so that they can be applied by hand at the next intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.decision_list import Conditions
from axlib.numbers.finding_members import are_among
from axlib.numbers.list_conditions import propose_conditions
from axlib.numbers.rules import apply_rule, parse_rule
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.tables.instrument import Instrument
from axlib.tables.segments_file import write_segments
from axlib.verbs.gates import NO_POTENTIAL
from axlib.verbs.rule_lists import (
    Listed,
    as_segments,
    compare_lengths,
    find_plans,
    hold_out,
    list_rules,
    measure_fidelity,
)
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_share
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Result, Unavailable

#: With fewer members, what is held out says nothing.
FEWEST_MEMBERS = 50
#: Members the rules are searched on; of more, a random part.
MOST_SEARCHED = 5000


@dataclass(frozen=True, eq=False, repr=False)
class Surrogate(Result):
    """A short list of rules in place of the segments.

    Attributes
    ----------
    rules : DataFrame, one row per rule in the order they are tried
        ``step``, ``segment``, ``rule`` (as in ``segments.yml``; empty for whoever is left), ``words``, ``members``
        (whom it places, of those with a segment) and ``right_share`` (of them, those whose segment it is).
    fidelity : DataFrame, one row per segment, all members first
        ``members``; ``fidelity`` (share the rules put into their own segment, on members the rules were not
        searched on) with ``_low`` and ``_high``; ``baseline_share`` (the same if all were put into the largest
        segment); ``placed_share`` (share no missing answer kept from being placed).
    by_rules : DataFrame, one row per number of rules
        ``rules``, ``fidelity`` held out with its interval, ``fitted_share`` (on the members searched), ``chosen``.
    segments : tuple of CoverageSegment
        The rules as ``segment_by_rules`` takes them. Hours and modes are not known here: see ``write_rules``.
    left_out : int
        Members without a segment of their answers: undetermined, or declared.
    """

    rules: pd.DataFrame
    fidelity: pd.DataFrame
    by_rules: pd.DataFrame
    segments: tuple[CoverageSegment, ...]
    left_out: int

    title: ClassVar[str] = "The segments as a few rules"
    plots: ClassVar[tuple[str, ...]] = ("plot_surrogate",)

    def summary(self) -> pd.DataFrame:
        """Return one row per rule, in the order they are tried."""
        return self.rules[["step", "segment", "words", "members", "right_share"]]

    @property
    def text(self) -> str:
        """How near the rules come to the segments, in sentences."""
        every = self.fidelity.iloc[0]
        share, low, high, baseline, placed = (
            format_share(float(every[name]), 0)
            for name in ("fidelity", "fidelity_low", "fidelity_high", "baseline_share", "placed_share")
        )
        n_rules = len(self.rules) - 1
        sentences = [
            f"{count_words(n_rules, 'rule')} put {share} of {count_words(int(every['members']), 'member')} into their "
            f"own segment ({low} to {high}), judged on members the rules were not made from; putting all into the "
            f"largest segment gets {baseline}.",
        ]
        if every["placed_share"] < 1:
            sentences.append(f"The rules place {placed} of them; a missing answer leaves the others undetermined.")
        worst = self.fidelity.iloc[1:].sort_values("fidelity", kind="stable").iloc[0]
        if worst["fidelity"] < 0.5:
            sentences.append(
                f"Do not place {worst['segment']} by these rules: they find "
                f"{format_share(float(worst['fidelity']), 0)} of it."
            )
        return " ".join(sentences)


def fit_surrogate(
    segmentation: Segmentation,
    *,
    attributes: Attributes,
    segments: Sequence[CoverageSegment] = (),
    instrument: Instrument | None = None,
    most_rules: int = 6,
    most_conditions: int = 3,
    n_folds: int = 5,
    rng: np.random.Generator,
) -> Surrogate | Unavailable:
    """Find the short list of rules that comes nearest to the segments.

    Parameters
    ----------
    segmentation : Segmentation
        Of members' answers; members undetermined or set by declaration are left out.
    attributes : Attributes
        What it was made from.
    segments : sequence of CoverageSegment
        Tells which segment is the Task Force, whose rules must be tried first.
    instrument : Instrument, optional
        Its words stand beside the points of scales and the categories.
    most_rules : int
        At least 1.
    most_conditions : int
        Conditions of a rule: 1 to 3.
    n_folds : int
        Parts of the members, each held out once; at least 2.
    rng : Generator
        Which members are held out together; with more than 5,000, which are searched.

    Returns
    -------
    Surrogate or Unavailable

    Raises
    ------
    DataError
        Members of the segmentation have no attributes, or a parameter is impossible.

    Notes
    -----
    Conditions are cuts of scales and numbers and single categories. A list grows by the rule that puts most
    further members right, out of all pairs of conditions; after each, every rule is found anew with the others as
    they are. Of lists of 1 to ``most_rules`` rules the shortest is taken that is within one standard error of the
    best on members held out [1]_.
    A rule holds, fails, or is unknown where an answer is missing; a member is undetermined if an unknown rule stands
    before the first one that holds, as in ``segment_by_rules``. Those count as not reproduced.

    References
    ----------
    .. [1] Breiman, Friedman, Olshen, Stone (1984), Classification and Regression Trees, section 3.4.3.
    """
    _check(segmentation, attributes, most_rules, most_conditions, n_folds)
    if segmentation.method in ("dues", "rules"):
        why = f"segments by {segmentation.method} are rules already."
        return Unavailable("Rules for the next intake", why)
    declared = segmentation.table["reason"].str.startswith("declared ")
    placed = ~(segmentation.table["segment"].isin([UNDETERMINED, NO_POTENTIAL]) | declared).to_numpy()
    table = attributes.table.loc[segmentation.table["member_id"], list(attributes.kinds)][placed]
    label = segmentation.table["segment"].to_numpy(dtype=object)[placed]
    names = tuple(name for name in segmentation.segments if (label == name).any())
    if len(label) < FEWEST_MEMBERS or len(names) < 2:
        why = (
            f"{count_words(len(label), 'member has', 'members have')} a segment by their answers; "
            f"{FEWEST_MEMBERS} are asked for."
            if len(label) < FEWEST_MEMBERS
            else "all members are in one segment, so there is nothing to tell apart."
        )
        return Unavailable("Rules for the next intake", why)
    task_force = next((segment.name for segment in segments if segment.task_force), "")
    groups = np.array([names.index(name) for name in label], dtype=np.int64)
    first = names.index(task_force) if task_force in names else -1
    texts = propose_conditions(table, kinds=attributes.kinds, edges=attributes.edges)
    if not texts:
        return Unavailable("Rules for the next intake", "no answer varies, so no rule can tell members apart.")
    verdicts = [apply_rule(parse_rule(text), table) for text in texts]
    conditions = Conditions(np.array([v.holds for v in verdicts]), np.array([v.fails for v in verdicts]))
    listed = Listed(texts, conditions, groups, names, first)
    searched = np.sort(rng.permutation(len(groups))[:MOST_SEARCHED])
    part = listed._replace(conditions=conditions.take(searched), groups=groups[searched])
    held_out = hold_out(part, most_rules, most_conditions, n_folds, rng)
    lists = find_plans(part, most_rules, most_conditions)
    by_rules = compare_lengths(part, lists, held_out)
    chosen = int(by_rules.loc[by_rules["chosen"], "rules"].iloc[0]) if by_rules["chosen"].any() else 0
    if chosen == 0:
        why = "no short list of rules comes nearer to the segments than naming the largest."
        return Unavailable("Rules for the next intake", why)
    place = min(number for number, plan in enumerate(lists) if plan.n_rules == chosen)
    plan = lists[place]
    return Surrogate(
        list_rules(listed, plan, attributes, instrument),
        measure_fidelity(part, held_out[place]),
        by_rules,
        as_segments(listed, plan),
        len(segmentation.table) - len(label),
    )


def _check(
    segmentation: Segmentation, attributes: Attributes, most_rules: int, most_conditions: int, n_folds: int
) -> None:
    problems = []
    strangers = ~are_among(segmentation.table["member_id"], attributes.table.index)
    if strangers.any():
        problems.append(
            f"fit_surrogate: {count_words(int(strangers.sum()), 'member')} of the segmentation have no attributes. "
            "Give the attributes the segmentation was made from."
        )
    if most_rules < 1:
        problems.append(f"fit_surrogate: most_rules must be at least 1. Got {most_rules}.")
    if not 1 <= most_conditions <= 3:
        problems.append(f"fit_surrogate: most_conditions must be 1, 2 or 3. Got {most_conditions}.")
    if n_folds < 2:
        problems.append(f"fit_surrogate: n_folds must be at least 2. Got {n_folds}.")
    if problems:
        raise DataError(*problems)


def write_rules(surrogate: Surrogate, *, segments: Sequence[CoverageSegment]) -> str:
    """Write the rules as the text of a ``segments.yml`` that ``segment_by_rules`` can work with.

    Parameters
    ----------
    surrogate : Surrogate
    segments : sequence of CoverageSegment
        Hours, modes and archetypes come from here; those the rules do not name follow, without rules.

    Raises
    ------
    ConfigurationError
        A segment of the rules is none of ``segments``, so nobody knows its hours.
    """
    known = {segment.name: segment for segment in segments}
    strange = [segment.name for segment in surrogate.segments if segment.name not in known]
    if strange:
        raise ConfigurationError(
            *(
                f"write_rules: no segment is called '{name}', so its hours are not known. Add it to segments.yml."
                for name in strange
            )
        )
    written = [
        known[own.name].model_copy(update={"rules": own.rules, "task_force": own.task_force})
        for own in surrogate.segments
    ]
    named = {segment.name for segment in written}
    others = [
        segment.model_copy(update={"rules": (), "task_force": False})
        for segment in segments
        if segment.name not in named
    ]
    share = format_share(float(surrogate.fidelity["fidelity"].iloc[0]), 0)
    comment = (
        f"Rules that put {share} of members into the segment their answers as a whole call for.\n"
        "The last rule holds for everyone else of whom something is known."
    )
    return write_segments([*written, *others], comment=comment)
