import numpy as np
import pandas as pd

from axlib.numbers.list_conditions import MOST_LEVELS, propose_conditions
from axlib.numbers.rules import apply_rule, parse_rule

TABLE = pd.DataFrame(
    {
        "need": [0.0, 1.0, 3.0, np.nan] * 25,
        "staff": np.exp(np.linspace(0, 7, 100)),
        "mode": ["live", "async", None, "self_serve"] * 25,
        "twin": ["yes", "no"] * 50,
        "flat": [2.0, 2.0, np.nan, 2.0] * 25,
    }
).astype({"mode": "str", "twin": "str"})
KINDS = {"need": "ordinal", "staff": "numeric", "mode": "categorical", "twin": "categorical", "flat": "ordinal"}


def test_every_condition_is_a_rule_that_parts_members():
    for text in propose_conditions(TABLE, kinds=KINDS):
        verdict = apply_rule(parse_rule(text), TABLE)
        assert 0 < verdict.holds.sum() < verdict.holds.sum() + verdict.fails.sum()


def test_cuts_come_from_both_sides_and_are_complements():
    texts = propose_conditions(TABLE, kinds=KINDS)
    for first, second in zip(texts[::2], texts[1::2], strict=True):
        one, other = (apply_rule(parse_rule(text), TABLE) for text in (first, second))
        np.testing.assert_array_equal(one.holds, other.fails)


def test_cuts_are_round_and_declared_ones_are_there():
    texts = propose_conditions(TABLE[["staff"]], kinds={"staff": "numeric"}, edges={"staff": (5.0, 33.3)})
    cuts = sorted({float(text.split()[-1]) for text in texts})
    assert {5.0, 33.3} <= set(cuts)
    assert all(float(f"{cut:.2g}") == cut for cut in cuts if cut != 33.3)


def test_of_two_categories_one_says_it_all_and_what_does_not_vary_says_nothing():
    texts = propose_conditions(TABLE, kinds=KINDS)
    assert [text for text in texts if text.startswith("twin")] == ["twin == 'no'", "twin != 'no'"]
    assert not any(text.startswith("flat") for text in texts)


def test_of_many_categories_the_most_frequent_are_tried():
    many = pd.DataFrame({"place": pd.Series([f"p{i:02d}" for i in range(20) for _ in range(i + 1)], dtype="str")})
    texts = propose_conditions(many, kinds={"place": "categorical"})
    assert {text.split()[-1] for text in texts} == {f"'p{i}'" for i in range(20 - MOST_LEVELS, 20)}


def test_order_of_rows_changes_nothing():
    mixed = TABLE.sample(frac=1, random_state=1)
    assert propose_conditions(mixed, kinds=KINDS) == propose_conditions(TABLE, kinds=KINDS)


def test_quotes_in_a_category_stay_a_rule():
    odd = pd.DataFrame({"mode": pd.Series(["member's", 'the "club"', "plain"] * 3, dtype="str")})
    for text in propose_conditions(odd, kinds={"mode": "categorical"}):
        assert apply_rule(parse_rule(text), odd).holds.any()
