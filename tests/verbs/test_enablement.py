import pandas as pd
import pytest

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import plan_coverage
from axlib.verbs.delivery import measure_delivery
from axlib.verbs.enablement import plan_enablement
from axlib.verbs.hours_model import model_hours
from axlib.verbs.segments import make_segmentation
from tests.verbs.plans import COVERAGE, STAFF, members_of, touches_of
from tests.verbs.test_delivery import DAY

ITEM = {"setup": 20, "yearly": 5}
TALKS = CoverageSegment(
    name="Talks",
    hours_per_year=10,
    modes={"sync": 0.8, "async": 0.2},
    enablement={"content": ITEM, "playbooks": {"sync": {**ITEM, "ready": True}}},
    carve_outs=[{"what": "news in writing", "share": 0.25, "hours_ratio": 0.4}],
)
EMPTY = CoverageSegment(name="Empty", hours_per_year=99, enablement={"tooling": ITEM})


def enable(*, staff=None, pool=None, delivery=None, coverage=(TALKS, EMPTY), n=50):
    ids = pd.Series([f"m{i:02d}" for i in range(n)], dtype="str")
    segments = make_segmentation(ids, ["Talks"] * n, segments=[one.name for one in coverage], method="rules")
    staff = pd.DataFrame({"staff_id": ["a"], "hours_per_year": [1000.0]}) if staff is None else staff
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(["a"] * n, dtype="str")})
    plan = plan_coverage(segments, members=members, staff=staff, coverage=coverage, utilisation=0.8)
    model = model_hours(segments, coverage=coverage, delivery=delivery)
    return plan_enablement(
        segments, coverage=coverage, plan=plan, model=model, staff=staff, delivery=delivery, pool_is_staffed=pool
    )


def test_hours_are_those_declared_of_segments_with_members():
    row = enable().team.iloc[0]
    # What is ready needs no setup; a segment without members needs nothing.
    assert (row["setup_hours"], row["yearly_hours"]) == (20, 10)
    assert row["load"] == pytest.approx(500 / 800)
    assert row["load_with_enablement"] == pytest.approx(510 / 800)


def test_a_carve_out_frees_what_the_other_mode_does_not_take():
    result = enable()
    row = result.carve_outs.iloc[0]
    # 500 hours, 400 of them live, a quarter of these in writing at two fifths of the time.
    assert row[["hours_before", "hours_after", "hours_freed"]].tolist() == pytest.approx([100, 40, 60])
    assert result.team["load_after_carve_outs"].item() == pytest.approx(440 / 800)
    assert "If contact is carved out of Talks as declared, 60.0 hours a year are freed" in result.text


def checks(result):
    return result.readiness.set_index(["segment", "check"])["ready"].to_dict()


def test_what_is_missing_is_told_and_what_is_there_is_not():
    result = enable()
    assert checks(result) == {
        ("Talks", "Content, tooling and playbooks"): False,
        ("Talks", "A playbook for every mode"): False,
        ("Talks", "People who may serve it"): True,
        ("all", "Members' Appropriate Experience known"): True,
    }
    notes = result.readiness.set_index("check")["note"]
    assert notes["Content, tooling and playbooks"] == "still to be made: content"
    assert notes["A playbook for every mode"] == "no playbook is declared for async"


def test_nobody_who_may_serve_is_told():
    staff = pd.DataFrame({"staff_id": ["a"], "hours_per_year": [1000.0], "segments": ["Empty"]})
    bare = TALKS.model_copy(update={"name": "Empty"})
    ids = pd.Series(["x", "y"], dtype="str")
    segments = make_segmentation(ids, ["Talks", "Empty"], segments=["Talks", "Empty"], method="rules")
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(["a", "a"], dtype="str")})
    plan = plan_coverage(segments, members=members, staff=staff, coverage=[TALKS, bare], utilisation=0.8)
    model = model_hours(segments, coverage=[TALKS, bare])
    found = checks(plan_enablement(segments, coverage=[TALKS, bare], plan=plan, model=model, staff=staff))
    assert not found[("Talks", "People who may serve it")]
    assert found[("Empty", "People who may serve it")]


def test_pools_modes_in_use_and_a_whole_demo_kind():
    segments, members = members_of()
    plan = plan_coverage(segments, members=members, staff=STAFF, coverage=COVERAGE, utilisation=0.8)
    keys = {"members": members, "people": None, "ends_on": DAY, "window_months": 12}
    delivery = measure_delivery(segments, tiers=None, touches=touches_of(members), **keys)
    model = model_hours(segments, coverage=COVERAGE, delivery=delivery)
    given = {"coverage": COVERAGE, "plan": plan, "model": model, "staff": STAFF, "delivery": delivery}
    for staffed in (True, False):
        found = checks(plan_enablement(segments, **given, pool_is_staffed=staffed))
        assert found[("Inbound", "A pool with people of its own")] is staffed
        assert ("Inbound", "People who may serve it") not in found
    by_mode = model.by_mode.set_index(["segment", "mode"])
    for name in ("Inbound", "Synchronous"):
        modes = [mode for one in COVERAGE if one.name == name for mode in one.modes]
        rows = by_mode.loc[[(name, mode) for mode in modes]]
        assert found[(name, "Practice in its modes")] == bool(
            (rows["delivered_hours"] >= 0.5 * rows["required_hours"]).all()
        )


def test_unknown_members_are_not_ready_to_move():
    ids = pd.Series(["a", "b"], dtype="str")
    segments = make_segmentation(ids, ["Talks", "undetermined"], segments=["Talks"], method="rules")
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(["a", "a"], dtype="str")})
    staff = pd.DataFrame({"staff_id": ["a"], "hours_per_year": [1000.0]})
    plan = plan_coverage(segments, members=members, staff=staff, coverage=[TALKS], utilisation=0.8)
    model = model_hours(segments, coverage=[TALKS])
    found = checks(plan_enablement(segments, coverage=[TALKS], plan=plan, model=model, staff=staff))
    assert not found[("all", "Members' Appropriate Experience known")]
