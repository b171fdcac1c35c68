"""What load means: hours members call for over hours a person can fill, done by hand."""

import pytest

from axlib.tables.coverage_segments import CoverageSegment, HoursByStage
from axlib.verbs.coverage import hours_by_member, plan_coverage
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable
from tests.spec.ascii_tables import read_table

LIGHT = CoverageSegment(name="Light", hours_per_year=2)
HEAVY = CoverageSegment(name="Heavy", hours_per_year=HoursByStage(first_year=50, steady=20, renewal=30))

MEMBERS = """
member_id  segment       staff_id  lifecycle_stage
m1         Light         ann       steady
m2         Light         ann       steady
m3         Heavy         ann       steady
m4         Heavy         bo        steady
m5         Heavy         bo        first_year
"""
STAFF = """
staff_id  hours_per_year  ramp
ann       100             -
bo        100             0.5
"""


def plan(members=MEMBERS, staff=STAFF, utilisation=0.8):
    table = read_table(members)
    segments = make_segmentation(
        table["member_id"], table["segment"].to_numpy(), segments=["Light", "Heavy"], method="rules"
    )
    return plan_coverage(
        segments, members=table, staff=read_table(staff), coverage=[LIGHT, HEAVY], utilisation=utilisation
    )


def of_person(result, name, column):
    return result.by_person.set_index("staff_id").loc[name, column]


def test_load_is_required_over_available_hours():
    result = plan()
    assert of_person(result, "ann", "required_hours") == 2 + 2 + 20
    assert of_person(result, "ann", "available_hours") == 100 * 0.8
    assert of_person(result, "ann", "load") == pytest.approx(24 / 80)


def test_ramp_lessens_the_hours_a_person_can_fill():
    assert of_person(plan(), "bo", "available_hours") == 100 * 0.5 * 0.8


def test_first_year_and_renewal_have_hours_of_their_own():
    assert of_person(plan(), "bo", "required_hours") == 20 + 50
    result = plan(MEMBERS.replace("first_year", "renewal"))
    assert of_person(result, "bo", "required_hours") == 20 + 30


def test_a_stage_without_hours_of_its_own_takes_the_steady_ones():
    table = read_table(MEMBERS)
    segments = make_segmentation(table["member_id"], ["Heavy"] * 5, segments=["Heavy"], method="rules")
    stages = table.set_index("member_id")["lifecycle_stage"].replace("steady", "growth")
    assert hours_by_member(segments, coverage=[HEAVY], stages=stages)["required_hours"].tolist() == [20] * 4 + [50]


def test_the_teams_load_is_of_sums_and_no_mean_of_loads():
    team = plan().team.iloc[0]
    assert team["load"] == pytest.approx((24 + 70) / (80 + 40))


def test_no_sharing_out_lessens_the_residual():
    result = plan(staff=STAFF.replace("100", "50"))
    assert result.team["residual_hours"].iloc[0] == pytest.approx(94 - 60)
    # One full person of this team gives 30 hours: half of what both can fill.
    assert result.team["residual_fte"].iloc[0] == pytest.approx(34 / 30)
    assert "cannot be rebalanced away" in result.text


def test_a_team_with_room_has_no_residual():
    assert plan().team["residual_hours"].iloc[0] == 0


UNSURE = MEMBERS.replace("m2         Light       ", "m2         undetermined")


def test_undetermined_members_bound_the_load_by_the_lightest_and_the_heaviest_segment():
    result = plan(UNSURE)
    assert of_person(result, "ann", "undetermined") == 1
    assert of_person(result, "ann", "load") == pytest.approx(22 / 80)
    assert of_person(result, "ann", "load_low") == pytest.approx((22 + 2) / 80)
    assert of_person(result, "ann", "load_high") == pytest.approx((22 + 20) / 80)


def test_the_teams_bounds_hold_also_where_one_person_has_no_hours():
    team = plan(UNSURE, STAFF.replace("ann       100", "ann       0")).team.iloc[0]
    assert team["load"] == pytest.approx((22 + 70) / 40)
    assert team["load_low"] == pytest.approx((22 + 70 + 2) / 40)
    assert team["load_high"] == pytest.approx((22 + 70 + 20) / 40)


def test_members_of_nobody_are_counted_and_said():
    result = plan(MEMBERS.replace("m5         Heavy         bo", "m5         Heavy         -"))
    assert result.unassigned == 1
    assert "Nobody is named for 1 current member, who calls for 50.0 hours more." in result.text
    assert result.team["required_hours"].iloc[0] == pytest.approx(24 + 20 + 50)


def test_members_of_somebody_unknown_are_members_of_nobody():
    assert plan(MEMBERS.replace("m5         Heavy         bo", "m5         Heavy         cy")).unassigned == 1


def test_members_if_full_keeps_the_mix():
    # Ann's members call for 8 hours each on average; 80 hours hold ten of them.
    assert of_person(plan(), "ann", "members_if_full") == 10


def test_a_team_without_hours_has_no_load():
    result = plan(staff=STAFF.replace("100", "0"))
    assert isinstance(result, Unavailable)


@pytest.mark.parametrize(("hours", "short"), [("94", True), ("300", False)])
def test_who_is_over_and_who_has_room_is_said(hours, short):
    result = plan(staff=f"staff_id  hours_per_year\nann  {hours}\nbo  20")
    assert ("1 person is above 1" in result.text) is True
    assert ("cannot be rebalanced away" in result.text) is short
