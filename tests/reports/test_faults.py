"""Whatever happens to a run, the last good report stays whole, nothing strays, and the next run publishes."""

import json
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from axlib.reports.process_trees import CAN_FORK
from axlib.reports.publishing import ReportPlace, hold_report
from axlib.reports.report import make_published
from axlib.reports.report_job import ReportJob
from axlib.reports.workers import Worker
from axlib.words.errors import AxError, BusyError, DataError, EndedError, NotebookError
from tests.places import ROOT
from tests.reports.small_reports import gone_within, is_whole, remains, write_chapters, write_engagement

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="faults are injected into forks, and this system has none")

#: Every step of a run, in order.
STEPS = (
    "open", "numbers", "05_diagnostic", "01_data", "02_segments", "03_compare", "04_coverage", "tables", "flush",
    "move", "page", "latest", "index",
)  # fmt: skip


@pytest.fixture(scope="module")
def worker():
    with Worker() as worker:
        yield worker


@pytest.fixture(scope="module")
def case(tmp_path_factory, worker):
    """An engagement whose report was published once, by chapters that work."""
    folder = tmp_path_factory.mktemp("faults")
    engagement = write_engagement(folder / "acme")
    chapters = write_chapters(folder / "chapters")
    job = ReportJob(str(engagement), str(folder / "reports"), notebooks=str(chapters))
    make_published(job, worker, None)
    return job


@pytest.fixture
def report(case):
    """The folder of the published report; afterwards it must be whole and hold no remains."""
    folder = (ROOT / case.reports / "acme").resolve()
    before = (folder / "latest.json").read_bytes(), (folder / "report.html").read_bytes()
    yield folder
    assert ((folder / "latest.json").read_bytes(), (folder / "report.html").read_bytes()) == before
    assert is_whole(folder)
    assert remains(folder) == []


def processes_of(worker):
    """The worker, and all it has started."""
    top = psutil.Process(worker._connection._process.pid)
    return [top, *top.children(recursive=True)]


def broken(case, tmp_path, code, **limits):
    chapters = write_chapters(tmp_path / "chapters", _03_compare=code)
    return replace(case, notebooks=str(chapters), **limits)


