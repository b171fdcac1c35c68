from pathlib import Path

import pandas as pd
import pytest

from axlib.tables.files.sources import read_source
from axlib.tables.rows.suspect_rows import find_descriptions
from axlib.words.errors import DataError
from tests.tables.engagements import clean_files

CHURNERS = Path(__file__).parents[3].parent / "shared" / "data" / "bankchurners"
ROWS = [[str(n), str(n * 10), str(n % 7), "Acme"] for n in range(30)]
NAMES = ["Member ID", "Dues", "Visits", "Name"]


def table(rows):
    return pd.DataFrame(rows, columns=NAMES, dtype="str", index=range(2, 2 + len(rows)))


def test_a_row_of_words_among_numbers_is_found():
    described = ["Number of the member", "What it pays", "How often it came", "Its name"]
    assert find_descriptions(table([described, *ROWS])) == [2]
    assert find_descriptions(table(ROWS)) == []


def test_one_odd_cell_is_no_description():
    assert find_descriptions(table([["1", "ask Joan", "3", "Acme"], *ROWS])) == []


def test_it_stops_the_run_with_the_remedy(tmp_path):
    described = "Number by which the association knows the member,What it pays,How often,Name"
    lines = [described, *(",".join(row) for row in ROWS)]
    with pytest.raises(DataError, match="row 2 describes the columns and is no row of members"):
        clean_files(tmp_path, {"members.csv": ",".join(NAMES) + "\n" + "\n".join(lines) + "\n"})


@pytest.mark.skipif(not CHURNERS.exists(), reason="the real data are not beside the project")
@pytest.mark.parametrize(
    ("name", "found"), [("BankChurners.csv", []), ("BankChurners_as_found_with_dictionary_row.csv", [2])]
)
def test_bank_churners(name, found):
    assert find_descriptions(read_source((CHURNERS / name).read_bytes(), file_name=name).table) == found
