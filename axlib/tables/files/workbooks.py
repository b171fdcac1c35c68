"""Reading XLSX, XLS, XLSB and ODS: values, never formulas; every cell as text."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

import python_calamine

from axlib.tables.files.header_rows import Header, find_header
from axlib.tables.files.raw_rows import RawTable, table_from_rows
from axlib.tables.settings.reading import ReadSettings
from axlib.words.display import count_words
from axlib.words.errors import ConfigurationError, DataError, suggest

#: What a workbook may unpack to: a few megabytes of zip can hold gigabytes.
MAX_UNPACKED = 2_000_000_000


def read_workbook(raw: bytes, *, settings: ReadSettings | None = None, file_name: str = "the file") -> RawTable:
    """Read one sheet of a workbook.

    Without ``settings.sheet`` it is the first visible sheet with a header and a row below it; which other
    sheets hold rows is said in the notes.

    Parameters
    ----------
    raw : bytes
    settings : ReadSettings, optional
        Sheet (name, or number from 1) and header row, where detection must be overridden.
    file_name : str

    Returns
    -------
    RawTable
        Dates as 2025-01-05, times behind them; whole numbers without decimals; TRUE and FALSE.

    Raises
    ------
    DataError
        Not a workbook, protected by a password, too large, or without any row.
    ConfigurationError
        The sheet asked for is not there.
    """
    settings = settings or ReadSettings()
    workbook = open_workbook(raw, file_name=file_name)
    names = [meta.name for meta in workbook.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
    if settings.sheet is not None:
        sheet = _find_sheet(names, settings.sheet, file_name)
        rows, others = _read_sheet(workbook, sheet), []
    else:
        visible = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.name in names and meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        sheets = {name: _read_sheet(workbook, name) for name in visible or names}
        with_rows = [name for name, cells in sheets.items() if sum(1 for row in cells if any(row)) > 1]
        sheet = (with_rows or list(sheets) or [""])[0]
        rows, others = sheets.get(sheet, []), [name for name in with_rows if name != sheet]
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise DataError(f"{file_name}: the sheet '{sheet}' is empty. Name another one under read: sheet.")
    header = Header(settings.header_row - 1, 1) if settings.header_row else find_header(rows[:200])
    rows, filled = _fill_merged(workbook, sheet, rows, header)
    table, notes = table_from_rows(rows, header)
    if filled:
        notes.append(f"{count_words(filled, 'cell')} merged with the one above: its value stands in each of them")
    if others:
        notes.append(f"read the sheet '{sheet}'; the workbook also has rows in {', '.join(others)}")
    return RawTable(table, sheet=sheet, header_row=header.at + 1, notes=tuple(notes))


def open_workbook(raw: bytes, *, file_name: str) -> python_calamine.CalamineWorkbook:
    """Open a workbook of any of the formats.

    Raises
    ------
    DataError
        Not a workbook, damaged, protected by a password, or too large.
    """
    _refuse_bombs(raw, file_name)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    except python_calamine.PasswordError:
        raise DataError(f"{file_name}: protected by a password. Save a copy without one.") from None
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise DataError(f"{file_name}: cannot be read as a workbook ({error}). Save it again as XLSX.") from None


def _refuse_bombs(raw: bytes, file_name: str) -> None:
    if raw[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile:
            raise DataError(f"{file_name}: damaged (its zip cannot be opened). Save it again.") from None
        if unpacked > MAX_UNPACKED:
            raise DataError(
                f"{file_name}: unpacks to {unpacked:,} bytes, more than {MAX_UNPACKED:,}. Export it as CSV."
            )


def _find_sheet(names: list[str], wanted: str | int, file_name: str) -> str:
    if isinstance(wanted, int):
        if 1 <= wanted <= len(names):
            return names[wanted - 1]
        raise ConfigurationError(f"{file_name}: no sheet {wanted}; the workbook has {len(names)}.")
    if wanted not in names:
        raise ConfigurationError(f"{file_name}: no sheet '{wanted}'. {suggest(wanted, names)}")
    return wanted


def _read_sheet(workbook: python_calamine.CalamineWorkbook, name: str) -> list[list[str]]:
    try:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.CalamineError:
        return []
    return [[cell_text(cell) for cell in row] for row in rows]


def _fill_merged(
    workbook: python_calamine.CalamineWorkbook, name: str, rows: list[list[str]], header: Header
) -> tuple[list[list[str]], int]:
    """Write the value of cells merged downwards, below the header, into each of them; only the first one has it.

    Cells merged sideways stay as they are: a title over several columns is no value of each. The reader does not
    tell merged cells of ODS files.
    """
    ranges = workbook.get_sheet_by_name(name).merged_cell_ranges or []
    filled = [list(row) for row in rows]
    n = 0
    for (top, left), (bottom, right) in ranges:
        if left != right or top < header.at + header.rows:
            continue
        for at in range(top + 1, min(bottom + 1, len(filled))):
            if left < len(filled[at]) and left < len(filled[top]) and filled[top][left] and not filled[at][left]:
                filled[at][left] = filled[top][left]
                n += 1
    return filled, n


def cell_text(cell: object) -> str:
    """Write a cell as the tables hold it: days as 2025-01-05, whole numbers without decimals, TRUE and FALSE."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
