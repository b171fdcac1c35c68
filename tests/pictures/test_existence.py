import pytest

from axlib.pictures.existence import plot_existence
from axlib.words.results import Unavailable


def test_the_line_is_the_gain_among_those_of_the_worlds(drawn):
    chart = plot_existence(drawn.existence)
    axes = chart.figure.axes[0]
    assert sum(bar.get_height() for bar in axes.patches) == len(drawn.existence.worlds)
    assert axes.lines[0].get_xdata()[0] == pytest.approx(drawn.existence.table["gain"].iloc[0])
    assert chart.title.lower() == f"{drawn.existence.reading}."


def test_no_test_is_said():
    assert "rules" in plot_existence(Unavailable("Existence of groups", "segments by rules cut.")).title
