"""Real and reference files through reading, cleaning, terms: figures that are known, and no crash on any file."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from axlib.tables.cells.tidying_text import tidy_texts
from axlib.tables.cleaning import clean_tables
from axlib.tables.contradictions import find_contradictions
from axlib.tables.data_check import check_data
from axlib.tables.engagement import read_engagement
from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.reading import read_tables
from axlib.tables.rows.set_aside_files import write_set_aside
from axlib.tables.terms import build_terms
from axlib.words.errors import AxError, ConfigurationError, DataError
from axlib.words.table_faces import table_to_html
from tests.tables.engagements import clean_files

DATA = Path(__file__).parents[2].parent / "shared" / "data"
ENGAGEMENTS = Path(__file__).parents[1] / "engagements"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside the project")
ODD = (
    "csvkit_agate",
    "frictionless",
    "charset_normalizer",
    "csv_spectrum",
    "civicrm_sample",
    "formula_injection",
    "blns",
)


def clean(folder, keys):
    home = folder / "case"
    home.mkdir()
    (home / "engagement.yml").write_text(f"client: Case\nas_of: 2025-12-31\n{keys}", encoding="utf-8")
    return clean_tables(read_tables(read_engagement(home)))


@pytest.mark.parametrize("folder", ODD)
def test_every_odd_file_is_a_table_or_a_clear_refusal(folder):
    files = [path for path in sorted((DATA / folder).rglob("*")) if path.is_file()]
    assert files
    for path in files:
        try:
            read = read_source(read_bytes(path), file_name=path.name)
        except AxError as error:
            assert error.problems[0].startswith(path.name.split(".")[0])
        else:
            assert read.table.columns.is_unique


@pytest.mark.parametrize("place", ["names", "headers"])
def test_hostile_strings_go_through_unharmed_and_harmless(tmp_path, place):
    naughty = [text for text in json.loads((DATA / "blns" / "blns.json").read_text("utf-8")) if text.strip()]
    rows = (DATA / "formula_injection" / "formula_injection_strings.csv").read_text("utf-8").splitlines()
    texts = list(dict.fromkeys([*naughty, *rows]))
    buffer = io.StringIO()
    if place == "names":
        table = [
            ["Member ID", "Name"],
            *([f"m{at}" if at % 2 else "", text] for at, text in enumerate(texts)),
        ]
    else:
        table = [["Member ID", *texts], *([f"m{at}", *("x" for _ in texts)] for at in range(3))]
    csv.writer(buffer).writerows(table)
    found = clean_files(
        tmp_path, {"members.csv": buffer.getvalue()}, 'read: {members: {delimiter: ",", header_row: 1}}\n'
    )
    assert "<script" not in found._repr_html_().lower()
    assert "<script" not in table_to_html(found.ledger).lower()
    if place == "names":
        expected = tidy_texts(pa.array(texts[1::2], pa.large_string())).to_pylist()
        assert [None if pd.isna(name) else name for name in found.members["name"].tolist()] == expected
        aside = [json.loads(cells)["Name"] for cells in found.quarantine["cells"].tolist()]
        assert [" ".join(text.split()) for text in aside] == [" ".join(text.split()) for text in texts[0::2]]
        written = write_set_aside(found.quarantine, table="members")
        assert not any(row[3].startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(written)))
    else:
        assert len(found.members.columns) == len(texts) + 1
        assert found.members.columns.is_unique


def test_telco(tmp_path):
    found = clean(
        tmp_path,
        f"tables: {{members: {DATA}/telco_ibm/WA_Fn-UseC_-Telco-Customer-Churn.csv}}\n"
        "columns: {members: {status: Churn, annual_dues: MonthlyCharges}}\n"
        "values: {members.status: {'Yes': lapsed, 'No': active}}\n",
    )
    lapsed = found.members["status"] == "lapsed"
    assert lapsed.sum() == 1869
    assert len(found.members) == 7043
    share = found.members.loc[lapsed, "annual_dues"].sum() / found.members["annual_dues"].sum()
    assert round(share, 4) == 0.3050


def test_bank_churners_with_a_row_of_descriptions_is_refused(tmp_path):
    file = DATA / "bankchurners" / "BankChurners_as_found_with_dictionary_row.csv"
    with pytest.raises(DataError, match="row 2 describes the columns"):
        clean(tmp_path, f"tables: {{members: {file}}}\n")


def test_a_gym_without_keys_is_asked_for_one(tmp_path):
    with pytest.raises(ConfigurationError, match="no column is recognised as member_id"):
        clean(tmp_path, f"tables: {{members: {DATA}/gym_churn/gym_churn_us.csv}}\n")


def test_a_group_nobody_left_has_members_and_no_ledger(tmp_path):
    found = clean(
        tmp_path,
        f"tables: {{members: {DATA}/chicago_r_user_group/member_list.csv}}\n"
        "columns: {members: {joined_on: Joined.Group.on}}\n",
    )
    assert len(found.members) == 3606
    assert found.members["joined_on"].notna().all()
    ledger = build_terms(found, as_of=date(2025, 12, 31), grace_days=30, rejoin="new")
    assert "No term ledger" in ledger.text


def test_ravenstack_terms_without_end_run_on(tmp_path):
    found = clean(
        tmp_path,
        f"tables: {{members: {DATA}/ravenstack_saas/ravenstack_accounts.csv,"
        f" terms: {DATA}/ravenstack_saas/ravenstack_subscriptions.csv}}\n"
        "columns:\n  members: {member_id: account_id, joined_on: signup_date}\n"
        "  terms: {member_id: account_id, amount: arr_amount, annual_amount: arr_amount, product: plan_tier}\n",
    )
    ledger = build_terms(found, as_of=date(2024, 12, 31), grace_days=30, rejoin="new")
    assert len(found.members) == 500
    assert len(found.terms) == 5000
    assert ledger.terms["member_id"].nunique() == 500
    assert abs(ledger.source_total - ledger.ledger_total - ledger.differences["amount"].sum()) < 0.005


def test_civicrm_memberships_are_recognised(tmp_path):
    found = clean(
        tmp_path,
        f"tables: {{members: {DATA}/civicrm_sample/civicrm_membership.csv}}\n"
        "columns: {members: {member_id: contact_id}}\n"
        "values: {members.status: {1: active, 2: active, 3: grace, 4: lapsed}}\n",
    )
    assert found.system == "CiviCRM"
    assert len(found.members) == 30
    # Two are lifetime members.
    assert found.members["expires_on"].isna().sum() == 2


def test_civicrm_tables_become_members_terms_and_touches():
    tables = read_tables(read_engagement(ENGAGEMENTS / "civicrm"))
    found = clean_tables(tables)
    assert found.system == "CiviCRM"
    assert found.accounts.set_index("table").to_dict("index") == {
        "members": {"read": 30, "kept": 30, "merged": 0, "quarantined": 0},
        "terms": {"read": 30, "kept": 30, "merged": 0, "quarantined": 0},
        "touches": {"read": 213, "kept": 213, "merged": 0, "quarantined": 0},
    }
    assert found.members["member_type"].value_counts().to_dict() == {
        "Student": 17,
        "General": 11,
        "Lifetime": 2,
    }
    assert found.members["name"].notna().all()
    assert found.terms["amount"].sum() == 17 * 50 + 11 * 100 + 2 * 1200
    activities = tables.sources.query("file == 'civicrm_activity_contact.csv'").iloc[0]
    assert (activities["rows"], activities["left_out"]) == (786, 573)
    unused = tables.joins.set_index("file").loc["civicrm_contribution.csv"]
    assert (unused["file_used"], unused["file_unused"]) == (30, 63)
    ledger = build_terms(found, as_of=date(2021, 6, 30), grace_days=30, rejoin="new")
    assert ledger.source_total == ledger.ledger_total == 4350.0


def test_ravenstack_signals_of_churn_contradict_each_other():
    found = clean_tables(read_tables(read_engagement(ENGAGEMENTS / "ravenstack")))
    assert found.accounts["kept"].tolist() == [500, 5000, 2000]
    assert (found.members["status"] == "lapsed").sum() == 110
    assert found.members["churn_date"].notna().sum() == 352
    assert found.members["churn events"].astype(int).sum() == 600
    ledger = build_terms(found, as_of=date(2024, 12, 31), grace_days=30, rejoin="new")
    shown = find_contradictions(found, ledger, as_of=date(2024, 12, 31), grace_days=30).set_index("signals")
    line = shown.loc["'churn_date' has a day of leaving, the status does not say gone"]
    assert (line["members"], line["of"]) == (277, 352)
    line = shown.loc["the status says gone, 'churn_date' has no day of leaving"]
    assert (line["members"], line["of"]) == (35, 110)
    assert (shown["decides"] != "").all()


def test_ravenstack_subscriptions_that_run_at_the_same_time_are_told():
    found = clean_tables(read_tables(read_engagement(ENGAGEMENTS / "ravenstack")))
    ledger = build_terms(found, as_of=date(2024, 12, 31), grace_days=30, rejoin="new")
    check = check_data(found, ledger)
    rows = check.problems.set_index("problem")["rows"]
    assert rows["several terms of dues run at the same time"] == 3687
    doubts = check.doubts.table.set_index("doubt")["members"]
    assert doubts["the status says gone, but a term is running"] == 110
    assert doubts["several terms of dues run at the same time"] > 400
