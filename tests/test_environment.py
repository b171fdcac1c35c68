"""One environment, said three times: pyproject.toml, environment.yml and constraints.txt agree."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
PINS = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line.strip()]
#: What make and the build itself need, beside the declared dependencies.
BUILD = ["pip", "hatchling", "editables"]


def by_name(lines: list[str]) -> dict[str, str]:
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): str(one.specifier) for one in requirements}


def declared() -> list[str]:
    project = PROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return project["dependencies"] + extras + BUILD


def test_conda_installs_the_same_packages_within_the_same_bounds():
    conda = by_name([line for line in CONDA["dependencies"] if isinstance(line, str)])
    assert conda.pop("python") == PROJECT["project"]["requires-python"]
    assert conda.pop("pip") == ""
    assert conda == by_name(PROJECT["project"]["dependencies"])
    assert CONDA["name"] == "axkit"


def test_what_the_user_fixed_is_there():
    fixed = {"jupyterlab", "pandas", "seaborn", "scipy", "papermill", "nbconvert"}
    assert fixed <= set(by_name(PROJECT["project"]["dependencies"]))


@pytest.mark.parametrize("version", ["3.11.2", "3.11.9", "3.12.3", "3.13.1", "3.14.0"])
@pytest.mark.parametrize("line", declared())
def test_every_dependency_has_one_pin_within_its_bounds(line, version):
    wanted = Requirement(line)
    here = {"python_full_version": version, "python_version": version.rpartition(".")[0]}
    pins = [Requirement(pin) for pin in PINS]
    mine = [
        pin
        for pin in pins
        if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
        and (pin.marker is None or pin.marker.evaluate(here))
    ]
    assert len(mine) == 1, f"{wanted.name} has {len(mine)} pins for Python {version}; run make lock"
    pinned = str(mine[0].specifier).removeprefix("==")
    assert wanted.specifier.contains(pinned), f"{wanted.name} is pinned to {pinned}, outside {wanted.specifier}"


def test_pins_are_exact_and_name_no_place_to_download_from():
    for pin in PINS:
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[\w.]+( ; .+)?", pin), pin
        assert not re.search(r"://|@|--|index|find-links|file:", pin), pin


def test_make_installs_by_the_pins_alone():
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    installs = [line for line in lines if re.search(r"\$\(PIP\) install", line)]
    assert len(installs) >= 2
    assert all("--constraint constraints.txt" in line for line in installs)
    assert all("--no-build-isolation" in line for line in installs if "--editable" in line)


def test_ci_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^make test\b", script, flags=re.MULTILINE)
    assert re.search(r"^make test$", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE)
