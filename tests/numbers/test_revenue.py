from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.revenue import revenue_on

DAY = date(2025, 6, 30)
terms = st.lists(
    st.fixed_dictionaries(
        {
            "member_id": st.sampled_from("abc"),
            "starts_on": st.integers(-500, 60),
            "days": st.integers(0, 500),
            "annual_amount": st.integers(0, 900).map(float),
            "kind": st.sampled_from(["dues", "dues", "recurring", "one_off"]),
        }
    ),
    max_size=8,
)


def as_table(rows):
    starts = [DAY + timedelta(row["starts_on"]) for row in rows]
    return pd.DataFrame(
        {
            "member_id": pd.array([row["member_id"] for row in rows], dtype="str"),
            "starts_on": pd.to_datetime(pd.Series(starts, dtype="datetime64[s]")),
            "ends_on": pd.Series(
                [start + timedelta(row["days"]) for start, row in zip(starts, rows, strict=True)], dtype="datetime64[s]"
            ),
            "annual_amount": pd.Series([row["annual_amount"] for row in rows], dtype=float),
            "kind": pd.array([row["kind"] for row in rows], dtype="str"),
        }
    )


def by_hand(rows, grace):
    """Member by member, in days from the day asked for."""
    revenue = {}
    for member in sorted({row["member_id"] for row in rows}):
        begun = [row for row in rows if row["member_id"] == member and row["starts_on"] <= 0]
        dues = [row for row in begun if row["kind"] == "dues" and row["starts_on"] + row["days"] >= -grace]
        if not dues:
            continue
        last = min(0, max(row["starts_on"] + row["days"] for row in dues))
        paid = sum(row["annual_amount"] for row in dues if row["starts_on"] + row["days"] >= last)
        extra = [row for row in begun if row["kind"] == "recurring" and row["starts_on"] + row["days"] >= 0]
        revenue[member] = paid + sum(row["annual_amount"] for row in extra)
    return revenue


@settings(max_examples=30, deadline=None)
@given(terms, st.integers(0, 90))
def test_revenue_of_a_day_member_by_member(rows, grace):
    result = revenue_on(as_table(rows), DAY, grace_days=grace)
    assert result["revenue"].to_dict() == pytest.approx(by_hand(rows, grace))


@settings(max_examples=30, deadline=None)
@given(terms, st.randoms(use_true_random=False))
def test_the_order_of_terms_changes_nothing(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (revenue_on(as_table(each), DAY, grace_days=30).sort_index() for each in (rows, shuffled))
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=30, deadline=None)
@given(terms)
def test_terms_are_not_changed(rows):
    table = as_table(rows)
    before = table.copy(deep=True)
    revenue_on(table, DAY, grace_days=30)
    pd.testing.assert_frame_equal(table, before)


def test_who_counts_by_grace_alone_is_marked():
    rows = [
        {"member_id": "a", "starts_on": -364, "days": 354, "annual_amount": 100.0, "kind": "dues"},
        {"member_id": "b", "starts_on": -364, "days": 364, "annual_amount": 100.0, "kind": "dues"},
    ]
    assert revenue_on(as_table(rows), DAY, grace_days=10)["in_grace"].to_dict() == {"a": True, "b": False}
    assert revenue_on(as_table(rows), DAY, grace_days=9).index.tolist() == ["b"]
