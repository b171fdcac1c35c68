"""Rows that are the same thing twice: merged by a stated rule, nothing thrown away unseen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from axlib.tables.rows.changes import join_changes, note_changes

#: Tables whose rows are one thing per key, with the column that says which row is newer.
KEYS = {"members": ("member_id", "expires_on"), "staff": ("staff_id", "started_on")}
#: Tables whose rows may have an identifier of their own, which one event of several members shares.
OWN_KEYS = {"touches": ("touch_id", "at")}
#: Tables in which a row equal to another in every cell is the same event exported twice. Two equal touches
#: on one day may well be two contacts, so touches are left alone.
WHOLE_ROWS = ("terms", "answers", "milestones", "outcomes")
RULE = (
    "rows with the same key are one: the most complete stays, then the one with the later date, then the "
    "later row; its empty cells are filled from the others"
)


class Merged(NamedTuple):
    """A table without its duplicates.

    Attributes
    ----------
    table : DataFrame
    merged : DataFrame
        row, into_row: each row that went, and the row it became part of.
    changes : DataFrame
        Ledger entries: cells filled from another row, and cells that differed from the one kept.
    """

    table: pd.DataFrame
    merged: pd.DataFrame
    changes: pd.DataFrame


def merge_duplicates(name: str, table: pd.DataFrame, *, preferred: pd.Index | None = None) -> Merged:
    """Merge the rows of a clean table that are the same thing.

    Parameters
    ----------
    name : str
        Canonical table.
    table : DataFrame
        Clean, indexed by row number.
    preferred : Index, optional
        Rows that stay, however complete the others are.

    Returns
    -------
    Merged
    """
    if name in KEYS and KEYS[name][0] in table:
        key, newer = KEYS[name]
        return _merge_by_key(name, table, key, newer if newer in table else None, preferred)
    if name in OWN_KEYS and OWN_KEYS[name][0] in table:
        own, newer = OWN_KEYS[name]
        named = table[own].notna().to_numpy()
        # Rows without an identifier are not alike because both have none.
        key = f"member_id and {own}"
        found = _merge_by_key(
            name, table[named].assign(**{key: table["member_id"] + " " + table[own]}), key, newer, preferred
        )
        if len(found.merged) == 0:
            return Merged(table, found.merged, found.changes)
        kept = table.index[~table.index.isin(found.merged["row"])]
        whole = pd.concat([found.table.drop(columns=key), table[~named]]).loc[kept]
        return Merged(whole, found.merged, found.changes)
    if name in WHOLE_ROWS:
        again = table.duplicated(keep="first")
        if again.any():
            groups = table.groupby(list(table.columns), dropna=False, sort=False).ngroup()
            first = pd.Series(table.index, index=table.index).groupby(groups).transform("min")
            merged = pd.DataFrame({"row": table.index[again], "into_row": first[again].to_numpy()})
            return Merged(table[~again], merged, join_changes([]))
    return Merged(table, pd.DataFrame({"row": [], "into_row": []}, dtype="int64"), join_changes([]))


def _merge_by_key(name: str, table: pd.DataFrame, key: str, newer: str | None, preferred: pd.Index | None) -> Merged:
    twice = table[key].duplicated(keep=False)
    if not twice.any():
        return Merged(table, pd.DataFrame({"row": [], "into_row": []}, dtype="int64"), join_changes([]))
    same = table[twice]
    order = pd.DataFrame({"filled": same.notna().sum(axis=1), "place": same.index}, index=same.index)
    order["newer"] = same[newer] if newer else pd.NaT
    order["preferred"] = same.index.isin(preferred if preferred is not None else [])
    best_first = order.sort_values(["preferred", "filled", "newer", "place"], ascending=False, na_position="last").index
    same = same.loc[best_first]
    keys = same[key]
    kept = same[~keys.duplicated()]
    gone = same[keys.duplicated()]
    into = pd.Series(kept.index, index=kept[key].to_numpy())
    merged = pd.DataFrame({"row": gone.index, "into_row": into.loc[gone[key]].to_numpy()})
    filled = kept.copy()
    changes, filled_columns = [], []
    by_key = same.groupby(keys, sort=False)
    for column in table.columns.drop(key):
        first = by_key[column].first().reindex(kept[key])
        values = pd.Series(first.array, index=kept.index)
        fill = kept[column].isna() & values.notna()
        if fill.any():
            filled[column] = kept[column].where(~fill, values)
            filled_columns.append(column)
            rows = kept.index[fill]
            donors = _donors(gone, key, column, kept.loc[rows, key])
            rules = [f"filled from row {row}, the same {key}" for row in donors]
            changes.append(
                note_changes(name, column, rows.to_numpy(), [None] * len(rows), cell_texts(values[fill]), rules)
            )
        stays = pd.Series(filled.loc[merged["into_row"], column].array, index=gone.index)
        differs = gone[column].notna() & (gone[column] != stays).fillna(True).astype(bool)
        if differs.any():
            rules = [
                f"same {key} as row {row}, whose value stays"
                for row in merged.set_index("row").loc[gone.index[differs], "into_row"]
            ]
            differing = gone.index[differs].to_numpy()
            changes.append(
                note_changes(
                    name, column, differing, cell_texts(gone.loc[differs, column]), cell_texts(stays[differs]), rules
                )
            )
    clean = table[(~twice | table.index.isin(kept.index)).to_numpy()]
    replaced = {}
    for column in filled_columns:
        whole = clean[column].copy()
        whole.loc[filled.index] = filled[column]
        replaced[column] = whole
    return Merged(clean.assign(**replaced), merged.sort_values("row", ignore_index=True), join_changes(changes))


def _donors(gone: pd.DataFrame, key: str, column: str, keys: pd.Series) -> list[int]:
    """Which row each filled cell came from: the first of the others that has one."""
    having = gone[gone[column].notna()]
    first = having[~having[key].duplicated()]
    return pd.Series(first.index, index=first[key].to_numpy()).loc[keys].astype("int64").tolist()


def cell_texts(values: pd.Series) -> list[str | None]:
    """Write clean cells as the ledger does: days as 2025-01-31, numbers plainly, yes/no as true/false."""
    if pd.api.types.is_datetime64_any_dtype(values):
        texts = values.dt.strftime("%Y-%m-%d")
        return [None if pd.isna(text) else str(text) for text in texts.tolist()]
    if values.dtype == "str":
        return [text if text == text else None for text in values.tolist()]
    return [
        None
        if pd.isna(value)
        else str(bool(value)).lower()
        if isinstance(value, (bool, np.bool_))
        else f"{value:.15g}"
        if isinstance(value, float)
        else str(value)
        for value in values.tolist()
    ]
