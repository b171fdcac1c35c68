"""Publishing: a run folder that is complete or not there at all, and the newest page in one place.

A run is built in a hidden folder beside its final place and renamed into it as the last step. Whatever happens
before, the last published report stays as it was; the next run clears the remains away.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from axlib.words.errors import BusyError, DataError

_BUILDING = ".building-"


@dataclass(frozen=True)
class ReportPlace:
    """Where the reports of one engagement stand.

    Attributes
    ----------
    root : Path
        ``reports/<name>``.
    as_of : str
        ISO day.
    run_id : str
    """

    root: Path
    as_of: str
    run_id: str

    @property
    def building(self) -> Path:
        """Where the run is built, out of sight."""
        return self.root / self.as_of / f"{_BUILDING}{self.run_id}"

    @property
    def final(self) -> Path:
        """Where the run stands once it is whole."""
        return self.root / self.as_of / self.run_id

    @property
    def failed(self) -> Path:
        """Where the notebook of a failed run is kept for inspection."""
        return self.root / "failed" / self.run_id


@contextlib.contextmanager
def hold_report(place: ReportPlace) -> Iterator[None]:
    """Hold a report against other runs, with files only their owner can read, and leave no remains.

    Raises
    ------
    BusyError
        Another run holds it.
    DataError
        The folder cannot be written to.
    """
    previous = os.umask(0o077)
    try:
        place.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place.root / ".lock", timeout=0)
        with lock:
            for remains in place.root.glob(f"*/{_BUILDING}*"):
                shutil.rmtree(remains, ignore_errors=True)
            place.building.mkdir(parents=True)
            try:
                yield
            finally:
                shutil.rmtree(place.building, ignore_errors=True)
                with contextlib.suppress(OSError):
                    place.building.parent.rmdir()
    except Timeout:
        raise BusyError(f"{place.root.name}: another run holds this report. Try again when it is done.") from None
    except PermissionError as error:
        raise DataError(f"{place.root}: cannot be written to ({error.strerror}). Choose another --reports.") from None
    finally:
        os.umask(previous)


def publish_folder(place: ReportPlace, *, summary: dict[str, object], is_newest: bool = True) -> Path:
    """Move a finished run into its place, and make it the newest.

    Parameters
    ----------
    place : ReportPlace
        Its building folder is whole.
    summary : dict
        What ``latest.json`` says of the run.
    is_newest : bool
        False for a look back: ``report.html`` and ``latest.json`` stay with the run they have, if there is one.

    Returns
    -------
    Path
        The run folder.
    """
    for file in sorted(place.building.rglob("*")):
        if file.is_file():
            _flush(file)
    place.building.rename(place.final)
    _flush(place.final.parent)
    if not is_newest and (place.root / "latest.json").is_file():
        return place.final
    page = (place.final / "client" / "report.html").read_bytes()
    replace_file(place.root / "report.html", page)
    latest = {"run": f"{place.as_of}/{place.run_id}", **summary}
    replace_file(place.root / "latest.json", (json.dumps(latest, indent=2) + "\n").encode("utf-8"))
    return place.final


def remove_old_runs(place: ReportPlace, *, keep: int) -> list[Path]:
    """Remove all but the newest runs of a report; the one that ``latest.json`` names always stays.

    Parameters
    ----------
    place : ReportPlace
    keep : int
        Runs that stay, 1 or more.

    Returns
    -------
    list of Path
        What was removed.
    """
    # A run's id begins with its moment, so names sort by time, whatever day the run looks back from.
    runs = sorted((path.parent for path in place.root.glob("*/*/run.json")), key=lambda path: path.name, reverse=True)
    latest = place.root / str(json.loads((place.root / "latest.json").read_text("utf-8"))["run"])
    old = [run for run in runs[keep:] if run != latest]
    for run in old:
        shutil.rmtree(run, ignore_errors=True)
        with contextlib.suppress(OSError):
            run.parent.rmdir()
    return old


def replace_file(path: Path, content: bytes) -> None:
    """Put new content in a file's place in one step: readers see the old or the new, never half of it."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    _flush(beside)
    beside.replace(path)


def _flush(path: Path) -> None:
    """Bring a file or folder to the disk; some systems cannot for folders."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
