import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.cells.parsing_numbers import decide_decimal, parse_numbers, weigh_decimals


def parse(text, decimal="."):
    return parse_numbers(pa.array([text], pa.large_string()), decimal=decimal).values[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2k", 1200),
        ("(1,234.50)", -1234.5),
        ("€ 1.234,50", 1234.5),
        ("$1,234", 1234),
        ("1 234,50 €", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1'234.50 CHF", 1234.5),
        ("USD 900", 900),
        ("-$5.00", -5),
        ("$-5.00", -5),
        ("−12", -12),
        ("12-", -12),
        ("1,23,456.78", 123456.78),
        ("2.5m", 2.5e6),
        ("50 %", 0.5),
        ("1e3", 1000),
        (".5", 0.5),
        ("1,5", 1.5),
        ("0,125", 0.125),
        ("1.234.567", 1234567),
        ("£1,000.00", 1000),
    ],
)
def test_amounts_as_people_write_them(text, value):
    assert parse(text) == pytest.approx(value, abs=0)


@pytest.mark.parametrize("text", ["abc", "$", "12 months", "1-2", "1,2,3", "3/4", "$60K - $80K", "--", "=1+1", "1.2.3"])
def test_what_is_no_amount(text):
    assert np.isnan(parse(text))


@given(st.integers(-(10**11), 10**11), st.sampled_from(["plain", "point", "comma", "space", "bracket"]))
def test_cents_survive_every_way_of_writing(cents, style):
    whole, part = divmod(abs(cents), 100)
    grouped = f"{whole:,}"
    text = {
        "plain": f"{whole}.{part:02d}",
        "point": f"${grouped}.{part:02d}",
        "comma": f"{grouped.replace(',', '.')},{part:02d} €",
        "space": f"{grouped.replace(',', ' ')},{part:02d}",
        "bracket": f"({grouped}.{part:02d})",
    }[style]
    sign = -1 if style == "bracket" or cents < 0 else 1
    text = f"-{text}" if cents < 0 and style != "bracket" else text
    assert parse(text) == sign * abs(cents) / 100


@given(st.lists(st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: repr(round(x, 2))), min_size=1))
def test_plain_numbers_are_read_to_the_bit(texts):
    texts = sorted(set(texts))
    assert parse_numbers(pa.array(texts, pa.large_string()), decimal=".").values.tolist() == [float(t) for t in texts]


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["1,234", "1,234.50"], "."),
        (["1.234", "1.234,50"], ","),
        (["1.234", "2.5"], "."),
        (["1,234", "2,5"], ","),
        (["1,234", "5,678", "900"], "."),
        (["1.234", "5.678"], None),
        (["1.234", "2.5", "2,5"], None),
        (["12", "900"], "."),
    ],
)
def test_the_decimal_sign_is_decided_once_from_all_values(texts, decimal):
    assert decide_decimal(weigh_decimals(pa.array(texts, pa.large_string())))[0] == decimal


def test_a_declared_decimal_sign_wins():
    assert decide_decimal(weigh_decimals(pa.array(["1.234"], pa.large_string())), declared=",")[0] == ","
    assert parse("1.234", ",") == 1234
    assert parse("1.234", ".") == 1.234
