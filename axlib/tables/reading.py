"""From the files of an engagement to raw tables in which every cell is text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from axlib.tables.engagement import Engagement
from axlib.tables.files.databases import is_database, read_database
from axlib.tables.files.raw_rows import RawTable
from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.rows.set_aside_files import is_set_aside, put_back
from axlib.tables.settings import ReadSettings
from axlib.words.display import count_words, join_words
from axlib.words.errors import AxError, ConfigurationError, DataError
from axlib.words.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Tables(Result):
    """What the files hold, before anything is changed.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Table -> its rows; headers as written, every cell text or missing. The index ``row`` is the row in
        the file as a spreadsheet counts; a second file of the same table counts on.
    sources : DataFrame
        One row per file: table, file, sheet, encoding, delimiter, header_row, first_row (of its rows, in
        the count of the table), rows, sha256.
    notes : DataFrame
        table, file, note: what a reader should know about how a file was read.
    engagement : Engagement
    """

    tables: dict[str, pd.DataFrame]
    sources: pd.DataFrame
    notes: pd.DataFrame
    engagement: Engagement

    title: ClassVar[str] = "Files read"

    def summary(self) -> pd.DataFrame:
        """Return one row per file, with what was detected."""
        return self.sources.drop(columns=["sha256", "first_row"])

    @property
    def text(self) -> str:
        """How many rows of which tables were read."""
        counts = [f"{len(table):,} rows of {name}" for name, table in self.tables.items()]
        return f"Read {join_words(counts)} from {count_words(len(self.sources), 'file')}."


def read_tables(engagement: Engagement) -> Tables:
    """Read every file an engagement names; a list of files becomes one table.

    Parameters
    ----------
    engagement : Engagement

    Returns
    -------
    Tables

    Raises
    ------
    DataError
        Every file that is missing, empty, damaged or without rows, one sentence each.
    ConfigurationError
        A sheet or database query that cannot be followed; data problems found with it stand beside it.
    """
    problems: list[AxError] = []
    parts: dict[str, list[tuple[str, str, RawTable]]] = {}
    for table, file in _named_files(engagement):
        settings = engagement.settings.read.get(table, ReadSettings())
        path = engagement.locate(file)
        try:
            raw = read_bytes(path)
            read = (
                read_database(path, settings=settings)
                if is_database(raw)
                else read_source(raw, file_name=path.name, settings=settings)
            )
            if not len(read.table):
                raise DataError(
                    f"{path.name}: has headers but no rows, and {table} needs at least one. Export it again, or "
                    "take it out of tables."
                )
        except (DataError, ConfigurationError) as error:
            problems.append(type(error)(*(f"{table}: {problem}" for problem in error.problems)))
            continue
        parts.setdefault(table, []).append((path.name, hashlib.sha256(raw).hexdigest(), read))
    if problems:
        kind = ConfigurationError if all(isinstance(e, ConfigurationError) for e in problems) else DataError
        raise kind(*(sentence for error in problems for sentence in error.problems))
    tables: dict[str, pd.DataFrame] = {}
    sources: list[dict[str, object]] = []
    notes: list[dict[str, str]] = []
    for table, reads in parts.items():
        frames: list[pd.DataFrame] = []
        offset = 0
        for file, digest, read in reads:
            if frames and is_set_aside(read.table):
                frames = put_back(frames, read.table, file_name=file)
                sources.append(_source(table, file, digest, read, first_row=0))
                words = f"{len(read.table):,} rows mended in it take the place of the rows they came from"
                notes.append({"table": table, "file": file, "note": words})
                continue
            shifted = read.table.set_axis(read.table.index + offset, axis=0).rename_axis(index="row")
            frames.append(shifted)
            sources.append(_source(table, file, digest, read, first_row=int(shifted.index[0])))
            notes += [{"table": table, "file": file, "note": note} for note in read.notes]
            offset = int(shifted.index[-1])
        tables[table] = frames[0] if len(frames) == 1 else pd.concat(frames)
    return Tables(tables, pd.DataFrame(sources), pd.DataFrame(notes, columns=["table", "file", "note"]), engagement)


def _source(table: str, file: str, digest: str, read: RawTable, *, first_row: int) -> dict[str, object]:
    return {
        "table": table,
        "file": file,
        "sheet": read.sheet,
        "encoding": read.encoding,
        "delimiter": read.delimiter,
        "header_row": read.header_row,
        "first_row": first_row,
        "rows": len(read.table),
        "sha256": digest,
    }


def _named_files(engagement: Engagement) -> Iterator[tuple[str, str]]:
    for table, files in engagement.settings.tables.items():
        for file in (files,) if isinstance(files, str) else files:
            yield table, str(Path(file))
