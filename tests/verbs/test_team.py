from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.coverage import plan_coverage
from axlib.verbs.rebalancing import rebalance_team
from axlib.verbs.team import lay_out_team
from axlib.words.results import Unavailable
from tests.verbs.plans import COVERAGE, STAFF, members_of

DAY = date(2025, 12, 31)


def days(*texts):
    return pd.to_datetime(pd.Series(texts))


def team_of(**columns):
    staff = STAFF.assign(**columns)
    return lay_out_team(staff, utilisation=0.8, as_of=DAY, ramp_by_month=[0.25, 0.5]).set_index("staff_id")


def test_hours_are_paid_hours_times_ramp_times_utilisation():
    team = team_of(ramp=[0.5, np.nan, 1.0])
    assert team["available_hours"].tolist() == pytest.approx([900 * 0.5 * 0.8, 300 * 0.8, 400 * 0.8])


def test_who_left_or_begins_later_is_not_here():
    team = team_of(left_on=days("2025-12-31", None, "2026-01-01"), started_on=days(None, "2026-01-01", "2020-01-01"))
    assert team["here"].tolist() == [False, False, True]
    assert team["available_hours"].tolist() == pytest.approx([0, 0, 320])


@pytest.mark.parametrize(
    ("started", "share"),
    [
        ("2025-12-31", 0.25),
        ("2025-12-01", 0.25),
        ("2025-11-30", 0.5),
        ("2025-10-31", 1.0),
        ("2019-05-05", 1.0),
        (None, 1.0),
    ],
)
def test_new_people_ramp_up_by_month(started, share):
    team = team_of(started_on=days(started, None, None))
    assert team.loc["a", "available_hours"] == pytest.approx(900 * 0.8 * share)


def test_a_stated_ramp_goes_before_the_months():
    team = team_of(started_on=days("2025-12-31", None, None), ramp=[0.9, np.nan, np.nan])
    assert team.loc["a", "available_hours"] == pytest.approx(900 * 0.8 * 0.9)


def test_members_of_who_left_are_members_of_nobody_in_the_plan_and_find_somebody_by_rebalancing():
    segments, members = members_of()
    staff = STAFF.assign(left_on=days(None, "2025-06-30", None))
    keys = {"members": members, "staff": staff, "coverage": COVERAGE, "utilisation": 0.8, "as_of": DAY}
    plan = plan_coverage(segments, **keys)
    assert plan.by_person["staff_id"].tolist() == ["a", "c"]
    owners = members["staff_id"].isin(["b", "gone"])
    assert plan.unassigned == owners.sum()
    hours = plan.books.loc[plan.books["staff_id"].isna(), "required_hours"].sum()
    assert plan.unassigned_hours == pytest.approx(hours)
    assert plan.team["required_hours"].item() == pytest.approx(plan.by_person["required_hours"].sum() + hours)
    assert plan.summary()["staff_id"].tolist() == ["a", "c", "nobody", "all"]
    moved = rebalance_team(segments, **keys)
    assert "b" not in set(moved.assignment.loc[moved.assignment["segment"] != "undetermined", "to_staff_id"])
    assert moved.team["required_hours"].item() == pytest.approx(plan.team["required_hours"].item())


def test_a_team_that_left_altogether_plans_nothing():
    segments, members = members_of()
    gone = STAFF.assign(left_on=days("2025-01-01", "2025-01-01", "2025-01-01"))
    found = plan_coverage(segments, members=members, staff=gone, coverage=COVERAGE, utilisation=0.8, as_of=DAY)
    assert isinstance(found, Unavailable)
    assert "has left" in found.why
