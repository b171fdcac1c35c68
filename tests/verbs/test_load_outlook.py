"""How sure loads are: exact where there is one segment, statements tried with other hours, turnover by hand."""

from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import plan_coverage
from axlib.verbs.load_outlook import assess_load
from axlib.verbs.segments import make_segmentation
from axlib.verbs.turnover import count_turnover
from tests.verbs.plans import COVERAGE, STAFF, members_of
from tests.verbs.test_rebalancing import bankers

DAY = date(2025, 12, 31)


def plan_of(segments, members, staff, coverage=COVERAGE, utilisation=0.8):
    return plan_coverage(segments, members=members, staff=staff, coverage=coverage, utilisation=utilisation)


def outlook_of(plan, coverage=COVERAGE, **changed):
    return assess_load(plan, coverage=coverage, rng=np.random.default_rng(5), **changed)


def one_segment(hours=10.0, n=50, available=625.0, **keys):
    coverage = [CoverageSegment(name="Some", hours_per_year=hours, **keys)]
    ids = pd.Series([f"m{i}" for i in range(n)], dtype="str")
    segments = make_segmentation(ids, ["Some"] * n, segments=["Some"], method="rules")
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(["a"] * n, dtype="str")})
    staff = pd.DataFrame({"staff_id": ["a"], "hours_per_year": [available]})
    return plan_of(segments, members, staff, coverage), coverage


def test_one_segment_has_the_interval_declared():
    plan, coverage = one_segment(hours_range=(8, 14))
    row = outlook_of(plan, coverage).by_person.iloc[0]
    # 500 hours of 50 members at ten; load 1.0 in the plan, between 0.8 and 1.4.
    assert row["load"] == pytest.approx(1.0)
    assert row["load_low"] == pytest.approx(0.8, rel=0.02)
    assert row["load_high"] == pytest.approx(1.4, rel=0.02)
    spread = np.log(14 / 8) / (2 * NormalDist().inv_cdf(0.975))
    assert row["p_over"] == pytest.approx(1 - NormalDist(np.log(np.sqrt(0.8 * 1.4)), spread).cdf(0), abs=0.03)


def test_uncertainty_is_a_factor_both_ways():
    plan, coverage = one_segment()
    row = outlook_of(plan, coverage, uncertainty=0.5).by_person.iloc[0]
    assert row["load_low"] == pytest.approx(1 / 1.5, rel=0.03)
    assert row["load_high"] == pytest.approx(1.5, rel=0.03)
    sure = outlook_of(plan, coverage, uncertainty=0.0).by_person.iloc[0]
    assert (sure["load_low"], sure["load_high"]) == pytest.approx((1.0, 1.0))


def test_the_bankers_statements_and_which_survive():
    plan = plan_of(*bankers())
    assert plan.by_person.set_index("staff_id")["load"].to_dict() == pytest.approx(
        {"HT-1": 0.215, "HT-2": 0.215, "LT-1": 3.0, "LT-2": 3.0}
    )
    assert plan.team["load"].item() == pytest.approx(1.6075)
    assert plan.team["residual_hours"].item() == pytest.approx(2916)
    outlook = outlook_of(plan)
    told = outlook.sensitivity.set_index("statement")
    assert told["survives"].to_dict() == {
        "2 people are asked for more than one can give": True,
        "The highest load is at least 3 times what one can give": False,
        "However members are shared out, hours are short": True,
        "2 people are filled to less than half": True,
        "Each of these could carry 4 times today's members": False,
    }
    # At 0.215 five times today's members do not fit, and four do up to 16 % more hours.
    assert told.loc["Each of these could carry 4 times today's members", "turns_at"] == pytest.approx(1 / 0.86)
    assert told.loc["However members are shared out, hours are short", "turns_at"] == pytest.approx(1 / 1.6075)
    assert outlook.by_person.set_index("staff_id")["times"].dropna().to_dict() == {"HT-1": 4, "HT-2": 4}
    assert outlook.by_person["hazard"].tolist() == ["none", "none", "overload", "overload"]
    band = outlook.band.set_index("utilisation")["team_load"]
    assert band.to_dict() == pytest.approx({0.70: 7716 / 4200, 0.75: 7716 / 4500, 0.80: 1.6075})


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_statements_hold_where_planning_with_those_hours_says_so(factor):
    given = bankers()
    told = outlook_of(plan_of(*given)).sensitivity.set_index("statement")
    scaled = [segment.model_copy(update={"hours_per_year": segment.steady_hours * factor}) for segment in COVERAGE]
    again = plan_of(*given, coverage=scaled)
    loads, team = again.by_person["load"], again.team["load"].item()
    column = "holds_low" if factor < 1 else "holds_high"
    assert told.loc["2 people are asked for more than one can give", column] == ((loads > 1).sum() == 2)
    assert told.loc["The highest load is at least 3 times what one can give", column] == (loads.max() >= 3)
    assert told.loc["2 people are filled to less than half", column] == ((loads < 0.5).sum() == 2)
    assert told.loc["Each of these could carry 4 times today's members", column] == (4 * loads.nsmallest(2).max() <= 1)
    assert told.loc["However members are shared out, hours are short", column] == (team > 1)


