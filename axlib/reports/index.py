"""The page of all reports: which there are, how old they are, and how their headline numbers went.

It is made from what the runs left: ``latest.json``, ``run.json`` and ``results.json`` of each, and ``batch.json``.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat.v4
import pandas as pd
from filelock import FileLock
from nbformat import NotebookNode

from axlib.reports.brand import Brand
from axlib.reports.chapters import CHAPTERS
from axlib.reports.page import render_page
from axlib.reports.publishing import replace_file
from axlib.reports.trend import draw_trends
from axlib.words.display import count_words, join_words
from axlib.words.number_formats import restore_formats, write_numbers_as
from axlib.words.table_faces import table_to_html

#: Column of the page -> where the number stands in ``results.json``.
NUMBERS = {
    "members": ("data", "members", "kept"),
    "nrr": ("retention", "nrr", "value"),
    "grr": ("retention", "grr", "value"),
    "logo_churn": ("retention", "logo_churn", "value"),
    "team_load": ("capacity", "team_load"),
    "under_served": ("service_gap", "under"),
}
#: What is worth a line from one closing day to the next: what is no count of rows in a file.
_LINES = ("nrr", "grr", "logo_churn", "team_load")
#: What an exit code means, in the words of this page.
_CAUSES = {1: "a defect of ours", 10: "data", 11: "engagement file", 12: "notebook", 13: "held by another run"}

_ROW = re.compile(r'(?<=<th scope="row">)[^<]*(?=</th>)')


def write_index(reports: Path) -> Path | None:
    """Write ``index.html`` beside the reports; the same reports at the same moment give the same page.

    Parameters
    ----------
    reports : Path
        Root of all reports.

    Returns
    -------
    Path or None
        None where no report was published yet.
    """
    if not reports.is_dir():
        return None
    # The page of many clients is neutral of language, whatever the last report was written in.
    before = write_numbers_as(None)
    try:
        with FileLock(reports / ".index.lock", timeout=60):
            return _write(reports)
    finally:
        restore_formats(before)


def _write(reports: Path) -> Path | None:
    found = [row for folder in sorted(reports.iterdir()) if (row := _read_report(folder))]
    failed = _read_failures(reports, since={report["name"]: report["latest"]["published_at"] for report in found})
    if not found and not failed:
        return None
    now = datetime.now(UTC)
    # What failed first: it is what somebody has to look at.
    found.sort(key=lambda report: (report["name"] not in failed, report["name"]))
    never = sorted(set(failed) - {report["name"] for report in found})
    links = [*([""] * len(never)), *(f"{report['name']}/report.html" for report in found)]
    cells = [_show(_overview(found, never, failed, now), caption="Newest run of each report", name="reports", to=links)]
    if failed:
        cells.append(_say(f"Why reports failed in the last batch: {_link('batch.json', 'batch.json')}.", name="why"))
    for report in found:
        cells += _section(report)
    page = render_page(
        nbformat.v4.new_notebook(cells=cells),  # type: ignore[no-untyped-call]
        face="client",
        title=count_words(len(found), "report") + (f", {len(failed)} failed in the last batch" if failed else ""),
        brand=Brand(),
        footer={"Written": f"{now:%Y-%m-%d %H:%M} UTC"},
    )
    path = reports / "index.html"
    replace_file(path, page.encode("utf-8"))
    return path


def _read_report(folder: Path) -> dict[str, Any] | None:
    """Collect the newest run of each day a report looks back from; None where the folder holds no report."""
    latest = _read_object(folder / "latest.json")
    # A run's id begins with its moment, so later runs of the same day replace earlier ones.
    written = sorted(folder.glob("*/*/results.json"), key=lambda path: path.parent.name)
    runs = {path.parts[-3]: (path.parts[-2], results) for path in written if (results := _read_object(path))}
    newest = runs.get(str(latest.get("as_of")))
    if newest is None:
        return None
    return {"name": folder.name, "latest": latest, "runs": runs, "client": str(newest[1]["client"])}


def _read_failures(reports: Path, *, since: Mapping[str, str]) -> dict[str, int]:
    """Exit code by report of what failed in the last batch and was not published afterwards."""
    batch = _read_object(reports / "batch.json")
    ended = _moment(batch.get("finished_at", ""))
    rows = {str(row.get("report")): row for row in batch.get("rows", []) if row["status"] == "failed"}
    return {name: int(row["exit_code"]) for name, row in rows.items() if _moment(since.get(name, "")) <= ended}


def _moment(text: str) -> datetime:
    """A moment as runs write it; what is not told is long ago."""
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)


def _read_object(path: Path) -> dict[str, Any]:
    """Read what a run left; nothing where it is not there, or not whole."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _overview(
    found: Sequence[dict[str, Any]], never: Sequence[str], failed: dict[str, int], now: datetime
) -> pd.DataFrame:
    """A row for each report; of those that never were published only that they failed, and with what."""
    rows: list[dict[str, object]] = []
    for name in never:
        rows.append(
            {"client": name, "as_of": "", "age_days": math.nan, "status": _status(failed[name]), **_numbers({})}
        )
    for report in found:
        latest = report["latest"]
        rows.append(
            {
                "client": report["client"],
                "as_of": latest["as_of"],
                "age_days": (now - datetime.fromisoformat(latest["published_at"])).days,
                "status": _status(failed.get(report["name"])),
                **_numbers(report["runs"][latest["as_of"]][1]),
            }
        )
    # One column less, so that all fit beside each other.
    return pd.DataFrame(rows).drop(columns="under_served")


