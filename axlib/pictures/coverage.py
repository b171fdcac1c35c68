"""Pictures of the coverage model: load of each person, hours each segment calls for."""

from __future__ import annotations

from axlib.pictures.chart import BLUE, GREEN, GREY, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.coverage import CoveragePlan
from axlib.words.display import count_words, format_share, format_value, join_words
from axlib.words.results import Unavailable


def plot_load(plan: CoveragePlan | Unavailable) -> Chart:
    """Draw each person's load; 1 is what a person can give."""
    if isinstance(plan, Unavailable):
        return show_reason(plan)
    table = plan.by_person[plan.by_person["load"].notna()].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("Load by person", "nobody has both members and hours."))
    labels = [shorten(str(name)) for name in table["name"].where(table["name"].notna(), table["staff_id"])]
    highest = float(table["load"].max())
    with draw_figure(fit_height(len(table), each=0.48)) as (figure, axes):
        colours = [ORANGE if load > 1 else GREY if load < 0.5 else BLUE for load in table["load"]]
        bars = axes.barh(range(len(table)), table["load"], color=colours, height=0.66)
        texts = [
            f"{format_value(float(load), 'load')}  ({count_words(int(members), 'member')})"
            for load, members in zip(table["load"], table["members"], strict=True)
        ]
        axes.axvline(1, color=INK, linewidth=1.2, linestyle="--", zorder=0)
        axes.bar_label(bars, texts, padding=5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
        axes.annotate(
            "what one person can give", (1, -0.62), (4, 0), textcoords="offset points", fontsize=9, va="center"
        )
        axes.set_yticks(range(len(table)), labels)
        axes.set_ylim(len(table) - 0.4, -0.95)
        axes.set_xlim(0, max(highest, 1.0) * 1.35)
        axes.set_xlabel("Load: hours members call for ÷ hours the person can give")
    over, idle = int((table["load"] > 1).sum()), int((table["load"] < 0.5).sum())
    parts = (
        [f"{count_words(over, 'manager is', 'managers are')} asked for more than one person can give"] if over else []
    )
    parts += [f"{count_words(idle, 'manager is', 'managers are')} filled to less than half"] if idle else []
    title = (", while ".join(parts) or "Everyone's load is between half and full") + "."
    alt = "Bars of load by person: " + join_words(
        [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]
    )
    caption = "A bar beyond the dashed line means that the hours members call for cannot be given, whatever the effort."
    if plan.hours_source == "assumed":
        caption += " Hours per member are assumptions."
    shown = table[["staff_id", "team", "members", "required_hours", "available_hours", "load"]]
    return Chart(figure, title[:1].upper() + title[1:], f"{alt}.", caption, shown, name="load")


def plot_hours_by_segment(plan: CoveragePlan | Unavailable) -> Chart:
    """Draw the hours each segment calls for against the hours the whole team can give."""
    if isinstance(plan, Unavailable):
        return show_reason(plan)
    table = plan.by_segment[plan.by_segment["required_hours"].notna()].reset_index(drop=True)
    available = float(plan.team["available_hours"].iloc[0])
    required = float(table["required_hours"].sum())
    labels = [*(shorten(str(name)) for name in table["segment"]), "All segments", "The team can give"]
    values = [*table["required_hours"], required, available]
    with draw_figure(fit_height(len(labels))) as (figure, axes):
        colours = [BLUE] * len(table) + [ORANGE if required > available else BLUE, GREEN]
        bars = axes.barh(range(len(labels)), values, color=colours, height=0.68)
        axes.bar_label(bars, [format_value(float(value), "hours") for value in values], padding=5)
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        axes.set_xlim(0, max(values) * 1.18)
        axes.set_xlabel("Hours a year")
    largest = table.sort_values("required_hours", kind="stable").iloc[-1]
    share = format_share(float(largest["required_hours"]) / required, 0) if required else "none"
    title = f"{largest['segment']} calls for {share} of all hours; the team can give "
    title += f"{format_share(available / required, 0)} of what members call for." if required else "them."
    alt = "Bars of hours a year: " + join_words(
        [f"{label} {format_value(float(value), 'hours')}" for label, value in zip(labels, values, strict=True)]
    )
    caption = "Members of a segment times the hours one of them calls for, beside what the whole team can give."
    return Chart(figure, title, f"{alt}.", caption, table, name="hours_by_segment")
