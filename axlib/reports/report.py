"""One report, from an engagement file to a published folder: what is asked of a worker, and what it gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from axlib.reports.report_job import CELL_SECONDS, RUN_SECONDS, Record, ReportJob
from axlib.reports.run_log import tell_of
from axlib.reports.unchanged import name_report
from axlib.reports.workers import Worker
from axlib.words.errors import AxError

#: Called with a record of each step: report, run, step, status, seconds, and the class of an error.
Progress = Callable[[Record], None]


@dataclass(frozen=True)
class PublishedReport:
    """A report that was published.

    Attributes
    ----------
    folder : Path
        The run folder.
    page : Path
        The newest client page.
    seconds : dict of str to float
        What took how long.
    """

    folder: Path
    page: Path
    seconds: dict[str, float]


def run_report(
    engagement_file: str | Path,
    *,
    reports: str | Path = "reports",
    parameters: Mapping[str, str] | None = None,
    keep: int | None = None,
    pdf: bool = False,
    cell_seconds: float = CELL_SECONDS,
    run_seconds: float = RUN_SECONDS,
    memory_gb: float | None = None,
    kernels: bool = False,
    debug: bool = False,
    notebooks: str | Path | None = None,
    progress: Progress | None = None,
    worker: Worker | None = None,
) -> PublishedReport:
    """Publish the report of one engagement, whole or not at all.

    It is made in a process of its own that ends with all it started, however it ends.

    Parameters
    ----------
    engagement_file : str or Path
    reports : str or Path
        Root of all reports; made if absent.
    parameters : mapping of str to str, optional
        Parameters of the chapters as written on a command line.
    keep : int, optional
        Runs of this report that stay, the newest; all without it.
    pdf : bool
        Whether the client's page is printed to ``client/report.pdf`` too, by this machine's browser.
    cell_seconds, run_seconds : float
        How long one cell of a chapter may take, and the whole report.
    memory_gb : float, optional
        Memory each process of the report may take beyond what a worker has; on Linux.
    kernels : bool
        Run the chapters in Jupyter's kernels even where forks would be faster.
    debug : bool
        Keep tracebacks, which may hold members' data, in a file beside the reports that only its owner can read.
    notebooks : str or Path, optional
        Folder of the chapters; the package's own without it.
    progress : callable, optional
        Told of every step.
    worker : Worker, optional
        Makes the report, and others before and after it; one of its own without it.

    Returns
    -------
    PublishedReport

    Raises
    ------
    ConfigurationError, DataError
        Nothing was run.
    NotebookError
        A chapter failed; its executed notebook is kept, nothing is published. `EndedError` where the run took too
        long or its process died.
    BusyError
        Another run holds this report.
    DefectError
        Something of ours failed.
    """
    file = Path(engagement_file).resolve()
    job = ReportJob(
        engagement=str(file),
        reports=str(Path(reports).resolve()),
        parameters=dict(parameters or {}),
        keep=keep,
        pdf=pdf,
        cell_seconds=cell_seconds,
        run_seconds=run_seconds,
        memory_gb=memory_gb,
        kernels=kernels,
        debug=debug,
        notebooks=str(Path(notebooks).resolve()) if notebooks else None,
    )
    return make_published(job, worker, progress)


def make_published(job: ReportJob, worker: Worker | None, progress: Progress | None) -> PublishedReport:
    """Have a worker make a report, and tell how the whole of it ended."""
    tell = tell_of(name_report(Path(job.engagement)), progress or (lambda record: None))
    began = perf_counter()
    try:
        if worker:
            made = worker.make(job, tell)
        else:
            with Worker() as own:
                made = own.make(job, tell)
    except AxError as error:
        took = round(perf_counter() - began, 3)
        code = error.exit_code
        tell({"step": "run", "status": "failed", "seconds": took, "error": type(error).__name__, "exit_code": code})
        raise
    tell({"step": "run", "status": "published", "seconds": round(perf_counter() - began, 3)})
    return PublishedReport(Path(made["folder"]), Path(made["page"]), made["seconds"])
