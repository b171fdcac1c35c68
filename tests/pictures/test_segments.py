import dataclasses

import pytest

from axlib.pictures.segments import plot_class_choice, plot_segments, plot_stability
from axlib.verbs.segments import make_segmentation


def widths(axes):
    return [bar.get_width() for bar in axes.patches]


def test_bars_are_the_members_of_each_segment(drawn):
    chart = plot_segments(drawn.plan_segments)
    summary = drawn.plan_segments.summary()
    assert widths(chart.figure.axes[0]) == summary["members"].tolist()
    assert [label.get_text() for label in chart.figure.axes[0].get_yticklabels()] == summary["segment"].tolist()


def test_segments_whose_names_begin_alike_have_a_bar_each(drawn):
    names = ["a" * 60 + "1", "a" * 60 + "2"]
    ids = drawn.plan_segments.table["member_id"]
    same = make_segmentation(ids, [names[i % 2] for i in range(len(ids))], segments=names, method="column")
    axes = plot_segments(same).figure.axes[0]
    assert len({bar.get_y() for bar in axes.patches}) == 2


def test_nobody_to_segment_is_said(drawn):
    empty = dataclasses.replace(drawn.plan_segments, table=drawn.plan_segments.table.iloc[:0])
    assert plot_segments(empty).figure is None


def test_the_choice_of_classes_marks_the_chosen(drawn):
    chart = plot_class_choice(drawn.segments)
    chosen = drawn.segments.trade_off.query("chosen").iloc[0]
    line, point = chart.figure.axes[0].lines
    assert line.get_xdata().tolist() == drawn.segments.trade_off["k"].tolist()
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (chosen["k"], chosen["bic"])


def test_rules_have_no_choice_of_classes(drawn):
    assert "not found by fitting classes" in plot_class_choice(drawn.rules).title


def test_stability_is_drawn_with_its_interval(drawn):
    chart = plot_stability(drawn.stability)
    assert widths(chart.figure.axes[0]) == pytest.approx(drawn.stability.table["jaccard"].tolist())
    stable = int((drawn.stability.table["jaccard"] >= 0.75).sum())
    assert chart.title.startswith(f"{stable} of ")
