"""How evenly hours can be laid on people who may serve only some of them, and how many fit nowhere.

People who may serve the same segments are alike here, so the linear programmes have a variable per segment and set
of skills, however many people there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_SURE = 1e-7


@dataclass(frozen=True)
class Shortage:
    """Hours that fit nowhere.

    Attributes
    ----------
    hours : float
        The fewest that are left over, however the rest is shared out.
    segments : array of bool, shape (n_segments,)
        The segments that are short together: all who may serve one of them are full.
    people : array of bool, shape (n_people,)
        Who may serve them.
    """

    hours: float
    segments: Flags
    people: Flags


def level_ceilings(demand: Floats, available: Floats, may_serve: Flags, *, most_load: float) -> Floats:
    """Give each person the lowest load that the highest loads can be brought down to, and at least ``most_load``.

    Parameters
    ----------
    demand : array, shape (n_segments,)
        Hours of each segment; each segment with hours has somebody with hours who may serve it.
    available : array, shape (n_people,)
    may_serve : array of bool, shape (n_people, n_segments)
    most_load : float

    Returns
    -------
    array, shape (n_people,)
        Loads. Where everything fits under ``most_load``, that; else the highest load is made as low as it can be,
        then the next highest of those not bound by it, and so on (the lexicographic least maximum).

    Examples
    --------
    Only the first may serve the second segment; the other two share the rest.

    >>> may_serve = np.array([[1, 1], [1, 0]], dtype=bool)
    >>> level_ceilings(np.array([1.0, 4.0]), np.array([2.0, 1.0]), may_serve, most_load=1.0)
    array([2., 1.])
    """
    skills, group_of, hours = _group(available, may_serve)
    free = hours > 0
    loads = np.full(len(hours), most_load)
    while free.any():
        level, bound = _lowest_level(demand, hours, skills, loads, free)
        if level <= most_load * (1 + _SURE):
            break
        bound &= free
        # A degenerate optimum may name nobody; then all who are left are held at the level.
        loads[bound if bound.any() else free] = level
        free &= ~bound if bound.any() else False
    return loads[group_of]


def find_shortage(demand: Floats, available: Floats, may_serve: Flags, *, most_load: float) -> Shortage:
    """Find the fewest hours that are left over at a load, and the segments they belong to.

    Parameters
    ----------
    demand : array, shape (n_segments,)
    available : array, shape (n_people,)
    may_serve : array of bool, shape (n_people, n_segments)
    most_load : float

    Returns
    -------
    Shortage
        By the theorem of the largest flow and the smallest cut, its hours are those of its segments less what its
        people can give.

    Examples
    --------
    >>> short = find_shortage(np.array([9.0, 1.0]), np.array([4.0, 4.0]), np.ones((2, 2), dtype=bool), most_load=1.0)
    >>> short.hours, short.segments.tolist()
    (2.0, [True, True])
    """
    skills, _, hours = _group(available, may_serve)
    n_groups, n_segments = skills.shape
    over, at = np.nonzero(skills)
    n = len(over)
    costs = np.concatenate([np.zeros(n), np.ones(n_segments)])
    balance = np.zeros((n_segments, n + n_segments))
    balance[at, np.arange(n)] = 1.0
    balance[np.arange(n_segments), n + np.arange(n_segments)] = 1.0
    room = np.zeros((n_groups, n + n_segments))
    room[over, np.arange(n)] = 1.0
    found: Any = linprog(costs, A_ub=room, b_ub=hours * most_load, A_eq=balance, b_eq=demand, method="highs")
    short = (found.eqlin.marginals > 0.5) & (demand > 0)
    total = float(found.fun)
    if total <= _SURE * max(1.0, float(demand.sum())):
        return Shortage(0.0, np.zeros(n_segments, dtype=bool), np.zeros(len(available), dtype=bool))
    people = (may_serve & short).any(axis=1) & (available > 0)
    return Shortage(total, short, people)


def fill_evenly(held: Floats, available: Floats, *, hours: float) -> Floats:
    """Pour hours on people so that the lowest loads rise to one level.

    Parameters
    ----------
    held : array, shape (n_people,)
        Hours each has already.
    available : array, shape (n_people,)
        Positive for somebody.
    hours : float

    Returns
    -------
    array, shape (n_people,)
        Hours given to each; they add up to ``hours``.

    Examples
    --------
    >>> fill_evenly(np.array([0.0, 3.0, 9.0]), np.array([10.0, 10.0, 10.0]), hours=5.0).tolist()
    [4.0, 1.0, 0.0]
    """
    given = np.zeros(len(held))
    able = np.flatnonzero(available > 0)
    if hours <= 0 or len(able) == 0:
        return given
    loads = held[able] / available[able]
    order = np.argsort(loads, kind="stable")
    size = np.cumsum(available[able][order])
    below = size * loads[order] - np.cumsum(held[able][order])
    last = max(int(np.searchsorted(below, hours, side="left")) - 1, 0)
    level = loads[order][last] + (hours - below[last]) / size[last]
    given[able] = np.maximum(level * available[able] - held[able], 0.0)
    if given.sum() <= 0:
        # Too few hours to be told from none: the lowest takes them.
        given[able[order[0]]] = hours
    return given * (hours / given.sum())


def _group(available: Floats, may_serve: Flags) -> tuple[Flags, NDArray[np.int64], Floats]:
    """Sets of skills, the set each person has, and the hours of each set."""
    skills, group_of = np.unique(may_serve, axis=0, return_inverse=True)
    group_of = np.asarray(group_of, dtype=np.int64).reshape(-1)
    return skills, group_of, np.bincount(group_of, weights=available, minlength=len(skills)).astype(float)


def _lowest_level(demand: Floats, hours: Floats, skills: Flags, loads: Floats, free: Flags) -> tuple[float, Flags]:
    """Lowest common load of the free groups that fits all hours, and the groups that hold it up."""
    n_groups, n_segments = skills.shape
    over, at = np.nonzero(skills)
    n = len(over)
    balance = np.zeros((n_segments, n + 1))
    balance[at, np.arange(n)] = 1.0
    room = np.zeros((n_groups, n + 1))
    room[over, np.arange(n)] = 1.0
    room[free, n] = -hours[free]
    limits = np.where(free, 0.0, hours * loads * (1 + _SURE))
    found: Any = linprog(np.eye(n + 1)[n], A_ub=room, b_ub=limits, A_eq=balance, b_eq=demand, method="highs")
    return float(found.fun), np.asarray(found.ineqlin.marginals < -_SURE)
