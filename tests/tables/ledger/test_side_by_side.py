"""Terms that run at the same time are counted, and amounts whose column speaks of another length are told."""

import pytest

from axlib.tables.ledger.side_by_side import find_misread, find_replaced_early, find_side_by_side
from tests.tables.engagements import clean_files
from tests.tables.test_terms import TERMS, ledger


def test_a_second_term_within_the_first_runs_beside_it(tmp_path):
    found = ledger(tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,1200\nm,2025-07-01,2025-12-31,300\n")
    assert find_side_by_side(found.terms)["amount"].tolist() == [300]


@pytest.mark.parametrize(
    "second",
    ["m,2026-01-01,2026-12-31,1200", "m,2025-12-31,2026-12-30,1200", "m,2025-07-01,2025-12-31,0"],
    ids=["one after the other", "ends on the day of renewal", "nothing paid"],
)
def test_terms_that_follow_each_other_or_cost_nothing_do_not(tmp_path, second):
    found = ledger(tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,1200\n{second}\n")
    assert find_side_by_side(found.terms).empty


@pytest.mark.parametrize(("begins", "told"), [("2025-03-01", 1), ("2025-11-20", 0)])
def test_a_term_replaced_long_before_its_end_is_told_and_an_early_renewal_is_not(tmp_path, begins, told):
    found = ledger(tmp_path, f"{TERMS}m,2025-01-01,2025-12-31,1200\nm,{begins},2026-12-31,1300\n")
    assert len(found.adjustments) == 1
    assert len(find_replaced_early(found.adjustments)) == told


HEAD = "Member,Start date,End date,{}\n"
KEYS = "columns: {{terms: {{amount: {0}}}}}\n"


@pytest.mark.parametrize(
    ("header", "row", "months"),
    [
        ("arr_amount", "m,2025-01-01,2025-01-25,45372", 12),
        ("Annual fee", "m,2025-01-01,2025-03-31,400", 12),
        ("mrr_amount", "m,2025-01-01,2025-12-31,100", 1),
        ("mrr_amount", "m,2025-01-01,,100", 1),
        ("arr_amount", "m,2025-01-01,2025-12-31,400", None),
        ("arr_amount", "m,2025-01-01,,400", None),
        ("arr_amount", "m,2025-01-01,2025-01-25,0", None),
        ("fee", "m,2025-01-01,2025-01-25,45372", None),
    ],
)
def test_a_column_that_speaks_of_a_year_is_not_what_is_paid_for_a_month(tmp_path, header, row, months):
    files = {"members.csv": "Member ID\nm\n", "terms.csv": f"{HEAD.format(header)}{row}\n"}
    found = find_misread(clean_files(tmp_path, files, KEYS.format(header)))
    assert (found.months if found else None) == months


def test_annual_amounts_that_are_declared_are_not_in_doubt(tmp_path):
    files = {"members.csv": "Member ID\nm\n", "terms.csv": f"{HEAD.format('arr')}m,2025-01-01,2025-01-25,45372\n"}
    assert find_misread(clean_files(tmp_path, files, "columns: {terms: {amount: arr, annual_amount: arr}}\n")) is None
