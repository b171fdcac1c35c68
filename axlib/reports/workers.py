"""Asking a worker for reports: start it, tell it what to make, hear how that went, and end it with all it started."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from axlib.reports.process_trees import CAN_FORK, end_group, end_tree
from axlib.reports.report_job import PACKAGE, Record, ReportJob, unpack_error
from axlib.words.errors import DefectError, EndedError

#: What a worker and all its processes find in their environment.
ENVIRONMENT = {
    # One thread of linear algebra per process: on a busy machine two are many times slower.
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # A kernel that a user registered elsewhere under our kernel's name must not run our chapters.
    "JUPYTER_PREFER_ENV_PATH": "1",
    # The backend that kernels have: without it figures of pyplot are lost without a word.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

Tell = Callable[[Record], None]


class Worker:
    """A process that makes reports, started when it is first asked and ended with ``close`` or the ``with`` block.

    Any number of threads may ask at once; each report has a process of its own. A worker that died is started again
    for the next report.

    Examples
    --------
    >>> with Worker() as worker:
    ...     pass
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    def make(self, job: ReportJob, tell: Tell) -> Record:
        """Make a report.

        Parameters
        ----------
        job : ReportJob
        tell : callable
            Gets a record of every step.

        Returns
        -------
        dict
            ``folder``, ``page``, and ``seconds``.

        Raises
        ------
        AxError
            Whatever the report failed with; `EndedError` if its process died or took too long.
        """
        return self._ask({"report": job.to_record()}, tell, seconds=job.run_seconds)

    def write_index(self, reports: str) -> None:
        """Write the page of all reports again."""
        self._ask({"index": reports}, lambda record: None, seconds=300.0)

    def close(self) -> None:
        """End the worker and whatever it is making."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _ask(self, request: Record, tell: Tell, *, seconds: float) -> Record:
        if CAN_FORK:
            try:
                return self._connect().ask(request, tell)
            except _NotTakenError:
                # It was ended by force between two reports, and its end was not yet to be seen.
                pass
            try:
                return self._connect().ask(request, tell)
            except _NotTakenError as error:
                raise EndedError(*error.problems) from None
        # Where there are no forks, each report has a process that imports everything for itself.
        connection = _Connection()
        limit = threading.Timer(seconds, connection.end_late)
        limit.start()
        try:
            return connection.ask(request, tell)
        finally:
            limit.cancel()
            connection.close()

    def _connect(self) -> _Connection:
        with self._lock:
            if self._connection and not self._connection.can_be_asked:
                self._connection.close()
                self._connection = None
            self._connection = self._connection or _Connection()
            return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class _NotTakenError(EndedError):
    """The worker was ended before it began with what it was asked for."""


class _Connection:
    """One worker process, and the answers it owes."""

    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the process)
        path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")]))
        # A session of its own: the key that stops us must not reach the reports before we have said how they end.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "axlib.reports.worker_start"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
        )
        self._lock = threading.Lock()
        self._asked = 0
        self._owed: dict[int, queue.SimpleQueue[Record | None]] = {}
        self._leaders: dict[int, int] = {}
        self._taken: set[int] = set()
        self._is_late = False
        self.is_alive = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def can_be_asked(self) -> bool:
        """Whether the process is there: the reader may not have heard yet that it ended."""
        return self.is_alive and self._process.poll() is None

    def ask(self, request: Record, tell: Tell) -> Record:
        """Ask for one thing, and wait until it is done."""
        answers: queue.SimpleQueue[Record | None] = queue.SimpleQueue()
        with self._lock:
            self._asked += 1
            number = self._asked
            self._owed[number] = answers
            if not self.is_alive:
                answers.put(None)
        line = json.dumps({"id": number, **request}) + "\n"
        with contextlib.suppress(OSError), self._lock:
            assert self._process.stdin
            self._process.stdin.write(line.encode("utf-8"))
            self._process.stdin.flush()
        while (record := answers.get()) is not None:
            if "done" in record:
                done: Record = record["done"]
                return done
            if "failed" in record:
                raise unpack_error(record["failed"])
            tell(record)
        raise self._explain_death(was_taken=number in self._taken)

    def close(self) -> None:
        """Let the process go: it ends what it is making, then itself."""
        with contextlib.suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            end_tree(self._process.pid)
            self._process.wait()
        self._reader.join()
        self._errors.close()

    def end_late(self) -> None:
        """End the process and all it started, for it takes too long."""
        self._is_late = True
        end_tree(self._process.pid)

    def _read(self) -> None:
        """Hand each answer to who waits for it; at the end, tell all that there will be no more."""
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in lines:
                record = json.loads(line)
                number = record.pop("id")
                if "pid" in record:
                    self._taken.add(number)
                    self._leaders[number] = record["pid"]
                    continue
                if "done" in record or "failed" in record:
                    self._leaders.pop(number, None)
                self._owed[number].put(record)
        with self._lock:
            self.is_alive = False
        if CAN_FORK:
            # A worker that was ended by force could not end its reports; the system has ended their leaders.
            for leader in self._leaders.values():
                end_group(leader)
        for answers in self._owed.values():
            answers.put(None)

    def _explain_death(self, *, was_taken: bool) -> EndedError | DefectError:
        code = self._process.wait()
        if self._is_late:
            return EndedError("The report took longer than it may and was ended. Allow more by --timeout.")
        if code < 0 or was_taken:
            how = f"was ended by signal {-code}" if code < 0 else f"left with code {code}"
            kind_of_end = EndedError if was_taken else _NotTakenError
            return kind_of_end(f"The worker {how}. Nothing was published.")
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        kind = lines[-1].partition(":")[0] if lines else f"code {code}"
        to_see = f"{sys.executable} -m axlib.reports.worker_start < {os.devnull}"
        return DefectError(f"The worker did not start ({kind}). To see why: {to_see}")


_shared: Worker | None = None
_sharing = threading.Lock()


def share_worker() -> Worker:
    """Return this process's one worker, for whoever makes reports here now and later, such as a cluster's worker."""
    global _shared
    with _sharing:
        if _shared is None:
            _shared = Worker()
        return _shared
