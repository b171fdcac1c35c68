"""Processes of a run: each ends with the one that started it, and a tree ends whole."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from types import ModuleType

import psutil

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None

#: Whether a process that has imported everything may fork clean children. Elsewhere chapters run in kernels:
#: Windows cannot fork, and macOS's own frameworks do not survive it.
CAN_FORK = sys.platform == "linux"

_SET_DEATH_SIGNAL, _SET_SUBREAPER = 1, 36


def end_with(parent: int) -> None:
    """Have the system end this process as soon as its parent is gone, however that one ended.

    Parameters
    ----------
    parent : int
        Id of the process that started this one.
    """
    _control(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        # It was gone before the line above.
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of whatever descendants leave behind, so that they can be found and ended."""
    _control(_SET_SUBREAPER, 1)


def _control(option: int, value: int) -> None:
    if CAN_FORK:
        ctypes.CDLL(None, use_errno=True).prctl(option, int(value), 0, 0, 0)


def end_group(leader: int) -> None:
    """End a process and all that are in its group; nothing where there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_tree(root: int) -> None:
    """End a process and all its descendants, on any system; nothing where there is none."""
    with contextlib.suppress(psutil.NoSuchProcess):
        top = psutil.Process(root)
        # The top last: it may be the very process that runs this.
        for process in [*top.children(recursive=True), top]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def end_strays(*, but: set[int]) -> None:
    """End children of this process that it did not start itself: what its own children left behind.

    Parameters
    ----------
    but : set of int
        Ids of the children it did start.
    """
    # One that ends while we look hands its own children on to us: we look until there is none.
    while strays := [child for child in psutil.Process().children() if child.pid not in but]:
        for stray in strays:
            end_tree(stray.pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(stray.pid, 0)


def say_end(status: int) -> str:
    """Say how a process ended that told nothing of its end, from its status: a clause, and perhaps a guess.

    Examples
    --------
    >>> say_end(9), say_end(256)
    ('was ended by SIGKILL. Perhaps there was too little memory.', 'left with code 1.')
    """
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"left with code {code}."
    hint = " Perhaps there was too little memory." if code == -signal.SIGKILL else ""
    return f"was ended by {signal.Signals(-code).name}.{hint}"


def limit_memory(gigabytes: float) -> None:
    """Let this process and its children take so much memory beyond what it has; then they get a MemoryError.

    Parameters
    ----------
    gigabytes : float
        Of address space, each process for itself. On Linux only; elsewhere nothing is limited.
    """
    if not CAN_FORK or resource is None:
        return
    most = psutil.Process().memory_info().vms + int(gigabytes * 2**30)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def lift_limit() -> None:
    """Take the limit of `limit_memory` away again, for a program that reserves far more than it uses."""
    if CAN_FORK and resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
