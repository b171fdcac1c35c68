"""Making a report, in the process that a worker gives it: from an engagement file to a published folder."""

from __future__ import annotations

import functools
import json
import os
import secrets
import shutil
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from nbformat import NotebookNode

import axlib
from axlib.reports.brand import Brand
from axlib.reports.chapter_processes import Part, keep_failed, run_side_by_side
from axlib.reports.chapters import CHAPTERS, Chapter, find_notebooks, read_parameters
from axlib.reports.commentary import refuse_names
from axlib.reports.consultant_files import list_words, read_brand, read_notes
from axlib.reports.earlier_run import find_earlier
from axlib.reports.in_process import run_in_process
from axlib.reports.index import write_index
from axlib.reports.page import render_page
from axlib.reports.printing import find_browser, print_page
from axlib.reports.process_trees import lift_limit
from axlib.reports.publishing import ReportPlace, hold_report, publish_folder, remove_old_runs
from axlib.reports.report_job import Record, ReportJob, Steps
from axlib.reports.run_files import describe_run, record_run, write_tables
from axlib.reports.running import run_in_kernel
from axlib.reports.unchanged import key_of_report
from axlib.reports.workbook.writing import render_workbook
from axlib.tables.engagement import Engagement, read_engagement
from axlib.verbs.diagnose import diagnose
from axlib.verbs.diagnosis import Diagnosis, keep_diagnosis
from axlib.verbs.headline_numbers import write_headlines
from axlib.verbs.profiles import build_profiles
from axlib.words.errors import DataError, NotebookError


@dataclass(frozen=True)
class _Pages:
    """What the pages of one report share."""

    engagement: Engagement
    brand: Brand
    notes: Mapping[str, str]
    footer: Mapping[str, str]
    building: Path
    now: datetime

    def write(self, chapter: Chapter, notebook: NotebookNode) -> None:
        """Write the page of a chapter."""
        links = [(other.title, Path(other.page).name) for other in CHAPTERS if other.face == "internal"]
        page = render_page(
            notebook,
            face=chapter.face,  # type: ignore[arg-type]
            title=f"{chapter.title}: {self.engagement.client}",
            brand=self.brand,
            footer=self.footer,
            chapters=links if chapter.face == "internal" else (),
            notes=self.notes,
            folds=chapter.face == "client",
        )
        (self.building / chapter.page).write_text(page, "utf-8")


