"""A batch of reports, several ways, in one run on one machine: seconds of wall and of CPU for each report.

Run::

    python tests/benchmarks/yardstick_batch.py                  20 reports each way, the naive loop too: an hour
    python tests/benchmarks/yardstick_batch.py --reports 20 --naive 2
    python tests/benchmarks/yardstick_batch.py --only one       one engagement, all chapters, beside the plain script

Ways:

naive
    What most would write: for each notebook the commands ``papermill`` and ``jupyter nbconvert``, one after the other.
api
    papermill's Python API and nbconvert's exporter in one process, one after the other.
script
    ``plain_report.py`` for each report: one plain script, no notebook.
forks
    The floor: one process with everything imported forks a child for each report, which runs the plain script's
    function; as many at once as there are cores. No notebook, no template, nothing published.
batch
    ``axlib batch``, as many reports at once as there are cores.

Each report is of another engagement: the bundled case drawn with another seed. CPU is of all processes. The load of the
machine stands beside, for on a busy one only CPU and ratios of neighbours mean anything.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "notebooks").glob("0[1-5]_*.ipynb"))
API = """
import sys
from pathlib import Path
from nbconvert import HTMLExporter
from papermill import execute_notebook
exporter, out = HTMLExporter(), Path(sys.argv[1])
for engagement in sys.argv[2:]:
    for notebook in sorted(Path("notebooks").glob("0[1-5]_*.ipynb")):
        folder = out / Path(engagement).parent.name
        folder.mkdir(parents=True, exist_ok=True)
        written = folder / notebook.name
        execute_notebook(str(notebook), str(written), parameters={"engagement": engagement}, progress_bar=False)
        written.with_suffix(".html").write_text(exporter.from_filename(str(written))[0], "utf-8")
"""
FORKS = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests/benchmarks")
import axlib
from plain_report import write_report
[getattr(axlib, name) for name in axlib.__all__ if name != "connect_cluster"]
out, left, running = Path(sys.argv[1]), sys.argv[2:], 0
while left or running:
    while left and running < (os.cpu_count() or 1):
        engagement = left.pop(0)
        if os.fork() == 0:
            write_report(engagement, out / Path(engagement).parent.name)
            os._exit(0)
        running += 1
    assert os.wait()[1] == 0
    running -= 1
"""


def run(*command):
    subprocess.run(
        [sys.executable, *map(str, command)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def naive(engagements, out):
    for engagement in engagements:
        folder = out / engagement.parent.name
        folder.mkdir(parents=True)
        for notebook in CHAPTERS:
            run("-m", "papermill", notebook, folder / notebook.name, "-p", "engagement", engagement)
            run("-m", "nbconvert", "--to", "html", folder / notebook.name)


def api(engagements, out):
    run("-c", API, out, *engagements)


def script(engagements, out):
    for engagement in engagements:
        run("tests/benchmarks/plain_report.py", engagement, out / engagement.parent.name)


def forks(engagements, out):
    run("-c", FORKS, out, *engagements)


def batch(engagements, out):
    run("-m", "axlib", "batch", *engagements, "--reports", out, "--jobs", os.cpu_count() or 1)


def one(engagements, out):
    for engagement in engagements:
        run("-m", "axlib", "run", engagement, "--reports", out)


def measure(way, engagements):
    """Time a way; every report must be there afterwards, all five chapters of it."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="ax-yardstick-") as folder:
        way(engagements, Path(folder))
        wall = time.perf_counter() - began
        pages = [p for p in Path(folder).rglob("*.html") if p.parent.parent != Path(folder) or way not in (batch, one)]
        pages = [page for page in pages if page.name != "index.html"]
        assert len(pages) == len(CHAPTERS) * len(engagements), f"{way.__name__}: {len(pages)} pages"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    n = len(engagements)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    load = os.getloadavg()[0]
    print(f"{way.__name__:8} {n:>8} {wall / n:>16.2f} {cpu / n:>15.2f} {load:>6.1f}", flush=True)
    return wall / n, cpu / n


def draw_engagements(folder, n):
    """Each engagement in a folder of its own, of another seed."""
    found = []
    for seed in range(n):
        place = folder / f"case-{seed:03}"
        run("-m", "axlib", "demo", "bankers", place, "--seed", seed)
        found.append(place / "engagement.yml")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=20)
    parser.add_argument(
        "--naive", type=int, help="reports of the naive loop and of papermill's API; as many without it"
    )
    parser.add_argument("--only", choices=["naive", "api", "script", "forks", "batch", "one"], nargs="+")
    given = parser.parse_args()
    few = given.naive or given.reports
    chosen = given.only or ["naive", "api", "script", "forks", "batch"]
    with tempfile.TemporaryDirectory(prefix="ax-cases-") as folder:
        engagements = draw_engagements(Path(folder), given.reports)
        print(f"{'way':8} {'reports':>8} {'wall s a report':>16} {'CPU s a report':>15} {'load':>6}")
        found = {}
        if "one" in chosen:
            # By turns, so that whatever else the machine does falls on both.
            pairs = [(measure(script, [case]), measure(one, [case])) for case in engagements[:few]]
            for name, place in (("wall", 0), ("CPU", 1)):
                ratio = sum(ours[place] for _, ours in pairs) / sum(plain[place] for plain, _ in pairs)
                print(f"one engagement, all chapters, beside the plain script: {ratio:.2f} of its {name}")
        for name in [name for name in chosen if name != "one"]:
            way = globals()[name]
            found[name] = measure(way, engagements[: few if name in ("naive", "api") else None])
        for name, (wall, cpu) in found.items():
            if "batch" in found and name != "batch":
                print(f"{name} / batch: {wall / found['batch'][0]:.1f} of wall, {cpu / found['batch'][1]:.1f} of CPU")


if __name__ == "__main__":
    main()
