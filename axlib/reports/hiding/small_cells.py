"""Which groups and which cells of a table of counts to hide, so that none can be worked out from what is shown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def small_groups(sizes: Mapping[str, float], *, least: int) -> set[str]:
    """Say which groups of members to hide: those that are too small, and as many more as protect them.

    Of groups whose total is known, one that is hidden alone, or a few that together are still too small, could
    be worked out; so the next smallest is hidden with them.

    Examples
    --------
    >>> sorted(small_groups({"a": 3, "b": 40, "c": 20}, least=10)), small_groups({"a": 0, "b": 40}, least=10)
    (['a', 'c'], set())
    """
    order = sorted((name for name, size in sizes.items() if size > 0), key=lambda name: sizes[name])
    hidden = {name for name in order if sizes[name] < least}
    for name in order:
        if not hidden or (len(hidden) > 1 and sum(sizes[other] for other in hidden) >= least):
            break
        hidden.add(name)
    return hidden


def hide_small(counts: NDArray[np.float64], *, least: int, column_totals_are_shown: bool = True) -> Flags:
    """Say which cells of a table of counts to hide: the small ones, and those that would give them away.

    A hidden cell that is alone in a line follows from the line's total, and a few that are small together are a
    small count themselves; so the next smallest cells of that line are hidden with them. What could still be worked
    out from all totals taken together (Gusfield 1988, SIAM J. Comput. 17) is protected in the same way.

    Parameters
    ----------
    counts : array, shape (rows, columns)
    least : int
        Counts from 1 to ``least - 1`` are small; zeros are not.
    column_totals_are_shown : bool
        Whether readers know the columns' totals to the member; those of rows they always do.

    Returns
    -------
    array of bool, shape (rows, columns)

    Examples
    --------
    >>> hide_small(np.array([[50.0, 3.0, 40.0], [60.0, 70.0, 80.0]]), least=10)
    array([[False,  True,  True],
           [False,  True,  True]])
    """
    return protect_cells(
        (counts > 0) & (counts < least), counts, least, column_totals_are_shown=column_totals_are_shown
    )


def protect_cells(hide: Flags, counts: NDArray[np.float64], least: int, *, column_totals_are_shown: bool) -> Flags:
    """Hide further cells until none of the hidden ones can be worked out."""
    hide = hide.copy()
    lines = [(hide[row], counts[row]) for row in range(len(counts))]
    if column_totals_are_shown:
        lines += [(hide[:, column], counts[:, column]) for column in range(counts.shape[1])]
    while True:
        before = hide.sum()
        for line, cells in lines:
            while line.any() and not line.all() and (line.sum() < 2 or cells[line].sum() < least):
                _hide_next(line, cells)
        if hide.sum() == before:
            if hide.all() or not column_totals_are_shown or not _worked_out(hide).any():
                return hide
            row, column = np.argwhere(_worked_out(hide))[0]
            both = (lines[row], lines[len(counts) + column], (hide.reshape(-1), counts.reshape(-1)))
            _hide_next(*next(line for line in both if not line[0].all()))


def _hide_next(line: Flags, cells: NDArray[np.float64]) -> None:
    """Hide the smallest shown cell of a line in place; a zero protects least and is taken last."""
    line[int(np.where(line, np.inf, np.where(cells == 0, np.finfo(float).max, cells)).argmin())] = True


def _worked_out(hide: Flags) -> Flags:
    """Which hidden cells follow from the totals of all rows and columns and the cells that are shown."""
    rows, columns = np.nonzero(hide)
    equations = np.vstack([rows == row for row in range(hide.shape[0])] + [columns == c for c in range(hide.shape[1])])
    _, sizes, free = np.linalg.svd(equations.astype(float))
    rank = int((sizes > 1e-9).sum())
    found = np.zeros_like(hide)
    found[rows, columns] = (np.abs(free[rank:]) < 1e-9).all(axis=0)
    return found


def blank(table: pd.DataFrame, rows: pd.Series[bool], columns: list[str]) -> pd.DataFrame:
    """Make numbers of some rows missing; columns the table does not have are passed over."""
    kept = [name for name in columns if name in table.columns]
    return table.assign(**{name: table[name].astype(float).mask(rows.to_numpy(dtype=bool)) for name in kept})
