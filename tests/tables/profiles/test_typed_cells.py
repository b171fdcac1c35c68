"""Days written as text: which are read, and the true reason why one is not."""

from datetime import date

import pandas as pd
import pytest

from axlib.tables.profiles.typed_cells import decide_orders, read_days


def read(*texts):
    cells = pd.Series(texts, dtype="str")
    orders, told = decide_orders(cells)
    return read_days(cells, orders=orders, as_of=date(2025, 12, 31)), told


@pytest.mark.parametrize("text", ["31.02.2026", "31/04/2026", "29.02.2025", "02/31/2026", "2026-13-01", "2026-02-30"])
def test_a_day_that_no_calendar_has_decides_nothing_and_is_said_to_be_none(text):
    column, told = read(text)
    assert column.wrong.tolist() == ["is a day that no calendar has"]
    assert told == ""


def test_such_a_day_leaves_the_others_as_they_were():
    column, told = read("31.02.2026", "03.04.2026", "29.02.2024")
    assert column.values.tolist() == ["", "2026-04-03", "2024-02-29"]
    assert told == "days written as text with '.' are read day first, as 29.02.2024 must be"


def test_a_day_that_could_be_either_is_asked_about_and_one_against_the_order_is_named():
    assert read("03/04/2026")[0].wrong.tolist() == ["may be day first or month first, and no other day says which"]
    both = read("12/31/2026", "30/11/2025")[0].wrong.tolist()
    assert both == ["may be day first or month first, and no other day says which"] * 2
    column = read_days(pd.Series(["12/31/2026"], dtype="str"), orders={"/": "day_first"}, as_of=date(2025, 12, 31))
    assert column.wrong.tolist() == ["is no day when read day first, as the other days are"]
    assert read("soon")[0].wrong.tolist() == ["is no day"]
