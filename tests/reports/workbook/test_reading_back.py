"""What a team may do to a workbook, and what is said of it; nothing is taken unless all of it can be."""

import os
import stat
from datetime import date

import pytest

from axlib.reports.workbook.writing import render_workbook, write_workbook
from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import read_engagement
from axlib.tables.instrument import find_instrument
from axlib.tables.profiles.new_files import write_files
from axlib.tables.profiles.pseudonyms import read_key
from axlib.tables.profiles.taking_back import read_workbooks
from axlib.tables.reading import read_tables
from axlib.verbs.asked_members import combine_answers
from axlib.verbs.diagnose import diagnose
from axlib.verbs.profiles import build_profiles, pseudonymise_profiles
from axlib.words.errors import AxError, UsageError
from tests.reports.workbook.cases import open_engagement
from tests.reports.workbook.conftest import DAY
from tests.reports.workbook.edits import column, find_row, first_free, put, read_sheets, write_sheets


def label(sheets, key):
    rows = sheets["Overview"]
    return next(row[0] for row in rows if str(row[0]).endswith(f" · {key}"))


def row_of(sheets, name, key, stage=None):
    rows = sheets[name]
    top = find_row(rows, "Member")
    return next(
        place
        for place in range(top + 1, len(rows))
        if str(rows[place][0]).endswith(key)
        and (stage is None or rows[place][column(rows, "Lifecycle stage")] == stage)
    )


def add(sheets, name, **cells):
    rows = sheets[name]
    place = first_free(rows)
    for header, value in cells.items():
        put(rows, place, header.replace("_", " "), value)


def answer(sheets, key, stage, **cells):
    rows = sheets["Intake"]
    place = row_of(sheets, "Intake", key, stage)
    for header, value in cells.items():
        put(rows, place, header.replace("_", " "), value)


def told(sheets, key, **cells):
    """Add a row of answers for a member in a stage it has no row for."""
    add(sheets, "Intake", Member=label(sheets, key), Lifecycle_stage="renewal", **cells)


def stone(sheets, key, **cells):
    add(sheets, "Milestones", Member=label(sheets, key), **cells)


def sign(sheets, key, **cells):
    add(sheets, "Signs of success", Member=label(sheets, key), **cells)


def spoil_answers(sheets):
    told(sheets, "m002", Urgency="9 whenever")
    told(sheets, "m003", Urgency="2 within the hour")
    told(sheets, "m004", Preferred_mode="by pigeon")
    told(sheets, "m006", Staff="1.234")
    told(sheets, "m007", Staff=-3)
    told(sheets, "m008", Staff="many")
    told(sheets, "m009", Turnover_of_people="3 a new person in charge", Answered_by="member")
    told(sheets, "m011", Urgency="1 within a month", Answered_on="03/04/2025")
    told(sheets, "m012", Urgency="1 within a month", Answered_on=date(2026, 3, 1))
    told(sheets, "m013", Urgency="1 within a month", Answered_on="2025")
    told(sheets, "m014", Urgency="1 within a month")
    told(sheets, "m014", Urgency="2 within a week")
    add(sheets, "Intake", Member=label(sheets, "m016"), Lifecycle_stage="onboarding", Joint_accountability="1 seldom")
    add(sheets, "Intake", Member=label(sheets, "m017"), Lifecycle_stage="sometime", Urgency="1 within a month")
    add(sheets, "Intake", Member="Acme", Urgency="1 within a month")
    add(sheets, "Intake", Urgency="1 within a month")


def spoil_milestones_and_signs(sheets):
    stone(sheets, "m002", Due=date(2026, 3, 1))
    stone(sheets, "m003", Milestone="one", Due="soon")
    stone(sheets, "m004", Milestone="one", Due=date(2026, 1, 1), Reached=date(2026, 2, 2))
    stone(sheets, "m006", Milestone="one", Due=date(2026, 3, 1))
    stone(sheets, "m006", Milestone="one", Due=date(2026, 4, 1))
    stone(sheets, "m007", Milestone="one", Due="1825-01-01")
    add(sheets, "Milestones", Member="0001 · Acme · x9", Milestone="one")
    sign(sheets, "m002", Day=date(2026, 1, 1), Kind="joy")
    sign(sheets, "m003", Kind="advocacy")
    sign(sheets, "m004", Day=date(2026, 1, 1), Kind="advocacy", Value="1,234")
    del sheets["Intake"][: find_row(sheets["Intake"], "Member") + 1]


@pytest.mark.parametrize("spoil", [spoil_answers, spoil_milestones_and_signs])
def test_what_cannot_be_read_is_said_with_place_value_rule_and_remedy(spoil, send_back, snapshot):
    read = send_back(spoil)
    assert read.new.files == {}
    assert [problem.sentence for problem in read.changes.problems] == snapshot


