"""From the files of an engagement to raw tables in which every cell is text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import pandas as pd

from axlib.tables.engagement import Engagement
from axlib.tables.files.database_urls import read_url
from axlib.tables.files.databases import is_database, read_database
from axlib.tables.files.places import is_url
from axlib.tables.files.raw_rows import RawTable
from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.joins import JOIN_COLUMNS, join_file, keep_where
from axlib.tables.rows.set_aside_files import is_set_aside, put_back
from axlib.tables.settings.reading import JoinSettings, ReadSettings
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
        One row per file: table, file, use (rows, joined, mended), sheet, encoding, delimiter, header_row,
        first_row (of its rows, in the count of the table), rows, left_out (rows that ``where`` leaves out),
        sha256.
    notes : DataFrame
        table, file, note: what a reader should know about how a file was read.
    joins : DataFrame
        One row per joined file: table, file, by; matched and unmatched rows of the table; file_rows, file_left_out,
        file_used, file_passed_over and file_unused of the file.
    engagement : Engagement
    """

    tables: dict[str, pd.DataFrame]
    sources: pd.DataFrame
    notes: pd.DataFrame
    joins: pd.DataFrame
    engagement: Engagement

    title: ClassVar[str] = "Files read"

    def summary(self) -> pd.DataFrame:
        """Return one row per file, with what was detected."""
        return self.sources.drop(columns=["sha256", "first_row"])

    @property
    def text(self) -> str:
        """How many rows of which tables were read."""
        counts = [f"{count_words(len(table), 'row')} of {name}" for name, table in self.tables.items()]
        return f"Read {join_words(counts)} from {count_words(len(self.sources), 'file')}."


class _File(NamedTuple):
    name: str
    digest: str
    read: RawTable


class _Gathered(NamedTuple):
    """What is told of the files while they are read."""

    sources: list[dict[str, object]]
    notes: list[dict[str, str]]
    joins: list[dict[str, object]]

    def source(self, table: str, file: _File, *, use: str, first_row: int, left_out: int) -> None:
        """Add one line to the sources."""
        self.sources.append(
            {
                "table": table,
                "file": file.name,
                "use": use,
                "sheet": file.read.sheet,
                "encoding": file.read.encoding,
                "delimiter": file.read.delimiter,
                "header_row": file.read.header_row,
                "first_row": first_row,
                "rows": len(file.read.table),
                "left_out": left_out,
                "sha256": file.digest,
            }
        )


def read_tables(engagement: Engagement) -> Tables:
    """Read every file an engagement names; a list of files becomes one table, joined files add columns to it.

    Parameters
    ----------
    engagement : Engagement

    Returns
    -------
    Tables

    Raises
    ------
    DataError
        Every file that is missing, empty, damaged or without rows, or whose keys do not match, one sentence each.
    ConfigurationError
        A sheet, query, condition or join that cannot be followed; data problems found with it stand beside it.
    """
    settings = engagement.settings
    problems: list[AxError] = []
    gathered = _Gathered([], [], [])
    tables: dict[str, pd.DataFrame] = {}
    for name, files in settings.tables.items():
        own = settings.read.get(name, ReadSettings())
        reads = [_try_file(engagement, name, f, own, problems) for f in ((files,) if isinstance(files, str) else files)]
        further = [_try_file(engagement, name, join.file, join.read, problems) for join in settings.joins.get(name, ())]
        if problems:
            continue
        try:
            joins = zip(settings.joins.get(name, ()), further, strict=True)
            tables[name] = _assemble(name, [r for r in reads if r], own, [(j, r) for j, r in joins if r], gathered)
        except (DataError, ConfigurationError) as error:
            problems.append(error)
    if problems:
        kind = ConfigurationError if all(isinstance(e, ConfigurationError) for e in problems) else DataError
        raise kind(*(sentence for error in problems for sentence in error.problems))
    return Tables(
        tables,
        pd.DataFrame(gathered.sources),
        pd.DataFrame(gathered.notes, columns=["table", "file", "note"]),
        pd.DataFrame(gathered.joins, columns=list(JOIN_COLUMNS)),
        engagement,
    )


def _try_file(
    engagement: Engagement, table: str, file: str, settings: ReadSettings, problems: list[AxError]
) -> _File | None:
    """Read one file, or add what is wrong with it to the problems."""
    try:
        if is_url(file):
            rows = read_url(file, settings=settings)
            return _File(rows.name, rows.digest, _with_rows(rows.name, table, rows.read))
        path = engagement.locate(str(Path(file)))
        raw = read_bytes(path, home=engagement.path.parent)
        read = (
            read_database(path, settings=settings)
            if is_database(raw)
            else read_source(raw, file_name=path.name, settings=settings)
        )
        _with_rows(path.name, table, read)
    except (DataError, ConfigurationError) as error:
        problems.append(type(error)(*(f"{table}: {problem}" for problem in error.problems)))
        return None
    return _File(path.name, hashlib.sha256(raw).hexdigest(), read)


def _with_rows(name: str, table: str, read: RawTable) -> RawTable:
    if not len(read.table):
        raise DataError(
            f"{name}: has headers but no rows, and {table} needs at least one. Export it again, or take it out of "
            "tables."
        )
    return read


def _assemble(
    name: str,
    reads: Sequence[_File],
    settings: ReadSettings,
    joins: Sequence[tuple[JoinSettings, _File]],
    gathered: _Gathered,
) -> pd.DataFrame:
    """Make one table of its files: their rows one after the other, joined columns, then mended rows put back."""
    frames: list[pd.DataFrame] = []
    mended: list[_File] = []
    offset = 0
    for file in reads:
        if frames and is_set_aside(file.read.table):
            mended.append(file)
            continue
        whole = file.read.table
        table = keep_where(whole, settings.where, place=f"read.{name}: {file.name}") if settings.where else whole
        shifted = table.set_axis(table.index + offset, axis=0).rename_axis(index="row")
        frames.append(shifted)
        gathered.source(
            name, file, use="rows", first_row=int(whole.index[0]) + offset, left_out=len(whole) - len(table)
        )
        gathered.notes.extend({"table": name, "file": file.name, "note": note} for note in file.read.notes)
        offset += int(whole.index[-1])
    if joins and len(frames) > 1:
        frames = [pd.concat(frames)]
    for at, (join, file) in enumerate(joins, start=1):
        joined = join_file(frames[0], file.read.table, join, name=name, at=at)
        frames = [joined.table]
        gathered.source(name, file, use="joined", first_row=0, left_out=int(str(joined.account["file_left_out"])))
        gathered.joins.append(joined.account)
        notes = (*file.read.notes, *joined.notes)
        gathered.notes.extend({"table": name, "file": file.name, "note": note} for note in notes)
    for file in mended:
        frames = put_back(frames, file.read.table, file_name=file.name)
        gathered.source(name, file, use="mended", first_row=0, left_out=0)
        n = len(file.read.table)
        verb, came = ("takes", "the row it came from") if n == 1 else ("take", "the rows they came from")
        words = f"{count_words(n, 'row')} mended in it {verb} the place of {came}"
        gathered.notes.append({"table": name, "file": file.name, "note": words})
    return frames[0] if len(frames) == 1 else pd.concat(frames)
