"""Every sentence and table a reader may meet of the small engagement, as it stands: read the diff when it changes."""

import re

import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from axlib.words.notebook_face import dress
from tests.verbs.faces import PLOTS, draw_all, results_of
from tests.verbs.small import RULES, engagement, touches_of_two_years


@pytest.fixture(scope="module")
def views(tmp_path_factory):
    whole = diagnose(engagement(tmp_path_factory.mktemp("whole"), touches=touches_of_two_years()))
    bare = diagnose(engagement(tmp_path_factory.mktemp("bare"), RULES, terms=None, touches=None, staff=None))
    return {"whole": whole, "for the client": view_for_client(whole), "members alone": bare}


STYLE = dress("").partition("<div")[0]
#: What differs between machines and versions, not between reports: versions, and numbers left to fitted classes.
LEFT_OUT = {"trace_provenance", "classes", "method_agreement", "stability", "blindness"}


@pytest.mark.parametrize("view", ["whole", "for the client", "members alone"])
def test_results_as_text(views, view, snapshot):
    faces = {name: repr(result) for name, result in results_of(views[view]).items() if name not in LEFT_OUT}
    assert {name: [re.sub(r" +", " ", line) for line in text.splitlines()] for name, text in faces.items()} == snapshot


def test_results_in_a_notebook(views, snapshot):
    """The HTML face, with the verb that draws it, but for data to download."""
    faces = {
        name: result._repr_mimebundle_()["text/html"].removeprefix(STYLE)
        for name, result in results_of(views["whole"]).items()
        if name not in LEFT_OUT
    }
    faces = {name: re.sub(r"base64,[\w+/=]+", "base64,…", face) for name, face in faces.items()}
    assert {
        name: re.split(r"(?=<(?:aside|caption|tr|p|li|dl|details)\b)", face) for name, face in faces.items()
    } == snapshot


@pytest.mark.parametrize("view", ["whole", "for the client", "members alone"])
def test_words_of_pictures(views, view, snapshot):
    charts = draw_all(views[view])
    assert {plot: [charts[plot].title, charts[plot].alt, charts[plot].caption] for plot in PLOTS} == snapshot


@pytest.mark.parametrize("view", ["whole", "for the client"])
def test_findings(views, view, snapshot):
    table = views[view].findings.table
    assert table[["id", "level", "text", "withheld_because"]].to_dict("records") == snapshot
