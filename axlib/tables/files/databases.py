"""Reading SQLite and DuckDB files by one query that can only read."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from axlib.tables.files.raw_rows import RawTable, name_columns, text_table
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import ConfigurationError, DataError, suggest

_SQLITE, _DUCKDB = b"SQLite format 3\x00", b"DUCK"
#: What a query may do: read. Everything else SQLite asks about is denied, ATTACH among it.
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_RUNAWAY = {"load_extension", "writefile", "readfile", "edit"}


def is_database(raw: bytes) -> bool:
    """Whether a file's first bytes are those of a SQLite or DuckDB database."""
    return raw.startswith(_SQLITE) or raw[8:12] == _DUCKDB


def read_database(path: Path, *, settings: ReadSettings | None = None) -> RawTable:
    """Read the rows of one query, every cell as text; the database is opened for reading only.

    Parameters
    ----------
    path : Path
    settings : ReadSettings, optional
        Its ``query``, one SELECT. Without one the only table of the database is read.

    Returns
    -------
    RawTable

    Raises
    ------
    ConfigurationError
        There is no query and more than one table, or the query is refused or fails.
    DataError
        The file cannot be opened.
    """
    query = (settings or ReadSettings()).query
    with path.open("rb") as file:
        start = file.read(16)
    names, rows = (_read_sqlite if start.startswith(_SQLITE) else _read_duckdb)(path, query)
    unique, notes = name_columns(names)
    columns = [pa.array([write_cell(row[at]) for row in rows], pa.large_string()) for at in range(len(names))]
    return RawTable(text_table(columns, unique, range(2, 2 + len(rows))), sheet=query or "", notes=tuple(notes))


def write_cell(cell: object) -> str | None:
    """Write a database's value as text: whole numbers without a point, days without midnight."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, bytes):
        return cell.decode("utf-8", errors="replace")
    return str(cell).removesuffix(" 00:00:00")


def _only_table(tables: Sequence[str], file_name: str) -> str:
    if len(tables) == 1:
        name = tables[0].replace('"', '""')
        return f'SELECT * FROM "{name}"'  # noqa: S608 - the name is the database's own, quoted
    raise ConfigurationError(
        f"{file_name}: a database with {len(tables)} tables ({', '.join(sorted(tables)[:12])}). Say what to read, "
        "with a query of yours under the key read."
    )


def _read_sqlite(path: Path, query: str | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    def allow(action: int, first: str | None, second: str | None, *_: object) -> int:
        denied = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _RUNAWAY
        return sqlite3.SQLITE_OK if action in _READING and not denied else sqlite3.SQLITE_DENY

    tables: list[str] | None = None
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)
        try:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
            tables = [str(name) for (name,) in found if not str(name).startswith("sqlite_")]
            wanted = query or _only_table(tables, path.name)
            connection.set_authorizer(allow)
            cursor = connection.execute(wanted)
            if cursor.description is None:
                raise ConfigurationError(f"{path.name}: the query must be one SELECT.")
            return [str(column[0]) for column in cursor.description], cursor.fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _refusal(path.name, str(error), tables) from None


def _read_duckdb(path: Path, query: str | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    try:
        duckdb = importlib.import_module("duckdb")
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"{path.name}: a DuckDB file; reading it needs the extra databases: pip install 'axlib[databases]'."
        ) from None
    tables: list[str] | None = None
    try:
        connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
        try:
            tables = [str(row[0]) for row in connection.execute("SHOW TABLES").fetchall()]
            wanted = query or _only_table(tables, path.name)
            statements = connection.extract_statements(wanted)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise ConfigurationError(f"{path.name}: the query must be one SELECT.")
            result = connection.execute(wanted)
            return [str(column[0]) for column in result.description], result.fetchall()
        finally:
            connection.close()
    except duckdb.Error as error:
        raise _refusal(path.name, str(error).splitlines()[0], tables) from None


def _refusal(file_name: str, reason: str, tables: list[str] | None) -> ConfigurationError | DataError:
    if tables is None:
        return DataError(f"{file_name}: the database cannot be opened ({reason}).")
    return ConfigurationError(f"{file_name}: the query is refused or fails ({reason}). {suggest('', tables)}")
