from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.tables.attributes import collect_attributes
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.tables.stage_attributes import NO_STAGE, collect_stage_attributes
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

MEMBERS = (
    "member_id,lifecycle_stage,staff_count,annual_dues\nann,renewal,4,100\nbo,,9,200\ncy,steady,1,300\ndi,,2,400\n"
)
ANSWERS = (
    "member_id,item,value,stage,at\n"
    "ann,guidance_need,4,onboarding,2023-01-01\n"
    "ann,guidance_need,1,renewal,2025-01-01\n"
    "ann,internal_capacity,3,,2024-01-01\n"
    "ann,internal_capacity,0,onboarding,2023-01-01\n"
    "bo,guidance_need,2,onboarding,2023-05-01\n"
    "bo,guidance_need,0,steady,2025-05-01\n"
    "bo,guidance_need,3,steady,2024-05-01\n"
    "cy,guidance_need,3,,2024-01-01\n"
    "cy,internal_capacity,2,first_year,\n"
)
NAMES = ("guidance_need", "internal_capacity", "staff_count")


def collect(folder, names=NAMES, members=MEMBERS, answers=ANSWERS, **options):
    files = {"members.csv": members, **({"answers.csv": answers} if answers else {})}
    clean = clean_files(folder, files)
    return collect_stage_attributes(clean, attributes=tuple(AttributeSettings(name=name) for name in names), **options)


def values(found, column):
    table = found.rows.assign(value=found.attributes.table[column])
    return {(row["member_id"], row["stage"]): row["value"] for row in table.to_dict("records")}


def test_rows_are_stages_asked_about_and_the_current_one(tmp_path):
    rows = collect(tmp_path).rows
    assert rows[["member_id", "stage", "current", "asked"]].to_numpy().tolist() == [
        ["ann", "onboarding", False, True],
        ["ann", "renewal", True, True],
        ["bo", "onboarding", False, True],
        ["bo", "steady", True, True],  # of the latest answer
        ["cy", "first_year", False, True],
        ["cy", "steady", True, False],  # of the member's row
        ["di", NO_STAGE, True, False],
    ]
    assert rows.index.is_unique
    assert rows.groupby("member_id")["current"].sum().eq(1).all()


def test_an_answer_counts_for_its_stage_and_one_without_for_all(tmp_path):
    found = collect(tmp_path)
    need, capacity, staff = (values(found, name) for name in NAMES)
    assert need[("ann", "onboarding")] == 4
    assert need[("ann", "renewal")] == 1
    assert need[("bo", "steady")] == 0  # the later of two
    assert need[("cy", "first_year")] == need[("cy", "steady")] == 3
    assert capacity[("ann", "onboarding")] == 0  # its own before the later one without a stage
    assert capacity[("ann", "renewal")] == 3
    assert np.isnan(capacity[("cy", "steady")])  # not carried over from another stage
    assert {key[0]: value for key, value in staff.items()} == {"ann": 4, "bo": 9, "cy": 1, "di": 2}


def test_before_a_day_only_answers_up_to_it_tell_the_stage(tmp_path):
    found = collect(tmp_path, until=date(2024, 6, 1))
    current = found.rows[found.rows["current"]].set_index("member_id")["stage"]
    assert current.to_dict() == {"ann": "onboarding", "bo": "steady", "cy": "first_year", "di": NO_STAGE}
    assert values(found, "guidance_need")[("bo", "steady")] == 3


def test_without_stages_rows_are_members(tmp_path):
    plain = "\n".join(",".join(line.split(",")[:3]) for line in ANSWERS.splitlines()) + "\n"
    found = collect(tmp_path, answers=plain)
    assert not found.has_stages
    assert found.rows["member_id"].tolist() == ["ann", "bo", "cy", "di"]
    clean = clean_files(tmp_path, {"members.csv": MEMBERS, "answers.csv": plain})
    expected = collect_attributes(clean, attributes=[AttributeSettings(name=name) for name in NAMES])
    plainly = found.attributes.table.reset_index(drop=True)
    pd.testing.assert_frame_equal(plainly, expected.table.reset_index(drop=True))


def test_without_answers_rows_are_members(tmp_path):
    found = collect(tmp_path, names=("staff_count",), answers=None)
    assert not found.has_stages
    assert found.text == "No answer carries a lifecycle stage; 4 members have one row each."
    assert found.attributes.table["staff_count"].tolist() == [4, 9, 1, 2]


def test_contacts_count_for_every_stage_of_a_member(tmp_path):
    touches = "member_id,at,mode\nann,2025-02-01,sync\nann,2025-03-01,async\nbo,2025-04-01,sync\n"
    clean = clean_files(tmp_path, {"members.csv": MEMBERS, "answers.csv": ANSWERS, "touches.csv": touches})
    settings = [AttributeSettings(name=name) for name in ("guidance_need", "touches_12m")]
    found = collect_stage_attributes(clean, attributes=settings, until=date(2025, 12, 31))
    counts = values(found, "touches_12m")
    assert {key: counts[key] for key in counts if key[0] != "cy"} == {
        ("ann", "onboarding"): 2, ("ann", "renewal"): 2, ("bo", "onboarding"): 1, ("bo", "steady"): 1,
        ("di", NO_STAGE): 0,
    }  # fmt: skip


def test_money_is_refused_here_too(tmp_path):
    with pytest.raises(ConfigurationError, match="annual_dues"):
        collect(tmp_path, names=("annual_dues",))


def test_the_clean_tables_are_not_changed(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": MEMBERS, "answers.csv": ANSWERS})
    before = clean.members.copy(deep=True), clean.answers.copy(deep=True)
    collect_stage_attributes(clean, attributes=())
    pd.testing.assert_frame_equal(clean.members, before[0])
    pd.testing.assert_frame_equal(clean.answers, before[1])


def test_text_and_summary_count_members(tmp_path):
    found = collect(tmp_path)
    assert found.text == (
        "Of 4 members, 3 gave answers for a lifecycle stage, 2 for more than one. 2 members gave none for the stage "
        "they are in."
    )
    summary = found.summary().set_index("stage")
    assert summary["asked"].to_dict() == {"onboarding": 2, "first_year": 1, "steady": 1, "renewal": 1, NO_STAGE: 0}
    assert summary["current"].sum() == 4
