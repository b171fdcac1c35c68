"""Whether a member is in the same segment by one rater's answers and by another's."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.agreement import cohens_kappa
from axlib.tables.attributes import collect_attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.combining_raters import combine_raters, take_current_stage
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.tables.instrument import Instrument
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.verbs.scoring import score_members
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.words.display import count_words, format_share, format_value
from axlib.words.results import Result, Unavailable

#: Members two raters must both have placed before their agreement says anything.
FEWEST_BOTH = 20


@dataclass(frozen=True, eq=False, repr=False)
class RaterSplit(Result):
    """How far two raters' answers put the same members into the same segment.

    Attributes
    ----------
    table : DataFrame, one row per pair of raters who both placed 20 members or more
        ``pair``; ``n`` (members both placed); ``agree`` (share in the same segment); ``kappa`` (Cohen's).
    """

    table: pd.DataFrame

    title: ClassVar[str] = "Segments by one rater's answers, and by another's"

    def summary(self) -> pd.DataFrame:
        """Return one row per pair."""
        return self.table

    @property
    def agree(self) -> float:
        """Share of members in the same segment, over all pairs, weighted by members."""
        return float(np.average(self.table["agree"], weights=self.table["n"]))

    @property
    def text(self) -> str:
        """The agreement, in a sentence."""
        least = float(self.table["kappa"].min())
        sentence = (
            f"By the answers of one rater and of another, {format_share(self.agree, 0)} of members come into the same "
            f"segment ({count_words(len(self.table), 'pair')} of raters)."
        )
        if np.isnan(least) or len(self.table) < 2:
            return sentence
        return f"{sentence} The least agreement has kappa {format_value(least, 'index')}."


def split_by_rater(
    segmentation: Segmentation,
    *,
    clean: CleanTables,
    instrument: Instrument,
    segments: Sequence[CoverageSegment],
    attributes: Sequence[AttributeSettings] = (),
) -> RaterSplit | Unavailable:
    """Place members by each rater's answers alone, by the same classes or rules, and compare.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes`` or ``rules``.
    clean : CleanTables
        With answers as they were given, several raters apart. Columns of members serve all raters alike.
    instrument : Instrument
    segments : sequence of CoverageSegment
        Their rules, where the method is ``rules``.
    attributes : sequence of AttributeSettings
        As for ``collect_attributes``.
    """
    analysis = "Segments by rater"
    ask = "answers of two raters for the same members"
    if segmentation.method not in ("classes", "rules"):
        return Unavailable(analysis, f"segments by {segmentation.method} follow no answers.")
    if clean.answers is None or "rater" not in clean.answers.columns:
        return Unavailable(analysis, "the answers do not say who gave them.", ask)
    raters = clean.answers["rater"].dropna()
    names = sorted(set(raters))
    placed: dict[str, pd.Series] = {}
    for name in names:
        own = clean.answers[(clean.answers["rater"] == name).fillna(False)]
        combined = combine_raters(own, instrument=instrument)
        table = take_current_stage(combined.table)
        # What this rater was not asked, or did not answer, cannot be collected.
        there = {*clean.members.columns, *table["item"]}
        asked = tuple(spec for spec in attributes if spec.name in there)
        given = collect_attributes(dataclasses.replace(clean, answers=table), attributes=asked)
        mine = given.table.index.isin(set(own["member_id"]))
        given = dataclasses.replace(given, table=given.table[mine])
        again = (
            score_members(segmentation, attributes=given, allow_missing=True)
            if segmentation.method == "classes"
            else segment_by_rules(given.table, segments=segments)
        )
        labels = again.table.set_index("member_id")["segment"]
        placed[name] = labels[labels != UNDETERMINED]
    rows = []
    for first, second in combinations(names, 2):
        both = pd.concat([placed[first], placed[second]], axis=1, join="inner", keys=["a", "b"])
        if len(both) < FEWEST_BOTH:
            continue
        levels = sorted({*both["a"], *both["b"]})
        crossed = pd.crosstab(both["a"], both["b"]).reindex(index=levels, columns=levels, fill_value=0)
        same = float((both["a"] == both["b"]).mean())
        rows.append((f"{first} and {second}", len(both), same, cohens_kappa(crossed.to_numpy(dtype=float))))
    if not rows:
        why = f"no two raters placed {FEWEST_BOTH} members both."
        return Unavailable(analysis, why, ask)
    return RaterSplit(pd.DataFrame(rows, columns=["pair", "n", "agree", "kappa"]).astype({"pair": "str"}))
