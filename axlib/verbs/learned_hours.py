"""Hours a segment calls for, learned from the contacts of members who were served well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.intervals import percentile_interval
from axlib.numbers.resampling import resample_sums
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.delivery import take_window
from axlib.verbs.segments import Segmentation
from axlib.words.display import format_day, format_short, format_value, join_words
from axlib.words.results import Result, Unavailable

#: Fewer members of a segment tell nothing of its hours.
FEWEST = 20
N_RESAMPLES = 1000
_INTERVAL = ("learned_hours", "learned_hours_low", "learned_hours_high")
#: From this ratio of hours between tiers on, what was delivered follows the tier.
TIERS_DIFFER = 1.5
RULES = {
    "stayed": "members who stayed in the window after it",
    "matched": "members whose hours were within the matched band of what is declared",
}


@dataclass(frozen=True, eq=False, repr=False)
class LearnedHours(Result):
    """Hours a year by segment as delivered to well-served members, beside the hours declared.

    Attributes
    ----------
    table : DataFrame, one row per segment
        ``segment``, ``n`` (well-served members), ``declared_hours``, ``learned_hours`` with ``learned_hours_low`` and
        ``learned_hours_high`` (95 %; missing where too few members tell), ``tier_ratio`` (hours per member in the tier
        that got most ÷ in the tier that got least; missing where only one tier has members enough).
    by_stage : DataFrame, one row per (segment, stage)
        ``segment``, ``stage`` (first_year, steady), ``n``, ``learned_hours`` with its interval.
    by_mode : DataFrame, one row per (segment, mode)
        ``segment``, ``mode``, ``learned_hours`` with its interval, ``share`` of the segment's hours.
    rule : {'stayed', 'matched'}
        Who counts as well served.
    begins_on, ends_on : date
        The window contacts were counted in.
    """

    table: pd.DataFrame
    by_stage: pd.DataFrame
    by_mode: pd.DataFrame
    rule: Literal["stayed", "matched"]
    begins_on: date
    ends_on: date

    title: ClassVar[str] = "Hours a member calls for: declared, and learned from contacts"
    plots: ClassVar[tuple[str, ...]] = ("plot_learned_hours",)
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("by_stage", "Learned hours, by stage"),
        ("by_mode", "Learned hours, by mode"),
    )

    @property
    def known(self) -> pd.DataFrame:
        """Segments whose hours could be learned."""
        return self.table[self.table["learned_hours"].notna()]

    @property
    def follows_tiers(self) -> list[str]:
        """Segments in which one tier got far more hours than another for the same Appropriate Experience."""
        return self.known.loc[self.known["tier_ratio"] >= TIERS_DIFFER, "segment"].tolist()

    def summary(self) -> pd.DataFrame:
        """Return one row per segment."""
        return self.table

    @property
    def text(self) -> str:
        """What was learned, from whom, and what speaks against it."""
        learned = [
            f"{name} {format_value(hours, 'hours')} (declared {format_value(declared, 'hours')})"
            for name, hours, declared in zip(
                self.known["segment"], self.known["learned_hours"], self.known["declared_hours"], strict=True
            )
        ]
        parts = [
            f"Hours a year as logged from {format_day(self.begins_on)} to {format_day(self.ends_on)} for "
            f"{RULES[self.rule]}: {join_words(learned)}."
        ]
        few = self.table.loc[self.table["learned_hours"].isna(), "segment"].tolist()
        if few:
            parts.append(f"Fewer than {FEWEST} such members tell of {join_words(few)}: declared hours stay.")
        if self.follows_tiers:
            parts.append(
                f"In {join_words(self.follows_tiers)} one tier got at least {format_short(TIERS_DIFFER)} times the "
                "hours of another for the same segment: what was delivered follows tiers, and says little of what "
                "members call for."
            )
        if self.rule == "stayed":
            parts.append("That these members stayed does not show that fewer hours would not have done.")
        return " ".join(parts)


def learn_hours(
    segments: Segmentation,
    *,
    tiers: Segmentation | None,
    touches: pd.DataFrame | None,
    coverage: Sequence[CoverageSegment],
    well_served: Sequence[str] | pd.Series,
    rule: Literal["stayed", "matched"],
    ends_on: date,
    window_months: int,
    rng: np.random.Generator,
    joined_on: pd.Series | None = None,
) -> LearnedHours | Unavailable:
    """Learn hours a year by segment, stage and mode from the contacts of well-served members.

    Parameters
    ----------
    segments, tiers : Segmentation
        Of the members at ``ends_on``.
    touches : DataFrame or None
        ``member_id``, ``at``, ``mode``, ``minutes`` (all the work).
    coverage : sequence of CoverageSegment
        Hours declared, to stand beside.
    well_served : sequence of str
        Members whose contacts count, chosen by ``rule``: those who stayed in the window that follows, or those whose
        hours were in the matched band of what is declared (which can but confirm the hours declared, within the band).
    rule : {'stayed', 'matched'}
    ends_on : date
    window_months : int
    rng : Generator
    joined_on : Series, index ``member_id``, optional
        Who joined in the window counts for the days since, and as first year.

    Returns
    -------
    LearnedHours or Unavailable
        Unavailable where no segment has ``FEWEST`` such members with contacts logged.

    Notes
    -----
    Hours a year = Σ hours ÷ Σ years seen, over members with and without contacts alike. Intervals are of 1,000
    resamples of members (Poisson bootstrap, percentiles), with members taken as independent.
    """
    analysis = "Hours learned from contacts"
    if touches is None or "minutes" not in touches.columns or touches["minutes"].notna().sum() == 0:
        return Unavailable(analysis, "there are no contacts with minutes.", "a log of contacts with minutes")
    inside, begins_on = take_window(touches, ends_on=ends_on, window_months=window_months)
    table = _members(segments, tiers, well_served, joined_on, begins_on, ends_on)
    if len(table) == 0 or len(inside) == 0:
        why = f"no {RULES[rule]} have both a segment and a log from {format_day(begins_on)} to {format_day(ends_on)}."
        return Unavailable(analysis, why, "contacts of the year before the window")
    modes = sorted(inside["mode"].dropna().unique())
    hours = (
        inside.assign(hours=inside["minutes"].fillna(0.0) / 60)
        .pivot_table(index="member_id", columns="mode", values="hours", aggfunc="sum")
        .reindex(index=table["member_id"], columns=modes)
        .fillna(0.0)
        .to_numpy()
    )
    names = [segment.name for segment in coverage]
    table, hours = _only(table, hours, table["segment"].isin(names).to_numpy())
    values = np.column_stack([table["years"], hours.sum(axis=1), hours])
    by_segment, by_mode = _by_segment(table, values, names, modes, rng)
    if by_segment["learned_hours"].isna().all():
        why = f"no segment has {FEWEST} {RULES[rule]}."
        return Unavailable(analysis, why, "contacts of more members, or of a longer time")
    declared = {segment.name: segment.steady_hours for segment in coverage}
    by_segment.insert(2, "declared_hours", by_segment["segment"].map(declared))
    by_segment = by_segment.assign(tier_ratio=_tier_ratios(table, values, names))
    stage = _by_stage(table, values, names, rng)
    return LearnedHours(by_segment, stage, by_mode, rule, begins_on, ends_on)


def choose_hours(
    coverage: Sequence[CoverageSegment],
    learned: LearnedHours | Unavailable,
    *,
    source: Literal["assumed", "client", "learned"],
) -> tuple[tuple[CoverageSegment, ...], Literal["assumed", "client", "learned"]]:
    """Return the segments with the hours to plan with, and where these come from.

    Where hours are to be learned, each segment that could be takes them, with their interval as ``hours_range``; where
    one could not, its declared hours stay and the whole counts as assumed.
    """
    if source != "learned":
        return tuple(coverage), source
    if isinstance(learned, Unavailable):
        return tuple(coverage), "assumed"
    known = learned.known.set_index("segment")
    rows: dict[str, dict[str, float]] = {
        str(name): {column: float(known[column][name]) for column in _INTERVAL} for name in known.index
    }
    shares = {name: part.set_index("mode")["share"] for name, part in learned.by_mode.groupby("segment")}
    chosen = [
        segment.model_copy(
            update={
                "hours_per_year": rows[segment.name][_INTERVAL[0]],
                "hours_range": tuple(rows[segment.name][column] for column in _INTERVAL[1:]),
                "modes": {str(mode): float(share) for mode, share in shares[segment.name].items() if share > 0},
                "modes_by_stage": {},
            }
        )
        if segment.name in rows
        else segment
        for segment in coverage
    ]
    return tuple(chosen), "learned" if len(rows) == len(coverage) else "assumed"


def _members(
    segments: Segmentation,
    tiers: Segmentation | None,
    well_served: Sequence[str] | pd.Series,
    joined_on: pd.Series | None,
    begins_on: date,
    ends_on: date,
) -> pd.DataFrame:
    """Well-served members with segment, tier, stage, and the years each was seen."""
    table = segments.table[["member_id", "segment"]]
    table = table[table["member_id"].isin(set(well_served)) & (table["segment"] != UNDETERMINED)]
    table = table.sort_values("member_id", ignore_index=True)
    days = (pd.Timestamp(ends_on) - pd.Timestamp(begins_on)).days + 1
    seen = pd.Series(float(days), index=table.index)
    stage = pd.Series("steady", index=table.index)
    if joined_on is not None:
        joined = table["member_id"].map(joined_on)
        since = (pd.Timestamp(ends_on) - joined).dt.days + 1
        seen = seen.where(~(since < days), since.clip(lower=1))
        # Joined in the window or in the year before it: the first year falls into it.
        stage = stage.mask(joined > pd.Timestamp(begins_on), "first_year")
        seen = seen.where(~(since <= 0), np.nan)
    tier = "all" if tiers is None else table["member_id"].map(tiers.table.set_index("member_id")["segment"])
    table = table.assign(tier=tier, stage=stage, years=seen / 365.25)
    return table[table["years"].notna()].reset_index(drop=True)


def _only(table: pd.DataFrame, hours: np.ndarray, keep: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return table[keep].reset_index(drop=True), hours[keep]


def _estimate(
    values: np.ndarray, groups: np.ndarray, n_groups: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hours a year of each group and column, with intervals, shape (n_groups, n_columns − 1)."""
    sums = np.zeros((n_groups, values.shape[1]))
    np.add.at(sums, groups, values)
    draws = resample_sums(values, groups, n_groups=n_groups, n_resamples=N_RESAMPLES, rng=rng)
    with np.errstate(divide="ignore", invalid="ignore"):
        point = sums[:, 1:] / sums[:, :1]
    bounds = [
        percentile_interval(lambda sums: sums[..., 1] / sums[..., 0], draws[..., [0, at]])
        for at in range(1, values.shape[1])
    ]
    return point, np.stack([low for low, _ in bounds], axis=1), np.stack([high for _, high in bounds], axis=1)


