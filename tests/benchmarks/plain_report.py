"""One plain script per report: the verbs and figures of all chapters, written as HTML without a notebook.

Run::

    python tests/benchmarks/plain_report.py data/bankers/engagement.yml /tmp/plain

It is what somebody would write who wants the same tables and pictures and nothing else: no isolation, no limits, no
template, no check of what a client may see, nothing published in one step. The yardstick of batches compares with it.
"""

from __future__ import annotations

import ast
import html
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import axlib

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def read_expressions(notebook):
    """The last expression of each code cell that shows something, as one would paste it into a script."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code" or "parameters" in cell["metadata"].get("tags", []):
            continue
        tree = ast.parse("".join(cell["source"]))
        if isinstance(tree.body[-1], ast.Expr):
            yield compile(ast.Expression(tree.body[-1].value), notebook.name, "eval")


def write_report(engagement_file, folder):
    engagement = axlib.read_engagement(engagement_file)
    names = {"axlib": axlib, "engagement": engagement, "diagnosis": axlib.diagnose(engagement)}
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(NOTEBOOKS.glob("0[1-5]_*.ipynb")):
        parts = []
        for expression in read_expressions(notebook):
            shown = eval(expression, names)
            parts.append(shown._repr_html_() if hasattr(shown, "_repr_html_") else f"<pre>{html.escape(repr(shown))}")
        (folder / f"{notebook.stem}.html").write_text("<!doctype html>\n" + "\n".join(parts), "utf-8")
    (folder / "results.json").write_text(axlib.write_headlines(names["diagnosis"]), "utf-8")
    axlib.list_members(names["diagnosis"]).to_parquet(folder / "members.parquet")


if __name__ == "__main__":
    write_report(sys.argv[1], Path(sys.argv[2]))