FAULTS = {
    "error": ("1/0", {}, NotebookError, "03_compare.ipynb: cell 5 failed with ZeroDivisionError", True),
    "early leave": ("import sys; sys.exit(0)", {}, NotebookError, "03_compare.ipynb: cell 5 failed with Sys", True),
    "process gone": ("import os; os._exit(3)", {}, EndedError, "cell 5: its process left with code 3", False),
    "killed": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        {}, EndedError, "its process was ended by SIGKILL. Perhaps there was too little memory", False,
    ),
    "crash": ("import ctypes; ctypes.string_at(0)", {}, EndedError, "its process was ended by SIGSEGV", False),
    "slow": ("while True: pass", {"cell_seconds": 0.5}, EndedError, "cell 5 took longer than 0.5 s", True),
    "slow and deaf": (
        "while True:\n    try:\n        import time; time.sleep(9)\n    except BaseException: pass",
        {"cell_seconds": 0.5}, EndedError, "took longer than 0.5 s and did not stop when told", False,
    ),
    "memory": ("x = bytearray(2**31)", {"memory_gb": 0.5}, NotebookError, "cell 5 failed with MemoryError", True),
    "too long in all": (
        "import time; time.sleep(600)", {"run_seconds": 2.5}, EndedError, "took longer than 2.5 s and was ended", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_in_a_chapter(fault, case, report, worker, tmp_path):
    code, limits, kind, sentence, is_kept = FAULTS[fault]
    kept = {path.name for path in report.glob("failed/*")}
    with pytest.raises(kind) as caught:
        make_published(broken(case, tmp_path, code, **limits), worker, None)
    assert sentence in str(caught.value)
    assert caught.value.exit_code == 12
    assert caught.value.may_pass_again == (kind is EndedError)
    new = [path for path in report.glob("failed/*") if path.name not in kept]
    assert [path.name for folder in new for path in folder.iterdir()] == ["03_compare.failed.ipynb"] * is_kept
    assert gone_within(5, [process.pid for process in processes_of(worker)[1:]])


@pytest.mark.parametrize("ending", ["1/0", "import time; time.sleep(600)", "os.kill(os.getppid(), 9)"])
def test_what_a_chapter_started_ends_with_the_run(ending, case, report, worker, tmp_path):
    """Even what left the group and session of its parent, and even where the report's own process is killed."""
    told = tmp_path / "pids"
    code = (
        "import os, subprocess\n"
        "started = [subprocess.Popen(['sleep', '600'], start_new_session=new) for new in (False, True)]\n"
        f"open({str(told)!r}, 'w').write(' '.join(str(one.pid) for one in started))\n{ending}"
    )
    with pytest.raises(NotebookError):
        make_published(broken(case, tmp_path, code, run_seconds=6), worker, None)
    assert gone_within(5, [int(pid) for pid in told.read_text().split()])


def kill_at(step, worker):
    """Kill a report's process as soon as it tells that it took a step."""

    def tell(record):
        if record.get("step") == step:
            for leader in worker._connection._leaders.values():
                os.kill(leader, signal.SIGKILL)

    return tell


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(step, case, worker, tmp_path):
    reports = ROOT / case.reports
    before = (reports / "acme" / "latest.json").read_bytes()
    try:
        make_published(case, worker, kill_at(step, worker))
    except EndedError as error:
        assert "ended by SIGKILL" in str(error)
    # Whole, the old or the new; in the one moment between two steps the page is new and its record old.
    was_settled = is_whole(reports / "acme")
    assert was_settled or step in ("move", "page")
    if STEPS.index(step) < STEPS.index("flush"):
        assert (reports / "acme" / "latest.json").read_bytes() == before
    with pytest.raises(NotebookError):
        make_published(broken(case, tmp_path, "1/0"), worker, None)
    # The next run sets right what was half done, even one that fails itself.
    assert is_whole(reports / "acme")
    assert remains(reports) == []


ASK = """
import json, sys
from axlib.reports.report import make_published
from axlib.reports.report_job import ReportJob
def tell(record):
    if record["step"] != "run":
        print(json.dumps(record), flush=True)
make_published(ReportJob(**json.loads(sys.argv[1])), None, tell)
"""


@pytest.mark.parametrize(("who", "step"), [("asker", "numbers"), ("asker", "tables"), ("worker", "02_segments")])
def test_killed_from_above(who, step, case, report, worker):
    """Whoever asked, or the worker between, is killed: nothing goes on unwatched, the next run clears up."""
    command = [sys.executable, "-c", ASK, json.dumps(case.to_record())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asker:
        tree = []
        for line in asker.stdout:
            if json.loads(line)["step"] == step:
                (below,) = psutil.Process(asker.pid).children()
                tree = [process.pid for process in [below, *below.children(recursive=True)]]
                os.kill(asker.pid if who == "asker" else below.pid, signal.SIGKILL)
                break
        said = asker.stderr.read()
    assert tree and gone_within(5, tree)
    assert who == "asker" or "The worker was ended by signal 9" in said
    with pytest.raises(BusyError), hold_report(ReportPlace(report, "2025-12-31", "other")):
        make_published(case, worker, None)
    assert remains(report) == []


def test_a_worker_that_still_loads_goes_with_who_started_it():
    loads = "InputWatch(); print(flush=True); time.sleep(600)"
    code = f"import time\nfrom axlib.reports.worker_start import InputWatch\n{loads}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **pipes) as loading:
        loading.stdout.readline()
        loading.stdin.close()
        assert loading.wait(timeout=30) == 0


def test_of_two_runs_at_once_one_publishes(case, worker):
    def run(_):
        try:
            return make_published(case, worker, None)
        except BusyError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(run, range(2)))
    kinds = sorted(type(one).__name__ for one in ended)
    assert kinds in (["BusyError", "PublishedReport"], ["PublishedReport", "PublishedReport"])
    assert is_whole(ROOT / case.reports / "acme") and remains(ROOT / case.reports) == []


def test_a_run_can_wait_for_another(case, worker):
    with ThreadPoolExecutor(2) as pool:
        patient = replace(case, wait_seconds=60)
        assert all(pool.map(lambda _: make_published(patient, worker, None), range(2)))


def test_full_disk(case, report):
    """A limit on the size of files stands in for a disk that is full: both refuse to write on."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))\n{ASK}"
    command = [sys.executable, "-c", code, json.dumps(case.to_record())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "DataError" in done.stderr and "cannot be written to (File too large)" in done.stderr


def test_reports_that_cannot_be_written(case, worker, tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    for root in ("file", "file/reports"):
        with pytest.raises(DataError, match="cannot be written to"):
            make_published(replace(case, reports=str(tmp_path / root)), worker, None)


def test_input_that_vanished(worker, tmp_path):
    """It was there when the run began, and is gone when it is read."""
    engagement = write_engagement(tmp_path / "acme")
    chapters = str(write_chapters(tmp_path / "chapters"))
    job = ReportJob(str(engagement), str(tmp_path / "reports"), notebooks=chapters, wait_seconds=60)
    place = ReportPlace(tmp_path / "reports" / "acme", "2025-12-31", "other")
    with ThreadPoolExecutor(1) as pool:
        with hold_report(place):
            asked = pool.submit(make_published, job, worker, lambda record: opened.append(record))
            opened = []
            while not opened:
                pass
            (engagement.parent / "members.csv").unlink()
        error = asked.exception(timeout=60)
    assert isinstance(error, AxError) and error.exit_code in (10, 11)
    assert "members.csv" in str(error)
    assert not (tmp_path / "reports" / "acme" / "report.html").exists()


def test_a_worker_that_died_is_started_again(case, worker):
    make_published(case, worker, None)
    os.kill(worker._connection._process.pid, signal.SIGKILL)
    assert gone_within(5, [worker._connection._process.pid])
    assert make_published(case, worker, None).page.is_file()


def test_all_that_is_left_is_the_owner_s_alone(case, worker, tmp_path):
    with pytest.raises(NotebookError):
        make_published(broken(case, tmp_path, "1/0", debug=True), worker, None)
    reports = ROOT / case.reports
    (trace,) = reports.glob("debug-*.txt")
    assert "Traceback" in trace.read_text("utf-8")
    for path in reports.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_worker_holds_no_thread_and_does_not_grow(case, worker):
    make_published(case, worker, None)
    top = processes_of(worker)[0]
    before = top.memory_info().rss
    for _ in range(5):
        make_published(case, worker, None)
    assert top.memory_info().rss - before < 4e6
    # Arrow's allocator has one of its own, which knows of forks.
    assert top.num_threads() <= 2


def test_a_defect_of_ours_tells_where_and_no_data(case, worker, tmp_path):
    secret = tmp_path / "Jane Doe"
    secret.mkdir()
    with pytest.raises(AxError) as caught:
        make_published(replace(case, parameters={"seed": None}), worker, None)
    assert caught.value.exit_code == 1
    assert "A defect of ours, TypeError at axlib/reports/chapters.py" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "limits", "sentence"),
    [
        ("1/0", {}, r"05_diagnostic\.ipynb: cell 5 failed with ZeroDivisionError"),
        ("import time; time.sleep(60)", {"cell_seconds": 1}, "a cell took longer than 1 s"),
    ],
)
def test_kernels_are_ended_with_the_run(code, limits, sentence, case, report, worker, tmp_path):
    """The slower way keeps the same promises."""
    chapters = write_chapters(tmp_path / "chapters", _05_diagnostic=code)
    with pytest.raises(NotebookError, match=sentence):
        make_published(replace(case, notebooks=str(chapters), kernels=True, **limits), worker, None)
    assert gone_within(10, [process.pid for process in processes_of(worker)[1:]])
