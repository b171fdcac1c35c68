"""Groups of two runs matched by the members they share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]

LEAST_JACCARD = 0.5
"""Below it two groups share less than they differ by: the old one is dissolved (Hennig 2007)."""


class Match(NamedTuple):
    """Two groups that are one.

    Attributes
    ----------
    row, column : int
        Places of the groups in the table.
    jaccard : float
        Members in both ÷ members in either.
    """

    row: int
    column: int
    jaccard: float


def overlap_groups(counts: ArrayLike) -> Floats:
    """Jaccard index of each row's group with each column's; 0 where both are empty.

    Parameters
    ----------
    counts : array, shape (n_rows, n_columns)
        Members by the group they were in (rows) and are in (columns).

    Examples
    --------
    >>> overlap_groups([[8, 2], [0, 5]]).round(2).tolist()
    [[0.8, 0.13], [0.0, 0.71]]
    """
    both = np.asarray(counts, dtype=np.float64)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def match_groups(jaccard: ArrayLike, *, least: float = LEAST_JACCARD) -> tuple[Match, ...]:
    """Match groups one to one, so that the sum of their Jaccard indices is largest.

    Parameters
    ----------
    jaccard : array, shape (n_rows, n_columns)
        As ``overlap_groups`` gives it, or a part of it.
    least : float
        Pairs below it are no match.

    Returns
    -------
    tuple of Match
        In the order of the rows; groups without a like are left out.

    References
    ----------
    Kuhn (1955), The Hungarian method for the assignment problem.

    Examples
    --------
    >>> match_groups([[0.9, 0.1], [0.3, 0.2]])
    (Match(row=0, column=0, jaccard=0.9),)
    """
    shares = np.asarray(jaccard, dtype=np.float64)
    # Pairs that would be no match must not keep others from theirs.
    worth = np.where(shares >= least, shares, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return tuple(
        Match(int(row), int(column), float(shares[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if shares[row, column] >= least
    )
