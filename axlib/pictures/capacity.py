"""Pictures of what the team can carry: how sure loads are, hand-overs in waves, people on duty in the pool."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.load_outlook import LoadOutlook
from axlib.verbs.pool import PoolPlan
from axlib.verbs.transition import Transition
from axlib.words.display import count_words, format_day, format_share, format_value
from axlib.words.results import Unavailable

_ASSUMED = " Hours per member are assumptions."
#: People drawn; the table below the picture holds all.
MOST_PEOPLE = 24


def plot_load_outlook(outlook: LoadOutlook | Unavailable) -> Chart:
    """Draw each person's load with its interval, and the load that the log shows."""
    if isinstance(outlook, Unavailable):
        return show_reason(outlook)
    known = outlook.by_person[outlook.by_person["load"].notna()]
    if len(known) == 0:
        return show_reason(Unavailable("Load by person", "nobody has both members and hours."))
    table = known.head(MOST_PEOPLE).reset_index(drop=True)
    rows = np.arange(len(table))
    labels = [shorten(str(name)) for name in table["name"].where(table["name"].notna(), table["staff_id"])]
    with draw_figure(fit_height(len(table), each=0.44)) as (figure, axes):
        colours = [ORANGE if hazard == "overload" else GREY if hazard == "none" else BLUE for hazard in table["hazard"]]
        axes.hlines(rows, table["load_low"], table["load_high"], color=colours, linewidth=5, alpha=0.4)
        axes.scatter(table["load"], rows, s=52, color=colours, zorder=3)
        if table["logged_load"].notna().any():
            axes.scatter(table["logged_load"], rows, s=44, marker="|", color=INK, linewidth=1.8, zorder=4)
        axes.axvline(1, color=INK, linewidth=1.2, linestyle="--", zorder=0)
        axes.set_yticks(rows, labels)
        axes.set_ylim(len(table) - 0.4, -0.6)
        highest = float(np.nanmax(table[["load_high", "logged_load"]].to_numpy(dtype=float)))
        axes.set_xlim(0, max(1.0, highest) * 1.1)
        axes.set_xlabel("Load: hours called for ÷ hours the person can give")
    over = int((known["hazard"] == "overload").sum())
    sure = "whatever the hours in their range"
    title = (
        f"{count_words(over, 'person carries', 'people carry')} more than one can give, {sure}."
        if over
        else f"Nobody surely carries more than one can give, {sure}."
    )
    said = [
        f"{label} {format_value(float(load), 'load')} ({format_value(float(low), 'load')} to "
        f"{format_value(float(high), 'load')})"
        for label, load, low, high in zip(labels, table["load"], table["load_low"], table["load_high"], strict=True)
    ]
    caption = "Circles: load; bars: where it lies, 19 times in 20, if hours are off; upright strokes: hours in the log."
    caption += " A load is no measure of a person." + (_ASSUMED if outlook.hours_source == "assumed" else "")
    shown = known.drop(columns="name").reset_index(drop=True)
    return Chart(figure, title, f"Loads: {'; '.join(said)}.", caption, shown, name="load_outlook")


def plot_waves(transition: Transition | Unavailable) -> Chart:
    """Draw hand-overs by wave, and the highest load once each is done."""
    if isinstance(transition, Unavailable):
        return show_reason(transition)
    table = transition.waves
    rows = np.arange(len(table))
    moved = table["hand_overs"] + table["newly_placed"]
    with draw_figure(3.0) as (figure, axes):
        bars = axes.bar(rows, moved, color=BLUE, width=0.66)
        axes.bar_label(
            bars, [f"then {format_value(float(load), 'load')}" for load in table["highest_load"]], padding=3, fontsize=9
        )
        step = max(1, len(table) // 12)
        axes.set_xticks(
            rows[::step],
            [f"{wave}\n{format_day(day)}" for wave, day in zip(table["wave"], table["begins_on"], strict=True)][::step],
            fontsize=8,
        )
        axes.set_ylim(0, max(1.0, float(moved.max())) * 1.25)
        axes.set_ylabel("Members who move")
    n = len(table)
    title = (
        f"{count_words(len(transition.assignment), 'member moves', 'members move')} in {count_words(n, 'wave')} of "
        f"{count_words(transition.wave_months, 'month')}; hand-overs add up to "
        f"{format_value(float(table['extra_load'].max()), 'load')} to a person's load meanwhile."
    )
    said = [
        f"wave {wave} from {format_day(day)}: {count_words(count, 'member')}, highest load then "
        f"{format_value(float(load), 'load')}"
        for wave, day, count, load in zip(
            table["wave"], table["begins_on"], moved.tolist(), table["highest_load"], strict=True
        )
    ]
    caption = "Above each bar: the highest load of anybody once the wave is done."
    return Chart(figure, title, f"Bars by wave: {'; '.join(said)}.", caption, table, name="waves")


def plot_pool(pool: PoolPlan | Unavailable) -> Chart:
    """Draw the share of requests answered in time, and how busy people are, by people on duty."""
    if isinstance(pool, Unavailable):
        return show_reason(pool)
    table = pool.table
    with draw_figure(3.2) as (figure, axes):
        axes.plot(table["agents"], table["within"], color=BLUE, marker="o", label="answered in time")
        axes.plot(
            table["agents"], table["occupancy"], color=GREY, marker="s", linestyle=":", label="busy with requests"
        )
        axes.axhline(pool.service_level, color=INK, linewidth=1, linestyle="--", zorder=0)
        axes.scatter(
            [pool.chosen["agents"]], [pool.chosen["within"]], s=130, facecolor="none", edgecolor=ORANGE, linewidth=2
        )
        axes.set_xticks(table["agents"])
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_ylim(-0.03, 1.08)
        axes.legend(frameon=False, loc="center right")
        axes.set_xlabel("People on duty at a time")
    chosen = pool.chosen
    minutes = format_value(pool.answer_within_minutes, "number")
    title = (
        f"{count_words(int(chosen['agents']), 'person', 'people')} on duty for "
        f"{format_share(float(chosen['within']), 0)} answered within {minutes} minutes, busy "
        f"{format_share(float(chosen['occupancy']), 0)} of the time."
    )
    said = [
        f"{count_words(int(agents), 'person', 'people')}: {format_share(float(within), 0)} in time, busy "
        f"{format_share(float(busy), 0)}"
        for agents, within, busy in zip(table["agents"], table["within"], table["occupancy"], strict=True)
    ]
    caption = "Circled: the fewest people who reach the share asked for (dashed)."
    if (pool.checks["holds"] == "no").any():
        caption += " Some assumptions of the formula fail; the checks beside it tell which."
    shown = table.drop(columns="is_chosen")
    return Chart(
        figure, title, f"Lines by people on duty: {'; '.join(said)}.", caption, pd.DataFrame(shown), name="pool"
    )
