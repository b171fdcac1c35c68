"""Reasons: what pulled each member to its segment, what would change it, and what each segment is like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.explaining_classes import explain_classes
from axlib.verbs.explaining_rules import explain_rules
from axlib.verbs.segment_profile import describe_profile, profile_segments
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable

#: One step of a 0-4 scale, as a share of it.
ONE_STEP = 0.25


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Result):
    """Why members are in their segments.

    Attributes
    ----------
    members : DataFrame, one row per member
        ``member_id``; ``segment``; ``nearest`` (the segment by answers alone: another where the member is
        undetermined or was set by declaration); ``runner_up`` and ``runner_up_probability``; ``pulled_by`` and
        ``pulled_away_by`` (answers for and against the nearest, the heaviest first, or conditions of rules);
        ``would_change`` (the smallest change of one answer that gives another segment, in words), and its
        parts ``change_attribute``, ``change_to``, ``change_segment`` and ``change_size`` (share of the attribute's
        scale). Empty text where there is none.
    profile : DataFrame, one row per (segment, attribute, level)
        ``kind``, ``n``, ``value``, ``overall``, ``standout``, as ``profile_segments`` gives them.
    method : str
        classes or rules.
    """

    members: pd.DataFrame
    profile: pd.DataFrame
    method: str

    title: ClassVar[str] = "What the members of each segment are like"
    plots: ClassVar[tuple[str, ...]] = ("plot_profile",)

    @property
    def words(self) -> dict[str, str]:
        """What stands out in each segment that has members, in words."""
        names = [name for name in dict.fromkeys(self.profile["segment"]) if (self.members["segment"] == name).any()]
        return {name: describe_profile(self.profile, segment=name) for name in names}

    @property
    def near_an_edge(self) -> int | None:
        """Members with a segment that one step of one answer would change; None where members' changes are hidden."""
        if "change_size" not in self.members.columns:
            return None
        placed = self.members["segment"] != UNDETERMINED
        return int((placed & (self.members["change_size"] <= ONE_STEP)).sum())

    def summary(self) -> pd.DataFrame:
        """Return one row per segment: its members, those one step of one answer would move, and what stands out."""
        words = self.words
        columns: dict[str, object] = {
            "segment": list(words),
            "members": self.members["segment"].value_counts().reindex(list(words)).to_numpy(),
        }
        if self.near_an_edge is not None:
            near = (self.members["change_size"] <= ONE_STEP).groupby(self.members["segment"]).sum()
            columns["one_step_away"] = near.reindex(list(words)).to_numpy()
        columns["stands_out"] = [text or "nothing" for text in words.values()]
        return pd.DataFrame(columns).astype({"segment": "str", "stands_out": "str"})

    @property
    def text(self) -> str:
        """What each segment is like, and how many members stand near an edge, in sentences."""
        sentences = [f"{name}: {words}." for name, words in self.words.items() if words and name != UNDETERMINED]
        placed = int((self.members["segment"] != UNDETERMINED).sum())
        if placed and self.near_an_edge is not None:
            sentences.append(
                f"Of {count_words(placed, 'member')} with a segment, {format_number(self.near_an_edge)} would be in "
                "another one if a single answer were one step higher or lower."
            )
        return " ".join(sentences)


def explain_segments(
    segmentation: Segmentation,
    *,
    attributes: Attributes,
    segments: Sequence[CoverageSegment],
    min_confidence: float = 0.6,
    min_answers: float = 0.5,
) -> Explanation | Unavailable:
    """Say why each member is in its segment, and what the segments are like.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes`` or ``rules``; also after gates: members set by declaration get no change.
    attributes : Attributes
        What it was made from.
    segments : sequence of CoverageSegment
        Their rules, where the method is ``rules``.
    min_confidence, min_answers : float
        As they were given to ``segment_by_ax``: a change counts where the member would still be placed.

    Raises
    ------
    DataError
        Members of the segmentation are not among the attributes.

    Notes
    -----
    Changes tried are the levels of scales and categories that members gave, 19 quantiles of numbers, and the
    values that rules compare with. The smallest is least in shares of the attribute's own scale: steps of a scale
    over its range, the share of members between two numbers, one half for another category. An answer not
    given yet is tried only for members who are undetermined.
    """
    if segmentation.method not in ("classes", "rules"):
        why = f"segments by {segmentation.method} follow no answers, so no answer explains them."
        return Unavailable("Reasons", why, "AX answers of the members")
    strangers = ~are_among(segmentation.table["member_id"], attributes.table.index)
    if strangers.any():
        example = segmentation.table.loc[strangers, "member_id"].iloc[0]
        raise DataError(
            f"explain_segments: {int(strangers.sum())} members of the segmentation have no attributes, such as "
            f"'{example}'. Give the attributes the segmentation was made from."
        )
    if len(segmentation.table) == 0:
        return Unavailable("Reasons", "there are no members to explain.")
    if segmentation.method == "classes":
        members = explain_classes(segmentation, attributes, min_confidence=min_confidence, min_answers=min_answers)
    else:
        members = explain_rules(segmentation, attributes, segments=segments)
    texts = [name for name in members.columns if name not in ("runner_up_probability", "change_size")]
    profile = profile_segments(segmentation, attributes)
    return Explanation(members.astype(dict.fromkeys(texts, "str")), profile, segmentation.method)
