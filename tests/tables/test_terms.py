from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axlib.tables.ledger.term_spans import annualise, whole_months
from axlib.tables.terms import build_terms
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

AS_OF = date(2025, 12, 31)
TERMS = "Member,Start date,End date,Amount\n"


def ledger(folder, terms=None, members="Member ID\nm\n", grace_days=30, rejoin="new", keys=""):
    files = {"members.csv": members}
    if terms is not None:
        files["terms.csv"] = terms
    return build_terms(clean_files(folder, files, keys), as_of=AS_OF, grace_days=grace_days, rejoin=rejoin)


def events(found):
    return [f"{row.event} {row.at:%Y-%m-%d}" for row in found.events.itertuples()]


def test_an_annual_term_is_its_amount_a_two_year_one_half(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2024-01-01,2024-12-31,1000.01\nm,2025-01-01,2026-12-31,2000\n")
    assert found.terms["annual_amount"].tolist() == [1000.01, 1000.0]
    assert found.terms["amount"].sum() == found.source_total == 3000.01
    assert "equals the source's to the cent" in found.text


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.booleans())
def test_whole_months_are_found_for_either_way_of_writing_the_end(start, months, inclusive):
    renewal = pd.Timestamp(start) + pd.DateOffset(months=months)
    end = renewal - pd.Timedelta(days=1) if inclusive else renewal
    counted = whole_months(pd.Series([pd.Timestamp(start)]), pd.Series([end]))[0]
    assert counted == months


def test_other_spans_go_by_days():
    starts, ends = pd.Series([pd.Timestamp(2025, 1, 10)]), pd.Series([pd.Timestamp(2025, 3, 5)])
    assert annualise(pd.Series([55.0]), starts, ends).iloc[0] == pytest.approx(55 * 365.25 / 55)


def test_join_renewal_upgrade_and_lapse(tmp_path):
    found = ledger(
        tmp_path, f"{TERMS}m,2022-01-01,2022-12-31,100\nm,2023-01-15,2024-01-14,150\nm,2024-01-15,2025-01-14,120\n"
    )
    assert events(found) == [
        "Join 2022-01-01",
        "Renewal 2023-01-15",
        "Upgrade 2023-01-15",
        "Renewal 2024-01-15",
        "Downgrade 2024-01-15",
        "Lapse 2025-01-15",
    ]
    assert found.events["amount_before"].tolist() == [0, 100, 100, 150, 150, 120]
    assert found.events["gap_days"].tolist()[1] == 14


def test_grace_and_rejoin_are_parameters(tmp_path):
    terms = f"{TERMS}m,2024-01-01,2024-12-31,100\nm,2025-03-01,2026-02-28,100\n"
    assert events(ledger(tmp_path, terms)) == ["Join 2024-01-01", "Lapse 2025-01-01", "Rejoin 2025-03-01"]
    assert events(ledger(tmp_path, terms, rejoin="retained")) == ["Join 2024-01-01", "Renewal 2025-03-01"]
    assert events(ledger(tmp_path, terms, grace_days=90)) == ["Join 2024-01-01", "Renewal 2025-03-01"]


def test_a_term_that_ended_within_grace_has_not_lapsed(tmp_path):
    assert events(ledger(tmp_path, f"{TERMS}m,2024-12-10,2025-12-09,100\n")) == ["Join 2024-12-10"]


