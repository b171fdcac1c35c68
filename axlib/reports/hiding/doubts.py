"""What a client may know of doubts about the data: how many members, where that tells of no few."""

from __future__ import annotations

import dataclasses

from axlib.tables.data_doubts import DataDoubts


def hide_doubts(result: DataDoubts, least: int) -> DataDoubts:
    """Hide how many members a doubt concerns where they are few, or where few are left for the rest.

    What the team is told of terms stays with the team.
    """
    table = result.table
    rest = table["of_members"] - table["members"]
    few = (table["members"] > 0) & (table["members"] < least)
    nearly_all = ~few & (rest > 0) & (rest < least)
    masked = {name: table[name].mask(few | nearly_all) for name in ("members", "of_members")}
    words = table["doubt"].mask(few, table["doubt"] + ", of few members")
    words = words.mask(nearly_all, table["doubt"] + ", of nearly all members").astype("str")
    return dataclasses.replace(result, table=table.assign(doubt=words, **masked), terms=result.terms.iloc[:0])
