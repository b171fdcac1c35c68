"""A report that would come out as it did is not made again; one that would not, is."""

import json
import shutil

import pytest

from axlib.reports.publishing import ReportPlace, remove_old_runs
from axlib.reports.unchanged import find_unchanged, key_of_report
from tests.places import BANKERS


@pytest.fixture
def case(tmp_path):
    shutil.copytree(BANKERS.parent, tmp_path / "bankers")
    return tmp_path / "bankers" / "engagement.yml"


def test_same_inputs_have_the_same_key_wherever_they_stand(case):
    assert key_of_report(case, {}) == key_of_report(BANKERS, {}) == key_of_report(case.parent, {})


@pytest.mark.parametrize("file", ["engagement.yml", "export/members.csv", "export/invoices.csv", "staff.csv"])
def test_any_changed_file_changes_the_key(case, file):
    before = key_of_report(case, {})
    path = case.parent / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert key_of_report(case, {}) != before


def test_a_joined_file_that_changed_changes_the_key(case):
    joined = case.parent / "levels.csv"
    joined.write_text("code,level\n1,Gold\n", "utf-8")
    case.write_text(case.read_text("utf-8") + "joins:\n  members:\n    - {file: levels.csv, match: code}\n", "utf-8")
    before = key_of_report(case, {})
    joined.write_text("code,level\n1,Silver\n", "utf-8")
    assert key_of_report(case, {}) != before


def test_the_lots_of_a_pilot_are_part_of_the_key(case):
    file = case if case.is_file() else case / "engagement.yml"
    file.write_text(file.read_text("utf-8") + "\nevidence: {pilot: lots.csv}\n", "utf-8")
    keys = set()
    for text in (None, "member_id,arm,stratum\n", "member_id,arm,stratum\n1,usual,a\n"):
        if text is not None:
            (file.parent / "lots.csv").write_text(text, "utf-8")
        keys.add(key_of_report(file, {}))
    assert len(keys) == 3


def test_parameters_and_code_change_the_key(case, monkeypatch, tmp_path):
    before = key_of_report(case, {})
    assert key_of_report(case, {"seed": "1"}) != before
    package = tmp_path / "axlib"
    package.mkdir()
    (package / "verbs.py").write_text("changed = True\n", "utf-8")
    monkeypatch.setattr("axlib.reports.unchanged.PACKAGE", package)
    assert key_of_report(case, {}) != before


def test_touching_a_file_changes_nothing(case):
    before = key_of_report(case, {})
    (case.parent / "staff.csv").touch()
    assert key_of_report(case, {}) == before


def test_newest_page_is_found_only_for_its_own_key(case, tmp_path):
    reports = tmp_path / "reports"
    run = reports / "bankers" / "2025-12-31" / "run"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}", "utf-8")
    (run / "client").mkdir()
    (run / "client" / "report.html").write_text("page", "utf-8")
    page = reports / "bankers" / "report.html"
    page.write_text("page", "utf-8")
    latest = {"run": "2025-12-31/run", "key": key_of_report(case, {})}
    (reports / "bankers" / "latest.json").write_text(json.dumps(latest), "utf-8")
    assert find_unchanged(case, reports=reports, parameters={}) == page
    assert find_unchanged(case, reports=reports, parameters={"seed": "1"}) is None
    page.write_text("of a run that was killed before it was recorded", "utf-8")
    assert find_unchanged(case, reports=reports, parameters={}) is None
    page.write_text("page", "utf-8")
    shutil.rmtree(run)
    assert find_unchanged(case, reports=reports, parameters={}) is None


RUNS = (("2025-11-30", "20251201T0"), ("2025-12-31", "20260101T0"), ("2025-12-31", "20260102T0"))


@pytest.mark.parametrize(("latest", "removed"), [(2, [0, 1]), (0, [1])])
def test_only_the_newest_runs_and_the_one_that_is_shown_stay(tmp_path, latest, removed):
    for day, run in RUNS:
        folder = tmp_path / "acme" / day / run
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}", "utf-8")
    (tmp_path / "acme" / "latest.json").write_text(json.dumps({"run": "/".join(RUNS[latest])}), "utf-8")
    gone = remove_old_runs(ReportPlace(tmp_path / "acme", *RUNS[-1]), keep=1)
    assert sorted(path.name for path in gone) == [RUNS[place][1] for place in removed]
    assert (tmp_path / "acme" / "/".join(RUNS[latest])).is_dir()
    assert (tmp_path / "acme" / "2025-11-30").exists() == (latest == 0)
