import pytest

from axlib.tables.files.header_rows import Header, find_header, find_second_table, join_header

BODY = [["1", "Acme", "2024-01-05"], ["2", "Beta", "2024-02-05"], ["3", "Gamma", "2024-03-05"]]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["id", "name"], ["1", "Acme"]], Header(0, 1)),
        ([["Members as of May", ""], ["", ""], ["id", "name"], ["1", "Acme"]], Header(2, 1)),
        ([["name"], ["Acme"]], Header(0, 1)),
        ([["2024", "2025"], ["id", "name"], ["1", "2"]], Header(1, 1)),
        ([["id", "name", "day"], *BODY], Header(0, 1)),
        (BODY + BODY, Header(0, 0)),
        ([["id", "name", "day"], ["no.", "full", "joined"], *BODY], Header(0, 2)),
        ([["id", "2023", "2024"], ["a", "1", "2"], ["b", "3", "4"], ["c", "5", "6"]], Header(0, 1)),
    ],
)
def test_where_the_header_stands(rows, header):
    assert find_header(rows) == header


def test_a_row_that_describes_the_columns_is_no_header():
    described = [
        "Number by which the member is known to the association",
        "Its name",
        "Day on which the member joined us first",
    ]
    assert find_header([["id", "name", "day"], described, *BODY]) == Header(0, 1)


def test_words_of_several_header_rows_are_joined():
    assert join_header([["id", "name"], ["no.", ""], ["1", "Acme"]], Header(0, 2)) == ["id no.", "name"]


def test_the_same_header_again_is_no_other_table():
    names = ["id", "name", "day"]
    assert find_second_table([*BODY, names, *BODY], names) is None
    assert find_second_table([*BODY, ["id", "name"], ["9", "Zeta"], ["8", "Eta"]], names) == 3
