import dataclasses

import pytest

from axlib.pictures.capacity import plot_load_outlook, plot_pool, plot_waves


def test_circles_are_loads_and_bars_their_intervals(drawn):
    outlook = drawn.load_outlook
    axes = plot_load_outlook(outlook).figure.axes[0]
    bars, circles = axes.collections[:2]
    assert circles.get_offsets()[:, 0].tolist() == pytest.approx(outlook.by_person["load"].tolist())
    ends = [segment[:, 0].tolist() for segment in bars.get_segments()]
    assert ends == [pytest.approx(pair) for pair in outlook.by_person[["load_low", "load_high"]].to_numpy().tolist()]


def test_the_title_counts_hazards_and_names_nobody(drawn):
    outlook = drawn.load_outlook
    for hazards, words in ((["overload", "none", "overload"], "2 people carry"), (["none"] * 3, "Nobody surely")):
        chart = plot_load_outlook(dataclasses.replace(outlook, by_person=outlook.by_person.assign(hazard=hazards)))
        assert words in chart.title
        assert not any(name in chart.title for name in outlook.by_person["name"])
        assert "no measure of a person" in chart.caption


def test_nobody_with_hours_is_said(drawn):
    outlook = drawn.load_outlook
    none = dataclasses.replace(outlook, by_person=outlook.by_person.assign(load=float("nan")))
    assert "nobody has both members and hours" in plot_load_outlook(none).title


def test_bars_are_members_who_move(drawn):
    waves = drawn.transition.waves
    axes = plot_waves(drawn.transition).figure.axes[0]
    assert [bar.get_height() for bar in axes.patches] == (waves["hand_overs"] + waves["newly_placed"]).tolist()


def test_lines_are_the_table_and_the_chosen_is_circled(drawn):
    pool = drawn.pool
    axes = plot_pool(pool).figure.axes[0]
    within = next(line for line in axes.lines if line.get_label() == "answered in time")
    assert list(within.get_ydata()) == pytest.approx(pool.table["within"].tolist())
    assert axes.collections[-1].get_offsets().tolist() == [
        [pool.chosen["agents"], pytest.approx(pool.chosen["within"])]
    ]
