import csv
import html
import io
import math

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.words.display import count_words, format_money, format_share, format_value, join_words
from axlib.words.table_faces import format_table, neutralise_formula, table_to_csv, table_to_html

HOSTILE = [
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    '"quoted"',
    "a,b",
    "a\nb",
    "$5k-$10k",
]


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1))
def test_a_share_never_pretends_to_be_zero_or_everything(share):
    text = format_share(share)
    assert (text == "0.0 %") == (share == 0)
    assert (text == "100.0 %") == (share == 1)


@settings(max_examples=30, deadline=None)
@given(st.floats(-1e9, 1e9))
def test_money_reads_back_to_its_rounding(amount):
    text = format_money(amount, "USD")
    number = float(text.replace("−", "-").replace("$", "").replace(",", ""))
    assert number == pytest.approx(amount, abs=0.5 if abs(amount) >= 1000 else 0.005 + 1e-9)
    assert "-" not in text


@pytest.mark.parametrize("unit", ["count", "share", "money", "hours", "load", "index", "number", "date", "text"])
@pytest.mark.parametrize("nothing", [None, math.nan, pd.NaT, pd.NA])
def test_what_is_not_known_is_a_dash_in_every_unit(unit, nothing):
    assert format_value(nothing, unit) == "–"


def test_money_and_shares_that_are_not_known_are_a_dash():
    assert format_money(math.nan, "USD") == format_share(math.nan) == "–"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234, "count", "1,234"),
        (-3, "count", "−3"),
        (0.5, "share", "50.0 %"),
        (1234.5, "hours", "1,234"),
        (12.34, "hours", "12.3"),
        (1.606, "load", "1.61×"),
        (-0.034, "index", "−0.034"),
        (2.50, "number", "2.5"),
        (100.0, "number", "100"),
        (-0.25, "number", "−0.25"),
        (True, "number", "yes"),
        ("text", "money", "text"),
        (pd.Timestamp("2025-12-31"), "date", "2025-12-31"),
    ],
)
def test_values_in_their_units(value, unit, text):
    assert format_value(value, unit) == text


def test_an_interval_stands_with_its_value():
    table = pd.DataFrame({"nrr": [1.05, None], "nrr_low": [1.0, None], "nrr_high": [1.1, None]})
    assert format_table(table)["NRR"].tolist() == ["105.0 % [100.0 %, 110.0 %]", "–"]


def test_a_segment_called_high_is_no_bound():
    table = pd.DataFrame({"tier": ["a"], "Risk": [1], "Risk_high": [2]})
    assert format_table(table).shape == (1, 3)
    page = BeautifulSoup(table_to_html(table), "html.parser")
    assert [cell.text for cell in page.find_all("th", scope="col")] == ["Tier", "Risk", "Risk_high"]


def test_two_columns_of_one_label_are_both_shown():
    shown = format_table(pd.DataFrame({"members": [1], "n": [2]}))
    assert shown.columns.tolist() == ["Members", "n"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4), st.sampled_from(HOSTILE))
def test_a_table_shows_hostile_words_and_nothing_else(cells, header):
    table = pd.DataFrame({header: pd.array(cells, dtype="str"), "n": range(len(cells))})
    page = BeautifulSoup(table_to_html(table, caption=header, file_name=header), "html.parser")
    assert {tag.name for tag in page.find_all()} <= {
        "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "a"
    }  # fmt: skip
    shown = [cell.get_text() for cell in page.find_all("th", scope="row")]
    assert [text.split() for text in shown] == [cell.split() for cell in cells]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(HOSTILE), st.floats(-5, 5)), min_size=1, max_size=5))
def test_a_csv_holds_no_formula_and_keeps_numbers(rows):
    table = pd.DataFrame(rows, columns=["=name", "value"]).astype({"=name": "str"})
    read = list(csv.reader(io.StringIO(table_to_csv(table), newline="")))
    assert read[0] == ["'=name", "value"]
    for (text, number), (cell, value) in zip(rows, read[1:], strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.removeprefix("'") == text
        assert float(value) == number


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_a_neutral_text_stays_as_it_is_and_no_other_begins_a_formula(text):
    shown = neutralise_formula(text)
    assert shown.removeprefix("'") == text.removeprefix("'") or shown == text
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_rows_left_out_are_counted_and_in_the_csv():
    page = table_to_html(pd.DataFrame({"n": range(5)}), max_rows=3, file_name="x")
    assert "3 of 5 rows." in page
    assert page.count("<tr>") == 4


def test_numbers_stand_to_the_right_and_words_to_the_left():
    page = BeautifulSoup(table_to_html(pd.DataFrame({"tier": ["a"], "n": [1], "why": ["x"]})), "html.parser")
    assert [cell.get("class") for cell in page.find_all("td")] == [["num"], None]


def test_lists_and_counts_of_words():
    assert join_words([]) == ""
    assert join_words(["a", "b"], last="or") == "a or b"
    assert count_words(1000, "class", "classes") == "1,000 classes"


def test_a_sign_belongs_to_its_currency():
    assert [format_money(5, code) for code in ("USD", "EUR", "CHF", "")] == ["$5", "€5", "CHF 5", "5"]


def test_escaping_is_done_once():
    page = table_to_html(pd.DataFrame({"name": ["a & b"]}), caption="c & d")
    assert html.escape("a & b") in page
    assert "&amp;amp;" not in page