def test_who_was_a_member_before_the_data_did_not_join_in_them(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2024-01-01,2024-12-31,100\n", members="Member ID,Joined\nm,2010-05-01\n")
    assert events(found)[0] == "Opening 2024-01-01"
    assert np.isnan(found.events["amount_before"].iloc[0])


def test_an_upgrade_in_mid_term_replaces_the_rest_and_is_no_renewal(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,100\nm,2025-06-01,2026-05-31,300\n")
    assert events(found) == ["Join 2025-01-01", "Upgrade 2025-06-01"]
    assert found.terms["ends_on"].dt.strftime("%Y-%m-%d").tolist() == ["2025-05-31", "2026-05-31"]
    assert found.adjustments["what"].tolist() == ["replaced by a later term from the next day"]
    assert found.ledger_total == found.source_total


def test_a_top_up_is_added_to_the_running_term(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,1200\nm,2025-07-01,2025-12-31,300\n")
    upgrade = found.events[found.events["event"] == "Upgrade"].iloc[0]
    assert (upgrade["amount_before"], upgrade["amount_after"]) == (1200, 1800)


def test_two_programmes_from_the_same_day_add_up(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,1000\nm,2025-01-01,2025-12-31,200\n")
    assert events(found) == ["Join 2025-01-01"]
    assert found.events["amount_after"].tolist() == [1200]


def test_a_programme_runs_beside_dues_and_does_not_replace_them(tmp_path):
    kinds = TERMS.replace("Amount", "Amount,Kind")
    found = ledger(tmp_path, f"{kinds}m,2025-01-01,2025-12-31,100,dues\nm,2025-06-01,2026-05-31,50,recurring\n")
    assert found.terms["ends_on"].dt.strftime("%Y-%m-%d").tolist() == ["2025-12-31", "2026-05-31"]
    assert events(found) == ["Join 2025-01-01", "Upgrade 2025-06-01"]
    assert found.events["amount_after"].tolist() == [100, 150]
    assert found.adjustments.empty


def test_credits_lower_their_term_and_refunds_undo_it(tmp_path):
    found = ledger(
        tmp_path,
        f"{TERMS}m,2024-01-01,2024-12-31,1000\nm,2024-01-01,2024-12-31,-250\n"
        "m,2025-01-01,2025-12-31,1000\nm,2025-02-01,2025-02-01,-1000\n",
    )
    assert found.terms["amount"].tolist() == [750]
    assert found.terms["annual_amount"].tolist() == [750]
    assert len(found.differences) == 0
    assert found.source_total == found.ledger_total == 750


def test_a_credit_without_a_term_is_listed(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2024-01-01,2024-12-31,1000\nx,2024-01-01,2024-12-31,-30\n")
    assert found.differences["amount"].tolist() == [-30]
    assert found.source_total - found.ledger_total == found.differences["amount"].sum()
    assert "difference is listed in 1 row" in found.text


def test_who_left_on_purpose_did_not_lapse(tmp_path):
    found = ledger(
        tmp_path,
        f"{TERMS}a,2024-01-01,2024-12-31,1\nb,2024-01-01,2024-12-31,1\nc,2024-01-01,2024-12-31,1\n",
        members="Member ID,Status\na,cancelled\nb,closed\nc,lapsed\n",
    )
    assert found.events.loc[found.events["event"] != "Join", "event"].tolist() == ["Abandonment", "Closed", "Lapse"]


def test_one_off_money_is_in_the_ledger_but_not_in_a_years_revenue(tmp_path):
    found = ledger(
        tmp_path,
        "Member,Start date,End date,Amount,Kind\nm,2025-01-01,2025-12-31,100,dues\n"
        "m,2025-05-01,2025-05-01,40,one_off\n",
    )
    assert found.ledger_total == 140
    assert found.terms["annual_amount"].sum() == 100
    assert events(found) == ["Join 2025-01-01"]


def test_members_alone_give_one_term_each(tmp_path):
    found = ledger(
        tmp_path,
        members="Member ID,Term start,Expires,Dues,Status\na,2024-07-01,2025-06-30,500,lapsed\n"
        "b,2025-03-01,,300,active\nc,,,1,lapsed\n",
    )
    assert found.terms["member_id"].tolist() == ["a", "b"]
    assert found.terms["annual_amount"].tolist() == [500, 300]
    assert found.source.startswith("members alone")
    assert "1 member has no term, for want of a start, an end or dues" in found.text
    assert events(found) == ["Join 2024-07-01", "Lapse 2025-07-01", "Join 2025-03-01"]


@pytest.mark.parametrize(
    ("joined", "said"),
    [
        (("2019-01-01", "2024-01-01", ""), "(2 were members before their terms began, and that time is in no term; "),
        (("2024-07-01", "2019-01-01", ""), "(1 was a member before its term began, and that time is in no term; "),
        (("2024-07-01", "2025-03-01", ""), "(amounts of earlier years and gaps are not known)"),
    ],
)
def test_years_before_the_latest_term_are_said_to_be_unseen(tmp_path, joined, said):
    found = ledger(
        tmp_path,
        members="Member ID,Term start,Expires,Dues,Status,Member since\n"
        f"a,2024-07-01,2025-06-30,500,lapsed,{joined[0]}\nb,2025-03-01,,300,active,{joined[1]}\n"
        f"c,2025-01-01,2025-12-31,100,active,{joined[2]}\n",
    )
    assert said in found.source
    assert len(found.terms) == 3


def test_without_dates_or_dues_there_is_no_ledger_and_it_says_why(tmp_path):
    found = ledger(tmp_path, members="Member ID,Name\nm,Acme\n")
    assert found.terms.empty
    assert found.events.empty
    assert "members have no annual dues, no day of expiry or lapse" in found.text
    assert "No term ledger" in repr(found)


def test_wrong_parameters(tmp_path):
    with pytest.raises(ConfigurationError) as raised:
        ledger(tmp_path, rejoin="maybe", grace_days=-1)
    assert len(raised.value.problems) == 2


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.dates(date(2020, 1, 1), date(2025, 6, 1)),
        st.integers(0, 800),
        st.integers(-40_000, 90_000),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS)
def test_money_always_reconciles_and_terms_do_not_run_backwards(tmp_path, rows):
    lines = "".join(
        f"{member},{start},{(pd.Timestamp(start) + pd.Timedelta(days=days)).date()},{cents / 100:.2f}\n"
        for member, start, days, cents in rows
    )
    found = ledger(tmp_path, TERMS + lines)
    gap = found.source_total - found.ledger_total - found.differences["amount"].sum()
    assert abs(gap) < 0.005
    assert (found.terms["ends_on"] >= found.terms["starts_on"]).all()
    assert (found.terms["amount"] >= 0).all()
    firsts = found.events[found.events["event"] == "Join"]["member_id"]
    assert firsts.is_unique


def test_a_term_without_end_runs_on_at_its_amount_a_year(tmp_path):
    found = ledger(
        tmp_path,
        "Member,Start date,End date,Amount,Yearly\nm,2025-03-01,,100,1200\n",
        keys="columns: {terms: {annual_amount: Yearly}}\n",
    )
    assert found.terms["ends_on"].dt.strftime("%Y-%m-%d").tolist() == ["2025-12-31"]
    assert found.terms["annual_amount"].tolist() == [1200]
    assert found.adjustments["what"].tolist() == ["no end: runs to as_of"]
    assert events(found) == ["Join 2025-03-01"]


def test_money_set_aside_or_exported_twice_is_listed(tmp_path):
    found = ledger(
        tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,100\nm,2025-01-01,2025-12-31,100\nm,2025-12-31,2025-01-01,30\n"
    )
    assert found.ledger_total == 100
    assert found.left_out["amount"].tolist() == [30, 100]
    assert found.left_out["why"].tolist() == ["set aside: the term ends before it starts", "the same as row 2"]
    assert "2 rows with $130 had been set aside or were exported twice" in found.text
