"""Pictures of segments: how many members each holds, how many classes there are, whether they come back."""

from __future__ import annotations

from axlib.pictures.chart import BLUE, GREEN, GREY, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.classes import Stability
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_share, join_words
from axlib.words.results import Unavailable


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
            f"{int(members):,}  ({format_share(share, 0)})"
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
    return Chart(figure, title, alt, caption, table, name="class_choice")


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
