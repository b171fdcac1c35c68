"""One report, from an engagement file to a published folder."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat

from axlib.reports.brand import Brand
from axlib.reports.chapters import CHAPTERS, Chapter, find_notebooks, read_parameters
from axlib.reports.commentary import list_sections, read_commentary, refuse_names
from axlib.reports.earlier_run import find_earlier
from axlib.reports.index import write_index
from axlib.reports.page import render_page
from axlib.reports.printing import find_browser, print_page
from axlib.reports.publishing import ReportPlace, hold_report, publish_folder, remove_old_runs
from axlib.reports.running import run_chapter
from axlib.reports.unchanged import key_of_report
from axlib.reports.workbook.writing import render_workbook
from axlib.tables.engagement import Engagement, read_engagement
from axlib.verbs.diagnose import diagnose
from axlib.verbs.diagnosis import Diagnosis, keep_diagnosis
from axlib.verbs.headline_numbers import write_headlines
from axlib.verbs.intake_plan import IntakePlan
from axlib.verbs.member_list import list_members
from axlib.verbs.pilot import Pilot
from axlib.verbs.pilot_protocol import write_protocol
from axlib.verbs.profiles import build_profiles
from axlib.verbs.provenance import trace_provenance
from axlib.verbs.segments import Segmentation
from axlib.verbs.surrogate import Surrogate, write_rules
from axlib.words.display import table_to_csv
from axlib.words.errors import ConfigurationError, NotebookError

#: Called with what is done, and the seconds it took.
Progress = Callable[[str, float], None]


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
    progress: Progress | None = None,
) -> PublishedReport:
    """Publish the report of one engagement, whole or not at all.

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
    progress : callable, optional
        Told of every step.

    Returns
    -------
    PublishedReport

    Raises
    ------
    ConfigurationError, DataError
        Nothing was run.
    NotebookError
        A chapter failed; its executed notebook is kept, nothing is published.
    BusyError
        Another run holds this report.
    """
    tell = progress or (lambda step, seconds: None)
    values = read_parameters(parameters or {})
    # Taken before anything is read: data that change meanwhile make the next run run again.
    key = key_of_report(Path(engagement_file), parameters or {}, pdf=pdf)
    browser = find_browser() if pdf else None
    notebooks = find_notebooks()
    engagement = read_engagement(engagement_file, **values)  # type: ignore[arg-type]
    now = datetime.now(UTC)
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    place = ReportPlace(Path(reports).resolve() / engagement.name, engagement.as_of.isoformat(), run_id)
    brand = _read_brand(engagement)
    notes, open_notes = _read_notes(engagement, notebooks)
    with hold_report(place):
        seconds: dict[str, float] = {}
        began = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            diagnosis = diagnose(engagement, earlier=find_earlier(place.root, as_of=engagement.as_of))
        refuse_names(open_notes, diagnosis.clean.members)
        kept = place.building / "private" / "diagnosis"
        kept.parent.mkdir()
        keep_diagnosis(diagnosis, kept)
        seconds["diagnose"] = time.perf_counter() - began
        tell("numbers", seconds["diagnose"])
        given = {"engagement": str(engagement.path), "kept": str(kept), **values}
        executed = _run_chapters(place, notebooks, given, seconds, tell)
        began = time.perf_counter()
        footer = _footer(diagnosis, run_id, now)
        for chapter in CHAPTERS:
            links = [(other.title, Path(other.page).name) for other in CHAPTERS if other.face == "internal"]
            page = render_page(
                executed[chapter.notebook],
                face=chapter.face,  # type: ignore[arg-type]
                title=f"{chapter.title}: {engagement.client}",
                brand=brand,
                footer=footer,
                chapters=links if chapter.face == "internal" else (),
                notes=notes,
            )
            target = place.building / chapter.page
            target.parent.mkdir(exist_ok=True)
            target.write_text(page, "utf-8")
        seconds["pages"] = time.perf_counter() - began
        tell("pages", seconds["pages"])
        if browser:
            began = time.perf_counter()
            client = place.building / "client"
            print_page(client / "report.html", client / "report.pdf", browser=browser)
            seconds["pdf"] = time.perf_counter() - began
            tell("pdf", seconds["pdf"])
        _write_tables(diagnosis, place.building)
        began = time.perf_counter()
        workbook = render_workbook(build_profiles(diagnosis), written_on=now.date())
        (place.building / "internal" / "profiles.xlsx").write_bytes(workbook)
        seconds["workbook"] = time.perf_counter() - began
        headlines = write_headlines(diagnosis)
        (place.building / "results.json").write_text(headlines, "utf-8")
        record = _record(diagnosis, values, run_id, now, seconds, [str(item.message) for item in caught])
        (place.building / "run.json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
        shutil.rmtree(place.building / "private")
        folder = publish_folder(
            place,
            summary={"as_of": place.as_of, "published_at": record["finished_at"], "key": key},
            is_newest=engagement.settings.as_known == "today",
        )
        if keep is not None:
            remove_old_runs(place, keep=keep)
        write_index(place.root.parent)
    return PublishedReport(folder, place.root / "report.html", seconds)


def _run_chapters(
    place: ReportPlace,
    notebooks: Path,
    parameters: dict[str, object],
    seconds: dict[str, float],
    tell: Progress,
) -> dict[str, Any]:
    """Run all chapters, a few at a time; the first failure stops the report and keeps its notebook."""
    private = place.building / "private"

    def run(chapter: Chapter) -> tuple[Chapter, Any, float]:
        output = private / f"{chapter.notebook}.ipynb"
        notebook, took = run_chapter(notebooks / f"{chapter.notebook}.ipynb", output, parameters=parameters)
        return chapter, notebook, took

    executed: dict[str, Any] = {}
    with ThreadPoolExecutor(max_workers=min(len(CHAPTERS), os.cpu_count() or 1)) as pool:
        futures = [pool.submit(run, chapter) for chapter in CHAPTERS]
        try:
            for future in futures:
                chapter, notebook, took = future.result()
                executed[chapter.notebook] = notebook
                seconds[chapter.notebook] = took
                tell(chapter.notebook, took)
        except NotebookError as error:
            pool.shutdown(cancel_futures=True)
            name = error.problems[0].partition(".")[0]
            place.failed.mkdir(parents=True, exist_ok=True)
            source = private / f"{name}.ipynb"
            if source.is_file():
                source.rename(place.failed / f"{name}.failed.ipynb")
            raise NotebookError(
                *error.problems, f"Nothing was published. The failed notebook: {place.failed / f'{name}.failed.ipynb'}"
            ) from None
    return executed


def _read_brand(engagement: Engagement) -> Brand:
    settings = engagement.settings.report.brand
    logo = None
    if settings.logo:
        path = engagement.locate(settings.logo)
        kinds = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "svg+xml"}
        if path.suffix.lower() not in kinds or not path.is_file():
            raise ConfigurationError(
                f"{engagement.path.name}: report.brand.logo is '{settings.logo}'; must be a PNG, JPEG or SVG file "
                "beside the engagement file."
            )
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        logo = f"data:image/{kinds[path.suffix.lower()]};base64,{data}"
    return Brand(settings.name, settings.colour, logo, settings.confidentiality)


def _read_notes(engagement: Engagement, notebooks: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Read the consultant's notes: all of them, and those that a client will see."""
    opened = {
        chapter: nbformat.read(notebooks / f"{chapter.notebook}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
        for chapter in CHAPTERS
    }
    notes = read_commentary(engagement, sections=list_sections(opened.values()))
    shown = set(list_sections(book for chapter, book in opened.items() if chapter.face == "client"))
    return notes, {section: note for section, note in notes.items() if section in shown}


def _footer(diagnosis: Diagnosis, run_id: str, now: datetime) -> dict[str, str]:
    rows = trace_provenance(diagnosis).table
    return {
        "Run": run_id,
        "Made": f"{now:%Y-%m-%d %H:%M} UTC",
        **dict(zip(rows["what"], rows["value"], strict=True)),
    }


def _write_tables(diagnosis: Diagnosis, folder: Path) -> None:
    """Write what the team needs and the client must not see."""
    internal = folder / "internal"
    members = list_members(diagnosis)
    members.to_parquet(internal / "members.parquet")
    (internal / "members.csv").write_text(table_to_csv(members), "utf-8-sig", newline="")
    diagnosis.clean.ledger.to_parquet(internal / "ledger.parquet")
    (internal / "quarantine.csv").write_text(table_to_csv(diagnosis.clean.quarantine), "utf-8-sig", newline="")
    (internal / "duplicates.csv").write_text(table_to_csv(diagnosis.data_check.duplicates), "utf-8-sig", newline="")
    if isinstance(diagnosis.intake_plan, IntakePlan):
        order = table_to_csv(diagnosis.intake_plan.table)
        (internal / "whom_to_ask.csv").write_text(order, "utf-8-sig", newline="")
    if isinstance(diagnosis.pilot, Pilot):
        _write_pilot(diagnosis.pilot, internal, client=diagnosis.engagement.client)
    # Of a class without a name nobody knows the hours; the consultant names it first.
    with_hours = {segment.name for segment in diagnosis.engagement.segments}
    if isinstance(diagnosis.surrogate, Surrogate) and with_hours.issuperset(
        segment.name for segment in diagnosis.surrogate.segments
    ):
        rules = write_rules(diagnosis.surrogate, segments=diagnosis.engagement.segments)
        (internal / "segments_by_hand.yml").write_text(rules, "utf-8")
    if isinstance(diagnosis.classes, Segmentation):
        (internal / "model.json").write_text(diagnosis.classes.model, "utf-8")


def _write_pilot(pilot: Pilot, internal: Path, *, client: str) -> None:
    """Write the lots and the plan; both are kept from before the pilot begins."""
    lots = table_to_csv(pilot.assignment)
    (internal / "pilot_assignment.csv").write_text(lots, "utf-8-sig", newline="")
    (internal / "pilot_protocol.md").write_text(write_protocol(pilot, client=client), "utf-8")
    if len(pilot.clusters):
        order = table_to_csv(pilot.clusters)
        (internal / "pilot_clusters.csv").write_text(order, "utf-8-sig", newline="")


def _record(
    diagnosis: Diagnosis,
    parameters: Mapping[str, object],
    run_id: str,
    now: datetime,
    seconds: Mapping[str, float],
    raised: list[str],
) -> dict[str, Any]:
    sources = diagnosis.sources.to_dict("records")
    return {
        "run_id": run_id,
        "started_at": now.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "name": diagnosis.engagement.name,
        "parameters": dict(parameters),
        "seed": diagnosis.engagement.settings.seed,
        "inputs": [
            {"table": row["table"], "file": row["file"], "rows": int(row["rows"]), "sha256": row["sha256"]}
            for row in sources
        ],
        "versions": {name: version(name) for name in ("axlib", "pandas", "numpy", "scipy", "papermill", "nbconvert")},
        "segments_fingerprint": getattr(diagnosis.segments, "fingerprint", None),
        "warnings": raised,
        "seconds": {step: round(value, 3) for step, value in seconds.items()},
    }