def test_members_of_unknown_segment_widen_the_interval_and_lift_it():
    segments, members = members_of()
    plan = plan_of(segments, members, STAFF)
    outlook = outlook_of(plan, uncertainty=0.0)
    unknown = plan.by_person["undetermined"] > 0
    assert unknown.any()
    assert (outlook.by_person["load_low"] >= plan.by_person["load"] - 1e-12).all()
    assert (outlook.by_person["load_high"] <= plan.by_person["load_high"] + 1e-12).all()
    assert (outlook.by_person.loc[unknown, "load_high"] > outlook.by_person.loc[unknown, "load_low"]).all()


def test_people_stand_by_team_and_name_whatever_they_carry():
    outlook = outlook_of(plan_of(*members_of(), STAFF))
    assert outlook.by_person["staff_id"].tolist() == ["a", "b", "c"]
    assert outlook.by_team["team"].tolist() == ["X", "Y", "all"]
    assert "no measure of them" in outlook_of(plan_of(*bankers())).text


def dates(*texts):
    return pd.to_datetime(pd.Series(texts))


def test_turnover_is_counted_by_hand():
    staff = pd.DataFrame(
        {
            "staff_id": ["a", "b", "c", "d"],
            "hours_per_year": 1000.0,
            "team": ["X", "X", "Y", "Y"],
            "started_on": dates("2020-01-01", "2025-07-02", "2020-01-01", "2026-03-01"),
            "left_on": dates(None, None, "2025-07-02", None),
        }
    )
    touches = pd.DataFrame(
        {
            "staff_id": ["a", "c", "c"],
            "at": pd.to_datetime(["2025-03-01", "2025-03-01", "2024-06-01"]),
            "minutes": [60 * 400.0, 60 * 600.0, 60 * 999.0],
        }
    )
    table = count_turnover(staff, touches=touches, utilisation=0.8, as_of=DAY, window_months=12).set_index("team")
    assert table.loc["all", ["people", "left", "joined"]].tolist() == [2, 1, 1]
    assert table.loc["X", "person_years"] == pytest.approx(1 + 182 / 365.25, abs=0.01)
    assert table.loc["Y", "person_years"] == pytest.approx(183 / 365.25, abs=0.01)
    assert table.loc["all", "leave_rate"] == pytest.approx(1 / table.loc["all", "person_years"])
    assert table.loc["all", "leavers_load"] == pytest.approx(600 / 800)
    # Of those who stayed one logged 400 hours and one nothing that the log tells.
    assert table.loc["X", "stayers_load"] == pytest.approx(400 / 800)
    assert pd.isna(table.loc["X", "leavers_load"])


def test_nobodys_days_known_is_no_turnover():
    staff = pd.DataFrame({"staff_id": ["a"], "hours_per_year": [1.0]})
    assert len(count_turnover(staff, touches=None, utilisation=0.8, as_of=DAY, window_months=12)) == 0


def test_an_outlook_with_turnover_says_who_left():
    segments, members = members_of()
    staff = STAFF.assign(left_on=dates(None, None, "2025-06-30"))
    plan = plan_coverage(segments, members=members, staff=staff, coverage=COVERAGE, utilisation=0.8, as_of=DAY)
    outlook = outlook_of(plan, staff=staff, as_of=DAY)
    assert "1 person left in the window, of 2.5 years worked." in outlook.text
