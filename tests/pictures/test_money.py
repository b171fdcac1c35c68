import dataclasses

import pytest

from axlib.pictures.money import MOST_BARS, plot_cost, plot_margin, plot_tornado
from axlib.words.display import format_share


def test_bars_are_costs_of_one_member_on_both_bases(drawn):
    chart = plot_cost(drawn.economics)
    widths = sorted(bar.get_width() for bar in chart.figure.axes[0].patches)
    table = chart.table
    assert widths == pytest.approx(sorted([*table["cost_per_member_today"], *table["cost_per_member_ax"]]))
    assert len(table) == len(drawn.economics.by_group("segment", "ax"))


def test_without_delivered_hours_only_the_hours_called_for_are_drawn(drawn):
    economics = drawn.economics
    alone = dataclasses.replace(
        economics,
        groups=economics.groups[economics.groups["basis"] == "ax"],
        totals=economics.totals[economics.totals["basis"] == "ax"],
    )
    assert len(plot_cost(alone).figure.axes[0].patches) == len(plot_cost(alone).table)
    for chart in (plot_cost(alone), plot_margin(alone)):
        assert "today" not in chart.title + chart.alt
        assert chart.title.startswith("If members got the hours called for")


def test_margins_are_drawn_where_they_are_and_cash_is_said(drawn):
    chart = plot_margin(drawn.economics)
    points = chart.figure.axes[0].collections[-1].get_offsets()
    assert [x for x, _ in points] == pytest.approx((chart.table["margin_share_ax"] * 100).tolist())
    for basis in ("today", "ax"):
        assert format_share(float(drawn.economics.of(basis)["margin_share"])) in chart.title
    assert "cash" in chart.title


def test_hidden_segments_are_not_drawn(drawn):
    groups = drawn.economics.groups
    names = groups.loc[groups["grouping"] == "segment", "group"].unique()
    masked = groups.assign(
        **{name: groups[name].mask(groups["group"] == names[0]) for name in ("cost_per_member", "margin_share")}
    )
    hidden = dataclasses.replace(drawn.economics, groups=masked)
    for plot in (plot_cost, plot_margin):
        assert names[0] not in plot(hidden).alt
        assert names[1] in plot(hidden).alt
    nothing = dataclasses.replace(drawn.economics, groups=groups.assign(cost_per_member=float("nan")))
    assert plot_cost(nothing).figure is None


def test_a_bar_of_the_tornado_goes_from_one_end_to_the_other(drawn):
    chart = plot_tornado(drawn.scenarios, outcome="load")
    bars = chart.figure.axes[0].patches
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
    for (low, high), row in zip(ends, chart.table.to_dict("records"), strict=True):
        assert sorted((row["at_low"], row["at_high"])) == pytest.approx([low, high])
    assert len(bars) <= MOST_BARS
    assert "Scenarios: 1: One more; 2: Fewer calls." in chart.caption


def test_an_outcome_nothing_moves_gives_its_reason(drawn):
    still = dataclasses.replace(drawn.scenarios, tornado=drawn.scenarios.tornado.iloc[:0])
    assert plot_tornado(still).figure is None
    assert "none of the assumptions moves it" in plot_tornado(still).title
