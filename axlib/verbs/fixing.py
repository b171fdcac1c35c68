"""Groupings are fixed before outcomes are read: their fingerprints are taken before, and compared after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.verbs.segments import Segmentation
from axlib.words.display import join_words
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class FixedGroupings(Result):
    """The groupings that outcomes are laid beside, as they were before.

    Attributes
    ----------
    table : DataFrame, one row per grouping
        ``grouping``, ``fingerprint`` (SHA-256 of who is in which group, taken before outcomes were read), ``unchanged``
        (whether it was the same after).
    """

    table: pd.DataFrame

    title: ClassVar[str] = "Groupings fixed before outcomes were read"

    @property
    def are_unchanged(self) -> bool:
        """Whether all are as they were fixed."""
        return bool(self.table["unchanged"].all())

    def summary(self) -> pd.DataFrame:
        """Return one row per grouping."""
        return self.table

    @property
    def text(self) -> str:
        """Whether they were kept, in a sentence."""
        if len(self.table) == 0:
            return "There was no grouping to fix."
        changed = self.table.loc[~self.table["unchanged"], "grouping"].tolist()
        if changed:
            return f"{join_words(changed)} changed after outcomes were read: nothing beyond counts is said of them."
        return "All groupings are after outcomes were read what they were before."


def fix_groupings(groupings: Mapping[str, Segmentation | Unavailable]) -> FixedGroupings:
    """Take the fingerprints of groupings before outcomes are laid beside them."""
    rows = [(name, found.fingerprint, True) for name, found in groupings.items() if isinstance(found, Segmentation)]
    table = pd.DataFrame(rows, columns=["grouping", "fingerprint", "unchanged"])
    return FixedGroupings(table.astype({"grouping": "str", "fingerprint": "str", "unchanged": bool}))


def check_groupings(fixed: FixedGroupings, groupings: Mapping[str, Segmentation | Unavailable]) -> FixedGroupings:
    """Compare groupings with their fingerprints from before outcomes were read."""
    now = fix_groupings(groupings).table.set_index("grouping")["fingerprint"]
    same = [
        now.get(name) == before
        for name, before in zip(fixed.table["grouping"], fixed.table["fingerprint"], strict=True)
    ]
    return FixedGroupings(fixed.table.assign(unchanged=pd.array(same, dtype=bool)))
