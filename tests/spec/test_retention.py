"""What the retention measures mean: each test is one sentence of their definition, with numbers done by hand.

The window opens on 2024-12-31 and closes on 2025-12-31; grace is 30 days unless a test says otherwise.
"""

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.cohort import build_cohort
from axlib.words.results import Unavailable
from tests.spec.ascii_tables import cohort_of, read_table, retention_of

#: Four members who pay 1,000 in all: one leaves, one pays less, one pays more, one pays the same.
FOUR = """
member_id  starts_on   ends_on     annual_amount
leaves     2024-07-01  2025-06-30  100
less       2024-07-01  2025-06-30  200
less       2025-07-01  2026-06-30  150
more       2024-07-01  2025-06-30  300
more       2025-07-01  2026-06-30  420
same       2024-07-01  2025-06-30  400
same       2025-07-01  2026-06-30  400
"""


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "what retention means")))


@pytest.fixture
def four(rng):
    return retention_of(cohort_of(FOUR), rng)


def test_nrr_is_what_the_same_members_pay_now_over_what_they_paid(four):
    assert four.overall["nrr"] == pytest.approx((0 + 150 + 420 + 400) / 1000)


def test_grr_counts_each_member_at_most_at_what_it_paid(four):
    assert four.overall["grr"] == pytest.approx((0 + 150 + 300 + 400) / 1000)


def test_revenue_churn_is_the_opening_money_of_who_is_gone(four):
    assert four.overall["revenue_churn"] == pytest.approx(100 / 1000)


def test_contraction_is_what_stayers_pay_less(four):
    assert four.overall["contraction"] == pytest.approx(50 / 1000)


def test_expansion_is_what_stayers_pay_more(four):
    assert four.overall["expansion"] == pytest.approx(120 / 1000)


def test_nrr_is_one_less_churned_less_contracted_plus_expanded(four):
    row = four.overall
    assert row["nrr"] == pytest.approx(1 - row["revenue_churn"] - row["contraction"] + row["expansion"])


def test_the_bridge_adds_up_to_the_cent(four):
    assert four.bridge["amount"].tolist() == [1000, -100, -50, 120, 970]
    assert four.bridge["amount"].iloc[:4].sum() == four.bridge["amount"].iloc[4]


def test_logo_churn_counts_members_whatever_they_pay(four):
    assert four.overall["logo_churn"] == 1 / 4


def test_who_joins_inside_the_window_is_in_no_measure():
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        old        2024-07-01  2025-06-30  100
        old        2025-07-01  2026-06-30  100
        new        2025-02-01  2026-01-31  900
    """)
    assert cohort.table["member_id"].tolist() == ["old"]


def test_a_term_covers_its_first_and_last_day():
    cohort = cohort_of(
        """
        member_id  starts_on   ends_on     annual_amount
        begins     2024-12-31  2025-12-30  100
        ends       2024-01-01  2024-12-31  100
        before     2024-01-01  2024-12-30  100
        after      2025-01-01  2025-12-31  100
        """,
        grace_days=0,
    )
    assert cohort.table["member_id"].tolist() == ["begins", "ends"]


# --- grace


def test_within_grace_a_member_is_still_one():
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        last_day   2024-12-02  2025-12-01  100
        too_late   2024-12-01  2025-11-30  100
    """)
    assert dict(zip(cohort.table["member_id"], cohort.table["gone"], strict=True)) == {
        "last_day": False,
        "too_late": True,
    }


def test_longer_grace_keeps_more_members():
    terms = """
        member_id  starts_on   ends_on     annual_amount
        a          2024-07-01  2025-10-31  100
    """
    assert cohort_of(terms, grace_days=60).table["gone"].tolist() == [True]
    assert cohort_of(terms, grace_days=61).table["gone"].tolist() == [False]


# --- rejoining

LATE = """
member_id  starts_on   ends_on     annual_amount
on_time    2024-04-01  2025-03-31  100
on_time    2025-05-01  2026-04-30  100
late       2024-04-01  2025-03-31  100
late       2025-05-02  2026-05-01  300
"""


def test_rejoin_new_counts_who_came_back_after_grace_as_gone(rng):
    retention = retention_of(cohort_of(LATE, rejoin="new"), rng)
    assert retention.overall["logo_churn"] == 1 / 2
    assert retention.overall["nrr"] == pytest.approx(100 / 200)


