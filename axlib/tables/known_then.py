"""What was known on a past day, from an export made later: for reports as they would have been then.

Rows and days after that day are left out. What carries no day (members' columns) is as of the export: statuses
and dues give way to what terms say; the rest stays and is stated.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import pandas as pd

from axlib.tables.cleaning import CleanTables
from axlib.tables.rows.accounts import DECISIONS, state_decision
from axlib.words.display import count_words

#: Table -> the day on which a row of it was known.
ROW_DAYS = {"terms": "starts_on", "touches": "at", "answers": "at", "outcomes": "at", "staff": "started_on"}
#: Table -> days of which the later ones had not happened.
EVENT_DAYS = {
    "members": ("lapsed_on",),
    "terms": ("paid_on",),
    "staff": ("left_on",),
    "milestones": ("reached_on",),
}
#: Members' columns that terms tell better: an export has them as of the day it was made.
_OVERTAKEN = ("status", "annual_dues", "expires_on", "declared_at_risk")


def keep_known(clean: CleanTables, *, on: date) -> CleanTables:
    """Return the clean tables as they would have been on a past day.

    Parameters
    ----------
    clean : CleanTables
    on : date

    Returns
    -------
    CleanTables
        Members who joined by then, rows dated by then (undated rows stay), later events taken back. The accounts
        are those of the export; what was left out is stated among the decisions.

    Notes
    -----
    Where there are terms, members' ``status``, ``annual_dues``, ``expires_on`` and ``declared_at_risk`` are blanked:
    they are as of the export, and would tell the future. Other columns of members, and who covers whom, carry no
    day and stay as they are.
    """
    day = pd.Timestamp(on)
    stated: list[dict[str, str]] = []
    tables: dict[str, pd.DataFrame] = {}
    for name in ("members", *ROW_DAYS, "milestones"):
        table = getattr(clean, name)
        if table is None:
            continue
        known_on = "joined_on" if name == "members" else ROW_DAYS.get(name, "")
        if known_on in table.columns:
            later = (table[known_on] > day).to_numpy(dtype=bool)
            table = table[~later]
            stated.append(_state(name, known_on, f"rows after {on} left out", int(later.sum())))
        tables[name] = table
    people = tables["members"]["member_id"]
    for name, table in tables.items():
        if name != "members" and "member_id" in table.columns:
            tables[name] = table[table["member_id"].isin(people)]
    for name, columns in EVENT_DAYS.items():
        for column in columns:
            if name in tables and column in tables[name].columns:
                later = (tables[name][column] > day).to_numpy(dtype=bool)
                tables[name] = tables[name].assign(**{column: tables[name][column].mask(later)})
                stated.append(_state(name, column, f"days after {on} taken back", int(later.sum())))
    if "terms" in tables:
        members = tables["members"]
        for column in _OVERTAKEN:
            if column in members.columns:
                known = int(members[column].notna().sum())
                members = members.assign(**{column: members[column].mask(members[column].notna())})
                stated.append(_state("members", column, "blanked: as of the export; terms tell it", known))
        tables["members"] = members
    decisions = pd.concat([clean.decisions, pd.DataFrame(stated, columns=list(DECISIONS))], ignore_index=True)
    return dataclasses.replace(clean, **tables, decisions=decisions.astype(clean.decisions.dtypes.to_dict()))  # type: ignore[arg-type]


def _state(table: str, column: str, decision: str, count: int) -> dict[str, str]:
    return state_decision(table, column, decision, count_words(count, "row"))
