import hashlib

import pytest

from axlib.tables.reading import read_tables
from axlib.words.errors import ConfigurationError, DataError
from tests.tables.engagements import write_engagement
from tests.tables.files.test_workbooks import workbook

ONE = "Member ID,Name\n1,Acme\n2,Beta\n"


def test_what_was_detected_is_stated(tmp_path):
    tables = read_tables(write_engagement(tmp_path, {"members.csv": "Member ID;Name\n1;Käse\n".encode("cp1252")}))
    source = tables.sources.iloc[0]
    assert (source["encoding"], source["delimiter"], source["header_row"], source["rows"]) == ("cp1252", ";", 1, 1)
    assert source["file"] == "members.csv"
    assert "Read 1 row of members from 1 file." in tables.text
    assert "members.csv" in repr(tables)


def test_a_list_of_files_is_one_table_whose_rows_count_on(tmp_path):
    more = "Name,Member ID,City\nGamma,3,Rome\n"
    engagement = write_engagement(
        tmp_path, {"members.csv": ONE, "later.csv": more}, keys="tables: {members: [members.csv, later.csv]}\n"
    )
    tables = read_tables(engagement)
    members = tables.tables["members"]
    assert members["Member ID"].tolist() == ["1", "2", "3"]
    assert members.index.is_unique
    assert tables.sources["first_row"].tolist() == [2, 5]
    assert tables.sources["sha256"].tolist()[0] == hashlib.sha256(ONE.encode()).hexdigest()


def test_all_problems_at_once(tmp_path):
    engagement = write_engagement(
        tmp_path,
        {"members.csv": "Member ID,Name\n", "terms.csv": ""},
        keys="tables: {members: members.csv, terms: terms.csv, staff: nowhere.csv}\n",
    )
    with pytest.raises(DataError) as raised:
        read_tables(engagement)
    assert len(raised.value.problems) == 3
    said = str(raised.value)
    assert "members.csv: has headers but no rows" in said
    assert "terms.csv: the file is empty" in said
    assert "nowhere.csv: no such file" in said


def test_a_wrong_sheet_is_a_matter_of_configuration(tmp_path):
    files = {"members.xlsx": workbook({"A": [["Member ID", "n"], ["1", "x"]]})}
    with pytest.raises(ConfigurationError, match="no sheet 'B'"):
        read_tables(write_engagement(tmp_path, files, keys="read: {members: {sheet: B}}\n"))


def test_a_file_in_a_folder_that_is_not_there_is_said_with_folder_and_place(tmp_path):
    keys = "tables: {members: exprt/2025/members.csv}\n"
    with pytest.raises(DataError) as refused:
        read_tables(write_engagement(tmp_path, {}, keys))
    assert refused.value.problems == (
        "members: members.csv: no such file: 'exprt/2025/members.csv' was tried, and there is no folder 'exprt'. "
        "Write its place relative to the engagement file.",
    )
