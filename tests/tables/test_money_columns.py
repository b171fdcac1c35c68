"""Columns that are dues in disguise are refused; columns that merely go with dues are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.tables.money_columns import refuse_money, refuse_twin


def paying(n=300):
    rng = np.random.default_rng(sum(map(ord, "paying")))
    return pd.DataFrame({"annual_dues": np.round(np.exp(rng.normal(6, 1, n)), 2)})


def bands(members, *edges):
    names = np.array(["Gold", "Bronze", "Silver", "Iron"], dtype=object)
    return pd.Series(names[np.digitize(members["annual_dues"], edges)], dtype="str")


@pytest.mark.parametrize("name", ["annual_dues", "Invoice total", "membership fee", "ARR", "lifetime revenue"])
def test_money_by_name(name):
    assert "AX segments must not see what members pay" in refuse_money(name)


@pytest.mark.parametrize(
    "name",
    ["guidance_need", "staff_count", "feedback", "arrival_mode", "PaymentMethod", "PaperlessBilling", "Payment mode"],
)
def test_no_money_by_name(name):
    assert refuse_money(name) == ""


@pytest.mark.parametrize("twist", [np.log, np.sqrt, lambda dues: -3 * dues + 7, lambda dues: np.round(dues / 10)])
def test_a_function_of_dues_that_keeps_their_order(twist):
    members = paying()
    assert "orders members almost as annual_dues does" in refuse_twin(
        "Assets", twist(members["annual_dues"]).astype(float), members
    )


@pytest.mark.parametrize("edges", [(400,), (200, 700), (150, 400, 1000)])
def test_bands_of_dues_whatever_they_are_called(edges):
    members = paying()
    problem = refuse_twin("Level", bands(members, *edges), members)
    assert problem.startswith("attributes: 'Level' is bands of annual_dues: the dues of its values ('Bronze'")
    coded = pd.Series(np.digitize(members["annual_dues"], edges), dtype="float64")
    assert "is bands of annual_dues" in refuse_twin("level_code", coded, members)


def test_bands_with_a_few_exceptions_are_bands():
    members = paying(1000)
    level = bands(members, 400)
    level[[3, 500]] = "Gold"
    assert "is bands of annual_dues" in refuse_twin("Level", level, members)


def test_a_column_that_goes_with_dues_but_overlaps_is_none():
    members = paying()
    rng = np.random.default_rng(1)
    noisy = members.assign(annual_dues=members["annual_dues"] * np.exp(rng.normal(0, 0.5, len(members))))
    assert refuse_twin("size", bands(noisy, 400), members) == ""


def test_a_price_list_is_none():
    # Students pay 50 and firms 500: dues follow the type, which says how a member is served.
    members = pd.DataFrame({"annual_dues": [50.0, 500.0] * 40})
    assert refuse_twin("member_type", pd.Series(["student", "firm"] * 40, dtype="str"), members) == ""


def test_small_levels_and_unknown_dues_are_not_judged():
    members = paying(30)
    few = pd.Series(np.where(members["annual_dues"].rank() > 25, "top", "rest"), dtype="str")
    assert refuse_twin("Level", few, members) == ""
    assert refuse_twin("Level", few, members.drop(columns="annual_dues")) == ""
    assert refuse_twin("Level", few, members.assign(annual_dues=np.nan)) == ""


@given(st.permutations(range(60)))
@settings(max_examples=20, deadline=None)
def test_order_of_members_changes_no_verdict(order):
    members = paying(60)
    level = bands(members, 400)
    turned = refuse_twin("Level", level.iloc[list(order)], members.iloc[list(order)])
    assert turned == refuse_twin("Level", level, members)
