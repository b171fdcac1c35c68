"""The same number of groups on both sides: more groups explain more, whatever they are groups of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.words.display import join_words


@dataclass(frozen=True, eq=False)
class EqualGroups:
    """Tiers and segments of the same members, as many of the one as of the other.

    Attributes
    ----------
    tiers, segments : array of int, shape (n_members,)
        Group of each member, from 0.
    groups : int
        On either side.
    note : str
        What was done for it, in a sentence.
    """

    tiers: NDArray[np.intp]
    segments: NDArray[np.intp]
    groups: int
    note: str


def equal_groups(
    tiers: pd.Series, segments: pd.Series, *, order: Sequence[str], dues: pd.Series | None = None
) -> EqualGroups:
    """Bring tiers and segments of the same members to the same number of groups, without looking at any outcome.

    Too many tiers are merged with their neighbours, the smallest pair first. Of too few, the largest is halved at its
    median dues, again and again: what is paid is a number and can be cut finer, and the tiers keep their edges. Where
    dues cannot be cut so, the smallest segments are merged instead.

    Parameters
    ----------
    tiers, segments : Series
        Names, row by row of the same members.
    order : sequence of str
        Tiers from the lowest dues up.
    dues : Series, optional
        Money a year, row by row; all known.
    """
    tier_codes, tier_names = _codes(tiers, [name for name in order if (tiers == name).any()])
    segment_codes, segment_names = _codes(segments, sorted(set(segments)))
    wanted, had = len(segment_names), len(tier_names)
    if had == wanted:
        return EqualGroups(tier_codes, segment_codes, wanted, f"There are {wanted} tiers and {wanted} segments.")
    if had > wanted:
        while tier_codes.max() + 1 > max(wanted, 1):
            sizes = np.bincount(tier_codes)
            lower = int((sizes[:-1] + sizes[1:]).argmin())
            tier_codes = tier_codes - (tier_codes > lower)
        note = f"{had} tiers were merged with their neighbours into {wanted}, as many as there are segments."
        return EqualGroups(tier_codes, segment_codes, wanted, note)
    if dues is not None:
        tier_codes = _split(tier_codes, dues.to_numpy(dtype=float), wanted)
        had = int(tier_codes.max()) + 1
    note = ""
    if had > len(tier_names):
        note = f"The largest of {len(tier_names)} tiers were halved at their median dues, which makes {had}"
        note += ", as many as there are segments." if had == wanted else "."
    merged = []
    while segment_codes.max() + 1 > had:
        sizes = np.bincount(segment_codes)
        first, second = sorted(np.argsort(sizes, kind="stable")[:2])
        merged += [segment_names[first], segment_names[second]]
        segment_names[first] = f"{segment_names[first]} + {segment_names.pop(second)}"
        segment_codes = np.where(segment_codes == second, first, segment_codes)
        segment_codes = segment_codes - (segment_codes > second)
    if merged:
        names = sorted({part for name in merged for part in name.split(" + ")})
        said = f"of the segments, {join_words(names)} were merged, so that there are {had} on either side."
        note = f"{note} {said[0].upper()}{said[1:]}".strip()
    return EqualGroups(tier_codes, segment_codes, had, note)


def _codes(values: pd.Series, names: list[str]) -> tuple[NDArray[np.intp], list[str]]:
    return pd.Categorical(values, categories=names).codes.astype(np.intp), names


def _split(codes: NDArray[np.intp], dues: NDArray[np.float64], wanted: int) -> NDArray[np.intp]:
    """Halve the largest tier that can be halved, again and again; tiers stay in the order of dues."""
    codes = codes.copy()
    whole: set[int] = set()
    while codes.max() + 1 < wanted:
        sizes = np.bincount(codes)
        sizes[list(whole)] = -1
        largest = int(sizes.argmax())
        if sizes[largest] < 2:
            break
        paid = dues[codes == largest]
        above = paid > np.median(paid) if (paid > np.median(paid)).any() else paid >= np.median(paid)
        if above.all():
            whole.add(largest)
            continue
        whole = {tier + (tier > largest) for tier in whole}
        inside = np.flatnonzero(codes == largest)
        codes = codes + (codes > largest)
        codes[inside[above]] = largest + 1
    return codes
