"""Demo engagements: raw files of invented associations, written where the user asks for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from axlib.tables.demo.bankers import bankers_files
from axlib.tables.demo.homebuilders import homebuilders_files
from axlib.tables.demo.pods import pods_files
from axlib.words.errors import UsageError, suggest

#: What the list of written files is called; it stands beside them.
RECORD = "demo.json"

#: Name of a demo -> what it shows, in one line.
DEMOS: dict[str, str] = {
    "bankers": "two low-touch managers at three times their capacity beside two with hours to spare",
    "homebuilders": "revenue kept from two opening cohorts, the same members leaving and more of the others growing",
    "pods": "half of the members served by pods although they could do on their own, and what that costs",
}
_WRITERS: dict[str, Callable[..., dict[str, bytes]]] = {
    "bankers": bankers_files,
    "homebuilders": homebuilders_files,
    "pods": pods_files,
}


def write_demo(name: str, folder: Path, *, seed: int = 0, noise: float = 0.0) -> list[Path]:
    """Write a demo's raw files and its engagement file.

    A file that is already there is replaced only if ``write_demo`` wrote it and nobody has changed it since:
    ``demo.json`` beside the files keeps their SHA-256. One file that is somebody's own work and nothing is
    written at all. Files that are already as they should be are left as they are.

    Parameters
    ----------
    name : str
        One of ``DEMOS``.
    folder : Path
        Made if it is not there.
    seed : int
        Decides who is who; no count of the case depends on it.
    noise : float
        Share of members, 0-1, whose lot is drawn by chance instead of dealt out in exact numbers.

    Returns
    -------
    list of Path
        All files of the demo, with ``demo.json`` last.

    Raises
    ------
    UsageError
        No such demo, a folder that cannot be written, or files that would be lost.
    """
    if name not in DEMOS:
        raise UsageError(f"axlib demo: no demo '{name}'. {suggest(name, DEMOS)}")
    if seed < 0:
        raise UsageError(f"axlib demo: the seed must be 0 or more; got {seed}.")
    if not 0 <= noise <= 1:
        raise UsageError(f"axlib demo: the noise must be between 0 and 1; got {noise:g}.")
    files = _WRITERS[name](seed=seed, noise=noise)
    hashes = {place: _hash(content) for place, content in files.items()}
    record = {"demo": name, "seed": seed, **({"noise": noise} if noise else {}), "files": hashes}
    files[RECORD] = (json.dumps(record, indent=2) + "\n").encode("utf-8")
    try:
        _refuse_to_lose(folder, files)
        for place, content in files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"axlib demo: cannot write to {folder} ({error.strerror}). Name another folder.") from None
    return [folder / place for place in files]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse_to_lose(folder: Path, files: dict[str, bytes]) -> None:
    known = _read_record(folder / RECORD)
    lost = []
    for place, content in files.items():
        path = folder / place
        if path.exists() and place != RECORD:
            there = _hash(path.read_bytes())
            if there not in (_hash(content), known.get(place)):
                lost.append(place)
    if known == {} and (folder / RECORD).exists():
        lost.append(RECORD)
    if lost:
        raise UsageError(
            *(
                f"axlib demo: {folder / place} is there already and was not written by this command, or was "
                "changed since. Move it away or name another folder."
                for place in lost
            )
        )


def _read_record(path: Path) -> dict[str, str]:
    """Return the hashes of the files written before; nothing where the record is no such record."""
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        return {str(place): str(digest) for place, digest in files.items()}
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}
