"""Success Milestones as they stand: of several rows of one milestone, the one noted last."""

from __future__ import annotations

import pandas as pd

#: Columns of the table of milestones, with what an export may leave out.
COLUMNS = ("member_id", "milestone", "due_on", "reached_on", "next_action", "noted_on")
_DAYS = ("due_on", "reached_on", "noted_on")


def take_latest_milestones(milestones: pd.DataFrame | None) -> pd.DataFrame:
    """Return one row per member and milestone.

    A milestone that moves gets a further row, never a changed one; so the row noted last counts, as a whole. Rows
    that say no day count as the earliest, of one day the row further down.

    Parameters
    ----------
    milestones : DataFrame or None
        The table ``milestones``; None where there is none.

    Returns
    -------
    DataFrame
        All of ``COLUMNS``, by member and milestone.

    Examples
    --------
    >>> rows = [["a", "first loan", "2025-03-01", None], ["a", "first loan", "2025-06-01", "2025-04-01"]]
    >>> told = pd.DataFrame(rows, columns=["member_id", "milestone", "due_on", "noted_on"])
    >>> take_latest_milestones(told)["due_on"].dt.date.astype(str).tolist()
    ['2025-06-01']
    """
    told = pd.DataFrame(columns=list(COLUMNS)) if milestones is None else milestones
    whole = told.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    whole = whole.assign(**{name: pd.to_datetime(whole[name]).astype("datetime64[s]") for name in _DAYS})
    texts = {name: whole[name].astype("str").where(whole[name].notna()) for name in COLUMNS if name not in _DAYS}
    whole = whole.assign(**texts)
    latest = whole.sort_values("noted_on", na_position="first", kind="stable")
    latest = latest.drop_duplicates(["member_id", "milestone"], keep="last")
    return latest.sort_values(["member_id", "milestone"], kind="stable").reset_index(drop=True)
