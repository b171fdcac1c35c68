"""Picture of the lifecycle: which segments members call for in each stage."""

from __future__ import annotations

import numpy as np
import seaborn as sns

from axlib.pictures.chart import BLUE, Chart, draw_figure, fit_height, show_reason, wrap_label
from axlib.verbs.journeys import Journeys
from axlib.words.display import HIDDEN, format_number, format_share
from axlib.words.results import Unavailable


def plot_journeys(journeys: Journeys | Unavailable) -> Chart:
    """Draw how the members asked about each stage spread over the segments."""
    if isinstance(journeys, Unavailable):
        return show_reason(journeys)
    table = journeys.summary()
    counts = table.set_index(table.columns[0]).astype(float)
    # With cells hidden, a row's visible cells do not add up to its stage, and shares of them would mislead.
    totals = counts.sum(axis=1).where(counts.notna().all(axis=1))
    shares = counts.div(totals.where(totals > 0), axis=0)
    shades = shares.where(totals.notna(), counts.div(counts.max(axis=1), axis=0), axis=0)
    texts = [
        [
            HIDDEN
            if np.isnan(count)
            else f"{format_number(int(count))}" + ("" if np.isnan(share) else f"\n{format_share(share, 0)}")
            for count, share in zip(counts.loc[stage], shares.loc[stage], strict=True)
        ]
        for stage in counts.index
    ]
    stages = [str(stage).replace("_", " ") for stage in counts.index]
    with draw_figure(fit_height(len(counts), each=0.7, least=2.2)) as (figure, axes):
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
        axes.set_yticklabels(stages, rotation=0)
        axes.set_xlabel("")
        axes.set_ylabel("")
        axes.tick_params(length=0)
    changing, several = journeys.changing
    title = (
        f"{format_share(changing / several, 0)} of members asked about several stages call for another on the way."
        if several
        else "Which segments members call for, stage by stage."
    )
    rows = [
        f"{stage}: " + ", ".join(f"{name} {text.split()[0]}" for name, text in zip(counts.columns, row, strict=True))
        for stage, row in zip(stages, texts, strict=True)
    ]
    caption = "Each row is a lifecycle stage; the darker a cell, the more of those asked about it are in the segment."
    return Chart(figure, title, "Members by stage and segment. " + "; ".join(rows) + ".", caption, journeys.counts,
                 name="journeys")  # fmt: skip