def test_rejoin_retained_counts_who_came_back_at_what_it_pays_now(rng):
    retention = retention_of(cohort_of(LATE, rejoin="retained"), rng)
    assert retention.overall["logo_churn"] == 0
    assert retention.overall["nrr"] == pytest.approx(400 / 200)


def test_coming_back_on_the_day_after_grace_is_no_break():
    assert cohort_of(LATE).table.set_index("member_id")["gone"].to_dict() == {"late": True, "on_time": False}


# --- renewal rate

RENEWALS = """
member_id  starts_on   ends_on     annual_amount
renewed    2024-04-01  2025-03-31  100
renewed    2025-04-01  2026-03-31  100
lapsed     2024-04-01  2025-03-31  100
two_years  2024-07-01  2026-06-30  100
undecided  2024-12-15  2025-12-14  100
"""


def test_renewal_rate_is_renewed_over_eligible(rng):
    assert retention_of(cohort_of(RENEWALS), rng).overall["renewal_rate"] == 1 / 2


def test_a_multi_year_member_is_not_eligible_before_its_anniversary():
    eligible = cohort_of(RENEWALS).table.set_index("member_id")["eligible"]
    assert not eligible["two_years"]


def test_a_multi_year_member_is_eligible_in_the_window_its_term_ends_in():
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        two_years  2023-07-01  2025-06-30  100
        two_years  2025-07-01  2027-06-30  100
    """)
    assert cohort.table[["eligible", "renewed"]].iloc[0].tolist() == [True, True]


def test_who_is_still_in_grace_is_not_eligible_yet():
    assert not cohort_of(RENEWALS).table.set_index("member_id")["eligible"]["undecided"]


def test_each_renewal_is_counted_in_one_window_only():
    terms = """
        member_id  starts_on   ends_on     annual_amount
        a          2023-12-02  2024-12-01  100
        a          2024-12-02  2025-12-01  100
        a          2025-12-02  2026-12-01  100
    """
    table = read_table(terms).assign(kind="dues")
    rules = {"window_months": 12, "grace_days": 30, "rejoin": "new", "snapshot": "none"}
    nobody = read_table("member_id\n-")
    counted = [
        build_cohort(nobody, table, as_of=day.date(), **rules).table["eligible"].sum()
        for day in pd.to_datetime(["2024-12-31", "2025-12-31", "2026-12-31"])
    ]
    # The terms that ended on 2024-12-01 and 2025-12-01 were decided by the end of their grace, on the 31st.
    assert counted == [0, 1, 1]


def test_who_renewed_just_before_the_opening_counts_beside_who_was_in_grace(rng):
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        in_time    2023-12-11  2024-12-10  100
        in_time    2024-12-11  2025-12-10  100
        in_grace   2023-12-11  2024-12-10  100
    """)
    assert retention_of(cohort, rng).overall["renewal_rate"] == 1 / 2


def test_renewing_late_but_within_grace_is_renewing():
    cohort = cohort_of(LATE)
    assert cohort.table.set_index("member_id")["renewed"].to_dict() == {"late": False, "on_time": True}


def test_first_year_renewal_counts_first_terms_alone(rng):
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        first      2024-04-01  2025-03-31  100
        old        2023-04-01  2024-03-31  100
        old        2024-04-01  2025-03-31  100
        old        2025-04-01  2026-03-31  100
    """)
    row = retention_of(cohort, rng).overall
    assert (row["renewal_rate"], row["first_year_renewal_rate"]) == (1 / 2, 0)


def test_who_joined_before_the_ledger_begins_is_not_in_its_first_year():
    cohort = cohort_of(
        """
        member_id  starts_on   ends_on     annual_amount
        new        2024-04-01  2025-03-31  100
        old        2024-04-01  2025-03-31  100
        """,
        members="""
        member_id  joined_on
        new        2024-03-20
        old        2009-05-01
        """,
    )
    assert cohort.table.set_index("member_id")["first_year"].to_dict() == {"new": True, "old": False}


# --- money of several terms


def test_dues_terms_side_by_side_add_up():
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        a          2024-07-01  2025-06-30  100
        a          2024-09-01  2025-06-30  40
        a          2025-07-01  2026-06-30  120
    """)
    assert cohort.table[["opening", "closing"]].iloc[0].tolist() == [140, 120]


