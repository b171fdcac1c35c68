"""One file, whatever its format: text, workbook, Parquet, packed or not."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from axlib.tables.files.raw_rows import RawTable, name_columns, text_table
from axlib.tables.files.text_files import read_text
from axlib.tables.files.workbooks import MAX_UNPACKED, read_workbook
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import DataError

_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP, _GZIP, _BZIP2, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"PAR1"


def read_bytes(path: Path, *, home: Path | None = None) -> bytes:
    """Read a file whole.

    Parameters
    ----------
    path : Path
    home : Path, optional
        Folder of the file that names it; left out where a command names it.

    Raises
    ------
    DataError
        It is not there, is a folder, cannot be read, or is empty.
    """
    if path.is_dir():
        raise DataError(f"{path.name}: a folder; name a file in it.")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DataError(_say_absent(path, home)) from None
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read ({error.strerror}).") from None
    if not raw:
        raise DataError(f"{path.name}: the file is empty (0 bytes). Export it again.")
    return raw


def _say_absent(path: Path, home: Path | None) -> str:
    """Say that a file is not there: with the folder that is missing, or with what its folder has."""
    remedy = "Name it with its folder." if home is None else "Write its place relative to the engagement file."
    near = sorted(file.name for file in path.parent.glob("*") if file.is_file())[:8]
    there = f" The folder '{path.parent.name}' has: {', '.join(near)}." if near else ""
    if home is None or path.parent.is_dir():
        return f"{path.name}: no such file. {remedy}{there}"
    missing = next(folder for folder in reversed(path.parents) if not folder.is_dir())
    return (
        f"{path.name}: no such file: '{_place(path, home)}' was tried, and there is no folder "
        f"'{_place(missing, home)}'. {remedy}"
    )


def _place(path: Path, home: Path) -> str:
    """Return a path as the engagement file would write it."""
    try:
        return Path(os.path.relpath(path, home)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


def read_source(raw: bytes, *, file_name: str, settings: ReadSettings | None = None) -> RawTable:
    """Read a file's bytes as one table of text; what it is is told by its first bytes, then by its name.

    Parameters
    ----------
    raw : bytes
    file_name : str
        Without its folder.
    settings : ReadSettings, optional

    Returns
    -------
    RawTable

    Raises
    ------
    DataError
        The file cannot be read as a table, with the reason and the remedy.
    """
    ending = Path(file_name).suffix.lower()
    if raw.startswith(_GZIP):
        return read_source(_unpack_gzip(raw, file_name), file_name=file_name.removesuffix(".gz"), settings=settings)
    if raw.startswith(_BZIP2):
        return read_source(_unpack_bzip2(raw, file_name), file_name=file_name.removesuffix(".bz2"), settings=settings)
    if raw.startswith(_PARQUET):
        return _read_parquet(raw, file_name)
    if raw.startswith(_OLD_WORKBOOK) or (raw.startswith(_ZIP) and (ending in _WORKBOOK_ENDINGS or _is_workbook(raw))):
        return read_workbook(raw, settings=settings, file_name=file_name)
    if raw.startswith(_ZIP):
        inner, name = _unpack_zip(raw, file_name)
        return read_source(inner, file_name=name, settings=settings)
    if raw.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise DataError(
            f"{file_name}: a web page or XML, not a table. Open it in a spreadsheet and save it as XLSX or CSV."
        )
    if ending in (".json", ".jsonl", ".ndjson") and raw.lstrip()[:1] in (b"{", b"["):
        raise DataError(f"{file_name}: JSON, not a table. Export it as CSV or XLSX.")
    return read_text(raw, settings=settings, file_name=file_name)


def _unpack_gzip(raw: bytes, file_name: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            unpacked = packed.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{file_name}: damaged (its gzip cannot be unpacked). Export it again.") from None
    if len(unpacked) > MAX_UNPACKED:
        raise DataError(f"{file_name}: unpacks to more than {MAX_UNPACKED:,} bytes. Split it.")
    if not unpacked:
        raise DataError(f"{file_name}: the file packed in it is empty. Export it again.")
    return unpacked


def _unpack_bzip2(raw: bytes, file_name: str) -> bytes:
    try:
        unpacked = bz2.BZ2Decompressor().decompress(raw, MAX_UNPACKED + 1)
    except (OSError, EOFError, ValueError):
        raise DataError(f"{file_name}: damaged (its bzip2 cannot be unpacked). Export it again.") from None
    if len(unpacked) > MAX_UNPACKED:
        raise DataError(f"{file_name}: unpacks to more than {MAX_UNPACKED:,} bytes. Split it.")
    if not unpacked:
        raise DataError(f"{file_name}: the file packed in it is empty. Export it again.")
    return unpacked


def _is_workbook(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return False
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"})


def _unpack_zip(raw: bytes, file_name: str) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [
                entry
                for entry in archive.infolist()
                if not entry.is_dir() and not entry.filename.startswith(("__MACOSX/", "."))
            ]
            if len(entries) != 1:
                found = ", ".join(entry.filename for entry in entries[:6]) or "none"
                raise DataError(
                    f"{file_name}: a zip with {len(entries)} files ({found}); it must hold one. Unpack it and "
                    "name the files."
                )
            if entries[0].file_size > MAX_UNPACKED:
                raise DataError(f"{file_name}: unpacks to more than {MAX_UNPACKED:,} bytes. Split it.")
            inner = archive.read(entries[0])
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        raise DataError(f"{file_name}: damaged or locked zip. Unpack it and name the file in it.") from None
    name = Path(entries[0].filename).name
    if not inner:
        raise DataError(f"{file_name}: {name} in it is empty. Export it again.")
    return inner, name


def _read_parquet(raw: bytes, file_name: str) -> RawTable:
    try:
        table = pq.read_table(io.BytesIO(raw))
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{file_name}: cannot be read as Parquet ({reason}). Write it again.") from None
    names, notes = name_columns([str(name) for name in table.column_names])
    columns = [_column_as_text(column, name, file_name) for column, name in zip(table.columns, names, strict=True)]
    return RawTable(text_table(columns, names, range(2, 2 + table.num_rows)), encoding="utf-8", notes=tuple(notes))


def _column_as_text(column: pa.ChunkedArray, name: str, file_name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind):
        text = pc.strftime(column.cast(pa.timestamp("us", tz=kind.tz)), format="%Y-%m-%d %H:%M:%S")
        return pc.replace_substring_regex(text, pattern=r" 00:00:00(\.0*)?$", replacement="")
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e15))
        if pc.all(pc.fill_null(whole, True)).as_py():
            column = column.cast(pa.int64())
    try:
        return column.cast(pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise DataError(
            f"{file_name}: the column '{name}' holds {kind}, which is no text, number or date. Leave it out."
        ) from None
