"""Picture of the rules for the next intake: how much of each segment they find."""

from __future__ import annotations

from axlib.pictures.chart import BLUE, GREY, INK, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.surrogate import Surrogate
from axlib.words.display import count_words, format_share, join_words
from axlib.words.results import Unavailable


def plot_surrogate(surrogate: Surrogate | Unavailable) -> Chart:
    """Draw which share of each segment the rules put there, on members they were not made from."""
    if isinstance(surrogate, Unavailable):
        return show_reason(surrogate)
    table = surrogate.fidelity.reset_index(drop=True)
    every, places = table.iloc[0], range(len(table))
    with draw_figure(fit_height(len(table))) as (figure, axes):
        axes.barh(places, table["fidelity"], color=[BLUE, *[GREY] * (len(table) - 1)], height=0.6)
        for place, (low, high) in enumerate(zip(table["fidelity_low"], table["fidelity_high"], strict=True)):
            axes.plot([low, high], [place, place], color=INK, linewidth=1.2)
        axes.axvline(float(every["baseline_share"]), color=INK, linewidth=1, linestyle=":")
        axes.set_yticks(places, [shorten(str(name)) for name in table["segment"]])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(lambda value, _: format_share(value, 0))
        axes.set_xlabel("Members put into their own segment, held out")
    shares = [format_share(float(share), 0) for share in table["fidelity"]]
    n_rules = len(surrogate.rules) - 1
    title = f"{count_words(n_rules, 'rule')} by hand find the segment of {shares[0]} of members."
    alt = "Bars of the share of each segment that the rules find: " + join_words(
        [f"{name} {share}" for name, share in zip(table["segment"], shares, strict=True)]
    )
    caption = (
        "Each bar is the share of members whose segment the rules find, the thin line its 95 % interval; the dotted "
        "line is what putting everybody into the largest segment gets."
    )
    return Chart(figure, title, f"{alt}.", caption, table, name="surrogate")
