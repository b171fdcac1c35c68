import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.cohort import build_cohort
from axlib.verbs.memberships import count_whole_months, follow_memberships
from axlib.words.results import Unavailable
from tests.spec.ascii_tables import read_table
from tests.verbs.histories import AS_OF, RULES, draw_history
from tests.verbs.small import quick

WINDOW = {"window_months": 12, "snapshot": "none"}


def follow(terms, members="member_id\n-", **rules):
    table = read_table(terms).assign(kind="dues")
    return follow_memberships(read_table(members), table, **{**RULES, **rules})


def rows(found):
    columns = ["member_id", "entered", "left", "ended"]
    return [tuple(row) for row in found.table[columns].itertuples(index=False)]


def test_who_joined_before_the_records_is_at_risk_only_from_then_on():
    found = follow(
        """
        member_id  starts_on   ends_on     annual_amount
        old        2023-03-01  2024-02-29  100
        old        2024-03-01  2025-02-28  100
        """,
        """
        member_id  joined_on
        old        2018-03-01
        """,
    )
    assert rows(found) == [("old", 60, 84, True)]


def test_who_is_there_at_the_end_is_followed_to_the_last_day_that_is_decided():
    found = follow(
        """
        member_id  starts_on   ends_on     annual_amount
        stays      2023-01-15  2026-01-14  100
        in_grace   2023-01-15  2025-12-10  100
        """,
        "member_id  joined_on\nstays  2023-01-15\nin_grace  2023-01-15",
    )
    assert rows(found) == [("in_grace", 0, 34, False), ("stays", 0, 34, False)]
    assert str(found.observed_to) == "2025-12-01"


def test_a_return_after_the_grace_is_a_new_membership_or_goes_on():
    terms = """
        member_id  starts_on   ends_on     annual_amount
        back       2022-01-01  2022-12-31  100
        back       2023-06-01  2026-05-31  100
    """
    members = "member_id  joined_on\nback  2022-01-01"
    assert rows(follow(terms, members)) == [("back", 0, 12, True), ("back", 0, 30, False)]
    assert rows(follow(terms, members, rejoin="retained")) == [("back", 0, 47, False)]


def test_who_may_have_been_a_member_before_the_records_is_left_out_where_no_joining_is_known():
    found = follow("""
        member_id  starts_on   ends_on     annual_amount
        first      2022-01-01  2025-12-31  100
        soon       2022-06-01  2025-12-31  100
        later      2023-06-01  2025-12-31  100
    """)
    assert rows(found) == [("later", 0, 30, False)]
    assert found.left_out == 2
    assert "2 memberships are left out" in found.text


def test_closed_members_are_told_apart_and_count_as_ended():
    found = follow(
        """
        member_id  starts_on   ends_on     annual_amount
        shut       2023-01-01  2023-12-31  100
        left       2023-01-01  2023-12-31  100
        """,
        """
        member_id  joined_on   status
        shut       2023-01-01  closed
        left       2023-01-01  lapsed
        """,
    )
    assert found.table.set_index("member_id")["closed"].to_dict() == {"left": False, "shut": True}
    assert found.table["ended"].all()
    assert "1 of these ended because the member closed" in found.text


@pytest.mark.parametrize("rejoin", ["new", "retained"])
def test_of_the_cohort_as_many_end_as_are_gone(rejoin):
    members, terms = draw_history(400)
    rules = {**RULES, "rejoin": rejoin}
    cohort = build_cohort(members, terms, **rules, **WINDOW)
    found = follow_memberships(members, terms, cohort=cohort, **rules)
    gone = set(cohort.table.loc[cohort.table["gone"], "member_id"])
    assert set(found.table.loc[found.table["ended"], "member_id"]) == gone
    assert set(found.table["member_id"]) == set(cohort.table["member_id"])
    # Nobody is followed for longer than the window.
    assert (found.table["left"] - found.table["entered"]).max() <= 13
    assert found.table["months_followed"].max() == 12


def test_the_order_of_rows_changes_nothing():
    members, terms = draw_history(120)
    one = follow_memberships(members, terms, **RULES)
    other = follow_memberships(members.iloc[::-1], terms.sample(frac=1, random_state=1), **RULES)
    pd.testing.assert_frame_equal(one.table, other.table)


def test_without_terms_nobody_can_be_followed():
    _, terms = draw_history(20)
    found = follow_memberships(pd.DataFrame({"member_id": []}), terms.iloc[:0], **RULES)
    assert isinstance(found, Unavailable)


@quick
@given(st.dates(min_value=AS_OF.replace(year=2015), max_value=AS_OF), st.integers(0, 4000))
def test_whole_months_are_counted_as_a_calendar_does(start, days):
    starts = pd.Series([pd.Timestamp(start)])
    ends = starts + pd.Timedelta(days=days)
    (months,) = count_whole_months(starts, ends)
    assert starts[0] + pd.DateOffset(months=months) <= ends[0] < starts[0] + pd.DateOffset(months=months + 1)
    assert isinstance(months, np.int64)
