import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axlib.tables.cleaning import clean_tables
from axlib.tables.reading import read_tables
from axlib.words.errors import ConfigurationError, DataError
from tests.tables.engagements import clean_files, write_engagement

MESSY = """Member ID,Name,Member since,Expires,Status,Annual dues,Guidance need,Notes
001,Acme ,13/02/2015,2025-12-31,Active,"$1,234.50",3,x
002,=cmd|'/C calc'!A0,03/04/2012,2024-06-30,Expired,(500),9,<script>alert(1)</script>
001,Acme,13/02/2015,,Active,,,later
003,Gamma,01/05/2020,2019-01-01,active,1.2k,2,-
,Nobody,01/01/2020,,Active,5,1,
"""
STATUS = "values: {members.status: {Expired: lapsed}}\n"


def replay(raw, clean, columns):
    """Apply the ledger to the raw texts; what was set aside is not touched by it."""
    cells = {(row, clean_name): raw.at[row, header] for clean_name, header in columns.items() for row in raw.index}
    for entry in clean.ledger[clean.ledger["table"] == "members"].itertuples():
        before = cells[(entry.row, entry.column)]
        assert (pd.isna(before) and pd.isna(entry.before)) or before == entry.before, entry
        cells[(entry.row, entry.column)] = entry.after
    return cells


def test_every_row_is_accounted_for_and_every_change_replays(tmp_path):
    engagement = write_engagement(tmp_path, {"members.csv": MESSY}, STATUS)
    tables = read_tables(engagement)
    before = tables.tables["members"].copy()
    clean = clean_tables(tables)
    pd.testing.assert_frame_equal(tables.tables["members"], before)
    assert clean.accounts.iloc[0].tolist() == ["members", 5, 2, 1, 2]
    columns = {"annual_dues": "Annual dues", "joined_on": "Member since", "name": "Name", "status": "Status"}
    cells = replay(
        before, clean, {**columns, "expires_on": "Expires", "guidance_need": "Guidance need", "Notes": "Notes"}
    )
    for row in clean.members.index:
        assert cells[(row, "joined_on")] == clean.members.at[row, "joined_on"].strftime("%Y-%m-%d")
        dues = clean.members.at[row, "annual_dues"]
        assert (pd.isna(dues) and pd.isna(cells[(row, "annual_dues")])) or float(cells[(row, "annual_dues")]) == dues
        assert cells[(row, "status")] == clean.members.at[row, "status"]


def test_values_and_dtypes(tmp_path):
    members = clean_files(tmp_path, {"members.csv": MESSY}, STATUS).members
    assert members["member_id"].tolist() == ["001", "002"]
    assert members["name"].tolist() == ["Acme", "=cmd|'/C calc'!A0"]
    assert members["joined_on"].dt.strftime("%Y-%m-%d").tolist() == ["2015-02-13", "2012-04-03"]
    assert members["joined_on"].dtype == "datetime64[s]"
    assert members["annual_dues"].iloc[0] == 1234.5
    assert np.isnan(members["annual_dues"].iloc[1])
    assert members["guidance_need"].dtype == "float64"
    assert members["Notes"].tolist() == ["x", "<script>alert(1)</script>"]
    assert list(members.columns[:3]) == ["member_id", "name", "joined_on"]


def test_rows_set_aside_are_kept_whole(tmp_path):
    quarantine = clean_files(tmp_path, {"members.csv": MESSY}, STATUS).quarantine
    assert quarantine["reason"].tolist() == ["expires before joining", "no member_id"]
    assert quarantine["row"].tolist() == [5, 6]
    assert json.loads(quarantine["cells"].iloc[0])["Annual dues"] == "1.2k"


