"""The schemas say what the models say: what is read is allowed, what is refused for itself is refused, all is told."""

import json

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from axlib.tables.coverage_segments import BUILT_IN, SegmentsFile
from axlib.tables.schemas import _models_in, read_meanings, write_schema
from axlib.tables.settings.engagement import EngagementSettings
from axlib.tables.yaml_files import read_yaml
from axlib.words.errors import UsageError
from tests.places import BANKERS, ROOT
from tests.tables.engagements import write_engagement

ENGAGEMENT, SEGMENTS = (
    jsonschema.Draft202012Validator(json.loads(write_schema(name)), format_checker=jsonschema.FormatChecker())
    for name in ("engagement", "segments")
)
DEMOS = ROOT / "axlib" / "tables" / "demo"
BASE = {"client": "Acme", "as_of": "2025-12-31", "tables": {"members": "members.csv"}}


def as_json(keys):
    """The keys as an editor sees them: days are texts, keys of mappings are texts."""
    return json.loads(json.dumps(keys, default=str))


def is_read(keys, model=EngagementSettings):
    """Whether the model takes keys as the file would hold them."""
    try:
        model.model_validate(yaml_of(keys))
    except ValidationError:
        return False
    return True


def yaml_of(keys):
    """Keys by way of YAML, so that days become days."""
    return yaml.safe_load(yaml.safe_dump(keys).replace("'2025-12-31'", "2025-12-31"))


def test_both_are_valid_schemas():
    for validator in (ENGAGEMENT, SEGMENTS):
        jsonschema.Draft202012Validator.check_schema(validator.schema)


@pytest.mark.parametrize("validator", [ENGAGEMENT, SEGMENTS], ids=["engagement", "segments"])
def test_files_that_are_read_are_allowed(validator, tmp_path):
    if validator is SEGMENTS:
        validator.validate(as_json(read_yaml(BUILT_IN)))
        return
    validator.validate(as_json(read_yaml(BANKERS)))
    written = write_engagement(tmp_path, {"members.csv": "member_id\na\n"}, "segments: default\n")
    validator.validate(as_json(read_yaml(written.path)))


ENGAGEMENTS = [
    BANKERS, *sorted((ROOT / "tests").rglob("engagement.yml")),
    *(DEMOS / f"{name}.yml" for name in ("bankers", "homebuilders", "pods")),
]  # fmt: skip


@pytest.mark.parametrize("file", ENGAGEMENTS, ids=lambda file: file.parent.name + "/" + file.stem)
def test_every_engagement_here_is_allowed(file):
    assert [error.message for error in ENGAGEMENT.iter_errors(as_json(read_yaml(file)))] == []


@pytest.mark.parametrize("file", sorted(DEMOS.glob("*_segments.yml")), ids=lambda file: file.stem)
def test_every_file_of_segments_here_is_allowed(file):
    assert [error.message for error in SEGMENTS.iter_errors(as_json(read_yaml(file)))] == []


PLAIN = {
    "attributes": ["stakes", {"name": "x", "kind": "numeric", "edges": [1, 2.5]}],
    "segments": "segments.yml",
    "intake": "questions.yml",
    "tables": {"members": ["a.csv", "b.csv"], "staff": "staff.csv"},
    "values": {"members.status": {1: "active", 0.5: "lapsed", "x": "grace"}, "members.region": {"N": 1}},
    "columns": {"members": {"member_id": 1, "annual_dues": "Dues"}},
    "read": {"members": {"where": {"Year": 2024, "Kind": ["a", True]}, "header_row": 3, "sheet": 1}},
    "joins": {"members": [{"file": "x.csv", "match": "id", "keep": ["a", "b"]}]},
    "tiers": {"by": "bands", "edges": [500, 2500], "names": ["a", "b", "c"]},
    "as_of": "last_month_end",
    "evidence": {"locked": "0" * 64, "exploratory": True},
    "name": None,
}


