from datetime import date

import pandas as pd
import pytest

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.segments import make_segmentation
from axlib.verbs.service_gap import measure_service_gap
from axlib.words.results import Unavailable
from tests.spec.ascii_tables import read_table

COVERAGE = [CoverageSegment(name="Some", hours_per_year=4), CoverageSegment(name="None", hours_per_year=0)]
IDS = pd.Series(["under", "least", "most", "over", "idle", "asked", "unsure"], dtype="str")
SEGMENTS = make_segmentation(
    IDS, ["Some"] * 4 + ["None"] * 2 + ["undetermined"], segments=["Some", "None"], method="rules"
)
TIERS = make_segmentation(IDS, ["S", "S", "L", "L", "S", "L", "S"], segments=["S", "L"], method="dues")
#: Four hours are required: 0.75 of them are 180 minutes, 1.25 are 300.
TOUCHES = """
member_id  at          minutes
under      2024-06-01  179
least      2024-06-01  100
least      2024-07-01  80
most       2024-06-01  300
over       2024-06-01  301
asked      2024-06-01  1
unsure     2024-06-01  500
"""


def gap_of(touches=TOUCHES, segments=SEGMENTS, **changed):
    table = read_table(touches) if isinstance(touches, str) else touches
    rules = {"ends_on": date(2024, 12, 31), "window_months": 12, **changed}
    return measure_service_gap(segments, tiers=TIERS, touches=table, coverage=COVERAGE, **rules)


def test_matched_reaches_from_three_quarters_to_five_quarters_of_the_hours():
    gaps = gap_of().table.set_index("member_id")["gap"].to_dict()
    assert gaps == {
        "under": "under",
        "least": "matched",
        "most": "matched",
        "over": "over",
        "idle": "matched",
        "asked": "over",
    }


def test_undetermined_members_are_left_out():
    assert "unsure" not in set(gap_of().table["member_id"])


def test_counts_by_tier_and_segment_hold_the_same_members():
    gap = gap_of()
    assert gap.totals == {"under": 1, "matched": 3, "over": 2}
    for table in (gap.by_tier, gap.by_segment):
        assert table[["under", "matched", "over"]].sum().to_dict() == gap.totals
        assert table["delivered_hours"].sum() == pytest.approx((179 + 180 + 300 + 301 + 1) / 60)
        assert table["required_hours"].sum() == 16


def test_a_half_year_needs_half_the_hours():
    touches = read_table(TOUCHES).assign(at=pd.Timestamp("2024-10-01"))
    gaps = gap_of(touches, window_months=6).table.set_index("member_id")
    assert gaps.loc["under", "required_hours"] == 2
    assert gaps.loc["under", "gap"] == "over"


@pytest.mark.parametrize(
    ("at", "counts"),
    [("2023-12-31 23:59", False), ("2024-01-01 00:00", True), ("2024-12-31 23:59", True), ("2025-01-01 00:00", False)],
)
def test_the_window_holds_whole_days_and_names_them(at, counts):
    touches = pd.DataFrame(
        {"member_id": ["under", "over"], "at": pd.to_datetime([at, "2024-05-01 12:00"]), "minutes": [240.0, 60.0]}
    )
    gap = gap_of(touches)
    assert (gap.begins_on, gap.ends_on) == (date(2024, 1, 1), date(2024, 12, 31))
    assert gap.table.set_index("member_id").loc["under", "delivered_hours"] == (4 if counts else 0)


@pytest.mark.parametrize(
    ("touches", "why"),
    [
        (None, "the export has no touches"),
        (read_table(TOUCHES).drop(columns="minutes"), "touches have no minutes"),
        (read_table(TOUCHES).assign(minutes=float("nan")), "touches have no minutes"),
        (read_table(TOUCHES).assign(at=pd.Timestamp("2020-01-01")), "no touches from 2024-01-01 to 2024-12-31"),
    ],
)
def test_what_cannot_be_measured_says_why(touches, why):
    result = gap_of(touches)
    assert isinstance(result, Unavailable)
    assert why in result.why


def test_order_of_touches_changes_nothing_and_they_are_not_changed():
    touches = read_table(TOUCHES)
    before = touches.copy(deep=True)
    shuffled = gap_of(touches.sample(frac=1, random_state=1)[touches.columns[::-1]])
    pd.testing.assert_frame_equal(gap_of(touches).table, shuffled.table)
    pd.testing.assert_frame_equal(touches, before)


def test_nobody_to_compare_is_said():
    nobody = make_segmentation(IDS, ["undetermined"] * 7, segments=["Some"], method="rules")
    assert gap_of(segments=nobody).text == "No member could be compared."
