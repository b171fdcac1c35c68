"""Picture of existence: the gain in fit, among the gains of worlds without groups."""

from __future__ import annotations

import numpy as np

from axlib.pictures.chart import GREY, INK, ORANGE, Chart, draw_figure, show_reason
from axlib.verbs.existence import Existence
from axlib.words.display import format_number
from axlib.words.results import Unavailable


def plot_existence(existence: Existence | Unavailable) -> Chart:
    """Draw the gain in fit of the classes beside its distribution where there are no groups."""
    if isinstance(existence, Unavailable):
        return show_reason(existence)
    row = existence.table.iloc[0]
    gains, observed = existence.worlds["gain"].to_numpy(), float(row["gain"])
    with draw_figure(2.6) as (figure, axes):
        axes.hist(gains, bins=np.linspace(gains.min(), gains.max() + 1e-9, 16).tolist(), color=GREY, edgecolor="white")
        axes.axvline(observed, color=ORANGE, linewidth=2.5)
        high = axes.get_ylim()[1]
        side = "right" if observed > gains.mean() else "left"
        offset = -6 if side == "right" else 6
        axes.annotate(
            "these members",
            (observed, high * 0.97),
            (offset, 0),
            textcoords="offset points",
            ha=side,
            va="top",
            color=INK,
        )
        axes.set_xlabel("Gain in fit of the classes over one class, per member")
        axes.set_ylabel("Worlds without groups")
        axes.margins(x=0.08)
    reading = existence.reading
    title = f"{reading[0].upper()}{reading[1:]}."
    alt = (
        f"Bars of the gain in fit in {len(gains)} worlds without groups, from {format_number(gains.min(), 3)} to "
        f"{format_number(gains.max(), 3)}; "
        f"a line for these members at {format_number(observed, 3)}."
    )
    caption = (
        "Each world has the same answers, gaps and rank correlations as these members, but no groups. A line right of "
        "nearly all bars speaks for groups."
    )
    return Chart(figure, title, alt, caption, existence.table, name="existence")
