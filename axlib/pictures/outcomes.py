"""Pictures of outcomes: what tells them, who left after which service, and differences between comparable members."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, RULE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.effect import Effect
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.gap_churn import WORDS, GapChurn
from axlib.verbs.window_outcomes import OUTCOME_WORDS
from axlib.words.display import format_number, format_points, format_share, format_value
from axlib.words.results import Unavailable

_CONTENDERS = (("segments", ORANGE, "o"), ("tiers", BLUE, "s"), ("dues", GREY, "D"))


def plot_explained(explained: ExplainedOutcomes | Unavailable) -> Chart:
    """Draw what share of each outcome segments, tiers and dues tell, on members not used to fit."""
    if isinstance(explained, Unavailable):
        return show_reason(explained)
    table = explained.shares[explained.shares["explained_share"].notna()].reset_index(drop=True)
    names = list(dict.fromkeys(table["outcome"]))
    if not names:
        return show_reason(Unavailable("Outcomes explained", "no outcome of enough members is known."))
    with draw_figure(fit_height(len(names), each=0.95, least=2.2)) as (figure, axes):
        axes.axvline(0, color=RULE, linewidth=1)
        for step, (contender, colour, marker) in enumerate(_CONTENDERS):
            rows = table[table["contender"] == contender]
            if len(rows) == 0:
                continue
            places = np.array([names.index(name) for name in rows["outcome"]]) + 0.26 * (step - 1)
            axes.hlines(places, rows["explained_share_low"], rows["explained_share_high"], color=colour, linewidth=2)
            axes.plot(rows["explained_share"], places, linestyle="", marker=marker, color=colour, markersize=6)
            for place, value, high in zip(places, rows["explained_share"], rows["explained_share_high"], strict=True):
                axes.annotate(
                    f"{contender} {format_share(value)}", (max(value, high), place), (6, 0),
                    textcoords="offset points", va="center", color=colour, fontsize=9,
                )  # fmt: skip
        axes.set_yticks(range(len(names)), [shorten(_call(name), 24) for name in names])
        axes.set_ylim(len(names) - 0.45, -0.55)
        low, high = min(0.0, table["explained_share_low"].min()), max(0.02, table["explained_share_high"].max())
        axes.set_xlim(low - 0.03 * (high - low), high + 0.42 * (high - low))
        _tick_shares(axes)
        axes.set_xlabel("Share of the outcome explained, on members not used to fit")
    # Which of the two is better is for the findings to say, as strongly as what they need allows.
    shares = table.groupby(["contender", "outcome"])["explained_share"].first().clip(lower=0).to_dict()
    clearest = sorted(names, key=lambda name: -max(shares["segments", name], shares["tiers", name]))
    said = [
        f"of {_call(name)} {format_share(shares['segments', name])} by segments and "
        f"{format_share(shares['tiers', name])} by tiers"
        for name in clearest[:2]
    ]
    title = f"Explained on members not used to fit: {'; '.join(said)}."
    alt = "Share explained, with 95 % interval: " + "; ".join(
        f"{_call(row['outcome'])} by {row['contender']} {format_share(row['explained_share'])} "
        f"({format_share(row['explained_share_low'])} to {format_share(row['explained_share_high'])})"
        for row in table.to_dict("records")
        if row["contender"] != "both"
    )
    caption = (
        "Each dot is told from members left out of the fit; the line is its interval. Below 0: worse than the mean "
        "of all. Whether two differ is in the numbers below, not in whether their lines overlap."
    )
    return Chart(figure, title, f"{alt}.", caption, explained.table, name="explained")


def plot_gap_churn(churn: GapChurn | Unavailable) -> Chart:
    """Draw who left, by the service they had before, with and without the same mix of segments."""
    if isinstance(churn, Unavailable):
        return show_reason(churn)
    table = churn.table[churn.table["logo_churn"].notna()].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("Churn by service gap", "no group is large enough to be shown."))
    kinds = (("logo_churn", BLUE, "o", "all"), ("standardised_churn", ORANGE, "s", "same segments"))
    # What a client sees is rounded to whole percents, and shown with no more.
    is_rounded = bool(table["gone"].isna().any())
    digits = 0 if is_rounded else 1
    with draw_figure(fit_height(len(table), each=0.7, least=2.2)) as (figure, axes):
        for step, (name, colour, marker, word) in enumerate(kinds):
            rows = table[table[name].notna()]
            places = rows.index.to_numpy() + 0.24 * (step - 0.5)
            axes.hlines(places, rows[f"{name}_low"], rows[f"{name}_high"], color=colour, linewidth=2.5)
            axes.plot(rows[name], places, linestyle="", marker=marker, color=colour, markersize=7)
            for place, value, high in zip(places, rows[name], rows[f"{name}_high"], strict=True):
                axes.annotate(
                    f"{format_share(value, digits)} {word}", (high, place), (6, 0),
                    textcoords="offset points", va="center", color=colour, fontsize=9,
                )  # fmt: skip
        about = "about " if is_rounded else ""
        labels = [
            f"{WORDS[gap]}\n{about}{format_number(int(n))} members"
            for gap, n in zip(table["gap"], table["n"], strict=True)
        ]
        axes.set_yticks(range(len(table)), labels)
        axes.set_ylim(len(table) - 0.45, -0.55)
        axes.set_xlim(0, max(0.02, float(table[["logo_churn_high", "standardised_churn_high"]].max().max())) * 1.6)
        _tick_shares(axes)
        axes.set_xlabel("Share of members who left in the window after")
    alone = len(table) == 1
    low, high = (table.sort_values("logo_churn", kind="stable").iloc[place] for place in (0, -1))
    apart = low["logo_churn_high"] < high["logo_churn_low"]
    least = format_share(float(low["logo_churn"]), digits)
    title = (
        f"Members {WORDS[high['gap']]} left more often than those {WORDS[low['gap']]}, by what was counted."
        if apart
        else f"{least} of those {WORDS[low['gap']]} left; others are too few to show."
        if alone
        else "Who left hardly differs by the service they had before, as far as can be told."
    )
    alt = "Churn in the window after: " + "; ".join(
        f"{WORDS[row['gap']]} {format_share(row['logo_churn'], digits)}"
        + (
            ""
            if pd.isna(row["standardised_churn"])
            else f", with the same segments {format_share(row['standardised_churn'], digits)}"
        )
        for row in table.to_dict("records")
    )
    caption = (
        "Dots with 95 % intervals. Orange: as it would be with the same mix of segments for each service. Service was "
        "counted before anybody left."
    )
    return Chart(figure, title, f"{alt}.", caption, churn.table, name="gap_churn")


def plot_effect(effect: Effect | Unavailable) -> Chart:
    """Draw a difference between members treated in two ways, with its interval."""
    if isinstance(effect, Unavailable):
        return show_reason(effect)
    table = effect.table.reset_index(drop=True)
    share = bool((table["unit"] == "share").all())

    def say(value: float) -> str:
        return format_points(value) if share else format_value(value, "number")

    with draw_figure(fit_height(len(table), each=0.6)) as (figure, axes):
        axes.axvline(0, color=INK, linewidth=1)
        places = np.arange(len(table))
        axes.hlines(places, table["estimate_low"], table["estimate_high"], color=BLUE, linewidth=2.5)
        axes.plot(table["estimate"], places, linestyle="", marker="o", color=BLUE, markersize=7)
        for place, value in enumerate(table["estimate"]):
            axes.annotate(say(value), (value, place), (0, 8), textcoords="offset points", ha="center")
        axes.set_yticks(places, [shorten(name) for name in table["contrast"]])
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.margins(x=0.15)
        axes.xaxis.set_major_formatter(lambda value, _: say(value))
        axes.set_xlabel(f"Difference in {_call(str(table['outcome'].iloc[0]))}" + (", in points" if share else ""))
    clear = table[(table["estimate_low"] > 0) | (table["estimate_high"] < 0)]
    title = (
        "The difference is no more than chance may give."
        if len(clear) == 0
        else f"{_call(str(clear['outcome'].iloc[0])).capitalize()} differs by {say(float(clear['estimate'].iloc[0]))}"
        + (" points" if share else "")
        + f" ({clear['contrast'].iloc[0]})."
    )
    alt = "Differences with 95 % intervals: " + "; ".join(
        f"{row['contrast']} {say(row['estimate'])} ({say(row['estimate_low'])} to {say(row['estimate_high'])})"
        for row in table.to_dict("records")
    )
    caption = "The dot is the difference, the line its 95 % interval; right of 0 is more."
    return Chart(figure, title, f"{alt}.", caption, table, name="effect")


def _call(outcome: str) -> str:
    return OUTCOME_WORDS.get(outcome, outcome.replace("_", " "))


def _tick_shares(axes: Axes) -> None:
    """Write shares along the axis; room for words to the right of 100 % has no ticks."""
    axes.set_xticks([tick for tick in axes.get_xticks() if axes.get_xlim()[0] <= tick <= 1 + 1e-9])
    axes.xaxis.set_major_formatter(lambda value, _: format_share(value, 0))
