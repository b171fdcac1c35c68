import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.files.text_files import read_text
from axlib.tables.settings.reading import ReadSettings
from axlib.words.errors import DataError

DATA = Path(__file__).parents[3].parent / "shared" / "data"
SPECTRUM = DATA / "csv_spectrum"


def read(text, **settings):
    return read_text(text.encode("utf-8"), settings=ReadSettings(**settings))


def test_every_cell_is_text_and_rows_count_as_in_a_spreadsheet():
    raw = read("id,dues\n007,1.50\n0123456789012345678,\n")
    assert raw.table.index.tolist() == [2, 3]
    assert raw.table["id"].tolist() == ["007", "0123456789012345678"]
    assert raw.table["dues"].isna().tolist() == [False, True]
    assert raw.header_row == 1


def test_a_preamble_is_passed_over():
    raw = read("Members of the Association\nPrinted 1 May\n\nid,name,city\n1,Acme,Paris\n2,Beta,Rome\n")
    assert list(raw.table.columns) == ["id", "name", "city"]
    assert raw.table["name"].tolist() == ["Acme", "Beta"]


def test_rows_of_differing_width_are_mended_and_counted():
    raw = read("id,name,city\n1,Acme,Paris\n2,Beta\n3,Gamma,Rome,extra\n")
    assert raw.table["city"].tolist()[0] == "Paris"
    assert raw.table["column 4"].tolist()[2] == "extra"
    assert any("fewer cells" in note for note in raw.notes)
    assert any("more cells" in note for note in raw.notes)


def test_repeated_and_empty_headers_get_names_of_their_own():
    raw = read("Email,Email,,Email\na,b,c,d\n")
    assert list(raw.table.columns) == ["Email", "Email (2)", "column 3", "Email (3)"]


def test_detection_can_be_overridden():
    raw = read("a;b,c\n1;2,3\n", delimiter=",")
    assert list(raw.table.columns) == ["a;b", "c"]
    raw = read("junk,junk\nid,name\n1,Acme\n", header_row=2)
    assert list(raw.table.columns) == ["id", "name"]
    with pytest.raises(DataError, match="header_row is 9"):
        read("a,b\n1,2\n", header_row=9)


def test_an_empty_file_says_so():
    with pytest.raises(DataError, match="the file is empty"):
        read("  \n \n")


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_pandas_writes_is_read_back(rows):
    table = pd.DataFrame(rows, columns=["id", "name", "city"])
    table.insert(0, "key", [f"k{at}" for at in range(len(table))])
    raw = read(table.to_csv(index=False), delimiter=",", header_row=1)
    expected = table.mask(table == "")
    pd.testing.assert_frame_equal(raw.table.reset_index(drop=True), expected, check_dtype=False)


@pytest.mark.skipif(not SPECTRUM.exists(), reason="the csv_spectrum files are not beside the project")
@pytest.mark.parametrize("file", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
def test_csv_spectrum(file):
    expected = json.loads((SPECTRUM / "json" / f"{file.stem}.json").read_text("utf-8"))
    table = read_text(file.read_bytes()).table
    found = table.fillna("").to_dict("records")
    rows = [expected] if isinstance(expected, dict) else expected
    if file.stem == "location_coordinates":
        # The expected file has another telephone number than its own CSV.
        rows = [{**row, "Contact Phone Number": "2095257564"} for row in rows]
    assert [as_lines(row) for row in found] == [as_lines(row) for row in rows]


def as_lines(row):
    return {name: str(cell).replace("\r\n", "\n") for name, cell in row.items()}
