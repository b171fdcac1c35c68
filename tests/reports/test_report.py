"""A report is published whole, with what DESIGN promises in it, or not at all."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from jsonschema import Draft202012Validator

import axlib
from axlib.reports import chapters
from axlib.reports.publishing import ReportPlace, hold_report
from axlib.verbs.headline_numbers import SCHEMA_FILE
from axlib.words.errors import BusyError, NotebookError
from tests.places import BANKERS, ROOT, TELCO

WHOLE = {
    "client/report.html",
    "internal/01_data.html",
    "internal/02_segments.html",
    "internal/03_compare.html",
    "internal/04_coverage.html",
    "internal/members.parquet",
    "internal/profiles.xlsx",
    "internal/members.csv",
    "internal/ledger.parquet",
    "internal/model.json",
    "internal/pilot_assignment.csv",
    "internal/pilot_protocol.md",
    "internal/quarantine.csv",
    "internal/segments_by_hand.yml",
    "internal/duplicates.csv",
    "results.json",
    "run.json",
}


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_run_folder_holds_all_and_nothing_else(bankers_report):
    assert files(bankers_report.folder) == WHOLE


def test_newest_page_is_the_run_s_client_page(bankers_report):
    assert bankers_report.page.read_bytes() == (bankers_report.folder / "client" / "report.html").read_bytes()
    latest = json.loads((bankers_report.page.parent / "latest.json").read_text("utf-8"))
    assert (bankers_report.page.parent / latest["run"]) == bankers_report.folder


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_only_the_owner_can_read(bankers_report):
    root = bankers_report.page.parent
    for path in [root, *root.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_results_follow_their_schema_and_are_those_of_diagnose(bankers_report, bankers):
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    results = json.loads((bankers_report.folder / "results.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(results)
    assert results == json.loads(axlib.write_headlines(bankers))


def test_bankers_case_follows_from_the_rows(bankers_report):
    """Loads, residual and independence of tiers and needs, as the case's arithmetic has them."""
    results = json.loads((bankers_report.folder / "results.json").read_text("utf-8"))
    loads = {name: person["load"] for name, person in results["capacity"]["staff"].items()}
    assert loads == pytest.approx({"LT-1": 3.0, "LT-2": 3.0, "HT-1": 0.215, "HT-2": 0.215}, abs=1e-12)
    assert results["capacity"]["team_load"] == pytest.approx(7716 / 4800)
    assert results["capacity"]["residual_hours"] == pytest.approx(2916)
    assert results["comparison"]["cramers_v"] == pytest.approx(0.054, abs=0.0005)
    assert results["comparison"]["ari"] == pytest.approx(-0.005, abs=0.0005)
    assert results["segments"]["classes"]["kappa_with_rules"] > 0.95


