"""Members who may be one and the same under two keys: proposed with a score and a reason, never merged unasked.

Candidates share an e-mail, a telephone number, or a name up to one wrong, missing, added or swapped letter.
The last are found by their deletion neighbourhoods: two names one letter apart are equal once that letter is
taken from both (as in SymSpell; W. Garbe). Hashes of all names with one letter taken out are made from prefix
and suffix hashes in one pass, so nothing is compared pair by pair.
"""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

COLUMNS = ("member_id", "other_id", "name", "other_name", "score", "reason")
#: Words that say what a body is in law, and articles: they come and go in the writing of one name.
_DROPPED = r"\b(?:the|inc|incorporated|llc|ltd|limited|corp|corporation|co|company|plc|gmbh|ag|sa|nv|bv|na)\b\.?"
_BASE = np.uint64(1_099_511_628_211)
_LONGEST = 64
#: More members than this under one key are a shared mailbox or a chain, no duplicates.
_MOST_SHARING = 10
#: What each agreement adds to the score.
_WEIGHTS = {"same name": 0.6, "nearly the same name": 0.5, "same e-mail": 0.3, "same telephone": 0.2, "same place": 0.1}
LEAST_SCORE = 0.5


def propose_duplicates(members: pd.DataFrame) -> pd.DataFrame:
    """Propose pairs of members that may be one, for a person to confirm.

    Parameters
    ----------
    members : DataFrame
        Clean members: member_id, and what there is of name, email, parent_id and columns of telephone and place.

    Returns
    -------
    DataFrame
        member_id, other_id, name, other_name, score (0-1), reason; the surest first. Names whose numbers differ
        (Branch 1, Branch 2) and pairs of a member and its dues payer are left out.
    """
    agreed = _agreements(members)
    names = plain_names(members["name"]) if "name" in members else pd.Series("", index=members.index, dtype="str")
    filled = np.flatnonzero((names.str.len() >= 4).to_numpy())
    pairs = [_near_pairs(names.iloc[filled], filled)]
    for label in ("same e-mail", "same telephone"):
        if label in agreed:
            pairs.append(_pairs_sharing(agreed[label]))
    found = np.unique(np.concatenate(pairs), axis=0) if pairs else np.empty((0, 2), dtype=np.int64)
    left, right = found[:, 0], found[:, 1]
    texts = names.to_numpy(dtype=object)
    distance = process.cpdist(texts[left], texts[right], scorer=OSA.distance) if len(found) else np.empty(0)
    same = (distance == 0) & (names.str.len().to_numpy()[left] >= 4)
    near = (distance == 1) & (names.str.len().to_numpy()[left] >= 6)
    digits = names.str.replace(r"\D+", " ", regex=True).str.strip().to_numpy(dtype=object)
    near &= digits[left] == digits[right]
    marks = {"same name": same, "nearly the same name": near}
    for label, keys in agreed.items():
        marks[label] = (keys[left] == keys[right]) & (keys[left] >= 0)
    score = sum((_WEIGHTS[label] * mark for label, mark in marks.items()), np.zeros(len(found)))
    keep = (score >= LEAST_SCORE) & ~_related(members, left, right)
    reasons = [", ".join(label for label, mark in marks.items() if mark[at]) for at in np.flatnonzero(keep).tolist()]
    ids = members["member_id"].to_numpy(dtype=object)
    shown = members["name"].to_numpy(dtype=object) if "name" in members else texts
    table = pd.DataFrame(
        {
            "member_id": ids[left[keep]],
            "other_id": ids[right[keep]],
            "name": shown[left[keep]],
            "other_name": shown[right[keep]],
            "score": np.round(np.minimum(score[keep], 1.0), 2),
            "reason": reasons,
        },
        columns=list(COLUMNS),
    )
    return table.sort_values(["score", "member_id"], ascending=[False, True], kind="stable", ignore_index=True)


