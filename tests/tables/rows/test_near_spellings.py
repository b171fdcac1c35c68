"""Near spellings are proposed and never merged; what is pasted merges them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.data_check import check_data
from axlib.tables.rows.near_spellings import propose_spellings
from axlib.tables.terms import build_terms
from tests.tables.engagements import clean_files


def propose(*values):
    members = pd.DataFrame({"member_type": pd.Series(values, dtype="str")})
    found = propose_spellings({"members": members})
    return dict(zip(found["value"], found["near"], strict=True))


@pytest.mark.parametrize(
    ("rare", "often"),
    [
        ("gold", "Gold"),
        ("Förderer", "Forderer"),
        ("Non-Profit", "nonprofit"),
        ("Assocaite", "Associate"),
        ("Corporat Member", "Corporate Member"),
        ("Profesional", "Professional"),
    ],
)
def test_one_value_in_two_ways(rare, often):
    assert propose(often, often, rare) == {rare: often}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tier 1", "Tier 2"),
        ("Class A", "Class B"),
        ("Level II", "Level III"),
        ("Member", "Non-member"),
        ("active", "inactive"),
        ("male", "female"),
        ("Gold", "Silver"),
        ("2024", "2025"),
        ("--", "??"),
    ],
)
def test_two_values(one, other):
    assert propose(one, one, other) == {}


def test_misspellings_of_a_misspelling_mean_the_value():
    assert propose(*["Associate"] * 3, *["Asociate"] * 2, "Asocate") == {
        "Asociate": "Associate",
        "Asocate": "Associate",
    }


@given(st.permutations(["Gold", "Gold", "gold", "Goldd", "Silver", "Silvr"]))
def test_the_order_of_rows_changes_nothing(values):
    assert propose(*values) == propose(*sorted(values))


def test_shown_with_a_line_that_merges_them_once_pasted(tmp_path):
    files = {"members.csv": "Member ID,Member type,Sector\n1,Gold,Banks\n2,Gold,Banks\n3,Glod,Bnaks\n"}
    keys = "attributes: [{name: Sector, kind: categorical}]\n"
    found = clean_files(tmp_path, files, keys)
    assert found.members["member_type"].tolist() == ["Gold", "Gold", "Glod"]
    ledger = build_terms(found, as_of=found.engagement.as_of, grace_days=30, rejoin="new")
    problems = check_data(found, ledger).problems.set_index("problem")
    line = problems.loc["member_type: 'Glod' may be 'Gold' (2 rows)", "remedy"]
    assert line == 'if so, add:  values: {members.member_type: {"Glod": "Gold"}}'
    assert "Sector: 'Bnaks' may be 'Banks' (2 rows)" in problems.index
    again = clean_files(tmp_path, files, keys + line.removeprefix("if so, add:  ") + "\n")
    assert again.members["member_type"].tolist() == ["Gold"] * 3
    assert (again.ledger["column"] == "member_type").sum() == 1
