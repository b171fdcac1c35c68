"""Two runs beside each other: what moved, what is noise, what is not compared."""

import copy
import json
from datetime import date

import jsonschema
import numpy as np
import pandas as pd
import pytest

from axlib.numbers.intervals import wilson_interval
from axlib.reports.client_view import view_for_client
from axlib.reports.earlier_run import find_earlier
from axlib.verbs.compared_measures import DEFINITIONS, MEASURED
from axlib.verbs.diagnose import diagnose
from axlib.verbs.headline_numbers import SCHEMA_FILE, list_headlines
from axlib.verbs.run_changes import compare_runs
from tests.verbs.faces import NO_NUMBER
from tests.verbs.small import engagement


@pytest.fixture
def now(small):
    return list_headlines(small)


@pytest.fixture
def then(now):
    """The same numbers, a year earlier."""
    earlier = {**copy.deepcopy(now), "as_of": "2024-12-31"}
    earlier["service_gap"]["window"] = ["2023-01-01", "2023-12-31"]
    return earlier


def readings(changes):
    return changes.table.set_index("measure")["reading"].to_dict()


def test_the_same_numbers_moved_nothing(then, now):
    changes = compare_runs(then, now)
    assert set(readings(changes).values()) == {"within noise", "counted"}
    assert (changes.table["change"] == 0).all()
    assert not changes.overlaps
    assert (changes.findings["before"] == changes.findings["after"]).all()


def test_a_change_beyond_both_intervals_moved_and_says_so(then, now):
    then["retention"]["logo_churn"] = {"value": 0.6, "low": 0.55, "high": 0.65, "n": 30}
    then["retention"]["nrr"]["value"] += 0.001
    then["capacity"]["team_load"] = 0.5
    then["findings"] = then["findings"][2:]
    changes = compare_runs(then, now)
    assert [name for name, reading in readings(changes).items() if reading == "moved"] == ["logo churn"]
    assert "Logo churn moved by −40 points [" in changes.text
    assert "NRR (−0.1 points)" in changes.text
    assert "the team's load from 0.50× to" in changes.text
    assert "2 findings are new." in changes.text


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_numbers_of_other_definitions_are_not_compared(then, now, definition):
    then["definitions"][definition] = "other"
    changes = compare_runs(then, now)
    apart = changes.table[changes.table["reading"] == "not compared"]
    labels = {measure.label for measure in MEASURED if definition in measure.needs}
    assert set(apart["measure"]) == labels & set(changes.table["measure"])
    assert (apart["because"] == DEFINITIONS[definition]).all()
    assert apart[["change", "change_low", "change_high"]].isna().all(axis=None)
    assert not set(apart["measure"]) & set(changes.summary()["measure"])


def test_nothing_comparable_is_said(then, now):
    then["definitions"] = dict.fromkeys(then["definitions"], "other")
    assert "Nothing could be compared." in compare_runs(then, now).text


def test_without_an_earlier_report_or_with_another_kind_it_says_why(then, now):
    assert compare_runs(None, now).why == "there is no earlier report to compare with."
    assert "another version" in compare_runs({**then, "schema_version": 0}, now).why
    assert "another version" in compare_runs({key: then[key] for key in then if key != "definitions"}, now).why
    assert "not earlier" in compare_runs(now, now).why


def test_service_of_one_year_in_both_reports_is_no_change(then, now):
    assert {"under-served members", "over-served members"} <= set(readings(compare_runs(then, now)))
    then["service_gap"]["window"] = now["service_gap"]["window"]
    assert not {"under-served members", "over-served members"} & set(readings(compare_runs(then, now)))


def test_windows_that_share_months_are_said(then, now):
    assert "share months" in compare_runs({**then, "as_of": "2025-09-30"}, now).text


def test_an_absent_number_is_left_out(then, now):
    then["retention"] = {"available": False, "why": "no terms."}
    changes = compare_runs(then, now)
    assert not {"NRR", "logo churn"} & set(changes.table["measure"])
    assert changes.n > 0


def test_where_nothing_is_going_on_at_most_one_report_in_twenty_says_that_something_moved(then, now):
    """Five measures of two cohorts of one truth, as independent as they can be; 600 pairs of reports."""
    rng = np.random.default_rng(sum(map(ord, "nothing moved")))
    names = ("nrr", "grr", "logo_churn", "revenue_churn", "renewal_rate")
    claims = 0
    for _ in range(600):
        for run in (then, now):
            for name in names:
                gone = int(rng.binomial(400, 0.15))
                low, high = wilson_interval(gone, 400)
                run["retention"][name] = {"value": gone / 400, "low": low, "high": high, "n": 400}
        claims += "moved" in readings(compare_runs(then, now)).values()
    # The exact 99 % bound of 600 draws at 5 % is 45.
    assert claims <= 45


def test_sentences(then, now, snapshot):
    then["retention"]["logo_churn"] = {"value": 0.6, "low": 0.55, "high": 0.65, "n": 30}
    then["capacity"]["team_load"] = 0.5
    then["definitions"] |= {"currency": "EUR", "tiers": "other"}
    then["as_of"] = "2025-06-30"
    changes = compare_runs(then, now)
    assert not NO_NUMBER.search(changes.text)
    assert [changes.text, *changes.summary().agg(" | ".join, axis=1)] == snapshot


def test_a_diagnosis_with_an_earlier_run_holds_the_changes_and_writes_them(then, tmp_path):
    found = diagnose(engagement(tmp_path), earlier=then)
    assert found.changes.since == date(2024, 12, 31)
    headlines = list_headlines(found)
    jsonschema.validate(headlines, json.loads(SCHEMA_FILE.read_text("utf-8")))
    assert len(headlines["changes"]["measures"]) == len(found.changes.table)
    assert isinstance(view_for_client(found).changes.table, pd.DataFrame)


def write(root, day, run, content):
    folder = root / day / run
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def test_the_earlier_run_is_the_newest_of_the_latest_earlier_day(tmp_path):
    assert find_earlier(tmp_path, as_of=date(2025, 12, 31)) is None
    write(tmp_path, "2024-12-31", "20260301T000000Z-a", {"as_of": "2024-12-31", "x": 1})
    write(tmp_path, "2025-06-30", "20260101T000000Z-b", {"as_of": "2025-06-30", "x": 2})
    write(tmp_path, "2025-06-30", "20260201T000000Z-a", {"as_of": "2025-06-30", "x": 3})
    write(tmp_path, "2025-06-30", "20260202T000000Z-a", "{broken")
    write(tmp_path, "2025-09-30", ".building-20260202T000000Z-a", {"as_of": "2025-09-30"})
    write(tmp_path, "2025-12-31", "20260203T000000Z-a", {"as_of": "2025-12-31", "x": 4})
    assert find_earlier(tmp_path, as_of=date(2025, 12, 31))["x"] == 3
    assert find_earlier(tmp_path, as_of=date(2025, 6, 30))["x"] == 1
    assert find_earlier(tmp_path, as_of=date(2024, 12, 31)) is None
