"""Many reports, unattended: each in a process of its own, so that a bad one touches no other."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from axlib.reports.publishing import replace_file
from axlib.reports.report import Progress, make_published
from axlib.reports.report_job import ReportJob
from axlib.reports.unchanged import find_unchanged, name_report
from axlib.reports.workers import share_worker
from axlib.words.errors import AxError, BatchError, ConfigurationError, DataError, UsageError

#: Seconds to wait for another run of the same report, before it counts as held.
WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class BatchRow:
    """What became of one engagement.

    Attributes
    ----------
    report : str
        Its name, which is its folder's below the reports.
    status : str
        published, unchanged, or failed.
    exit_code : int
        Of the last try, as ``axlib run`` would have left with.
    error : str
        Class of the error; empty where there is none.
    seconds : float
        Of all tries.
    tries : int
    engagement : str
        The engagement file.
    run : str
        The run folder; empty where nothing was published.
    why : str
        Sentences of the error. They may quote what stands in a file, so they stay in ``batch.json``.
    """

    report: str
    status: str
    exit_code: int
    error: str
    seconds: float
    tries: int
    engagement: str
    run: str = ""
    why: str = ""


def find_engagements(paths: Iterable[Path]) -> list[Path]:
    """List the engagement files of paths: files themselves, and every engagement.yml below folders.

    Raises
    ------
    UsageError
        A path is not there, or nothing was found.
    ConfigurationError
        Two engagements are of one name, so their reports would take each other's place.
    """
    found: list[Path] = []
    problems = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("engagement.yml"))
        elif path.is_file():
            found.append(path)
        else:
            problems.append(f"axlib batch: there is no '{path}'. Name engagement files, or folders that hold some.")
    if not found and not problems:
        problems.append("axlib batch: no engagement.yml below the folders named.")
    if problems:
        raise UsageError(*problems)
    unique = list(dict.fromkeys(path.resolve() for path in found))
    names = [name_report(path) for path in unique]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ConfigurationError(
            *(
                f"axlib batch: two engagements are called '{name}'. Rename one folder, or its key 'name'."
                for name in doubled
            )
        )
    return unique


def run_one(job: ReportJob, if_changed: bool = False, retries: int = 0, progress: Progress | None = None) -> BatchRow:
    """Make one report of a batch; the unit of work of any executor.

    Whatever runs it needs this package in the same version and the same folders under the same paths. The first
    report in a process starts a worker, which the later ones share.
    """
    began, tries = perf_counter(), 0
    name = name_report(Path(job.engagement))

    def row(status: str, *, error: AxError | None = None, run: Path | None = None) -> BatchRow:
        return BatchRow(
            report=name,
            status=status,
            exit_code=error.exit_code if error else 0,
            error=type(error).__name__ if error else "",
            seconds=round(perf_counter() - began, 2),
            tries=tries,
            engagement=job.engagement,
            run=str(run or ""),
            why=" ".join(error.problems) if error else "",
        )

    while True:
        tries += 1
        try:
            if if_changed and find_unchanged(
                Path(job.engagement), reports=Path(job.reports), parameters=job.parameters, pdf=job.pdf
            ):
                return row("unchanged")
            made = make_published(job, share_worker(), progress)
            return row("published", run=made.folder)
        except AxError as error:
            if tries > retries or not error.may_pass_again:
                return row("failed", error=error)
        except OSError as error:
            # The file was there when the batch began.
            return row("failed", error=DataError(f"{job.engagement}: cannot be read ({error.strerror})."))


def run_batch(
    paths: Sequence[Path],
    *,
    reports: Path,
    like: ReportJob | None = None,
    jobs: int | None = None,
    if_changed: bool = False,
    retries: int = 1,
    executor: Executor | None = None,
    progress: Callable[[BatchRow], None] | None = None,
    steps: Progress | None = None,
    on_failure: Sequence[str] = (),
) -> list[BatchRow]:
    """Publish the reports of many engagements.

    Parameters
    ----------
    paths : sequence of Path
        Engagement files, or folders that hold some.
    reports : Path
    like : ReportJob, optional
        What all reports have in common: how many runs stay, limits, parameters.
    jobs : int, optional
        Reports made at once; as many as there are cores without it. An executor has its own mind.
    if_changed : bool
        Leave alone what nothing has changed for.
    retries : int
        Further tries of what may pass on another: a process that died, took too long, or found the report held.
    executor : Executor, optional
        Any of ``concurrent.futures``' kind; threads that share one worker without it.
    progress : callable, optional
        Told of each report as it ends.
    steps : callable, optional
        Told of each step of each report, where they are made here.
    on_failure : sequence of str, optional
        A command that gets the summary on its standard input if any report failed, without the sentences of errors.

    Returns
    -------
    list of BatchRow
        In the order of the engagements. ``batch.json`` in the reports' root holds the same.

    Raises
    ------
    BatchError
        Some reports failed; all others are published.
    """
    engagements = find_engagements(paths)
    reports = reports.resolve()
    reports.mkdir(mode=0o700, parents=True, exist_ok=True)
    common = replace(like or ReportJob(""), reports=str(reports), wait_seconds=WAIT_SECONDS, with_index=False)
    tasks = [replace(common, engagement=str(path)) for path in engagements]
    pool = executor or ThreadPoolExecutor(max_workers=max(1, jobs or os.cpu_count() or 1))
    told = steps if executor is None else None
    try:
        rows = _collect(pool, tasks, if_changed, retries, told, progress)
        ordered = [rows[job.engagement] for job in tasks]
        failed = [row for row in ordered if row.status == "failed"]
        summary = {
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "reports": len(ordered),
            **{status: sum(row.status == status for row in ordered) for status in ("published", "unchanged", "failed")},
            "rows": [asdict(row) for row in ordered],
        }
        text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
        replace_file(reports / "batch.json", text.encode("utf-8"))
        share_worker().write_index(str(reports))
    finally:
        if executor is None:
            pool.shutdown(cancel_futures=True)
        share_worker().close()
    if failed and on_failure:
        quiet = {**summary, "rows": [{k: v for k, v in asdict(row).items() if k != "why"} for row in ordered]}
        # The command is the scheduler's own, from its own command line.
        subprocess.run(list(on_failure), input=json.dumps(quiet, indent=2), text=True, timeout=300, check=False)  # noqa: S603
    if failed:
        raise BatchError(*(_sentence(row) for row in failed))
    return ordered


def _collect(
    pool: Executor,
    tasks: Sequence[ReportJob],
    if_changed: bool,
    retries: int,
    steps: Progress | None,
    progress: Callable[[BatchRow], None] | None,
) -> dict[str, BatchRow]:
    """Have a pool run the tasks; what the pool itself loses, it gets again."""
    rows: dict[str, BatchRow] = {}
    futures: dict[Future[BatchRow], tuple[ReportJob, int]] = {}

    def submit(job: ReportJob, tries: int) -> None:
        # What goes to another machine is plain: whom to tell of steps stays here.
        told = {"progress": steps} if steps else {}
        futures[pool.submit(run_one, job, if_changed, retries, **told)] = (job, tries)

    for job in tasks:
        submit(job, 1)
    while futures:
        for future in as_completed(list(futures)):
            job, tries = futures.pop(future)
            try:
                row = future.result()
            except Exception as error:
                # A worker that died takes its report with it, not the batch.
                if tries <= retries:
                    submit(job, tries + 1)
                    continue
                name = name_report(Path(job.engagement))
                row = BatchRow(name, "failed", 12, type(error).__name__, 0.0, tries, job.engagement)
            rows[job.engagement] = row
            if progress:
                progress(row)
    return rows


def _sentence(row: BatchRow) -> str:
    """Say what failed, without quoting what stands in a file: logs and mails have no business with it."""
    told = row.error in ("BusyError", "NotebookError", "EndedError", "DefectError")
    said = row.why if told else f"Why: see batch.json, or axlib check {row.engagement}"
    return f"{row.engagement}: {row.error} (exit {row.exit_code}). {said}"
