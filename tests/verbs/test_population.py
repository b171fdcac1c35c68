import pytest

from axlib.tables.cleaning import clean_tables
from axlib.tables.reading import read_tables
from axlib.tables.terms import build_terms
from axlib.verbs.population import add_dues, find_current
from tests.verbs.small import RULES, engagement, members, terms, without


def case(folder, **changed):
    given = engagement(folder, RULES, **changed)
    clean = clean_tables(read_tables(given))
    ledger = build_terms(clean, as_of=given.as_of, grace_days=30, rejoin="new")
    return clean.members, ledger, given


def current(folder, **changed):
    table, *others = case(folder, **changed)
    return set(table.loc[find_current(table, *others), "member_id"])


ALL = {f"m{i:03d}" for i in range(30)}
ACTIVE = {f"m{i:03d}" for i in range(30) if i % 5}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ACTIVE),
        ({"terms": None}, ACTIVE),
        (
            {"members": without(members(), "status"), "terms": terms(gone=lambda i: i < 10)},
            {m for m in ALL if m >= "m010"},
        ),
        ({"members": without(members(), "status"), "terms": None}, ALL),
        (
            {"members": members(status=lambda i: "" if i < 10 else "lapsed"), "terms": terms(gone=lambda i: i < 4)},
            {f"m{i:03d}" for i in range(4, 10)},
        ),
        (
            {"members": members(status=lambda i: "" if i < 10 else "active"), "terms": None},
            {m for m in ALL if m >= "m010"},
        ),
    ],
    ids=["status", "status, no terms", "terms", "neither", "blank: terms", "blank, no terms"],
)
def test_who_is_a_member_now(tmp_path, changed, expected):
    assert current(tmp_path, **changed) == expected


def test_dues_are_filled_from_terms_where_members_lack_them(tmp_path):
    table, *others = case(tmp_path, members=members(dues=lambda i: "" if i < 3 else 77))
    dues = add_dues(table, *others).set_index("member_id")["annual_dues"]
    assert dues["m003"] == 77
    assert dues["m001"] == 200.0
    assert dues["m002"] == pytest.approx(330.0)


def test_dues_come_from_terms_where_members_have_no_such_column(tmp_path):
    table, *others = case(tmp_path, members=without(members(), "annual_dues"))
    assert add_dues(table, *others).set_index("member_id")["annual_dues"]["m001"] == 200.0
