import dataclasses
from itertools import product

import pandas as pd
import pytest

from axlib.verbs.evidence import CAUSAL, LEVELS
from axlib.verbs.findings import grade_findings, list_withheld
from axlib.words.results import Unavailable

PARTS = ("retention", "comparison", "service_gap", "coverage", "blindness")


def graded(small, missing=(), **changed):
    parts = {name: getattr(small, name) for name in PARTS}
    parts |= {name: Unavailable(name.capitalize(), f"there is no {name}.") for name in missing}
    return grade_findings(**{**parts, "attributes_are_dated": False, "currency": "USD", **changed})


@pytest.mark.parametrize("there", list(product([True, False], repeat=5)), ids=str)
def test_whatever_is_missing_each_finding_is_told_or_withheld_and_claims_no_cause(small, there):
    missing = [name for name, is_there in zip(PARTS, there, strict=True) if not is_there]
    findings = graded(small, missing)
    table = findings.table
    assert ((table["text"] == "") == (table["withheld_because"] != "")).all()
    assert table["id"].is_unique
    assert set(table["level"]) <= set(LEVELS)
    for text in table["text"]:
        assert not CAUSAL.search(text)
        assert "nan" not in text.split()
    for name in set(missing) - {"blindness"}:
        assert f"there is no {name}." in set(findings.withheld["withheld_because"])


def test_assumed_hours_make_scenarios(small):
    levels = graded(small).table.set_index("id")["level"]
    assert levels[["load_by_person", "load_of_team", "service_gap"]].tolist() == ["S", "S", "S"]
    known = dataclasses.replace(small.coverage, hours_source="client")
    assert graded(small, coverage=known).table.set_index("id")["level"]["load_of_team"] == "0"


def test_what_predicts_churn_is_withheld_with_a_reason_for_each_case(small):
    reasons = {
        graded(small, missing, attributes_are_dated=dated).table["withheld_because"].iloc[-1]
        for missing, dated in (((), False), ((), True), (("retention",), True))
    }
    assert len(reasons) == 3
    assert all(reasons)


def test_not_dues_blind_is_said(small):
    told = graded(small, blindness=dataclasses.replace(small.blindness, r2=0.95, claim=False)).told
    assert told["text"].str.startswith("These segments are not dues-blind").any()


def test_each_open_question_is_listed_once(small):
    missing = [
        Unavailable("Coverage load", "there is no coverage."),
        Unavailable("Service gap", "there is no service_gap."),
    ]
    findings = graded(small, ["coverage", "service_gap"])
    table = list_withheld(findings, missing).table
    assert table["why"].is_unique
    assert {"there is no coverage.", "there is no service_gap."} <= set(table["why"])


def test_a_finding_of_hostile_words_is_escaped(small):
    findings = graded(small)
    table = findings.table.assign(text=findings.table["text"].mask(findings.table["id"] == "retention", "<script>"))
    page = dataclasses.replace(findings, table=table)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_nothing_found_is_said(small):
    findings = graded(small)
    empty = dataclasses.replace(findings, table=findings.table.iloc[:0])
    assert "Nothing could be found." in empty._repr_html_()
    assert isinstance(findings.summary(), pd.DataFrame)
