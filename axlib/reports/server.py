"""The worker: a process that has imported everything once and makes each report in a clean fork of itself.

It is spoken to over its standard input and answers on its standard output, one JSON object a line, and goes when its
input ends. `axlib.reports.workers` starts it, by `worker_start`, and speaks to it::

    {"id": 1, "report": {"engagement": "data/acme/engagement.yml", ...}}     asks
    {"id": 1, "pid": 4711}                                                   answers: the process of the report,
    {"id": 1, "step": "numbers", "status": "done", "seconds": 3.1}           each step,
    {"id": 1, "done": {"folder": ...}}  or  {"id": 1, "failed": {...}}       and the end

Before it forks it has no thread of Python's and has run no cell. A report is the leader of a group of processes, which
ends with it, as does whatever leaves the group. Where the system cannot fork, it makes one report itself and goes.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import select
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO

import nbformat.v4

import axlib
from axlib.reports.brand import Brand
from axlib.reports.in_process import open_shell
from axlib.reports.index import write_index
from axlib.reports.making import make_report
from axlib.reports.page import render_page
from axlib.reports.process_trees import (
    CAN_FORK,
    adopt_orphans,
    end_group,
    end_strays,
    end_tree,
    end_with,
    limit_memory,
    say_end,
)
from axlib.reports.publishing import remove_building
from axlib.reports.report_job import Record, ReportJob, pack_error
from axlib.words.errors import EndedError

_POLL_SECONDS = 0.02


@dataclass
class _Report:
    """A report that is being made."""

    number: int
    pid: int
    pipe: int
    ends: float
    seconds: float
    rest: bytes = b""
    building: str | None = None
    late: bool = False
    is_over: bool = False


def main(*, ready: Callable[[], None]) -> None:
    """Answer requests until there are none.

    Parameters
    ----------
    ready : callable
        Called when all is loaded; afterwards this process must have no thread.
    """
    requests, answers = _take_pipes()
    os.umask(0o077)
    if not CAN_FORK:
        ready()
        _make_one(requests, answers)
        return
    _warm_up()
    ready()
    if threading.active_count() != 1:
        raise RuntimeError("a worker must have no thread before it forks")
    _serve(requests, answers)


def _take_pipes() -> tuple[int, int]:
    """Take standard input and output for itself, so that nothing else can write between its lines."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, answers


def _warm_up() -> None:
    """Load whatever a report needs, so that no fork pays for it again."""
    # Arrow's allocator has a thread of its own, which knows about forks; Python warns of any.
    warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
    for name, module in axlib._CONTENTS.items():
        if module.split(".")[1] in ("tables", "verbs", "pictures"):
            getattr(axlib, name)
    open_shell()
    cells = [nbformat.v4.new_markdown_cell("# Ready?\n\n- yes")]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    render_page(notebook, face="internal", title="Ready", brand=Brand(), footer={})
    # What is here stays here: no fork need look through it for what can be freed, which would copy it.
    gc.collect()
    gc.freeze()


def _serve(requests: int, answers: int) -> None:
    adopt_orphans()
    running: dict[int, _Report] = {}
    with contextlib.suppress(BrokenPipeError):
        _answer_all(requests, answers, running)
    # Whoever asked is gone: nothing may go on that nobody watches.
    for one in running.values():
        _end(one, but=set())


def _answer_all(requests: int, answers: int, running: dict[int, _Report]) -> None:
    """Start what is asked for and tend to what runs, until nobody asks any more."""
    heard = b""
    while True:
        ready = select.select([requests, *(one.pipe for one in running.values())], [], [], _POLL_SECONDS)[0]
        if requests in ready:
            part = os.read(requests, 65536)
            if not part:
                return
            heard += part
            *lines, heard = heard.split(b"\n")
            for line in lines:
                one = _start(json.loads(line), requests, answers, running)
                running[one.number] = one
        for one in list(running.values()):
            if _tend(one, answers, but={other.pid for other in running.values()}):
                del running[one.number]


def _start(request: Record, requests: int, answers: int, running: dict[int, _Report]) -> _Report:
    """Fork a process for one request."""
    ours, theirs = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        for descriptor in (requests, answers, ours, *(one.pipe for one in running.values())):
            os.close(descriptor)
        _be_report(request, theirs, parent)
    os.close(theirs)
    os.set_blocking(ours, False)
    _send(answers, {"id": request["id"], "pid": pid})
    seconds = float(request.get("report", {}).get("run_seconds", 300.0))
    return _Report(request["id"], pid, ours, ends=time.monotonic() + seconds, seconds=seconds)