@pytest.mark.parametrize("key", PLAIN)
def test_what_people_may_write_shortly_is_allowed(key):
    keys = {**BASE, key: PLAIN[key]}
    assert is_read(keys)
    assert ENGAGEMENT.is_valid(as_json(keys)), list(ENGAGEMENT.iter_errors(as_json(keys)))


WRONG = {
    "an unknown key": {"segmants": "default"},
    "an unknown key of a section": {"retention": {"grace": 3}},
    "no client": {"client": ""},
    "another table": {"tables": {"members": "m.csv", "people": "p.csv"}},
    "no members": {"tables": {"staff": "s.csv"}},
    "too many classes": {"segments": {"k": 99}},
    "a word for a number": {"retention": {"grace_days": "thirty"}},
    "a number that cannot be": {"capacity": {"utilisation": 1.5}},
    "another method": {"segments": {"method": "magic"}},
    "a currency in words": {"currency": "dollars"},
    "a status that is none": {"values": {"members.status": {"Active": "member"}}},
    "three edges of an attribute": {"attributes": [{"name": "x", "edges": [1, 2, 3]}]},
    "one colour by name": {"report": {"brand": {"colour": "green"}}},
    "four contrasts": {"evidence": {"primary": ["a", "b", "c", "d"]}},
    "a fingerprint that is none": {"evidence": {"locked": "abc"}},
}
#: What the model leaves to the reading of tables, and a schema can say.
SAID_LATER = {"a status that is none"}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_refused_is_refused_by_both(case):
    keys = {**BASE, **WRONG[case]}
    assert is_read(keys) == (case in SAID_LATER)
    assert not ENGAGEMENT.is_valid(as_json(keys))


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "seed": st.integers(-2, 10) | st.just("x"),
            "max_loss": st.floats(-1, 2, allow_nan=False),
            "dues_payers": st.sampled_from(["mark", "roll_up", "none"]),
            "retention": st.fixed_dictionaries(
                {}, optional={"window_months": st.integers(-1, 130), "rejoin": st.sampled_from(["new", "old"])}
            ),
            "segments": st.fixed_dictionaries(
                {}, optional={"k": st.integers(-1, 25) | st.just("auto"), "min_confidence": st.floats(-1, 2)}
            ),
            "report": st.fixed_dictionaries({}, optional={"min_cell": st.integers(-5, 1100) | st.booleans()}),
        },
    )
)
def test_model_and_schema_agree_on_single_keys(changed):
    keys = {**BASE, **changed}
    assert is_read(keys) == ENGAGEMENT.is_valid(as_json(keys))


def test_segments_that_cannot_be_are_refused_by_both():
    one = {"name": "One", "hours_per_year": 3}
    for wrong in ({"hours_per_year": -1}, {"modes": {"pigeon": 1}}, {"name": ""}, {"served_by": "x"}):
        keys = {"segments": [{**one, **wrong}]}
        assert not is_read(keys, SegmentsFile)
        assert not SEGMENTS.is_valid(keys)
    assert SEGMENTS.is_valid({"segments": [one]})
    assert not SEGMENTS.is_valid({"segments": []})


def all_models(model):
    found = [model]
    for one in found:
        found += [inner for inner in _models_in(one) if inner not in found]
    return found


@pytest.mark.parametrize(
    "model", [*all_models(EngagementSettings), *all_models(SegmentsFile)], ids=lambda m: m.__name__
)
def test_every_key_has_its_meaning(model):
    """Written under Attributes in the docstring of the model that reads it."""
    meanings = read_meanings(model)
    assert [key for key in model.model_fields if not meanings.get(key)] == []


def test_an_editor_is_told_what_a_key_means_and_what_columns_there_are():
    keys = ENGAGEMENT.schema["properties"]
    assert "set aside" in keys["max_loss"]["description"]
    assert keys["columns"]["properties"]["members"]["properties"]["annual_dues"]["description"] == "Annual dues"
    assert "active" in keys["values"]["properties"]["members.status"]["additionalProperties"]["enum"]


def test_another_name_is_refused():
    with pytest.raises(UsageError, match="Did you mean 'segments'"):
        write_schema("segment")
