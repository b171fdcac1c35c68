"""Pictures of retention: the bridge from opening to closing revenue, churn by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.pictures.chart import BLUE, GREEN, GREY, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.retention import Retention
from axlib.words.display import format_money, format_share, join_words
from axlib.words.results import Unavailable


def plot_retention_bridge(retention: Retention | Unavailable) -> Chart:
    """Draw what became of the opening revenue, step by step."""
    if isinstance(retention, Unavailable):
        return show_reason(retention)
    table = retention.bridge
    if len(table) == 0:
        why = next(iter(retention.withheld.values()), "the cohort is too small to be shown.")
        return show_reason(Unavailable("Bridge from opening to closing revenue", why))
    amounts = table["amount"].to_numpy(dtype=float)
    levels = np.concatenate([[0.0], np.cumsum(amounts[:-1])[:-1], [0.0]])
    bottoms = np.where(amounts < 0, levels + amounts, levels)
    colours = [GREY, ORANGE, ORANGE, GREEN, BLUE]
    currency = retention.currency
    with draw_figure(2.9) as (figure, axes):
        axes.bar(table["step"], np.abs(amounts), bottom=bottoms, color=colours, width=0.62)
        tops = np.cumsum(amounts[:-1])
        for place, top in enumerate(tops):
            axes.plot([place + 0.31, place + 0.69], [top, top], color=INK, linewidth=0.8)
        for place, (amount, bottom) in enumerate(zip(amounts, bottoms, strict=True)):
            label = format_money(amount, currency)
            if place not in (0, len(amounts) - 1):
                label = f"+{label}" if amount > 0 else label
            axes.annotate(label, (place, bottom + abs(amount)), (0, 4), textcoords="offset points", ha="center")
        axes.set_yticks([])
        axes.margins(y=0.0)
        # The steps are small beside the whole; what they do shows only near the top.
        if bottoms[1:-1].min() > 0.5 * amounts[0]:
            bottom = bottoms[1:-1].min() * 0.8
            axes.set_ylim(bottom, bottom + 1.14 * ((bottoms + np.abs(amounts)).max() - bottom))
        else:
            axes.set_ylim(0, 1.14 * (bottoms + np.abs(amounts)).max())
    row = retention.overall
    title = f"Of opening revenue {format_share(float(row['nrr']))} is there at the end (NRR); "
    title += f"without growth it is {format_share(float(row['grr']))} (GRR)."
    alt = "Bridge of revenue: " + ", ".join(
        f"{step} {format_money(amount, currency)}" for step, amount in zip(table["step"], amounts, strict=True)
    )
    caption = "From what the closed cohort paid a year at the start to what it pays now. The axis may begin above zero."
    return Chart(figure, title, f"{alt}.", caption, table, currency, "retention_bridge")


def plot_churn(retention: Retention | Unavailable) -> Chart:
    """Draw the share of members gone by tier and by segment, with intervals."""
    if isinstance(retention, Unavailable):
        return show_reason(retention)
    rows = retention.table[(retention.table["n"] > 0) & retention.table["logo_churn"].notna()].reset_index(drop=True)
    if len(rows) == 0:
        return show_reason(Unavailable("Churn by group", "no group is large enough to be shown."))
    with draw_figure(fit_height(len(rows), each=0.4)) as (figure, axes):
        colour = {"all": INK, "tier": ORANGE, "segment": BLUE}
        for place, row in enumerate(rows.to_dict("records")):
            axes.plot(
                [row["logo_churn_low"], row["logo_churn_high"]],
                [place, place],
                color=colour[row["grouping"]],
                linewidth=3,
                alpha=0.5,
            )
            axes.plot([row["logo_churn"]], [place], marker="o", color=colour[row["grouping"]], markersize=7)
            axes.annotate(
                format_share(row["logo_churn"]),
                (row["logo_churn"], place),
                (0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
        words = {"all": "", "tier": "Tier: ", "segment": "Segment: "}
        labels = [
            f"{words[kind]}{shorten(str(group))}" for kind, group in zip(rows["grouping"], rows["group"], strict=True)
        ]
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.5, -0.8)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: format_share(value, 0))
        axes.set_xlabel("Share of members gone, with 95 % interval")
    gone = float(retention.overall["logo_churn"])
    title = "Members gone by group." if np.isnan(gone) else f"{format_share(gone)} of members are gone"
    title += "" if np.isnan(gone) else f"; {_apart(rows, gone)}." if len(rows) > 1 else "."
    alt = "Share of members gone: " + "; ".join(
        f"{label} {format_share(float(value))}" for label, value in zip(labels, rows["logo_churn"], strict=True)
    )
    caption = "A dot is a group's share of members gone, the band its 95 % interval; overlapping bands may be chance."
    table = rows[["grouping", "group", "n", "logo_churn", "logo_churn_low", "logo_churn_high"]]
    return Chart(figure, title, f"{alt}.", caption, table, name="churn")


def _apart(rows: pd.DataFrame, gone: float) -> str:
    """Say which groups' intervals leave out the share of all members."""
    groups = rows[(rows["grouping"] != "all") & rows["logo_churn_low"].notna()]
    outside = groups[(groups["logo_churn_low"] > gone) | (groups["logo_churn_high"] < gone)]
    if len(groups) == 0:
        return "of its groups too little is known"
    if len(outside) == 0:
        return "every group's interval holds that share"
    names = join_words([str(group) for group in outside["group"]])
    lies = "lies" if len(outside) == 1 else "lie"
    return f"{names} {lies} apart from that, by their intervals"
