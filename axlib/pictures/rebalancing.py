"""Picture of sharing members out anew: each person's load today and then."""

from __future__ import annotations

import pandas as pd

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.rebalancing import Rebalancing
from axlib.words.display import HIDDEN, count_words, format_number, format_value, join_words
from axlib.words.results import Unavailable

#: People drawn; the table below the picture holds all.
MOST_PEOPLE = 24


def plot_moves(result: Rebalancing | Unavailable) -> Chart:
    """Draw each person's load today and after members are shared out anew, with how many members come and go."""
    if isinstance(result, Unavailable):
        return show_reason(result)
    table = result.by_person[result.by_person["load"].notna()].reset_index(drop=True)
    shown = table
    if len(table) > MOST_PEOPLE:
        change = (table["load"] - table["load_before"]).abs()
        shown = table.loc[change.sort_values(ascending=False, kind="stable").index[:MOST_PEOPLE].sort_values()]
        shown = shown.reset_index(drop=True)
    labels = [shorten(str(name)) for name in shown["name"].where(shown["name"].notna(), shown["staff_id"])]
    texts = [
        HIDDEN
        if pd.isna(leaving)
        else join_words([f"{sign}{format_number(count)}" for sign, count in (("−", leaving), ("+", coming)) if count])
        or "none"
        for leaving, coming in zip(shown["leaving"].tolist(), shown["coming"].tolist(), strict=True)
    ]
    highest = max(float(shown[["load_before", "load"]].max().max()), result.most_load)
    with draw_figure(fit_height(len(shown), each=0.4)) as (figure, axes):
        rows = range(len(shown))
        colours = [ORANGE if load > result.most_load * (1 + 1e-6) else BLUE for load in shown["load"]]
        axes.hlines(rows, shown["load_before"], shown["load"], color=GREY, linewidth=1.6, zorder=1)
        axes.scatter(shown["load_before"], rows, s=46, facecolor="white", edgecolor=GREY, linewidth=1.6, zorder=2)
        axes.scatter(shown["load"], rows, s=52, color=colours, zorder=3)
        axes.axvline(result.most_load, color=INK, linewidth=1.2, linestyle="--", zorder=0)
        for row, text in zip(rows, texts, strict=True):
            axes.annotate(text, (highest * 1.06, row), va="center", fontsize=9)
        axes.annotate("members", (highest * 1.06, -0.8), va="center", fontsize=9)
        # On the side of its line where no other words stand.
        is_crowded = result.most_load > 0.9 * highest
        axes.annotate(
            "most",
            (result.most_load, -0.8),
            (-4 if is_crowded else 4, 0),
            textcoords="offset points",
            fontsize=9,
            va="center",
            ha="right" if is_crowded else "left",
        )
        axes.set_yticks(rows, labels)
        axes.set_ylim(len(shown) - 0.4, -1.2)
        axes.set_xlim(0, highest * 1.3)
        axes.set_xlabel("Load: open circle today, full circle after")
    said = [
        f"{label} from {format_value(float(before), 'load')} to {format_value(float(after), 'load')}, members {text}"
        for label, before, after, text in zip(labels, shown["load_before"], shown["load"], texts, strict=True)
    ]
    most = format_value(result.most_load, "load")
    moved = count_words(result.hand_overs, "hand-over")
    if result.fits and float(table["load"].max()) <= result.most_load * (1 + 1e-6):
        title = (
            f"{moved} bring everyone to {most} or below."
            if result.hand_overs != 1
            else f"{moved} brings everyone to {most} or below."
        )
        if result.hand_overs == 0:
            title = f"Everyone is at {most} or below without a hand-over."
    else:
        title = f"Sharing out anew leaves people above {most}, however it is done."
    caption = "Beside each person: members who leave (−) and come (+)."
    if len(shown) < len(table):
        caption += f" The {len(shown)} whose load changes most are drawn; the data hold all {len(table)}."
    if result.hours_source == "assumed":
        caption += " Hours per member are assumptions."
    columns = ["staff_id", "team", "members_before", "members", "leaving", "coming", "load_before", "load"]
    return Chart(figure, title, f"Loads: {'; '.join(said)}.", caption, table[columns], name="moves")