def _status(code: int | None) -> str:
    return "published" if code is None else f"failed: {_CAUSES.get(code, 'exit')} ({code})"


def _section(report: dict[str, Any]) -> list[NotebookNode]:
    """A heading with links to the pages, and the numbers by the day the runs look back from."""
    name, latest, runs = report["name"], report["latest"], report["runs"]
    published = datetime.fromisoformat(latest["published_at"])
    behind = [
        _link(f"{name}/{latest['run']}/{chapter.page}", chapter.title.lower())
        for chapter in CHAPTERS
        if chapter.face == "internal"
    ]
    words = (
        f"{_link(f'{name}/report.html', 'Open the report')}, published {published:%Y-%m-%d %H:%M} UTC. "
        f"For the team: {join_words(behind)}."
    )
    cells = [_say(f"## {_escape(report['client'])}\n\n{words}", name=f"head-{name}")]
    if trends := draw_trends([(day, _numbers(runs[day][1])) for day in sorted(runs)], _LINES):
        cells.append(_output(trends, name=f"trend-{name}"))
    days = sorted(runs, reverse=True)
    table = pd.DataFrame([{"as_of": day, **_numbers(runs[day][1])} for day in days]).drop(columns="members")
    links = [f"{name}/{day}/{runs[day][0]}/client/report.html" for day in days]
    caption = f"{report['client']}: headline numbers by closing day"
    return [*cells, _show(table, caption=caption, name=name, to=links)]


def _numbers(results: Any) -> dict[str, float]:
    numbers = {}
    for name, keys in NUMBERS.items():
        value = results
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        numbers[name] = float(value) if isinstance(value, (int, float)) else float("nan")
    return numbers


def _show(table: pd.DataFrame, *, caption: str, name: str, to: Sequence[str]) -> NotebookNode:
    """A table whose rows lead to the pages they are about."""
    pages = iter(to)

    def lead(row: re.Match[str]) -> str:
        page = next(pages, "")
        return f'<a href="{page}">{row[0]}</a>' if page else row[0]

    markup = _ROW.sub(lead, table_to_html(table, caption=caption, file_name=name))
    return _output(markup, name=f"table-{name}")


def _output(markup: str, *, name: str) -> NotebookNode:
    output = nbformat.v4.new_output("display_data", data={"text/html": markup})  # type: ignore[no-untyped-call]
    cell = nbformat.v4.new_code_cell("", outputs=[output], execution_count=1)  # type: ignore[no-untyped-call]
    cell.id = name[:64]
    return cell


def _say(text: str, *, name: str) -> NotebookNode:
    cell = nbformat.v4.new_markdown_cell(text)  # type: ignore[no-untyped-call]
    cell.id = name[:64]
    return cell


def _link(page: str, words: str) -> str:
    return f"[{words}]({page})"


def _escape(text: str) -> str:
    """Write a client's name so that Markdown and HTML show it as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|~$-])", r"\\\1", html.escape(text))
