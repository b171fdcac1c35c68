"""Picture of two runs: members flowing from the segment they were in to the one they are in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, Chart, draw_figure, shorten, show_reason
from axlib.verbs.drift import MOVED, OUTSIDE, Drift
from axlib.words.display import count_words, format_number, format_share
from axlib.words.results import Unavailable

#: Room between two segments, as a share of all members.
_GAP = 0.04
_STEPS = np.linspace(0.0, 1.0, 41)
_CURVE = _STEPS**2 * (3 - 2 * _STEPS)
#: Width of the columns that stand for segments.
_POST = 0.02


def plot_drift(drift: Drift | Unavailable) -> Chart:
    """Draw members by segment in the last run and now, and the flows between them."""
    if isinstance(drift, Unavailable):
        return show_reason(drift)
    flows = drift.flows.dropna(subset=["members"])
    total = float(flows["members"].sum())
    if total == 0:
        return show_reason(Unavailable("Changes since the last run", "there are no members to compare."))
    names = [*drift.sizes["segment"], OUTSIDE]
    sides = {side: _stack(names, flows.groupby(side)["members"].sum(), total) for side in ("before", "after")}
    with draw_figure(max(2.6, 0.62 * len(names) + 1.0)) as (figure, axes):
        used = {side: {name: bottom for name, (bottom, _) in places.items()} for side, places in sides.items()}
        rank = {name: place for place, name in enumerate(names)}
        order = flows.assign(from_rank=flows["before"].map(rank), to_rank=flows["after"].map(rank)).sort_values(
            ["from_rank", "to_rank"]
        )
        for row in order.to_dict("records"):
            same = row["before"] == row["after"]
            outside = OUTSIDE in (row["before"], row["after"])
            by_model = 0 if same or outside else row["model"]
            parts = ((row["members"] - by_model, GREY if same or outside else BLUE), (by_model, ORANGE))
            for members, colour in parts:
                if members:
                    start, end = used["before"][row["before"]], used["after"][row["after"]]
                    low, high = start + (end - start) * _CURVE, members / total
                    axes.fill_between(
                        _STEPS, low, low + high, color=colour, alpha=0.25 if same or outside else 0.7, linewidth=0
                    )
                    used["before"][row["before"]] += high
                    used["after"][row["after"]] += high
        for place, side, align in ((0.0, "before", "right"), (1.0, "after", "left")):
            _draw_posts(axes, sides[side], place, align, total)
        axes.text(0.0, -0.03, "Last run", ha="center", va="bottom", color=INK)
        axes.text(1.0, -0.03, "Now", ha="center", va="bottom", color=INK)
        axes.set_xlim(-0.55, 1.55)
        axes.invert_yaxis()
        axes.set_axis_off()
    n, moved = int(drift.causes["members"].sum()), drift.causes.set_index("cause")["members"].reindex(list(MOVED)).sum()
    title = (
        f"{format_share(float(moved) / n, 0)} of {count_words(n, 'member')} in both runs are in another segment."
        if n
        else "No member is in both runs."
    )
    alt = "Flows between segments, last run to now: " + "; ".join(
        f"{row['before']} to {row['after']} {format_number(row['members'])}" for row in order.to_dict("records")
    )
    caption = (
        "Each band is members going from the segment on the left to the one on the right. Grey: the same segment, or "
        "in one run only. Orange: moved because the model changed. Blue: moved for another reason, most often answers."
    )
    return Chart(figure, title, f"{alt}.", caption, drift.flows, name="drift")


def _stack(names: list[str], members: pd.Series, total: float) -> dict[str, tuple[float, float]]:
    """Give each segment with members its place: where it begins, and where it ends."""
    places, at = {}, 0.0
    for name in names:
        if name in members.index and members[name] > 0:
            places[name] = (at, at + float(members[name]) / total)
            at = places[name][1] + _GAP
    return places


def _draw_posts(axes: Axes, places: dict[str, tuple[float, float]], at: float, align: str, total: float) -> None:
    side = -1 if align == "right" else 1
    for name, (low, high) in places.items():
        axes.fill_between([at - _POST / 2, at + _POST / 2], low, high, color=INK, linewidth=0)
        text = f"{shorten(name, 22)} {format_number(round((high - low) * total))}"
        axes.text(at + side * 0.03, (low + high) / 2, text, ha=align, va="center", fontsize=9)
