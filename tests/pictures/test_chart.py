"""What every picture owes its reader: a finding, words for who cannot see it, its numbers, and the same bytes twice."""

import re

import pytest
from bs4 import BeautifulSoup
from defusedxml import ElementTree

import axlib
from axlib.pictures.chart import shorten, show_reason
from axlib.words.results import Unavailable
from tests.verbs.faces import NO_NUMBER, PLOTS

#: Pictures of an intake, which stays with the team: drawn from members some of whom were asked.
OF_INTAKE = (
    "plot_journeys", "plot_intake_margin", "plot_response", "plot_segment_shares", "plot_question_value",
    "plot_short_form", "plot_rater_agreement",
)  # fmt: skip
#: And of the team's plans, and of effects that the findings do not tell.
KEPT_INSIDE = (*OF_INTAKE, "plot_waves", "plot_moves", "plot_effect")
VIEWS = ("drawn", "drawn_for_client", "hostile")


def chart_of(request, view, plot):
    source = view.replace("drawn", "asked").replace("hostile", "hostile_asked") if plot in OF_INTAKE else view
    return getattr(axlib, plot)(getattr(request.getfixturevalue(source), PLOTS[plot]))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("plot", PLOTS)
def test_a_picture_has_its_words_and_its_numbers(request, plot, view):
    chart = chart_of(request, view, plot)
    if view == "drawn_for_client" and plot in KEPT_INSIDE and chart.figure is None:
        assert re.search("stays with them|fewer than|stands among the findings", chart.title)
        return
    assert chart.figure is not None
    assert chart.title.endswith(".") and chart.alt.endswith(".") and chart.caption.endswith(".")
    assert chart.alt != chart.title
    for text in (chart.title, chart.alt, chart.caption):
        assert not NO_NUMBER.search(text), text
    assert len(chart.table)
    page = BeautifulSoup(chart._repr_html_(), "html.parser")
    assert page.find("img")["alt"] == chart.alt
    assert page.find("figcaption").strong.text == chart.title
    assert page.find("details").find("table")
    assert not page.find("script")


@pytest.mark.parametrize("view", ["drawn", "hostile"])
@pytest.mark.parametrize("plot", PLOTS)
def test_drawing_twice_gives_the_same_bytes(request, plot, view):
    chart = chart_of(request, view, plot)
    svg = chart.svg
    assert svg == chart.svg == chart_of(request, view, plot).svg
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    assert not re.search(r"<script|javascript:|onload=|<image|<!ENTITY", svg, re.IGNORECASE)
    assert not [value for value in re.findall(r'href="([^"]*)"', svg) if not value.startswith("#")]


@pytest.mark.parametrize("plot", PLOTS)
def test_what_is_unavailable_gives_its_reason_and_no_picture(plot):
    chart = getattr(axlib, plot)(Unavailable("This <analysis>", "the export has none.", "one"))
    assert chart.figure is None
    assert chart.svg == ""
    assert "the export has none. It would take: one." in chart.title
    assert chart._repr_html_().startswith('<aside class="ax-withheld">')
    assert "<analysis>" not in chart._repr_html_()


def test_no_figure_is_left_to_the_global_state(drawn):
    import matplotlib.pyplot as plt

    axlib.plot_segments(drawn.plan_segments)
    assert plt.get_fignums() == []


def test_dollars_are_no_mathematics(hostile):
    figure = axlib.plot_segments(hostile.plan_segments).figure
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "$5k-$10k" in labels
    assert not any(label.get_parse_math() for label in figure.axes[0].get_yticklabels())


def test_long_labels_are_cut_and_stay_apart(hostile):
    axes = axlib.plot_crossover(hostile.comparison).figure.axes[0]
    assert all(len(label.get_text()) <= 40 for label in [*axes.get_xticklabels(), *axes.get_yticklabels()])
    assert len(axes.get_xticklabels()) == len(hostile.comparison.counts.columns)
    assert shorten("x" * 34) == "x" * 34


def test_a_reason_carries_its_table():
    assert show_reason(Unavailable("a", "b.")).table["why"].tolist() == ["b."]
