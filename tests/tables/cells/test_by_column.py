"""Side by side or one after the other: the same, in the same order, errors included."""

import threading

import pytest

from axlib.tables.cells.by_column import LONG_TABLE, work_by_column


@pytest.mark.parametrize("n_rows", [0, LONG_TABLE - 1, LONG_TABLE, 10 * LONG_TABLE])
def test_results_come_in_the_order_of_the_columns(n_rows):
    columns = [f"c{at}" for at in range(40)]
    assert list(work_by_column(str.upper, columns, n_rows=n_rows)) == [name.upper() for name in columns]


def test_short_tables_start_no_thread():
    names = set(work_by_column(lambda _: threading.current_thread().name, ["a", "b"], n_rows=10))
    assert names == {threading.current_thread().name}


@pytest.mark.parametrize("n_rows", [10, LONG_TABLE])
def test_an_error_in_one_column_is_raised(n_rows):
    with pytest.raises(ValueError, match="invalid literal"):
        list(work_by_column(int, ["1", "x"], n_rows=n_rows))
