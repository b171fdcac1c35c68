import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.cells.tidying_text import tidy_texts


def tidy(text, values_only=False):
    return tidy_texts(pa.array([text], pa.large_string()), values_only=values_only).to_pylist()[0]


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  Acme   Inc ", "Acme Inc"),
        ("Acme\u00a0Inc", "Acme Inc"),
        ("Acme\r\nInc", "Acme Inc"),
        ("Ac\u200bme", "Acme"),
        ("Cafe\u0301", "Café"),
        ("a\x00b\x07c", "abc"),
        ("'=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("'quoted'", "'quoted'"),
        ("N/A", None),
        (" - ", None),
        ("#VALUE!", None),
        ("None", "None"),
        ("Namibia", "Namibia"),
    ],
)
def test_cells(text, tidied):
    assert tidy(text) == tidied


@pytest.mark.parametrize("text", ["none", "NA", "Unknown", "nil"])
def test_words_that_mean_nothing_only_where_numbers_stand(text):
    assert tidy(text) == text
    assert tidy(text, values_only=True) is None


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    once = tidy(text)
    if once is not None and not once.startswith("'"):
        assert tidy(once) == once
        assert once == unicodedata.normalize("NFC", once)
        assert not any(unicodedata.category(sign) == "Cc" for sign in once)
