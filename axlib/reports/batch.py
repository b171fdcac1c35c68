"""Many reports, unattended: each in a process of its own, so that a bad one touches no other."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from axlib.reports.index import write_index
from axlib.reports.publishing import replace_file
from axlib.words.errors import BatchError, ConfigurationError, UsageError

#: Exit codes that may pass on a second try: a notebook that failed (a kernel may have died), a report held by another.
WORTH_ANOTHER_TRY = (12, 13, -9, 137)
#: Seconds one report may take before its process is ended.
REPORT_SECONDS = 3600


@dataclass(frozen=True)
class BatchRow:
    """What became of one engagement.

    Attributes
    ----------
    engagement : str
        The engagement file as it was named.
    exit_code : int
        Of the last try.
    status : str
        published, unchanged, or failed.
    seconds : float
    tries : int
    why : str
        First sentence of the error; empty where there is none. It holds no member's data.
    """

    engagement: str
    exit_code: int
    status: str
    seconds: float
    tries: int
    why: str


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
    names = [path.parent.name if path.name == "engagement.yml" else path.stem for path in unique]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ConfigurationError(
            *(f"axlib batch: two engagements are called '{name}'. Rename one folder." for name in doubled)
        )
    return unique


def run_one(engagement: str, reports: str, words: Sequence[str], retries: int) -> BatchRow:
    """Publish one report in a process of its own; the unit of work of any executor.

    Workers need this package in the same version and the same folders under the same paths.
    """
    began, tries = time.perf_counter(), 0
    while True:
        tries += 1
        command = [sys.executable, "-m", "axlib", "run", engagement, "--reports", reports, *words]
        try:
            done = subprocess.run(  # noqa: S603 - our own command with words of our own
                command, capture_output=True, text=True, timeout=REPORT_SECONDS, stdin=subprocess.DEVNULL
            )
            code, errors, said = done.returncode, done.stderr, done.stdout
        except subprocess.TimeoutExpired:
            code, errors, said = 12, f"The report took longer than {REPORT_SECONDS} s and was ended.", ""
        if code == 0 or tries > retries or code not in WORTH_ANOTHER_TRY:
            break
    status = "failed" if code else "unchanged" if "unchanged" in said else "published"
    # Sentences of ours name places and rules; a traceback may quote data, so only its last line's class is told.
    lines = [line for line in errors.splitlines() if line.strip()]
    why = "" if code == 0 else lines[-1].partition(":")[0] if code == 1 and lines else _first_sentence(lines)
    return BatchRow(engagement, code, status, round(time.perf_counter() - began, 2), tries, why)


def _first_sentence(lines: list[str]) -> str:
    told = [line for line in lines if not line.rstrip().endswith(" s")]
    return told[0] if told else ""


def run_batch(
    paths: Sequence[Path],
    *,
    reports: Path,
    jobs: int = 1,
    words: Sequence[str] = (),
    retries: int = 1,
    executor: Executor | None = None,
    progress: Callable[[BatchRow], None] | None = None,
    on_failure: Sequence[str] = (),
) -> list[BatchRow]:
    """Publish the reports of many engagements.

    Parameters
    ----------
    paths : sequence of Path
        Engagement files, or folders that hold some.
    reports : Path
    jobs : int
        Reports made at once.
    words : sequence of str
        Further words for each ``axlib run``.
    retries : int
        Further tries of what may pass on another.
    executor : Executor, optional
        Any of ``concurrent.futures``' kind; a pool of threads, each with a process, without one.
    progress : callable, optional
        Told of each report as it ends.
    on_failure : sequence of str, optional
        A command that gets the summary on its standard input if any report failed.

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
    reports.mkdir(parents=True, exist_ok=True)
    pool = executor or ThreadPoolExecutor(max_workers=max(1, jobs))
    rows: dict[str, BatchRow] = {}
    try:
        futures: dict[Future[BatchRow], str] = {
            pool.submit(run_one, str(path), str(reports.resolve()), tuple(words), retries): str(path)
            for path in engagements
        }
        for future in as_completed(futures):
            name = futures[future]
            try:
                row = future.result()
            except Exception as error:
                # A worker that died takes its report with it, not the batch.
                row = BatchRow(name, 1, "failed", 0.0, 1, type(error).__name__)
            rows[name] = row
            if progress:
                progress(row)
    finally:
        if executor is None:
            pool.shutdown(cancel_futures=True)
    ordered = [rows[str(path)] for path in engagements]
    failed = [row for row in ordered if row.status == "failed"]
    summary = {
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reports": len(ordered),
        "failed": len(failed),
        "rows": [asdict(row) for row in ordered],
    }
    text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
    replace_file(reports / "batch.json", text.encode("utf-8"))
    write_index(reports)
    if failed and on_failure:
        # The command is the scheduler's own, from its own command line.
        subprocess.run(list(on_failure), input=text, text=True, timeout=300, check=False)  # noqa: S603
    if failed:
        raise BatchError(*(f"{row.engagement}: {row.why} (exit {row.exit_code})" for row in failed))
    return ordered
