"""The update for a membership system, as a file."""

from __future__ import annotations

from pathlib import Path

from axlib.tables.files.private_files import write_private
from axlib.verbs.system_update import SystemUpdate
from axlib.words.table_faces import table_to_csv


def write_update(update: SystemUpdate, path: Path) -> Path:
    """Write an update as CSV, for its owner alone: UTF-8 without a mark, which importers take for a letter.

    Raises
    ------
    UsageError
        There is a file of that name already, or it cannot be written.
    """
    return write_private(path, table_to_csv(update.table).encode("utf-8"))
