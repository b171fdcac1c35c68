import dataclasses
import json
import math

import jsonschema
import pytest

from axlib.verbs.diagnose import diagnose
from axlib.verbs.headline_numbers import SCHEMA_FILE, list_headlines, write_headlines
from tests.verbs.small import RULES, blank, engagement, members


def numbers(value):
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, float) else []


def schema():
    return json.loads(SCHEMA_FILE.read_text("utf-8"))


def test_headlines_are_of_the_published_shape(small):
    jsonschema.validate(list_headlines(small), schema())


def test_headlines_are_those_of_the_results(small):
    headlines = list_headlines(small)
    assert headlines["retention"]["nrr"]["value"] == small.retention.overall["nrr"]
    assert headlines["segments"]["sizes"] == small.plan_segments.sizes
    assert headlines["capacity"]["team_load"] == small.coverage.team["load"].iloc[0]
    crossover = headlines["comparison"]["crossover"]
    assert sum(n for row in crossover.values() for n in row.values()) == len(small.tiers.table)
    assert headlines["data"]["members"] == {"read": 30, "kept": 30, "merged": 0, "quarantined": 0}


def test_a_gap_of_nobody_is_no_gap_of_nought(small):
    nobody = dataclasses.replace(small.service_gap, totals=dict.fromkeys(small.service_gap.totals, 0))
    headlines = list_headlines(dataclasses.replace(small, service_gap=nobody))
    assert headlines["service_gap"] == {"available": False, "why": "No member could be compared."}
    jsonschema.validate(headlines, schema())


def test_headlines_are_plain_numbers_and_the_same_bytes_each_time(small):
    text = write_headlines(small)
    assert text == write_headlines(small)
    assert all(math.isfinite(number) for number in numbers(json.loads(text)))


@pytest.mark.parametrize(
    "changed",
    [
        {"terms": None},
        {"staff": None, "touches": None},
        {"members": members(status=lambda i: "lapsed")},
        {"members": blank(members())},
        {"members": members(2), "terms": None, "touches": None},
    ],
    ids=["no terms", "no staff", "all lapsed", "no attributes", "two members"],
)
def test_what_is_absent_says_why_and_keeps_the_shape(tmp_path, changed):
    headlines = list_headlines(diagnose(engagement(tmp_path, RULES, **changed)))
    jsonschema.validate(headlines, schema())
    absent = [part for part in headlines.values() if isinstance(part, dict) and part.get("available") is False]
    assert all(part["why"] for part in absent)
