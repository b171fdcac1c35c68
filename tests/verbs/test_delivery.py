"""Hours of the log, counted again another way; what makes a log thin."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.delivery import count_work, measure_delivery
from axlib.verbs.segments import make_segmentation
from axlib.verbs.team import lay_out_team
from axlib.words.results import Unavailable
from tests.verbs.plans import STAFF, members_of, touches_of

DAY = date(2025, 12, 31)
SEGMENTS, MEMBERS = members_of()
TIERS = make_segmentation(
    MEMBERS["member_id"], np.where(np.arange(len(MEMBERS)) % 3 == 0, "L", "S"), segments=["S", "L"], method="dues"
)
PEOPLE = lay_out_team(STAFF, utilisation=0.8)


def deliver(touches, **changed):
    keys = {"tiers": TIERS, "members": MEMBERS, "people": PEOPLE, "ends_on": DAY, "window_months": 12, **changed}
    return measure_delivery(SEGMENTS, touches=touches, **keys)


def log():
    touches = touches_of(MEMBERS)
    extra = touches.head(5).assign(member_id="somebody else")
    return pd.concat([touches, extra], ignore_index=True).assign(minutes=lambda t: t["minutes"].mask(t.index % 50 == 0))


def test_all_tables_hold_the_hours_of_the_window():
    touches = log()
    result = deliver(touches)
    inside = touches[touches["at"].dt.year == 2025]
    own = inside[inside["member_id"].isin(MEMBERS["member_id"])]
    hours = own["minutes"].sum() / 60
    assert result.by_member["delivered_hours"].sum() == pytest.approx(hours)
    assert result.by_mode["delivered_hours"].sum() == pytest.approx(hours)
    for grouping in ("tier", "segment"):
        part = result.by_group[result.by_group["grouping"] == grouping]
        assert part["delivered_hours"].sum() == pytest.approx(hours)
        assert part["members"].sum() == len(MEMBERS)
    assert result.by_staff["delivered_hours"].sum() == pytest.approx(inside["minutes"].sum() / 60)
    assert result.by_month["delivered_hours"].sum() == pytest.approx(inside["minutes"].sum() / 60)
    assert result.elsewhere_hours == pytest.approx((inside["minutes"].sum() - own["minutes"].sum()) / 60)
    assert result.by_member["contacts"].sum() == len(own)
    by_hand = own.groupby("member_id")["minutes"].sum() / 60
    found = result.by_member.set_index("member_id")["delivered_hours"]
    pd.testing.assert_series_equal(found[found > 0], by_hand[by_hand > 0], check_names=False)


def test_half_a_year_counts_twice_by_mode_and_half_the_paid_hours():
    result = deliver(log(), window_months=6)
    assert result.by_mode["delivered_hours"].sum() == pytest.approx(2 * result.by_member["delivered_hours"].sum())
    assert result.by_staff["paid_hours"].sum() == pytest.approx(1600 / 2)


def test_order_of_rows_changes_nothing_and_arguments_stay():
    touches = log()
    before = touches.copy(deep=True)
    one, other = deliver(touches), deliver(touches.sample(frac=1, random_state=1))
    for name in ("by_member", "by_staff", "by_mode", "by_group", "by_month", "quality"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-12)
    pd.testing.assert_frame_equal(touches, before)


def test_a_good_log_is_not_thin():
    result = deliver(touches_of(MEMBERS))
    assert not result.is_thin, result.quality
    assert "thin" not in result.text


@pytest.mark.parametrize(
    ("spoil", "check", "words"),
    [
        (lambda t: t[t["member_id"] < "m040"], "Members without a contact", "of members have no contact in it"),
        (lambda t: t.assign(minutes=t["minutes"].mask(t.index % 3 == 0)), "Contacts without minutes", "33"),
        (
            lambda t: t[t["staff_id"] != "b"],
            "People with members and no contact",
            "1 person has members and no contact",
        ),
        (lambda t: t[t["at"].dt.month != 5], "Months without a contact", "2025-05 has no contact"),
    ],
)
def test_what_makes_a_log_thin_is_said(spoil, check, words):
    result = deliver(spoil(touches_of(MEMBERS)))
    row = result.quality.set_index("check").loc[check]
    assert row["is_thin"]
    assert words in row["note"]
    assert "read hours delivered as a lower bound" in result.text


def test_weekends_and_round_minutes_are_told_and_do_not_make_it_thin():
    touches = touches_of(MEMBERS)
    saturday = touches["at"] - pd.to_timedelta((touches["at"].dt.day_of_week - 5) % 7, unit="D")
    result = deliver(touches.assign(at=saturday, minutes=30.0))
    notes = result.quality.set_index("check")
    assert notes.loc["Contacts on weekends", "value"] == 1
    assert "writing it down" in notes.loc["Contacts on weekends", "note"]
    assert "estimated" in notes.loc["Minutes in whole quarters of an hour", "note"]
    assert not notes.loc[["Contacts on weekends", "Minutes in whole quarters of an hour"], "is_thin"].any()


def test_a_log_that_names_no_writers_blames_nobody():
    result = deliver(touches_of(MEMBERS).drop(columns="staff_id"))
    assert not result.quality.set_index("check").loc["People with members and no contact", "is_thin"]


@pytest.mark.parametrize(
    ("touches", "why"),
    [
        (None, "no touches"),
        (touches_of(MEMBERS).drop(columns="minutes"), "no minutes"),
        (touches_of(MEMBERS).assign(at=pd.Timestamp("2020-01-01")), "no touches from 2025-01-01 to 2025-12-31"),
    ],
)
def test_what_cannot_be_measured_says_why(touches, why):
    result = deliver(touches)
    assert isinstance(result, Unavailable)
    assert why in result.why


def test_contact_alone_is_made_all_the_work():
    talks = CoverageSegment(
        name="Talks",
        hours_per_year=9,
        work={"sync": {"preparation": 0.5, "follow_up": 0.25}, "async": {"preparation": 1}},
    )
    told = make_segmentation(pd.Series(["x", "y"]), ["Talks", "undetermined"], segments=["Talks"], method="rules")
    touches = pd.DataFrame(
        {
            "member_id": ["x", "x", "x", "y"],
            "mode": ["sync", "async", "group", "sync"],
            "minutes": [60.0, 10.0, 7.0, 5.0],
        }
    )
    assert count_work(touches, told, coverage=[talks], logged="contact")["minutes"].tolist() == [105, 20, 7, 5]
    assert count_work(touches, told, coverage=[talks], logged="work") is touches
