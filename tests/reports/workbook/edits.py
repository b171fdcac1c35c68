"""Workbooks as people send them back: the cells of one, changed, moved and written into another file."""

import io
from datetime import date, datetime

import python_calamine
import xlsxwriter


def read_sheets(raw: bytes) -> dict[str, list[list]]:
    """Every sheet as rows of cells."""
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return {
        name: [list(row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in workbook.sheet_names
    }


def find_row(rows: list[list], *starts: str) -> int:
    """Place of the first row whose first cells contain these texts."""
    return next(
        place
        for place, row in enumerate(rows)
        if all(start in str(cell) for start, cell in zip(starts, row, strict=False))
    )


def first_free(rows: list[list]) -> int:
    """Place of the first row below the headers whose first cell is empty."""
    top = find_row(rows, "Member")
    return next((place for place in range(top + 1, len(rows)) if rows[place][0] == ""), len(rows))


def column(rows: list[list], header: str) -> int:
    return rows[find_row(rows, "Member")].index(header)


def put(rows: list[list], place: int, header: str, value: object) -> None:
    """Write into a cell by its header."""
    while len(rows) <= place:
        rows.append([""] * len(rows[find_row(rows, "Member")]))
    rows[place][column(rows, header)] = value


def write_sheets(sheets: dict[str, list[list]]) -> bytes:
    """Write rows of cells as a workbook of values."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, (date, datetime)):
                        sheet.write_datetime(number, place, cell, days)
                    elif isinstance(cell, bool):
                        sheet.write_boolean(number, place, cell)
                    elif isinstance(cell, (int, float)):
                        sheet.write_number(number, place, cell)
                    elif cell != "":
                        sheet.write_string(number, place, cell)
    return target.getvalue()
