"""A database behind a URL: read by a SELECT, changed by nothing, and its password told to nobody."""

import sqlite3
from pathlib import Path

import pytest

from axlib.reports.unchanged import key_of_report
from axlib.tables.cleaning import clean_tables
from axlib.tables.files.database_urls import read_url
from axlib.tables.reading import read_tables
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import AxError, ConfigurationError, DataError
from tests.tables.engagements import write_engagement

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an extra, and is not installed")
ALL = ReadSettings(query="SELECT * FROM contact ORDER BY id")


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contact (id TEXT, name TEXT, dues REAL, since TEXT)")
        connection.executemany(
            "INSERT INTO contact VALUES (?, ?, ?, ?)",
            [("007", "=cmd", 1200.0, "2020-01-31 00:00:00"), ("008", None, 10.5, None)],
        )
    connection.close()
    return path


def test_rows_are_read_as_text(database):
    found = read_url("${URL}", settings=ALL, environment={"URL": f"sqlite:///{database}"})
    assert found.name == "sqlite database crm.db"
    assert found.read.table.iloc[0].tolist() == ["007", "=cmd", "1200", "2020-01-31"]
    assert found.read.table.iloc[1].isna().tolist() == [False, True, False, True]


def test_the_digest_is_that_of_the_rows(database):
    url = f"sqlite:///{database}"
    first = read_url(url, settings=ALL)
    assert read_url(url, settings=ALL).digest == first.digest
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE contact SET dues = 11 WHERE id = '008'")
    connection.close()
    assert read_url(url, settings=ALL).digest != first.digest


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM contact",
        "DROP TABLE contact",
        "WITH gone AS (SELECT 1) DELETE FROM contact",
        "SELECT 1; DELETE FROM contact",
        "SELECT * INTO other FROM contact",
        "PRAGMA writable_schema = 1",
        "",
    ],
)
def test_only_a_select_is_run(database, query):
    before = database.read_bytes()
    with pytest.raises(ConfigurationError, match=r"SELECT|query of yours"):
        read_url(f"sqlite:///{database}", settings=ReadSettings(query=query))
    assert database.read_bytes() == before


def test_words_in_quotes_write_nothing(database):
    found = read_url(
        f"sqlite:///{database}",
        settings=ReadSettings(query="SELECT id, 'delete; me' AS note, '12:30' AS at FROM contact -- drop\n"),
    )
    assert found.read.table["note"].tolist() == ["delete; me"] * 2
    assert found.read.table["at"].tolist() == ["12:30"] * 2


SECRETS = {"DB_USER": "ursula-key", "DB_PASSWORD": "swordfish-key", "DB_HOST": "127.0.0.1:1"}


@pytest.mark.parametrize(
    ("place", "error", "sentence"),
    [
        ("${NOT_SET}", ConfigurationError, "the environment variable NOT_SET is not set"),
        ("sqlite:////nowhere/at/all.db", DataError, "cannot be reached or opened"),
        ("postgresql://u:secret@h/crm", ConfigurationError, "a password stands in the engagement file"),
        ("nosuch://${DB_USER}:${DB_PASSWORD}@${DB_HOST}/crm", ConfigurationError, "driver for nosuch"),
        ("postgresql://${DB_USER}:${DB_PASSWORD}@${DB_HOST}/crm", AxError, "postgresql"),
        ("${DB_PASSWORD}", ConfigurationError, "no URL of a database"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_with_it(place, error, sentence):
    with pytest.raises(error, match=sentence) as raised:
        read_url(place, settings=ALL, environment=SECRETS)
    said = str(raised.value) + repr(raised.value.__cause__)
    assert not any(secret in said for secret in (*SECRETS.values(), "secret@"))
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_a_failing_query_is_said_without_the_rows(database):
    with pytest.raises(ConfigurationError, match=r"sqlite database crm\.db: the query fails"):
        read_url(f"sqlite:///{database}", settings=ReadSettings(query="SELECT nothing FROM contact"))


KEYS = (
    "tables: {members: '${AX_TEST_URL}'}\n"
    "read:\n  members:\n    query: SELECT id AS member_id, name, dues AS annual_dues FROM contact\n"
)


def test_an_engagement_reads_it_and_names_no_place(database, tmp_path, monkeypatch):
    monkeypatch.setenv("AX_TEST_URL", f"sqlite:///{database}")
    tables = read_tables(write_engagement(tmp_path, {}, KEYS))
    clean = clean_tables(tables)
    assert clean.members["member_id"].tolist() == ["007", "008"]
    assert str(Path(database).parent) not in repr(tables) + tables.sources.to_csv()
    assert tables.sources["file"].tolist() == ["sqlite database crm.db"]


def test_a_report_on_a_database_is_never_taken_for_unchanged(database, tmp_path, monkeypatch):
    monkeypatch.setenv("AX_TEST_URL", f"sqlite:///{database}")
    home = write_engagement(tmp_path, {}, KEYS).path
    assert key_of_report(home, {}) != key_of_report(home, {})


def test_no_rows(database, tmp_path, monkeypatch):
    monkeypatch.setenv("AX_TEST_URL", f"sqlite:///{database}")
    keys = KEYS.replace("FROM contact", "FROM contact WHERE id = 'x'")
    with pytest.raises(DataError, match="has headers but no rows"):
        read_tables(write_engagement(tmp_path, {}, keys))
