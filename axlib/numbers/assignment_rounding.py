"""From flows to members: whole members stay or go, go to people with room, and what does not fit is mended."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog

from axlib.numbers.assignment_flows import Books, Flags, Floats, Flows, Ints
from axlib.numbers.hour_levels import fill_evenly

_TINY = 1e-9
#: Levels to which hours are poured, as shares of the ceiling; fine where the ceiling is near.
_LEVELS = np.concatenate([np.linspace(0.025, 0.9, 36), np.linspace(0.902, 1.0, 50)])
_MOST_RELEASED = 60
_MOST_ROUNDS = 5
_ENOUGH_ASKED, _MOST_MOVED_ON = 12, 12


def round_flows(books: Books, flows: Flows) -> Ints:
    """Assign whole members along the flows.

    Parameters
    ----------
    books : Books
    flows : Flows

    Returns
    -------
    array of int, shape (n_members,)
        Who has each member. Every member has somebody who may serve it; where the last few fit nowhere, the one
        with the most room is over the ceiling, which the caller must look at.

    Notes
    -----
    The largest members of a class go, as they free the most hours for one hand-over. Who goes is shared out so that the
    loads of those who receive rise to one level as far as skills allow, and those who leave one person stay
    together where they can: fewer people must speak with each other.
    """
    kept = _keep_whole(books, flows)
    owners = np.where(kept, books.owners, -1)
    going = np.flatnonzero(~kept)
    if len(going) == 0:
        return owners
    skills, group_of = np.unique(books.may_serve, axis=0, return_inverse=True)
    group_of = np.asarray(group_of, dtype=np.int64).reshape(-1)
    hours = np.bincount(books.segments[going], weights=books.hours[going], minlength=books.may_serve.shape[1])
    shares = _share_among_groups(books, books.hours_of(owners), skills, group_of, hours.astype(float))
    # In the order of who had them, so that neighbours in the line come to the same person.
    line = going[np.lexsort((-books.hours[going], books.segments[going], books.owners[going]))]
    group = np.full(len(line), -1, dtype=np.int64)
    for segment in np.unique(books.segments[line]):
        here = books.segments[line] == segment
        group[here] = _cut(books.hours[line[here]], shares[segment])
    for one in np.unique(group):
        mine = line[group == one]
        people = np.flatnonzero((group_of == one) & (books.ceilings > 0))
        held = books.hours_of(owners)[people]
        given = fill_evenly(held, books.ceilings[people], hours=float(books.hours[mine].sum()))
        owners[mine] = people[_cut(books.hours[mine], given)]
    return _mend(books, owners, kept)


def _keep_whole(books: Books, flows: Flows) -> Flags:
    """Whole members that stay: floors of the flows, then as many more as still fit."""
    order = np.lexsort((books.hours, flows.class_of))
    order = order[flows.class_of[order] >= 0]
    place = flows.class_of[order]
    rank = np.arange(len(order)) - np.searchsorted(place, np.arange(len(flows.staying)))[place]
    kept = np.zeros(len(books.hours), dtype=bool)
    kept[order[rank < np.floor(flows.staying + 1e-6)[place]]] = True
    held = books.hours_of(np.where(kept, books.owners, -1))
    for person in np.flatnonzero(held > books.ceilings * (1 + _TINY)):
        # Classes of unlike members stand for their mean, so a book may still be over: its largest go.
        mine = np.flatnonzero(kept & (books.owners == person))
        mine = mine[np.argsort(-books.hours[mine], kind="stable")]
        freed = np.concatenate([[0.0], np.cumsum(books.hours[mine])[:-1]])
        kept[mine[freed < held[person] - books.ceilings[person] * (1 + _TINY)]] = False
    # What the flows will give them is not theirs to keep: it may be what nobody else can serve.
    room = books.ceilings - flows.given.sum(axis=1) - books.hours_of(np.where(kept, books.owners, -1))
    kept[_may_return(books, ~kept, room)] = True
    return kept


def _may_return(books: Books, away: Flags, room: Floats) -> Ints:
    """Find members away from their owner for whom there is room, the smallest of each book first."""
    back = np.flatnonzero(away & books.may_stay)
    back = back[np.lexsort((books.hours[back], books.owners[back]))]
    owner, running = books.owners[back], np.cumsum(books.hours[back])
    first = np.searchsorted(owner, np.arange(len(books.ceilings)))
    before = np.concatenate([[0.0], running])[first[owner]]
    return np.asarray(back[running - before <= room[owner] + _TINY], dtype=np.int64)


def _share_among_groups(books: Books, held: Floats, skills: Flags, group_of: Ints, hours: Floats) -> Floats:
    """Hours of each segment that each group of like skills is given, so that levels are as even as skills allow.

    Pouring is priced by the level it reaches, in steps; the cheapest pouring evens the levels.
    """
    n_groups, n_segments = skills.shape
    able = np.bincount(group_of, weights=books.ceilings, minlength=n_groups) > 0
    over, at = np.nonzero(skills & able[:, None])
    if able.sum() == 1:
        shares = np.zeros((n_segments, n_groups))
        shares[at, over] = hours[at]
        return shares
    steps = np.append(_LEVELS, 1e3)
    room = np.maximum(steps[:, None] * books.ceilings - held, 0.0)
    poured = np.stack([np.bincount(group_of, weights=row, minlength=n_groups) for row in room])
    caps = np.diff(poured, axis=0, prepend=0.0).T
    n, z = len(over), n_groups * len(steps)
    match = np.zeros((n_segments + n_groups, n + z))
    match[at, np.arange(n)] = 1.0
    match[n_segments + over, np.arange(n)] = 1.0
    match[n_segments + np.repeat(np.arange(n_groups), len(steps)), n + np.arange(z)] = -1.0
    solve: Any = linprog
    found = solve(
        np.concatenate([np.zeros(n), np.tile(steps, n_groups)]),
        A_eq=match,
        b_eq=np.concatenate([hours, np.zeros(n_groups)]),
        bounds=np.column_stack([np.zeros(n + z), np.concatenate([np.full(n, np.inf), caps.ravel()])]),
        method="highs",
    )
    shares = np.zeros((n_segments, n_groups))
    shares[at, over] = np.maximum(found.x[:n], 0.0)
    return shares


def _cut(hours: Floats, given: Floats) -> Ints:
    """Cut a line of members into consecutive parts of given hours; each member is where its middle is."""
    middle = np.cumsum(hours) - hours / 2
    ends = np.cumsum(given) * (hours.sum() / max(float(given.sum()), _TINY))
    wanted = np.flatnonzero(given > _TINY * max(float(given.sum()), 1.0))
    return wanted[np.minimum(np.searchsorted(ends[wanted], middle), len(wanted) - 1)]


def _mend(books: Books, owners: Ints, kept: Flags) -> Ints:
    """Take members who went from people above their ceiling and put them where there is the most room."""
    held = books.hours_of(owners)
    loose: list[int] = []
    for full in np.flatnonzero(held > books.ceilings * (1 + _TINY)):
        mine = np.flatnonzero((owners == full) & ~kept)
        mine = mine[np.argsort(books.hours[mine], kind="stable")]
        for _ in range(min(len(mine), _MOST_RELEASED)):
            excess = held[full] - books.ceilings[full] * (1 + _TINY)
            if excess <= 0:
                break
            # The smallest that suffices, or else the largest.
            pick = min(int(np.searchsorted(books.hours[mine], excess)), len(mine) - 1)
            held[full] -= books.hours[mine[pick]]
            loose.append(int(mine[pick]))
            mine = np.delete(mine, pick)
    for member in sorted(loose, key=lambda one: (-books.hours[one], one)):
        room = books.ceilings - held
        able = books.may_serve[:, books.segments[member]]
        person = int(np.argmax(np.where(able, room, -np.inf)))
        own = books.owners[member]
        if own >= 0 and able[own] and room[own] >= books.hours[member]:
            person = int(own)
        elif room[person] < books.hours[member]:
            person = _make_room(books, owners, held, member, person)
        owners[member] = person
        held[person] += books.hours[member]
    for _ in range(_MOST_ROUNDS):
        back = _may_return(books, owners != books.owners, books.ceilings - held)
        if len(back) == 0:
            break
        owners[back] = books.owners[back]
        held = books.hours_of(owners)
    return owners


def _make_room(books: Books, owners: Ints, held: Floats, member: int, person: int) -> int:
    """Find somebody for a member by moving a few others on; ``person``, as full as all others, if there is nobody."""
    room = books.ceilings - held
    able = np.flatnonzero(books.may_serve[:, books.segments[member]] & (books.ceilings > 0))
    best: list[tuple[int, int]] | None = None
    chosen = person
    for asked, one in enumerate(able[np.argsort(-room[able], kind="stable")]):
        moves = _move_on(books, owners, room, int(one), float(books.hours[member] - room[one]))
        if moves is not None and (best is None or len(moves) < len(best)):
            best, chosen = moves, int(one)
        if best is not None and (len(best) == 1 or asked >= _ENOUGH_ASKED):
            break
    for moved, to in best or []:
        held[[to, chosen]] += np.array([1.0, -1.0]) * books.hours[moved]
        owners[moved] = to
    return chosen


def _move_on(books: Books, owners: Ints, room: Floats, person: int, need: float) -> list[tuple[int, int]] | None:
    """Find the fewest members of one person that free the hours needed and find room elsewhere."""
    left = np.where(books.may_serve, room[:, None], -np.inf)
    left[person] = -np.inf
    mine = np.flatnonzero(owners == person)
    mine = mine[np.lexsort((mine, books.hours[mine]))]
    moves: list[tuple[int, int]] = []
    while need > 0 and len(moves) < _MOST_MOVED_ON:
        hours = books.hours[mine]
        fits = np.flatnonzero(hours <= left.max(axis=0)[books.segments[mine]])
        if len(fits) == 0:
            return None
        # The smallest that suffices, else the largest.
        pick = fits[min(int(np.searchsorted(hours[fits], need)), len(fits) - 1)]
        to = int(left[:, books.segments[mine[pick]]].argmax())
        moves.append((int(mine[pick]), to))
        left[to] -= hours[pick]
        need -= float(hours[pick])
        mine = np.delete(mine, pick)
    return moves if need <= 0 else None