def test_the_lots_of_the_pilot_are_those_its_plan_declares(bankers_report):
    internal = bankers_report.folder / "internal"
    lots = pd.read_csv(internal / "pilot_assignment.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    lines = "\n".join(lots.sort_values("member_id").agg("\t".join, axis=1))
    fingerprint = hashlib.sha256(lines.encode("utf-8")).hexdigest()
    assert fingerprint in (internal / "pilot_protocol.md").read_text("utf-8")
    results = json.loads((bankers_report.folder / "results.json").read_text("utf-8"))
    assert results["pilot"]["fingerprint"] == fingerprint
    assert results["pilot"]["members"] == lots["arm"].value_counts().to_dict()


def test_client_page_names_no_member(bankers_report):
    page = bankers_report.page.read_text("utf-8")
    members = pd.read_parquet(bankers_report.folder / "internal" / "members.parquet")
    text = BeautifulSoup(page, "html.parser").get_text(" ")
    assert not [name for name in members["name"].dropna().unique() if name in text]
    assert not [number for number in members["member_id"] if number in page]


def test_member_files_agree_and_are_safe_in_a_spreadsheet(bankers_report):
    internal = bankers_report.folder / "internal"
    parquet = pd.read_parquet(internal / "members.parquet")
    csv = pd.read_csv(internal / "members.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert csv["member_id"].tolist() == parquet["member_id"].tolist()
    cells = csv.to_numpy(dtype=str).ravel()
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_same_input_gives_same_results_and_pages_but_for_run_and_time(bankers_report, tmp_path):
    again = axlib.run_report(BANKERS, reports=tmp_path)
    assert (again.folder / "results.json").read_bytes() == (bankers_report.folder / "results.json").read_bytes()
    for name in ("client/report.html", "internal/02_segments.html"):
        assert unstamped(again.folder / name) == unstamped(bankers_report.folder / name)


def test_a_look_back_leaves_the_newest_page_alone(bankers_report, tmp_path):
    shutil.copytree(bankers_report.page.parent, tmp_path / "bankers")
    latest = (tmp_path / "bankers" / "latest.json").read_bytes()
    past = axlib.run_report(BANKERS, reports=tmp_path, parameters={"as_of": "2024-12-31", "as_known": "then"})
    assert past.folder.parent.name == "2024-12-31" and (past.folder / "client" / "report.html").is_file()
    assert (tmp_path / "bankers" / "latest.json").read_bytes() == latest
    results = json.loads((past.folder / "results.json").read_text("utf-8"))
    now = json.loads((bankers_report.folder / "results.json").read_text("utf-8"))
    assert results["capacity"]["team_load"] != now["capacity"]["team_load"]
    index = (tmp_path / "index.html").read_text("utf-8")
    assert "2024-12-31" in index and "2025-12-31" in index


def unstamped(path):
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for term in soup.find_all("dt"):
        if term.get_text() in ("Run", "Made"):
            term.find_next_sibling("dd").string = ""
    for details in soup.select("details.ax-code"):
        details.decompose()
    return str(soup)


def test_failing_notebook_publishes_nothing_and_is_kept(tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", notebooks)
    broken = notebooks / "03_compare.ipynb"
    broken.write_text(broken.read_text("utf-8").replace('"diagnosis.comparison"', '"diagnosis.comparisson"'), "utf-8")
    monkeypatch.setattr("axlib.reports.report.find_notebooks", lambda: notebooks)
    with pytest.raises(NotebookError, match=r"03_compare.ipynb: cell \d+ failed with AttributeError") as caught:
        axlib.run_report(BANKERS, reports=tmp_path / "reports")
    assert caught.value.exit_code == 12
    report = tmp_path / "reports" / "bankers"
    assert not (report / "report.html").exists()
    assert not list(report.rglob("*.html"))
    (kept,) = report.rglob("*.failed.ipynb")
    assert str(kept) in str(caught.value)
    assert not list(report.glob("*/.building-*"))


def test_cell_that_leaves_early_publishes_nothing(tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", notebooks)
    broken = notebooks / "04_coverage.ipynb"
    broken.write_text(broken.read_text("utf-8").replace('"diagnosis.coverage"', '"import sys; sys.exit(0)"'), "utf-8")
    monkeypatch.setattr("axlib.reports.report.find_notebooks", lambda: notebooks)
    with pytest.raises(NotebookError):
        axlib.run_report(BANKERS, reports=tmp_path / "reports")
    assert not list((tmp_path / "reports").rglob("*.html"))


def test_report_held_by_another_run_is_refused(tmp_path):
    place = ReportPlace(tmp_path / "bankers", "2025-12-31", "first")
    with hold_report(place), pytest.raises(BusyError, match="bankers: another run holds this report"):
        axlib.run_report(BANKERS, reports=tmp_path)


def test_remains_of_a_killed_run_are_cleared(tmp_path):
    remains = tmp_path / "bankers" / "2025-12-31" / ".building-old" / "private"
    remains.mkdir(parents=True)
    (remains / "members.parquet").write_bytes(b"x")
    with hold_report(ReportPlace(tmp_path / "bankers", "2025-12-31", "new")):
        assert not remains.parent.exists()


def test_parameters_reach_every_chapter(tmp_path):
    published = axlib.run_report(BANKERS, reports=tmp_path, parameters={"capacity_utilisation": "0.4"})
    results = json.loads((published.folder / "results.json").read_text("utf-8"))
    assert results["capacity"]["staff"]["LT-1"]["load"] == pytest.approx(6.0)
    assert "6.00×" in published.page.read_text("utf-8")
    assert json.loads((published.folder / "run.json").read_text("utf-8"))["parameters"] == {"capacity_utilisation": 0.4}


def test_telco_sample_as_a_closed_cohort(telco_data, tmp_path):
    published = axlib.run_report(TELCO, reports=tmp_path)
    results = json.loads((published.folder / "results.json").read_text("utf-8"))
    Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8"))).validate(results)
    assert results["data"]["members"]["kept"] == 7043
    assert results["retention"]["logo_churn"]["value"] == pytest.approx(1869 / 7043)
    assert results["retention"]["revenue_churn"]["value"] == pytest.approx(0.3050, abs=0.00005)
    assert results["retention"]["nrr"]["available"] is False
    assert "no amounts at the end" in results["retention"]["nrr"]["why"]
    assert results["segments"]["dues_blind"] is False
    assert results["segments"]["dues_r2_on_attributes"] > 0.99
    text = BeautifulSoup(published.page.read_text("utf-8"), "html.parser").get_text(" ")
    for words in ("7,043", "26.5 %", "30.5 %", "not dues-blind"):
        assert words in text, words
    for words in ("because of", "caused", "leads to", "led to", "impact", "thanks to"):
        assert words not in text.lower(), words


def test_installed_notebooks_are_found_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "axlib"
    shutil.copytree(ROOT / "notebooks", package / "notebooks")
    monkeypatch.setattr(chapters, "PACKAGE", package)
    assert chapters.find_notebooks() == package / "notebooks"


def test_interrupted_run_leaves_the_last_report_whole(bankers_report, tmp_path):
    """Killed in the middle, a run leaves what was published, and the next run leaves no remains."""
    reports = tmp_path / "reports"
    shutil.copytree(bankers_report.page.parents[1], reports)
    before = (reports / "bankers" / "report.html").read_bytes()
    command = [sys.executable, "-m", "axlib", "run", str(BANKERS), "--reports", str(reports)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr.readline().startswith("numbers")
    process.kill()
    process.wait()
    process.stderr.close()
    assert (reports / "bankers" / "report.html").read_bytes() == before
    with hold_report(ReportPlace(reports / "bankers", "2025-12-31", "next")):
        pass
    assert not list((reports / "bankers").glob("*/.building-*"))
