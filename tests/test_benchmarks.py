"""Benchmarks are run by hand; what they use of the kit must be there all the same."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "benchmarks").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_benchmark_uses_of_the_kit_is_there(path):
    tree = ast.parse(path.read_text("utf-8"))
    used = [
        (node.module, name.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "axlib"
        for name in node.names
    ]
    missing = [f"{module}.{name}" for module, name in used if not hasattr(import_module(module), name)]
    assert missing == []


def test_every_yardstick_has_its_figures_and_its_command():
    told = (Path(__file__).parent / "benchmarks" / "README.md").read_text("utf-8")
    assert [path.stem for path in FILES if path.stem.startswith("yardstick_") and path.stem not in told] == []
