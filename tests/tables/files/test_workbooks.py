import io
from datetime import date, datetime

import pytest
import xlsxwriter

from axlib.tables.files.workbooks import read_workbook
from axlib.tables.settings import ReadSettings
from axlib.words.errors import ConfigurationError, DataError


def workbook(sheets):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, (date, datetime)):
                        sheet.write_datetime(at, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    else:
                        sheet.write(at, column, cell)
    return buffer.getvalue()


def test_cells_become_the_text_people_see():
    raw = read_workbook(
        workbook({"S": [["id", "day", "dues", "ok", "note"], ["007", date(2025, 3, 4), 1200, True, "=1+1"]]})
    )
    assert raw.table.iloc[0].tolist() == ["007", "2025-03-04", "1200", "TRUE", "=1+1"]
    assert raw.table.index.tolist() == [2]


def test_the_first_sheet_with_rows_is_read_and_the_others_are_named():
    raw = read_workbook(workbook({"Cover": [["Export"]], "Members": [["id", "n"], ["1", "a"]], "Old": [["id"], ["2"]]}))
    assert raw.sheet == "Members"
    assert "Old" in raw.notes[-1]


def test_a_sheet_by_name_or_number():
    book = workbook({"A": [["id", "n"], ["1", "x"]], "B": [["id", "n"], ["2", "y"]]})
    assert read_workbook(book, settings=ReadSettings(sheet="B")).table["id"].tolist() == ["2"]
    assert read_workbook(book, settings=ReadSettings(sheet=2)).table["id"].tolist() == ["2"]
    with pytest.raises(ConfigurationError, match="no sheet 'C'"):
        read_workbook(book, settings=ReadSettings(sheet="C"))
    with pytest.raises(ConfigurationError, match="no sheet 9"):
        read_workbook(book, settings=ReadSettings(sheet=9))


def test_rows_above_the_header_and_empty_rows_are_left_out():
    raw = read_workbook(
        workbook(
            {"S": [["Report", "", ""], ["", "", ""], ["id", "n", "c"], ["1", "a", "p"], ["", "", ""], ["2", "b", "q"]]}
        )
    )
    assert raw.header_row == 3
    assert raw.table.index.tolist() == [4, 6]


def test_what_is_no_workbook_is_refused():
    with pytest.raises(DataError, match="damaged"):
        read_workbook(b"PK\x03\x04rubbish", file_name="m.xlsx")
    with pytest.raises(DataError, match="the sheet 'S' is empty"):
        read_workbook(workbook({"S": []}))
