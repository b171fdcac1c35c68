"""Reports on a real cluster of two workers on this machine, one of which is killed in the middle: none is lost."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from axlib.reports.batch import run_batch
from axlib.reports.process_trees import CAN_FORK
from axlib.reports.report_job import ReportJob
from tests.places import ROOT
from tests.reports.small_reports import gone_within, is_whole, remains, write_chapters, write_engagement

cluster = pytest.importorskip("axlib.reports.cluster", reason="distributed is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(not CAN_FORK, reason="workers are told apart by their processes, as on Linux")


@pytest.fixture
def dask(tmp_path):
    """A scheduler and two workers, each a process of its own, as on other machines: (address, workers)."""
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start(what, *words):
        command = [sys.executable, "-m", "distributed.cli." + what, "--scheduler-file", str(file), "--no-dashboard"]
        return subprocess.Popen([*command, *words], env=env, **quiet)

    started = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        for number in range(2):
            place = str(tmp_path / f"worker{number}")
            started.append(start("dask_worker", "--no-nanny", "--nthreads", "1", "--local-directory", place))
        until = time.monotonic() + 60
        while not file.is_file() and time.monotonic() < until:
            time.sleep(0.05)
        yield json.loads(file.read_text("utf-8"))["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_worker_killed_in_the_middle_costs_no_report(dask, tmp_path):
    address, workers = dask
    engagements = [write_engagement(tmp_path / f"case{number}") for number in range(4)]
    # Slow enough that both workers are busy when one of them is killed.
    chapters = write_chapters(tmp_path / "chapters", _01_data="import time; time.sleep(1.5)")
    killed = []

    def kill_one(row):
        if killed:
            return
        busy = [worker for worker in workers if psutil.Process(worker.pid).children()]
        if len(busy) == 2:
            killed.extend([busy[0].pid, *(p.pid for p in psutil.Process(busy[0].pid).children(recursive=True))])
            os.kill(busy[0].pid, signal.SIGKILL)
            busy[0].wait()

    like = ReportJob("", notebooks=str(chapters))
    with cluster.connect_cluster(address) as executor:
        rows = run_batch(engagements, reports=tmp_path / "reports", like=like, executor=executor, progress=kill_one)
    assert len(killed) >= 2 and gone_within(5, killed)
    assert [(row.report, row.status) for row in rows] == [(f"case{number}", "published") for number in range(4)]
    assert all(is_whole(tmp_path / "reports" / row.report) for row in rows)
    assert remains(tmp_path / "reports") == []
