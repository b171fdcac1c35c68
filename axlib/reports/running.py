"""Running a chapter: papermill, strictly. The only module that starts a kernel."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_event_loop
from papermill import execute_notebook
from papermill.exceptions import PapermillException, PapermillExecutionError
from traitlets.config import Config

from axlib.words.errors import NotebookError

#: Seconds a cell may take, and a kernel may need to start.
CELL_SECONDS, START_SECONDS = 600, 120


def run_chapter(notebook: Path, output: Path, *, parameters: Mapping[str, object]) -> tuple[Any, float]:
    """Execute a notebook with parameters, in a kernel of this very environment.

    Parameters
    ----------
    notebook, output : Path
        Where it is read from, and where the executed copy is written.
    parameters : mapping

    Returns
    -------
    notebook : NotebookNode
        Executed to its end.
    seconds : float

    Raises
    ------
    NotebookError
        A cell failed, timed out, or the kernel died. It names chapter, cell and class of error, never the
        message, which may hold members' data; the executed copy holds all of it.
    """
    began = time.perf_counter()
    # papermill tells about progress and outputs, which are members' data; a log has no business with them.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
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
                execution_timeout=CELL_SECONDS,
                # A kernel that is told to stop says so on our standard error, which belongs to the log.
                extra_arguments=["--log-level=50"],
                # Sockets in a folder of our own: no ports, nothing on the loopback that others could read.
                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}}),
            )
        except PapermillExecutionError as error:
            raise NotebookError(
                f"{notebook.name}: cell {error.cell_index + 1} failed with {error.ename}. The executed notebook, "
                "kept as said below, holds the whole message."
            ) from None
        except (PapermillException, RuntimeError, TimeoutError, OSError) as error:
            raise NotebookError(f"{notebook.name}: could not be run to its end ({type(error).__name__}).") from None
        finally:
            # jupyter_core opens a loop for the thread and leaves it, with its sockets, open.
            ensure_event_loop().close()
    # nbformat has no types.
    return nbformat.read(output, as_version=4), time.perf_counter() - began  # type: ignore[no-untyped-call]
