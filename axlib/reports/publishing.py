"""Publishing: a run folder that is complete or not there at all, and the newest page in one place.

A run is built in a hidden folder beside its final place and renamed into it as the last step. Whatever happens
before, the last published report stays as it was; the next run clears the remains away.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import ModuleType

from filelock import FileLock, Timeout

from axlib.words.errors import BusyError, DataError

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_BUILDING = ".building-"
_NEW = ".new-"
#: Seconds that the processes of a run that was killed may take to be gone.
_DYING_SECONDS = 2.0
#: Of failed runs, notebooks and tracebacks stay for so many of the newest.
FAILED_KEPT = 5
#: What a disk answers that is full, read-only, broken, or not ours to write to.
_REFUSALS = {
    errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR,
    getattr(errno, "EDQUOT", errno.ENOSPC),
}  # fmt: skip

#: Marks a step of publishing, such as ``with step("page")``.
Step = Callable[[str], AbstractContextManager[None]]


def _no_step(name: str) -> AbstractContextManager[None]:
    return nullcontext()


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
def hold_report(place: ReportPlace, *, wait: float = 0) -> Iterator[None]:
    """Hold a report against other runs, with files only their owner can read, and leave no remains.

    Parameters
    ----------
    place : ReportPlace
    wait : float
        Seconds to wait for another run to be done.

    Raises
    ------
    BusyError
        Another run holds it.
    DataError
        The folder cannot be written to, or its disk is full.
    """
    previous = os.umask(0o077)
    try:
        place.root.mkdir(parents=True, exist_ok=True)
        with FileLock(place.root / ".lock", timeout=max(wait, _DYING_SECONDS)), _outlive_forks(place.root):
            _clear_remains(place.root)
            place.building.mkdir(parents=True)
            try:
                yield
            finally:
                remove_building(place.building)
    except Timeout:
        raise BusyError(f"{place.root.name}: another run holds this report. Try again when it is done.") from None
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise DataError(
            f"{place.root}: cannot be written to ({error.strerror}). Make room, or choose another --reports."
        ) from None
    finally:
        os.umask(previous)


@contextlib.contextmanager
def _outlive_forks(root: Path) -> Iterator[None]:
    """Hold a second lock, which forks inherit: nothing is cleared away while one of a killed run can still write.

    Raises
    ------
    BusyError
        Such a fork does not go.
    """
    if fcntl is None:
        yield
        return
    until = monotonic() + _DYING_SECONDS
    descriptor = os.open(root / ".lock-of-forks", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() > until:
                    raise BusyError(f"{root.name}: processes of a killed run are still there. End them.") from None
                sleep(0.01)
        yield
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def remove_building(building: Path) -> None:
    """Remove what a run built, and its day's folder where that was the only thing in it."""
    shutil.rmtree(building, ignore_errors=True)
    with contextlib.suppress(OSError):
        building.parent.rmdir()


def _clear_remains(root: Path) -> None:
    """Take away what a killed run left, and finish the one step it may have left half done."""
    for remains in root.glob(f"*/{_BUILDING}*"):
        remove_building(remains)
    for remains in root.glob(f".*{_NEW}*"):
        remains.unlink(missing_ok=True)
    failed = sorted((path for path in root.glob("failed/*") if path.is_dir()), key=lambda path: path.name)
    for old in failed[:-FAILED_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    # Killed after the page was replaced and before the record of it was: the record decides.
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        latest = json.loads((root / "latest.json").read_text("utf-8"))
        page = (root / str(latest["run"]) / "client" / "report.html").read_bytes()
        if (root / "report.html").read_bytes() != page:
            replace_file(root / "report.html", page)


def publish_folder(
    place: ReportPlace, *, summary: dict[str, object], is_newest: bool = True, step: Step = _no_step
) -> Path:
    """Move a finished run into its place, and make it the newest.

    Parameters
    ----------
    place : ReportPlace
        Its building folder is whole.
    summary : dict
        What ``latest.json`` says of the run.
    is_newest : bool
        False for a look back: ``report.html`` and ``latest.json`` stay with the run they have, if there is one.
    step : callable
        Told of each step as it is taken.

    Returns
    -------
    Path
        The run folder.
    """
    with step("flush"):
        for path in sorted(place.building.rglob("*"), reverse=True):
            _flush(path)
        _flush(place.building)
    with step("move"):
        place.building.rename(place.final)
        _flush(place.final.parent)
        _flush(place.root)
    if not is_newest and (place.root / "latest.json").is_file():
        return place.final
    with step("page"):
        page = (place.final / "client" / "report.html").read_bytes()
        replace_file(place.root / "report.html", page)
    with step("latest"):
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
        # Out of sight in one step first: a folder that is half removed is no run.
        doomed = run.with_name(f"{_BUILDING}{run.name}")
        with contextlib.suppress(OSError):
            run.rename(doomed)
            remove_building(doomed)
    return old


def replace_file(path: Path, content: bytes) -> None:
    """Put new content in a file's place in one step: readers see the old or the new, never half of it."""
    # A name of its own, for two runs may replace the same file at once.
    beside = path.with_name(f".{path.name}{_NEW}{secrets.token_hex(4)}")
    try:
        beside.write_bytes(content)
        _flush(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _flush(path.parent)


def _flush(path: Path) -> None:
    """Bring a file or folder to the disk; some systems cannot for folders.

    Raises
    ------
    OSError
        A file could not be written out, so what was built is not whole.
    """
    is_folder = path.is_dir()
    try:
        descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    except OSError:
        if is_folder:
            return
        raise
    try:
        os.fsync(descriptor)
    except OSError:
        if not is_folder:
            raise
    finally:
        os.close(descriptor)