def take_away(sheets):
    """A member's row, a milestone's, one of answers, a column by its name, a sheet."""
    for name, key in (("Overview", "m001"), ("Milestones", "m002"), ("Intake", "m003")):
        del sheets[name][row_of(sheets, name, key)]
    put(sheets["Intake"], find_row(sheets["Intake"], "Member"), "Urgency", "How urgent")
    del sheets["Signs of success"]


def add_their_own(sheets):
    """A column, a sheet, days and numbers as text, an answer as a bare number."""
    rows = sheets["Intake"]
    top, width = find_row(rows, "Member"), max(map(len, rows))
    for row in rows:
        row.extend([""] * (width - len(row)))
        row.insert(2, "")
    rows[top][2], rows[top + 1][2] = "My notes", "call them"
    sheets["My own"] = [["a", 1], ["b", 2.5]]
    stone(sheets, "m001", Milestone="one", Due="03/04/2026")
    stone(sheets, "m001", Milestone="two", Due="25/12/2026")
    told(sheets, "m002", Staff="12,5")
    told(sheets, "m003", Urgency=3, Answered_on=date(2026, 1, 31))
    told(sheets, "m004", Success_potential=True, Preferred_mode="Live")


def clear(sheets):
    """A goal, an answer, the day of a milestone; and a gate the members' table answers."""
    put(sheets["Overview"], row_of(sheets, "Overview", "m001"), "Goal", "")
    answer(sheets, "m001", "onboarding", Urgency="")
    put(sheets["Milestones"], row_of(sheets, "Milestones", "m002"), "Due", "")
    answer(sheets, "m007", "", Success_potential="no")


@pytest.mark.parametrize("edit", [take_away, add_their_own, clear])
def test_what_is_read_by_a_rule_or_left_alone_is_said(edit, send_back, snapshot):
    read = send_back(edit)
    assert not read.changes.problems
    assert {
        "notes": [note.sentence for note in read.changes.notes],
        "new": read.changes.summary().to_numpy().tolist(),
        "unread": read.changes.unread.to_numpy().tolist(),
    } == snapshot


def test_two_copies_that_agree_are_one_and_others_clash(send_back, snapshot):
    same = [lambda s: answer(s, "m001", "steady", Urgency="1 within a month")] * 2
    agreed = send_back(*same).changes
    assert len(agreed.changes) == 1
    assert not agreed.problems
    clash = send_back(
        same[0], lambda s: answer(s, "m001", "steady", Urgency="2 within a week", Stakes="0 hardly anything")
    )
    assert [problem.sentence for problem in clash.changes.problems] == snapshot
    assert clash.changes.text == snapshot
    assert clash.new.files == {}


def test_what_is_written_is_read_by_the_engagement_and_is_not_new_again(case, tmp_path, snapshot):
    opened, raw = open_engagement(tmp_path), case[2]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    sheets = read_sheets(raw)
    answer(
        sheets,
        "m001",
        "steady",
        Urgency="1 within a month",
        Staff=12.5,
        Answered_by="msm: Ann",
        Answered_on="2026-01-20",
    )
    put(sheets["Overview"], row_of(sheets, "Overview", "m002"), "Goal", "=1+1 without a branch")
    put(sheets["Milestones"], row_of(sheets, "Milestones", "m001"), "Reached", date(2025, 3, 25))
    add(sheets, "Milestones", Member="m003", Milestone="Board briefed", Due=date(2026, 5, 5), Next_action="@call")
    add(sheets, "Signs of success", Member=label(sheets, "m001"), Day=date(2026, 1, 5), Kind="advocacy", Value=1.234)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(write_sheets(sheets))
    read = read_workbooks([copy], engagement=opened, on=DAY)
    assert not read.changes.problems
    written = write_files(read.new)
    assert {path: path.read_bytes() for path in before} == before
    assert {path.name.split("_")[0]: path.read_text("utf-8-sig") for path in written} == snapshot
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert write_files(read.new) == []
    text = opened.path.read_text("utf-8")
    for line in read.new.lines:
        name = line.split(":")[0].strip()
        old = next((entry for entry in text.splitlines() if entry.strip().startswith(f"{name}:")), None)
        text = text.replace(f"{old}\n", f"{line}\n") if old else text.replace("tables:\n", f"tables:\n{line}\n")
    opened.path.write_text(text, "utf-8")
    again = read_engagement(opened.path)
    assert not read_workbooks([copy], engagement=again, on=DAY).changes.is_new
    clean = clean_tables(read_tables(again))
    told = combine_answers(clean, find_instrument(again)).table.set_index(["member_id", "stage", "item"])["value"]
    assert told["m001", "steady", "urgency"] == "1"
    assert told["m001", "steady", "staff_count"] == "12.5"
    diagnosis = diagnose(again)
    vector = diagnosis.success_vector.table.set_index("member_id")
    assert vector.loc["m003", "next_milestone"] == "Board briefed"
    # First loan, due on 1 March, is now reached 24 days late; 19 before.
    assert vector.loc["m001", "slip_days"] == 24
    profile = build_profiles(diagnosis).table.set_index("member_id")
    assert profile.loc["m002", "goal"] == "=1+1 without a branch"
    # A copy written before that and changed elsewhere clashes with what the engagement says now.
    other = read_sheets(raw)
    answer(other, "m001", "steady", Urgency="4 within the hour")
    copy.write_bytes(write_sheets(other))
    late = read_workbooks([copy], engagement=again, on=DAY)
    assert [problem.sentence for problem in late.changes.problems] == snapshot


