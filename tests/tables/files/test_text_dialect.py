import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.files.text_dialect import detect_dialect, split_rows

CELL = st.text(st.sampled_from("abcXYZ 0123456789,;|\"'\n"), max_size=12)


def write(rows, delimiter, quote='"', line="\n"):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quotechar=quote, lineterminator=line).writerows(rows)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_endings(delimiter, line):
    rows = [["Member ID", "Name", "Dues"], ["001", "Acme, Inc; East", "1,200.50"], ["002", 'The "Best"', "900"]] * 3
    text = write(rows, delimiter, line=line)
    dialect = detect_dialect(text)
    assert dialect.delimiter == delimiter
    assert split_rows(text, dialect) == rows


def test_apostrophes_in_names_are_no_quotation_marks():
    text = "id,name\n1,O'Hara\n2,Men's Club\n3,D'Angelo\n"
    assert detect_dialect(text).quote == '"'


def test_apostrophes_around_cells_are():
    text = "id,name\n1,'Acme, East'\n2,'Beta, West'\n"
    assert split_rows(text, detect_dialect(text))[1] == ["1", "Acme, East"]


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8))
def test_known_dialect_splits_what_it_wrote(rows):
    dialect = detect_dialect(write([["id", "name", "dues"]] * 3, ";"))
    assert split_rows(write(rows, ";"), dialect) == rows


def test_a_backslash_escapes_only_where_that_makes_rows_alike():
    escaped = 'id,name,city\n1,"Round 48\\"","Rome"\n2,"a \\"b\\", c",Oslo\n'
    assert detect_dialect(escaped).escape == "\\"
    plain = 'id,name\n1,"C:\\""dir"""\n2,"\\"\n3,a\n'
    assert detect_dialect(plain).escape == ""
