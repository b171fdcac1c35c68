"""A segment that does not come back has no name on any page a client sees, and keeps it inside."""

import dataclasses

import pandas as pd
import pytest

from axlib.reports.client_view import view_for_client
from axlib.reports.hiding.unstable_names import rename_segments
from axlib.verbs.diagnose import diagnose
from axlib.words.results import Unavailable
from tests.verbs.faces import draw_all, everything_shown
from tests.verbs.small import RULES, engagement, members, terms, touches


@pytest.fixture(scope="module")
def shaky(tmp_path_factory):
    """Classes of which one is said not to come back."""
    keys = RULES.replace("method: rules", "method: classes")
    files = {"members": members(120), "terms": terms(120), "touches": touches(120)}
    diagnosis = diagnose(engagement(tmp_path_factory.mktemp("shaky"), keys, **files))
    table = diagnosis.stability.table
    least = table["jaccard"].mask(table["segment"] == "Synchronous", 0.41)
    stability = dataclasses.replace(diagnosis.stability, table=table.assign(jaccard=least))
    return dataclasses.replace(diagnosis, stability=stability)


def test_it_is_named_nowhere_before_a_client(shaky):
    view = view_for_client(shaky)
    # The engagement's own list of segments and their hours is a definition, not a finding.
    shown = everything_shown(view, draw_all(view))
    lines = [line for line in shown.splitlines() if "Synchronous" in line and "Hours a member needs" not in line]
    assert lines == []
    assert "Unstable segment 1" in shown
    assert "Task Force" in shown


def test_its_numbers_stay(shaky):
    view = view_for_client(shaky)
    assert view.plan_segments.sizes["Unstable segment 1"] == shaky.plan_segments.sizes["Synchronous"]
    assert list(view.plan_segments.sizes.values()) == list(shaky.plan_segments.sizes.values())
    before, after = shaky.coverage.by_segment, view.coverage.by_segment
    assert before["required_hours"].tolist() == after["required_hours"].tolist()


def test_inside_it_keeps_its_name(shaky):
    assert "Synchronous" in everything_shown(shaky, draw_all(shaky))


def test_where_rules_decide_their_names_stay(shaky):
    ruled = dataclasses.replace(shaky, method_choice=dataclasses.replace(shaky.method_choice, used="rules"))
    view = view_for_client(ruled)
    assert "Synchronous" in view.plan_segments.sizes
    assert "Synchronous" not in view.classes.sizes


def test_only_whole_names_are_renamed():
    result = Unavailable("Sync", "Synchronous and Sync, Asynchronous; Sync.")
    renamed = rename_segments(result, {"Sync": "Unstable segment 1"})
    assert renamed.why == "Synchronous and Unstable segment 1, Asynchronous; Unstable segment 1."
    assert renamed.analysis == "Unstable segment 1"
    assert rename_segments(result, {}) is result


def test_a_renamed_name_is_not_renamed_again():
    result = Unavailable("a", "A and B")
    assert rename_segments(result, {"A": "B", "B": "A"}).why == "B and A"
    assert pd.Series(["x"]).dtype == rename_segments(result, {"A": "B"}).summary()["why"].dtype
