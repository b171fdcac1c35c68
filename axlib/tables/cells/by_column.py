"""The columns of a long table side by side: most of the work is done by Arrow and numpy, outside Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Done = TypeVar("Done")
#: From this many rows on columns are worked on side by side; below, starting threads costs more.
LONG_TABLE = 50_000


def work_by_column(work: Callable[[str], Done], columns: Sequence[str], *, n_rows: int) -> Iterable[Done]:
    """Do the same to every column and return what comes of each, in their order.

    Parameters
    ----------
    work : callable
    columns : sequence of str
    n_rows : int
        Of the table; decides whether threads are worth it. The result is the same with and without.
    """
    if n_rows < LONG_TABLE:
        return map(work, columns)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, columns))
