import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from axlib.tables.files.sources import read_source
from axlib.tables.files.workbooks import read_workbook
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import ConfigurationError, DataError

XLS = Path(__file__).parents[3].parent / "shared" / "data" / "frictionless"


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


def merged_workbook(merges, rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        for top, left, bottom, right, text in merges:
            sheet.merge_range(top, left, bottom, right, text)
    return buffer.getvalue()


def test_cells_merged_downwards_hold_the_value_in_each_row_and_it_is_said():
    rows = [["id", "chapter", "n"], ["1", "", "a"], ["2", "", "b"], ["3", "South", "c"]]
    raw = read_workbook(merged_workbook([(1, 1, 2, 1, "North")], rows))
    assert raw.table["chapter"].tolist() == ["North", "North", "South"]
    assert "1 cell merged with the one above: its value stands in each of them" in raw.notes


def test_a_title_merged_over_the_header_is_no_value():
    rows = [["", "", ""], ["id", "chapter", "n"], ["1", "x", "a"], ["2", "y", "b"]]
    raw = read_workbook(merged_workbook([(0, 0, 0, 2, "Members 2025")], rows))
    assert raw.table.columns.tolist() == ["id", "chapter", "n"]
    assert raw.table["id"].tolist() == ["1", "2"]


def test_a_group_merged_over_two_columns_of_the_header_does_not_fill_rows():
    rows = [["id", "", ""], ["1", "x", "a"], ["2", "y", "b"]]
    raw = read_workbook(merged_workbook([(0, 1, 0, 2, "address")], rows))
    assert raw.table.iloc[:, 1].tolist() == ["x", "y"]


ODS_CELL = {
    "text": '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>',
    "number": '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>',
    "day": '<table:table-cell office:value-type="date" office:date-value="{0}"><text:p>{0}</text:p></table:table-cell>',
    "yes": '<table:table-cell office:value-type="boolean" office:boolean-value="{0}"/>',
}


def ods(sheets):
    """Write the least that is an ODS file: cells as (kind, value), a word alone is text."""
    tables = ""
    for name, rows in sheets.items():
        cells = [[("text", cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        lines = ["".join(ODS_CELL[kind].format(value) for kind, value in row) for row in cells]
        body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        tables += f'<table:table table:name="{name}">{body}</table:table>'
    names = "".join(
        f' xmlns:{word}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"' for word in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return buffer.getvalue()


def test_ods_cells_become_the_text_people_see():
    rows = [["id", "dues", "day", "ok"], ["007", ("number", "1200"), ("day", "2025-03-04"), ("yes", "true")]]
    raw = read_source(ods({"Members": rows}), file_name="m.ods")
    assert raw.sheet == "Members"
    assert raw.table.iloc[0].tolist() == ["007", "1200", "2025-03-04", "TRUE"]


def test_ods_sheets_by_name():
    book = ods({"A": [["id", "n"], ["1", "x"]], "B": [["id", "n"], ["2", "y"]]})
    assert read_source(book, file_name="m.ods", settings=ReadSettings(sheet="B")).table["id"].tolist() == ["2"]
    assert "also has rows in B" in read_source(book, file_name="m.ods").notes[-1]


@pytest.mark.skipif(not XLS.exists(), reason="the real data are not beside the project")
@pytest.mark.parametrize(
    ("name", "columns", "first"),
    [
        ("table.xls", ["id", "name"], ["1", "english"]),
        ("table-with-booleans.xls", ["id", "boolean"], ["1", "TRUE"]),
        ("table-with-ints-floats-dates.xls", ["Int", "Float", "Date"], ["2013", "3.3", "2009-08-16"]),
        ("cast-int-to-string-issue-1251.xls", ["A", "B", "C", "D", "E"], ["001", "b", "1", "a", "1"]),
    ],
)
def test_xls(name, columns, first):
    raw = read_source((XLS / name).read_bytes(), file_name=name)
    assert raw.table.columns.tolist() == columns
    assert raw.table.iloc[0].tolist() == first
