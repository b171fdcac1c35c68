"""A notebook run in a fork gives what papermill gives: every figure, table, word and number of every cell."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import nbformat
import papermill
import pytest

from axlib.reports.consultant_files import read_brand
from axlib.reports.page import render_page
from axlib.reports.process_trees import CAN_FORK
from axlib.reports.run_files import describe_run
from axlib.reports.workers import ENVIRONMENT
from axlib.verbs.diagnosis import keep_diagnosis
from tests.places import BANKERS, ROOT
from tests.reports.test_report import unstamped

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system has no forks")

#: Whatever a cell can show or do, as far as outputs go.
CELLS = [
    'print("hello", a, b); import sys; print("err", file=sys.stderr); print("more")',
    'import pandas as pd\ndf = pd.DataFrame({"x": [1, 2], "y": ["<b>", "n"]})\ndf',
    "df;",
    'import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.title("from pyplot")\nplt.show()',
    "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\nax",
    "import seaborn as sns\nsns.histplot([1, 2, 2, 3])",
    "from IPython.display import HTML, Markdown, clear_output, display\ndisplay(df); display(HTML('<i>x</i>'))\n3",
    'shown = display("one", display_id="k")',
    'shown.update("two")',
    'print("gone"); clear_output(); print("kept")',
    'clear_output(wait=True)\nprint("w")\ndisplay({"text/plain": "p", "application/json": {"a": (1, 2)}}, raw=True)',
    'import warnings; warnings.warn("beware", stacklevel=3)',
    'await __import__("asyncio").sleep(0)\n"after await"',
    "class Rich:\n    def _repr_html_(self): return '<p>r</p>'\n    def __repr__(self): return 'R'\nRich()",
    "%matplotlib inline\nplt.plot([3, 1]); None",
    "plt.figure(figsize=(1, 1)); plt.plot([1, 2]); plt.figure(figsize=(2, 1)); plt.plot([2, 1]);",
    "In[1][:3], len(Out) > 0, __name__",
    'import logging; logging.warning("logged")',
    "import tqdm; [i for i in tqdm.tqdm(range(2), disable=True)]",
    "import axlib; axlib.derive_rng(0, 'x').random()",
    "raise ValueError('allowed here')",
    "1/0",
    'print("not reached")',
]

RUN = """
import os, sys
from pathlib import Path
from papermill.exceptions import PapermillExecutionError
import seaborn
from axlib.reports.in_process import open_shell, run_in_process
open_shell()
if os.fork() == 0:
    try:
        run_in_process(Path(sys.argv[1]), Path(sys.argv[2]), parameters={"a": 7, "b": "w"}, cell_seconds=60)
    except PapermillExecutionError as error:
        os._exit(7)
    os._exit(1)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The same notebook run by papermill, in a kernel, and in a fork."""
    folder = tmp_path_factory.mktemp("alike")
    cells = [nbformat.v4.new_code_cell(code, id=f"c{number}") for number, code in enumerate(CELLS)]
    cells[-3].metadata["tags"] = ["raises-exception"]
    head = nbformat.v4.new_code_cell("a: int = 1  # a number\nb: str = None  # a word", id="head")
    head.metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    source = folder / "source.ipynb"
    title = nbformat.v4.new_markdown_cell("# Title", id="title")
    nbformat.write(nbformat.v4.new_notebook(cells=[title, head, *cells], metadata=kernel), source)
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        papermill.execute_notebook(
            str(source), str(folder / "kernel.ipynb"), parameters={"a": 7, "b": "w"}, progress_bar=False, cwd=str(ROOT)
        )
    command = [sys.executable, "-c", RUN, str(source), str(folder / "fork.ipynb")]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr
    return [nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in ("kernel", "fork")]


def without_times(record):
    return {key: value for key, value in record.items() if key not in ("start_time", "end_time", "duration")}


def test_every_cell_is_alike(executed):
    by_kernel, by_fork = executed
    assert len(by_kernel.cells) == len(by_fork.cells) == len(CELLS) + 5
    for one, other in zip(by_kernel.cells, by_fork.cells, strict=True):
        assert one.source == other.source
        assert one.get("outputs") == other.get("outputs"), one.source
        assert one.get("execution_count") == other.get("execution_count")
        assert one.metadata.get("tags") == other.metadata.get("tags")
        assert without_times(one.metadata.get("papermill", {})) == without_times(other.metadata.get("papermill", {}))


def test_nothing_was_lost(executed):
    """What fails without a word where a shell is set up in the wrong order: figures and tables."""
    kinds = [
        kind for cell in executed[1].cells for output in cell.get("outputs", ()) for kind in output.get("data", ())
    ]
    assert kinds.count("image/png") == 6
    assert kinds.count("text/html") == 4


def test_notebooks_are_alike_in_all_else(executed):
    for notebook in executed:
        notebook.metadata.papermill = without_times(notebook.metadata.papermill)
        notebook.metadata.papermill.pop("output_path")
    assert executed[0].metadata == executed[1].metadata


def test_a_page_is_the_one_papermill_gives(bankers, bankers_report, tmp_path):
    """A chapter in a kernel that reads the diagnosis from files, beside the fork that found it in memory."""
    keep_diagnosis(bankers, tmp_path / "kept")
    given = {"engagement": str(BANKERS), "kept": str(tmp_path / "kept")}
    chapter = str(ROOT / "notebooks" / "05_diagnostic.ipynb")
    executed = papermill.execute_notebook(chapter, str(tmp_path / "out.ipynb"), parameters=given, progress_bar=False)
    page = render_page(
        executed,
        face="client",
        title=f"Coverage diagnostic: {bankers.engagement.client}",
        brand=read_brand(bankers.engagement),
        footer=describe_run(bankers, "run", datetime.now(UTC)),
        folds=True,
    )
    (tmp_path / "page.html").write_text(page, "utf-8")
    assert unstamped(tmp_path / "page.html") == unstamped(bankers_report.page)
