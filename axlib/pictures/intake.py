"""Pictures of the intake: how far raters agree, what asking more members gains, who answered, what that tells."""

from __future__ import annotations

import numpy as np

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, RULE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.answer_weights import AnswerWeights
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.rater_agreement import RELIABLE, TENTATIVE, RaterAgreement
from axlib.verbs.segment_shares import SegmentShares
from axlib.words.display import count_words, format_number, format_share, format_short, join_words
from axlib.words.results import Unavailable


def plot_rater_agreement(agreement: RaterAgreement | Unavailable) -> Chart:
    """Draw Krippendorff's alpha of each item with its interval, beside the marks for resting on it."""
    if isinstance(agreement, Unavailable):
        return show_reason(agreement)
    table = agreement.table[agreement.table["alpha"].notna()].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("Agreement of raters", "raters gave all members they share one answer."))
    places = np.arange(len(table))
    with draw_figure(fit_height(len(table))) as (figure, axes):
        colours = [BLUE if alpha >= TENTATIVE else ORANGE for alpha in table["alpha"]]
        axes.hlines(places, table["alpha_low"], table["alpha_high"], color=GREY, linewidth=2)
        axes.scatter(table["alpha"], places, color=colours, s=55, zorder=3)
        for mark in (TENTATIVE, RELIABLE):
            axes.axvline(mark, color=INK, linewidth=1, linestyle=":")
        axes.set_yticks(places, [shorten(name) for name in table["item"]])
        axes.invert_yaxis()
        axes.set_xlim(min(-0.05, float(table[["alpha", "alpha_low"]].min().min()) - 0.05), 1.03)
        axes.set_xlabel("Krippendorff's alpha")
    items = table.iloc[:-1]
    enough = int((items["alpha"] >= TENTATIVE).sum())
    title = f"Raters agree enough on {enough} of {count_words(len(items), 'item')}."
    alt = f"Points of agreement by item; {enough} of {len(items)} reach {format_short(TENTATIVE)}."
    caption = (
        f"Right of the first dotted line ({format_short(TENTATIVE)}) tentative conclusions may rest on an item, right "
        f"of the second ({format_short(RELIABLE)}) firm ones; 0 is agreement by chance. The lines are 95 % intervals."
    )
    return Chart(figure, title, alt, caption, table, name="rater_agreement")


def plot_intake_margin(plan: IntakePlan | Unavailable) -> Chart:
    """Draw the margin of a segment's share against the number of members asked."""
    if isinstance(plan, Unavailable):
        return show_reason(plan)
    table = plan.margins
    drawn = table[np.isfinite(table["margin_share"])]
    planned = table[table["planned"]].iloc[0]
    if not np.isfinite(planned["margin_share"]):
        return show_reason(Unavailable("Margin by members asked", "nobody is left to ask."))
    with draw_figure(2.8) as (figure, axes):
        axes.plot(drawn["asked"], 100 * drawn["margin_share"], color=GREY, marker="o", markersize=4, linewidth=1.5)
        axes.plot([planned["asked"]], [100 * planned["margin_share"]], color=ORANGE, marker="o", markersize=11)
        axes.axhline(100 * plan.margin, color=INK, linewidth=1, linestyle=":")
        axes.annotate(
            f"{format_number(int(planned['asked']))} asked",
            (planned["asked"], 100 * planned["margin_share"]),
            (0, 12),
            textcoords="offset points",
            ha="center",
        )
        axes.set_ylim(0, None)
        axes.margins(x=0.06, y=0.2)
        axes.set_xlabel(f"Members asked, of whom {format_share(plan.response_rate, 0)} answer")
        axes.set_ylabel("Margin of a share, ± points")
    reached = 100 * float(planned["margin_share"])
    within, asked = f"±{format_number(reached, 1)} points", format_number(int(planned["asked"]))
    title = f"Asking {asked} members gives every segment's share within {within}."
    alt = f"Line of the margin over members asked; {within} at the {asked} planned."
    caption = "The dotted line is the margin wished for. Beyond the large point each further answer gains less."
    return Chart(figure, title, alt, caption, table, name="intake_margin")


def plot_response(weights: AnswerWeights | Unavailable) -> Chart:
    """Draw the share of members who answered, by the groups weighted by."""
    if isinstance(weights, Unavailable):
        return show_reason(weights)
    table = weights.balance
    overall = weights.answered / weights.members
    labels = [
        shorten(f"{column.replace('_', ' ')}: {group}")
        for column, group in zip(table["column"], table["group"], strict=True)
    ]
    differ = set(weights.differences.loc[weights.differences["differ"], "column"])
    with draw_figure(fit_height(len(table), each=0.34)) as (figure, axes):
        colours = [ORANGE if column in differ else BLUE for column in table["column"]]
        bars = axes.barh(range(len(table)), 100 * table["response_rate"], color=colours, height=0.65)
        axes.bar_label(bars, [f"{format_share(rate, 0)}" for rate in table["response_rate"]], padding=5)
        axes.axvline(100 * overall, color=INK, linewidth=1, linestyle=":")
        axes.set_yticks(range(len(table)), labels)
        axes.invert_yaxis()
        axes.set_xlim(0, max(100 * float(table["response_rate"].max()) * 1.15, 1.0))
        axes.set_xlabel("Answered, of 100 members")
    title = f"{format_share(overall, 0)} of {count_words(weights.members, 'member')} answered"
    names = sorted(name.replace("_", " ") for name in differ)
    title += f", unevenly by {join_words(names)}." if names else ", about evenly."
    alt = f"Bars of the share who answered by group, from {format_share(float(table['response_rate'].min()), 0)} to "
    alt += f"{format_share(float(table['response_rate'].max()), 0)}; all members {format_share(overall, 0)}."
    caption = "The dotted line is all members. Columns in the second colour tell who answered from who did not."
    return Chart(figure, title, alt, caption, table, name="response")


def plot_segment_shares(shares: SegmentShares | Unavailable) -> Chart:
    """Draw the estimated share of each segment with its interval, and the wider one if others are unlike."""
    if isinstance(shares, Unavailable):
        return show_reason(shares)
    table = shares.table
    places = np.arange(len(table))
    with draw_figure(fit_height(len(table))) as (figure, axes):
        axes.hlines(
            places, 100 * table["share_if_unlike_low"], 100 * table["share_if_unlike_high"], color=RULE, linewidth=7
        )
        axes.hlines(places, 100 * table["share_low"], 100 * table["share_high"], color=INK, linewidth=2)
        axes.scatter(100 * table["share"], places, color=BLUE, s=55, zorder=3)
        axes.set_yticks(places, [shorten(name) for name in table["segment"]])
        axes.invert_yaxis()
        axes.set_xlim(0, min(100.0, 100 * float(table["share_if_unlike_high"].max()) * 1.08))
        axes.set_xlabel("Share of all members, %")
    largest = table.iloc[int(table["share"].argmax())]
    title = (
        f"{largest['segment']} is the largest: {format_share(float(largest['share']), 0)} of members, judged by "
        f"{format_number(shares.answered)} who answered."
    )
    alt = "Points of estimated shares: " + join_words(
        [f"{name} {format_share(share, 0)}" for name, share in zip(table["segment"], table["share"], strict=True)]
    )
    caption = (
        f"Dark lines are {format_share(shares.level, 0)} intervals; the pale ones hold if members who did not answer "
        f"are up to {format_number(100 * shares.unlike)} points different from those like them who did."
    )
    return Chart(figure, title, f"{alt}.", caption, table, name="segment_shares")
