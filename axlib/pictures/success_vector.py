"""Picture of the Success Vector: where members of each segment are heading."""

from __future__ import annotations

import numpy as np

from axlib.pictures.chart import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    RED,
    RULE,
    Chart,
    draw_figure,
    fit_height,
    shorten,
    show_reason,
)
from axlib.verbs.success_vector import COUNTS, DRIFTING, OFF_COURSE, ON_COURSE, REACHED, SuccessVector
from axlib.words.display import HIDDEN, format_number, format_share
from axlib.words.results import Unavailable

#: The states that are drawn: who has no dated milestone says nothing.
_DRAWN = {ON_COURSE: GREEN, DRIFTING: ORANGE, OFF_COURSE: RED, REACHED: BLUE}


def plot_success_vector(vector: SuccessVector | Unavailable) -> Chart:
    """Draw how the members of each segment who have milestones are heading."""
    if isinstance(vector, Unavailable):
        return show_reason(vector)
    table = vector.by_segment
    counts = table[[COUNTS[state] for state in _DRAWN]].astype(float)
    shown = counts.notna().all(axis=1) & (counts.sum(axis=1) > 0)
    hidden = counts.isna().any(axis=1)
    rows, counts = table[shown | hidden].reset_index(drop=True), counts[shown | hidden].reset_index(drop=True)
    if not shown.any():
        return show_reason(Unavailable("Success Vector by segment", "no group is large enough to be shown."))
    shares = counts.div(counts.sum(axis=1, skipna=False), axis=0)
    with draw_figure(fit_height(len(rows), each=0.62, least=2.2) + 0.35) as (figure, axes):
        places, left = np.arange(len(rows)), np.zeros(len(rows))
        for (state, colour), name in zip(_DRAWN.items(), counts, strict=True):
            widths = np.nan_to_num(shares[name].to_numpy(dtype=float))
            bars = axes.barh(places, widths, left=left, color=colour, height=0.62, label=state)
            texts = [
                f"{format_number(count)}" if width >= 0.05 else ""
                for count, width in zip(counts[name], widths, strict=True)
            ]
            axes.bar_label(bars, texts, label_type="center", color="white", fontsize=9)
            left = left + widths
        gone = shares.isna().any(axis=1).to_numpy()
        bars = axes.barh(places, gone.astype(float), color="white", edgecolor=RULE, hatch="///", height=0.62)
        axes.bar_label(bars, [HIDDEN if here else "" for here in gone], label_type="center", color=INK, fontsize=9)
        axes.set_yticks(places, [shorten(str(name), 24) for name in rows["segment"]])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper left", ncols=4, frameon=False, fontsize=9)
    lines = [
        f"{row['segment']}: "
        + ", ".join(
            f"{state} {HIDDEN if np.isnan(row[COUNTS[state]]) else format(row[COUNTS[state]], ',.0f')}"
            for state in _DRAWN
        )
        for row in rows.to_dict("records")
    ]
    caption = f"Members with dated milestones. From left to right: {', '.join(_DRAWN)}. {vector.rule}"
    title = _say(vector)
    return Chart(figure, title, f"Members by segment and Success Vector. {'; '.join(lines)}.", caption, table,
                 name="success_vector")  # fmt: skip


def _say(vector: SuccessVector) -> str:
    """Say who is on course least often, where that can be told."""
    rows = vector.by_segment[vector.by_segment["on_course_share"].notna()]
    if len(rows) == 0:
        return "Where members with milestones are heading."
    order = rows.sort_values("on_course_share", kind="stable")
    least, most = order.iloc[0], order.iloc[-1]
    share = format_share(float(least["on_course_share"]), 0)
    if len(rows) == 1:
        return f"{least['segment']}: {share} of members under way are on course to their next milestone."
    best = format_share(float(most["on_course_share"]), 0)
    return f"On course to the next milestone: {best} in {most['segment']}, {share} in {least['segment']}."
