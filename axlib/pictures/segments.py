"""Pictures of segments: their members, how many classes there are and what became of them, how sure, how stable."""

from __future__ import annotations

import pandas as pd

from axlib.pictures.chart import BLUE, GREEN, GREY, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.classes import FARTHEST, Stability
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number, format_share, format_short, join_words
from axlib.words.results import Unavailable

#: Below this many members more of them might show more classes (``tests/benchmarks/yardstick_how_many.py``).
FEW = 5_000


def plot_segments(segmentation: Segmentation | Unavailable) -> Chart:
    """Draw how many members each segment holds."""
    if isinstance(segmentation, Unavailable):
        return show_reason(segmentation)
    table = segmentation.summary()
    n = len(segmentation.table)
    if n == 0:
        return show_reason(Unavailable("Members by segment", "there are no members to segment."))
    labels = [shorten(name) for name in table["segment"]]
    with draw_figure(fit_height(len(table))) as (figure, axes):
        colours = [GREY if name == "undetermined" else BLUE for name in table["segment"]]
        bars = axes.barh(range(len(table)), table["members"], color=colours, height=0.7)
        axes.set_yticks(range(len(table)), labels)
        texts = [
            f"{format_number(int(members))}  ({format_share(share, 0)})"
            for members, share in zip(table["members"], table["share"], strict=True)
        ]
        axes.bar_label(bars, texts, padding=5)
        axes.invert_yaxis()
        axes.set_xlim(0, max(float(table["members"].max()) * 1.22, 1.0))
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    largest = table.sort_values("members", ascending=False, kind="stable").iloc[0]
    title = f"{largest['segment']} is the largest of {count_words(len(segmentation.segments), 'segment')}: "
    title += f"{format_share(float(largest['share']), 0)} of {count_words(n, 'member')}."
    if len(table) == 1:
        title = f"All {count_words(n, 'member')} are in one segment, {largest['segment']}."
    alt = "Bars of members by segment: " + join_words(
        [f"{name} {text.split()[0]}" for name, text in zip(table["segment"], texts, strict=True)]
    )
    return Chart(figure, title, f"{alt}.", "Each bar is a segment, with its members.", table, name="segments")


def plot_class_choice(segmentation: Segmentation | Unavailable) -> Chart:
    """Draw what spoke for each number of classes."""
    if isinstance(segmentation, Unavailable):
        return show_reason(segmentation)
    if len(segmentation.trade_off) == 0:
        return show_reason(Unavailable("Number of classes", "these segments were not found by fitting classes."))
    table = segmentation.trade_off.reset_index(drop=True)
    chosen = table[table["chosen"]].iloc[0]
    with draw_figure(2.8) as (figure, axes):
        axes.plot(table["k"], table["bic"], color=GREY, marker="o", linewidth=1.5)
        axes.plot([chosen["k"]], [chosen["bic"]], color=ORANGE, marker="o", markersize=11)
        axes.annotate(
            f"{int(chosen['k'])} chosen", (chosen["k"], chosen["bic"]), (0, 14), textcoords="offset points", ha="center"
        )
        axes.set_xticks(table["k"])
        axes.set_xlabel("Number of classes")
        axes.set_ylabel("BIC (less is better)")
        axes.margins(y=0.25)
    title = f"{count_words(int(chosen['k']), 'class', 'classes')} describe these members best."
    alt = f"Line of BIC over {int(table['k'].min())} to {int(table['k'].max())} classes; {int(chosen['k'])} are chosen."
    caption = (
        "The lower a point, the better that number of classes fits for what it costs; classes too small to serve apart "
        "are not chosen."
    )
    if len(segmentation.table) < FEW:
        caption += (
            " Few members carry few classes: of five true classes of middling separation 500 members show two or "
            "three, 2,000 show four, 5,000 all five."
        )
    return Chart(figure, title, alt, caption, table, name="class_choice")


