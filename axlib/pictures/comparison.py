"""Pictures of the disagreement: tiers against segments, dues within segments, service against need."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns

from axlib.pictures.chart import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    RULE,
    Chart,
    draw_figure,
    fit_height,
    shorten,
    show_reason,
    wrap_label,
)
from axlib.verbs.comparison import Comparison
from axlib.verbs.service_gap import GAPS, ServiceGap
from axlib.words.display import HIDDEN, count_words, format_money, format_number, format_share, format_value
from axlib.words.results import Unavailable


def plot_crossover(comparison: Comparison | Unavailable) -> Chart:
    """Draw how each revenue tier's members spread over the Coverage Segments."""
    if isinstance(comparison, Unavailable):
        return show_reason(comparison)
    counts = comparison.counts.astype(float)
    # With cells hidden, a row's visible cells do not add up to its tier, and shares of them would mislead.
    totals = counts.sum(axis=1).where(counts.notna().all(axis=1))
    shares = counts.div(totals.where(totals > 0), axis=0)
    some_hidden = bool(counts.isna().to_numpy().any())
    shades = counts.div(counts.max(axis=1), axis=0) if some_hidden else shares
    texts = [
        [
            HIDDEN
            if pd.isna(count)
            else f"{format_number(int(count))}\n{format_share(share, 0) if pd.notna(share) else ''}".strip()
            for count, share in zip(counts.loc[tier], shares.loc[tier], strict=True)
        ]
        for tier in counts.index
    ]
    with draw_figure(fit_height(len(counts), each=0.75, least=2.4)) as (figure, axes):
        sns.heatmap(
            shades.fillna(0.0),
            ax=axes,
            annot=np.array(texts, dtype=object),
            fmt="",
            cmap=sns.light_palette(BLUE, as_cmap=True),
            vmin=0,
            vmax=1,
            cbar=False,
            linewidths=3,
            linecolor="white",
        )
        axes.set_xticklabels([wrap_label(str(name), len(counts.columns)) for name in counts.columns], rotation=0)
        axes.set_yticklabels([shorten(str(name), 24) for name in counts.index], rotation=0)
        axes.set_xlabel("Coverage Segment the member's experience calls for")
        axes.set_ylabel("Revenue tier today")
        axes.tick_params(length=0)
    v = float(comparison.agreement["cramers_v"].iloc[0])
    if np.isnan(v):
        title = "All members are in one tier or one segment."
    else:
        words = "hardly differ" if v < 0.1 else "differ somewhat" if v < 0.5 else "differ strongly"
        title = f"What members call for: the revenue tiers {words} (Cramér's V {format_value(v, 'index')})."
    rows = [
        f"{tier}: " + ", ".join(f"{name} {text.split()[0]}" for name, text in zip(counts.columns, row, strict=True))
        for tier, row in zip(counts.index, texts, strict=True)
    ]
    caption = "Each row is a tier of dues; the darker a cell, the more of that tier's members are in the segment."
    if some_hidden:
        caption += " Hidden cells hold few members, or would give away one that does."
    return Chart(
        figure,
        title,
        "Members by tier and segment. " + "; ".join(rows) + ".",
        caption,
        comparison.crossover,
        name="crossover",
    )


