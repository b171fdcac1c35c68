"""Segments of two runs under one set of names: a name that means the same is kept, unnamed classes by their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.matching import match_groups, overlap_groups

#: How a class that is like no archetype is called, after its number.
UNNAMED = "(unnamed)"
Labels = NDArray[np.object_]


class Alignment(NamedTuple):
    """One set of names for two runs.

    Attributes
    ----------
    before, after : dict of str to str
        Name in each run -> name in both.
    table : DataFrame, one row per segment of either
        ``segment`` (name in both), ``before``, ``after`` (name in each run; empty where it has none), ``matched_by``
        (name, members, or nothing: gone, new) and ``jaccard`` of the members, both models on the later answers.
    """

    before: dict[str, str]
    after: dict[str, str]
    table: pd.DataFrame


def align_segments(before: Sequence[str], after: Sequence[str], *, by_old: Labels, by_new: Labels) -> Alignment:
    """Find which segment of a run is which of an earlier one.

    Parameters
    ----------
    before, after : sequence of str
        Segments of each run in their order.
    by_old, by_new : ndarray of str, shape (n_members,)
        Segments of the same members by the same answers: by the earlier model, and by the later.

    Notes
    -----
    A segment named after an archetype, a rule or a column means what its name says, so equal names are one segment.
    What is left on both sides, unnamed classes above all, is matched by members, one to one, so that overlaps add
    up to most; a pair below a Jaccard of one half is no match. A match keeps the earlier name, or the one that is
    a name.
    """
    jaccard = pd.DataFrame(_overlap(before, after, by_old, by_new), index=list(before), columns=list(after))
    pairs = {name: name for name in before if name in after and not name.endswith(UNNAMED)}
    how = dict.fromkeys(pairs, "name")
    old = [name for name in before if name not in pairs]
    new = [name for name in after if name not in pairs.values()]
    for match in match_groups(jaccard.loc[old, new].to_numpy()):
        pairs[old[match.row]] = new[match.column]
        how[old[match.row]] = "members"
    both = {name: name for name in before}
    both |= {ours: theirs for ours, theirs in pairs.items() if ours.endswith(UNNAMED) and not theirs.endswith(UNNAMED)}
    found = {theirs: both[ours] for ours, theirs in pairs.items()}
    taken = set(both.values())
    later: dict[str, str] = {}
    for name in after:
        # A new unnamed class must not pass for an old one of the same number.
        own = found.get(name) or (f"{name.removesuffix(UNNAMED)}(unnamed, new)" if name in taken else name)
        later[name] = own
        taken.add(own)
    rows = [
        {
            "segment": both[name],
            "before": name,
            "after": pairs.get(name, ""),
            "matched_by": how.get(name, "gone"),
            "jaccard": float(jaccard.loc[name, pairs[name]]) if name in pairs else float("nan"),  # type: ignore[arg-type]
        }
        for name in before
    ]
    rows += [
        {"segment": later[name], "before": "", "after": name, "matched_by": "new", "jaccard": float("nan")}
        for name in after
        if name not in found
    ]
    columns = ["segment", "before", "after", "matched_by", "jaccard"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:4], "str"))
    return Alignment(both, later, table)


def _overlap(before: Sequence[str], after: Sequence[str], by_old: Labels, by_new: Labels) -> NDArray[np.float64]:
    # Members undetermined in either still count among the others' own.
    counts = pd.crosstab(pd.Series(by_old, dtype="str"), pd.Series(by_new, dtype="str"))
    rows, columns = counts.index.union(list(before)), counts.columns.union(list(after))
    full = counts.reindex(index=rows, columns=columns, fill_value=0)
    shares = pd.DataFrame(overlap_groups(full.to_numpy()), index=rows, columns=columns)
    return shares.loc[list(before), list(after)].to_numpy(dtype=float)