def plot_classes(segmentation: Segmentation | Unavailable) -> Chart:
    """Draw which class became which segment, and how near it stands to that segment's archetype."""
    if isinstance(segmentation, Unavailable):
        return show_reason(segmentation)
    if len(segmentation.classes) == 0:
        return show_reason(Unavailable("Classes and segments", "these segments were not found by fitting classes."))
    table = segmentation.classes.sort_values("class", kind="stable", ignore_index=True)
    unnamed = ~table["segment"].isin(table["nearest"])
    labels = [
        shorten(name if alone else f"Class {number}: {name}")
        for number, name, alone in zip(table["class"], table["segment"], unnamed, strict=True)
    ]
    with draw_figure(fit_height(len(table))) as (figure, axes):
        bars = axes.barh(
            range(len(table)), table["share"], color=[GREY if one else BLUE for one in unnamed], height=0.7
        )
        axes.set_yticks(range(len(table)), labels)
        far = ["" if pd.isna(one) else f", {format_number(one, 2)} from {name}" for one, name in
               zip(table["distance"], table["nearest"], strict=True)]  # fmt: skip
        shares = [format_share(share, 0) for share in table["share"]]
        axes.bar_label(bars, [f"{share}{note}" for share, note in zip(shares, far, strict=True)], padding=5)
        axes.invert_yaxis()
        axes.set_xlim(0, float(table["share"].max()) * 1.6)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    named = table.loc[~unnamed, "segment"].nunique()
    title = f"{count_words(len(table), 'class', 'classes')} became {count_words(named, 'segment')}"
    rest = int(unnamed.sum())
    title += f"; {count_words(rest, 'class fits', 'classes fit')} none and wait for a name." if rest else "."
    alt = "Bars of classes by their share of members: " + join_words(
        [f"{label} {share}" for label, share in zip(labels, shares, strict=True)]
    )
    caption = (
        "The number behind a share is the class's mean distance from the segment's archetype, 0 to 1; beyond "
        f"{format_short(FARTHEST)} a "
        "class keeps its number until the consultant names it."
    )
    return Chart(figure, title, f"{alt}.", caption, table, name="classes")


def plot_confidence(segmentation: Segmentation | Unavailable) -> Chart:
    """Draw how sure the segment of each member is, by segment."""
    if isinstance(segmentation, Unavailable):
        return show_reason(segmentation)
    known = segmentation.table[segmentation.table["confidence"].notna()]
    if len(known) == 0 or bool((known["confidence"] == 1).all()):
        why = (
            "nobody has a segment."
            if len(known) == 0
            else "rules and columns decide outright; no segment is uncertain."
        )
        return show_reason(Unavailable("Confidence of segments", why))
    steps = (
        (0.9, "0.9 or more", GREEN),
        (0.75, "0.75 to 0.9", BLUE),
        (0.6, "0.6 to 0.75", GREY),
        (-1, "below 0.6", ORANGE),
    )
    order = [name for name in [*segmentation.segments, UNDETERMINED] if (known["segment"] == name).any()]
    counts = {}
    left = pd.Series(True, index=known.index)
    for least, label, _ in steps:
        inside = left & (known["confidence"] >= least)
        counts[label] = known.loc[inside, "segment"].value_counts().reindex(order).fillna(0).astype(int)
        left &= ~inside
    members = pd.DataFrame(counts)
    shares = members.div(members.sum(axis=1), axis=0)
    with draw_figure(fit_height(len(order)) + 0.3) as (figure, axes):
        start = pd.Series(0.0, index=order)
        for _, label, colour in steps:
            axes.barh(range(len(order)), shares[label], left=start, color=colour, height=0.7, label=label)
            start = start + shares[label]
        axes.set_yticks(range(len(order)), [shorten(name) for name in order])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        figure.legend(loc="outside upper left", ncols=4, frameon=False, fontsize=9)
    sure = float((known["confidence"] >= 0.9).mean())
    title = f"The segment of {format_share(sure, 0)} of {count_words(len(known), 'member')} is sure to 0.9 or more."
    surest = [format_share(float(share), 0) for share in shares["0.9 or more"].to_numpy()]
    alt = "Stacked bars of confidence by segment: " + join_words(
        [f"{name} {share} at 0.9 or more" for name, share in zip(order, surest, strict=True)]
    )
    caption = "Confidence is the probability of the segment given a member's answers, if the fitted classes are true."
    table = members.rename_axis("segment").reset_index()
    return Chart(figure, title, f"{alt}.", caption, table, name="confidence")


def plot_stability(stability: Stability | Unavailable) -> Chart:
    """Draw how far each class comes back in resamples."""
    if isinstance(stability, Unavailable):
        return show_reason(stability)
    table = stability.table
    labels = [
        shorten(f"{number}: {name}" if not str(name).startswith("Class") else str(name))
        for number, name in zip(table["class"], table["segment"], strict=True)
    ]
    with draw_figure(fit_height(len(table))) as (figure, axes):
        colours = [GREEN if value >= 0.75 else ORANGE if value >= 0.6 else GREY for value in table["jaccard"]]
        axes.barh(range(len(table)), table["jaccard"], color=colours, height=0.6)
        axes.set_yticks(range(len(table)), labels)
        ranges = zip(table["jaccard_low"], table["jaccard_high"], strict=True)
        for place, (low, high) in enumerate(ranges):
            axes.plot([low, high], [place, place], color="#1f2328", linewidth=1.2)
        axes.axvline(0.75, color="#1f2328", linewidth=1, linestyle=":")
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel("Overlap with its like in resamples (Jaccard)")
    stable = int((table["jaccard"] >= 0.75).sum())
    title = f"{stable} of {count_words(len(table), 'class', 'classes')} are stable."
    alt = f"Bars of stability by class; {stable} of {len(table)} reach 0.75."
    caption = "Right of the dotted line a class is stable; the thin line is where 95 % of the resamples lie."
    return Chart(figure, title, alt, caption, table, name="stability")
