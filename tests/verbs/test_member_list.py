import dataclasses

from axlib.verbs.member_list import list_members
from axlib.words.results import Unavailable


def test_every_member_stands_once_with_what_is_said_of_it(small):
    table = list_members(small)
    assert table["member_id"].tolist() == small.clean.members["member_id"].tolist()
    plans = small.plan_segments.table.set_index("member_id")["segment"]
    rows = table.set_index("member_id")
    assert rows["ax_segment"].dropna().to_dict() == plans.to_dict()
    assert rows.loc["m000", ["name", "status", "service_gap"]].notna().all()
    assert rows["ax_segment"].isna().sum() == 6


def test_without_results_members_are_still_listed(small):
    gone = dict.fromkeys(("tiers", "plan_segments", "classes", "service_gap"), Unavailable("x", "y."))
    table = list_members(dataclasses.replace(small, **gone))
    assert len(table) == 30
    assert "ax_segment" not in table


def test_tables_are_not_changed(small):
    before = small.clean.members.copy(deep=True)
    list_members(small)
    assert before.equals(small.clean.members)
