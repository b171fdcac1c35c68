"""Picture of survival: the share still members by months of membership, with bands."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from axlib.pictures.chart import BLUE, GREEN, GREY, INK, ORANGE, RED, Chart, draw_figure, shorten, show_reason
from axlib.verbs.survival import Survival
from axlib.words.display import format_share, format_value
from axlib.words.results import Unavailable

_COLOURS = (BLUE, ORANGE, GREEN, RED, GREY, INK)
_STYLES = ("solid", "dashed", "dotted")
#: Bands of more groups than this would hide each other.
_MOST_BANDS = 4
#: Height of a line of words, as a share of all members.
_LINE = 0.085


def plot_survival(
    survival: Survival | Unavailable, *, grouping: Literal["all", "tier", "segment"] = "segment"
) -> Chart:
    """Draw the share still members by years of membership, for each group of one grouping.

    Parameters
    ----------
    survival : Survival
    grouping : {'all', 'tier', 'segment'}
        Where it has no curve, that of all members is drawn.
    """
    if isinstance(survival, Unavailable):
        return show_reason(survival)
    wanted = grouping if (survival.curves["grouping"] == grouping).any() else "all"
    table = survival.curves[
        (survival.curves["grouping"] == wanted) & (survival.curves["month"] <= survival.horizon_months)
    ].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("How long members stay", "no group is large enough to be shown."))
    groups = list(dict.fromkeys(table["group"]))
    with draw_figure(3.2) as (figure, axes):
        for place, group in enumerate(groups):
            rows = table[table["group"] == group]
            years = rows["month"] / 12
            colour = _COLOURS[place % len(_COLOURS)]
            style = _STYLES[(place // len(_COLOURS)) % len(_STYLES)]
            axes.step(
                years, rows["survival"], where="post", color=colour, linestyle=style, label=shorten(str(group), 26)
            )
            if len(groups) <= _MOST_BANDS:
                bounds = (rows["survival_low"], rows["survival_high"])
                axes.fill_between(years, *bounds, step="post", color=colour, alpha=0.15, linewidth=0)
        axes.set_ylim(0, 1.03)
        years = survival.horizon_months / 12
        is_labelled = 1 < len(groups) <= _MOST_BANDS
        if is_labelled:
            _name_ends(axes, table, groups, at=years)
        axes.set_xlim(0, years * (1.45 if is_labelled else 1))
        axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= years])
        axes.spines["bottom"].set_bounds(0, years)
        axes.yaxis.set_major_formatter(lambda value, _: format_share(value, 0))
        axes.set_xlabel("Years of membership")
        axes.set_ylabel("Still members")
        if len(groups) > _MOST_BANDS:
            axes.legend(loc="lower left", frameon=False, fontsize=9)
    last = [table[table["group"] == group].iloc[-1] for group in groups]
    alt = "Share still members: " + "; ".join(
        f"{row['group']} {format_share(float(row['survival']))} ({format_share(float(row['survival_low']))} to "
        f"{format_share(float(row['survival_high']))}) after {format_value(row['month'] / 12, 'number')} years"
        for row in last
    )
    of_whom = {
        "all": "",
        "tier": " Tiers are by dues when the window opened.",
        "segment": " Segments rest on answers, which may be later than the window's opening where they carry no date.",
    }
    bands = " Bands are 95 % intervals." if len(groups) <= _MOST_BANDS else ""
    caption = f"A line falls where memberships of that age ended; who came into sight late counts from then on.{bands}"
    caption += of_whom[wanted]
    return Chart(figure, _title(survival, wanted), f"{alt}.", caption, table, name=f"survival_{wanted}")


def _title(survival: Survival, grouping: str) -> str:
    rows = survival.table[survival.table["grouping"] == grouping].dropna(subset=["restricted_mean"])
    if rows.empty:
        return "How long members stay."
    horizon = int(rows["horizon_months"].iloc[0])
    if len(rows) == 1:
        months = format_value(float(rows["restricted_mean"].iloc[0]), "months")
        whose = "A member" if grouping == "all" else f"A member of {rows['group'].iloc[0]}"
        return f"{whose} stays {months} of the first {horizon} months."
    apart = rows[(rows["difference_low"] > 0) | (rows["difference_high"] < 0)]
    low, high = (format_value(float(rows["restricted_mean"].agg(edge)), "months") for edge in ("min", "max"))
    more = "; the bands overlap" if apart.empty else ""
    return f"Of the first {horizon} months members stay {low} to {high}, depending on the {grouping}{more}."


def _name_ends(axes: Axes, table: pd.DataFrame, groups: list[str], *, at: float) -> None:
    """Write the name of each curve beside its end, in its colour; names keep off each other."""
    ends = {group: float(table.loc[table["group"] == group, "survival"].iloc[-1]) for group in groups}
    lowest = 0.03
    for group in sorted(groups, key=lambda name: ends[name]):
        height = max(ends[group], lowest)
        lowest = height + _LINE
        place = groups.index(group)
        axes.text(
            at * 1.02, height, shorten(str(group), 20), color=_COLOURS[place % len(_COLOURS)], va="center", fontsize=9
        )