def _by_segment(
    table: pd.DataFrame, values: np.ndarray, names: list[str], modes: list[str], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    groups = pd.Index(names).get_indexer(pd.Index(table["segment"]))
    n = np.bincount(groups, minlength=len(names))
    point, low, high = _estimate(values, groups, len(names), rng)
    told = (n >= FEWEST) & (point[:, 0] > 0)
    by_segment = pd.DataFrame(
        {
            "segment": pd.Series(names, dtype="str"),
            "n": n,
            "learned_hours": np.where(told, point[:, 0], np.nan),
            "learned_hours_low": np.where(told, low[:, 0], np.nan),
            "learned_hours_high": np.where(told, high[:, 0], np.nan),
        }
    )
    rows = [
        (names[at], mode, point[at, 1 + m], low[at, 1 + m], high[at, 1 + m], point[at, 1 + m] / point[at, 0])
        for at in np.flatnonzero(told)
        for m, mode in enumerate(modes)
    ]
    columns = ["segment", "mode", "learned_hours", "learned_hours_low", "learned_hours_high", "share"]
    numbers = dict.fromkeys(columns[2:], float)
    return by_segment, pd.DataFrame(rows, columns=columns).astype({"segment": "str", "mode": "str", **numbers})


def _by_stage(table: pd.DataFrame, values: np.ndarray, names: list[str], rng: np.random.Generator) -> pd.DataFrame:
    cells = [(name, stage) for name in names for stage in ("first_year", "steady")]
    groups = pd.MultiIndex.from_tuples(cells).get_indexer(pd.MultiIndex.from_frame(table[["segment", "stage"]]))
    n = np.bincount(groups, minlength=len(cells))
    point, low, high = _estimate(values[:, :2], groups, len(cells), rng)
    told = (n >= FEWEST) & (point[:, 0] > 0)
    return pd.DataFrame(
        {
            "segment": pd.Series([name for name, _ in cells], dtype="str"),
            "stage": pd.Series([stage for _, stage in cells], dtype="str"),
            "n": n,
            "learned_hours": np.where(told, point[:, 0], np.nan),
            "learned_hours_low": np.where(told, low[:, 0], np.nan),
            "learned_hours_high": np.where(told, high[:, 0], np.nan),
        }
    )


def _tier_ratios(table: pd.DataFrame, values: np.ndarray, names: list[str]) -> list[float]:
    sums = table.assign(hours=values[:, 1]).groupby(["segment", "tier"])[["hours", "years"]].sum()
    sizes = table.groupby(["segment", "tier"]).size()
    per_year = (sums["hours"] / sums["years"])[sizes >= FEWEST // 2]
    ratios = []
    for name in names:
        of_tiers = per_year[per_year.index.get_level_values("segment") == name]
        ratios.append(float(of_tiers.max() / of_tiers.min()) if len(of_tiers) > 1 and of_tiers.min() > 0 else np.nan)
    return ratios
