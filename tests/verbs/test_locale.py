"""A report in a reader's locale: no sentence, table or picture writes a number or a day in another way."""

import re

import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from axlib.words.errors import ConfigurationError
from axlib.words.number_formats import write_numbers_as
from tests.verbs.faces import draw_all, results_of, sentences
from tests.verbs.small import RULES, engagement, touches_of_two_years

#: What German readers would read as another number, or as no day.
FOREIGN = re.compile(r"\b\d+\.\d{1,2}\b(?!\.)|\b\d{4}-\d{2}-\d{2}\b|\d,\d{3}(?!\d) (?:members|hours)|\$\d")
#: Versions, hashes and names of files are written as they are.
AS_THEY_ARE = {"trace_provenance", "sources"}


def in_locale(name):
    return re.sub(r"report: \{(.*)\}", rf"report: {{\1, brand: {{locale: {name}}}}}", RULES)


@pytest.fixture(autouse=True)
def neutral():
    yield
    write_numbers_as(None)


def test_everything_shown_goes_by_the_locale(tmp_path):
    keys = in_locale("de-DE") + "currency: EUR\n"
    seen = view_for_client(diagnose(engagement(tmp_path, keys, touches=touches_of_two_years())))
    charts = draw_all(seen)
    shown = [(place, text) for place, text in sentences(seen, charts) if place not in AS_THEY_ARE]
    shown += [(name, repr(result)) for name, result in results_of(seen).items() if name not in AS_THEY_ARE]
    for name, chart in charts.items():
        if chart.figure is not None:
            assert chart.svg, "drawn, for ticks are written only then"
            axes = chart.figure.axes[0]
            shown += [(name, text.get_text()) for text in (*axes.texts, *axes.get_xticklabels())]
    assert sum("€" in text for _, text in shown) > 5
    assert sum(bool(re.search(r"\d{1,2}\.\d{1,2}\.\d{4}", text)) for _, text in shown) > 5
    assert [(place, found[0], text[:200]) for place, text in shown if (found := FOREIGN.search(text))] == []


def test_a_locale_that_is_none_is_refused_with_the_engagement(tmp_path):
    with pytest.raises(ConfigurationError, match="'german' is no locale; write a language and a country"):
        engagement(tmp_path, in_locale("german"))
