from datetime import date

import pytest

from axlib.tables.data_check import check_data
from axlib.tables.terms import build_terms
from tests.tables.engagements import clean_files

AS_OF = date(2025, 12, 31)


def check(folder, files, keys=""):
    clean = clean_files(folder, files, keys)
    return check_data(clean, build_terms(clean, as_of=AS_OF, grace_days=30, rejoin="new"))


def test_a_bare_list_of_members_carries_little_and_says_what_to_ask_for(tmp_path):
    found = check(tmp_path, {"members.csv": "Member ID,Name\n1,Acme\n"})
    assert (found.analyses["possible"] == "no").all()
    assert "1. the membership status of everyone" in found.letter
    assert "paid invoices of three years" in found.letter
    assert "0 of 10 analyses" in found.text


def test_the_letter_has_no_word_of_ours(tmp_path):
    letter = check(tmp_path, {"members.csv": "Member ID,Name\n1,Acme\n"}).letter
    assert "We have read 1 row of members." in letter
    assert "_" not in letter
    assert (
        "For retention: NRR, GRR, churn. So far: there is no table of terms, and members have no annual dues, "
        "no day of expiry or lapse, no day of starting or joining.\n"
    ) in letter
    assert "For AX segments. So far: fewer than two attributes" in letter


def test_what_is_shown_fits_a_window(tmp_path):
    shown = repr(check(tmp_path, {"members.csv": "Member ID,Name,Dues\n1,Acme,5\n"}))
    assert "  Revenue tiers               yes\n" in shown
    assert "  Service gap                 no: there is no table of contacts\n" in shown


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("Member ID,Name\n1,Acme\n2,Beta\n", True),
        ("Member ID,Status\n1,active\n2,active\n", False),
        ("Member ID,Lapsed\n1,2024-01-31\n2,\n", False),
        ("Member ID,Expires\n1,2024-01-31\n2,\n", False),
    ],
)
def test_an_export_that_can_show_nobodys_leaving_may_hold_survivors_alone(tmp_path, rows, said):
    found = check(tmp_path, {"members.csv": rows})
    assert found.problems["problem"].str.startswith("nothing in the export says who left").any() == said
    why = found.analyses.set_index("analysis").loc["Share of inactive members", "why"]
    assert why == ("the export holds current members only" if "Status" in rows else "members have no status")


@pytest.mark.parametrize(
    ("as_of", "doubted"), [("2035-06-30", True), ("2026-12-11", True), ("2026-12-10", False), ("2025-06-30", False)]
)
def test_a_day_far_after_all_that_happened_is_doubted_in_one_sentence(tmp_path, as_of, doubted):
    files = {
        "members.csv": "Member ID,Joined,Status\n1,2020-01-31,active\n2,2021-01-31,active\n",
        "touches.csv": "member_id,at,mode\n1,2025-12-10,sync\n",
    }
    clean = clean_files(tmp_path, files, head=f"client: Example\nas_of: {as_of}\n")
    found = check_data(clean, build_terms(clean, as_of=clean.engagement.as_of, grace_days=30, rejoin="new")).problems
    told = found[found["problem"].str.startswith("as_of is")]
    assert len(told) == doubted
    if doubted:
        assert told.index[0] == 0
        assert f"as_of is {as_of}, but the newest day" in told["problem"].iloc[0]
        assert "2025-12-10 (touches.at)" in told["problem"].iloc[0]


def test_blanks_that_say_something_are_not_asked_for(tmp_path):
    rows = "Member ID,Lapsed,Email\n1,2024-01-31,\n2,,\n3,,a@b.example\n"
    found = check(tmp_path, {"members.csv": rows}).problems
    noted = found.loc[found["severity"] == "note", "problem"].tolist()
    assert noted == ["email is not known of 66.7 % of members"]


def test_years_before_the_latest_term_are_told_in_the_accounts(tmp_path):
    rows = "Member ID,Term start,Expires,Dues,Member since\na,2025-01-01,2025-12-31,500,2019-01-01\n"
    clean = clean_files(tmp_path, {"members.csv": rows})
    ledger = build_terms(clean, as_of=AS_OF, grace_days=30, rejoin="new")
    assert "1 was a member before its term began, and that time is in no term" in repr(ledger)


def test_a_full_engagement_asks_for_nothing(tmp_path):
    files = {
        "members.csv": "Member ID,Status,Dues,MSM,Guidance need,Stakes\na,active,100,s,1,2\nb,lapsed,200,s,3,4\n",
        "terms.csv": "Member,Start date,End date,Amount\na,2025-01-01,2025-12-31,100\nb,2023-01-01,2023-12-31,200\n",
        "touches.csv": "Member,Date,Mode,Minutes\na,2025-02-01,sync,30\n",
        "staff.csv": "Staff,Hours,Hourly cost\ns,1500,50\n",
        "milestones.csv": "Member,Milestone\na,First win\n",
    }
    found = check(tmp_path, files)
    assert (found.analyses["possible"] == "yes").all()
    assert found.letter == ""


def test_the_letter_speaks_of_the_recognised_system(tmp_path):
    members = (
        "User ID,Member since,Renewal due,Membership status,Membership level\n1,2020-01-01,2025-12-31,Active,Gold\n"
    )
    assert "In Wild Apricot: Contacts >" in check(tmp_path, {"members.csv": members}).letter


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("a,active,2024-01-01,,no", "the status is current, but expiry and grace are past"),
        ("a,lapsed,2026-06-01,,yes", "the status says gone, but expiry is still to come"),
        ("a,active,2026-06-01,2024-01-01,no", "the status is current, but there is a day of lapsing"),
        ("a,active,2026-06-01,,yes", "'churn_flag' says gone, the status does not"),
        ("a,lapsed,2024-06-01,,no", "'churn_flag' says not gone, the status does"),
    ],
)
def test_signals_that_contradict_each_other(tmp_path, member, sentence):
    rows = f"Member ID,Status,Expires,Lapsed,churn_flag\n{member}\nb,active,2026-06-01,,no\nc,lapsed,2024-06-01,,yes\n"
    found = check(tmp_path, {"members.csv": rows})
    line = found.contradictions.set_index("signals").loc[sentence]
    assert (line["members"], line["examples"]) == (1, "a")
    assert "decided by" in found.problems.loc[found.problems["problem"] == sentence, "remedy"].iloc[0]


def test_agreement_is_no_contradiction(tmp_path):
    rows = "Member ID,Status,Expires,Dues\na,active,2025-12-31,100\n"
    terms = "Member,Start date,End date,Amount\na,2025-01-01,2025-12-31,100\n"
    assert check(tmp_path, {"members.csv": rows, "terms.csv": terms}).contradictions.empty


def test_dues_and_terms_that_differ(tmp_path):
    rows = "Member ID,Dues\na,100\n"
    terms = "Member,Start date,End date,Amount\na,2025-01-01,2025-12-31,150\n"
    found = check(tmp_path, {"members.csv": rows, "terms.csv": terms}).contradictions
    assert found["signals"].tolist() == ["annual dues differ from the running terms by more than 1 %"]
    assert found["decides"].tolist() == ["the terms"]
