"""Reading any database that SQLAlchemy reaches, by one query that can only read; its password is never written down."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from axlib.tables.files.databases import write_cell
from axlib.tables.files.places import VARIABLE
from axlib.tables.files.raw_rows import RawTable, name_columns, text_table
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import ConfigurationError, DataError, suggest

_READS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|call|copy|into)\b", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


class UrlRows(NamedTuple):
    """Rows of a query.

    Attributes
    ----------
    name : str
        Kind and name of the database: nothing of its place, user or password.
    digest : str
        SHA-256 of the rows.
    read : RawTable
    """

    name: str
    digest: str
    read: RawTable


def read_url(
    place: str, *, settings: ReadSettings | None = None, environment: Mapping[str, str] | None = None
) -> UrlRows:
    """Read the rows of one query, every cell as text.

    Parameters
    ----------
    place : str
        A SQLAlchemy URL in which ``${NAME}`` stands for an environment variable.
    settings : ReadSettings, optional
        Its ``query``, one SELECT.
    environment : mapping of str to str, optional
        The process's own where left out.

    Raises
    ------
    ConfigurationError
        A variable is not set, a password stands in the file, SQLAlchemy or the driver is missing, or the query is none,
        may write, or fails.
    DataError
        The database cannot be reached.

    Notes
    -----
    The query runs in a transaction that is rolled back, marked read-only where the database knows that, and is refused
    if it holds a word that writes. A user who may only read is the surest guard. Messages of drivers can hold the
    URL, so they are not passed on: only the kind of error is.
    """
    url_text = _fill_in(place, os.environ if environment is None else environment)
    try:
        sqlalchemy = importlib.import_module("sqlalchemy")
    except ModuleNotFoundError:
        raise ConfigurationError(
            "a database's URL; reading it needs the extra databases: pip install 'axlib[databases]'."
        ) from None
    query = _check_query((settings or ReadSettings()).query)
    try:
        url = sqlalchemy.make_url(url_text)
        engine = sqlalchemy.create_engine(url, hide_parameters=True)
    except (ModuleNotFoundError, sqlalchemy.exc.NoSuchModuleError):
        kind = url_text.partition(":")[0]
        raise ConfigurationError(f"the driver for {kind} is not installed. Install the one its URL names.") from None
    except sqlalchemy.exc.ArgumentError:
        raise ConfigurationError("no URL of a database. Write it as dialect+driver://user@host/database.") from None
    database = re.split(r"[\\/]", url.database or "")[-1]
    name = f"{url.get_backend_name()} database {database}".strip()
    try:
        names, rows = _fetch(sqlalchemy, engine, query, name)
    finally:
        engine.dispose()
    unique, notes = name_columns(names)
    columns = [pa.array([write_cell(row[at]) for row in rows], pa.large_string()) for at in range(len(names))]
    digest = hashlib.sha256(repr(names).encode("utf-8"))
    for column in columns:
        digest.update(repr(column.to_pylist()).encode("utf-8"))
    table = text_table(columns, unique, range(2, 2 + len(rows)))
    return UrlRows(name, digest.hexdigest(), RawTable(table, sheet=query, notes=tuple(notes)))


def _fill_in(place: str, environment: Mapping[str, str]) -> str:
    missing = [name for name in VARIABLE.findall(place) if not environment.get(name)]
    if missing:
        near = suggest(missing[0], [name for name in environment if name.isupper()])
        raise ConfigurationError(
            f"the environment variable {missing[0]} is not set. Set it where axlib runs, to what stands for "
            f"${{{missing[0]}}}. {near if 'Did you mean' in near else ''}".strip()
        )
    secret = re.match(r"[^:/]+://[^/@]*:([^@/]+)@", place)
    if secret and not VARIABLE.fullmatch(secret[1]):
        raise ConfigurationError(
            "a password stands in the engagement file, which is copied and hashed. Put it into an environment "
            "variable, and write ${NAME} in its place."
        )
    return VARIABLE.sub(lambda match: environment[match[1]], place)


def _check_query(query: str | None) -> str:
    if not query:
        raise ConfigurationError("a database behind a URL is read by a query of yours: write it under the key read.")
    bare = _QUOTED.sub(" ", query).rstrip().rstrip(";")
    if not _READS.match(bare) or ";" in bare or _WRITES.search(bare):
        raise ConfigurationError("the query must be one SELECT that writes nothing.")
    return query.rstrip().rstrip(";")


def _fetch(sqlalchemy: Any, engine: Any, query: str, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    try:
        connection = engine.connect()
    except sqlalchemy.exc.DBAPIError as error:
        raise DataError(f"{name}: cannot be reached or opened ({type(error.orig).__name__}).") from None
    try:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        result = connection.execute(sqlalchemy.text(re.sub(r"(?<!:):(?=\w)", r"\\:", query)))
        return list(map(str, result.keys())), [tuple(row) for row in result.fetchall()]
    except sqlalchemy.exc.SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise ConfigurationError(f"{name}: the query fails ({kind}). Try it in the database's own client.") from None
    finally:
        connection.rollback()
        connection.close()
