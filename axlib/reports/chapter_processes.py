"""The parts of a report side by side, each in a fork of the process that holds the diagnosis.

A fork has the diagnosis and everything imported already, and what it does touches no other. A part that hangs,
dies or fails ends the others, and all that any of them started.
"""

from __future__ import annotations

import json
import math
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from papermill.exceptions import PapermillException

from axlib.reports.process_trees import end_strays, end_with, say_end
from axlib.reports.report_job import Record, pack_error, unpack_error
from axlib.reports.running import explain_failure
from axlib.words.errors import EndedError, NotebookError

#: Seconds after its time is over that a cell has to give up by itself, before its process is ended.
GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Part:
    """What one fork makes.

    Attributes
    ----------
    name : str
        Of the step, which is a notebook's without its ending.
    make : callable
        Runs in the fork; calls what it is given with each cell's number, from 0, before the cell runs.
    cell_seconds : float
        How long a cell may take; a part that has no cells may take as long as the whole report.
    """

    name: str
    make: Callable[[Callable[[int], None]], None]
    cell_seconds: float = math.inf

    @property
    def file(self) -> str:
        """What errors call it: the file of the notebook."""
        return self.name if math.isinf(self.cell_seconds) else f"{self.name}.ipynb"


@dataclass
class _Running:
    part: Part
    pid: int
    pipe: int
    began: float
    heard: float
    cell: int = -1
    rest: bytes = b""
    ended: Record | None = None
    told: list[Record] = field(default_factory=list)


def run_side_by_side(parts: Sequence[Part], *, at_once: int, done: Callable[[str, float], None]) -> None:
    """Make parts of a report in forks of this process.

    Parameters
    ----------
    parts : sequence of Part
        In the order in which they are begun: what takes longest first, so that no core waits at the end.
    at_once : int
        Forks at the same time.
    done : callable
        Told the name of each part that is made, and the seconds it took.

    Raises
    ------
    NotebookError
        A chapter failed; `EndedError` if it took too long or its process died.
    OSError
        A file could not be written.
    """
    waiting, running = list(parts), list[_Running]()
    try:
        while waiting or running:
            while waiting and len(running) < max(1, at_once):
                running.append(_fork(waiting.pop(0)))
            time.sleep(_POLL_SECONDS)
            for one in list(running):
                if _listen(one):
                    running.remove(one)
                    _judge(one)
                    done(one.part.name, time.monotonic() - one.began)
    finally:
        for one in running:
            os.kill(one.pid, signal.SIGKILL)
            os.waitpid(one.pid, 0)
            os.close(one.pipe)
        end_strays(but=set())


def _fork(part: Part) -> _Running:
    ours, theirs = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        _be_part(part, parent, theirs)
    os.close(theirs)
    os.set_blocking(ours, False)
    now = time.monotonic()
    return _Running(part, pid, ours, began=now, heard=now)


def _be_part(part: Part, parent: int, pipe: int) -> NoReturn:
    """What the fork does: make its part, tell how that ended, and be gone."""

    def tell(record: Record) -> None:
        os.write(pipe, json.dumps(record).encode("utf-8") + b"\n")

    try:
        end_with(parent)
        part.make(lambda cell: tell({"cell": cell}))
        tell({"ended": "done"})
    except PapermillException as error:
        tell({"ended": "failed", **pack_error(explain_failure(part.file, error, cell_seconds=part.cell_seconds))})
    except OSError as error:
        tell({"ended": "refused", "errno": error.errno, "why": error.strerror, "file": str(error.filename)})
    except BaseException as error:
        tell({"ended": "failed", **pack_error(error)})
    finally:
        # Nothing of the parent's may run here a second time: no handlers at exit, no flushing of its files.
        os._exit(0)


def _listen(one: _Running) -> bool:
    """Hear what a fork tells; True once it is gone."""
    gone, status = os.waitpid(one.pid, os.WNOHANG)
    while part := _read(one.pipe):
        one.rest += part
    *lines, one.rest = one.rest.split(b"\n")
    for line in lines:
        record = json.loads(line)
        one.heard = time.monotonic()
        one.cell = record.get("cell", one.cell)
        one.ended = record if "ended" in record else one.ended
    if gone:
        os.close(one.pipe)
        one.ended = one.ended or _died(one, status)
    elif time.monotonic() - one.heard > one.part.cell_seconds + GRACE_SECONDS:
        limit = f"{one.part.cell_seconds:g} s"
        problem = f"{one.part.file}: {_place(one)} took longer than {limit} and did not stop when told."
        one.ended = {"ended": "failed", **pack_error(EndedError(problem))}
        os.kill(one.pid, signal.SIGKILL)
    return bool(gone)


def _read(pipe: int) -> bytes:
    try:
        return os.read(pipe, 65536)
    except BlockingIOError:
        return b""


def _place(one: _Running) -> str:
    return f"cell {one.cell + 1}" if one.cell >= 0 else "the beginning"


def _died(one: _Running, status: int) -> Record:
    """What is told of a fork that told nothing of its end: a crash, or somebody ended it."""
    problem = f"{one.part.file}: {_place(one)}: its process {say_end(status)}"
    return {"ended": "failed", **pack_error(EndedError(problem))}


def _judge(one: _Running) -> None:
    """Raise what a part failed with."""
    ended = one.ended or {}
    if ended.get("ended") == "refused":
        raise OSError(ended["errno"], ended["why"], ended["file"])
    if ended.get("ended") == "failed":
        raise unpack_error(ended)


def keep_failed(private: Path, failed: Path, error: NotebookError) -> NotebookError:
    """Keep the executed notebook of a failed chapter, and say where it is.

    Parameters
    ----------
    private : Path
        Where executed notebooks are.
    failed : Path
        Folder to keep it in; made.
    error : NotebookError
        Its first sentence begins with the name of the notebook.
    """
    name = error.problems[0].partition(".ipynb")[0] if error.problems else ""
    source = private / f"{name}.ipynb"
    if not name or not source.is_file():
        return type(error)(*error.problems, "Nothing was published.")
    kept = failed / f"{name}.failed.ipynb"
    try:
        failed.mkdir(parents=True, exist_ok=True)
        source.replace(kept)
    except OSError:
        return type(error)(*error.problems, "Nothing was published; the failed notebook could not be kept.")
    return type(error)(*error.problems, f"Nothing was published. The failed notebook: {kept}")
