import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.recognition.headers import plain_header
from axlib.tables.recognition.profiles_of_systems import read_profiles, recognise_system
from axlib.tables.recognition.recognising import quote_yaml, recognise_columns
from axlib.tables.yaml_files import read_yaml
from axlib.words.vocabulary import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_canonical_names_are_recognised(table):
    names = [column.name for column in TABLES[table]]
    assert recognise_columns(table, names).columns == {name: name for name in names}


def test_words_signs_and_case_do_not_matter():
    found = recognise_columns("members", ["MEMBER NUMBER", "join-date", "Membership Status"])
    assert found.columns == {"member_id": "MEMBER NUMBER", "joined_on": "join-date", "status": "Membership Status"}


def test_the_surer_word_wins_and_the_other_column_stays():
    found = recognise_columns("members", ["id", "User ID"])
    assert found.columns["member_id"] == "User ID"
    assert found.unmapped == ("id",)


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
