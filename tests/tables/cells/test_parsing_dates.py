from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.cells.parsing_dates import parse_dates, weigh_orders

AS_OF = date(2025, 12, 31)
DAYS = st.dates(date(1930, 1, 1), date(2030, 12, 31))


def parse(text, **orders):
    return parse_dates(pa.array([text], pa.large_string()), orders=orders, as_of=AS_OF).values[0].item()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-04", date(2025, 3, 4)),
        ("2025/3/4", date(2025, 3, 4)),
        ("20250304", date(2025, 3, 4)),
        ("2013-07-13T20:00:00-04:00", date(2013, 7, 13)),
        ("2013-07-13T23:59:59Z", date(2013, 7, 13)),
        ("2021-04-01 00:00:00", date(2021, 4, 1)),
        ("2021-04-01 11:30 PM", date(2021, 4, 1)),
        ("4 March 2025", date(2025, 3, 4)),
        ("4th of March, 2025", date(2025, 3, 4)),
        ("Mar 4, 2025", date(2025, 3, 4)),
        ("04-Mar-25", date(2025, 3, 4)),
        ("Tuesday, March 4, 2025", date(2025, 3, 4)),
        ("4. März 2025", date(2025, 3, 4)),
        ("4 février 2025", date(2025, 2, 4)),
        ("45720", date(2025, 3, 4)),
        ("45720.75", date(2025, 3, 4)),
        ("2025-03", date(2025, 3, 1)),
        ("Mar 2025", date(2025, 3, 1)),
        ("1998", date(1998, 1, 1)),
        ("05/05/2025", date(2025, 5, 5)),
    ],
)
def test_days_that_leave_no_choice(text, day):
    assert parse(text) == day


@pytest.mark.parametrize(
    "text", ["31/02/2025", "2025-13-01", "2025-02-30", "soon", "12", "13/13/2025", "4 Foo 2025", "99999999"]
)
def test_what_is_no_day(text):
    parsed = parse_dates(pa.array([text], pa.large_string()), orders={"/": "day_first"}, as_of=AS_OF)
    assert np.isnat(parsed.values[0])
    assert parsed.unreadable[0]


@pytest.mark.parametrize("text", ["1900-01-01", "01/01/1900", "0000-00-00", "00/00/0000", "1899-12-30"])
def test_days_that_stand_for_none(text):
    parsed = parse_dates(pa.array([text], pa.large_string()), orders={"/": "day_first"}, as_of=AS_OF)
    assert np.isnat(parsed.values[0])
    assert not parsed.unreadable[0]


@given(DAYS, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %B %Y", "%B %d, %Y"]))
def test_every_day_in_every_writing(day, written):
    order = "month_first" if written.startswith("%m") else "day_first"
    assert parse(day.strftime(written), **{"/": order, ".": order, "-": order}) == day


@given(DAYS)
def test_spreadsheet_day_numbers(day):
    assert parse(str((day - date(1899, 12, 30)).days)) == day


@given(st.dates(date(1936, 1, 1), date(2035, 12, 31)))
def test_two_digit_years_end_ten_years_after_as_of(day):
    assert parse(day.strftime("%d/%m/%y"), **{"/": "day_first"}) == day


def test_an_undecided_order_reads_only_what_leaves_no_choice():
    assert parse("03/04/2025") is None
    assert parse("03/04/2025", **{"/": "day_first"}) == date(2025, 4, 3)
    assert parse("03/04/2025", **{"/": "month_first"}) == date(2025, 3, 4)
    assert parse("25/04/03", **{"/": "year_first"}) == date(2025, 4, 3)


def test_evidence_is_kept_apart_by_separator():
    texts = pa.array(["13/02/2015", "03/04/2012", "02-28-2015", "05/05/2025"], pa.large_string())
    found = weigh_orders(texts)
    assert (found["/"].n_day_first, found["/"].n_month_first, found["/"].n_either) == (1, 0, 1)
    assert (found["-"].n_day_first, found["-"].n_month_first) == (0, 1)


@given(st.lists(st.text(max_size=20)))
def test_no_text_breaks_it(texts):
    texts = sorted(set(texts))
    parsed = parse_dates(pa.array(texts, pa.large_string()), orders={"/": "day_first"}, as_of=AS_OF)
    inside = parsed.values[~np.isnat(parsed.values)]
    assert ((inside >= np.datetime64("1800-01-01")) & (inside < np.datetime64("2200-01-01"))).all()
