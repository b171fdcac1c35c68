import pandas as pd
import pytest

from axlib.pictures.success_vector import plot_success_vector
from axlib.reports.hiding.vector import hide_vector
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable
from tests.verbs.test_success_vector import measure


def vector():
    ids = pd.Series([f"m{i}" for i in range(20)], dtype="str")
    labels = ["A"] * 12 + ["B"] * 8
    segments = make_segmentation(ids, labels, segments=("A", "B", "C"), method="rules")
    rows = [(name, "one", "2026-02-01" if i % 3 else "2025-01-31", None) for i, name in enumerate(ids)]
    return measure(*rows, members=ids, segments=segments)


def bars(chart):
    return {
        container.get_label(): [patch.get_width() for patch in container.patches]
        for container in chart.figure.axes[0].containers
    }


def test_bars_are_the_shares_of_each_segment():
    chart = plot_success_vector(vector())
    drawn = bars(chart)
    assert drawn["on course"] == pytest.approx([8 / 12, 5 / 8])
    assert drawn["off course"] == pytest.approx([4 / 12, 3 / 8])
    assert chart.title == "On course to the next milestone: 67 % in A, 62 % in B."
    assert "A: on course 8, drifting 0, off course 4, reached 0" in chart.alt


def test_hidden_groups_are_hatched_and_not_in_the_words():
    chart = plot_success_vector(hide_vector(vector(), 4))
    assert "B: on course hidden" in chart.alt
    assert chart.title == "A: 67 % of members under way are on course to their next milestone."
    assert plot_success_vector(hide_vector(vector(), 50)).figure is None


def test_without_milestones_the_reason_stands_there():
    assert plot_success_vector(Unavailable("Success Vector", "there are none.")).figure is None
