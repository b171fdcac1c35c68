"""Pictures of cost, margin, and what a scenario's outcome hangs on."""

from __future__ import annotations

import pandas as pd

from axlib.pictures.chart import BLUE, GREY, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.economics import BASES, Economics
from axlib.verbs.scenario import Scenario
from axlib.verbs.scenario_words import name_outcome, show_outcome, unit_of
from axlib.words.display import count_words, format_money, format_share, format_value, join_words
from axlib.words.measures import Unit
from axlib.words.results import Unavailable

#: Bars of a tornado that are drawn.
MOST_BARS = 14


def _beside(economics: Economics, *columns: str) -> pd.DataFrame:
    """Segments on both bases; those whose numbers are hidden left out."""
    ax = economics.by_group("segment", "ax").set_index("group")
    today = economics.by_group("segment", "today").set_index("group").reindex(ax.index)
    table = pd.DataFrame({"members": ax["members"]})
    for column in columns:
        table[f"{column}_today"], table[f"{column}_ax"] = today[column], ax[column]
    shown = table[table[f"{columns[0]}_ax"].notna()]
    return shown.rename_axis("segment").reset_index()


def plot_cost(economics: Economics | Unavailable) -> Chart:
    """Draw what one member of each segment costs a year, as served today and with the hours called for."""
    if isinstance(economics, Unavailable):
        return show_reason(economics)
    table = _beside(economics, "cost_per_member")
    if len(table) == 0:
        return show_reason(Unavailable("Cost by segment", "every segment is too small to be shown."))
    both = economics.has_today
    names = [shorten(str(name)) for name in table["segment"]]
    with draw_figure(fit_height(len(table), each=0.72 if both else 0.46) + 0.3) as (figure, axes):
        height = 0.36 if both else 0.62
        for basis, colour, place in (("today", GREY, -height / 2), ("ax", BLUE, height / 2 if both else 0.0)):
            values = table[f"cost_per_member_{basis}"]
            if not both and basis == "today":
                continue
            at = [row + place for row in range(len(table))]
            bars = axes.barh(at, values, color=colour, height=height, label=BASES[basis])
            axes.bar_label(bars, [format_money(round(float(one)), economics.currency) for one in values], padding=5)
        axes.set_yticks(range(len(table)), names)
        axes.set_ylim(len(table) - 0.4, -0.6)
        highest = float(table.filter(like="cost_per_member").max().max())
        axes.set_xlim(0, max(highest, 1.0) * 1.2)
        axes.set_xlabel("Cost of one member a year")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    title = _say_cost(table, economics)
    words = [
        f"{name} "
        + (f"{format_money(round(float(row['cost_per_member_today'])), economics.currency)} today and " if both else "")
        + f"{format_money(round(float(row['cost_per_member_ax'])), economics.currency)} with the hours called for"
        for name, row in zip(names, table.to_dict("records"), strict=True)
    ]
    caption = "Hours at what an hour of people costs, and declared costs besides; unused hours of people are in no bar."
    caption += _assumed(economics)
    return Chart(
        figure, title, f"Bars of yearly cost by segment: {join_words(words)}.", caption, table, economics.currency,
        name="cost_by_segment",
    )  # fmt: skip


def _say_cost(table: pd.DataFrame, economics: Economics) -> str:
    if not economics.has_today:
        dearest = table.sort_values("cost_per_member_ax", kind="stable").iloc[-1]
        money = format_money(round(float(dearest["cost_per_member_ax"])), economics.currency)
        return f"If members got the hours called for, one {dearest['segment']} member would cost {money} a year."
    change = (table["cost_per_member_ax"] - table["cost_per_member_today"]).abs()
    widest = table.loc[change == change.max()].iloc[0]
    before, after = (
        format_money(round(float(widest[f"cost_per_member_{basis}"])), economics.currency) for basis in ("today", "ax")
    )
    if before == after:
        return "If members got the hours called for, no segment would cost more or less than today."
    return (
        f"If members got the hours called for, one {widest['segment']} member would cost {after} a year, not {before}."
    )


def _assumed(economics: Economics) -> str:
    return " Hours called for are assumptions." if economics.hours_source == "assumed" else ""


def plot_margin(economics: Economics | Unavailable) -> Chart:
    """Draw each segment's allocated margin, today and with the hours called for."""
    if isinstance(economics, Unavailable):
        return show_reason(economics)
    table = _beside(economics, "margin_share")
    if len(table) == 0:
        return show_reason(Unavailable("Margin by segment", "no segment that pays is large enough to be shown."))
    both = economics.has_today
    names = [shorten(str(name)) for name in table["segment"]]
    with draw_figure(fit_height(len(table), each=0.5) + 0.3) as (figure, axes):
        rows = range(len(table))
        after = table["margin_share_ax"] * 100
        before = table["margin_share_today"] * 100 if both else after
        axes.axvline(0, color=INK, linewidth=1.0, zorder=0)
        axes.hlines(rows, before, after, color=GREY, linewidth=2, zorder=1)
        if both:
            axes.scatter(before, rows, s=64, color="white", edgecolors=INK, zorder=2, label=BASES["today"])
        colours = [ORANGE if value < 0 else BLUE for value in after]
        axes.scatter(after, rows, s=64, color=colours, zorder=3, label=BASES["ax"])
        low, high = (float(getattr(pd.concat([before, after]), end)()) for end in ("min", "max"))
        width = max(high - min(low, 0.0), 1.0)
        for row in rows:
            grows = after.iloc[row] >= before.iloc[row]
            axes.annotate(
                format_share(float(after.iloc[row]) / 100, 0),
                (after.iloc[row], row),
                (9 if grows else -9, 0),
                textcoords="offset points",
                ha="left" if grows else "right",
                va="center",
            )
        axes.set_xlim(min(low, 0.0) - (0.2 if low < 0 else 0.14) * width, high + 0.14 * width)
        axes.set_yticks(rows, names)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlabel("Allocated margin, % of revenue")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    words = [
        f"{name} "
        + (f"from {format_share(float(row['margin_share_today']))} " if both else "")
        + f"to {format_share(float(row['margin_share_ax']))}"
        for name, row in zip(names, table.to_dict("records"), strict=True)
    ]
    caption = "Allocated margin is revenue less the cost of the hours members get and of what they bear besides. "
    caption += "It is no cash: people who are paid for unused hours are still paid." + _assumed(economics)
    return Chart(
        figure, _say_margin(economics), f"Allocated margin by segment: {join_words(words)}.", caption, table,
        economics.currency, name="margin_by_segment",
    )  # fmt: skip


