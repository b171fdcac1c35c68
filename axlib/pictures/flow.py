"""The flow from revenue tiers to Coverage Segments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from axlib.pictures.chart import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    RED,
    Chart,
    draw_figure,
    fit_height,
    shorten,
    show_reason,
)
from axlib.verbs.comparison import Comparison
from axlib.words.display import count_words, format_number, format_share
from axlib.words.results import Unavailable

#: Tiers, from the lowest dues up, again and again.
_COLOURS = (BLUE, ORANGE, GREEN, RED, GREY)
#: Room between groups, as a share of all members, and the width of a group's bar.
_GAP, _BAR = 0.03, 0.035


def plot_flow(comparison: Comparison | Unavailable) -> Chart:
    """Draw which Coverage Segments the members of each revenue tier call for, as bands as wide as they are many."""
    if isinstance(comparison, Unavailable):
        return show_reason(comparison)
    counts = comparison.counts.astype(float)
    for name, tiers in comparison.rest.groupby("segment", sort=False):
        counts[str(name)] = tiers.set_index("tier")["members"].reindex(counts.index)
        # A tier whose every pair is shown has no rest.
        counts[str(name)] = counts[str(name)].mask(counts.drop(columns=name).notna().all(axis=1), 0.0)
    shown = counts.fillna(0.0)
    shown = shown.loc[shown.sum(axis=1) > 0, shown.sum() > 0]
    if shown.empty:
        return show_reason(Unavailable("From tiers to segments", "no cell is large enough to be shown."))
    total = float(shown.to_numpy().sum())
    flows = shown / total
    left, right = (_places(flows.sum(axis=axis)) for axis in (1, 0))
    sizes = _label_sizes(counts, comparison)
    with draw_figure(fit_height(max(flows.shape), each=0.62, least=3.0)) as (figure, axes):
        begins, ends = left.copy(), right.copy()
        for number, tier in enumerate(flows.index):
            for segment in flows.columns:
                width = float(flows.loc[tier, segment])
                if width > 0:
                    _draw_band(axes, begins[tier], ends[segment], width, _COLOURS[number % len(_COLOURS)])
                begins[tier] += width
                ends[segment] += width
        for number, tier in enumerate(flows.index):
            colour = _COLOURS[number % len(_COLOURS)]
            _draw_group(
                axes, 0.0, left[tier], float(flows.loc[tier].sum()), colour, f"{shorten(tier, 22)}{sizes[tier]}"
            )
        for segment in flows.columns:
            label = segment.replace(" and ", " and\n") if len(segment) > 22 else segment
            label = "\n".join(shorten(line, 22) for line in label.split("\n"))
            _draw_group(axes, 1.0, right[segment], float(flows[segment].sum()), INK, f"{label}{sizes[segment]}")
        axes.set_xlim(-0.62, 1.62)
        axes.set_ylim(max(_end(left, flows.sum(axis=1)), _end(right, flows.sum())) + 0.05, -0.09)
        axes.text(-_BAR, -0.045, "Revenue tier today", ha="right", va="center", color=GREY, fontsize=9)
        axes.text(1 + _BAR, -0.045, "Coverage Segment called for", ha="left", va="center", color=GREY, fontsize=9)
        axes.set_axis_off()
    rows = [
        f"{tier}: " + ", ".join(f"{segment} {format_number(int(count))}" for segment, count in row.items() if count > 0)
        for tier, row in shown.iterrows()
    ]
    caption = "Each band is the members of one tier who call for one segment; the wider, the more of them."
    if len(comparison.rest):
        caption += " Where some pairs are few, they are shown together, or not at all."
    elif counts.isna().to_numpy().any():
        caption += " Bands of few members, and those that would give them away, are left out."
    alt = f"Flow of {count_words(int(total), 'member')} from tiers to segments. " + "; ".join(rows) + "."
    table = pd.concat([comparison.crossover, comparison.rest], ignore_index=True) if len(comparison.rest) else None
    return Chart(
        figure, _say(counts, comparison), alt, caption, comparison.crossover if table is None else table, name="flow"
    )


def _label_sizes(counts: pd.DataFrame, comparison: Comparison) -> dict[str, str]:
    """Say how many members a group has, where its bands add up to it."""
    rest = set(comparison.rest["tier"])
    hidden = counts.isna()
    rows = {
        str(tier): float(counts.loc[tier].sum()) for tier in counts.index if not hidden.loc[tier].any() or tier in rest
    }
    columns = {str(name): float(counts[name].sum()) for name in counts.columns if not hidden[name].any()}
    known = {**columns, **rows}
    return {
        str(name): f"  {format_number(known[str(name)])}" if str(name) in known else ""
        for name in [*counts.index, *counts.columns]
    }


def _say(counts: pd.DataFrame, comparison: Comparison) -> str:
    """The finding: how much of a tier its most frequent segment holds, of the tier where that is least."""
    rest = comparison.rest.set_index("tier")["members"]
    named = counts.drop(columns=list(comparison.rest["segment"].unique()))
    totals = counts.sum(axis=1)
    # The most frequent segment is known where all are shown, or where one has more members than all hidden together.
    known = (named.notna().all(axis=1) | (named.max(axis=1) >= rest.reindex(named.index).astype(float))) & (totals > 0)
    largest = (named.max(axis=1) / totals)[known]
    if len(largest) == 0:
        return "Which segments the members of each tier call for, as far as groups are large enough to be shown."
    if float(largest.min()) > 0.9:
        return "Each tier calls for one experience, or nearly."
    tier = str(largest.index[int(largest.to_numpy().argmin())])
    share, segment = format_share(float(largest[tier]), 0), str(named.loc[tier].idxmax())
    return f"No tier calls for one experience: of {tier}, {share} call for {segment}, the most frequent."


def _places(sizes: pd.Series) -> dict[str, float]:
    """Where each group begins, from the top down."""
    starts = np.concatenate([[0.0], np.cumsum(sizes.to_numpy(dtype=float) + _GAP)[:-1]])
    return {str(name): float(start) for name, start in zip(sizes.index, starts, strict=True)}


def _end(places: dict[str, float], sizes: pd.Series) -> float:
    return max(places[str(name)] + float(size) for name, size in sizes.items())


def _draw_band(axes: Axes, begin: float, end: float, width: float, colour: str) -> None:
    path = Path(
        [
            (0, begin), (0.5, begin), (0.5, end), (1, end),
            (1, end + width), (0.5, end + width), (0.5, begin + width), (0, begin + width), (0, begin),
        ],
        [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY],
    )  # fmt: skip
    axes.add_patch(PathPatch(path, facecolor=colour, alpha=0.45, edgecolor="white", linewidth=0.8))


def _draw_group(axes: Axes, x: float, start: float, size: float, colour: str, label: str) -> None:
    side = "right" if x == 0.0 else "left"
    axes.add_patch(Rectangle((x - (_BAR if x == 0.0 else 0.0), start), _BAR, size, facecolor=colour, edgecolor="none"))
    place = x + (-1.5 if x == 0.0 else 1.5) * _BAR
    axes.text(place, start + size / 2, label, ha=side, va="center", fontsize=9.5)
