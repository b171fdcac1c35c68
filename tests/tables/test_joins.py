"""Joined files add columns and never rows; what becomes of every row of both files is counted."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.cleaning import clean_tables
from axlib.tables.files.raw_rows import TEXT
from axlib.tables.joins import JOIN_COLUMNS, join_file, keep_where
from axlib.tables.reading import read_tables
from axlib.tables.rows.set_aside_files import write_set_aside
from axlib.tables.settings.reading import JoinSettings
from axlib.words.errors import AxError, ConfigurationError, DataError
from tests.tables.engagements import clean_files, write_engagement

MEMBERS = "id,contact_id,status\n1,c1,active\n2,c2,active\n3,c9,active\n"
CONTACTS = "id,name,city\nc1,Acme,Rome\nc2,Beta,Oslo\nc3,Gamma,Bonn\n"
PAYMENTS = "contact,paid,amount\nc1,2024-05-01,10\nc1,2025-05-01,20\nc2,2023-01-01,5\nc7,2020-01-01,1\n"
COLUMNS = "columns: {members: {member_id: contact_id}}\n"


def joined(folder, joins, files=None):
    given_files = files or {"members.csv": MEMBERS, "contacts.csv": CONTACTS, "payments.csv": PAYMENTS}
    keys = f"tables: {{members: members.csv}}\njoins:\n  members:\n    - {joins}\n{COLUMNS}"
    return read_tables(write_engagement(folder, given_files, keys))


def test_columns_come_beside_the_rows_under_the_names_declared(tmp_path):
    tables = joined(tmp_path, "{file: contacts.csv, match: {contact_id: id}, keep: {name: name, town: city}}")
    members = tables.tables["members"]
    assert members["name"].tolist()[:2] == ["Acme", "Beta"]
    assert members["town"].isna().tolist() == [False, False, True]
    account = tables.joins.iloc[0]
    assert (account["rows"], account["matched"], account["unmatched"]) == (3, 2, 1)
    assert (account["file_rows"], account["file_used"], account["file_unused"]) == (3, 2, 1)
    assert tables.sources["use"].tolist() == ["rows", "joined"]
    clean = clean_tables(tables)
    said = clean.decisions.set_index("decision")["evidence"]["joined with contacts.csv by contact_id = id"]
    assert said == "2 of 3 rows have a match; 1 have none; of its 3 rows 2 are used; 1 of keys that are not asked for"
    assert clean.accounts.iloc[0].tolist() == ["members", 3, 3, 0, 0]


def test_the_latest_of_several_counts_and_all_are_counted(tmp_path):
    tables = joined(
        tmp_path,
        "{file: payments.csv, match: {contact_id: contact}, keep: [amount], latest: paid, count: payments}",
    )
    assert tables.tables["members"]["amount"].tolist()[:2] == ["20", "5"]
    assert tables.tables["members"]["payments"].tolist() == ["2", "1", "0"]
    assert tables.joins["file_passed_over"].tolist() == [1]


def test_the_earliest_and_numbers_as_order(tmp_path):
    tables = joined(tmp_path, "{file: payments.csv, match: {contact_id: contact}, keep: [paid], earliest: amount}")
    assert tables.tables["members"]["paid"].tolist()[:2] == ["2024-05-01", "2023-01-01"]


@pytest.mark.parametrize(
    ("join", "kind", "sentence"),
    [
        (
            "{file: payments.csv, match: {contact_id: contact}}",
            DataError,
            "1 key match several rows, such as 'c1'",
        ),
        (
            "{file: contacts.csv, match: {id: id}, keep: [name]}",
            DataError,
            "none of the 3 keys in id is in id",
        ),
        (
            "{file: contacts.csv, match: {contact: id}}",
            ConfigurationError,
            "match names 'contact', no column",
        ),
        (
            "{file: contacts.csv, match: {contact_id: contact}}",
            ConfigurationError,
            "match names 'contact', no column",
        ),
        (
            "{file: contacts.csv, match: {contact_id: id}, keep: [nam]}",
            ConfigurationError,
            "Did you mean 'name'?",
        ),
        (
            "{file: contacts.csv, match: {contact_id: id}, keep: {status: name}}",
            ConfigurationError,
            "already",
        ),
        (
            "{file: contacts.csv, match: {contact_id: id}, where: {town: x}}",
            ConfigurationError,
            "where names 'town'",
        ),
        (
            "{file: contacts.csv, match: {contact_id: id}, where: {city: Lima}}",
            ConfigurationError,
            "is never Lima",
        ),
        ("{file: nowhere.csv, match: id}", DataError, "nowhere.csv: no such file"),
    ],
)
def test_refused_with_file_key_and_remedy(tmp_path, join, kind, sentence):
    with pytest.raises(kind) as raised:
        joined(tmp_path, join)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("joins: {terms: [{file: a.csv, match: id}]}", "joins names terms, which tables does not"),
        ("joins: {member: [{file: a.csv, match: id}]}", "joins names the table 'member'"),
        ("joins: {members: [{file: a.csv}]}", "'joins.members.0.match' is missing"),
        ("joins: {members: [{file: a.csv, match: id, latest: a, earliest: b}]}", "exclude each other"),
    ],
)
def test_keys_of_joins_are_checked(tmp_path, keys, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        write_engagement(tmp_path, {"members.csv": MEMBERS}, keys + "\n")


def test_days_in_no_order_one_can_trust_decide_nothing():
    file = pd.DataFrame({"k": ["a", "a"], "on": ["01/02/2024", "02/01/2024"]}, dtype=TEXT)
    with pytest.raises(DataError, match="neither a number nor a day written year first"):
        join_file(
            file[["k"]].iloc[:1],
            file,
            JoinSettings(file="f.csv", match={"k": "k"}, latest="on"),
            name="members",
        )


def test_lost_zeros_are_told():
    here, there = pd.DataFrame({"k": ["007"]}, dtype=TEXT), pd.DataFrame({"k": ["7"], "v": ["x"]}, dtype=TEXT)
    with pytest.raises(DataError, match="would match without leading zeros"):
        join_file(here, there, JoinSettings(file="f.csv", match={"k": "k"}), name="members")


def test_equal_ranks_are_noted():
    file = pd.DataFrame({"k": ["a", "a"], "on": ["2024-01-01", "2024-01-01"], "v": ["x", "y"]}, dtype=TEXT)
    join = JoinSettings(file="f.csv", match={"k": "k"}, keep={"v": "v"}, latest="on")
    found = join_file(file[["k"]].iloc[:1], file, join, name="members")
    assert found.table["v"].tolist() == ["y"]
    assert found.notes == ("1 key with several such rows: the later one in the file counts",)


def test_keys_of_two_columns():
    here = pd.DataFrame({"a": ["1", "1", None], "b": ["x", "y", "x"]}, dtype=TEXT)
    there = pd.DataFrame({"a": ["1", "1"], "b": ["y", "x"], "v": ["p", "q"]}, dtype=TEXT)
    found = join_file(here, there, JoinSettings(file="f.csv", match={"a": "a", "b": "b"}), name="members").table
    assert [None if pd.isna(v) else v for v in found["v"]] == ["q", "p", None]


def test_rows_of_a_table_can_be_chosen_and_what_is_left_out_is_counted(tmp_path):
    files = {"members.csv": "Member ID,Kind\n1,m\n2,prospect\n3,M \n"}
    clean = clean_files(tmp_path, files, "read: {members: {where: {Kind: m}}}\n")
    assert clean.members["member_id"].tolist() == ["1", "3"]
    assert clean.members.index.tolist() == [2, 4]
    assert "1 row of 3 left out" in clean.decisions["evidence"].tolist()


def test_where_takes_several_values():
    table = pd.DataFrame({"a": ["1", "TRUE", None]}, dtype=TEXT)
    assert keep_where(table, {"a": ("true", "1")}, place="x").index.tolist() == [0, 1]


def test_rows_set_aside_are_mended_in_joined_columns_too(tmp_path):
    files = {
        "members.csv": "Member ID\nc1\nc2\n",
        "terms.csv": "Member,From,To,pay\nc1,2025-01-01,2025-12-31,p1\nc2,2025-01-01,2025-12-31,p2\n",
        "pay.csv": "id,amount\np1,10\np3,20\n",
    }
    keys = "tables: {members: members.csv, terms: %s}\njoins: {terms: [{file: pay.csv, match: {pay: id}}]}\n"
    first = clean_files(tmp_path, files, keys % "terms.csv")
    assert first.quarantine["reason"].tolist() == ["no amount"]
    sheet = write_set_aside(first.quarantine, table="terms").replace("p2,", "p2,15")
    again = clean_files(tmp_path, {**files, "mended.csv": sheet}, keys % "[terms.csv, mended.csv]")
    assert again.terms["amount"].tolist() == [10.0, 15.0]
    assert again.accounts.iloc[1].tolist() == ["terms", 2, 2, 0, 0]


KEY = st.sampled_from(["a", "b", "c", "", None])


@given(here=st.lists(KEY, min_size=1, max_size=8), there=st.lists(st.tuples(KEY, st.integers(0, 3)), max_size=8))
def test_every_row_of_both_files_is_accounted_for(here, there):
    table = pd.DataFrame({"k": pd.Series(here, dtype=TEXT)})
    file = pd.DataFrame({"k": [k for k, _ in there], "n": [str(n) for _, n in there]}, dtype=TEXT)
    join = JoinSettings(file="f.csv", match={"k": "k"}, keep={"v": "n"}, latest="n", count="m")
    try:
        found = join_file(table, file, join, name="members")
    except AxError as error:
        assert not set(filter(None, here)) & {k for k, _ in there}
        assert "none of the" in str(error)
        return
    account = found.account
    assert list(account) == list(JOIN_COLUMNS)
    assert account["rows"] == account["matched"] + account["unmatched"] == len(here)
    parts = ("file_left_out", "file_used", "file_passed_over", "file_unused")
    assert sum(account[part] for part in parts) == account["file_rows"] == len(there)
    for key, value, n in zip(here, found.table["v"], found.table["m"], strict=True):
        mine = [m for k, m in there if key and k == key]
        assert int(n) == len(mine)
        assert (pd.isna(value) and not mine) or int(value) == max(mine)
