"""Two keys that are one member, by the consultant's word: an override whose column is ``same_as``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from axlib.tables.rows.changes import join_changes, note_changes
from axlib.tables.rows.duplicates import Merged, merge_duplicates
from axlib.words.errors import ConfigurationError

SAME_AS = "same_as"


class Joined(NamedTuple):
    """Tables in which confirmed duplicates have one key.

    Attributes
    ----------
    tables : dict of str to DataFrame
    members : Merged
        The members after merging.
    changes : DataFrame
        Ledger entries of the keys that changed.
    """

    tables: dict[str, pd.DataFrame]
    members: Merged
    changes: pd.DataFrame


def join_confirmed(tables: Mapping[str, pd.DataFrame], confirmed: pd.DataFrame, *, file_name: str) -> Joined:
    """Give confirmed duplicates one key in every table, and merge their rows of members.

    Parameters
    ----------
    tables : mapping
        Clean tables.
    confirmed : DataFrame
        Rows of an overrides file whose column is ``same_as``: member_id is the key that goes, value the one
        that stays.
    file_name : str

    Raises
    ------
    ConfigurationError
        Keys that no member has, and circles.
    """
    members = tables["members"]
    known = set(members["member_id"])
    problems = [
        f"{file_name}, row {row}: no member '{key}' among the members kept."
        for row, pair in zip(confirmed.index, confirmed[["member_id", "value"]].to_numpy().tolist(), strict=True)
        for key in pair
        if key not in known
    ]
    into = dict(zip(confirmed["member_id"], confirmed["value"], strict=True))
    final: dict[str, str] = {}
    for key in into:
        seen = [key]
        while seen[-1] in into and len(seen) <= len(into):
            seen.append(into[seen[-1]])
        if seen[-1] in into:
            problems.append(f"{file_name}: same_as goes in a circle: {' → '.join(map(str, seen[:4]))}. Break it.")
        final[key] = seen[-1]
    if problems:
        raise ConfigurationError(*dict.fromkeys(problems))
    why = {str(row.member_id): f"override by {row.by}: {row.reason}" for row in confirmed.itertuples(index=False)}
    changes = []
    joined: dict[str, pd.DataFrame] = {}
    for name, table in tables.items():
        for column in ("member_id", "parent_id"):
            if column not in table:
                continue
            hit = table[column].isin(list(final)).to_numpy()
            if hit.any():
                before = table.loc[hit, column]
                after = before.map(final).astype("str")
                rules = [why[str(key)] for key in before.tolist()]
                changes.append(
                    note_changes(name, column, before.index.to_numpy(), before.tolist(), after.tolist(), rules)
                )
                table = table.assign(**{column: table[column].mask(hit, table[column].map(final))})
        joined[name] = table.astype({"member_id": members["member_id"].dtype}) if "member_id" in table else table
    # The consultant named the key that stays, and so the row whose values do.
    stays = members.index[~members["member_id"].isin(list(final))]
    merged = merge_duplicates("members", joined["members"], preferred=stays)
    return Joined({**joined, "members": merged.table}, merged, join_changes([*changes, merged.changes]))
