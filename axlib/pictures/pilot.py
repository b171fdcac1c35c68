"""What a pilot could show, drawn."""

from __future__ import annotations

from axlib.pictures.chart import BLUE, GREY, INK, Chart, draw_figure, fit_height, show_reason
from axlib.verbs.pilot import Pilot, points
from axlib.words.display import count_words, format_number, format_share, join_words
from axlib.words.results import Unavailable


def plot_pilot(pilot: Pilot | Unavailable) -> Chart:
    """Draw how probably a pilot of the members there are would find each difference."""
    if isinstance(pilot, Unavailable):
        return show_reason(pilot)
    table = pilot.sizes
    if len(table) == 0:
        return show_reason(Unavailable("A pilot", "so few leave that no fall could be told."))
    is_fall = pilot.whom == "under"
    labels = [
        f"{points(row['difference_share'])}" + (f", to {format_share(row['changed_rate'])}" if is_fall else "")
        for row in table.to_dict("records")
    ]
    powers = [format_share(float(power), 0) for power in table["power_here"]]
    needs = [f"{format_number(int(needed))} in each arm" for needed in table["needed_per_arm"]]
    with draw_figure(fit_height(len(table), each=0.5)) as (figure, axes):
        colours = [BLUE if power >= pilot.power_asked else GREY for power in table["power_here"]]
        bars = axes.barh(range(len(table)), table["power_here"], color=colours, height=0.62)
        axes.scatter(table["power_simulated"], range(len(table)), s=26, color=INK, zorder=3)
        axes.axvline(pilot.power_asked, color=INK, linewidth=1.2, linestyle="--", zorder=0)
        texts = [f"{power}  (needs {need})" for power, need in zip(powers, needs, strict=True)]
        axes.bar_label(bars, texts, padding=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
        axes.set_yticks(range(len(table)), labels)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.95)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel("Share of such pilots that would find it")
    what = "A fall of the share gone by" if is_fall else "That the share gone is no higher by more than"
    alt = f"Bars of power. {what} " + join_words(
        [f"{label}: {power}, needs {need}" for label, power, need in zip(labels, powers, needs, strict=True)]
    )
    n = count_words(pilot.n_changed + pilot.n_usual, "member")
    if not is_fall:
        row = table.iloc[int((table["difference_share"] - pilot.margin).abs().argmin())]
        shown = format_share(float(row["power_here"]), 0)
        title = f"With {n}, no harm beyond {points(pilot.margin)} is shown {shown} of times."
    elif pilot.detectable != pilot.detectable:
        title = f"A pilot of {n} would find no fall, however large."
    else:
        asked = format_share(pilot.power_asked, 0)
        title = f"A pilot of {n} would find a fall by {points(pilot.detectable)} or more {asked} of times."
    caption = (
        f"{'How far the share gone falls' if is_fall else 'The margin'}, and how often a pilot of these members would "
        f"show it; dashed, the {format_share(pilot.power_asked, 0)} asked for; dots, the same in drawn pilots."
    )
    return Chart(figure, title, f"{alt}.", caption, table, name="pilot")
