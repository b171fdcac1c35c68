"""Organisation against contact level: who pays for a member, told by ``parent_id``."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from axlib.tables.engagement import Engagement
from axlib.tables.rows.accounts import Work, state_decision
from axlib.tables.rows.changes import note_changes
from axlib.words.display import count_words

RULE = (
    "a member without dues or terms of its own above 0 is covered by the nearest parent, or parent's parent, that has "
    "them; a member that pays stands for itself"
)
_CENT = 0.005
#: Organisation, division, office, contact: chains are short, and whatever is longer is a circle.
_MOST_LEVELS = 12


class Payers(NamedTuple):
    """Who pays for each member.

    Attributes
    ----------
    payer_id : Series of text
        By row of members: the member that pays for it; missing where it pays itself, or nobody is known to.
    own : int
        Members that have a parent and pay themselves.
    unknown : int
        Members whose parent is not in the table.
    circles : int
        Members whose parents lead in a circle.
    """

    payer_id: pd.Series
    own: int
    unknown: int
    circles: int


def resolve_payers(members: pd.DataFrame, terms: pd.DataFrame | None) -> Payers:
    """Find the dues payer of every member.

    Parameters
    ----------
    members : DataFrame
        Clean: member_id, parent_id, and perhaps annual_dues.
    terms : DataFrame or None
        Clean: member_id, amount.

    Returns
    -------
    Payers
    """
    ids, parents = members["member_id"], members["parent_id"]
    has_parent = parents.notna() & (parents != ids)
    pays = pd.Series(False, index=members.index)
    if "annual_dues" in members:
        pays |= members["annual_dues"].fillna(0.0) > _CENT
    if terms is not None:
        pays |= ids.isin(terms.loc[terms["amount"] > _CENT, "member_id"])
    payers = pd.Index(ids[pays])
    parent_of = pd.Series(parents.where(has_parent).to_numpy(dtype=object), index=ids.to_numpy(dtype=object))
    above = parents.where(has_parent & ~pays).astype(object)
    for _ in range(_MOST_LEVELS):
        climbing = above.notna() & ~above.isin(payers)
        if not climbing.any():
            break
        above = above.where(~climbing, above.map(parent_of))
    circles = above.notna() & ~above.isin(payers)
    return Payers(
        payer_id=above.mask(circles).astype(ids.dtype),
        own=int((has_parent & pays).sum()),
        unknown=int((has_parent & ~parents.isin(ids)).sum()),
        circles=int(circles.sum()),
    )


def settle_payers(engagement: Engagement, work: Work) -> None:
    """Mark members that another one pays for, or roll them up into it, and state how many; ``work`` is changed.

    Marked, members get the column ``payer_id``. Rolled up, their rows count as merged into the payer's, and what
    other tables hold of them is the payer's.
    """
    members = work.tables["members"]
    if "parent_id" not in members or not members["parent_id"].notna().any():
        return
    found = resolve_payers(members, work.tables.get("terms"))
    covered = found.payer_id.notna()
    rolled = engagement.settings.dues_payers == "roll_up"
    counts = (
        (found.own, "have a parent and pay themselves"),
        (found.unknown, "have a parent that is not in the table"),
        (found.circles, "have parents that lead in a circle"),
    )
    evidence = "; ".join([RULE, *(f"{n:,} {words}" for n, words in counts if n)])
    verb = "rolled up into their dues payer" if rolled else "marked with their dues payer (payer_id)"
    decision = f"{count_words(int(covered.sum()), 'member')} {verb}"
    work.decisions.append(state_decision("members", "parent_id", decision, evidence))
    if not covered.any():
        return
    if not rolled:
        name = "payer_id" if "payer_id" not in members else "payer_id (by parent)"
        work.tables["members"] = members.assign(**{name: found.payer_id})
        return
    payer = pd.Series(
        found.payer_id[covered].to_numpy(dtype=object), index=members.loc[covered, "member_id"].to_numpy()
    )
    row_of = pd.Series(members.index, index=members["member_id"].to_numpy(dtype=object))
    gone = members.index[covered]
    merged = pd.DataFrame({"table": "members", "row": gone, "into_row": row_of.loc[payer.to_numpy()].to_numpy()})
    work.merged.append(merged)
    work.tables["members"] = members[~covered]
    account = next(line for line in work.accounts if line["table"] == "members")
    account["kept"] -= len(gone)
    account["merged"] += len(gone)
    for name, table in work.tables.items():
        if name == "members" or "member_id" not in table:
            continue
        hit = table["member_id"].isin(payer.index).to_numpy()
        if hit.any():
            before = table.loc[hit, "member_id"]
            after = before.map(payer).astype("str")
            rows = before.index.to_numpy()
            work.changes.append(
                note_changes(name, "member_id", rows, before.tolist(), after.tolist(), "rolled up into the dues payer")
            )
            whole = table["member_id"].where(~hit, table["member_id"].map(payer).astype(table["member_id"].dtype))
            work.tables[name] = table.assign(member_id=whole)
