"""Whether a report would come out as it did: decided from what it depends on, never from times.

This module is imported before anything heavy, so that an unchanged report is answered at once.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from axlib.tables.files.places import is_url
from axlib.tables.yaml_files import read_yaml
from axlib.words.errors import ConfigurationError

PACKAGE = Path(__file__).parents[1]
#: Packages whose version may change a number or a page.
VERSIONS = (
    "numpy", "pandas", "scipy", "pyarrow", "python-calamine", "charset-normalizer", "rapidfuzz", "matplotlib",
    "seaborn", "papermill", "nbclient", "nbconvert", "ipykernel", "bleach",
)  # fmt: skip


def key_of_report(engagement_file: Path, parameters: Mapping[str, str], *, pdf: bool = False) -> str:
    """Hash everything a report depends on: data, engagement, parameters, chapters, package, versions.

    Parameters
    ----------
    engagement_file : Path
    parameters : mapping of str to str
        As written on the command line.
    pdf : bool
        Whether a PDF belongs to the report.

    Returns
    -------
    str
        SHA-256. A file that is not there counts as absent; the run itself will say so.

    Raises
    ------
    ConfigurationError
        The engagement file cannot be read.
    """
    file = engagement_file / "engagement.yml" if engagement_file.is_dir() else engagement_file
    keys = read_yaml(file)
    if not isinstance(keys, dict):
        raise ConfigurationError(f"{file.name}: must hold keys with values, such as 'client: Acme'.")
    digest = hashlib.sha256()
    digest.update(json.dumps([file.read_text("utf-8-sig"), sorted(parameters.items()), pdf]).encode("utf-8"))
    if keys.get("as_of") == "last_month_end" or parameters.get("as_of") == "last_month_end":
        digest.update(f"{date.today():%Y-%m}".encode())
    if any(is_url(place) for place in _named_places(keys)):
        # What a database holds is not known before it is asked: such a report is always made again.
        digest.update(uuid.uuid4().bytes)
    for path in [*_named_files(keys, file.parent), *_own_files()]:
        digest.update(str(path.name).encode("utf-8"))
        if path.is_file():
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        else:
            digest.update(b"absent")
    for package in VERSIONS:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(package.encode())
    return digest.hexdigest()


def _named_places(keys: Mapping[str, Any]) -> Iterator[str]:
    """Every place an engagement has rows from: files, or databases behind a URL."""
    tables = keys.get("tables")
    for names in tables.values() if isinstance(tables, dict) else ():
        yield from (str(name) for name in (names if isinstance(names, list) else [names]))
    joins = keys.get("joins")
    for joined in joins.values() if isinstance(joins, dict) else ():
        for join in joined if isinstance(joined, list) else ():
            yield str(join.get("file") if isinstance(join, dict) else join)


def _named_files(keys: Mapping[str, Any], folder: Path) -> Iterator[Path]:
    """Every file an engagement names: tables, joined files, overrides, pilot, segments, commentary, logo."""
    yield from (folder / place for place in _named_places(keys) if not is_url(place))
    segments, report = keys.get("segments"), keys.get("report")
    evidence = keys.get("evidence")
    brand = report.get("brand") if isinstance(report, dict) else None
    intake = keys.get("intake")
    others = [
        keys.get("overrides"),
        evidence.get("pilot") if isinstance(evidence, dict) else None,
        intake if isinstance(intake, str) else intake.get("instrument") if isinstance(intake, dict) else None,
        segments if isinstance(segments, str) else segments.get("file") if isinstance(segments, dict) else None,
        brand.get("logo") if isinstance(brand, dict) else None,
    ]
    yield from (folder / str(name) for name in others if name and name != "default")
    commentary = keys.get("commentary")
    if commentary and (folder / str(commentary)).is_dir():
        yield from sorted((folder / str(commentary)).glob("*.md"))


def _own_files() -> Iterator[Path]:
    """The package, its data files and the chapters."""
    notebooks = [PACKAGE.parent / "notebooks", PACKAGE / "notebooks"]
    yield from sorted(path for folder in notebooks for path in folder.glob("0*.ipynb"))
    kinds = {".py", ".yml", ".json", ".j2", ".css", ".js"}
    yield from sorted(path for path in PACKAGE.rglob("*") if path.suffix in kinds)


def find_unchanged(
    engagement_file: Path, *, reports: Path, parameters: Mapping[str, str], pdf: bool = False
) -> Path | None:
    """Return the newest page of a report if nothing it depends on has changed since; None if anything has.

    Parameters
    ----------
    engagement_file : Path
    reports : Path
        Root of all reports.
    parameters : mapping of str to str
        As written on the command line.
    pdf : bool
        Whether a PDF belongs to the report.
    """
    root = reports / name_report(engagement_file)
    try:
        latest = json.loads((root / "latest.json").read_text("utf-8"))
        page, run = root / "report.html", root / str(latest["run"])
        # A run that was killed between its last two steps has left a page that its record does not speak of.
        whole = (run / "run.json").is_file() and page.read_bytes() == (run / "client" / "report.html").read_bytes()
    except (OSError, ValueError, KeyError):
        return None
    return page if whole and latest.get("key") == key_of_report(engagement_file, parameters, pdf=pdf) else None


def name_report(engagement_file: Path) -> str:
    """Return what an engagement's report is called: its key ``name``, or its folder's name.

    A file that cannot be read has its folder's name; whoever runs it will be told.
    """
    file = engagement_file / "engagement.yml" if engagement_file.is_dir() else engagement_file
    try:
        keys = read_yaml(file)
    except ConfigurationError:
        keys = None
    name = keys.get("name") if isinstance(keys, dict) else None
    return str(name or file.resolve().parent.name)