def test_keys_that_would_be_laid_over_new_files_are_refused(case, tmp_path, snapshot):
    opened, raw = open_engagement(tmp_path), case[2]
    text = opened.path.read_text("utf-8").replace("columns: {members:", "columns: {answers: {rater: '=msm'}, members:")
    opened.path.write_text(f"{text}read: {{answers: {{encoding: latin-1}}}}\n", "utf-8")
    sheets = read_sheets(raw)
    answer(sheets, "m001", "steady", Urgency="1 within a month")
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(write_sheets(sheets))
    again = read_engagement(opened.path)
    with pytest.raises(AxError) as refused:
        read_workbooks([copy], engagement=again, on=DAY)
    assert list(refused.value.problems) == snapshot


def test_a_pseudonymised_workbook_names_nobody_and_comes_back(case, tmp_path, snapshot):
    opened, named = open_engagement(tmp_path), case[1]
    folder = opened.path.parent
    profiles = pseudonymise_profiles(named, key=read_key(folder, make=True))
    raw = render_workbook(profiles, written_on=DAY)
    sheets = read_sheets(raw)
    cells = "\n".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    assert "Member No." not in cells
    assert not [key for key in named.table["member_id"] if key in cells]
    assert "have pseudonyms" in cells
    assert stat.S_IMODE((folder / ".pseudonym_key").stat().st_mode) == 0o600
    intake = sheets["Intake"]
    put(intake, find_row(intake, "0001"), "Urgency", "1 within a month")
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(write_sheets(sheets))
    (row,) = read_workbooks([copy], engagement=opened, on=DAY).changes.changes.to_dict("records")
    assert row["member"] in set(named.table["member_id"])
    (folder / ".pseudonym_key").write_text("nonsense")
    with pytest.raises(AxError) as refused:
        read_workbooks([copy], engagement=opened, on=DAY)
    assert list(refused.value.problems) == snapshot


def test_files_that_are_no_workbook_of_this_engagement(case, tmp_path, snapshot):
    opened, _, raw = case
    sheets = read_sheets(raw)
    keys = sheets["_keys"]
    changed = {
        "other.xlsx": {**sheets, "_keys": [[a, "elsewhere" if a == "engagement" else b, c] for a, b, c in keys]},
        "older.xlsx": {**sheets, "_keys": [[a, "0" if a == "version" else b, c] for a, b, c in keys]},
        "changed.xlsx": {**sheets, "_keys": [[a, b, f"{c}x" if c else c] for a, b, c in keys]},
        "questions.xlsx": {**sheets, "_keys": [[a, "x" if a == "instrument" else b, c] for a, b, c in keys]},
        "keyless.xlsx": {name: rows for name, rows in sheets.items() if name != "_keys"},
    }  # fmt: skip
    for name, rows in changed.items():
        (tmp_path / name).write_bytes(write_sheets(rows))
    (tmp_path / "text.xlsx").write_text("no workbook at all")
    names = [*changed, "text.xlsx", "absent.xlsx"]
    with pytest.raises(AxError) as refused:
        read_workbooks([tmp_path / name for name in names], engagement=opened, on=DAY)
    assert [problem for problem in refused.value.problems if "cannot be read as a workbook" not in problem] == snapshot
    assert len(refused.value.problems) == len(names)


def test_a_workbook_is_its_owners_alone_and_replaces_nothing(case, tmp_path):
    old = os.umask(0)
    try:
        path = write_workbook(case[1], tmp_path / "new" / "profiles.xlsx", written_on=DAY)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(UsageError, match="is there already, and may hold somebody's work"):
        write_workbook(case[1], path, written_on=DAY)
    assert path.read_bytes() == case[2]