def make_report(job: ReportJob, tell: Callable[[Record], None], *, can_fork: bool) -> Record:
    """Publish the report of one engagement, whole or not at all.

    Parameters
    ----------
    job : ReportJob
    tell : callable
        Gets a record of each step.
    can_fork : bool
        Whether this process may fork the chapters; they run in kernels where it may not.

    Returns
    -------
    dict
        Where the report is: ``folder``, ``page``, ``seconds``.

    Raises
    ------
    ConfigurationError, DataError
        Nothing was run, or what was named cannot be read or written.
    NotebookError
        A chapter failed; its executed notebook is kept, nothing is published.
    BusyError
        Another run holds this report.
    """
    steps = Steps(tell)
    with steps.take("open"):
        values = read_parameters(job.parameters)
        # Taken before anything is read: data that change meanwhile make the next run run again.
        key = key_of_report(Path(job.engagement), job.parameters, pdf=job.pdf) if job.notebooks is None else ""
        browser = find_browser() if job.pdf else None
        notebooks = Path(job.notebooks) if job.notebooks else find_notebooks()
        engagement = read_engagement(job.engagement, **values)  # type: ignore[arg-type]
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        place = ReportPlace(Path(job.reports).resolve() / engagement.name, engagement.as_of.isoformat(), run_id)
        brand = read_brand(engagement)
        notes, open_notes = read_notes(engagement, notebooks)
    tell({"place": {"report": engagement.name, "run": run_id, "building": str(place.building)}})
    with hold_report(place, wait=job.wait_seconds):
        (place.building / "private").mkdir()
        with steps.take("numbers"):
            diagnosis, raised = _diagnose(engagement, place)
            words = list_words(open_notes, diagnosis.clean.overrides, file_name=engagement.settings.overrides)
            refuse_names(words, diagnosis.clean.members)
        footer = describe_run(diagnosis, run_id, now)
        pages = _Pages(engagement, brand, notes, footer, place.building, now)
        for face in ("client", "internal"):
            (place.building / face).mkdir()
        given = {"engagement": str(engagement.path), **values}
        forks = can_fork and not job.kernels
        make = _make_in_forks if forks else _make_in_kernels
        try:
            make(job, notebooks, given, diagnosis, pages, steps)
        except NotebookError as error:
            raise keep_failed(place.building / "private", place.failed, error) from None
        if browser:
            with steps.take("pdf"):
                lift_limit()
                client = place.building / "client"
                print_page(client / "report.html", client / "report.pdf", browser=browser)
        with steps.take("record"):
            record = record_run(diagnosis, values, run_id, now, steps.seconds, raised)
            (place.building / "run.json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
            shutil.rmtree(place.building / "private")
        folder = publish_folder(
            place,
            summary={"as_of": place.as_of, "published_at": record["finished_at"], "key": key},
            is_newest=engagement.settings.as_known == "today",
            step=steps.take,
        )
        if job.keep is not None:
            with steps.take("old runs"):
                remove_old_runs(place, keep=job.keep)
        if job.with_index:
            with steps.take("index"):
                write_index(place.root.parent)
    return {"folder": str(folder), "page": str(place.root / "report.html"), "seconds": steps.seconds}


def _diagnose(engagement: Engagement, place: ReportPlace) -> tuple[Diagnosis, list[str]]:
    """Make the numbers; a file that is gone or cannot be read is the user's to mend."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            diagnosis = diagnose(engagement, earlier=find_earlier(place.root, as_of=engagement.as_of))
        except OSError as error:
            name = Path(str(error.filename)).name if error.filename else "a file"
            raise DataError(
                f"{engagement.path.name}: {name} cannot be read ({error.strerror}). Put it back as the engagement "
                "file names it, readable for whoever runs this."
            ) from None
    return diagnosis, [str(item.message) for item in caught]


def _make_in_forks(
    job: ReportJob, notebooks: Path, given: dict[str, object], diagnosis: Diagnosis, pages: _Pages, steps: Steps
) -> None:
    """Each chapter, and the tables, in a fork of this process, which finds the diagnosis in memory."""
    private = pages.building / "private"
    kept = str(private / "diagnosis")
    _answer_from_memory(diagnosis, kept)

    def make(chapter: Chapter, began: Callable[[int], None]) -> None:
        notebook = run_in_process(
            notebooks / f"{chapter.notebook}.ipynb",
            private / f"{chapter.notebook}.ipynb",
            parameters={**given, "kept": kept},
            cell_seconds=job.cell_seconds,
            began=began,
        )
        pages.write(chapter, notebook)

    # The later a chapter, the more it draws; what is long begins first.
    chapters = sorted(CHAPTERS, key=lambda chapter: chapter.notebook, reverse=True)
    parts = [Part(chapter.notebook, functools.partial(make, chapter), job.cell_seconds) for chapter in chapters]
    parts.insert(-1, Part("tables", lambda began: _write_tables(diagnosis, pages)))
    run_side_by_side(parts, at_once=os.cpu_count() or 1, done=steps.done)


def _write_tables(diagnosis: Diagnosis, pages: _Pages) -> None:
    """Write what a report has beside its pages."""
    write_tables(diagnosis, pages.building)
    workbook = render_workbook(build_profiles(diagnosis), written_on=pages.now.date())
    (pages.building / "internal" / "profiles.xlsx").write_bytes(workbook)
    (pages.building / "results.json").write_text(write_headlines(diagnosis), "utf-8")


def _answer_from_memory(diagnosis: Diagnosis, folder: str) -> None:
    """From here on ``axlib.diagnose(…, kept=folder)`` in this process and its forks needs no files.

    The name that chapters look up is set in the package's own table of contents; no module is changed.
    """

    def answer(engagement: Engagement, *, kept: str | Path | None = None, **others: Any) -> Diagnosis:
        return diagnosis if kept == folder else diagnose(engagement, kept=kept, **others)

    vars(axlib)["diagnose"] = answer


def _make_in_kernels(
    job: ReportJob, notebooks: Path, given: dict[str, object], diagnosis: Diagnosis, pages: _Pages, steps: Steps
) -> None:
    """Each chapter in a kernel, a few at a time, which reads the diagnosis from the run's private folder."""
    private = pages.building / "private"
    kept = private / "diagnosis"
    keep_diagnosis(diagnosis, kept)

    def execute(chapter: Chapter) -> tuple[Chapter, NotebookNode, float]:
        began = perf_counter()
        name = f"{chapter.notebook}.ipynb"
        parameters = {**given, "kept": str(kept)}
        notebook = run_in_kernel(notebooks / name, private / name, parameters=parameters, cell_seconds=job.cell_seconds)
        return chapter, notebook, perf_counter() - began

    with ThreadPoolExecutor(max_workers=min(len(CHAPTERS), os.cpu_count() or 1)) as pool:
        futures = [pool.submit(execute, chapter) for chapter in CHAPTERS]
        try:
            for future in futures:
                chapter, notebook, took = future.result()
                pages.write(chapter, notebook)
                steps.done(chapter.notebook, took)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    with steps.take("tables"):
        _write_tables(diagnosis, pages)
