"""Whether members stay where they are when answers come out one step higher or lower."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.scoring import score_members
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.words.display import format_share, join_words
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable

#: A segment fewer of whose members than this stay hangs on single answers.
LEAST_STAY = 0.75


@dataclass(frozen=True, eq=False, repr=False)
class Perturbation(Result):
    """How many members stay in their segment when answers move by one step.

    Attributes
    ----------
    table : DataFrame, one row per segment
        ``segment``; ``members``; ``stay`` (mean share of them who stay, over draws) with ``stay_low`` and
        ``stay_high`` (5th and 95th percentile); ``goes_to`` (where most of the others go; empty where all stay).
    share_moved : float
        Chance of each answer to move.
    n_draws : int
    """

    table: pd.DataFrame
    share_moved: float
    n_draws: int

    title: ClassVar[str] = "Who stays if answers come out one step higher or lower"

    @property
    def stay(self) -> float:
        """Share of all members with a segment who stay, over draws."""
        return float(np.average(self.table["stay"], weights=self.table["members"]))

    def summary(self) -> pd.DataFrame:
        """Return one row per segment."""
        return self.table

    @property
    def text(self) -> str:
        """How many stay, and which segments hang on single answers, in sentences."""
        moved = f"With {format_share(self.share_moved, 0)} of the answers one step higher or lower, by chance"
        sentence = f"{moved}, {format_share(self.stay, 0)} of members stay in their segment ({self.n_draws} draws)."
        shaken = self.table.loc[self.table["stay"] < LEAST_STAY, "segment"].tolist()
        if not shaken:
            return sentence
        verb = "hangs" if len(shaken) == 1 else "hang"
        return f"{sentence} {join_words(shaken)} {verb} on single answers: fewer than three in four stay."


def move_answers(
    attributes: Attributes, *, share_moved: float, rng: np.random.Generator, order: NDArray[np.intp] | None = None
) -> Attributes:
    """Move answers on scales by one step, up or down with equal chance, within the scale.

    Parameters
    ----------
    attributes : Attributes
        Its ordinal ones are moved; an answer at the end of its scale moves inwards.
    share_moved : float
        Chance of each answer.
    rng : Generator
    order : array of int, optional
        Rows in the order in which chance is given out, so that the order of an export changes nothing.
    """
    table, n = attributes.table, len(attributes.table)
    places = np.arange(n) if order is None else order
    columns = {}
    for name, kind in attributes.kinds.items():
        if kind != "ordinal":
            continue
        values = table[name].to_numpy(dtype=float, copy=True)
        steps = np.zeros(n)
        steps[places] = np.where(rng.random(n) < share_moved, np.where(rng.random(n) < 0.5, -1.0, 1.0), 0.0)
        if not np.isfinite(values).any():
            continue
        low, high = min(0.0, np.nanmin(values)), max(4.0, np.nanmax(values))
        moved = values + steps
        moved = np.where(moved > high, values - 1, np.where(moved < low, values + 1, moved))
        columns[name] = pd.Series(moved, index=table.index)
    return dataclasses.replace(attributes, table=table.assign(**columns))


def perturb_answers(
    segmentation: Segmentation,
    *,
    attributes: Attributes,
    segments: Sequence[CoverageSegment],
    rng: np.random.Generator,
    share_moved: float = 0.2,
    n_draws: int = 50,
) -> Perturbation | Unavailable:
    """Move answers by one step, place members again by the same classes or rules, and count who stays.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes`` or ``rules``, before gates.
    attributes : Attributes
        What it was made from.
    segments : sequence of CoverageSegment
        Their rules, where the method is ``rules``.
    rng : Generator
    share_moved : float
        Chance of each answer on a scale to move by one step: about how often two raters differ.
    n_draws : int

    Raises
    ------
    DataError
        ``share_moved`` is no share above 0, or there is no draw.

    Notes
    -----
    Nothing is fitted again: it is asked whether a member's own answers place it firmly, not whether other members
    would give other classes; ``assess_stability`` asks that. Of members with a segment, one who becomes undetermined
    does not stay. Scales run from 0 to 4, or as far as answers go beyond.
    """
    if not 0 < share_moved <= 1 or n_draws < 1:
        raise DataError(
            f"perturb_answers: share_moved must be above 0 and at most 1, n_draws 1 or more. Got {share_moved:g}, "
            f"{n_draws}."
        )
    if segmentation.method not in ("classes", "rules"):
        why = f"segments by {segmentation.method} follow no answers."
        return Unavailable("Segments under other answers", why)
    if "ordinal" not in attributes.kinds.values():
        return Unavailable("Segments under other answers", "no attribute is a scale with steps.")
    before = segmentation.table.set_index("member_id")["segment"]
    attributes = dataclasses.replace(attributes, table=attributes.table.loc[before.index])
    labels = before.to_numpy(dtype=object)
    if not (labels != UNDETERMINED).any():
        return Unavailable("Segments under other answers", "no member has a segment.")
    order = np.argsort(before.index.to_numpy(dtype=str), kind="stable")
    names = [name for name in segmentation.segments if (labels == name).any()]
    stays = np.empty((n_draws, len(names)))
    goes: dict[str, dict[str, int]] = {name: {} for name in names}
    for draw in range(n_draws):
        moved = move_answers(attributes, share_moved=share_moved, rng=rng, order=order)
        again = (
            score_members(segmentation, attributes=moved)
            if segmentation.method == "classes"
            else segment_by_rules(moved.table, segments=segments)
        )
        after = again.table.set_index("member_id")["segment"].loc[before.index].to_numpy(dtype=object)
        for place, name in enumerate(names):
            mine = after[labels == name]
            stays[draw, place] = (mine == name).mean()
            others, counts = np.unique(mine[mine != name].astype(str), return_counts=True)
            for other, count in zip(others.tolist(), counts.tolist(), strict=True):
                goes[name][other] = goes[name].get(other, 0) + count
    low, high = np.quantile(stays, [0.05, 0.95], axis=0)
    table = pd.DataFrame(
        {
            "segment": names,
            "members": [int((labels == name).sum()) for name in names],
            "stay": stays.mean(axis=0),
            "stay_low": low,
            "stay_high": high,
            "goes_to": [max(sorted(goes[name]), key=goes[name].__getitem__) if goes[name] else "" for name in names],
        }
    )
    return Perturbation(table.astype({"segment": "str", "goes_to": "str"}), share_moved, n_draws)
