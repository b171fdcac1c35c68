"""Picture of survival: the share still members by months of membership, with bands."""

from __future__ import annotations

from typing import Literal

from axlib.pictures.chart import BLUE, GREEN, GREY, INK, ORANGE, RED, Chart, draw_figure, shorten, show_reason
from axlib.verbs.survival import Survival
from axlib.words.display import format_share, format_value
from axlib.words.results import Unavailable

_COLOURS = (BLUE, ORANGE, GREEN, RED, GREY, INK)
_STYLES = ("solid", "dashed", "dotted")
#: Bands of more groups than this would hide each other.
_MOST_BANDS = 4


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
        axes.set_xlim(0, survival.horizon_months / 12)
        axes.yaxis.set_major_formatter(lambda value, _: format_share(value, 0))
        axes.set_xlabel("Years of membership")
        axes.set_ylabel("Still members")
        if len(groups) > 1:
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
