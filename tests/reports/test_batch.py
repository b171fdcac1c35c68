"""A batch publishes what it can; a bad engagement costs only its own report."""

import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from axlib.reports.batch import BatchRow, find_engagements, run_batch
from axlib.words.errors import BatchError, ConfigurationError, UsageError
from tests.places import BANKERS


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(BANKERS.parent, tmp_path / "cases" / "good")
    (tmp_path / "cases" / "bad").mkdir()
    (tmp_path / "cases" / "bad" / "engagement.yml").write_text("client: Bad\n", "utf-8")
    return tmp_path / "cases"


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


def test_bad_engagement_touches_no_other(folder, tmp_path):
    reports, told = tmp_path / "reports", tmp_path / "told.json"
    seen: list[BatchRow] = []
    command = [sys.executable, "-c", f"import sys; open({str(told)!r}, 'w').write(sys.stdin.read())"]
    with ThreadPoolExecutor(2) as pool, pytest.raises(BatchError, match=r"the key 'as_of' is missing") as caught:
        run_batch([folder], reports=reports, executor=pool, progress=seen.append, on_failure=command)
    assert caught.value.exit_code == 14
    assert (reports / "good" / "report.html").is_file()
    assert not (reports / "bad").exists()
    summary = json.loads((reports / "batch.json").read_text("utf-8"))
    assert json.loads(told.read_text("utf-8")) == summary
    assert [(row["status"], row["exit_code"]) for row in summary["rows"]] == [("failed", 11), ("published", 0)]
    assert {row.status for row in seen} == {"failed", "published"}
    shutil.rmtree(folder / "bad")
    (again,) = run_batch([folder], reports=reports, words=["--if-changed"])
    assert again.status == "unchanged"
    assert again.seconds < 5
