from datetime import date

import pandas as pd
import pytest

from axlib.verbs.rollout_panel import follow_units, read_rollout
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.spec.ascii_tables import read_table

MEMBERS = pd.DataFrame(
    {
        "member_id": pd.array(["a", "b", "c", "d"], dtype="str"),
        "chapter": pd.array(["North", "North", "South", None], dtype="str"),
        "staff_id": pd.array(["ann", "ann", "bo", "bo"], dtype="str"),
        "since": pd.array(["2025-04-01", "2025-04-01", None, None], dtype="str"),
    }
)


def test_days_are_those_of_units():
    found = read_rollout(MEMBERS, "since by chapter")
    assert found.unit == "chapter" and found.units.to_dict() == {"a": "North", "b": "North", "c": "South"}
    assert found.days["North"] == pd.Timestamp("2025-04-01") and pd.isna(found.days["South"])
    assert read_rollout(MEMBERS, "since").unit == "staff_id"


@pytest.mark.parametrize("days", [["2025-04-01", None], ["2025-04-01", "2025-05-01"]])
def test_single_members_who_were_chosen_had_to_stay_to_be_chosen(days):
    refused = read_rollout(MEMBERS.assign(since=pd.array([*days, None, None], dtype="str")), "since by chapter")
    assert isinstance(refused, Unavailable) and "those who had left could not be" in refused.why


@pytest.mark.parametrize(
    ("declared", "says"),
    [("when by chapter", "'when'"), ("since by club", "'club'"), ("chapter", "'North', which is no day")],
)
def test_what_is_no_column_or_no_day_is_refused(declared, says):
    with pytest.raises(ConfigurationError, match=says):
        read_rollout(MEMBERS, declared)


TERMS = read_table("""
member_id  starts_on   ends_on     annual_amount
a          2023-01-01  2025-12-31  100
b          2023-01-01  2025-05-31  100
c          2023-01-01  2025-12-31  100
d          2023-01-01  2025-12-31  100
""").assign(kind="dues")


def test_members_are_counted_at_the_beginning_and_who_is_gone_at_the_end_of_each_quarter():
    panel = follow_units(TERMS, read_rollout(MEMBERS, "since by chapter"), until=date(2025, 12, 31), grace_days=0)
    north = panel[panel["unit"] == "North"].set_index("period")
    quarter = pd.Timestamp("2025-04-01")
    assert north.loc[quarter, ["churn", "n"]].tolist() == [0.5, 2]
    assert north["n"].tolist()[-2:] == [1, 1] and north["churn"].sum() == 0.5
    # The ledger begins in January 2023: from then on a year, quarters count.
    assert panel["period"].min() == pd.Timestamp("2024-04-01")
    assert set(panel["unit"]) == {"North", "South"}


def test_a_young_ledger_is_refused():
    young = TERMS.assign(starts_on=pd.Timestamp("2024-10-01"))
    refused = follow_units(young, read_rollout(MEMBERS, "since"), until=date(2025, 12, 31), grace_days=0)
    assert isinstance(refused, Unavailable)
