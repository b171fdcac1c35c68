"""Running a chapter in a kernel: papermill, strictly. The only module that starts a kernel."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.exceptions import PapermillException, PapermillExecutionError
from traitlets.config import Config

from axlib.reports.in_process import CellTookTooLong
from axlib.words.errors import EndedError, NotebookError

#: Seconds a kernel may need to start.
START_SECONDS = 120

_CLASS_NAME = re.compile(r"[A-Za-z_][\w.]{0,80}")

# papermill tells about progress and outputs, which are members' data; a log has no business with them.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


def run_in_kernel(
    notebook: Path, output: Path, *, parameters: Mapping[str, object], cell_seconds: float
) -> NotebookNode:
    """Execute a notebook with parameters, in a kernel of this very environment.

    Parameters
    ----------
    notebook, output : Path
        Where it is read from, and where the executed copy is written.
    parameters : mapping
    cell_seconds : float
        How long a cell may take.

    Returns
    -------
    NotebookNode
        Executed to its end.

    Raises
    ------
    NotebookError
        A cell failed, timed out, or the kernel died; see `explain_failure`.
    """
    with tempfile.TemporaryDirectory(prefix="ax-") as sockets:
        try:
            execute_notebook(
                str(notebook),
                str(output),
                parameters=dict(parameters),
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                start_timeout=START_SECONDS,
                execution_timeout=max(1, round(cell_seconds)),
                # A kernel that is told to stop says so on our standard error, which belongs to the log.
                extra_arguments=["--log-level=50"],
                # Sockets in a folder of our own: no ports, nothing on the loopback that others could read.
                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}}),
            )
        except (PapermillException, RuntimeError, TimeoutError) as error:
            raise explain_failure(notebook.name, error, cell_seconds=cell_seconds) from None
        finally:
            # jupyter_core opens a loop for the thread and leaves it, with its sockets, open.
            ensure_event_loop().close()
    # nbformat has no types.
    return nbformat.read(output, as_version=4)  # type: ignore[no-untyped-call]


def explain_failure(name: str, error: Exception, *, cell_seconds: float) -> NotebookError:
    """Say which chapter and cell failed and with what class of error.

    The message of the error is left out, for it may hold members' data; the executed copy holds all of it.

    Parameters
    ----------
    name : str
        File name of the notebook.
    error : Exception
    cell_seconds : float
        How long a cell may take.
    """
    late = f"took longer than {cell_seconds:g} s. Find out why, or allow more by --cell-timeout."
    if isinstance(error, TimeoutError):
        return EndedError(f"{name}: a cell {late}")
    if not isinstance(error, PapermillExecutionError):
        return EndedError(f"{name}: could not be run to its end ({type(error).__name__}).")
    cell = f"{name}: cell {error.cell_index + 1}"
    if error.ename == CellTookTooLong.__name__:
        return EndedError(f"{cell} {late}")
    kind = error.ename if _CLASS_NAME.fullmatch(str(error.ename)) else "an error"
    return NotebookError(
        f"{cell} failed with {kind}. The executed notebook, kept as said below, holds the whole message."
    )
