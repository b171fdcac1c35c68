"""What commands have in common: options, exit codes, telling of steps, writing a file."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

import axlib
from axlib.words.errors import UsageError

EXIT_CODES = """
\b
Exit codes:
   0  done, published, or unchanged with --if-changed
   1  a defect of ours; where it arose is said, --debug keeps the traceback
   2  the command was written wrongly
  10  the data cannot carry it, or files cannot be read or written
  11  the engagement file or a parameter is wrong
  12  a notebook failed, took too long, or its process died; nothing was
      published
  13  another run holds this report
  14  some reports of a batch failed; the others are published
"""


ENGAGEMENT = click.argument("engagement", type=click.Path(path_type=Path))
PARAMETERS = click.option(
    "-p",
    "--parameter",
    "parameters",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Lay a parameter over the engagement file, such as: -p retention_grace_days 60. See axlib params.",
)

REPORTS = click.option(
    "--reports", type=click.Path(path_type=Path), default="reports", show_default=True, help="Root of all reports."
)


_SECONDS = click.FloatRange(min=0, min_open=True)
_LIMITS = (
    click.option("--timeout", type=_SECONDS, default=3600, show_default=True, help="Seconds one report may take."),
    click.option(
        "--cell-timeout", type=_SECONDS, default=600, show_default=True, help="Seconds one cell of a chapter may take."
    ),
    click.option(
        "--memory-gb", type=_SECONDS, help="Memory each process may take beyond what a worker has (Linux); no limit."
    ),
    click.option("--kernels", is_flag=True, help="Run chapters in Jupyter kernels: slower; as without forks."),
    click.option("--debug", is_flag=True, help="Keep tracebacks, which may hold data, in a file only you can read."),
    click.option(
        "--log",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Add one JSON line per step to this file; to standard error without it, where that is no terminal.",
    ),
)


def with_limits(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of whatever runs unattended; it gets them as ``limits``, by the names of a job."""

    @functools.wraps(command)
    def limited(*, timeout: float, cell_timeout: float, **given: object) -> None:
        names = ("memory_gb", "kernels", "debug")
        asked = {"run_seconds": timeout, "cell_seconds": cell_timeout, **{name: given.pop(name) for name in names}}
        command(**given, limits=asked)

    for option in reversed(_LIMITS):
        limited = option(limited)
    return limited


@contextmanager
def telling(log: Path | None, *, steps: int = 0) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Give what is told of every step: a bar on a terminal, JSON lines where there is none or a log is named."""
    is_terminal = sys.stderr.isatty()
    written = axlib.open_log(log) if log or not is_terminal else None  # type: ignore[operator]
    bar = axlib.show_progress(steps) if is_terminal and steps else None  # type: ignore[operator]

    def tell(record: Mapping[str, object]) -> None:
        if written:
            written.write(record)
        if bar and record["status"] == "done":
            bar(str(record["step"]), float(str(record.get("seconds", 0.0))))

    yield tell


def write_file(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a file that a user named, in folders that only its owner can open.

    Raises
    ------
    UsageError
        It cannot be written there.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another place.") from None
