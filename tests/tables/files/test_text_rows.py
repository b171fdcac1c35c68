import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.files.text_dialect import Dialect
from axlib.tables.files.text_rows import split_text

CELL = st.text(st.sampled_from("ab ,\"'\n;"), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_regular_rows_are_split_as_the_standard_library_splits_them(rows, line):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=line).writerows(rows)
    found = split_text(buffer.getvalue(), Dialect(), width=3)
    assert found.rows == [list(row) for row in rows]
    assert found.mended == []


def test_a_stray_quotation_mark_costs_no_other_row():
    text = 'id,name,city\n1,"Acme,Rome\n2,"Beta, Inc",Oslo\n3,Gamma,Bern\n'
    found = split_text(text, Dialect(), width=3)
    assert found.rows[1:] == [["1", '"Acme', "Rome"], ["2", "Beta, Inc", "Oslo"], ["3", "Gamma", "Bern"]]
    assert found.mended == [1]


def test_a_mark_that_should_have_been_doubled():
    text = 'id,name,city\n1,"Table, Round 48"","Rome"\n2,Beta,Oslo\n'
    assert split_text(text, Dialect(), width=3).rows[1] == ["1", 'Table, Round 48"', "Rome"]


def test_a_row_with_another_delimiter():
    text = "id,name,city\n1;Acme;Rome\n2,Beta,Oslo\n"
    assert split_text(text, Dialect(), width=3).rows[1] == ["1", "Acme", "Rome"]


def test_what_cannot_be_mended_stays():
    text = "id,name,city\n1,Acme\n2,Beta,Oslo,x\n"
    found = split_text(text, Dialect(), width=3)
    assert found.rows[1:] == [["1", "Acme"], ["2", "Beta", "Oslo", "x"]]
    assert found.mended == []
