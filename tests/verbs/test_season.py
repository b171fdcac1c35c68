from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.season import find_renewals, plan_season
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable
from tests.verbs.plans import COVERAGE, members_of
from tests.verbs.small import quick

DAY = date(2025, 12, 31)


def season_of(days, *, share=0.6, months=3, hours=12.0, available=1200.0):
    coverage = [CoverageSegment(name="Some", hours_per_year=hours, renewal_share=share, renewal_months=months)]
    ids = pd.Series([f"m{i}" for i in range(len(days))], dtype="str")
    segments = make_segmentation(ids, ["Some"] * len(days), segments=["Some"], method="rules")
    renews = pd.Series(pd.to_datetime(pd.Series(days)).to_numpy(), index=ids)
    return plan_season(segments, coverage=coverage, renews_on=renews, available_hours=available, as_of=DAY)


def test_the_share_before_a_renewal_falls_into_its_months():
    table = season_of(["2026-05-31"]).table.set_index("month")
    # 12 hours: 4.8 of them even, 7.2 in March, April and May.
    assert table["required_hours"].to_dict() == pytest.approx(
        {f"2026-{m:02d}": 0.4 + (2.4 if m in (3, 4, 5) else 0) for m in range(1, 13)}
    )
    assert table.loc["2026-05", "renewals"] == 1
    assert table["load"].to_numpy() == pytest.approx(table["required_hours"].to_numpy() / 100)


def test_months_before_the_first_fall_at_the_end_of_the_year():
    table = season_of(["2026-01-20"]).table.set_index("month")["required_hours"]
    assert table["2026-01"] == table["2026-11"] == table["2026-12"] == pytest.approx(2.8)


def test_renewals_past_come_again_and_later_ones_and_unknown_ones_are_even():
    result = season_of(["2025-11-30", "2027-06-30", None])
    assert result.table.loc[result.table["renewals"] > 0, "month"].tolist() == ["2026-11"]
    assert (result.undated, result.later) == (1, 1)
    assert result.table["required_hours"].sum() == pytest.approx(36)
    assert "Of 1 member the day of renewal is not known." in result.text


@quick
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 900)), min_size=1, max_size=40), st.floats(0, 1), st.integers(1, 12)
)
def test_the_months_hold_the_hours_of_the_year(offsets, share, months):
    days = [None if n is None else pd.Timestamp("2025-10-01") + pd.Timedelta(days=n) for n in offsets]
    if all(day is None for day in days):
        assert isinstance(season_of(days), Unavailable)
        return
    result = season_of(days, share=share, months=months)
    assert result.table["required_hours"].sum() == pytest.approx(12 * len(days))
    assert result.table["renewals"].sum() + result.undated + result.later == len(days)


def test_members_of_a_demo_kind_add_up_and_a_flat_year_says_so():
    segments, members = members_of()
    renews = find_renewals(members, pd.DataFrame({"member_id": [], "ends_on": []}))
    result = plan_season(segments, coverage=COVERAGE, renews_on=renews, available_hours=1280.0, as_of=DAY)
    hours = hours_by_member(segments, coverage=COVERAGE)["required_hours"].sum()
    assert result.table["required_hours"].sum() == pytest.approx(hours)
    assert "above the mean of a month" in result.text
    flat = season_of(["2026-05-31", "2026-05-31"], share=0.0)
    assert np.ptp(flat.table["required_hours"]) == pytest.approx(0)
    assert "the same in all months" in flat.text


def test_a_row_goes_before_terms():
    members = pd.DataFrame({"member_id": ["a", "b"], "expires_on": pd.to_datetime(pd.Series(["2026-02-01", None]))})
    terms = pd.DataFrame({"member_id": ["a", "b"], "ends_on": pd.to_datetime(["2026-08-01", "2026-09-01"])})
    assert find_renewals(members, terms).dt.month.tolist() == [2, 9]
