"""Running a notebook without a kernel: the shell of a kernel in this very process, its messages kept, not sent.

Parameters and the record of each cell are papermill's, outputs are put together by nbclient, and the shell is
ipykernel's own; only the two processes and the sockets between them are gone. So the executed notebook is the one
that papermill gives; a test compares them.

The shell is made once, before a worker forks, and no cell ever runs in the worker itself. Figures of pyplot need the
backend that kernels have, named in the environment before matplotlib is loaded; without it they are lost without a
word. `axlib.reports.workers` sets it.
"""

from __future__ import annotations

import functools
import io
import json
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import numpy as np
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

_ENGINE = "axlib-in-process"


class CellTookTooLong(BaseException):
    """Raised inside a cell at the end of its time; no ``except Exception`` of the cell catches it."""


class _Outbox(Session):
    """What a kernel would send goes to `receive`, in the form it would arrive in."""

    receive: Callable[[dict[str, Any]], None] | None = None

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **_: Any) -> Any:  # type: ignore[override]
        msg = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content=content, parent=parent)
        if self.receive:
            self.receive({**msg, "content": json.loads(json.dumps(msg["content"]))})
        return msg


class _Stream(io.TextIOBase):
    """Standard output or error of a cell; told whole when something is shown or the cell ends, as kernels do."""

    def __init__(self, name: str, outbox: _Outbox) -> None:
        self._name, self._outbox, self._parts = name, outbox, list[str]()

    def write(self, text: str) -> int:
        self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        text, self._parts = "".join(self._parts), []
        if text:
            self._outbox.send(None, "stream", {"name": self._name, "text": text}, parent={})

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "UTF-8"


@functools.cache
def open_shell() -> Any:
    """Make the shell; a worker does so before it forks."""
    # No file of all that was ever run, and no thread that writes it.
    config = Config({"HistoryManager": {"enabled": False}, "IPKernelApp": {}})
    kernel = SimpleNamespace(eventloop=None, _allow_stdin=False)
    shell: Any = ZMQInteractiveShell.instance(config=config, kernel=kernel, compiler_class=XCachingCompiler)
    outbox = _Outbox(key=os.urandom(16))
    for part in (shell.displayhook, shell.display_pub):
        part.session, part.pub_socket = outbox, None
    shell.displayhook.topic = b"execute_result"
    # No loop of windows to join: `%matplotlib inline` has nothing to do beyond the backend above.
    shell.enable_gui = lambda gui=None: None
    return shell


class _InProcessEngine(Engine):  # type: ignore[misc]
    """papermill's way to plug in something that runs a notebook."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        cell_seconds: float,
        began: Callable[[int], None],
        **_: Any,
    ) -> None:
        reader = PapermillNotebookClient(nb_man)
        reader.reset_execution_trackers()
        for index, cell in enumerate(nb_man.nb.cells):
            try:
                nb_man.cell_start(cell, index)
                if cell.cell_type == "code" and cell.source.strip():
                    began(index)
                    _run_cell(reader, cell, index, cell_seconds)
            except CellExecutionError as error:
                nb_man.cell_exception(nb_man.nb.cells[index], cell_index=index, exception=error)
                break
            finally:
                nb_man.cell_complete(nb_man.nb.cells[index], cell_index=index)
        nb_man.nb.metadata["language_info"] = dict(IPythonKernel.language_info)


papermill_engines.register(_ENGINE, _InProcessEngine)


def run_in_process(
    notebook: Path,
    output: Path | None,
    *,
    parameters: Mapping[str, object],
    cell_seconds: float,
    began: Callable[[int], None] = lambda cell: None,
) -> NotebookNode:
    """Execute a notebook in this process, which should be a fork that ends afterwards.

    Parameters
    ----------
    notebook : Path
    output : Path or None
        Where the executed copy is written; nowhere where it is None, but for an error that papermill raises.
    parameters : mapping
    cell_seconds : float
        How long a cell may take; then it fails with `CellTookTooLong`.
    began : callable
        Told of each cell of code, by its number from 0, before it runs.

    Returns
    -------
    NotebookNode

    Raises
    ------
    PapermillExecutionError
        A cell failed; the executed notebook is at ``output``.
    """
    _begin_anew()
    open_shell()
    return execute_notebook(
        str(notebook),
        str(output) if output else None,
        parameters=dict(parameters),
        engine_name=_ENGINE,
        kernel_name="python3",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        cell_seconds=cell_seconds,
        began=began,
    )


def _begin_anew() -> None:
    """Chance of its own for a fork, as every new process has."""
    random.seed()
    np.random.seed()  # noqa: NPY002  (whatever a notebook may draw from it)


def _run_cell(reader: PapermillNotebookClient, cell: NotebookNode, index: int, seconds: float) -> None:
    """Run a cell of code and put its outputs into it.

    Raises
    ------
    CellExecutionError
        It failed, and is not tagged as a cell that may.
    """
    shell = open_shell()
    outbox: _Outbox = shell.display_pub.session
    header = {"msg_id": f"cell-{index}", "session": "", "username": "", "date": "", "msg_type": "execute_request"}
    shell.set_parent({"header": header})
    cell.outputs = []
    reader.clear_before_next_output = False
    cell.execution_count = reader.code_cells_executed = reader.code_cells_executed + 1

    def receive(message: dict[str, Any]) -> None:
        reader.process_message({**message, "parent_header": header}, cell, index)

    outbox.receive = receive
    out, err = _Stream("stdout", outbox), _Stream("stderr", outbox)
    with redirect_stdout(out), redirect_stderr(err), _time_limit(seconds):
        try:
            result = shell.run_cell(cell.source, store_history=True)
        finally:
            out.flush()
            err.flush()
            outbox.receive = None
    shell.payload_manager.clear_payload()
    error = result.error_before_exec or result.error_in_exec
    if (error or getattr(shell, "_last_traceback_during_displayhook", False)) and (
        "raises-exception" not in cell.metadata.get("tags", [])
    ):
        reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error)}
        raise CellExecutionError.from_cell_and_msg(cell, {**reply, "traceback": shell._last_traceback or []})


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `CellTookTooLong` in whatever Python code runs at the end of the time.

    Code that never comes back to Python does not notice; who waits for the process ends it a little later.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise CellTookTooLong(f"{seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
