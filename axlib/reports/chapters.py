"""The notebooks a report is made of, and what they may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from papermill import inspect_notebook

from axlib.words.errors import ConfigurationError, UsageError, suggest

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Chapter:
    """One notebook of the report.

    Attributes
    ----------
    notebook : str
        Its file name without the ending.
    title : str
    page : str
        Where its page stands in the run folder.
    face : {'client', 'internal'}
    """

    notebook: str
    title: str
    page: str
    face: str


CHAPTERS = (
    Chapter("05_diagnostic", "Coverage diagnostic", "client/report.html", "client"),
    Chapter("01_data", "The data", "internal/01_data.html", "internal"),
    Chapter("02_segments", "The segments", "internal/02_segments.html", "internal"),
    Chapter("03_compare", "The comparison", "internal/03_compare.html", "internal"),
    Chapter("04_coverage", "The coverage", "internal/04_coverage.html", "internal"),
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: its type, default and help are read from its parameters cell."""

    name: str
    type: str
    default: str
    help: str


def find_notebooks() -> Path:
    """Return the folder of the notebooks: beside the package in a checkout, inside it when installed."""
    places = (PACKAGE.parent / "notebooks", PACKAGE / "notebooks")
    for place in places:
        if (place / "05_diagnostic.ipynb").is_file():
            return place
    raise ConfigurationError("axlib: the notebooks are not there. Install the package again, or run from a checkout.")


def list_parameters(notebook: Path) -> list[Parameter]:
    """Read the parameters of a notebook.

    Raises
    ------
    UsageError
        There is no such notebook, or the file is none.
    """
    if notebook.is_file() and notebook.suffix != ".ipynb":
        example = find_notebooks() / "05_diagnostic.ipynb"
        raise UsageError(f"axlib params: '{notebook.name}' is no notebook. Name one, such as {example}.")
    if not notebook.is_file():
        known = [path.stem for path in find_notebooks().glob("*.ipynb")]
        raise UsageError(f"axlib params: no notebook '{notebook.name}'. {suggest(notebook.stem, known)}")
    found = inspect_notebook(str(notebook))
    return [
        Parameter(str(entry["name"]), str(entry["inferred_type_name"]), str(entry["default"]), str(entry["help"]))
        for entry in found.values()
    ]


def read_parameters(given: Mapping[str, str]) -> dict[str, object]:
    """Turn parameters written on a command line into what the chapters take.

    Parameters
    ----------
    given : mapping of str to str
        Name -> text.

    Returns
    -------
    dict

    Raises
    ------
    ConfigurationError
        Every unknown name and every text that is not of the parameter's type, one sentence each.
    """
    known = {
        parameter.name: parameter
        for parameter in list_parameters(find_notebooks() / "05_diagnostic.ipynb")
        if parameter.name not in ("engagement", "kept")
    }
    problems, values = [], {}
    for name, text in given.items():
        if name not in known:
            problems.append(f"axlib run: the chapters have no parameter '{name}'. {suggest(name, known)}")
            continue
        kind = known[name].type
        try:
            values[name] = {"int": int, "float": float}.get(kind, str)(text)
        except ValueError:
            noun = {"int": "a whole number", "float": "a number"}[kind]
            problems.append(f"axlib run: parameter {name} is '{text}'; must be {noun}. It means: {known[name].help}")
    if problems:
        raise ConfigurationError(*problems)
    return values
