"""The page of all reports: made from what runs left, whole whatever they left."""

import json
import re

import pytest

from axlib.reports.index import write_index


def leave_run(reports, name, as_of, *, run_id="20260102T000000Z-aaaaaa", client=None, nrr=0.98):
    folder = reports / name / as_of / run_id
    folder.mkdir(parents=True)
    results = {
        "client": client or name.title(),
        "data": {"members": {"kept": 1234}},
        "retention": {"nrr": {"value": nrr}, "grr": {"available": False, "why": "no terms."}},
    }
    (folder / "results.json").write_text(json.dumps(results))
    latest = {"run": f"{as_of}/{run_id}", "as_of": as_of, "published_at": "2026-01-02T00:00:00+00:00"}
    (reports / name / "latest.json").write_text(json.dumps(latest))
    return folder


def words(page):
    body = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_nothing_published_gives_no_page(tmp_path):
    assert write_index(tmp_path) is None
    assert write_index(tmp_path / "absent") is None
    (tmp_path / "stray").mkdir()
    assert write_index(tmp_path) is None


def test_each_report_has_its_link_and_its_numbers(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31")
    leave_run(tmp_path, "bolt", "2025-12-31", nrr=1.051)
    page = write_index(tmp_path).read_text("utf-8")
    assert 'href="acme/report.html"' in page and 'href="bolt/report.html"' in page
    text = words(page)
    assert "2 reports" in text and "98.0 %" in text and "105.1 %" in text and "1,234" in text


def test_numbers_by_day_come_from_the_newest_run_of_each_day(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31", run_id="20260103T000000Z-bbbbbb", nrr=0.77)
    leave_run(tmp_path, "acme", "2025-12-31", run_id="20260102T000000Z-cccccc", nrr=0.66)
    leave_run(tmp_path, "acme", "2025-09-30", nrr=0.55)
    text = words(write_index(tmp_path).read_text("utf-8"))
    assert "77.0 %" in text and "55.0 %" in text and "66.0 %" not in text
    assert text.index("2025-12-31") < text.rindex("2025-09-30")


def test_a_report_that_failed_in_the_last_batch_is_told_to_be_older(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31")
    rows = [{"report": "acme", "status": "failed", "exit_code": 10}]
    (tmp_path / "batch.json").write_text(json.dumps({"rows": rows}))
    assert "the last batch failed (exit 10)" in words(write_index(tmp_path).read_text("utf-8"))


@pytest.mark.parametrize("remains", ["", "{", "[]", "null"])
def test_what_a_broken_run_left_harms_no_other_report(tmp_path, remains):
    leave_run(tmp_path, "acme", "2025-12-31")
    broken = leave_run(tmp_path, "bolt", "2025-12-31")
    (broken / "results.json").write_text(remains)
    (tmp_path / "bolt" / "latest.json").write_text(remains)
    (tmp_path / "batch.json").write_text(remains)
    assert "1 report" in words(write_index(tmp_path).read_text("utf-8"))


def test_a_clients_name_is_text(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31", client="<script>alert(1)</script> & <b>Sons</b>")
    page = write_index(tmp_path).read_text("utf-8")
    assert "<script>alert" not in page and "<b>Sons" not in page
    assert "&lt;b&gt;Sons" in page