def _be_report(request: Record, pipe: int, parent: int) -> NoReturn:
    """What the fork does: the report, in a group of processes of its own."""
    try:
        end_with(parent)
        os.setsid()
        adopt_orphans()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _answer(request, lambda record: _send(pipe, record), can_fork=True)
    finally:
        os._exit(0)


def _answer(request: Record, tell: Callable[[Record], None], *, can_fork: bool) -> None:
    """Do what is asked, and tell how it ended."""
    job = ReportJob(**request["report"]) if "report" in request else None
    place: Record = {}

    def note(record: Record) -> None:
        place.update(record.get("place", {}))
        tell(record)

    try:
        if job is None:
            page = write_index(Path(request["index"]))
            done: Record = {"page": str(page) if page else None}
        else:
            with _debugging(job) as errors:
                if job.memory_gb:
                    limit_memory(job.memory_gb)
                try:
                    done = make_report(job, note, can_fork=can_fork)
                except BaseException:
                    if errors:
                        traceback.print_exc(file=errors)
                    raise
        tell({"done": done})
    except BaseException as error:
        tell({"failed": pack_error(error)})


@contextlib.contextmanager
def _debugging(job: ReportJob) -> Any:
    """With --debug, a file of the owner's own for tracebacks, of crashes too; it goes where nothing failed."""
    if not job.debug:
        yield None
        return
    folder = Path(job.reports).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"debug-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.txt"
    with path.open("w", encoding="utf-8") as errors:
        faulthandler.enable(errors)
        os.dup2(errors.fileno(), 2)
        yield errors
        faulthandler.disable()
    if not path.stat().st_size:
        path.unlink()


def _tend(one: _Report, answers: int, *, but: set[int]) -> bool:
    """Pass on what a report tells; True once its process is gone."""
    late = not one.late and time.monotonic() > one.ends
    if late:
        one.late = True
        end_group(one.pid)
    # Looked at, not yet taken away: the id stays its own until all of its group is ended.
    gone = os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    _pass_on(one, answers)
    if not gone:
        return False
    status = _end(one, but=but)
    if not one.is_over:
        _send(answers, {"id": one.number, "failed": pack_error(_died(one, status))})
    return True


def _pass_on(one: _Report, answers: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while part := os.read(one.pipe, 65536):
            one.rest += part
    *lines, one.rest = one.rest.split(b"\n")
    for line in lines:
        record = json.loads(line)
        one.building = record.get("place", {}).get("building", one.building)
        one.is_over = one.is_over or "done" in record or "failed" in record
        _send(answers, {"id": one.number, **record})


def _end(one: _Report, *, but: set[int]) -> int:
    """End a report's process and all it started, and what it had begun to build; returns its status."""
    end_group(one.pid)
    status = os.waitpid(one.pid, 0)[1]
    end_strays(but=but - {one.pid})
    os.close(one.pipe)
    if one.building:
        remove_building(Path(one.building))
    return status


def _died(one: _Report, status: int) -> EndedError:
    if one.late:
        return EndedError(f"The report took longer than {one.seconds:g} s and was ended. Allow more by --timeout.")
    return EndedError(f"The process of the report {say_end(status)} Nothing was published.")


def _make_one(requests: int, answers: int) -> None:
    """Where there are no forks: make one report in this process, and go when nobody listens any more."""
    with os.fdopen(requests, encoding="utf-8") as lines:
        line = lines.readline()
        if line:
            threading.Thread(target=_go_with, args=(lines,), daemon=True).start()
            request = json.loads(line)
            _send(answers, {"id": request["id"], "pid": os.getpid()})
            _answer(request, lambda record: _send(answers, {"id": request["id"], **record}), can_fork=False)
            os._exit(0)


def _go_with(lines: TextIO) -> None:
    """Wait for the end of the input, then end this process and all it started."""
    lines.read()
    end_tree(os.getpid())


def _send(pipe: int, record: Record) -> None:
    line = json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n"
    while line:
        line = line[os.write(pipe, line) :]
