import numpy as np
import pandas as pd
import pytest

from axlib.numbers.encoding import encode_attributes, encode_like
from axlib.words.errors import DataError


def problems_of(table, kinds):
    with pytest.raises(DataError) as caught:
        encode_attributes(table, kinds=kinds)
    return caught.value.problems


def test_distinct_rows_give_back_the_table():
    table = pd.DataFrame(
        {
            "staff": [3.0, np.nan, 3.0, 8.0, np.nan],
            "need": [0, 4, 0, 2, 4],
            "mode": ["call", None, "call", "mail", None],
        }
    )
    kinds = {"staff": "numeric", "need": "ordinal", "mode": "categorical"}
    encoded = encode_attributes(table, kinds=kinds)
    assert (encoded.n_members, encoded.n_distinct) == (5, 3)
    rows = encoded.row_of_member
    np.testing.assert_array_equal(encoded.observed[0, rows], table["staff"].notna())
    assert encoded.weights[rows].tolist() == [2, 2, 2, 1, 2]
    need, mode = encoded.encoding.coded
    assert need.levels == (0, 2, 4)
    assert mode.levels == ("call", "mail")
    assert [need.levels[code] for code in encoded.codes[0, rows]] == table["need"].tolist()
    assert encoded.codes[1, rows].tolist() == [0, -1, 0, 1, -1]


def test_numbers_are_standardised_over_members_not_over_distinct_rows():
    table = pd.DataFrame({"x": [1.0, 1.0, 1.0, 2.0, 4.0, np.nan]})
    encoded = encode_attributes(table, kinds={"x": "numeric"})
    x = encoded.numbers[0, encoded.row_of_member[:5]]
    np.testing.assert_allclose([x.mean(), x.std()], [0, 1], atol=1e-12)


def test_row_order_changes_neither_rows_nor_transforms():
    rng = np.random.default_rng(sum(map(ord, "order")))
    table = pd.DataFrame({"x": np.exp(rng.normal(size=90)), "m": rng.choice(["a", "b"], 90)})
    kinds = {"x": "numeric", "m": "categorical"}
    order = rng.permutation(90)
    first, second = encode_attributes(table, kinds=kinds), encode_attributes(table.iloc[order], kinds=kinds)
    assert first.encoding == second.encoding
    assert (first.numbers == second.numbers).all()
    assert (first.row_of_member[order] == second.row_of_member).all()
    assert first.log_slope == second.log_slope


def test_the_table_is_left_alone():
    table = pd.DataFrame({"x": [1.0, 2.0, np.nan], "m": ["a", None, "b"]})
    before = table.copy(deep=True)
    encode_attributes(table, kinds={"x": "numeric", "m": "categorical"})
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([True, False, None, True], dtype="boolean"),
        pd.Series([1, 0, None, 1], dtype="Int64"),
        pd.Series([1.0, 0.0, np.nan, 1.0]),
        pd.Series(["1", "0", None, "1"], dtype="string"),
        pd.Series(["1", "0", None, "1"], dtype="category"),
        pd.Series(["1", "0", None, "1"], dtype=object),
    ],
    ids=str,
)
def test_every_way_to_hold_a_category_is_read(column):
    encoded = encode_attributes(pd.DataFrame({"c": column}), kinds={"c": "categorical"})
    assert encoded.codes[0, encoded.row_of_member].tolist() == [1, 0, -1, 1]


def test_an_ordered_categorical_keeps_its_order():
    column = pd.Series(pd.Categorical(["low", "high", "low"], categories=["low", "middle", "high"], ordered=True))
    encoded = encode_attributes(pd.DataFrame({"need": column}), kinds={"need": "ordinal"})
    assert encoded.encoding.attributes[0].levels == ("low", "high")


def test_constant_attributes_stay_out_of_the_model_and_are_named():
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "same": [5.0, np.nan, 5.0], "mode": ["a", "a", None]})
    encoded = encode_attributes(table, kinds={"x": "numeric", "same": "numeric", "mode": "categorical"})
    assert [a.name for a in encoded.encoding.attributes if a.constant] == ["same", "mode"]
    assert len(encoded.numbers) == 1
    assert len(encoded.codes) == 0


def test_all_problems_come_at_once():
    table = pd.DataFrame(
        {
            "empty": [np.nan] * 3,
            "typed": ["1,5", "2", None],
            "ranked": ["low", "high", "low"],
            "huge": [1.0, np.inf, -np.inf],
            "when": pd.to_datetime(["2024-01-01"] * 3),
        }
    )
    kinds = {"empty": "numeric", "typed": "numeric", "ranked": "ordinal", "huge": "numeric", "when": "numeric"}
    found = problems_of(table, kinds)
    assert len(found) == 5
    assert found[0] == "encode_attributes: 'empty' is missing for every member. Leave it out."
    assert "declared numeric but holds text such as '1,5'" in found[1]
    assert "an ordered pandas categorical" in found[2]
    assert "holds 2 infinite values" in found[3]
    assert "holds dates" in found[4]


def test_unknown_columns_and_kinds_are_named_with_a_suggestion():
    table = pd.DataFrame({"guidance_need": [1, 2]})
    found = problems_of(table, {"guidance_ned": "ordinal", "guidance_need": "ordinl"})
    assert "Did you mean 'guidance_need'?" in found[0]
    assert "must be one of numeric, ordinal, categorical. Got 'ordinl'." in found[1]


def test_two_columns_of_one_name_are_refused():
    table = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])
    assert "2 columns are called 'x'" in problems_of(table, {"x": "numeric"})[0]


def test_five_hundred_categories_are_refused():
    table = pd.DataFrame({"city": [f"city {i % 500}" for i in range(2000)]})
    assert "has 500 levels, more than 60. Group the rare ones" in problems_of(table, {"city": "categorical"})[0]


def test_nothing_to_tell_apart_is_refused():
    assert "no attributes given" in problems_of(pd.DataFrame({"x": [1, 2]}), {})[0]
    assert "1 members" in problems_of(pd.DataFrame({"x": [1.0]}), {"x": "numeric"})[0]
    assert "no attribute varies" in problems_of(pd.DataFrame({"x": [1.0, 1.0]}), {"x": "numeric"})[0]


def test_new_rows_are_read_as_the_old_ones_were():
    rng = np.random.default_rng(sum(map(ord, "again")))
    table = pd.DataFrame({"hours": np.exp(rng.normal(size=80)), "need": rng.integers(0, 5, 80)})
    encoded = encode_attributes(table, kinds={"hours": "numeric", "need": "ordinal"})
    again = encode_like(table.iloc[:7], encoded.encoding)
    here, there = encoded.row_of_member[:7], again.row_of_member
    assert (encoded.numbers[:, here] == again.numbers[:, there]).all()
    assert (encoded.codes[:, here] == again.codes[:, there]).all()
    assert again.unseen == {}


def test_new_rows_may_lack_whole_columns_hold_new_levels_and_be_one():
    table = pd.DataFrame({"hours": [0.0, 1.0, 9.0], "mode": ["a", "b", "a"]})
    encoding = encode_attributes(table, kinds={"hours": "numeric", "mode": "categorical"}).encoding
    one = encode_like(pd.DataFrame({"hours": [None], "mode": ["z"]}), encoding)
    assert one.unseen == {"mode": 1}
    assert not one.answered.any()
    with pytest.raises(DataError, match="no column 'mode'"):
        encode_like(pd.DataFrame({"hours": [1.0]}), encoding)
