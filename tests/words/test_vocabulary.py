"""The vocabulary holds together: no word means two columns of a table, and money is never an attribute."""

import pytest

from axlib.words.measures import MEASURES, find_measure
from axlib.words.vocabulary import ATTRIBUTE_KINDS, CURRENT_STATUSES, STATUSES, TABLES, find_column

COLUMNS = [(table, column) for table, columns in TABLES.items() for column in columns]


@pytest.mark.parametrize("table", TABLES)
def test_names_labels_and_words_are_unique_in_a_table(table):
    names = [column.name for column in TABLES[table]]
    labels = [column.label for column in TABLES[table]]
    words = [word for column in TABLES[table] for word in (column.name.replace("_", " "), *column.words)]
    assert len(set(names)) == len(names)
    assert len(set(labels)) == len(labels)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda item: getattr(item, "name", item))
def test_money_is_money_by_kind_and_by_role(table, column):
    assert (column.kind == "money") == (column.role == "money")
    assert column.words == tuple(word.lower() for word in column.words)


def test_no_attribute_word_is_money():
    for name in ATTRIBUTE_KINDS:
        columns = [find_column(table, name) for table in TABLES]
        assert not any(column and column.role == "money" for column in columns), name


def test_only_members_are_required_and_every_table_has_its_key():
    for table, columns in TABLES.items():
        assert any(column.required for column in columns), table
    assert [column.name for column in TABLES["members"] if column.required] == ["member_id"]


def test_who_is_a_member_now_has_a_status():
    assert set(CURRENT_STATUSES) < set(STATUSES)


def test_a_measure_is_shown_in_its_own_unit_and_data_as_it_is():
    assert find_measure("nrr") == ("NRR", "share")
    assert find_measure("hourly_cost").unit == "money"
    assert find_measure("Task Force").label == "Task Force"
    assert all(measure.label for measure in MEASURES.values())
