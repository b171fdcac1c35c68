"""A report that is made in a moment: few members, and chapters of two cells, so that many can be made and broken."""

import json
import time

import nbformat
import psutil

from tests.places import ROOT

CHAPTERS = ("05_diagnostic", "01_data", "02_segments", "03_compare", "04_coverage")
SHOW = "axlib.diagnose(axlib.read_engagement(engagement), kept=kept).clean"


def write_engagement(folder, *, members=40, **keys):
    """An engagement of a table of members alone."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"m{number},Member {number},active,{100 + number}" for number in range(members)]
    (folder / "members.csv").write_text("\n".join(["member_id,name,status,annual_dues", *rows]) + "\n", "utf-8")
    lines = ["client: Example", "as_of: 2025-12-31", "tables: {members: members.csv}"]
    (folder / "engagement.yml").write_text("\n".join([*lines, *(f"{k}: {v}" for k, v in keys.items())]) + "\n", "utf-8")
    return folder / "engagement.yml"


def write_chapters(folder, **cells):
    """Chapters with the parameters of the real ones and one cell that shows something; named ones have other code."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CHAPTERS:
        real = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        head = next(cell for cell in real.cells if "parameters" in cell.metadata.get("tags", []))
        code = cells.get(f"_{name}", SHOW)
        shown = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(["import axlib", code])]
        title = nbformat.v4.new_markdown_cell("# What is there?", id="title")
        nbformat.write(
            nbformat.v4.new_notebook(cells=[title, head, *shown], metadata=real.metadata), folder / f"{name}.ipynb"
        )
    return folder


def remains(reports):
    """What no run may leave: folders that were being built, files that were to replace others."""
    return [path for path in reports.rglob("*") if ".building-" in path.name or ".new-" in path.name]


def is_whole(folder):
    """Whether a report's newest page, its record and its run folder belong together and are complete."""
    latest = json.loads((folder / "latest.json").read_text("utf-8"))
    run = folder / latest["run"]
    names = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    pages = {f"internal/{name}.html" for name in CHAPTERS[1:]} | {"client/report.html"}
    assert names >= pages | {"results.json", "run.json", "internal/members.parquet"}
    assert (folder / "report.html").read_bytes().rstrip().endswith(b"</html>")
    return (folder / "report.html").read_bytes() == (run / "client" / "report.html").read_bytes()


def gone_within(seconds, pids):
    """Whether processes are gone, or become so in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        left = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
        if not left:
            return True
        time.sleep(0.05)
    return False
