"""What was known then: whatever an export says of later days changes nothing."""

from datetime import date

import pandas as pd
import pytest

from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import past_quarter_ends
from axlib.tables.known_then import keep_known
from axlib.tables.reading import read_tables
from tests.tables.engagements import write_engagement

MEMBERS = """member_id,joined_on,status,annual_dues,guidance_need
a,2020-01-01,{a},{dues},1
b,2020-01-01,active,100,2
"""
TERMS = """member_id,starts_on,ends_on,amount,paid_on
a,2024-01-01,2024-12-31,100,2024-01-05
b,2024-01-01,2024-12-31,100,{paid}
"""
TOUCHES = """member_id,at,mode
a,2024-05-01,sync
"""
LATER = {
    "members": "c,2025-03-01,active,100,3\n",
    "terms": "a,2025-01-01,2025-12-31,150,2025-01-04\nc,2025-03-01,2026-02-28,100,\n",
    "touches": "a,2025-02-01,async\nc,2025-03-02,sync\n",
}
THEN = date(2024, 12, 31)


def known(folder, *, later, a="active", dues="100", paid="2024-02-01"):
    folder.mkdir()
    files = {"members": MEMBERS.format(a=a, dues=dues), "terms": TERMS.format(paid=paid), "touches": TOUCHES}
    if later:
        files = {name: text + LATER[name] for name, text in files.items()}
    engagement = write_engagement(folder, {f"{name}.csv": text for name, text in files.items()})
    return keep_known(clean_tables(read_tables(engagement)), on=THEN)


def test_the_future_changes_nothing(tmp_path):
    now = known(tmp_path / "now", later=False)
    later = known(tmp_path / "later", later=True, a="lapsed", dues="150")
    for name in ("members", "terms", "touches"):
        pd.testing.assert_frame_equal(getattr(later, name), getattr(now, name), obj=name)


def test_what_was_left_out_is_stated(tmp_path):
    stated = known(tmp_path / "later", later=True, paid="2025-02-01").decisions.set_index(["table", "column"])
    assert stated.loc[("terms", "starts_on"), "evidence"].tolist()[-1] == "2 rows"
    assert stated.loc[("touches", "at"), "evidence"].tolist()[-1] == "2 rows"
    assert stated.loc[("terms", "paid_on"), "evidence"].tolist()[-1] == "1 row"
    assert "as of the export" in stated.loc[("members", "status"), "decision"].tolist()[-1]


def test_a_payment_of_later_had_not_come_in(tmp_path):
    terms = known(tmp_path / "later", later=True, paid="2025-02-01").terms.set_index("member_id")
    assert pd.isna(terms.loc["b", "paid_on"]) and terms.loc["a", "paid_on"] == pd.Timestamp("2024-01-05")


def test_nothing_given_is_changed(tmp_path):
    (tmp_path / "x").mkdir()
    engagement = write_engagement(tmp_path / "x", {"members.csv": MEMBERS.format(a="active", dues="100")})
    clean = clean_tables(read_tables(engagement))
    before = clean.members.copy()
    assert keep_known(clean, on=date(2019, 1, 1)).members.empty
    pd.testing.assert_frame_equal(clean.members, before)
    # Without terms nothing tells statuses better.
    assert keep_known(clean, on=THEN).members["status"].tolist() == ["active", "active"]


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2025-12-31", ["2025-06-30", "2025-09-30"]),
        ("2026-01-01", ["2025-09-30", "2025-12-31"]),
        ("2025-02-28", ["2024-09-30", "2024-12-31"]),
    ],
)
def test_past_quarters(day, ends):
    assert [str(end) for end in past_quarter_ends(date.fromisoformat(day), n=2)] == ends