def test_recurring_programmes_count_while_they_run_and_one_off_sales_never():
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount  kind
        a          2024-07-01  2025-06-30  100            dues
        a          2025-07-01  2026-06-30  100            dues
        a          2024-07-01  2025-06-30  25             recurring
        a          2024-12-01  2025-01-31  900            one_off
    """)
    assert cohort.table[["opening", "closing"]].iloc[0].tolist() == [125, 100]


def test_a_programme_without_dues_makes_no_member():
    cohort = cohort_of("""
        member_id  starts_on   ends_on     annual_amount  kind
        a          2024-07-01  2025-06-30  100            dues
        guest      2024-07-01  2025-06-30  25             recurring
    """)
    assert cohort.table["member_id"].tolist() == ["a"]


# --- what an export must hold

SNAPSHOT = """
member_id  status     annual_dues
a          active     100
b          grace      200
c          lapsed     300
d          cancelled  400
"""


def no_terms():
    return read_table("member_id  starts_on  ends_on  annual_amount  kind\n-  -  -  -  -").iloc[:0]


def snapshot_cohort(**rules):
    given = {"window_months": 12, "grace_days": 30, "rejoin": "new", **rules}
    return build_cohort(read_table(SNAPSHOT), no_terms(), as_of=pd.Timestamp("2025-12-31").date(), **given)


def test_a_declared_snapshot_gives_logo_churn_and_revenue_lost(rng):
    row = retention_of(snapshot_cohort(snapshot="closed_cohort"), rng).overall
    assert (row["logo_churn"], row["revenue_churn"]) == (2 / 4, 700 / 1000)


def test_a_declared_snapshot_withholds_what_needs_closing_amounts(rng):
    retention = retention_of(snapshot_cohort(snapshot="closed_cohort"), rng)
    measures = ["nrr", "grr", "contraction", "expansion", "renewal_rate", "first_year_renewal_rate"]
    measures += ["lapse_rate", "rejoin_rate"]
    assert retention.overall[measures].isna().all()
    assert set(retention.withheld) == set(measures)
    assert len(retention.bridge) == 0


def test_members_without_terms_or_a_declaration_give_no_churn():
    result = snapshot_cohort(snapshot="none")
    assert isinstance(result, Unavailable)
    assert "lapsed rows may be of any year" in result.why


#: One term each at today's dues, made of the dates members have.
LATEST = """
member_id  starts_on   ends_on     annual_amount
stays      2025-03-01  2026-02-28  100
leaves     2024-03-01  2025-02-28  300
joins      2025-05-01  2026-04-30  100
"""
JOINED = """
member_id  joined_on
stays      2015-01-01
leaves     2016-01-01
joins      2025-05-01
"""


def test_members_dates_alone_tell_who_left_and_not_what_was_paid(rng):
    cohort = cohort_of(LATEST, members=JOINED, source="members")
    retention = retention_of(cohort, rng)
    assert cohort.table["member_id"].tolist() == ["leaves", "stays"]
    assert (retention.overall["logo_churn"], retention.overall["revenue_churn"]) == (1 / 2, 300 / 400)
    assert {"nrr", "grr", "renewal_rate"} <= set(retention.withheld)


def test_a_latest_term_alone_does_not_tell_who_was_a_member_before_it():
    result = cohort_of(LATEST, members="member_id  status\nstays  active", source="members")
    assert isinstance(result, Unavailable)
    assert "latest term alone" in result.why


def test_terms_that_begin_after_the_opening_give_no_cohort():
    result = cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        a          2025-02-01  2026-01-31  100
    """)
    assert isinstance(result, Unavailable)
    assert "nobody was a member on 2024-12-31" in result.why


def test_a_cohort_that_paid_nothing_has_logo_churn_and_no_revenue_measure(rng):

    free = retention_of(
        cohort_of("""
        member_id  starts_on   ends_on     annual_amount
        a          2024-07-01  2025-06-30  0
        b          2024-07-01  2026-06-30  0
    """),
        rng,
    )
    assert free.overall["logo_churn"] == 1 / 2
    assert {"nrr", "grr", "revenue_churn"} <= set(free.withheld)
    assert "nan" not in free.text
