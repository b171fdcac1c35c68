"""Picture of what each segment is like: where its answers stand out against all members."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from axlib.pictures.chart import BLUE, INK, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason, wrap_label
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.explanation import Explanation
from axlib.verbs.segment_profile import STANDS_OUT
from axlib.words.display import count_words, format_number, format_share, format_value
from axlib.words.results import Unavailable

_COLOURS = LinearSegmentedColormap.from_list("standout", [ORANGE, "#ffffff", BLUE])
MOST_ROWS = 24


def plot_profile(explanation: Explanation | Unavailable) -> Chart:
    """Draw how far each attribute of each segment stands out against all members."""
    if isinstance(explanation, Unavailable):
        return show_reason(explanation)
    profile = explanation.profile
    filled = [name for name in explanation.words if name != UNDETERMINED]
    profile = profile[profile["segment"].isin(filled)].dropna(subset=["standout"])
    if len(profile) == 0:
        return show_reason(Unavailable("What the segments are like", "no member with a segment has answers."))
    if len(filled) == 1:
        why = "there is one segment, and nothing to set it against."
        return show_reason(Unavailable("What the segments are like", why))
    names = profile["attribute"].str.replace("_", " ")
    level = profile["level"].str.replace("_", " ")
    profile = profile.assign(row=names.where(profile["level"] == "", names + ": " + level))
    order = list(dict.fromkeys(profile["row"]))
    strength = profile.groupby("row")["standout"].agg(lambda values: float(np.abs(values).max()))
    # Rows that tell segments apart least are left to the table.
    kept = set(strength.sort_values(ascending=False, kind="stable").index[:MOST_ROWS])
    rows = [row for row in order if row in kept]
    standout = profile.pivot_table(index="row", columns="segment", values="standout", aggfunc="first").reindex(
        index=rows, columns=filled
    )
    words = profile.assign(words=_words(profile)).pivot_table(
        index="row", columns="segment", values="words", aggfunc="first"
    )
    words = words.reindex(index=rows, columns=filled)
    with draw_figure(fit_height(len(rows), each=0.3)) as (figure, axes):
        axes.pcolormesh(standout.to_numpy(), cmap=_COLOURS, vmin=-1, vmax=1, edgecolors="white", linewidth=1.5)
        for (y, x), text in np.ndenumerate(words.to_numpy(dtype=object)):
            value = standout.to_numpy()[y, x]
            if not np.isnan(value):
                colour = "white" if abs(value) > 0.7 else INK
                axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=8.5, color=colour)
        axes.set_yticks(np.arange(len(rows)) + 0.5, [shorten(row, 40) for row in rows])
        heads = [wrap_label(name.removesuffix(" (unnamed)"), len(filled)) for name in filled]
        axes.set_xticks(np.arange(len(filled)) + 0.5, heads, fontsize=9 if len(filled) < 6 else 8)
        axes.tick_params(length=0)
        axes.xaxis.tick_top()
        axes.invert_yaxis()
        axes.spines[:].set_visible(False)
    plain = int((profile.groupby("segment")["standout"].agg(lambda values: np.abs(values).max()) >= STANDS_OUT).sum())
    title = f"{plain} of {count_words(len(filled), 'segment')} stand out against all members."
    alt = "Heat map of attributes by segment. " + ". ".join(
        f"{name}: {explanation.words[name] or 'nothing stands out'}" for name in filled
    )
    caption = (
        "Blue is higher or more often than among all members, orange lower or less often; in each cell the mean of a "
        "scale, the median of a number, or the share of a category."
    )
    columns = ["segment", "attribute", "level", "n", "standout"]
    return Chart(figure, title, f"{alt}.", caption, profile[columns].reset_index(drop=True), name="segment_profile")


def _words(profile: pd.DataFrame) -> list[str]:
    """Write the value of each row in its unit."""
    return [
        format_share(value, 0) if kind == "categorical" else f"{format_number(value, 1)}" if kind == "ordinal" else
        format_value(value, "number")
        for kind, value in zip(profile["kind"], profile["value"], strict=True)
    ]  # fmt: skip
