import pandas as pd
import pytest

from axlib.tables.recognition.weighing_headers import propose_columns

MANY = [str(at) for at in range(40)]
DAYS = [f"2020-{at % 12 + 1:02d}-{at % 28 + 1:02d}" for at in range(40)]


def propose(table, key="", **columns):
    found = propose_columns(table, pd.DataFrame(columns, dtype="str"), key=key)
    return {proposal.column: (proposal.header, proposal.confidence) for proposal in found}


@pytest.mark.parametrize(
    ("header", "column"),
    [("Joined.Group.on", "joined_on"), ("churn_date", "lapsed_on"), ("Membership expiry", "expires_on")],
)
def test_days_go_by_what_their_header_speaks_of(header, column):
    assert propose("members", **{"Member ID": MANY, header: DAYS})[column] == (header, 0.85)
    # The same header over words that are no days is not proposed.
    assert column not in propose("members", **{"Member ID": MANY, header: ["by post", "no"] * 20})


@pytest.mark.parametrize("header", ["Call Id", "Payment Check/Reference Number", "Invoice No", "Home Phone Number"])
def test_the_number_of_an_event_is_no_key_of_members(header):
    assert propose("members", **{header: MANY}) == {}


def test_a_column_named_like_a_key_is_one_only_where_few_values_repeat():
    assert propose("members", Chapter_ID=MANY)["member_id"] == ("Chapter_ID", 0.8)
    assert "member_id" not in propose("members", Chapter_ID=["1", "2"] * 20)
    # One row shows nothing of repeating.
    assert "member_id" not in propose("members", Chapter_ID=["1"])


def test_of_two_keys_the_one_without_repeats():
    found = propose("members", AccountId=["1", "2"] * 20, id=MANY)
    assert found["member_id"] == ("id", 0.95)


def test_other_tables_name_the_member_as_the_members_do():
    assert propose("touches", key="Firm", Firm=MANY, submitted_at=DAYS) == {
        "member_id": ("Firm", 0.95),
        "at": ("submitted_at", 0.6),
    }
    assert "member_id" not in propose("touches", Firm=MANY)
