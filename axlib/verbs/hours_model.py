"""The coverage model in hours: what each segment calls for by lifecycle stage and mode, beside what is delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.coverage_work import AroundContact
from axlib.verbs.delivery import UNKNOWN, Delivery
from axlib.verbs.learned_hours import LearnedHours
from axlib.verbs.segments import Segmentation
from axlib.words.display import format_share, format_value, join_words
from axlib.words.results import Result, Unavailable
from axlib.words.vocabulary import LIFECYCLE_STAGES, MODES

#: Below and above this ratio of hours delivered and called for a mode is worth a sentence.
LITTLE, MUCH = 0.75, 1.25


@dataclass(frozen=True, eq=False, repr=False)
class HoursModel(Result):
    """Hours a year called for by segment, stage and mode, and those delivered.

    Attributes
    ----------
    table : DataFrame, one row per (segment, stage, mode)
        ``segment``, ``stage`` (``any`` where nobody's stage is known), ``mode``, ``members``, ``hours_per_member``,
        ``required_hours``, and of these ``contact_hours``, ``preparation_hours``, ``follow_up_hours``.
    by_mode : DataFrame, one row per (segment, mode)
        ``segment``, ``mode``, ``required_hours``, ``delivered_hours`` (missing where the log does not tell).
    by_segment : DataFrame, one row per segment
        ``segment``, ``members``, ``declared_hours``, ``learned_hours`` with its interval, ``planned_hours``: of one
        member a year, side by side; the last is what plans use.
    hours_source : {'assumed', 'client', 'learned'}
    """

    table: pd.DataFrame
    by_mode: pd.DataFrame
    by_segment: pd.DataFrame
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "Hours a year called for, by segment, stage and mode"
    plots: ClassVar[tuple[str, ...]] = ("plot_hours_by_mode",)
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("by_segment", "Hours of one member: declared, learned, planned"),
    )

    def summary(self) -> pd.DataFrame:
        """Return one row per segment, stage and mode."""
        return self.table

    @property
    def text(self) -> str:
        """How hours divide by mode, and which modes get little or much."""
        modes = self.by_mode.groupby("mode")[["required_hours", "delivered_hours"]].sum(min_count=1)
        total = float(modes["required_hours"].sum())
        if total == 0:
            return "No member calls for hours."
        order = modes.sort_values("required_hours", ascending=False, kind="stable")
        shares = [
            f"{format_share(float(hours) / total, 0)} {mode}"
            for mode, hours in order["required_hours"].items()
            if hours > 0
        ]
        around = 1 - float(self.table["contact_hours"].sum()) / total
        parts = [f"Of {format_value(total, 'hours')} hours a year called for, {join_words(shares)}."]
        if around > 1e-9:
            parts.append(f"{format_share(around, 0)} of them go to preparation and follow-up.")
        told = modes[modes["delivered_hours"].notna() & (modes["required_hours"] > 0)]
        ratio = told["delivered_hours"] / told["required_hours"]
        for mode, share in ratio[(ratio < LITTLE) | (ratio > MUCH)].items():
            parts.append(f"The log holds {format_share(float(share), 0)} of the {mode} hours called for.")
        if self.hours_source == "assumed":
            parts.append("Hours per member are assumptions: this is a scenario.")
        return " ".join(parts)


def model_hours(
    segments: Segmentation,
    *,
    coverage: Sequence[CoverageSegment],
    declared: Sequence[CoverageSegment] | None = None,
    stages: pd.Series | None = None,
    delivery: Delivery | Unavailable | None = None,
    learned: LearnedHours | Unavailable | None = None,
    hours_source: Literal["assumed", "client", "learned"] = "assumed",
) -> HoursModel | Unavailable:
    """Lay out the hours members call for by segment, lifecycle stage and mode.

    Parameters
    ----------
    segments : Segmentation
        Of current members.
    coverage : sequence of CoverageSegment
        The hours to plan with.
    declared : sequence of CoverageSegment, optional
        The hours of ``segments.yml``, where others are planned with.
    stages : Series, index ``member_id``, optional
        Lifecycle stage; whose stage is not known counts as steady.
    delivery : Delivery, optional
    learned : LearnedHours, optional
    hours_source : {'assumed', 'client', 'learned'}

    Returns
    -------
    HoursModel or Unavailable

    Notes
    -----
    Required hours = Σ over members of hours(segment, stage) × share(mode). Of an hour in a mode, 1 ÷ (1 + preparation +
    follow-up) is contact.
    """
    names = [segment.name for segment in coverage]
    members = segments.table[segments.table["segment"].isin(names)]
    if len(members) == 0:
        why = "no member is in a segment that has hours; the classes found are not named yet."
        return Unavailable("Hours by mode", why, "names for the classes, or AX answers of the members")
    stage = "any" if stages is None else members["member_id"].map(stages).fillna("steady")
    counts = members.assign(stage=stage).groupby(["segment", "stage"]).size()
    rows = [row for segment in coverage for row in _rows(segment, counts)]
    columns = ["segment", "stage", "mode", "members", "hours_per_member", "contact", "preparation", "follow_up"]
    table = pd.DataFrame(rows, columns=columns).astype({"segment": "str", "stage": "str", "mode": "str"})
    required = table["members"] * table["hours_per_member"]
    table = table.assign(
        required_hours=required,
        contact_hours=required * table["contact"],
        preparation_hours=required * table["preparation"],
        follow_up_hours=required * table["follow_up"],
    ).drop(columns=["contact", "preparation", "follow_up"])
    return HoursModel(
        table,
        _by_mode(table, delivery, names),
        _by_segment(members, coverage, declared or coverage, learned),
        hours_source,
    )


def _rows(segment: CoverageSegment, counts: pd.Series) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for stage in ("any", *LIFECYCLE_STAGES):
        n = int(counts.get((segment.name, stage), 0))
        if n == 0:
            continue
        hours = segment.steady_hours if stage == "any" else segment.hours_by_stage[stage]
        shares: dict[str, float] = {str(mode): share for mode, share in segment.modes_in(stage).items()} or {
            UNKNOWN: 1.0
        }
        for mode in [*MODES, UNKNOWN]:
            if mode not in shares:
                continue
            around = next((work for name, work in segment.work.items() if name == mode), AroundContact())
            parts = [part / around.whole for part in (1.0, around.preparation, around.follow_up)]
            rows.append((segment.name, stage, mode, n, hours * shares[mode], *parts))
    return rows


def _by_mode(table: pd.DataFrame, delivery: Delivery | Unavailable | None, names: list[str]) -> pd.DataFrame:
    required = table.groupby(["segment", "mode"])["required_hours"].sum()
    if isinstance(delivery, Delivery):
        given = delivery.by_mode[delivery.by_mode["segment"].isin(names)]
        delivered = given.set_index(["segment", "mode"])["delivered_hours"]
        cells = required.index.union(delivered.index)
        both = pd.DataFrame({"required_hours": required.reindex(cells), "delivered_hours": delivered.reindex(cells)})
        both = both.fillna(0.0)
    else:
        both = required.to_frame().assign(delivered_hours=np.nan)
    both = both.rename_axis(["segment", "mode"]).reset_index()
    place = both["segment"].map({name: at for at, name in enumerate(names)})
    order = both["mode"].map({mode: at for at, mode in enumerate([*MODES, UNKNOWN])}).fillna(len(MODES) + 1)
    both = both.assign(place=place, order=order).sort_values(["place", "order"], ignore_index=True)
    return both.drop(columns=["place", "order"]).astype({"segment": "str", "mode": "str"})


def _by_segment(
    members: pd.DataFrame,
    coverage: Sequence[CoverageSegment],
    declared: Sequence[CoverageSegment],
    learned: LearnedHours | Unavailable | None,
) -> pd.DataFrame:
    sizes = members["segment"].value_counts()
    table = pd.DataFrame(
        {
            "segment": pd.Series([segment.name for segment in coverage], dtype="str"),
            "members": [int(sizes.get(segment.name, 0)) for segment in coverage],
            "declared_hours": [segment.steady_hours for segment in declared],
        }
    )
    columns = ["learned_hours", "learned_hours_low", "learned_hours_high"]
    if isinstance(learned, LearnedHours):
        found = learned.table.set_index("segment")[columns].reindex(table["segment"])
        table = table.assign(**{name: found[name].to_numpy(dtype=float) for name in columns})
    else:
        table = table.assign(**dict.fromkeys(columns, np.nan))
    return table.assign(planned_hours=[segment.steady_hours for segment in coverage])
