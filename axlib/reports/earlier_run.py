"""The last report before this one: the newest run of the latest day that is earlier than this one's."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any


def find_earlier(root: Path, *, as_of: date) -> dict[str, Any] | None:
    """Return ``results.json`` of the last report before a day; None where there is none, or none that is whole.

    A run that looks back from the same day is this report made again, and is no earlier one.

    Parameters
    ----------
    root : Path
        Folder of the reports of one engagement.
    as_of : date
        The day this report looks back from.
    """
    # A run's id begins with its moment, so names sort by time; days are folders.
    written = sorted(root.glob("*/*/results.json"), key=lambda path: path.parts[-3:], reverse=True)
    for path in written:
        if path.parts[-3] >= as_of.isoformat() or path.parts[-2].startswith("."):
            continue
        try:
            found = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and found.get("as_of") == path.parts[-3]:
            return found
    return None
