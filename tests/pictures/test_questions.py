import dataclasses

import pytest

from axlib.pictures.questions import plot_question_value, plot_short_form
from axlib.words.results import Unavailable
from tests.verbs.test_question_value import ask


@pytest.fixture(scope="module")
def asked():
    return ask()


def test_bars_are_the_gains_of_what_somebody_lacks(asked):
    chart = plot_question_value(asked)
    bars = chart.figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == pytest.approx(asked.table["gain_bits"].tolist())
    name = asked.table["attribute"].iloc[0].replace("_", " ")
    assert chart.title.lower().startswith(name)
    assert "<svg" in chart.svg


def test_the_line_is_the_short_form_and_marks_where_it_may_end(asked):
    chart = plot_short_form(asked)
    line, point = chart.figure.axes[0].lines
    assert line.get_xdata().tolist() == pytest.approx((100 * asked.short_form["placed"]).tolist())
    assert point.get_ydata()[0] == len(asked.shortest)
    assert "<svg" in chart.svg


def test_nothing_to_ask_is_said(asked):
    full = dataclasses.replace(asked, table=asked.table.assign(lacking=0))
    assert plot_question_value(full).figure is None
    for plot in (plot_question_value, plot_short_form):
        assert plot(Unavailable("What to ask next", "nothing was fitted.")).figure is None