def test_duplicates_fill_and_differ_in_the_ledger(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": "Member ID,Name,Email,City\n1,Acme,,Rome\n1,Acme Inc,a@b.c,\n"})
    assert clean.members.iloc[0].tolist() == ["1", "Acme Inc", "a@b.c", "Rome"]
    filled = clean.ledger[clean.ledger["rule"].str.startswith("filled")].iloc[0]
    assert (filled["row"], filled["column"], filled["after"]) == (3, "City", "Rome")
    differs = clean.ledger[clean.ledger["rule"].str.contains("whose value stays")].iloc[0]
    assert (differs["row"], differs["before"], differs["after"]) == (2, "Acme", "Acme Inc")
    assert clean.merged.to_dict("records") == [{"table": "members", "row": 2, "into_row": 3}]


def refuse(folder, files, keys="", **more):
    with pytest.raises((ConfigurationError, DataError)) as raised:
        clean_files(folder, files, keys, **more)
    return str(raised.value)


def test_unmapped_statuses_are_listed_with_the_lines_to_paste(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Member ID,Status\n1,Active\n2,Gone\n3,Gone\n4,Odd: one\n"})
    assert "'Gone' (2 rows), 'Odd: one' (1 row)" in said
    assert 'values: {members.status: {"Gone": …, "Odd: one": …}}' in said
    assert "active, grace, lapsed" in said


def test_a_wrong_meaning_is_refused(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Member ID,Status\n1,Gone\n"}, "values: {members.status: {Gone: away}}\n")
    assert 'values.members.status: "Gone": away; a meaning must be one of active' in said


def test_a_meaning_left_open_is_asked_for(tmp_path):
    rows = {"members.csv": "Member ID,Status\n1,4\n2,5\n3,1\n"}
    said = refuse(tmp_path, rows, "values: {members.status: {1: active, 4: '-', 5: '-'}}\n")
    assert 'values.members.status: "4" and "5" have no meaning yet; write one of active' in said


def test_a_header_left_open_is_asked_for_once(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Age,Phone\n1,4\n"}, "columns: {members: {member_id: ''}}\n")
    assert "no column is recognised as member_id" in said
    assert "has no column ''" not in said


def test_undecidable_dates_are_asked_for(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Member ID,Joined\n1,03/04/2025\n2,05/06/2024\n"})
    assert "03/04/2025 may be either" in said
    assert "read: {members: {dates: day_first}}" in said
    clean = clean_files(
        tmp_path, {"members.csv": "Member ID,Joined\n1,03/04/2025\n"}, "read: {members: {dates: month_first}}\n"
    )
    assert clean.members["joined_on"].dt.month.tolist() == [3]


def test_dates_that_contradict_each_other_are_asked_for(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Member ID,Joined\n1,13/04/2025\n2,05/16/2024\n"})
    assert "13/04/2025 has the day first" in said
    assert "05/16/2024 the month" in said


def test_another_date_column_of_the_table_decides(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": "Member ID,Joined,Expires\n1,03/04/2020,31/12/2025\n"})
    assert clean.members["joined_on"].dt.month.tolist() == [4]
    assert clean.decisions["evidence"].str.contains("as in expires_on").any()


def test_undecidable_decimals_are_asked_for(tmp_path):
    assert "1.234 is a decimal or thousands" in refuse(tmp_path, {"members.csv": "Member ID,Dues\n1,1.234\n2,5.678\n"})


def test_columns_that_hold_something_else_are_refused(tmp_path):
    rows = "".join(f"{n},lots\n" for n in range(20))
    said = refuse(tmp_path, {"members.csv": f"Member ID,Staff\n{rows}"}, head="client: E\nas_of: 2025-12-31\n")
    assert "100.0 % of 'Staff' cannot be read as number for staff_count, such as 'lots'" in said


def test_problems_of_all_tables_at_once(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Name\nAcme\n", "terms.csv": "Member\n1\n", "touches.csv": "Member\n1\n"})
    assert said.count("no column is recognised as") == 1 + 3 + 2


def test_all_ids_blank(tmp_path):
    said = refuse(tmp_path, {"members.csv": "Member ID,Name\n,Acme\n-,Beta\n"})
    assert "no row can be used: no member_id (2)" in said


def test_more_lost_than_max_loss(tmp_path):
    rows = "".join(f"{n},Acme\n" for n in range(9))
    said = refuse(tmp_path, {"members.csv": f"Member ID,Name\n{rows},Nobody\n"}, head="client: E\nas_of: 2025-12-31\n")
    assert "1 of 10 rows (10.0 %) would be set aside, more than max_loss: 0.05" in said


def test_one_member_and_no_dues_are_fine(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": "Member ID\n1\n"})
    assert len(clean.members) == 1
    assert "annual_dues" not in clean.members
    assert "1 row of members" in clean.text


def test_hostile_headers_and_repeated_ones(tmp_path):
    clean = clean_files(
        tmp_path,
        {"members.csv": "Member ID,=cmd,<script>,=cmd,name,Organization\n1,a,b,c,d,e\n"},
        "columns: {members: {name: Organization}}\n",
    )
    assert {"=cmd", "<script>", "=cmd (2)", "name (as exported)"} <= set(clean.members.columns)
    assert "<script>" not in clean._repr_html_()


def test_overrides_are_applied_counted_and_checked(tmp_path):
    head = "member_id,column,value,reason,by\n"
    files = {"members.csv": "Member ID,Dues,Goal complexity\n1,100,2\n2,200,3\n"}
    clean = clean_files(
        tmp_path,
        {**files, "overrides.csv": f'{head}2,annual_dues,"$1,250",invoice of May,A. Adviser\n'},
        "overrides: overrides.csv\n",
    )
    assert clean.members["annual_dues"].tolist() == [100, 1250]
    entry = clean.ledger.iloc[-1]
    assert (entry["before"], entry["after"], entry["rule"]) == ("200", "1250", "override by A. Adviser: invoice of May")
    assert "1 override" in clean.text
    said = refuse(
        tmp_path,
        {**files, "overrides.csv": f"{head}9,annual_dues,1,why,me\n1,anual_dues,1,why,me\n"},
        "overrides: overrides.csv\n",
    )
    assert "no member '9'" in said
    assert "Did you mean 'annual_dues'?" in said
    assert "'reason' is empty" in refuse(
        tmp_path, {**files, "overrides.csv": f"{head}1,annual_dues,1,,me\n"}, "overrides: overrides.csv\n"
    )
    assert "'many' is no value of annual_dues" in refuse(
        tmp_path, {**files, "overrides.csv": f"{head}1,annual_dues,many,why,me\n"}, "overrides: overrides.csv\n"
    )


def test_rows_of_unknown_members_are_counted_and_zeros_noticed(tmp_path):
    clean = clean_files(
        tmp_path,
        {
            "members.csv": "Member ID\n0017\n",
            "touches.csv": "Member,Date,Mode\n17,2025-01-01,sync\n99,2025-01-01,async\n",
        },
    )
    noted = clean.decisions[clean.decisions["table"] == "touches"].iloc[-1]
    assert "2 rows of members that are not in the members' table" in noted["decision"]
    assert "1 would match without leading zeros" in noted["evidence"]


def test_an_export_of_survivors_is_noticed(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": "Member ID,Status\n1,active\n2,grace\n"})
    assert clean.decisions["decision"].str.contains("nobody in the export has left").any()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", "", " 1 "]),
        st.sampled_from(["Acme", " Acme", "", "Béta", "N/A"]),
        st.sampled_from(["2020-01-05", "13/02/2015", "03/04/2012", "", "1900-01-01"]),
        st.sampled_from(["$1,200", "950.5", "(3)", "", "-"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, seed=st.randoms(use_true_random=False))
def test_accounts_balance_and_the_order_of_rows_changes_no_member(tmp_path, rows, seed):
    def clean(lines):
        text = "Member ID,Name,Joined,Dues\n9,Last,28/02/2020,5\n" + "".join(
            ",".join(f'"{cell}"' for cell in line) + "\n" for line in lines
        )
        return clean_files(tmp_path, {"members.csv": text})

    first = clean(rows)
    line = first.accounts.iloc[0]
    assert line["read"] == line["kept"] + line["merged"] + line["quarantined"]
    assert line["quarantined"] == len(first.quarantine)
    assert line["merged"] == len(first.merged)
    assert first.members["member_id"].is_unique
    shuffled = list(rows)
    seed.shuffle(shuffled)
    second = clean(shuffled)
    assert sorted(first.members["member_id"]) == sorted(second.members["member_id"])
    assert len(first.quarantine) == len(second.quarantine)


def test_identifiers_that_a_spreadsheet_changed(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": "Member ID,Name\n17.0,Acme\n18,Beta\n"})
    assert clean.members["member_id"].tolist() == ["17", "18"]
    assert clean.ledger["before"].tolist() == ["17.0"]
    kept = clean_files(tmp_path, {"members.csv": "Member ID,Name\n1.0,Acme\nA-2,Beta\n"})
    assert kept.members["member_id"].tolist() == ["1.0", "A-2"]
    assert "rounded, such as 1.23457E+11" in refuse(tmp_path, {"members.csv": "Member ID\n1.23457E+11\n"})


def test_one_value_for_all_rows_can_be_written(tmp_path):
    clean = clean_files(
        tmp_path,
        {"members.csv": "Member ID\n1\n", "touches.csv": "Member,Date\n1,2025-01-01\n,2025-01-02\n"},
        "columns: {touches: {mode: =async}}\n",
    )
    assert clean.touches["mode"].tolist() == ["async"]
    assert "=async" not in clean.quarantine["cells"].iloc[0]
    assert "is 'async' in every row" in clean.decisions["decision"].tolist()


@pytest.mark.parametrize(("members", "refused"), [(8, True), (30, False)])
def test_a_table_of_events_is_no_table_of_members(tmp_path, members, refused):
    rows = "Member ID,Name\n" + "".join(f"{at % members},Acme {at}\n" for at in range(60))
    if refused:
        assert "52 of 60 rows have a member_id that another row has" in refuse(tmp_path, {"members.csv": rows})
    else:
        assert clean_files(tmp_path, {"members.csv": rows}).accounts["merged"].tolist() == [30]
