"""The log of unattended runs: one JSON line for each step, with what it was, how it ended, and how long it took.

There is nothing of the data in it: of an error it holds the class, never the message.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from axlib.reports.report_job import Record
from axlib.words.errors import UsageError

#: What a line may hold; whatever else a record has stays out.
FIELDS = ("report", "run", "step", "status", "seconds", "error", "exit_code", "tries")


class StepLog:
    """Writes a line for each record.

    Parameters
    ----------
    out : text file
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def write(self, record: Record) -> None:
        """Write one line, at once and whole."""
        kept = {name: record[name] for name in FIELDS if record.get(name) is not None}
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **kept}) + "\n"
        with self._lock:
            self._out.write(line)
            self._out.flush()


def open_log(path: Path | None) -> StepLog:
    """Open a log: a file that only its owner can read, added to at its end; standard error without one.

    Raises
    ------
    UsageError
        The file cannot be written.
    """
    if path is None:
        return StepLog(sys.stderr)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise UsageError(f"--log: {path} cannot be written ({error.strerror}). Name another place.") from None
    return StepLog(os.fdopen(descriptor, "a", encoding="utf-8"))


def tell_of(report: str, tell: Callable[[Record], None]) -> Callable[[Record], None]:
    """Add to every record which report and run it is of, as soon as that is known.

    Parameters
    ----------
    report : str
        What the report is called until its run says its name.
    tell : callable
        Gets each record of a step.
    """
    known = {"report": report}

    def pass_on(record: Record) -> None:
        if place := record.get("place"):
            known.update(report=place["report"], run=place["run"])
        else:
            tell({**known, **record})

    return pass_on