def plot_dues_spread(comparison: Comparison | Unavailable) -> Chart:
    """Draw how differently members of one segment pay."""
    if isinstance(comparison, Unavailable):
        return show_reason(comparison)
    table = comparison.dues[comparison.dues["dues_q10"] > 0].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("Spread of dues", "the export holds no dues."))
    currency = comparison.currency
    with draw_figure(fit_height(len(table), each=0.5)) as (figure, axes):
        places = np.arange(len(table))
        axes.hlines(places, table["dues_q10"], table["dues_q90"], color=BLUE, linewidth=5, alpha=0.55)
        axes.plot(table["median_dues"], places, linestyle="", marker="o", color=INK, markersize=7)
        for place, (low, middle, high) in enumerate(
            zip(table["dues_q10"], table["median_dues"], table["dues_q90"], strict=True)
        ):
            axes.annotate(
                format_money(low, currency), (low, place), (-6, 0), textcoords="offset points", ha="right", va="center"
            )
            axes.annotate(
                format_money(high, currency), (high, place), (6, 0), textcoords="offset points", ha="left", va="center"
            )
            axes.annotate(
                format_money(middle, currency), (middle, place), (0, 8), textcoords="offset points", ha="center"
            )
        axes.set_xscale("log")
        axes.set_yticks(places, [shorten(str(name)) for name in table["segment"]])
        axes.margins(x=0.3, y=0.25)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: format_money(value, currency))
        axes.xaxis.set_minor_formatter(lambda value, _: "")
        axes.set_xlabel("Annual dues (logarithmic)")
    widest = table.sort_values("dues_ratio", ascending=False, kind="stable").iloc[0]
    ratio = float(widest["dues_ratio"])
    title = (
        f"Members of one segment pay very different dues: in {widest['segment']} up to "
        f"{format_value(ratio, 'number')} times as much."
        if ratio >= 2
        else "Members of one segment pay much the same dues."
    )
    alt = "Range of dues in each segment, lowest to highest tenth: " + "; ".join(
        f"{name} {format_money(low, currency)} to {format_money(high, currency)}"
        for name, low, high in zip(table["segment"], table["dues_q10"], table["dues_q90"], strict=True)
    )
    caption = "Each band holds the middle 80 % of a segment's members; the dot is the one in the middle."
    return Chart(figure, title, f"{alt}.", caption, table, currency, "dues_spread")


def plot_service_gap(gap: ServiceGap | Unavailable) -> Chart:
    """Draw who gets less, as much, or more service than the segment calls for, by tier."""
    if isinstance(gap, Unavailable):
        return show_reason(gap)
    shown = gap.by_tier[[f"{name}_share" for name in GAPS]].notna().any(axis=1)
    table = gap.by_tier[shown].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("Service gap", "no group is large enough to be shown."))
    parts = [
        ("under", ORANGE, "under-served"),
        ("matched", GREY, "matched"),
        ("over", BLUE, "over-served"),
    ]
    with draw_figure(fit_height(len(table), each=0.6, least=2.0)) as (figure, axes):
        places, left = np.arange(len(table)), np.zeros(len(table))
        for name, colour, word in parts:
            shares = np.nan_to_num(table[f"{name}_share"].to_numpy(dtype=float))
            bars = axes.barh(places, shares, left=left, color=colour, height=0.66)
            texts = [
                f"{format_share(share, 0)}\n{word}"
                if share >= 0.22
                else format_share(share, 0)
                if share >= 0.07
                else ""
                for share in shares
            ]
            axes.bar_label(bars, texts, label_type="center", color="white", fontsize=9)
            left = left + shares
        rest = np.clip(1 - left, 0, 1)
        if (rest > 0.001).any():
            bars = axes.barh(places, rest, left=left, color="white", edgecolor=RULE, hatch="///", height=0.66)
            axes.bar_label(bars, [HIDDEN if share > 0.08 else "" for share in rest], label_type="center", fontsize=9)
        axes.set_yticks(places, [shorten(str(group), 24) for group in table["group"]])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    worst = table.sort_values("under_share", na_position="first", kind="stable").iloc[-1]
    most = table.sort_values("over_share", na_position="first", kind="stable").iloc[-1]
    found = []
    if pd.notna(worst["under_share"]):
        share = format_share(float(worst["under_share"]), 0)
        found.append(f"{worst['group']}: {share} get less than their segment calls for")
    if pd.notna(most["over_share"]) and (most["group"] != worst["group"] or not found):
        more = "more" if found else "more than their segment calls for"
        found.append(f"{most['group']}: {format_share(float(most['over_share']), 0)} get {more}")
    title = (
        "; ".join(found) + "." if found else "Who gets how much service, as far as groups are large enough to be shown."
    )
    rows = [
        f"{row['group']}: "
        + ", ".join(
            f"{word} {format_share(row[f'{name}_share'], 0) if pd.notna(row[f'{name}_share']) else HIDDEN}"
            for name, _, word in parts
        )
        for row in table.to_dict("records")
    ]
    alt = f"Share of members by service in {count_words(len(table), 'tier')}. " + "; ".join(rows)
    caption = "Orange: fewer than 75 % of the hours the segment calls for. Grey: about as many. Blue: more than 125 %."
    return Chart(figure, title, f"{alt}.", caption, table, name="service_gap")
