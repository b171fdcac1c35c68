"""The same contact exported twice is one; two contacts that merely look alike are two, and that is said."""

import pandas as pd
import pytest

from tests.tables.engagements import clean_files

MEMBERS = "member_id,name\n1,Acme\n2,Beta\n"
HEAD = "Activity ID,member_id,at,mode,minutes\n"


def touches(folder, rows, head=HEAD):
    return clean_files(folder, {"members.csv": MEMBERS, "touches.csv": head + rows})


def account(clean):
    return clean.accounts.set_index("table").loc["touches"].to_dict()


def test_the_same_identifier_of_one_member_is_one_contact(tmp_path):
    clean = touches(tmp_path, "7,1,2025-01-01,sync,\n8,1,2025-01-02,sync,5\n7,1,2025-01-01,sync,30\n")
    assert account(clean) == {"read": 3, "kept": 2, "merged": 1, "quarantined": 0}
    kept = clean.touches.set_index("touch_id")
    assert kept.loc["7", "minutes"] == 30
    merged = clean.merged.query("table == 'touches'").iloc[0]
    assert (merged["row"], merged["into_row"]) == (2, 4)
    assert list(clean.touches.columns) == ["touch_id", "member_id", "at", "mode", "minutes"]


def test_what_differed_is_in_the_ledger(tmp_path):
    clean = touches(tmp_path, "7,1,2025-01-01,sync,20\n7,1,2025-01-03,sync,30\n")
    entries = clean.ledger.query("table == 'touches' and row == 2").set_index("column")
    assert entries.loc["minutes", ["before", "after"]].tolist() == ["20", "30"]
    assert entries.loc["minutes", "rule"] == "same member_id and touch_id as row 3, whose value stays"
    assert entries.loc["at", "after"] == "2025-01-03"


def test_one_event_of_two_members_is_two_contacts(tmp_path):
    assert account(touches(tmp_path, "7,1,2025-01-01,group,60\n7,2,2025-01-01,group,60\n"))["kept"] == 2


@pytest.mark.parametrize("own", ["", "N/A"])
def test_without_an_identifier_nothing_is_merged_and_that_is_said(tmp_path, own):
    rows = f"{own},1,2025-01-01,sync,30\n" * 3 + "9,1,2025-01-01,sync,30\n"
    clean = touches(tmp_path, rows)
    assert account(clean)["kept"] == 4
    said = clean.decisions.query("table == 'touches' and column == ''")["decision"].tolist()
    assert said == ["2 rows that equal another in every cell"]


def test_rows_keep_their_order(tmp_path):
    clean = touches(
        tmp_path, ",1,2025-01-05,sync,1\n7,1,2025-01-01,sync,2\n,2,2025-01-04,sync,3\n7,1,2025-01-01,sync,2\n"
    )
    assert clean.touches.index.is_monotonic_increasing
    assert clean.touches["minutes"].tolist() == [1, 3, 2]
    pd.testing.assert_series_equal(
        clean.touches.dtypes.astype("str"), touches(tmp_path, ",1,2025-01-05,sync,1\n").touches.dtypes.astype("str")
    )
