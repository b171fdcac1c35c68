"""The page of all reports: made from what runs left, whole whatever they left."""

import base64
import json
import re
from xml.etree import ElementTree

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


def test_many_reports_stand_open_for_there_is_nothing_else_to_read(tmp_path):
    for number in range(12):
        leave_run(tmp_path, f"client-{number:02}", "2025-12-31")
    page = write_index(tmp_path).read_text("utf-8")
    assert "ax-folded" not in page.partition("<body")[2]
    assert page.count("/report.html") >= 24


def test_numbers_by_day_come_from_the_newest_run_of_each_day(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31", run_id="20260103T000000Z-bbbbbb", nrr=0.77)
    leave_run(tmp_path, "acme", "2025-12-31", run_id="20260102T000000Z-cccccc", nrr=0.66)
    leave_run(tmp_path, "acme", "2025-09-30", nrr=0.55)
    text = words(write_index(tmp_path).read_text("utf-8"))
    assert "77.0 %" in text and "55.0 %" in text and "66.0 %" not in text
    assert text.index("2025-12-31") < text.rindex("2025-09-30")


def leave_batch(reports, *failed, finished_at="2026-01-03T00:00:00+00:00"):
    rows = [{"report": name, "status": "failed", "exit_code": code} for name, code in failed]
    (reports / "batch.json").write_text(json.dumps({"finished_at": finished_at, "rows": rows}))


def test_what_failed_in_the_last_batch_stands_first_with_its_cause(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31")
    leave_run(tmp_path, "bolt", "2025-12-31")
    leave_batch(tmp_path, ("bolt", 10), ("crux", 11))
    text = words(write_index(tmp_path).read_text("utf-8"))
    assert "2 reports, 2 failed in the last batch" in text
    rows = text[text.index("Newest run of each report") : text.index("Download")]
    assert re.search(r"crux – failed: engagement file \(11\) .* Bolt .* failed: data \(10\) .* Acme .* published", rows)


def test_what_was_published_after_the_batch_has_not_failed(tmp_path):
    leave_run(tmp_path, "acme", "2025-12-31")
    leave_batch(tmp_path, ("acme", 10), finished_at="2026-01-01T00:00:00+00:00")
    text = words(write_index(tmp_path).read_text("utf-8"))
    assert "failed" not in text and "published" in text


def test_every_closing_day_leads_to_its_own_page_and_a_line_joins_them(tmp_path):
    for day, nrr in (("2025-06-30", 0.9), ("2025-09-30", 0.95), ("2025-12-31", 0.92)):
        leave_run(tmp_path, "acme", day, nrr=nrr)
    page = write_index(tmp_path).read_text("utf-8")
    linked = re.findall(r'href="(acme/[\d-]+/[^"]+/client/report.html)">([\d-]+)<', page)
    assert [day for _, day in linked] == ["2025-12-31", "2025-09-30", "2025-06-30"]
    assert all((tmp_path / page).parents[1].name == "20260102T000000Z-aaaaaa" and day in page for page, day in linked)
    pictures = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)"', page)
    # Of the other numbers nothing is known, so they have no line.
    (alt, data), *others = pictures
    assert others == [] and alt == "NRR: 90.0 % on 2025-06-30, 95.0 % on 2025-09-30, 92.0 % on 2025-12-31"
    svg = ElementTree.fromstring(base64.b64decode(data))
    (line,) = svg.findall("{http://www.w3.org/2000/svg}polyline")
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    # Down the page is less.
    assert heights[1] < heights[2] < heights[0]


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
