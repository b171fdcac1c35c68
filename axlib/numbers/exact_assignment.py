"""Sharing members out anew by an exact model: whole numbers of each class stay, and of each size go to each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from axlib.numbers.assignment_flows import Books, Floats, Ints

#: Whole numbers the exact model may have; beyond it flows are faster and as good.
MOST_VARIABLES = 3_000
_search: Any = milp  # its stubs know no sparse matrices
#: Branches of the search: a limit that is the same on every machine; seconds are the guard behind it.
_MOST_NODES = 300
_FAIR_NODES = 100


@dataclass(frozen=True, eq=False)
class ExactAssignment:
    """What the exact model found.

    Attributes
    ----------
    owners : array of int, shape (n_members,) or None
        None where no sharing out keeps the ceilings, or none was found in time.
    bound : float
        Fewest hand-overs there can be, as far as it was proved.
    impossible : bool
        Proved: no sharing out of whole members keeps the ceilings.
    """

    owners: Ints | None
    bound: float
    impossible: bool


@dataclass(frozen=True, eq=False)
class _Model:
    staying_of: Ints
    sort_of: Ints
    stay_owner: Ints
    to: Ints
    of: Ints
    upper: Floats
    balance: Any
    number: Floats
    load: Any


def count_variables(books: Books) -> int:
    """Count the whole numbers of the exact model."""
    sorts = len(np.unique(np.column_stack([books.segments, books.hours]), axis=0))
    return sorts * (1 + len(books.ceilings)) + len(np.unique(books.owners)) * sorts


def assign_exactly(books: Books, *, seconds: float) -> ExactAssignment:
    """Share members out with the fewest hand-overs, and among those with the fewest hours above the mean load.

    Parameters
    ----------
    books : Books
    seconds : float
        Time for the search; what is found by then is returned with its bound.
    """
    model = _build(books)
    k, f = len(model.stay_owner), len(model.to)
    owned = int((books.owners >= 0).sum())
    capacity = LinearConstraint(model.load, -np.inf, books.ceilings * (1 + 1e-12) + 1e-9)
    whole = Bounds(np.zeros(k + f), model.upper)
    cost = np.concatenate([-np.ones(k), np.zeros(f)])
    found = _search(
        cost,
        integrality=np.ones(k + f),
        bounds=whole,
        constraints=[LinearConstraint(model.balance, model.number, model.number), capacity],
        options={"time_limit": seconds, "node_limit": _MOST_NODES, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return ExactAssignment(None, 0.0, found.status == 2)
    counts = np.round(found.x)
    staying = counts[:k].sum()
    bound = owned + float(found.mip_dual_bound if found.mip_dual_bound is not None else -owned)
    fair = _even_out(books, model, whole, capacity, staying, seconds=seconds)
    return ExactAssignment(_write(books, model, counts if fair is None else fair), bound, False)


def lowest_stretch(books: Books, *, seconds: float) -> float | None:
    """Find the least factor on all ceilings at which whole members fit; None if it was not found in time."""
    model = _build(books)
    n = len(model.stay_owner) + len(model.to)
    limits = sparse.hstack([model.load, -sparse.csr_array(books.ceilings[:, None])])
    wide: Any = sparse.csr_array((len(model.number), 1))
    balance = LinearConstraint(sparse.hstack([model.balance, wide]), model.number, model.number)
    found = _search(
        np.eye(n + 1)[n],
        integrality=np.append(np.ones(n), 0),
        bounds=Bounds(np.zeros(n + 1), np.append(model.upper, np.inf)),
        constraints=[balance, LinearConstraint(limits, -np.inf, 0.0)],
        options={"time_limit": seconds, "node_limit": _MOST_NODES},
    )
    return None if found.x is None else float(found.x[n])


def _build(books: Books) -> _Model:
    people, _ = books.may_serve.shape
    sorts, sort_of = np.unique(np.column_stack([books.segments, books.hours]), axis=0, return_inverse=True)
    sort_of = np.asarray(sort_of).reshape(-1)
    stays = books.may_stay
    keys, inverse = np.unique(books.owners[stays] * len(sorts) + sort_of[stays], return_inverse=True)
    staying_of = np.full(len(stays), -1, dtype=np.int64)
    staying_of[stays] = inverse
    stay_owner, stay_sort = keys // len(sorts), keys % len(sorts)
    segment = sorts[:, 0].astype(np.int64)
    of, to = np.nonzero(books.may_serve[:, segment].T & (books.ceilings > 0))
    k, f = len(keys), len(to)
    every = np.arange(k + f)
    balance = sparse.csr_array((np.ones(k + f), (np.concatenate([stay_sort, of]), every)), shape=(len(sorts), k + f))
    hours = sorts[:, 1][np.concatenate([stay_sort, of])]
    load = sparse.csr_array((hours, (np.concatenate([stay_owner, to]), every)), shape=(people, k + f))
    number = np.bincount(sort_of, minlength=len(sorts)).astype(float)
    upper = np.concatenate([np.bincount(inverse, minlength=k).astype(float), number[of]])
    return _Model(staying_of, sort_of, stay_owner, to, of, upper, balance, number, load)


def _even_out(
    books: Books, model: _Model, whole: Bounds, capacity: LinearConstraint, staying: float, *, seconds: float
) -> Floats | None:
    """Among the sharings with as few hand-overs, take one with the fewest hours above the mean load."""
    k, n = len(model.stay_owner), len(model.stay_owner) + len(model.to)
    people = len(books.ceilings)
    mean = books.ceilings * (books.hours.sum() / max(float(books.ceilings.sum()), 1e-12))
    wide: Any = sparse.csr_array((len(model.number), people))
    corner: Any = sparse.csr_array((people, people))
    above = sparse.hstack([model.load, -sparse.eye_array(people)])
    stay = np.concatenate([np.ones(k), np.zeros(n - k + people)])
    found = _search(
        np.concatenate([np.zeros(n), np.ones(people)]),
        integrality=np.concatenate([np.ones(n), np.zeros(people)]),
        bounds=Bounds(np.zeros(n + people), np.concatenate([whole.ub, np.full(people, np.inf)])),
        constraints=[
            LinearConstraint(sparse.hstack([model.balance, wide]), model.number, model.number),
            LinearConstraint(sparse.hstack([model.load, corner]), -np.inf, capacity.ub),
            LinearConstraint(above, -np.inf, mean),
            LinearConstraint(sparse.csr_array(stay[None, :]), staying - 0.5, np.inf),
        ],
        options={"time_limit": seconds, "node_limit": _FAIR_NODES, "mip_rel_gap": 0.01},
    )
    return None if found.x is None else np.round(found.x[:n])


def _write(books: Books, model: _Model, counts: Floats) -> Ints:
    """Name members: of each class the first stay, and the rest of each size go to people in turn."""
    k = len(model.stay_owner)
    owners = np.full(len(books.hours), -1, dtype=np.int64)
    order = np.argsort(model.staying_of, kind="stable")
    order = order[model.staying_of[order] >= 0]
    place = model.staying_of[order]
    rank = np.arange(len(order)) - np.searchsorted(place, np.arange(k))[place]
    stays = order[rank < counts[:k][place]]
    owners[stays] = books.owners[stays]
    going = np.flatnonzero(owners < 0)
    going = going[np.lexsort((books.owners[going], model.sort_of[going]))]
    flows = np.lexsort((model.to, model.of))
    owners[going] = np.repeat(model.to[flows], counts[k:][flows].astype(np.int64))
    return owners
