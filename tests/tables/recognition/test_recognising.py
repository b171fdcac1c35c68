import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.recognition.headers import plain_header
from axlib.tables.recognition.profiles_of_systems import read_profiles, recognise_system
from axlib.tables.recognition.recognising import quote_yaml, rank_headers, recognise_columns
from axlib.tables.yaml_files import read_yaml
from axlib.words.vocabulary import TABLES, find_column


@pytest.mark.parametrize("table", TABLES)
def test_canonical_names_are_recognised(table):
    names = [column.name for column in TABLES[table]]
    assert recognise_columns(table, names).columns == {name: name for name in names}


def test_words_signs_and_case_do_not_matter():
    found = recognise_columns("members", ["MEMBER NUMBER", "join-date", "Membership Status"])
    assert found.columns == {"member_id": "MEMBER NUMBER", "joined_on": "join-date", "status": "Membership Status"}


def test_the_surer_word_wins_and_the_other_column_stays():
    found = recognise_columns("members", ["id", "Member number", "User ID"])
    assert found.columns["member_id"] == "Member number"
    assert found.unmapped == ("id", "User ID")


@pytest.mark.parametrize("headers", [("id", "AccountId"), ("User ID", "id")])
def test_which_of_two_keys_is_the_members_is_asked(headers):
    found = recognise_columns("members", headers)
    assert "member_id" not in found.columns
    (said,) = found.problems
    assert f"members: '{headers[0]}' and '{headers[1]}' may each be member_id" in said
    assert f'columns: {{members: {{member_id: "{headers[0]}"}}}}' in said
    assert not recognise_columns("members", headers, declared={"member_id": headers[1]}).problems


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("members", "parent_id", "PaymentMethod"),
        ("members", "started_on", "birth_date"),
        ("members", "status", "Contract"),
        ("terms", "starts_on", "stage_name"),
        ("members", "preferred_mode", "Referred a Friend"),
    ],
)
def test_a_likeness_of_letters_alone_is_none(table, column, header):
    assert rank_headers(find_column(table, column), [header]) == []


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("terms", "amount", "mrr_amount"),
        ("members", "annual_dues", "Anual Deus"),
        ("members", "member_type", "Card_Category"),
    ],
)
def test_a_shared_word_or_a_slip_of_the_pen_is_one(table, column, header):
    assert rank_headers(find_column(table, column), [header])


def test_the_engagement_file_wins():
    found = recognise_columns("members", ["id", "User ID"], declared={"member_id": "id"})
    assert found.columns["member_id"] == "id"


def test_what_was_declared_must_be_there():
    found = recognise_columns("members", ["Member ID"], declared={"name": "Nmae", "nmae": "x", "email": "-"})
    assert any("the file has no column 'Nmae'" in problem for problem in found.problems)
    assert any("'nmae' is no column of members. Did you mean 'name'?" in problem for problem in found.problems)
    assert "email" not in found.columns


def test_a_missing_required_column_is_proposed_with_the_line_to_paste():
    problem = recognise_columns("members", ["Membr No", "Name"]).problems[0]
    assert 'columns: {members: {member_id: "Membr No"}}' in problem


def test_a_weighty_column_that_is_nearly_named_is_asked_about():
    found = recognise_columns("members", ["Member ID", "Anual dues"])
    assert "annual_dues" not in found.columns
    assert "may be annual_dues" in found.problems[0]
    assert not recognise_columns("members", ["Member ID", "Anual dues"], declared={"annual_dues": "-"}).problems


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_quoted_header_is_read_back_by_yaml(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("yaml") / "line.yml"
    file.write_text(f"key: {quote_yaml(text)}\n", encoding="utf-8", newline="\n")
    assert read_yaml(file)["key"] == text


def test_profiles_are_well_formed_and_tell_each_other_apart():
    profiles = read_profiles()
    for profile in profiles:
        found, shared = recognise_system(profile.fingerprint)
        assert found is not None
        assert found.system == profile.system
        assert shared == len(profile.fingerprint)
        for table, columns in profile.columns.items():
            known = {column.name for column in TABLES[table]}
            assert set(columns) <= known, profile.system
        for place, meanings in profile.values.items():
            table, _, name = place.partition(".")
            choices = next(column.choices for column in TABLES[table] if column.name == name)
            assert set(meanings.values()) <= set(choices), (profile.system, place)


def test_plain_header_is_idempotent():
    assert plain_header("Membership Start Date") == plain_header("membership_start_date") == "membershipstartdate"
