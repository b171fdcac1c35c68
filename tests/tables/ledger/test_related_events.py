"""Conferment, Complimentary and Transfer are told from Join and Lapse, and no money is moved by the names."""

from datetime import date

import pytest

from axlib.tables.terms import build_terms
from tests.tables.engagements import clean_files

AS_OF = date(2025, 12, 31)
TERMS = "Member,Start date,End date,Amount\n"


def events(folder, terms, members, grace_days=30, keys=""):
    clean = clean_files(folder, {"members.csv": members, "terms.csv": TERMS + terms}, keys)
    found = build_terms(clean, as_of=AS_OF, grace_days=grace_days, rejoin="new").events
    return [f"{row.member_id} {row.event} {row.at:%Y-%m-%d}" for row in found.itertuples()]


def test_a_free_first_term_is_complimentary_and_paying_then_is_an_upgrade(tmp_path):
    found = events(tmp_path, "a,2024-01-01,2024-12-31,0\na,2025-01-01,2025-12-31,50\n", "Member ID\na\n")
    assert found == ["a Complimentary 2024-01-01", "a Renewal 2025-01-01", "a Upgrade 2025-01-01"]


FAMILY = "Member ID,Parent import ID,Joined\norg,,2020-01-01\nb,org,2024-06-01\nc,org,2025-02-01\nd,,2024-01-01\n"


def test_who_is_covered_by_a_payer_is_conferred_with_or_without_a_term(tmp_path):
    terms = "org,2024-01-01,2025-12-31,900\nb,2024-06-01,2025-12-31,0\nd,2024-01-01,2025-12-31,0\n"
    found = events(tmp_path, terms, FAMILY)
    assert "b Conferment 2024-06-01" in found
    assert "c Conferment 2025-02-01" in found
    assert "d Complimentary 2024-01-01" in found


def test_a_free_term_outside_the_payers_terms_is_complimentary(tmp_path):
    found = events(tmp_path, "org,2024-01-01,2024-05-01,900\nb,2024-06-01,2025-12-31,0\n", FAMILY)
    assert "b Complimentary 2024-06-01" in found


MOVED = "a,2024-01-01,2024-12-31,100\nb,2025-01-10,2025-12-31,120\n"
SIBLINGS = "Member ID,Parent import ID\norg,\na,org\nb,org\ne,org\n"


def test_an_end_and_a_join_under_one_parent_are_a_transfer(tmp_path):
    found = events(tmp_path, MOVED, SIBLINGS)
    assert found == ["a Join 2024-01-01", "a Transfer 2025-01-01", "b Transfer 2025-01-10"]


@pytest.mark.parametrize(
    ("terms", "members", "grace_days"),
    [
        (MOVED, SIBLINGS, 5),
        (MOVED, "Member ID,Parent import ID\na,\nb,\n", 30),
        (MOVED + "e,2025-01-05,2025-12-31,120\n", SIBLINGS, 30),
    ],
    ids=["too far apart", "no family", "two who may be meant"],
)
def test_no_transfer_is_guessed(tmp_path, terms, members, grace_days):
    found = events(tmp_path, terms, members, grace_days)
    assert "a Lapse 2025-01-01" in found
    assert not any("Transfer" in event for event in found)
