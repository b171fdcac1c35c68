"""Share members out anew with the fewest hand-overs, and prove how near to the fewest that is.

Flows and rounding come first; where they do not prove themselves, and the team is small enough, the exact model
decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from axlib.numbers.assignment_flows import Books, Floats, Ints, bound_hand_overs, find_flows
from axlib.numbers.assignment_rounding import round_flows
from axlib.numbers.exact_assignment import MOST_VARIABLES, assign_exactly, count_variables, lowest_stretch

#: The gap within which flows are good enough.
GOOD_GAP = 0.0025
_MARGINS = (0.0, 0.0002, 0.0005, 0.001, 0.002, 0.004, 0.008)
#: How far above the ceilings whole members may have to be tried where they fit nowhere else.
_STRETCHES = (1.0, 1.0025, 1.005, 1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 4.0)


@dataclass(frozen=True, eq=False)
class SharedOut:
    """Who is to have each member.

    Attributes
    ----------
    owners : array of int, shape (n_members,)
    hand_overs : int
        Members who had somebody and are to have somebody else.
    bound : int
        Proved: no sharing out under the same ceilings has fewer.
    gap : float
        ``1 - bound / hand_overs``; 0 where it is proved to be the fewest.
    stretch : float
        Factor on the ceilings that whole members needed; 1 where the ceilings are kept.
    exact : bool
        By the exact model.
    """

    owners: Ints
    hand_overs: int
    bound: int
    gap: float
    stretch: float
    exact: bool


def assign_members(books: Books, *, seconds: float = 30.0) -> SharedOut:
    """Share members out under the ceilings with the fewest hand-overs.

    Parameters
    ----------
    books : Books
        Every segment with members has somebody with a ceiling above 0 who may serve it.
    seconds : float
        Time each search of the exact model may take; its branches are limited before that, the same everywhere.

    Returns
    -------
    SharedOut
        Where whole members cannot keep the ceilings, the ceilings are raised together, as little as was found to do.
    """
    flows = _by_flows(books)
    if flows.stretch == 1.0 and flows.gap <= GOOD_GAP:
        return flows
    if count_variables(books) > MOST_VARIABLES:
        return flows
    return _exactly(books, flows, seconds=seconds)


def count_hand_overs(books: Books, owners: Ints) -> int:
    """Count members who had somebody and have somebody else now."""
    return int(((books.owners >= 0) & (owners != books.owners)).sum())


def _by_flows(books: Books) -> SharedOut:
    for stretch in _STRETCHES:
        raised = replace(books, ceilings=books.ceilings * stretch)
        found = _round_with_margins(raised, stretch)
        if found is not None:
            return found
    # As many as there are could go to anybody; one person with everything is always within reach.
    raised = replace(books, ceilings=np.where(books.ceilings > 0, books.hours.sum() * 2, 0.0))
    found = _round_with_margins(raised, 1.0)
    if found is None:
        raise ValueError("assign_members: a segment has members whom nobody may serve.")
    worst = float((books.hours_of(found.owners)[books.ceilings > 0] / books.ceilings[books.ceilings > 0]).max())
    return replace(found, stretch=worst, bound=0, gap=1.0 if found.hand_overs else 0.0)


def _round_with_margins(books: Books, stretch: float) -> SharedOut | None:
    """Round flows solved a little below the ceilings, so that whole members find room; keep the best."""
    best: SharedOut | None = None
    bound = 0
    for margin in _MARGINS:
        flows = find_flows(books, ceilings=books.ceilings * (1 - margin))
        if flows is None:
            break
        bound = max(bound, bound_hand_overs(books, price=flows.price, price_of_leaving=flows.price_of_leaving))
        owners = round_flows(books, flows)
        if not _is_kept(books, owners):
            continue
        moved = count_hand_overs(books, owners)
        if best is None or moved < best.hand_overs:
            best = SharedOut(owners, moved, bound, 0.0, stretch, exact=False)
        if best.hand_overs - bound <= GOOD_GAP * best.hand_overs:
            break
    return None if best is None else replace(best, bound=bound, gap=_gap(best.hand_overs, bound))


def _exactly(books: Books, flows: SharedOut, *, seconds: float) -> SharedOut:
    found = assign_exactly(books, seconds=seconds)
    stretch = 1.0
    if found.owners is None and flows.stretch > 1.0:
        least = lowest_stretch(books, seconds=seconds)
        if least is None or least >= flows.stretch:
            return flows
        stretch = max(1.0, least * (1 + 1e-9))
        found = assign_exactly(replace(books, ceilings=books.ceilings * stretch), seconds=seconds)
    if found.owners is None:
        return flows
    moved = count_hand_overs(books, found.owners)
    bound = int(np.ceil(found.bound - 1e-6 * max(1.0, abs(found.bound))))
    if flows.stretch <= stretch:
        bound = max(bound, flows.bound)
        if moved > flows.hand_overs:
            return replace(flows, bound=bound, gap=_gap(flows.hand_overs, bound))
    return SharedOut(found.owners, moved, bound, _gap(moved, bound), stretch, exact=True)


def _is_kept(books: Books, owners: Ints) -> bool:
    held: Floats = books.hours_of(owners)
    return bool((held <= books.ceilings * (1 + 1e-9) + 1e-9).all())


def _gap(moved: int, bound: int) -> float:
    return (moved - bound) / moved if moved else 0.0
