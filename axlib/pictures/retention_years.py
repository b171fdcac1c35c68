"""Pictures of retention over time and under other rules: a series, a map of joining years, and what rules move."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns

from axlib.pictures.chart import BLUE, GREEN, GREY, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.retention_rules import RetentionRules
from axlib.verbs.retention_years import RetentionYears
from axlib.words.display import HIDDEN, format_day, format_share, format_short
from axlib.words.measures import find_measure
from axlib.words.results import Unavailable

_SERIES = (("nrr", GREEN, "s"), ("grr", BLUE, "o"), ("renewal_rate", ORANGE, "^"))


def plot_retention_years(years: RetentionYears | Unavailable) -> Chart:
    """Draw NRR, GRR and the renewal rate of each window, with intervals."""
    if isinstance(years, Unavailable):
        return show_reason(years)
    rows = years.overall
    known = [(name, colour, marker) for name, colour, marker in _SERIES if rows[name].notna().any()]
    if not known:
        return show_reason(Unavailable("Retention year by year", "the cohorts are too small to be shown."))
    with draw_figure(2.9) as (figure, axes):
        for place, (name, colour, marker) in enumerate(known):
            at = np.arange(len(rows)) + 0.09 * (place - (len(known) - 1) / 2)
            axes.vlines(at, rows[f"{name}_low"], rows[f"{name}_high"], color=colour, linewidth=3, alpha=0.4)
            axes.plot(at, rows[name], color=colour, marker=marker, linewidth=1.2, label=find_measure(name).label)
        axes.set_xticks(range(len(rows)), [f"to {format_day(day)}" for day in rows["closed_on"]])
        axes.set_xlim(-0.5, len(rows) - 0.5)
        axes.yaxis.set_major_formatter(lambda value, _: format_share(value, 0))
        axes.legend(loc="best", frameon=False, fontsize=9)
    parts = [f"{find_measure(name).label} {_list(rows[name], rows['closed_on'])}" for name, _, _ in known]
    caption = "Each window has its own closed cohort. Lines join values of different members; bars are 95 % intervals."
    columns = ["closed_on", "n", *(f"{name}{bound}" for name, _, _ in known for bound in ("", "_low", "_high"))]
    return Chart(
        figure, years.on_churn, f"{'; '.join(parts)}.", caption, rows[columns], years.currency, "retention_years"
    )


def _list(values: pd.Series, days: pd.Series) -> str:
    return ", ".join(
        f"{format_share(float(value))} to {format_day(day)}" for value, day in zip(values, days, strict=True)
    )


def plot_cohort_retention(years: RetentionYears | Unavailable) -> Chart:
    """Draw a map: the share of members who stayed through each window, by the years in which they joined."""
    if isinstance(years, Unavailable):
        return show_reason(years)
    rows = years.table[years.table["grouping"] == "cohort"]
    stayed = (1 - rows["logo_churn"]).rename("share")
    rows = rows[["closed_on", "group", "n"]].assign(share=stayed)
    if rows["share"].notna().sum() == 0:
        return show_reason(Unavailable("Who stayed, by year of joining", "the groups are too small to be shown."))
    # The latest window names the groups in their order; groups that only earlier windows have stand first.
    latest = list(rows.loc[rows["closed_on"] == rows["closed_on"].iloc[-1], "group"])
    order = [*(name for name in dict.fromkeys(rows["group"]) if name not in latest), *latest]
    wide = rows.pivot_table(index="group", columns="closed_on", values="share", sort=False, dropna=False)
    wide = wide.reindex(index=order, columns=sorted(rows["closed_on"].unique()))
    there = set(zip(rows["group"], rows["closed_on"], strict=True))
    texts = [
        [
            format_share(value, 0) if pd.notna(value) else HIDDEN if (group, day) in there else ""
            for day, value in zip(wide.columns, wide.loc[group], strict=True)
        ]
        for group in wide.index
    ]
    least = min(0.5, float(np.nanmin(wide.to_numpy(dtype=float))))
    with draw_figure(fit_height(len(wide), each=0.36)) as (figure, axes):
        sns.heatmap(
            wide.astype(float).fillna(least),
            ax=axes,
            annot=np.array(texts, dtype=object),
            fmt="",
            cmap=sns.light_palette(BLUE, as_cmap=True),
            vmin=least,
            vmax=1,
            cbar=False,
            linewidths=2,
            linecolor="white",
        )
        axes.set_xticklabels([f"to {format_day(day)}" for day in wide.columns], rotation=0)
        axes.set_yticklabels([shorten(str(name)) for name in wide.index], rotation=0)
        axes.set_xlabel("")
        axes.set_ylabel("Joined in")
        axes.tick_params(length=0)
    last = rows[rows["closed_on"] == rows["closed_on"].iloc[-1]].dropna(subset=["share"])
    ends = last.sort_values("share", kind="stable") if len(last) else rows.dropna(subset=["share"])
    low, high = (format_share(float(ends["share"].iloc[place]), 0) for place in (0, -1))
    title = f"In the last window {low} to {high} of members stayed, depending on when they joined."
    title = title if len(ends) > 1 else f"In the last window {low} of members stayed."
    alt = "Share of members who stayed, by years of joining: " + "; ".join(
        f"{group} "
        + ", ".join(f"{text} to {format_day(day)}" for text, day in zip(row, wide.columns, strict=True) if text)
        for group, row in zip(wide.index, texts, strict=True)
    )
    caption = (
        "Each cell is the share of members at the window's start who still are at its end; small groups vary by chance."
    )
    return Chart(figure, title, f"{alt}.", caption, rows.reset_index(drop=True), name="cohort_retention")


def plot_retention_rules(rules: RetentionRules | Unavailable) -> Chart:
    """Draw how far each measure moves when grace and rejoin rules are changed."""
    if isinstance(rules, Unavailable):
        return show_reason(rules)
    moves = rules.moves
    moves = moves[moves["rule"].isin(["grace", "rejoin"])]
    names = [
        name
        for name in ("nrr", "grr", "logo_churn", "revenue_churn", "renewal_rate")
        if (moves["measure"] == name).any()
    ]
    if not names:
        return show_reason(Unavailable("How much the rules matter", "the cohort is too small to be shown."))
    own = rules.table.iloc[0]
    colours = {"grace": ORANGE, "rejoin": BLUE}
    words = {"grace": "days of grace", "rejoin": "how a return is counted"}
    with draw_figure(fit_height(len(names), each=0.45)) as (figure, axes):
        for place, name in enumerate(names):
            for shift, rule in ((-0.13, "grace"), (0.13, "rejoin")):
                span = moves[(moves["rule"] == rule) & (moves["measure"] == name)]
                if len(span):
                    ends = [100 * (float(span[end].iloc[0]) - float(own[name])) for end in ("least", "most")]
                    label = words[rule] if name == names[0] else None
                    axes.plot(ends, [place + shift] * 2, color=colours[rule], linewidth=5, alpha=0.6, label=label)
        labels = [f"{find_measure(name).label} {format_share(float(own[name]))}" for name in names]
        axes.set_yticks(range(len(names)), labels)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.axvline(0, color=INK, linewidth=1.2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{'+' if value > 0 else ''}{format_short(value)}")
        axes.set_xlabel("Points more or less than under this report's rules")
        axes.grid(axis="x", color=GREY, alpha=0.2)
        axes.legend(loc="best", frameon=False, fontsize=9)
    alt = "Reach of each measure under other rules: " + "; ".join(
        f"{find_measure(row['measure']).label} by {words[row['rule']]} {format_share(row['least'])} to "
        f"{format_share(row['most'])}"
        for row in moves[moves["measure"].isin(names)].to_dict("records")
    )
    caption = (
        "The mark is the measure under this report's rules; a bar is how far it goes under the other settings tried."
    )
    return Chart(figure, rules.text, f"{alt}.", caption, rules.summary(), name="retention_rules")
