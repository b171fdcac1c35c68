"""Profiles hold what the diagnosis says of each current member, and no money."""

import pandas as pd
import pytest

from axlib.reports.workbook.writing import render_workbook
from axlib.tables.cleaning import clean_tables
from axlib.tables.profiles.facts import collect_facts, spread_milestones
from axlib.tables.profiles.layout import read_label, write_labels
from axlib.tables.profiles.taking_back import read_workbooks
from axlib.tables.reading import read_tables
from axlib.verbs.diagnose import diagnose
from axlib.verbs.profiles import NOBODY, build_profiles, pseudonymise_profiles
from tests.reports.workbook.conftest import DAY
from tests.tables.engagements import write_engagement


def test_each_current_member_has_its_profile(case):
    table = case[1].table.set_index("member_id")
    assert set(table["lifecycle_stage"]) == {"onboarding", "steady", ""}
    assert not table.index.isin(["m000", "m005"]).any()
    assert table.loc["m001", "goal"] == "Open two branches"
    assert table.loc["m001", "msm"] == "Bo"
    assert table.loc["m001", "next_milestone"] == "Second loan"
    assert table.loc["m001", "state"] == "drifting"
    assert table.loc["m003", "state"] == "no milestone dated"
    assert table.loc["m001", "milestone_list"] == (
        "First loan, due 2025-03-01, reached 2025-03-20; Second loan, due 2026-03-01"
    )
    assert "onboarding: Urgency: 3 within a day" in table.loc["m001", "answer_list"]
    assert "steady: Turnover of people: 1 a new face" in table.loc["m001", "answer_list"]


def test_nothing_in_them_is_money(case):
    assert not {"annual_dues", "revenue_tier"} & set(case[1].table.columns)
    assert "annual_dues" not in set(case[1].facts["what"])


def test_means_of_a_segment_are_those_of_its_members_own_answers(case):
    profiles = case[1]
    own = profiles.facts[profiles.facts["kind"] == "answer"].merge(
        profiles.table[["member_id", "lifecycle_stage", "segment"]],
        left_on=["member", "where"],
        right_on=["member_id", "lifecycle_stage"],
    )
    for row in profiles.segments.to_dict("records"):
        here = own[(own["segment"] == row["segment"]) & (own["what"] == "stakes")]["value"].astype(float)
        assert (pd.isna(row["stakes"]) and here.empty) or row["stakes"] == here.mean()


def test_several_raters_answers_are_one_fact(case):
    facts = case[1].facts
    mine = facts[(facts["member"] == "m001") & (facts["what"] == "urgency")]
    # The later of two raters' answers in the middle.
    assert mine[["where", "value"]].to_numpy().tolist() == [["onboarding", "3"]]
    assert not facts.duplicated(["kind", "member", "where", "what"]).any()


def test_pseudonyms_hide_names_and_their_order(case):
    hidden = pseudonymise_profiles(case[1], key=bytes(32))
    assert hidden.table["member_id"].is_monotonic_increasing
    assert set(hidden.table["name"]) | set(hidden.table["email"]) == {""}
    assert hidden.table["msm"].isin(["ann", "bo", "cy", NOBODY]).all()
    assert set(hidden.facts["member"]) <= set(hidden.table["member_id"])
    assert len(spread_milestones(hidden.facts)) == len(spread_milestones(case[1].facts))
    other = pseudonymise_profiles(case[1], key=bytes([1]) * 32)
    assert not set(other.table["member_id"]) & set(hidden.table["member_id"])


@pytest.mark.parametrize(
    "text",
    ["member_id\n1\n2\n", "member_id,status\n1,lapsed\n", "member_id,goal\n=1,-2\n1,\n"],
    ids=["identifiers alone", "nobody", "a goal"],
)
def test_little_data_give_a_workbook_that_comes_back(text, tmp_path):
    opened = write_engagement(tmp_path, {"members.csv": text})
    profiles = build_profiles(diagnose(opened))
    file = tmp_path / "profiles.xlsx"
    file.write_bytes(render_workbook(profiles, written_on=DAY))
    changes = read_workbooks([file], engagement=opened, on=DAY).changes
    assert (changes.is_new, changes.problems, changes.notes) == (False, (), ())


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("next_action", "member_id,milestone,due_on,next_action\n1,First loan,2026-03-01,\n2,First loan,2026-04-01,\n"),
        ("next_milestone", "member_id,milestone,due_on,reached_on\n1,First loan,2025-03-01,2025-02-01\n"),
    ],
)
def test_a_column_of_texts_that_is_wholly_empty_is_text(column, text, tmp_path):
    files = {"members.csv": "member_id\n1\n2\n", "milestones.csv": text}
    opened = write_engagement(tmp_path, files)
    profiles = build_profiles(diagnose(opened))
    assert profiles.table[column].tolist() == ["", ""]
    file = tmp_path / "profiles.xlsx"
    file.write_bytes(render_workbook(profiles, written_on=DAY))
    assert not read_workbooks([file], engagement=opened, on=DAY).changes.is_new


def test_summary_counts_what_is_known(case, snapshot):
    profiles = case[1]
    summary = profiles.summary()
    assert summary["members"].sum() == len(profiles.table)
    assert summary["with_goal"].sum() == 1
    assert profiles.text == snapshot


def test_labels_are_read_back_whoever_is_called_what():
    keys = [f"k{i}" for i in range(3)] + ["0001", "a · b"]
    labels = write_labels(keys, ["", "x · y", "0001 · z", "\n", "n" * 200])
    assert [read_label(label, keys) for label in labels] == keys
    assert len(set(labels)) == len(labels)
    assert [read_label(text, keys) for text in ("", "k0", "9999 · k0", "0001 · k1", "-1 · k0", "² · k0")] == [None] * 6


def test_facts_of_a_table_without_rows_are_empty(case):
    opened, profiles, _ = case
    clean = clean_tables(read_tables(opened))
    nobody = collect_facts(clean, instrument=profiles.instrument, members=pd.Series([], dtype="str"))
    assert len(nobody.table) == 0
