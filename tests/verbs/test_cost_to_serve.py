"""Cost per member by hand, and every payroll reconciled to the cent."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.settings.money import CostSettings
from axlib.verbs.cost_to_serve import cost_to_serve
from axlib.verbs.segments import make_segmentation
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.verbs.small import quick

END = date(2025, 12, 31)
COVERAGE = (CoverageSegment(name="Light", hours_per_year=2), CoverageSegment(name="Heavy", hours_per_year=10))
STAFF = pd.DataFrame(
    {"staff_id": ["ann", "bo"], "hours_per_year": [100.0, 50.0], "hourly_cost": [40.0, 20.0], "ramp": [1.0, 0.5]}
)


def members_of(segments, revenue):
    ids = pd.Series([f"m{i}" for i in range(len(segments))], dtype="str")
    by_need = make_segmentation(ids, segments, segments=["Light", "Heavy"], method="rules")
    tier = np.where(np.array(revenue, dtype=float) >= 500, "High", "Low")
    by_dues = make_segmentation(ids, tier, segments=["Low", "High"], method="dues")
    return by_need, by_dues, pd.Series(revenue, ids, dtype=float)


def touches_of(rows):
    table = pd.DataFrame(rows, columns=["member_id", "at", "minutes", "staff_id"])
    return table.assign(at=pd.to_datetime(table["at"]), minutes=table["minutes"].astype(float), mode="sync")


def cost(segments=("Light", "Heavy"), revenue=(300, 900), rows=(), staff=STAFF, **more):
    by_need, by_dues, paid = members_of(segments, revenue)
    touches = touches_of(rows) if len(rows) else None
    given_ = {"utilisation": 0.8, "ends_on": END, "coverage": COVERAGE, **more}
    return cost_to_serve(by_need, tiers=by_dues, revenue=paid, staff=staff, touches=touches, **given_)


ROWS = [
    ("m0", "2025-03-01", 60, "ann"),
    ("m1", "2025-03-01", 120, "bo"),
    ("m1", "2025-06-01", 60, "ann"),
    ("gone", "2025-06-01", 60, "ann"),
    ("m1", "2024-12-31", 600, "ann"),  # the year before
    ("m1", "2026-01-01", 600, "ann"),  # after the window
]


def test_costs_by_hand():
    found = cost(rows=ROWS)
    # An hour of ann costs 40 / 0.8 = 50, of bo 20 / 0.8 = 25.
    assert found.table["cost_today"].tolist() == [50.0, 2 * 25 + 50]
    assert found.table["margin_today"].tolist() == [250.0, 800.0]
    # The payroll is 100 * 40 + 50 * 20 = 5,000; practical hours once ramped up 80 + 40, so 41.67 an hour.
    assert found.table["cost_ax"].tolist() == pytest.approx([2 * 5000 / 120, 10 * 5000 / 120], abs=0.01)
    lines = found.lines[found.lines["basis"] == "today"].set_index("line")["amount"]
    assert lines.to_dict() == {
        "Members": 150.0,
        "Members who are gone": 50.0,
        "People not up to speed": 500.0,
        "Unused capacity": 4300.0,
    }


def test_cash_is_what_is_paid_whoever_is_served():
    costs = (CostSettings(name="Journal", per_member=10), CostSettings(name="Portal", a_year=60, applies="ax"))
    found = cost(rows=ROWS, costs=costs)
    today, ax = found.of("today"), found.of("ax")
    assert today["cash_margin"] == 1200 - 5000 - 20
    assert ax["cash_margin"] == 1200 - 5000 - 20 - 60
    assert today["margin"] == 1200 - 150 - 20


def test_who_is_not_on_the_staff_list_is_costed_at_the_mean_and_taken_off_the_payroll():
    found = cost(rows=[("m0", "2025-03-01", 60, "temp")])
    lines = found.lines[found.lines["basis"] == "today"].set_index("line")["amount"]
    assert lines["Members"] == pytest.approx(41.67)
    assert lines["Given by people not on the staff list"] == pytest.approx(-41.67)
    assert lines["Unused capacity"] == 4500.0


def test_hours_beyond_what_there_is_are_no_unused_capacity():
    found = cost(segments=["Heavy"] * 20, revenue=[100.0] * 20)
    row = found.of("ax")
    assert row["unused_hours"] == pytest.approx(100 - 200)
    assert row["unused_cost"] < 0
    assert "100 hours would not be there" in found.text
    assert found.lines.iloc[-1]["line"] == "Hours that are not there"


def test_who_left_counts_for_the_part_of_the_year_and_not_for_the_next():
    staff = STAFF.assign(left_on=pd.to_datetime(["2025-07-01", None]), ramp=1.0)
    found = cost(rows=ROWS, staff=staff)
    days = (date(2025, 7, 1) - date(2025, 1, 1)).days + 1
    assert found.of("today")["payroll"] == pytest.approx(4000 * days / 365 + 1000, abs=0.01)
    assert found.of("ax")["payroll"] == 1000.0


def test_a_window_of_six_months_is_brought_to_a_year():
    found = cost(rows=[("m0", "2025-08-01", 60, "ann")], window_months=6)
    assert found.table["hours_today"].tolist() == [2.0, 0.0]
    assert found.begins_on == date(2025, 7, 1)


def test_members_whose_dues_nobody_knows_stand_on_a_line_of_their_own():
    found = cost(revenue=(300, np.nan), rows=ROWS)
    assert found.table["member_id"].tolist() == ["m0"]
    lines = found.lines[found.lines["basis"] == "today"].set_index("line")["amount"]
    assert lines["Members whose dues are not known"] == 100.0
    assert found.unknown_dues == 1 and "1 member whose dues are not known" in found.text


def test_a_cost_for_a_segment_nobody_is_in_is_borne_by_nobody_and_still_paid():
    costs = (CostSettings(name="Lounge", a_year=99, segments=("Heavy",)),)
    found = cost(segments=["Light", "Light"], costs=costs, rows=ROWS)
    assert found.costs["unallocated"].tolist() == [99.0]
    assert found.table["declared_cost_today"].sum() == 0
    assert found.of("today")["declared_total"] == 99.0


def test_what_is_missing_is_said():
    assert "no staff" in cost(staff=None).why
    assert "cost of an hour" in cost(staff=STAFF.drop(columns="hourly_cost")).why
    assert "hours that members could fill" in cost(staff=STAFF.assign(hours_per_year=0.0)).why
    assert "dues" in cost(revenue=(np.nan, np.nan)).why
    assert not isinstance(cost(staff=STAFF.drop(columns="hourly_cost"), hourly_cost=10.0), Unavailable)
    assert cost(staff=STAFF.assign(hourly_cost=[40.0, np.nan]), rows=ROWS).at_average == 1
    assert not cost().has_today


def test_a_cost_for_an_unknown_segment_is_refused():
    with pytest.raises(ConfigurationError, match=r"no segment 'Hevy'\. Did you mean 'Heavy'"):
        cost(costs=(CostSettings(name="Lounge", a_year=1, segments=("Hevy",)),))


people = st.lists(st.tuples(st.floats(1, 2000), st.floats(1, 200), st.floats(0, 1)), min_size=1, max_size=5)
contacts = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 364), st.floats(0, 400), st.integers(0, 6)), min_size=1, max_size=40
)


@quick
@given(people, contacts, st.lists(st.sampled_from(["Light", "Heavy"]), min_size=1, max_size=8), st.floats(0, 1e5))
def test_the_lines_add_up_to_the_payroll_and_members_to_their_line_to_the_cent(staff, rows, segments, a_year):
    table = pd.DataFrame(staff, columns=["hours_per_year", "hourly_cost", "ramp"])
    table = table.assign(staff_id=[f"p{i}" for i in range(len(staff))])
    logged = [
        (f"m{who}", pd.Timestamp(2025, 1, 1) + pd.Timedelta(days=day), minutes, f"p{by}")
        for who, day, minutes, by in rows
    ]
    revenue = [100.0 * (i + 1) for i in range(len(segments))]
    costs = (CostSettings(name="Shared", a_year=a_year), CostSettings(name="Each", per_member=a_year / 7))
    found = cost(segments, revenue, logged, table, costs=costs)
    for basis in found.totals["basis"]:
        total, lines = found.of(basis), found.lines[found.lines["basis"] == basis]
        cents = np.round(lines["amount"] * 100)
        assert abs(cents.sum() - round(total["payroll"] * 100)) < 0.5
        assert round(float(found.table[f"service_cost_{basis}"].sum()) * 100) == cents.iloc[0]
        for grouping in ("all", "tier", "segment"):
            group = found.by_group(grouping, basis)
            assert group["cost"].sum() == pytest.approx(total["cost"], abs=0.005)
            assert group["margin"].sum() == pytest.approx(total["margin"], abs=0.005)
            assert group["members"].sum() == len(found.table)
        apart = total["unused_cost"] + sum(
            lines.loc[lines["line"] == name, "amount"].sum()
            for name in ("Members who are gone", "People not up to speed", "Given by people not on the staff list")
        )
        # Allocated margin less what members did not get is cash.
        declared = total["declared_total"] - total["declared_cost"]
        assert total["cash_margin"] == pytest.approx(total["margin"] - apart - declared, abs=0.011)


def test_the_order_of_rows_changes_nothing():
    straight = cost(["Light"] * 7, [100.0] * 7, ROWS, costs=(CostSettings(name="Shared", a_year=10),))
    by_need, by_dues, paid = members_of(["Light"] * 7, [100.0] * 7)
    turned = [
        make_segmentation(
            one.table["member_id"][::-1], one.table["segment"][::-1], segments=one.segments, method="dues"
        )
        for one in (by_need, by_dues)
    ]
    two = cost_to_serve(
        turned[0], tiers=turned[1], revenue=paid[::-1], staff=STAFF[::-1], touches=touches_of(ROWS)[::-1],
        coverage=COVERAGE, utilisation=0.8, ends_on=END, costs=(CostSettings(name="Shared", a_year=10),),
    )  # fmt: skip
    pd.testing.assert_frame_equal(straight.table, two.table)
    pd.testing.assert_frame_equal(straight.lines, two.lines)
