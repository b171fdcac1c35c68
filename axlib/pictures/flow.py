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
    some_hidden = bool(counts.isna().to_numpy().any())
    shown = counts.fillna(0.0)
    shown = shown.loc[shown.sum(axis=1) > 0, shown.sum() > 0]
    if shown.empty:
        return show_reason(Unavailable("From tiers to segments", "no cell is large enough to be shown."))
    total = float(shown.to_numpy().sum())
    flows = shown / total
    left, right = (_places(flows.sum(axis=axis)) for axis in (1, 0))
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
            _draw_group(axes, 0.0, left[tier], float(flows.loc[tier].sum()), colour, tier, total, some_hidden, "right")
        for segment in flows.columns:
            _draw_group(
                axes, 1.0, right[segment], float(flows[segment].sum()), INK, segment, total, some_hidden, "left"
            )
        axes.set_xlim(-0.62, 1.62)
        axes.set_ylim(max(_end(left, flows.sum(axis=1)), _end(right, flows.sum())) + 0.05, -0.09)
        axes.text(-_BAR, -0.045, "Revenue tier today", ha="right", va="center", color=GREY, fontsize=9)
        axes.text(1 + _BAR, -0.045, "Coverage Segment called for", ha="left", va="center", color=GREY, fontsize=9)
        axes.set_axis_off()
    whole = counts.notna().all(axis=1)
    largest = (counts.max(axis=1) / counts.sum(axis=1))[whole & (counts.sum(axis=1) > 0)]
    if len(largest) == 0:
        title = "Which segments the members of each tier call for, as far as groups are large enough to be shown."
    else:
        tier = str(largest.index[int(largest.to_numpy().argmin())])
        share, segment = format_share(float(largest[tier]), 0), str(counts.loc[tier].idxmax())
        title = f"No tier calls for one experience: of {tier}, {share} call for {segment}, the most frequent."
        if float(largest.min()) > 0.9:
            title = "Each tier calls for one experience, or nearly."
    rows = [
        f"{tier}: " + ", ".join(f"{segment} {format_number(int(count))}" for segment, count in row.items() if count > 0)
        for tier, row in shown.iterrows()
    ]
    caption = "Each band is the members of one tier who call for one segment; the wider, the more of them."
    if some_hidden:
        caption += " Bands of few members, and those that would give them away, are left out."
    alt = f"Flow of {count_words(int(total), 'member')} from tiers to segments. " + "; ".join(rows) + "."
    return Chart(figure, title, alt, caption, comparison.crossover, name="flow")


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


def _draw_group(
    axes: Axes, x: float, start: float, size: float, colour: str, name: str, total: float, some_hidden: bool, side: str
) -> None:
    outside = -_BAR if side == "right" else 0.0
    axes.add_patch(Rectangle((x + outside, start), _BAR, size, facecolor=colour, edgecolor="none"))
    # With bands left out, a group's visible bands do not add up to it.
    label = shorten(name, 22) if some_hidden else f"{shorten(name, 22)}  {format_number(round(size * total))}"
    place = x - 1.5 * _BAR if side == "right" else x + 1.5 * _BAR
    axes.text(place, start + size / 2, label, ha=side, va="center", fontsize=9.5)
