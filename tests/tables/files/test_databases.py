import sqlite3

import pytest

from axlib.tables.files.databases import is_database, read_database
from axlib.tables.reading import read_tables
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import ConfigurationError, DataError
from tests.tables.engagements import write_engagement


@pytest.fixture
def sqlite_file(tmp_path):
    path = tmp_path / "members.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contact (id TEXT, name TEXT, dues REAL, n INTEGER)")
        connection.execute("INSERT INTO contact VALUES ('007', '=cmd', 1200.0, 3), ('008', NULL, 10.5, NULL)")
    connection.close()
    return path


@pytest.fixture
def duckdb_file(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "members.duckdb"
    connection = duckdb.connect(str(path))
    connection.execute("CREATE TABLE contact AS SELECT '007' AS id, DATE '2025-03-04' AS day, 1200.0 AS dues")
    connection.close()
    return path


def test_the_only_table_is_read_without_a_query(sqlite_file):
    assert is_database(sqlite_file.read_bytes())
    table = read_database(sqlite_file).table
    assert table.iloc[0].tolist() == ["007", "=cmd", "1200", "3"]
    assert table.iloc[1].isna().tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM contact",
        "DROP TABLE contact",
        "ATTACH DATABASE 'other.db' AS other",
        "SELECT 1; DELETE FROM contact",
        "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')",
        "SELECT * FROM nowhere",
    ],
)
def test_sqlite_queries_can_only_read(sqlite_file, query):
    before = sqlite_file.read_bytes()
    with pytest.raises(ConfigurationError, match=r"members\.db: the query"):
        read_database(sqlite_file, settings=ReadSettings(query=query))
    assert sqlite_file.read_bytes() == before


def test_several_tables_need_a_query(sqlite_file):
    with sqlite3.connect(sqlite_file) as connection:
        connection.execute("CREATE TABLE invoice (id TEXT)")
    connection.close()
    with pytest.raises(ConfigurationError, match=r"2 tables \(contact, invoice\)"):
        read_database(sqlite_file)


def test_duckdb(duckdb_file):
    assert is_database(duckdb_file.read_bytes())
    assert read_database(duckdb_file).table.iloc[0].tolist() == ["007", "2025-03-04", "1200.0"]
    for query in (
        "DROP TABLE contact",
        "SELECT 1; SELECT 2",
        "COPY contact TO 'x.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
    ):
        with pytest.raises(ConfigurationError, match="query"):
            read_database(duckdb_file, settings=ReadSettings(query=query))


def test_a_damaged_database(tmp_path):
    path = tmp_path / "members.db"
    path.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 100)
    with pytest.raises(DataError, match="cannot be opened"):
        read_database(path)


def test_an_engagement_reads_one(tmp_path, sqlite_file):
    engagement = write_engagement(
        tmp_path,
        {"members.sqlite": sqlite_file.read_bytes()},
        'read: {members: {query: "SELECT id AS member_id, dues AS annual_dues FROM contact"}}\n',
    )
    assert read_tables(engagement).tables["members"]["member_id"].tolist() == ["007", "008"]
