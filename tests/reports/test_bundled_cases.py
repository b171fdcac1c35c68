"""Every bundled case, whole: each picture and sentence of a report, as the team and as the client see it."""

import dataclasses

import pandas as pd
import pytest

import axlib
from axlib.words.results import Result
from tests.verbs.faces import NO_NUMBER, draw_all, sentences


@pytest.fixture(scope="module", params=["homebuilders", "pods"])
def diagnosis(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("demo") / request.param
    axlib.write_demo(request.param, place)
    return axlib.diagnose(axlib.read_engagement(place))


def tables_of(result):
    for field in dataclasses.fields(result):
        value = getattr(result, field.name)
        if isinstance(value, pd.DataFrame):
            yield f"{type(result).__name__}.{field.name}", value
        elif isinstance(value, Result) and dataclasses.is_dataclass(value):
            yield from tables_of(value)


@pytest.mark.parametrize("view", [lambda diagnosis: diagnosis, axlib.view_for_client], ids=["team", "client"])
def test_every_picture_can_be_drawn_and_every_sentence_be_read(diagnosis, view):
    seen = view(diagnosis)
    charts = draw_all(seen)
    assert all(chart.svg.startswith("<svg") for chart in charts.values() if chart.figure is not None)
    assert sum(chart.figure is not None for chart in charts.values()) > 15
    assert [(place, text) for place, text in sentences(seen, charts) if NO_NUMBER.search(text)] == []


@pytest.mark.parametrize("view", [lambda diagnosis: diagnosis, axlib.view_for_client], ids=["team", "client"])
def test_columns_of_numbers_are_of_numbers(diagnosis, view):
    """A column of mixed kinds is one that some picture or file will stumble over."""
    mixed = [
        f"{name}.{column}"
        for name, table in tables_of(view(diagnosis))
        for column in table.columns
        if table[column].dtype == object and table[column].map(lambda value: isinstance(value, float)).any()
    ]
    assert mixed == []
