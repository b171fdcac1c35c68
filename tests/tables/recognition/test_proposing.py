from pathlib import Path

import pytest

from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import read_engagement
from axlib.tables.reading import read_tables
from axlib.tables.recognition.proposing import guess_status, propose_engagement, write_proposal
from axlib.tables.yaml_files import read_yaml
from axlib.words.errors import ConfigurationError, DataError

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def propose(folder, text, client="Example"):
    (folder / "members.csv").write_text(text, encoding="utf-8")
    written = propose_engagement({"members": folder / "members.csv"}, client=client, as_of="2025-12-31")
    (folder / "engagement.yml").write_text(written, encoding="utf-8")
    return written


def test_what_is_recognised_is_written_with_its_reason(tmp_path):
    written = propose(
        tmp_path, "User ID,Member since,Renewal due,Membership status,Colour\n1,2020-01-01,2025-12-31,Active,red\n"
    )
    assert "looks like an export of Wild Apricot" in written
    assert 'status: "Membership status"' in written
    assert "kept under their own names: Colour" in written


@pytest.mark.parametrize(
    ("folder", "name"),
    [("Acme Bankers, 2025", "Acme-Bankers-2025"), ("Société", "Societe"), ("会员", "engagement"), ("a" * 80, "a" * 64)],
)
def test_a_folder_with_any_name_can_be_checked_at_once(tmp_path, folder, name):
    (tmp_path / "members.csv").write_text("Member ID\n1\n", "utf-8")
    path = write_proposal(
        tmp_path / folder, {"members": tmp_path / "members.csv"}, client="Example", as_of="2025-12-31"
    )
    assert read_engagement(path).name == name
    assert len(clean_tables(read_tables(read_engagement(path))).members) == 1


def test_statuses_are_proposed_to_be_checked_or_filled_in(tmp_path):
    rows = "".join(f"{n},{status}\n" for n, status in enumerate(["Active", "Attrited Customer", "Zorp"] * 5))
    written = propose(tmp_path, f"Member ID,Status\n{rows}")
    assert "\"Attrited Customer\": 'lapsed'   # CHECK: 5 rows" in written
    assert "\"Zorp\": '-'   # FILL IN: 5 rows" in written


def test_numbers_of_a_list_are_no_yes_and_no(tmp_path):
    rows = "".join(f"{n},{status}\n" for n, status in enumerate([1, 4, 1] * 5))
    written = propose(tmp_path, f"Member ID,Status\n{rows}")
    assert "\"1\": '-'   # FILL IN: 10 rows" in written
    written = propose(tmp_path, f"Member ID,Active\n{rows.replace('4', '0')}")
    assert "\"1\": 'active'   # CHECK: 10 rows" in written


def test_numbers_of_a_system_are_proposed_and_not_taken_unasked(tmp_path):
    rows = "".join(f"{n},{status},1,,0,\n" for n, status in enumerate([1, 4, 9] * 5))
    header = "contact_id,status_id,membership_type_id,owner_membership_id,is_override,external_identifier"
    written = propose(tmp_path, f"{header}\n{rows}")
    assert "\"4\": 'lapsed'   # CHECK: 5 rows, as CiviCRM comes" in written
    assert "\"9\": '-'   # FILL IN: 5 rows" in written
    text = (tmp_path / "engagement.yml").read_text("utf-8")
    (tmp_path / "engagement.yml").write_text(text[: text.index("values:")], encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"'1' \(5 rows\), '4' \(5 rows\), '9' \(5 rows\)"):
        clean_tables(read_tables(read_engagement(tmp_path)))


def test_suggested_attributes_are_neither_money_nor_days_nor_keys(tmp_path):
    rows = "".join(f"{n},{n % 3},{n % 4},2020-01-0{n % 9 + 1},{n % 5}\n" for n in range(40))
    written = propose(tmp_path, f"Member ID,Region,Fee band,Modified,gender_id\n{rows}")
    assert '# - "Region"' in written
    for header in ("Fee band", "Modified", "gender_id"):
        assert f'# - "{header}"' not in written


def test_what_has_choices_can_be_one_of_them_for_all_rows(tmp_path):
    (tmp_path / "members.csv").write_text("Member ID\n1\n", encoding="utf-8")
    (tmp_path / "touches.csv").write_text("Member,Date\n1,2025-01-31\n", encoding="utf-8")
    files = {name: tmp_path / f"{name}.csv" for name in ("members", "touches")}
    written = propose_engagement(files, client="E", as_of="2025-12-31")
    assert "mode: ''   # FILL IN: the header of mode, or one of sync, async, inbound, group for all rows" in written
    with pytest.raises(ConfigurationError, match=r"columns: \{touches: \{mode: '=sync'\}\}"):
        (tmp_path / "engagement.yml").write_text(written, encoding="utf-8")
        clean_tables(read_tables(read_engagement(tmp_path)))


def test_hostile_headers_and_clients_stay_inside_their_lines(tmp_path):
    header = '"Member ID","x\ny: [","# {{","=cmd"'
    propose(tmp_path, f"{header}\n1,a,b,c\n", client='Evil: "client" # \\')
    keys = read_yaml(tmp_path / "engagement.yml")
    assert keys["client"] == 'Evil: "client" # \\'
    assert set(keys) == {"client", "as_of", "tables", "columns", "attributes"}


def test_a_proposal_for_a_regular_export_runs_as_it_stands(tmp_path):
    propose(
        tmp_path, "Member ID,Name,Joined,Status,Dues\n1,Acme,2020-01-31,Active,$100\n2,Beta,2021-01-31,Lapsed,$200\n"
    )
    clean = clean_tables(read_tables(read_engagement(tmp_path)))
    assert clean.members["annual_dues"].tolist() == [100, 200]


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        propose_engagement({"members": tmp_path / "members.csv"}, client="E", as_of="2025-12-31")


@pytest.mark.parametrize(
    ("text", "header", "status"),
    [
        ("Expired", "", "lapsed"),
        ("Non-Member", "", "non_member"),
        ("No", "Churn", "active"),
        ("1", "Churn", "lapsed"),
        ("1", "Is active", "active"),
        ("Blue", "", None),
    ],
)
def test_guesses(text, header, status):
    assert guess_status(text, header) == status


@pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside the project")
def test_bank_churners_runs_as_proposed(tmp_path):
    written = propose_engagement(
        {"members": DATA / "bankchurners" / "BankChurners.csv"}, client="Bank", as_of="2025-12-31"
    )
    home = tmp_path / "bank"
    home.mkdir()
    (home / "engagement.yml").write_text(written, encoding="utf-8")
    status = clean_tables(read_tables(read_engagement(home))).members["status"]
    assert (status == "lapsed").sum() == 1627
    assert len(status) == 10127