def plain_names(names: pd.Series) -> pd.Series:
    """Return names as they are compared: lower case, without accents, signs and legal forms.

    Examples
    --------
    >>> plain_names(pd.Series(["The Zürcher Käse-Company, Inc."])).tolist()
    ['zurcher kase']
    """
    texts = names.astype("str").fillna("").str.casefold()
    accented = ~texts.str.isascii()
    if accented.any():
        bare = [
            "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
            for text in texts[accented].tolist()
        ]
        texts = texts.mask(accented, pd.Series(bare, index=texts.index[accented], dtype="str"))
    texts = texts.str.replace(r"['’.]", "", regex=True).str.replace(r"[^\w]+", " ", regex=True)
    return texts.str.replace(_DROPPED, " ", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()


def _agreements(members: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Code what members may have in common; -1 where it is not known."""
    agreed: dict[str, NDArray[np.int64]] = {}
    if "email" in members:
        agreed["same e-mail"] = _codes(members["email"].str.lower())
    for name in members.columns:
        words = str(name).lower()
        if "same telephone" not in agreed and any(word in words for word in ("phone", "mobile", "cell")):
            agreed["same telephone"] = _codes(
                members[name].astype("str").str.replace(r"\D+", "", regex=True).str[-9:], 7
            )
        if "same place" not in agreed and words in ("city", "town", "place", "zip", "postal code", "postcode"):
            agreed["same place"] = _codes(members[name].astype("str").str.lower())
    return agreed


def _codes(texts: pd.Series, least: int = 1) -> NDArray[np.int64]:
    known = texts.where(texts.notna() & (texts.str.len() >= least))
    return pd.factorize(known)[0].astype(np.int64)


def _pairs_sharing(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    rows = np.flatnonzero(keys >= 0)
    return _pairs_of_runs(keys[rows].astype(np.uint64), rows)


def _pairs_of_runs(keys: NDArray[np.uint64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all pairs of rows with equal keys, for keys that few rows share."""
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    pairs = []
    for step in range(1, _MOST_SHARING):
        equal = keys[step:] == keys[:-step]
        if not equal.any():
            break
        pairs.append(np.column_stack([rows[:-step][equal], rows[step:][equal]]))
    if not pairs:
        return np.empty((0, 2), dtype=np.int64)
    both = np.sort(np.concatenate(pairs), axis=1)
    return np.unique(both[both[:, 0] != both[:, 1]], axis=0)


def _near_pairs(names: pd.Series, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return pairs of names that are equal once at most one letter is taken from each."""
    if not len(names):
        return np.empty((0, 2), dtype=np.int64)
    texts = names.str.slice(0, _LONGEST).to_numpy(dtype="U")
    width = texts.dtype.itemsize // 4
    letters = texts.view(np.uint32).reshape(len(texts), width).astype(np.uint64)
    lengths = (letters > 0).sum(axis=1)
    before = np.zeros((len(texts), width + 1), dtype=np.uint64)
    after = np.zeros((len(texts), width + 1), dtype=np.uint64)
    power = np.ones(width + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for at in range(width):
            here = letters[:, at] > 0
            before[:, at + 1] = np.where(here, before[:, at] * _BASE + letters[:, at], before[:, at])
            power[at + 1] = power[at] * _BASE
        for at in range(width - 1, -1, -1):
            rest = np.maximum(lengths - at - 1, 0)
            after[:, at] = np.where(
                letters[:, at] > 0, letters[:, at] * power[rest] + after[:, at + 1], after[:, at + 1]
            )
        keys, owners = [before[np.arange(len(texts)), lengths]], [rows]
        for at in range(width):
            here = lengths > at
            rest = lengths[here] - at - 1
            keys.append(before[here, at] * power[rest] + after[here, at + 1])
            owners.append(rows[here])
    return _pairs_of_runs(np.concatenate(keys), np.concatenate(owners))


def _related(members: pd.DataFrame, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether one member of a pair pays the dues of the other."""
    if "parent_id" not in members:
        return np.zeros(len(left), dtype=bool)
    ids, parents = members["member_id"].to_numpy(dtype=object), members["parent_id"].to_numpy(dtype=object)
    return np.asarray((parents[left] == ids[right]) | (parents[right] == ids[left]), dtype=bool)