def _say_margin(economics: Economics) -> str:
    ax = economics.of("ax")
    after = format_share(float(ax["margin_share"]))
    if not economics.has_today:
        return f"If members got the hours called for, {after} of revenue would be left as allocated margin."
    today = economics.of("today")
    before = format_share(float(today["margin_share"]))
    allocated = f"If members got the hours called for, allocated margin would go from {before} to {after} of revenue"
    change = float(ax["cash_margin"]) - float(today["cash_margin"])
    if abs(change) < 0.005:
        return f"{allocated}, and cash would stay as it is."
    money = format_money(abs(change), economics.currency)
    return f"{allocated}, and cash would {'rise' if change > 0 else 'fall'} by {money} a year."


def plot_tornado(scenarios: Scenario | Unavailable, *, outcome: str = "margin") -> Chart:
    """Draw how far one outcome moves with each assumption alone, the widest first.

    Parameters
    ----------
    scenarios : Scenario
    outcome : str
        margin, cash_margin, load, cost, …: an outcome of ``Scenario.table``.
    """
    if isinstance(scenarios, Unavailable):
        return show_reason(scenarios)
    table = scenarios.tornado[scenarios.tornado["outcome"] == outcome].reset_index(drop=True)
    what, several = name_outcome(outcome), len(scenarios.names) > 1
    if len(table) == 0:
        why = "none of the assumptions moves it." if len(scenarios.table) else "there is no scenario."
        return show_reason(Unavailable(f"What hangs on which assumption: {what.lower()}", why))
    table, left_out = table.head(MOST_BARS), len(table) - MOST_BARS
    unit, currency = unit_of(outcome), scenarios.currency
    scale = 100.0 if unit == "share" else 1.0
    order = {name: at + 1 for at, name in enumerate(scenarios.names)}
    labels = [
        (f"{order[row['scenario']]}: " if several else "") + shorten(str(row["assumption"]), 44)
        for row in table.to_dict("records")
    ]
    with draw_figure(fit_height(len(table), each=0.56) + 0.2) as (figure, axes):
        ends = table[["at_low", "at_high"]] * scale
        axes.barh(
            range(len(table)), (ends["at_high"] - ends["at_low"]).abs(), left=ends.min(axis=1), color=BLUE, height=0.6
        )
        for row, one in enumerate(table.to_dict("records")):
            axes.plot([one["at_mid"] * scale] * 2, [row - 0.36, row + 0.36], color=INK, linewidth=1.4)
            low, high = (format_value(float(one[end]), _plain(one["unit"]), currency) for end in ("low", "high"))
            left, right = (low, high) if one["at_low"] <= one["at_high"] else (high, low)
            axes.annotate(
                left, (ends.iloc[row].min(), row), (-5, 0), textcoords="offset points", ha="right", va="center"
            )
            axes.annotate(
                right, (ends.iloc[row].max(), row), (5, 0), textcoords="offset points", ha="left", va="center"
            )
        span = float(ends.max().max() - ends.min().min()) or 1.0
        axes.set_xlim(float(ends.min().min()) - 0.36 * span, float(ends.max().max()) + 0.36 * span)
        axes.set_yticks(range(len(table)), labels, fontsize=9)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlabel(f"{what}{', %' if unit == 'share' else ''}")
        axes.locator_params(axis="x", nbins=3)
        axes.xaxis.set_major_formatter(lambda value, _: show_outcome(outcome, value / scale, currency))
    first = table.sort_values("swing", ascending=False, kind="stable").iloc[0]
    low, high = (show_outcome(outcome, float(first[end]), currency) for end in ("at_low", "at_high"))
    assumption = str(first["assumption"])
    where = f" in scenario {order[first['scenario']]}" if several else ""
    title = f"If one assumption moves at a time, {what.lower()}{where} hangs most on "
    title += f"“{assumption[:1].lower()}{assumption[1:]}”: {low} to {high}."
    alt = f"Bars of {what.lower()} by assumption: " + join_words(
        [
            f"{label} from {show_outcome(outcome, float(row['at_low']), currency)} to "
            f"{show_outcome(outcome, float(row['at_high']), currency)}"
            for label, row in zip(labels, table.to_dict("records"), strict=True)
        ]
    )
    caption = (
        "Each bar moves one assumption from its low to its high, written at its ends, while all others stay in the"
    )
    caption += " middle, the dark line."
    if left_out > 0:
        caption += f" {count_words(left_out, 'narrower bar')} left out."
    if several:
        caption += " Scenarios: " + "; ".join(f"{at}: {name}" for name, at in order.items()) + "."
    return Chart(figure, title, f"{alt}.", caption, table, currency, name=f"tornado_{outcome}")


def _plain(unit: object) -> Unit:
    return "number" if unit not in ("share", "money", "hours") else unit
