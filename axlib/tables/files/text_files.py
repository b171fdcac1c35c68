"""Reading CSV, TSV and other delimited text, whatever its encoding and dialect."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.csv as pacsv

from axlib.tables.files.header_rows import Header, find_header, join_header, repeats_header
from axlib.tables.files.raw_rows import RawTable, name_columns, table_from_rows, text_table
from axlib.tables.files.text_dialect import Dialect, detect_dialect, split_rows
from axlib.tables.files.text_encoding import decode_bytes
from axlib.tables.files.text_rows import split_text
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import DataError

_BLOCK = 1 << 22


def read_text(raw: bytes, *, settings: ReadSettings | None = None, file_name: str = "the file") -> RawTable:
    """Read delimited text as a table in which every cell is text.

    Regular files go through Arrow's reader; a file with rows of differing width is read row by row and
    mended, each repair counted in the notes.

    Parameters
    ----------
    raw : bytes
    settings : ReadSettings, optional
        Encoding, delimiter or header row, where detection must be overridden.
    file_name : str
        For the sentences of errors.

    Returns
    -------
    RawTable

    Raises
    ------
    DataError
        The file is empty or no text.
    """
    settings = settings or ReadSettings()
    text, encoding = decode_bytes(raw, encoding=settings.encoding, file_name=file_name)
    if not text.strip():
        raise DataError(f"{file_name}: the file is empty. Export it again.")
    beginning = text[:400_000].decode("utf-8", errors="ignore")
    delimiter, beginning = _declared_delimiter(beginning, settings.delimiter)
    dialect = detect_dialect(beginning, delimiter=delimiter)
    rows = split_rows(beginning, dialect, limit=200)
    header = Header(settings.header_row - 1, 1) if settings.header_row else find_header(rows)
    if header.at >= len(rows):
        raise DataError(f"{file_name}: header_row is {header.at + 1}, but the file has {len(rows)} rows.")
    raw_table = _read_fast(text, dialect, header, rows) if _is_plain(text, dialect, rows) else None
    if raw_table is None:
        raw_table = _read_by_row(text.decode("utf-8"), dialect, header, len(rows[header.at]))
    return raw_table._replace(encoding=encoding, delimiter=dialect.delimiter, header_row=header.at + 1)


def _declared_delimiter(beginning: str, delimiter: str | None) -> tuple[str | None, str]:
    """Excel writes 'sep=;' as a first line of its own."""
    first = beginning.split("\n", 1)[0].strip().lower()
    if delimiter is None and first.startswith("sep=") and len(first) == 5:
        return first[4], beginning
    return delimiter, beginning


def _is_plain(text: bytes, dialect: Dialect, rows: list[list[str]]) -> bool:
    """Whether Arrow's reader reads this as the rows of the sample show it."""
    carriage_returns = text[: 1 << 20].count(b"\r") - text[: 1 << 20].count(b"\r\n")
    return not (dialect.space_after or dialect.escape or carriage_returns or len({len(row) for row in rows}) > 1)


def _read_fast(text: bytes, dialect: Dialect, header: Header, rows: list[list[str]]) -> RawTable | None:
    if header.rows != 1 or any(repeats_header(row, rows[header.at]) for row in rows[header.at + 1 :]):
        return None
    names, notes = name_columns(join_header(rows, header))
    quoted = dialect.quote.encode() in text
    places = [f"c{at}" for at in range(len(names))]
    try:
        table = pacsv.read_csv(
            io.BytesIO(text),
            read_options=pacsv.ReadOptions(column_names=places, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=True,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={place: pa.large_string() for place in places},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    table = table.slice(header.at + 1)
    first = header.at + 2
    return RawTable(text_table(table.columns, names, range(first, first + table.num_rows)), notes=tuple(notes))


def _read_by_row(text: str, dialect: Dialect, header: Header, width: int) -> RawTable:
    rows, mended = split_text(text, dialect, width=width)
    table, notes = table_from_rows(rows, header)
    if mended:
        shown = ", ".join(f"{at + 1:,}" for at in mended[:5])
        notes.append(f"{len(mended):,} rows broke the file's quotes or delimiter and were split by themselves: {shown}")
    return RawTable(table, notes=tuple(notes))
