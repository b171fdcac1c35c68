"""Attributes that stand in for dues: how well each tells dues, and what leaving it out would cost."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.explained import design_matrix, out_of_sample_r2
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.dues_blindness import MOST_R2
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.words.display import format_share, format_short, format_value, join_words
from axlib.words.results import Result, Unavailable

#: An attribute is worth looking at as a stand-in for dues from this R² on.
LEAST_R2 = 0.1


@dataclass(frozen=True, eq=False, repr=False)
class Proxies(Result):
    """How far attributes stand in for dues.

    Attributes
    ----------
    table : DataFrame, one row per attribute, the best teller of dues first
        ``attribute``; ``r2_alone`` (out-of-sample R² of dues on it alone) and ``r2_without`` (on all the others);
        ``moved`` (share of members with a segment both times who would be in another one if it were left out) and
        ``lost`` (share of members with a segment who would have none).
    r2 : float
        On all attributes together.
    """

    table: pd.DataFrame
    r2: float

    title: ClassVar[str] = "What stands in for dues, and what leaving it out costs"

    def summary(self) -> pd.DataFrame:
        """Return one row per attribute."""
        return self.table

    @property
    def text(self) -> str:
        """What would have to be left out for the segments to be called dues-blind, in sentences."""
        together = f"All attributes together tell dues with an out-of-sample R² of {format_value(self.r2, 'index')}."
        if not self.r2 > MOST_R2:
            return together
        enough = self.table[self.table["r2_without"] <= MOST_R2]
        if len(enough) == 0:
            return (
                f"{together} No single attribute is behind it: without any one, it stays above {format_short(MOST_R2)}."
            )
        parts = [
            f"{row['attribute'].replace('_', ' ')} (R² {format_value(float(row['r2_without']), 'index')} without it; "
            f"{format_share(float(row['moved']), 0)} of members change segment)"
            for _, row in enough.iterrows()
        ]
        return (
            f"{together} Leaving out one of these brings it to {format_short(MOST_R2)} or less: "
            f"{join_words(parts, 'or')}. To leave one out, list the others under attributes in the engagement file."
        )


def assess_proxies(
    segmentation: Segmentation,
    *,
    attributes: Attributes,
    dues: pd.Series,
    segments: Sequence[CoverageSegment],
    min_confidence: float = 0.6,
    min_answers: float = 0.5,
    rng: np.random.Generator,
) -> Proxies | Unavailable:
    """Say how well each attribute tells dues, and how many members would change segment without it.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes`` or ``rules``.
    attributes : Attributes
        What it was made from.
    dues : Series, index ``member_id``
        Money a year.
    segments : sequence of CoverageSegment
    min_confidence, min_answers : float
        As they were given to ``segment_by_ax``.
    rng : Generator
        Shares members out among folds, and starts the fits.

    Notes
    -----
    Segments are made again without each attribute that tells dues with an R² of 0.1 or more alone: by as many classes
    as before, or by the same rules with its answers unknown. Of the others ``moved`` and ``lost`` are NaN.
    """
    if segmentation.method not in ("classes", "rules"):
        why = f"segments by {segmentation.method} use no attributes."
        return Unavailable("Stand-ins for dues", why)
    table = attributes.table.sort_index()
    known = dues.dropna().sort_index()
    known = known[known.index.isin(table.index)]
    target = known.to_numpy(dtype=float)
    fold_seed, fit_seed = (int(seed) for seed in rng.integers(1 << 62, size=2))

    def r2(names: list[str]) -> float:
        if not names or len(known) == 0:
            return float("nan")
        design = design_matrix(table.loc[known.index], kinds={name: attributes.kinds[name] for name in names})
        # The same folds every time: differences are those of the attributes.
        return out_of_sample_r2(design, target, rng=np.random.default_rng(fold_seed))

    names = list(attributes.kinds)
    together = r2(names)
    if np.isnan(together):
        why = "the dues of fewer than 20 members are known, or all pay the same."
        return Unavailable("Stand-ins for dues", why, "what members pay")
    rows = []
    for name in names:
        others = [other for other in names if other != name]
        alone = r2([name])
        moved = lost = float("nan")
        if others and alone >= LEAST_R2:
            without = _leave_out(name, attributes)
            if segmentation.method == "rules":
                again = segment_by_rules(without.table, segments=segments)
            else:
                kept = {other: kind for other, kind in attributes.kinds.items() if other != name}
                again = segment_by_ax(
                    dataclasses.replace(without, table=without.table[list(kept)], kinds=kept),
                    segments=segments,
                    k=min(len(segmentation.classes), len(without.table.drop_duplicates())),
                    min_confidence=min_confidence,
                    min_answers=min_answers,
                    rng=np.random.default_rng(fit_seed),
                )
            moved, lost = _compare(segmentation, again)
        rows.append((name, alone, r2(others), moved, lost))
    columns = ["attribute", "r2_alone", "r2_without", "moved", "lost"]
    result = pd.DataFrame(rows, columns=columns).astype({"attribute": "str"})
    return Proxies(result.sort_values("r2_alone", ascending=False, kind="stable", ignore_index=True), together)


def _leave_out(name: str, attributes: Attributes) -> Attributes:
    """Attributes of which nobody's answer to one is known."""
    blank: float | None = None if attributes.kinds[name] == "categorical" else np.nan
    unknown = pd.Series(blank, index=attributes.table.index, dtype=attributes.table[name].dtype)
    return dataclasses.replace(attributes, table=attributes.table.assign(**{name: unknown}))


def _compare(before: Segmentation, after: Segmentation) -> tuple[float, float]:
    first = before.table.set_index("member_id")["segment"]
    second = after.table.set_index("member_id")["segment"].reindex(first.index)
    had = first != UNDETERMINED
    has = had & (second != UNDETERMINED)
    moved = float((first != second)[has].mean()) if has.any() else float("nan")
    return moved, float(1 - has.sum() / had.sum()) if had.any() else float("nan")
