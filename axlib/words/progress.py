"""How far long work is: a bar in a terminal or a notebook, a plain line in a log; never data."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

with warnings.catch_warnings():
    # In a notebook without ipywidgets tqdm draws its bar as text, and says so in a warning nobody needs.
    warnings.simplefilter("ignore")
    from tqdm.auto import tqdm

#: Told of each step when it is done: its name, and the seconds it took.
Progress = Callable[[str, float], None]


def show_progress(total: int | None = None) -> Progress:
    """Show each step of long work as it is done, on the error stream or below the cell.

    Parameters
    ----------
    total : int, optional
        Number of steps; without it a bar counts them.

    Returns
    -------
    callable
        To be given as ``progress=``; takes the name of a step and the seconds it took.
    """
    if not (sys.stderr.isatty() or is_notebook()):
        return lambda step, seconds: print(f"{step}: {seconds:.1f} s", file=sys.stderr, flush=True)  # noqa: T201
    if is_notebook():
        bar = tqdm(total=total, leave=False, mininterval=0, miniters=1)
    else:
        drawn = "{percentage:3.0f} % |{bar}| {elapsed}{postfix}" if total else None
        bar = tqdm(total=total, ncols=76, mininterval=0, miniters=1, bar_format=drawn)

    def show(step: str, seconds: float) -> None:
        bar.set_postfix_str(f"{step} {seconds:.1f} s", refresh=False)
        bar.update()
        if bar.n == total:
            bar.close()

    return show


def is_notebook() -> bool:
    """Whether this runs in the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def tell_steps(progress: Progress | None) -> Callable[[str], None]:
    """Return a function that tells of a step when it is done, with the seconds since the one before."""
    begun = time.perf_counter()

    def tell(step: str) -> None:
        nonlocal begun
        now = time.perf_counter()
        if progress is not None:
            progress(step, now - begun)
        begun = now

    return tell
