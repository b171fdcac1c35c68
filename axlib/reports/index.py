"""The page of all reports: which there are, how old they are, and how their headline numbers went.

It is made from what the runs left: ``latest.json``, ``run.json`` and ``results.json`` of each, and ``batch.json``.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat.v4
import pandas as pd
from filelock import FileLock
from nbformat import NotebookNode

from axlib.reports.brand import Brand
from axlib.reports.page import render_page
from axlib.reports.publishing import replace_file
from axlib.words.display import count_words, table_to_html

#: Column of the page -> where the number stands in ``results.json``.
NUMBERS = {
    "members": ("data", "members", "kept"),
    "nrr": ("retention", "nrr", "value"),
    "grr": ("retention", "grr", "value"),
    "logo_churn": ("retention", "logo_churn", "value"),
    "team_load": ("capacity", "team_load"),
    "under_served": ("service_gap", "under"),
}


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
    with FileLock(reports / ".index.lock", timeout=60):
        return _write(reports)


def _write(reports: Path) -> Path | None:
    found = [row for folder in sorted(reports.iterdir()) if (row := _read_report(folder))]
    failed = _read_failures(reports)
    if not found and not failed:
        return None
    now = datetime.now(UTC)
    cells = [_show(_overview(found, failed, now), caption="Newest run of each report", name="reports")]
    for report in found:
        cells += _section(report)
    page = render_page(
        nbformat.v4.new_notebook(cells=cells),  # type: ignore[no-untyped-call]
        face="client",
        title=f"{count_words(len(found), 'report')}",
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
    runs = {path.parts[-3]: results for path in written if (results := _read_object(path))}
    newest = runs.get(str(latest.get("as_of")))
    if newest is None:
        return None
    return {"name": folder.name, "latest": latest, "runs": runs, "client": newest["client"]}


def _read_failures(reports: Path) -> dict[str, int]:
    """Exit code by report of what failed in the last batch."""
    rows = _read_object(reports / "batch.json").get("rows", [])
    return {str(row.get("report")): int(row["exit_code"]) for row in rows if row["status"] == "failed"}


def _read_object(path: Path) -> dict[str, Any]:
    """Read what a run left; nothing where it is not there, or not whole."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _overview(found: Sequence[dict[str, Any]], failed: dict[str, int], now: datetime) -> pd.DataFrame:
    rows = []
    for report in found:
        latest = report["latest"]
        published = datetime.fromisoformat(latest["published_at"])
        code = failed.get(report["name"])
        rows.append(
            {
                "client": report["client"],
                "as_of": latest["as_of"],
                "published": f"{published:%Y-%m-%d %H:%M}",
                "age_days": (now - published).days,
                "status": "published" if code is None else f"an older run: the last batch failed (exit {code})",
                **_numbers(report["runs"][latest["as_of"]]),
            }
        )
    for name in sorted(set(failed) - {report["name"] for report in found}):
        status = f"never published: the last batch failed (exit {failed[name]})"
        rows.append({"client": name, "as_of": "", "published": "", "status": status, **_numbers({})})
    return pd.DataFrame(rows)


def _section(report: dict[str, Any]) -> list[NotebookNode]:
    """A heading with the link to the page, and the numbers by the day the runs look back from, the newest first."""
    days = sorted(report["runs"], reverse=True)
    table = pd.DataFrame([{"as_of": day, **_numbers(report["runs"][day])} for day in days])
    text = f"## {html.escape(report['client'])}\n\n[Open the report]({report['name']}/report.html)"
    cell = nbformat.v4.new_markdown_cell(text)  # type: ignore[no-untyped-call]
    cell.id = f"head-{report['name']}"[:64]
    caption = f"{report['client']}: headline numbers by closing day"
    return [cell, _show(table, caption=caption, name=report["name"])]


def _numbers(results: Any) -> dict[str, float]:
    numbers = {}
    for name, keys in NUMBERS.items():
        value = results
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        numbers[name] = float(value) if isinstance(value, (int, float)) else float("nan")
    return numbers


def _show(table: pd.DataFrame, *, caption: str, name: str) -> NotebookNode:
    markup = table_to_html(table, caption=caption, file_name=name)
    output = nbformat.v4.new_output("display_data", data={"text/html": markup})  # type: ignore[no-untyped-call]
    cell = nbformat.v4.new_code_cell("", outputs=[output], execution_count=1)  # type: ignore[no-untyped-call]
    cell.id = f"table-{name}"[:64]
    return cell
