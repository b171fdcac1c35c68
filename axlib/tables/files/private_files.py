"""New files that their owner alone can read, and that never take the place of another."""

from __future__ import annotations

import os
from pathlib import Path

from axlib.words.errors import UsageError


def write_private(path: Path, content: bytes) -> Path:
    """Write a new file, for its owner alone.

    Raises
    ------
    UsageError
        There is a file of that name already, which may hold somebody's work; or it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(f"{path}: is there already, and may hold somebody's work. Name another file.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another place.") from None
    return path
