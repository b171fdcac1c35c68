"""Pictures of hours: demanded and delivered by mode, declared and learned, by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, RULE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.hours_model import HoursModel
from axlib.verbs.learned_hours import RULES, LearnedHours
from axlib.verbs.season import Season
from axlib.words.display import count_words, format_number, format_share, format_value, join_words
from axlib.words.results import Unavailable

_ASSUMED = " Hours per member are assumptions."


def plot_hours_by_mode(model: HoursModel | Unavailable) -> Chart:
    """Draw hours called for and delivered by segment and mode."""
    if isinstance(model, Unavailable):
        return show_reason(model)
    table = model.by_mode
    logged = bool(table["delivered_hours"].notna().any())
    labels = [
        f"{shorten(str(segment), 24)}: {mode}" for segment, mode in zip(table["segment"], table["mode"], strict=True)
    ]
    rows = np.arange(len(table))
    with draw_figure(fit_height(len(table), each=0.46)) as (figure, axes):
        thick = 0.36 if logged else 0.66
        axes.barh(
            rows - (thick / 2 if logged else 0), table["required_hours"], height=thick, color=BLUE, label="called for"
        )
        if logged:
            axes.barh(rows + thick / 2, table["delivered_hours"], height=thick, color=ORANGE, label="in the log")
            axes.legend(frameon=False, loc="lower right")
        axes.set_yticks(rows, labels)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlabel("Hours a year")
    modes = table.groupby("mode")[["required_hours", "delivered_hours"]].sum(min_count=1)
    total = float(modes["required_hours"].sum())
    most = modes.sort_values("required_hours", ascending=False, kind="stable").iloc[0]
    name = str(modes["required_hours"].idxmax())
    title = f"{format_share(float(most['required_hours']) / total if total else 0.0, 0)} of hours called for are {name}"
    if logged and most["required_hours"] > 0:
        ratio = float(most["delivered_hours"]) / float(most["required_hours"])
        title += f"; the log holds {format_share(ratio, 0)} of them"
    said = [
        f"{label} {format_value(float(asked), 'hours')} called for"
        + (f", {format_value(float(given), 'hours')} in the log" if pd.notna(given) else "")
        for label, asked, given in zip(labels, table["required_hours"], table["delivered_hours"], strict=True)
    ]
    caption = "Blue: hours a year members of the segment call for in that mode."
    caption += " Orange: hours the log of contacts holds." if logged else ""
    caption += _ASSUMED if model.hours_source == "assumed" else ""
    alt = f"Bars of hours a year: {'; '.join(said)}."
    return Chart(figure, f"{title}.", alt, caption, table, name="hours_by_mode")


def plot_learned_hours(learned: LearnedHours | Unavailable) -> Chart:
    """Draw declared hours beside those learned from contacts, with intervals."""
    if isinstance(learned, Unavailable):
        return show_reason(learned)
    table = learned.table
    rows = np.arange(len(table))
    known = table["learned_hours"].notna()
    with draw_figure(fit_height(len(table), each=0.5)) as (figure, axes):
        axes.hlines(rows, 0, table[["declared_hours", "learned_hours"]].max(axis=1), color=RULE, linewidth=1, zorder=0)
        axes.hlines(
            rows[known], table.loc[known, "learned_hours_low"], table.loc[known, "learned_hours_high"],
            color=BLUE, linewidth=3, alpha=0.45,
        )  # fmt: skip
        axes.scatter(table.loc[known, "learned_hours"], rows[known], s=52, color=BLUE, zorder=3, label="learned")
        axes.scatter(
            table["declared_hours"], rows, s=46, facecolor="white", edgecolor=GREY, linewidth=1.6, zorder=2,
            label="declared",
        )  # fmt: skip
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        axes.set_yticks(rows, [shorten(str(name)) for name in table["segment"]])
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel("Hours a year of one member")
    inside = table["declared_hours"].between(table["learned_hours_low"], table["learned_hours_high"]) & known
    title = f"Declared hours lie within what contacts tell for {int(inside.sum())} of {int(known.sum())} segments."
    said = [
        f"{name} declared {format_value(float(declared), 'hours')}"
        + (
            f", learned {format_value(float(hours), 'hours')} "
            f"({format_value(float(low), 'hours')} to {format_value(float(high), 'hours')})"
            if pd.notna(hours)
            else ", too few members to learn from"
        )
        for name, declared, hours, low, high in zip(
            table["segment"], table["declared_hours"], table["learned_hours"], table["learned_hours_low"],
            table["learned_hours_high"], strict=True,
        )
    ]  # fmt: skip
    caption = f"Open circles: hours declared. Full circles with 95 % intervals: hours logged for {RULES[learned.rule]}."
    if learned.follows_tiers:
        caption += (
            f" In {join_words(learned.follows_tiers)} hours follow the tier, and say little of what is called for."
        )
    return Chart(figure, title, f"Hours a year: {'; '.join(said)}.", caption, table, name="learned_hours")


def plot_season(season: Season | Unavailable) -> Chart:
    """Draw hours called for by month against what the team can give, with renewals."""
    if isinstance(season, Unavailable):
        return show_reason(season)
    table = season.table
    rows = np.arange(len(table))
    with draw_figure(3.1) as (figure, axes):
        axes.bar(rows, table["required_hours"], color=BLUE, width=0.72, label="called for")
        axes.step(
            np.append(rows, len(rows)) - 0.5, np.append(table["available_hours"], table["available_hours"].iloc[-1]),
            where="post", color=INK, linewidth=1.4, linestyle="--", label="the team can give",
        )  # fmt: skip
        if table["delivered_hours"].notna().any():
            axes.plot(
                rows, table["delivered_hours"], color=ORANGE, marker="o", markersize=4, linewidth=1.2,
                label="in the log a year before",
            )  # fmt: skip
        for row, count in zip(rows, table["renewals"].tolist(), strict=True):
            axes.annotate(
                f"{format_number(count)}",
                (row, 0),
                (0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color="white",
            )
        axes.set_xticks(rows, [month[2:] for month in table["month"]], fontsize=8)
        axes.set_ylim(0, float(np.nanmax(table[["required_hours", "available_hours", "delivered_hours"]])) * 1.35)
        axes.legend(frameon=False, loc="upper left", ncols=3, fontsize=8)
        axes.set_ylabel("Hours a month")
    peak = season.peak
    above = float(peak["required_hours"]) / max(float(table["required_hours"].mean()), 1e-12) - 1
    title = (
        f"Most hours are called for in {peak['month']}, {format_share(above, 0)} above the mean of a month."
        if above > 0.005
        else "Hours called for hardly differ between months."
    )
    said = [
        f"{month} {format_value(float(hours), 'hours')} hours, {count_words(count, 'renewal')}"
        for month, hours, count in zip(table["month"], table["required_hours"], table["renewals"].tolist(), strict=True)
    ]
    caption = "Numbers in the bars: members who renew in that month."
    caption += _ASSUMED if season.hours_source == "assumed" else ""
    return Chart(figure, title, f"Bars by month: {'; '.join(said)}.", caption, table, name="season")
