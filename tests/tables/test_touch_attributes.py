"""What is derived from contacts knows nothing of the day it is derived for, nor of anything later."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.tables.attributes import collect_attributes
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.tables.touch_attributes import DERIVED, derive_from_touches
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

MEMBERS = "Member ID,Joined,Guidance need\na,2020-01-01,1\nb,2020-01-01,2\nc,2025-06-01,3\n"
TOUCHES = (
    "Member,Date,Mode,Initiated by\n"
    "a,2023-12-30,sync,team\na,2024-02-01,async,team\na,2024-02-05,inbound,member\na,2024-03-01,group,team\n"
    "a,2024-03-02,sync,team\na,2024-03-03,inbound,member\na,2024-12-31,sync,team\na,2025-03-01,inbound,member\n"
)
FILES = {"members.csv": MEMBERS, "touches.csv": TOUCHES}
DAY = date(2024, 12, 31)


def named(*names):
    return tuple(AttributeSettings(name=name) for name in names)


def test_counts_shares_and_answers_of_the_twelve_months_before(tmp_path):
    clean = clean_files(tmp_path, FILES)
    found = derive_from_touches(clean.members, clean.touches, until=DAY).table
    assert found.columns.tolist() == list(DERIVED)
    assert found.loc["a"].tolist() == [5, 0.2, 0.2, 0.4, 2.5]
    assert found.loc["b", "touches_12m"] == 0
    assert found.loc["b"].drop("touches_12m").isna().all()
    assert found.loc["c"].isna().all(), "joined later"


def test_they_are_dated_attributes(tmp_path):
    clean = clean_files(tmp_path, FILES)
    found = collect_attributes(clean, attributes=(), until=DAY)
    assert list(found.table.columns) == ["guidance_need", *DERIVED]
    dated = found.sources.set_index("attribute")["dated"]
    assert not dated["guidance_need"]
    assert dated[list(DERIVED)].all()
    assert found.kinds["touches_12m"] == "numeric"


def test_without_a_day_only_by_name_and_before_the_window(tmp_path):
    clean = clean_files(tmp_path, FILES)
    assert list(collect_attributes(clean, attributes=()).table.columns) == ["guidance_need"]
    found = collect_attributes(clean, attributes=named("touches_12m"))
    assert found.table["touches_12m"].tolist()[:2] == [5, 0]
    assert found.sources["source"].tolist() == ["touches of 2023-12-31 until the day before 2024-12-31"]


def test_a_column_of_the_export_goes_first(tmp_path):
    clean = clean_files(tmp_path, {**FILES, "members.csv": "Member ID,touches_12m\na,77\nb,1\nc,2\n"})
    assert collect_attributes(clean, attributes=named("touches_12m"), until=DAY).table["touches_12m"]["a"] == 77


@pytest.mark.parametrize(
    ("files", "day", "sentence"),
    [
        ({"members.csv": MEMBERS}, DAY, "derived from touches, and tables names none"),
        (FILES, date(2020, 1, 1), "touches hold no contact between 2019-01-01 and the day before 2020-01-01"),
    ],
)
def test_refused_where_there_is_nothing_to_derive_from(tmp_path, files, day, sentence):
    clean = clean_files(tmp_path, files)
    with pytest.raises(ConfigurationError) as raised:
        collect_attributes(clean, attributes=named("sync_share", "guidance_need"), until=day)
    assert len(raised.value.problems) == 1
    assert sentence in raised.value.problems[0]


def test_later_contacts_change_nothing():
    rng = np.random.default_rng(sum(map(ord, "later contacts")))
    at = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, 300), unit="D")
    touches = pd.DataFrame(
        {"member_id": rng.choice(list("abc"), 300), "at": at, "mode": rng.choice(["sync", "async", "inbound"], 300)}
    )
    members = pd.DataFrame({"member_id": list("abc")})
    before = derive_from_touches(members, touches[touches["at"] < "2024-12-31"], until=DAY).table
    pd.testing.assert_frame_equal(derive_from_touches(members, touches, until=DAY).table, before)
    mine = touches[(touches["member_id"] == "a") & (touches["at"] < "2024-12-31")]
    assert before.loc["a", "sync_share"] == (mine["mode"] == "sync").mean()
