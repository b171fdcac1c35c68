"""Members that a parent pays for are marked or rolled up, and counted."""

import pandas as pd
import pytest

from axlib.tables.rows.dues_payers import resolve_payers
from tests.tables.engagements import clean_files

MEMBERS = (
    "Member ID,Parent import ID,Dues\norg,,5000\ndivision,org,\ncontact,division,0\npaying,org,100\nlost,nowhere,\n"
    "x,y,\ny,x,\nself,self,\n"
)
TOUCHES = "Member,Date,Mode\ncontact,2025-01-01,sync\norg,2025-01-02,sync\n"


def clean(folder, keys=""):
    return clean_files(folder, {"members.csv": MEMBERS, "touches.csv": TOUCHES}, keys)


def said(found):
    return found.decisions.loc[found.decisions["decision"].str.contains("dues payer"), ["decision", "evidence"]].iloc[0]


def test_marked_by_the_nearest_parent_that_pays(tmp_path):
    found = clean(tmp_path)
    marked = found.members.set_index("member_id")["payer_id"].dropna().to_dict()
    assert marked == {"division": "org", "contact": "org"}
    line = said(found)
    assert line["decision"] == "2 members marked with their dues payer (payer_id)"
    assert line["evidence"].endswith(
        "1 have a parent and pay themselves; 1 have a parent that is not in the table; "
        "2 have parents that lead in a circle"
    )
    assert found.accounts.iloc[0].tolist() == ["members", 8, 8, 0, 0]


def test_rolled_up_rows_are_merged_and_their_touches_are_the_payers(tmp_path):
    found = clean(tmp_path, "dues_payers: roll_up\n")
    assert found.members["member_id"].tolist() == ["org", "paying", "lost", "x", "y", "self"]
    assert found.accounts.iloc[0].tolist() == ["members", 8, 6, 2, 0]
    assert found.merged[["row", "into_row"]].to_numpy().tolist() == [[3, 2], [4, 2]]
    assert found.touches["member_id"].tolist() == ["org", "org"]
    entry = found.ledger[found.ledger["rule"] == "rolled up into the dues payer"]
    assert entry[["table", "row", "before", "after"]].to_numpy().tolist() == [["touches", 2, "contact", "org"]]


@pytest.mark.parametrize("rule", ["mark", "roll_up"])
def test_where_nobody_is_known_to_pay_nobody_is_covered(tmp_path, rule):
    members = "Member ID,Parent import ID\na,\nb,a\n"
    found = clean_files(tmp_path, {"members.csv": members}, f"dues_payers: {rule}\n")
    assert len(found.members) == 2
    assert said(found)["decision"].startswith("0 members")


def test_terms_say_who_pays_too():
    members = pd.DataFrame({"member_id": ["a", "b"], "parent_id": [None, "a"]}, dtype="str")
    terms = pd.DataFrame({"member_id": ["a"], "amount": [10.0]})
    assert resolve_payers(members, terms).payer_id.dropna().tolist() == ["a"]
    both = pd.DataFrame({"member_id": ["a", "b"], "amount": [10.0, 1.0]})
    assert resolve_payers(members, both).payer_id.isna().all()
