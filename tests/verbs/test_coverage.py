import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.coverage import plan_coverage
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable

NAMES = [segment.name for segment in read_segments()]


def case(n=60):
    rng = np.random.default_rng(sum(map(ord, "coverage")))
    ids = pd.Series([f"m{i:03d}" for i in range(n)], dtype="str")
    segments = make_segmentation(
        ids, rng.choice([*NAMES, "undetermined"], n).astype(object), segments=NAMES, method="rules"
    )
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(rng.choice(["a", "b", "c"], n), dtype="str")})
    staff = pd.DataFrame(
        {"staff_id": ["a", "b", "c"], "hours_per_year": [900.0, 100.0, 400.0], "team": ["X", "X", "Y"]}
    )
    return segments, members, staff


def plan(segments, members, staff, **changed):
    return plan_coverage(
        segments, members=members, staff=staff, coverage=read_segments(), **{"utilisation": 0.8, **changed}
    )


def test_people_and_segments_hold_the_same_members_and_hours():
    result = plan(*case())
    assert result.by_person["members"].sum() == result.by_segment["members"].sum() == 60
    assert result.by_person["required_hours"].sum() == pytest.approx(result.by_segment["required_hours"].sum())
    assert result.team["required_hours"].iloc[0] == pytest.approx(result.by_segment["required_hours"].sum())


def test_bounds_hold_the_load():
    result = plan(*case())
    for table in (result.by_person, result.team):
        assert (table["load_low"] >= table["load"] - 1e-12).all()
        assert (table["load_high"] >= table["load_low"]).all()


def test_order_of_rows_and_columns_changes_nothing():
    segments, members, staff = case()
    one = plan(segments, members, staff)
    other = plan(
        segments,
        members.sample(frac=1, random_state=1)[members.columns[::-1]],
        staff.sample(frac=1, random_state=2)[staff.columns[::-1]],
    )
    for name in ("by_person", "by_segment", "team"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-12)


def test_arguments_are_not_changed():
    given = case()
    before = [given[0].table.copy(deep=True), given[1].copy(deep=True), given[2].copy(deep=True)]
    plan(*given)
    for one, other in zip([given[0].table, given[1], given[2]], before, strict=True):
        pd.testing.assert_frame_equal(one, other)


def unnamed(members):
    name = "Class 1 (unnamed)"
    return make_segmentation(members["member_id"], [name] * len(members), segments=[name], method="classes")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda s, m, t: (s, m, None), "the export has no staff"),
        (lambda s, m, t: (s, m.drop(columns="staff_id"), t), "no member names who covers it"),
        (
            lambda s, m, t: (s, m.assign(staff_id=pd.array([None] * len(m), dtype="str")), t),
            "no member names who covers it",
        ),
        (lambda s, m, t: (s, m, t.assign(hours_per_year=0.0)), "nobody of the staff has hours"),
        (lambda s, m, t: (unnamed(m), m, t), "no member is in a segment that has hours"),
    ],
)
def test_what_cannot_be_planned_says_why(change, why):
    result = plan(*change(*case()))
    assert isinstance(result, Unavailable)
    assert why in result.why
    assert result.ask


def test_assumed_hours_make_a_scenario_and_known_hours_do_not():
    given = case()
    assert "these loads are a scenario" in plan(*given).text
    assert "scenario" not in plan(*given, hours_source="client").text
