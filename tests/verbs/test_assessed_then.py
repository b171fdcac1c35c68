from datetime import date

import pytest

from axlib.tables.attributes import collect_attributes
from axlib.tables.coverage_segments import read_segments
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.tables.stage_attributes import collect_stage_attributes
from axlib.verbs.assessed_then import assess_on
from axlib.verbs.assignment import derive_rng
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.segments import segment_by_column, segment_by_rules
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.tables.engagements import clean_files

#: Half of the members are asked early and again late; every third one joined between.
MEMBERS = "member_id,joined_on,internal_capacity\n" + "".join(
    f"m{n},{'2025-02-01' if n % 3 == 0 else '2020-01-01'},{4 if n % 2 else 0}\n" for n in range(120)
)
ANSWERS = "member_id,item,value,stage,at\n" + "".join(
    f"m{n},guidance_need,{0 if n % 2 else 4},onboarding,2024-01-01\n"
    f"m{n},guidance_need,{4 if n % 2 else 0},steady,2025-06-01\n"
    f"m{n},stakes,{n % 2},,2025-06-01\n"
    for n in range(120)
)
T0 = date(2024, 12, 31)
SEGMENTS = read_segments()
RULES = (
    SEGMENTS[0].model_copy(update={"rules": ("guidance_need <= 1",)}),
    SEGMENTS[2].model_copy(update={"rules": ("guidance_need >= 3",)}),
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return clean_files(tmp_path_factory.mktemp("then"), {"members.csv": MEMBERS, "answers.csv": ANSWERS})


@pytest.fixture(scope="module")
def attributes(clean):
    return collect_attributes(
        clean, attributes=[AttributeSettings(name=n) for n in ("guidance_need", "internal_capacity", "stakes")]
    )


@pytest.fixture(scope="module")
def now(attributes):
    return segment_by_ax(attributes, segments=SEGMENTS, k=2, rng=derive_rng(0, "then"))


def test_rules_see_what_was_known_that_day(clean, attributes):
    today = segment_by_rules(attributes.table, segments=RULES)
    then = assess_on(today, attributes=attributes, clean=clean, day=T0, segments=RULES)
    now = today.table.set_index("member_id")["segment"]
    past = then.table.set_index("member_id")["segment"]
    assert (now["m1"], past["m1"]) == ("Synchronous", "Inbound")
    assert past["m2"] == "Synchronous"
    assert len(past) == 80  # who joined later is not there


def test_the_model_is_that_of_today(clean, attributes, now):
    then = assess_on(now, attributes=attributes, clean=clean, day=T0)
    assert then.model == now.model
    assert then.segments == now.segments
    assert len(then.table) == 80
    # Stakes were not asked by then, so two answers of three are known.
    assert not then.table["reason"].str.startswith("fewer").any()


def test_columns_without_a_day_can_be_taken_as_not_known(clean, attributes, now):
    then = assess_on(now, attributes=attributes, clean=clean, day=T0, undated="blank")
    assert then.table["reason"].str.startswith("fewer than 0.5").all()
    assert then.undetermined == 80


def test_today_is_what_the_last_day_gives(clean, attributes, now):
    then = assess_on(now, attributes=attributes, clean=clean, day=date(2026, 1, 1))
    assert then.fingerprint == now.fingerprint


def test_by_stage_a_member_has_the_segment_of_its_stage_that_day(clean):
    settings = [AttributeSettings(name=name) for name in ("guidance_need", "internal_capacity")]
    stages = collect_stage_attributes(clean, attributes=settings)
    by_row = segment_by_rules(stages.attributes.table, segments=RULES)
    options = {"attributes": stages.attributes, "clean": clean, "segments": RULES, "by_stage": True}
    then = assess_on(by_row, day=T0, **options).table.set_index("member_id")["segment"]
    later = assess_on(by_row, day=date(2025, 12, 31), **options).table.set_index("member_id")["segment"]
    assert (then["m1"], later["m1"]) == ("Inbound", "Synchronous")
    assert then.index.is_unique


def test_before_anything_was_known_there_are_no_segments(clean, attributes, now):
    early = date(2019, 1, 1)
    assert isinstance(assess_on(now, attributes=attributes, clean=clean, day=early, undated="blank"), Unavailable)


def test_segments_of_a_column_have_no_past(clean, attributes):
    column = segment_by_column(clean.members.assign(own="A"), column="own")
    with pytest.raises(DataError, match="segments by column hold nothing"):
        assess_on(column, attributes=attributes, clean=clean, day=T0)
