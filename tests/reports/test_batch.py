"""A batch publishes what it can; a bad engagement costs only its own report."""

import json
import os
import shutil
import signal
import sys
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from axlib.reports.batch import BatchRow, find_engagements, run_batch, run_one
from axlib.reports.report_job import ReportJob
from axlib.reports.workers import share_worker
from axlib.words.errors import BatchError, ConfigurationError, UsageError
from tests.reports.small_reports import is_whole, remains, write_chapters, write_engagement


@pytest.fixture
def folder(tmp_path):
    write_engagement(tmp_path / "cases" / "good")
    (tmp_path / "cases" / "bad").mkdir()
    (tmp_path / "cases" / "bad" / "engagement.yml").write_text("client: Bad\n", "utf-8")
    return tmp_path / "cases"


@pytest.fixture
def quick(tmp_path):
    """What all reports have in common here: chapters that run in a moment."""
    return ReportJob("", notebooks=str(write_chapters(tmp_path / "chapters")))


def test_engagements_are_found_in_order_and_once(folder):
    found = find_engagements([folder, folder / "good" / "engagement.yml"])
    assert [path.parent.name for path in found] == ["bad", "good"]


def test_wrong_paths_and_doubled_names(folder, tmp_path):
    with pytest.raises(UsageError, match="there is no"):
        find_engagements([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"no engagement\.yml"):
        find_engagements([tmp_path / "empty"])
    shutil.copytree(folder / "good", tmp_path / "other" / "good")
    with pytest.raises(ConfigurationError, match="two engagements are called 'good'"):
        find_engagements([folder, tmp_path / "other"])
    write_engagement(tmp_path / "named", name="good")
    with pytest.raises(ConfigurationError, match="two engagements are called 'good'"):
        find_engagements([folder, tmp_path / "named"])


def test_bad_engagement_touches_no_other(folder, quick, tmp_path):
    reports, told = tmp_path / "reports", tmp_path / "told.json"
    seen: list[BatchRow] = []
    command = [sys.executable, "-c", f"import sys; open({str(told)!r}, 'w').write(sys.stdin.read())"]
    with pytest.raises(BatchError, match=r"ConfigurationError \(exit 11\). Why: see batch") as caught:
        run_batch([folder], reports=reports, like=quick, progress=seen.append, on_failure=command)
    assert caught.value.exit_code == 14
    assert is_whole(reports / "good")
    assert not (reports / "bad").exists()
    summary = json.loads((reports / "batch.json").read_text("utf-8"))
    assert "the key 'as_of' is missing" in summary["rows"][0]["why"]
    assert [(row["report"], row["status"], row["exit_code"], row["error"]) for row in summary["rows"]] == [
        ("bad", "failed", 11, "ConfigurationError"),
        ("good", "published", 0, ""),
    ]
    assert (summary["published"], summary["unchanged"], summary["failed"]) == (1, 0, 1)
    assert {row.status for row in seen} == {"failed", "published"}
    # What may be sent on has no sentence, for a sentence may quote a file.
    sent = json.loads(told.read_text("utf-8"))
    assert [set(row) for row in sent["rows"]] == [set(summary["rows"][0]) - {"why"}] * 2
    index = (reports / "index.html").read_text("utf-8")
    assert "failed: engagement file (11)" in index and 'href="good/report.html"' in index


def test_members_data_stay_out_of_what_a_batch_says(folder, quick, tmp_path, capfd):
    (folder / "good" / "members.csv").write_text("member_id,name,status,annual_dues\n1,Jane Doe,Jane Doe,1\n", "utf-8")
    with pytest.raises(BatchError) as caught:
        run_batch([folder / "good"], reports=tmp_path / "reports", like=quick)
    assert "Jane" in (tmp_path / "reports" / "batch.json").read_text("utf-8")
    assert "Jane" not in str(caught.value) + "".join(capfd.readouterr())


def test_what_can_pass_is_tried_again(folder, quick, tmp_path):
    """A report whose process is killed once is published on the second try; one with an error is not tried again."""
    killed = []

    def kill_once(record):
        if record["step"] == "numbers" and not killed:
            killed.append(record)
            for leader in share_worker()._connection._leaders.values():
                os.kill(leader, signal.SIGKILL)

    (row,) = run_batch([folder / "good"], reports=tmp_path / "reports", like=quick, steps=kill_once)
    assert (row.status, row.tries) == ("published", 2)
    assert remains(tmp_path / "reports") == []
    write_chapters(tmp_path / "chapters", _01_data="1/0")
    with pytest.raises(BatchError):
        run_batch([folder / "good"], reports=tmp_path / "reports", like=quick, retries=3)
    (row,) = json.loads((tmp_path / "reports" / "batch.json").read_text("utf-8"))["rows"]
    assert (row["error"], row["tries"]) == ("NotebookError", 1)


def test_unchanged_reports_need_no_worker(tmp_path):
    engagement = write_engagement(tmp_path / "good")
    job = ReportJob(str(engagement), str(tmp_path / "reports"))
    try:
        assert run_one(job, if_changed=True).status == "published"
        share_worker().close()
        row = run_one(job, if_changed=True)
        assert (row.status, share_worker()._connection) == ("unchanged", None)
        assert row.seconds < 5
        engagement.write_text(engagement.read_text("utf-8") + "seed: 5\n", "utf-8")
        assert run_one(job, if_changed=True).status == "published"
    finally:
        share_worker().close()


def test_an_engagement_that_vanishes_meanwhile(folder, quick, tmp_path):
    row = run_one(ReportJob(str(tmp_path / "gone" / "engagement.yml"), str(tmp_path / "reports")))
    share_worker().close()
    assert (row.status, row.exit_code, row.error) == ("failed", 11, "ConfigurationError")


class LosesTheFirst(ThreadPoolExecutor):
    """An executor whose first task is lost with its worker."""

    lost = False

    def submit(self, *task, **words):
        if self.lost:
            return super().submit(*task, **words)
        self.lost = True
        future = Future()
        future.set_exception(OSError("a worker died"))
        return future


def test_any_executor_will_do_and_what_it_loses_it_gets_again(folder, quick, tmp_path):
    with LosesTheFirst(2) as pool:
        (row,) = run_batch([folder / "good"], reports=tmp_path / "reports", like=quick, executor=pool)
    assert row.status == "published"
    with LosesTheFirst(2) as pool, pytest.raises(BatchError, match="OSError"):
        run_batch([folder / "good"], reports=tmp_path / "reports", like=quick, executor=pool, retries=0)
