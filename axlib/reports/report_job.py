"""What a worker is asked to make and what it tells: plain records that pass between processes as JSON."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from axlib.words.errors import (
    AxError,
    BatchError,
    BusyError,
    ConfigurationError,
    DataError,
    DefectError,
    EndedError,
    NotebookError,
    UsageError,
)

PACKAGE = Path(__file__).parents[1]
#: Seconds a cell may take, and a whole report.
CELL_SECONDS, RUN_SECONDS = 600.0, 3600.0

_KINDS: dict[str, type[AxError]] = {
    kind.__name__: kind
    for kind in (UsageError, DataError, ConfigurationError, NotebookError, EndedError, BusyError, BatchError)
}

#: One record of a worker, such as a step that was taken.
Record = dict[str, Any]


@dataclass(frozen=True)
class ReportJob:
    """One report to make.

    Attributes
    ----------
    engagement, reports : str
        The engagement file, and the root of all reports.
    parameters : dict of str to str
        As written on a command line.
    keep : int or None
        Runs of this report that stay, the newest; all where it is None.
    pdf : bool
        Whether the client's page is printed too.
    cell_seconds, run_seconds : float
        How long one cell of a chapter may take, and the whole report.
    memory_gb : float or None
        Memory each process of the report may take beyond what the worker has; no limit where it is None.
    wait_seconds : float
        How long to wait for another run of the same report.
    with_index : bool
        Whether ``index.html`` is written again afterwards.
    kernels : bool
        Whether chapters run in Jupyter's kernels even where they need not.
    debug : bool
        Whether a traceback is kept in a file.
    notebooks : str or None
        Folder of the chapters; those of this package where it is None.
    """

    engagement: str
    reports: str = "reports"
    parameters: Mapping[str, str] = field(default_factory=dict)
    keep: int | None = None
    pdf: bool = False
    cell_seconds: float = CELL_SECONDS
    run_seconds: float = RUN_SECONDS
    memory_gb: float | None = None
    wait_seconds: float = 0.0
    with_index: bool = True
    kernels: bool = False
    debug: bool = False
    notebooks: str | None = None

    def to_record(self) -> Record:
        """Return the job as JSON can hold it."""
        return asdict(self)


class Steps:
    """Tells of each step of a run when it is done, or fails, and keeps how long it took.

    Parameters
    ----------
    tell : callable
        Gets a record: step, status, seconds, and the class of an error; never a message, which may hold data.
    """

    def __init__(self, tell: Callable[[Record], None]) -> None:
        self.tell = tell
        self.seconds: dict[str, float] = {}

    @contextmanager
    def take(self, step: str) -> Iterator[None]:
        """Take a step."""
        began = perf_counter()
        try:
            yield
        except BaseException as error:
            took = perf_counter() - began
            self.tell({"step": step, "status": "failed", "seconds": round(took, 3), "error": type(error).__name__})
            raise
        self.done(step, perf_counter() - began)

    def done(self, step: str, took: float) -> None:
        """Tell of a step that was taken elsewhere."""
        self.seconds[step] = took
        self.tell({"step": step, "status": "done", "seconds": round(took, 3)})


def pack_error(error: BaseException) -> Record:
    """Turn an error into a record that holds no members' data but what its own sentences say.

    Of an error that is none of ours, only its class and where it arose are told.

    Examples
    --------
    >>> pack_error(BusyError("acme: another run holds this report."))
    {'error': 'BusyError', 'problems': ['acme: another run holds this report.']}
    """
    if isinstance(error, AxError):
        return {"error": type(error).__name__, "problems": list(error.problems)}
    if isinstance(error, MemoryError):
        problem = "The report needs more memory than it may have. Allow more by --memory-gb, or run fewer at once."
        return {"error": "NotebookError", "problems": [problem], "cause": "MemoryError"}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if str(PACKAGE) in frame.filename]
    places = [f"{Path(f.filename).relative_to(PACKAGE.parent).as_posix()}:{f.lineno} ({f.name})" for f in frames[-3:]]
    arose = f" at {', called from '.join(reversed(places))}" if places else ""
    problem = (
        f"A defect of ours, {type(error).__name__}{arose}. Nothing was published. "
        "--debug keeps the whole traceback in a file of your own."
    )
    return {"error": "DefectError", "problems": [problem], "cause": type(error).__name__}


def unpack_error(record: Record) -> AxError:
    """Turn a record of an error back into the error."""
    return _KINDS.get(str(record.get("error")), DefectError)(*map(str, record.get("problems", ())))
