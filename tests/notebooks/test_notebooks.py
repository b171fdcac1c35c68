"""Notebooks are thin, clean, alike in their parameters, and run by themselves."""

import ast
import json
import re
import subprocess
import sys

import pytest
from papermill import execute_notebook, inspect_notebook

from axlib.reports.chapters import list_parameters
from axlib.tables.engagement import read_engagement
from axlib.words.errors import UsageError
from tests.places import BANKERS, ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if path.stem[:2] not in ("00", "10")]
MOST_LINES = 14
BANNED = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.With,
    ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.If,
)  # fmt: skip


def name(path):
    return path.stem


def cells(path, kind="code"):
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_committed_without_outputs(path):
    for cell in cells(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_thin(path):
    for cell in cells(path):
        tree = ast.parse(source(cell))
        assert not [node for node in ast.walk(tree) if isinstance(node, BANNED)], source(cell)
        assert len(source(cell).splitlines()) <= MOST_LINES
        imported = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
        assert all(ast.unparse(node) == "import axlib" for node in imported)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_begins_with_a_question_and_has_one_heading_of_the_first_level(path):
    headings = [line for cell in cells(path, "markdown") for line in source(cell).splitlines() if line[:2] == "# "]
    assert len(headings) == 1
    assert headings[0].endswith("?")
    first = json.loads(path.read_text("utf-8"))["cells"][0]
    assert source(first).startswith(headings[0])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_runs_in_the_kernel_every_environment_has(path):
    assert json.loads(path.read_text("utf-8"))["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_one_parameters_cell_of_literals_with_a_comment_each(path):
    tagged = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    for line in source(tagged[0]).splitlines():
        assert re.fullmatch(r"\w+: \w+ = .+  # \w.+", line), line
        (statement,) = ast.parse(line).body
        ast.literal_eval(statement.value)


def test_chapters_have_the_same_parameters():
    assert len({source(cells(path)[0]) for path in CHAPTERS}) == 1


def test_parameters_are_the_keywords_of_read_engagement():
    """The same word, with the same default, is the -p name and the verb's keyword."""
    code = read_engagement.__code__
    keywords = set(code.co_varnames[1 : 1 + code.co_kwonlyargcount])
    parameters = inspect_notebook(str(CHAPTERS[0]))
    assert set(parameters) - {"engagement", "kept"} == keywords
    assert {entry["default"] for key, entry in parameters.items() if key != "engagement"} == {"None"}
    assert set(read_engagement.__kwdefaults__.values()) == {None}


def test_a_file_that_is_no_notebook_has_no_parameters():
    with pytest.raises(UsageError, match=r"'engagement.yml' is no notebook\. Name one, such as .*05_diagnostic\.ipynb"):
        list_parameters(BANKERS)


def test_tour_and_a_chapter_run_under_plain_papermill(tmp_path):
    tour = execute_notebook(
        str(ROOT / "notebooks" / "00_start_here.ipynb"),
        str(tmp_path / "tour.ipynb"),
        cwd=str(ROOT / "notebooks"),
        kernel_name="python3",
        progress_bar=False,
    )
    assert all(cell.execution_count for cell in tour.cells if cell.cell_type == "code")
    command = [sys.executable, "-m", "papermill", str(ROOT / "notebooks" / "03_compare.ipynb")]
    command += [str(tmp_path / "out.ipynb"), "-p", "engagement", str(BANKERS), "-p", "retention_grace_days", "60"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "out.ipynb").read_text("utf-8")
    assert "Retention of the closed cohort" in written
