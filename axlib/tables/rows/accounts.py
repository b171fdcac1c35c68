"""Accounting for rows: what is set aside, merged, kept, and whether it adds up."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.engagement import Engagement
from axlib.tables.rows.changes import note_changes
from axlib.tables.rows.duplicates import cell_texts, merge_duplicates
from axlib.tables.rows.impossible_values import find_impossible
from axlib.words.display import count_words, format_share
from axlib.words.errors import DataError
from axlib.words.vocabulary import CURRENT_STATUSES

DECISIONS = ("table", "column", "decision", "evidence")
QUARANTINE = ("table", "row", "reason", "cells", "amount")

#: More rows merged than this, and more than half of them, are no members exported twice.
MANY_MERGED = 20


@dataclass
class Work:
    """What is gathered while tables are cleaned."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    changes: list[pd.DataFrame] = field(default_factory=list)
    quarantine: list[pd.DataFrame] = field(default_factory=list)
    merged: list[pd.DataFrame] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str, str]] = field(default_factory=list)
    configuration: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)


def state_decision(table: str, column: str, decision: str, evidence: str) -> dict[str, str]:
    """Return one row of the decisions."""
    return dict(zip(DECISIONS, (table, column, decision, evidence), strict=True))


def add_reason(reasons: pd.Series, rows: NDArray[np.bool_], reason: str) -> pd.Series:
    """Return the reasons per row with one more for some rows; several are joined by semicolons."""
    if not rows.any():
        return reasons
    joined = reasons.where(reasons == "", reasons + "; ") + reason
    return reasons.where(~rows, joined)


def account_rows(
    name: str,
    raw: pd.DataFrame,
    table: pd.DataFrame,
    reasons: pd.Series,
    changes: list[pd.DataFrame],
    engagement: Engagement,
    work: Work,
) -> None:
    """Blank impossible cells, set rows aside, merge duplicates, and count; the outcome is added to ``work``."""
    changes = [*changes]
    for doubt in find_impossible(name, table, as_of=engagement.as_of):
        if doubt.column:
            cells = table.loc[doubt.rows, doubt.column]
            changes.append(
                note_changes(
                    name,
                    doubt.column,
                    cells.index.to_numpy(),
                    cell_texts(cells),
                    [None] * len(cells),
                    f"blanked: {doubt.reason}",
                )
            )
            table = table.assign(**{doubt.column: table[doubt.column].mask(doubt.rows)})
        else:
            reasons = add_reason(reasons, doubt.rows, doubt.reason)
    aside = (reasons != "").to_numpy()
    if aside.any():
        # A row set aside is kept whole, as it was read: its cells were not changed.
        amounts = table.loc[aside, "amount"] if "amount" in table else pd.Series(np.nan, index=raw.index[aside])
        work.quarantine.append(_set_aside(name, raw[aside], reasons[aside], amounts))
        changes = [part[~part["row"].isin(raw.index[aside])] for part in changes]
    work.changes += changes
    merged = merge_duplicates(name, table[~aside] if aside.any() else table)
    if len(merged.merged):
        work.merged.append(merged.merged.assign(table=name)[["table", "row", "into_row"]])
        work.changes.append(merged.changes)
    work.tables[name] = merged.table
    work.accounts.append(
        {
            "table": name,
            "read": len(raw),
            "kept": len(merged.table),
            "merged": len(merged.merged),
            "quarantined": int(aside.sum()),
        }
    )


def _set_aside(name: str, raw: pd.DataFrame, reasons: pd.Series, amounts: pd.Series) -> pd.DataFrame:
    cells = [
        json.dumps(dict(zip(raw.columns, ("" if pd.isna(c) else c for c in row), strict=True)), ensure_ascii=False)
        for row in raw.itertuples(index=False, name=None)
    ]
    return pd.DataFrame(
        {
            "table": pd.Series(name, index=range(len(raw)), dtype="str"),
            "row": raw.index.to_numpy(),
            "reason": reasons.to_numpy(),
            "cells": cells,
            "amount": amounts.to_numpy(dtype=float),
        }
    )


def _note_like_touches(work: Work) -> None:
    """Two equal contacts on one day may well be two contacts, or one exported twice: kept, and said."""
    touches = work.tables.get("touches")
    if touches is None:
        return
    unnamed = touches[touches["touch_id"].isna()] if "touch_id" in touches else touches
    again = int(unnamed.duplicated().sum())
    if again:
        verb = "equals" if again == 1 else "equal"
        work.decisions.append(
            state_decision(
                "touches",
                "",
                f"{count_words(again, 'row')} that {verb} another in every cell",
                "kept: two contacts may be alike; with a column touch_id the same contact is counted once",
            )
        )


def look_across(engagement: Engagement, work: Work) -> None:
    """Note what only shows between tables: rows of unknown members, and exports without anyone who left."""
    _note_like_touches(work)
    members = work.tables["members"]
    known = pd.Index(members["member_id"])
    for name, table in work.tables.items():
        if name != "members" and "member_id" in table:
            strange = ~table["member_id"].isin(known)
            if strange.any():
                stripped = table.loc[strange, "member_id"].str.lstrip("0").isin(known.str.lstrip("0"))
                zeros = f"; {int(stripped.sum()):,} would match without leading zeros" if stripped.any() else ""
                work.decisions.append(
                    state_decision(
                        name,
                        "member_id",
                        f"{count_words(int(strange.sum()), 'row')} of members that are not in the members' table",
                        f"kept, used where a member is not needed{zeros}",
                    )
                )
    if "status" in members and members["status"].notna().any():
        left = ~members["status"].isin([*CURRENT_STATUSES, "pending", "non_member"]) & members["status"].notna()
        if not left.any():
            work.decisions.append(
                state_decision(
                    "members",
                    "status",
                    "nobody in the export has left: no churn can be measured from it",
                    f"{count_words(members['status'].nunique(), 'status', 'statuses')}, all of current members",
                )
            )


def check_accounts(accounts: pd.DataFrame, work: Work, engagement: Engagement) -> None:
    """Refuse a table without a usable row, members lost beyond ``max_loss``, and events given as members."""
    balance = accounts["read"] - accounts["kept"] - accounts["merged"] - accounts["quarantined"]
    if balance.any():
        raise AssertionError(f"rows do not add up: {accounts.to_dict('records')}")
    problems: list[str] = []
    for line in accounts.to_dict("records"):
        share = line["quarantined"] / line["read"]
        mine = [part for part in work.quarantine if part["table"].iloc[0] == line["table"]]
        largest = (
            ", ".join(f"{reason} ({n:,})" for reason, n in pd.concat(mine)["reason"].value_counts().head(3).items())
            if mine
            else ""
        )
        if line["kept"] == 0:
            problems.append(f"{line['table']}: no row can be used: {largest}. Mend the file, or map its columns.")
        elif line["table"] == "members" and share > engagement.settings.max_loss:
            problems.append(
                f"members: {line['quarantined']:,} of {line['read']:,} rows ({format_share(share)}) would be set "
                f"aside, more than max_loss: {engagement.settings.max_loss:g}. Reasons: {largest}. Mend the file, or "
                "raise max_loss."
            )
        elif line["table"] == "members" and line["merged"] > max(MANY_MERGED, line["read"] / 2):
            problems.append(
                f"members: {line['merged']:,} of {line['read']:,} rows have a member_id that another row has. That is "
                "a table of events, such as contacts or terms, and not of members; or the column named as member_id "
                "is not the key. Name it under touches or terms, or name another column."
            )
    if problems:
        raise DataError(*problems)
