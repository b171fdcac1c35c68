import pytest

from axlib.tables.rows.set_aside_files import REASON, ROW, write_set_aside
from axlib.words.errors import DataError
from tests.tables.engagements import clean_files

MEMBERS = (
    "Member ID,Name,Joined,Expires\n1,Acme,2020-01-31,2025-12-31\n2,=cmd,2020-01-31,2019-01-31\n,Nobody,2020-01-31,\n"
)
LISTED = "tables: {members: [members.csv, mended.csv]}\n"


def set_aside(folder):
    return write_set_aside(clean_files(folder, {"members.csv": MEMBERS}).quarantine, table="members")


def test_rows_set_aside_are_written_with_number_and_reason(tmp_path):
    lines = set_aside(tmp_path).splitlines()
    assert lines[0] == f"{ROW},{REASON},Member ID,Name,Joined,Expires"
    assert lines[1] == "3,expires before joining,2,'=cmd,2020-01-31,2019-01-31"
    assert write_set_aside(clean_files(tmp_path, {"members.csv": MEMBERS}).quarantine, table="terms") == ""


def test_mended_rows_take_their_old_place(tmp_path):
    mended = set_aside(tmp_path).replace("2019-01-31", "2029-01-31").replace("no member_id,,", "no member_id,3,")
    clean = clean_files(tmp_path, {"members.csv": MEMBERS, "mended.csv": mended}, LISTED)
    assert clean.accounts.iloc[0].tolist() == ["members", 3, 3, 0, 0]
    assert clean.members["member_id"].tolist() == ["1", "2", "3"]
    assert clean.members["name"].tolist() == ["Acme", "=cmd", "Nobody"]
    assert clean.members.index.tolist() == [2, 3, 4]


def test_sent_back_as_it_was_it_changes_nothing(tmp_path):
    once = clean_files(tmp_path, {"members.csv": MEMBERS})
    again = clean_files(tmp_path, {"members.csv": MEMBERS, "mended.csv": set_aside(tmp_path)}, LISTED)
    assert again.quarantine["reason"].tolist() == once.quarantine["reason"].tolist()
    assert again.accounts.equals(once.accounts)


def test_numbers_that_are_no_rows(tmp_path):
    mended = f"{ROW},{REASON},Member ID,Name\n99,why,2,Acme\n3,why,3,x\n3,why,3,x\n"
    with pytest.raises(DataError) as raised:
        clean_files(tmp_path, {"members.csv": MEMBERS, "mended.csv": mended}, LISTED)
    assert len(raised.value.problems) == 2
    assert "'99' is no row of the files named before it" in str(raised.value)
