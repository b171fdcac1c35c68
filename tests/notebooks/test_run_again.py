"""Cells can be run in any order and again: after the load cell of a chapter nothing hangs on what ran before."""

import ast
import random

import pytest

import axlib
from tests.notebooks.test_notebooks import CHAPTERS, NOTEBOOKS, cells, name, source
from tests.places import BANKERS


def run(cell, names):
    """Run a cell as a kernel does; returns what its last expression shows."""
    tree = ast.parse(source(cell))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is None:
        return ""
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return shown._repr_html_() if hasattr(shown, "_repr_html_") else repr(shown)


@pytest.fixture(scope="module")
def kept(bankers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "diagnosis"
    axlib.keep_diagnosis(bankers, folder)
    return folder


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_cells_of_a_chapter_in_any_order_and_again(path, kept, monkeypatch):
    monkeypatch.chdir(path.parent)
    parameters, loading, load, *others = cells(path)
    names = {}
    run(parameters, names)
    names["kept"] = str(kept)
    run(loading, names)
    run(load, names)
    before = {cell["id"]: run(cell, names) for cell in others}
    again = random.Random(sum(map(ord, path.stem))).sample(others, len(others))
    run(load, names)
    after = {cell["id"]: run(cell, names) for cell in again}
    assert after == before


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path not in CHAPTERS], ids=name)
def test_cells_of_the_others_one_after_another_and_again(path, monkeypatch):
    """Every cell twice, as one does who changes it and runs it again."""
    monkeypatch.chdir(path.parent)
    names = {"engagement_file": str(BANKERS)}
    for cell in cells(path):
        first, second = run(cell, names), run(cell, names)
        # Widgets have a name of their own each time.
        assert first == second


def test_a_cell_that_hangs_on_its_own_last_run_is_found():
    names = {"n": 1}
    cell = {"source": ["n = n + 1\n", "n"]}
    assert run(cell, names) != run(cell, names)
