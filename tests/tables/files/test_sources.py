import gzip
import io
import zipfile
from datetime import date

import pandas as pd
import pytest

from axlib.tables.files.sources import read_bytes, read_source
from axlib.words.errors import DataError

CSV = b"id,name\n007,Acme\n"


def packed(*files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "name"),
    [(CSV, "m.csv"), (gzip.compress(CSV), "m.csv.gz"), (packed(("m.csv", CSV)), "m.zip"), (CSV, "m.unheard")],
    ids=["plain", "gzip", "zip", "unheard"],
)
def test_packed_or_not_the_table_is_the_same(raw, name):
    assert read_source(raw, file_name=name).table["id"].tolist() == ["007"]


def test_parquet_keeps_ids_days_and_whole_numbers_as_text():
    table = pd.DataFrame(
        {
            "id": ["007"],
            "day": [pd.Timestamp(2025, 3, 4)],
            "date": [date(2025, 3, 4)],
            "n": [3.0],
            "x": [1.5],
            "ok": [True],
        }
    )
    buffer = io.BytesIO()
    table.astype({"id": "category"}).to_parquet(buffer)
    found = read_source(buffer.getvalue(), file_name="m.parquet").table
    assert found.iloc[0].tolist() == ["007", "2025-03-04", "2025-03-04", "3", "1.5", "true"]


@pytest.mark.parametrize(
    ("raw", "name", "sentence"),
    [
        (packed(("a.csv", CSV), ("b.csv", CSV)), "m.zip", "a zip with 2 files"),
        (packed(("a.csv", b"")), "m.zip", "a.csv in it is empty"),
        (b"PK\x03\x04rubbish", "m.zip", "damaged"),
        (b"\x1f\x8brubbish", "m.gz", "damaged"),
        (gzip.compress(b""), "m.gz", "is empty"),
        (b"<!DOCTYPE html><html></html>", "m.xls", "a web page"),
        (b"PAR1rubbish", "m.parquet", "cannot be read as Parquet"),
    ],
    # Packed files hold the moment they were made: as names they would differ between the processes that run tests.
    ids=["two in a zip", "empty in a zip", "no zip", "no gzip", "empty gzip", "a page", "no Parquet"],
)
def test_what_cannot_be_read_says_why(raw, name, sentence):
    with pytest.raises(DataError, match=sentence):
        read_source(raw, file_name=name)


def test_files_that_are_not_there(tmp_path):
    (tmp_path / "members.csv").write_bytes(CSV)
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(DataError, match=r"member\.csv: no such file.*members\.csv"):
        read_bytes(tmp_path / "member.csv")
    with pytest.raises(DataError, match="0 bytes"):
        read_bytes(tmp_path / "empty.csv")
    with pytest.raises(DataError, match="a folder"):
        read_bytes(tmp_path)
