"""What became of each member in the outcome window: what groupings of members may be compared by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.verbs.cohort import Cohort

#: Kinds of the table of outcomes, and what several rows of one member make.
KINDS = {"outcome_reached": "any", "resource_use": "sum", "advocacy": "sum", "satisfaction": "mean"}
#: How outcomes are called in sentences.
OUTCOME_WORDS = {
    "churn": "churn",
    "growth": "growth of revenue",
    "delivered_hours": "delivered hours",
    "outcome_reached": "Desired Outcomes reached",
    "resource_use": "use of resources",
    "advocacy": "advocacy",
    "satisfaction": "satisfaction",
}


def collect_window_outcomes(
    cohort: Cohort, *, touches: pd.DataFrame | None = None, outcomes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Collect the outcomes of the closed cohort, all from within its window.

    Parameters
    ----------
    cohort : Cohort
    touches : DataFrame, optional
        ``member_id``, ``at``, ``minutes``.
    outcomes : DataFrame, optional
        ``member_id``, ``at``, ``kind``, ``value``.

    Returns
    -------
    DataFrame, one row per member of the cohort, in the order of identifiers
        ``member_id`` and those of these columns of which anything is known: ``churn`` (1 gone, 0 not); of those who
        stayed ``growth`` (natural logarithm of closing ÷ opening revenue) and ``delivered_hours``;
        ``outcome_reached`` (1, 0), ``resource_use`` and ``advocacy`` (sums; without a row of the kind 0), and
        ``satisfaction`` (mean; without a row missing).

    Notes
    -----
    Who left cannot be served until the end, so hours and revenue of those who left would only tell churn once more. A
    cohort without an opening day gives churn alone.
    """
    table = cohort.table.sort_values("member_id", ignore_index=True)
    members = table["member_id"]
    result = pd.DataFrame({"member_id": members, "churn": table["gone"].astype(float)})
    stays = ~table["gone"].to_numpy(dtype=bool)
    opening, closing = (table[name].to_numpy(dtype=float, na_value=np.nan) for name in ("opening", "closing"))
    paid = stays & (opening > 0) & (closing > 0)
    if paid.any():
        growth = np.full(len(table), np.nan)
        growth[paid] = np.log(closing[paid] / opening[paid])
        result["growth"] = growth
    if cohort.opened_on is None:
        return result
    begin = pd.Timestamp(cohort.opened_on) + pd.Timedelta(days=1)
    end = pd.Timestamp(cohort.closed_on) + pd.Timedelta(days=1)
    if touches is not None and "minutes" in touches.columns:
        inside = touches[(touches["at"] >= begin) & (touches["at"] < end)]
        if inside["minutes"].notna().any():
            hours = inside.groupby("member_id")["minutes"].sum() / 60
            result["delivered_hours"] = members.map(hours).fillna(0.0).where(stays).astype(float)
    if outcomes is not None and len(outcomes):
        inside = outcomes[(outcomes["at"] >= begin) & (outcomes["at"] < end)]
        for kind, made in KINDS.items():
            rows = inside[inside["kind"] == kind]
            if len(rows):
                result[kind] = _combine(rows, made, members)
    return result


def _combine(rows: pd.DataFrame, made: str, members: pd.Series) -> pd.Series:
    # A row without a value says that it happened.
    values = rows["value"] if "value" in rows.columns else pd.Series(np.nan, index=rows.index)
    if made == "mean":
        return members.map(values.groupby(rows["member_id"]).mean()).astype(float)
    groups = values.fillna(1.0).groupby(rows["member_id"])
    if made == "any":
        return members.map((groups.max() > 0).astype(float)).fillna(0.0).astype(float)
    return members.map(groups.sum()).fillna(0.0).astype(float)
