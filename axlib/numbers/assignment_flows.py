"""Who stays and who goes when members are shared out anew with the fewest hand-overs: flows, not members.

Members of one segment, one present owner and one size are alike, so the linear programme asks how many of each such
class stay; whoever goes is hours that flow to people with room. A hundred thousand members become a few thousand
variables. Its dual prices of hours give a bound for the problem of single members.

References
----------
.. [1] Held, Karp (1970), The traveling-salesman problem and minimum spanning trees: bounds from Lagrangian multipliers.
.. [2] Fisher (1981), The Lagrangian relaxation method for solving integer programming problems.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_TINY = 1e-9
_MOST_SIZES = 48


@dataclass(frozen=True, eq=False)
class Books:
    """Members, who has them now, and what people can carry.

    Attributes
    ----------
    hours : array, shape (n_members,)
        Hours a year each member calls for; positive.
    segments : array of int, shape (n_members,)
    owners : array of int, shape (n_members,)
        Who has each member now; -1 for nobody.
    ceilings : array, shape (n_people,)
        Most hours each may be given; 0 for who serves nobody.
    may_serve : array of bool, shape (n_people, n_segments)
        False throughout for who has no hours.
    """

    hours: Floats
    segments: Ints
    owners: Ints
    ceilings: Floats
    may_serve: Flags

    @property
    def may_stay(self) -> Flags:
        """Whose present owner may go on serving them."""
        owned = self.owners >= 0
        return owned & self.may_serve[np.where(owned, self.owners, 0), self.segments]

    def hours_of(self, owners: Ints) -> Floats:
        """Hours in each book, given who has each member."""
        kept = owners >= 0
        return np.bincount(owners[kept], weights=self.hours[kept], minlength=len(self.ceilings)).astype(float)


@dataclass(frozen=True, eq=False)
class Flows:
    """The optimum of the linear programme.

    Attributes
    ----------
    class_of : array of int, shape (n_members,)
        Each member's class; -1 for who cannot stay.
    staying : array, shape (n_classes,)
        How many of each class stay; fractions are left for rounding.
    given : array, shape (n_people, n_segments)
        Hours each is newly given.
    price : array, shape (n_people,)
        Hand-overs an hour more at each person would save.
    price_of_leaving : array, shape (n_people,)
        Hand-overs that the least number of leaving members adds.
    """

    class_of: Ints
    staying: Floats
    given: Floats
    price: Floats
    price_of_leaving: Floats


def count_leaving(books: Books) -> Ints:
    """Fewest members that must leave each book: the largest first, until it is under its ceiling.

    Members their owner may not serve leave anyhow.
    """
    stays = books.may_stay
    owned = books.owners >= 0
    people = len(books.ceilings)
    forced = np.bincount(books.owners[owned & ~stays], minlength=people)
    order = np.lexsort((-books.hours, books.owners))
    order = order[stays[order]]
    owner, hours = books.owners[order], books.hours[order]
    total = np.bincount(owner, weights=hours, minlength=people)
    first = np.searchsorted(owner, np.arange(people))
    running = np.concatenate([[0.0], np.cumsum(hours)])
    # Running sums within each book, before each member: who stands where they are short of the excess must leave.
    before = running[:-1] - running[first[owner]]
    excess = (total - books.ceilings)[owner]
    leaves = before < excess - _TINY * np.maximum(total[owner], 1.0)
    return np.asarray(forced + np.bincount(owner[leaves], minlength=people), dtype=np.int64)


def find_flows(books: Books, *, ceilings: Floats) -> Flows | None:
    """Solve the linear programme of the fewest hand-overs.

    Parameters
    ----------
    books : Books
    ceilings : array, shape (n_people,)
        Ceilings to solve with; a little below those of ``books`` leaves room for whole members.

    Returns
    -------
    Flows or None
        None where the hours do not fit.
    """
    people, n_segments = books.may_serve.shape
    size = _size_classes(books)
    stays = books.may_stay
    n_sizes = int(size.max()) + 1
    key = (books.owners * n_segments + books.segments) * n_sizes + size
    keys, inverse = np.unique(key[stays], return_inverse=True)
    class_of = np.full(len(key), -1, dtype=np.int64)
    class_of[stays] = inverse
    count = np.bincount(inverse, minlength=len(keys)).astype(float)
    owner, segment = keys // (n_segments * n_sizes), keys // n_sizes % n_segments
    hours = np.bincount(inverse, weights=books.hours[stays], minlength=len(keys)) / np.maximum(count, 1.0)
    to, of = np.nonzero(books.may_serve & (ceilings > 0)[:, None])
    k, f = len(keys), len(to)
    demand = np.bincount(books.segments, weights=books.hours, minlength=n_segments)
    balance = sparse.csr_array(
        (np.concatenate([hours, np.ones(f)]), (np.concatenate([segment, of]), np.arange(k + f))),
        shape=(n_segments, k + f),
    )
    room = sparse.csr_array(
        (np.concatenate([hours, np.ones(f)]), (np.concatenate([owner, to]), np.arange(k + f))), shape=(people, k + f)
    )
    stay_at_most = sparse.csr_array((np.ones(k), (owner, np.arange(k))), shape=(people, k + f))
    total = np.bincount(books.owners[books.owners >= 0], minlength=people)
    leaving = count_leaving(books)
    solve: Any = linprog  # its stubs know no sparse matrices
    found = solve(
        np.concatenate([-np.ones(k), np.zeros(f)]),
        A_ub=sparse.vstack([room, stay_at_most]),
        b_ub=np.concatenate([ceilings, total - leaving]),
        A_eq=balance,
        b_eq=demand,
        bounds=np.column_stack([np.zeros(k + f), np.concatenate([count, np.full(f, np.inf)])]),
        method="highs",
    )
    if not found.success:
        return None
    given = np.zeros((people, n_segments))
    given[to, of] = found.x[k:]
    prices = np.maximum(-found.ineqlin.marginals, 0.0)
    return Flows(class_of, np.clip(found.x[:k], 0.0, count), given, prices[:people], prices[people:])


def bound_hand_overs(books: Books, *, price: Floats, price_of_leaving: Floats) -> int:
    """Fewest hand-overs there can be, by any sharing out of whole members under the ceilings.

    Parameters
    ----------
    books : Books
    price : array, shape (n_people,)
        Hand-overs charged for an hour at each person; any prices of 0 or more give a valid bound, the dual prices of
        the linear programme nearly the best.
    price_of_leaving : array, shape (n_people,)

    Returns
    -------
    int
        The Lagrangian bound [1]_ [2]_: ceilings and least numbers of leaving members are paid for instead of kept, so
        each member chooses by itself, exactly and at its own hours. Whole members, so rounded up.
    """
    leaving = count_leaving(books)
    cheapest = np.where(books.may_serve, price[:, None], np.inf).min(axis=0)
    owned = books.owners >= 0
    at = np.where(owned, books.owners, 0)
    stay = np.where(books.may_stay, books.hours * price[at], np.inf)
    go = np.where(owned, 1.0 - price_of_leaving[at], 0.0) + books.hours * cheapest[books.segments]
    value = np.minimum(stay, go).sum() + price_of_leaving @ leaving - price @ books.ceilings
    # A hair is taken off for the rounding of the sums, so that the bound is never too high.
    found = math.ceil(value - 1e-6 * max(1.0, abs(value)))
    return max(found, int(leaving.sum()), 0)


def _size_classes(books: Books) -> Ints:
    """Class of each member by its hours within its segment: every number of hours while these are few."""
    size = np.zeros(len(books.hours), dtype=np.int64)
    for segment in np.unique(books.segments):
        here = np.flatnonzero(books.segments == segment)
        values, place = np.unique(-books.hours[here], return_inverse=True)
        if len(values) > _MOST_SIZES:
            rank = np.empty(len(here), dtype=np.int64)
            rank[np.argsort(-books.hours[here], kind="stable")] = np.arange(len(here))
            place = rank * _MOST_SIZES // len(here)
        size[here] = place
    return size
