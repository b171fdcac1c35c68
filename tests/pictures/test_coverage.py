import dataclasses

import pytest

from axlib.pictures.coverage import plot_hours_by_segment, plot_load


def test_bars_are_loads_and_one_is_marked(drawn):
    chart = plot_load(drawn.coverage)
    axes = chart.figure.axes[0]
    assert [bar.get_width() for bar in axes.patches[: len(chart.table)]] == pytest.approx(chart.table["load"].tolist())
    assert [1, 1] in [list(line.get_xdata()) for line in axes.lines]


def test_who_is_over_is_counted_in_the_title(drawn):
    people = drawn.coverage.by_person
    heavy = dataclasses.replace(drawn.coverage, by_person=people.assign(load=[1.5, 3.0, 0.2]))
    assert plot_load(heavy).title == (
        "2 managers are asked for more than one person can give, while 1 manager is filled to less than half."
    )
    even = dataclasses.replace(drawn.coverage, by_person=people.assign(load=0.8))
    assert plot_load(even).title == "Everyone's load is between half and full."


def test_nobody_with_hours_is_said(drawn):
    none = dataclasses.replace(drawn.coverage, by_person=drawn.coverage.by_person.assign(load=float("nan")))
    assert "nobody has both members and hours" in plot_load(none).title


def test_hours_of_segments_stand_beside_what_the_team_can_give(drawn):
    axes = plot_hours_by_segment(drawn.coverage).figure.axes[0]
    widths = [bar.get_width() for bar in axes.patches]
    table = drawn.coverage.by_segment.dropna(subset=["required_hours"])
    total, available = table["required_hours"].sum(), drawn.coverage.team["available_hours"].iloc[0]
    assert widths == pytest.approx([*table["required_hours"], total, available])


def test_assumed_hours_are_said_under_the_picture(drawn):
    assert "assumptions" in plot_load(drawn.coverage).caption
    known = dataclasses.replace(drawn.coverage, hours_source="client")
    assert "assumptions" not in plot_load(known).caption
