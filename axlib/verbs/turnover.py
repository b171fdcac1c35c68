"""Who of the team left, beside the load they carried: counted by team, never by person."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

_DAYS = 365.25
COLUMNS = ("team", "people", "left", "joined", "person_years", "leave_rate", "leavers_load", "stayers_load")


def count_turnover(
    staff: pd.DataFrame,
    *,
    touches: pd.DataFrame | None,
    utilisation: float,
    as_of: date,
    window_months: int,
) -> pd.DataFrame:
    """Count who left in a window, and what they had logged in their last year.

    Parameters
    ----------
    staff : DataFrame
        ``staff_id``, ``hours_per_year``, ``started_on`` or ``left_on``, perhaps ``team``.
    touches : DataFrame or None
        ``staff_id``, ``at``, ``minutes``.
    utilisation : float
    as_of : date
        Last day of the window.
    window_months : int

    Returns
    -------
    DataFrame, one row per team, and ``all``; no rows where nobody's days are known
        ``people`` on the last day, who ``left`` and who ``joined`` in the window, ``person_years`` worked in it,
        ``leave_rate`` (left ÷ person-years), ``leavers_load`` and ``stayers_load``: logged hours ÷ hours that could be
        filled, in the year before leaving, or before the last day. Missing where nobody or no log tells.
    """
    dated = [name for name in ("started_on", "left_on") if name in staff.columns and staff[name].notna().any()]
    if not dated:
        return pd.DataFrame(columns=list(COLUMNS))
    end = pd.Timestamp(as_of)
    begin = end - pd.DateOffset(months=window_months)
    nothing = pd.Series(pd.NaT, index=staff.index, dtype="datetime64[s]")
    started = staff["started_on"] if "started_on" in staff.columns else nothing
    gone = staff["left_on"] if "left_on" in staff.columns else nothing
    # A day of leaving that is still to come is no leaving yet.
    gone = gone.where(gone <= end)
    first = started.where(started > begin, begin)
    last = gone.where(gone < end, end)
    years = ((last - first).dt.days / _DAYS).clip(lower=0)
    table = pd.DataFrame(
        {
            "team": staff["team"].fillna("") if "team" in staff.columns else "",
            "people": (gone.isna() & ~(started > end)).astype(int),
            "left": (gone > begin).fillna(False).astype(int),
            "joined": ((started > begin) & (started <= end)).fillna(False).astype(int),
            "person_years": years,
            "load": _logged_loads(staff, touches, started, last, utilisation),
        }
    )
    teams = [_row(name, part) for name, part in table.groupby("team", sort=True)]
    rows = teams if len(teams) > 1 else []
    return pd.DataFrame([*rows, _row("all", table)], columns=list(COLUMNS)).astype({"team": "str"})


def _row(name: object, part: pd.DataFrame) -> dict[str, object]:
    years = float(part["person_years"].sum())
    left = int(part["left"].sum())
    return {
        "team": str(name),
        "people": int(part["people"].sum()),
        "left": left,
        "joined": int(part["joined"].sum()),
        "person_years": years,
        "leave_rate": left / years if years > 0 else np.nan,
        "leavers_load": float(part.loc[part["left"] == 1, "load"].mean()),
        "stayers_load": float(part.loc[part["people"] == 1, "load"].mean()),
    }


def _logged_loads(
    staff: pd.DataFrame,
    touches: pd.DataFrame | None,
    started: pd.Series,
    last: pd.Series,
    utilisation: float,
) -> pd.Series:
    """Logged hours a year ÷ hours that could be filled, in each person's last year here."""
    none = pd.Series(np.nan, index=staff.index)
    if touches is None or "minutes" not in touches.columns or "staff_id" not in touches.columns:
        return none
    until = touches["staff_id"].map(pd.Series(last.to_numpy(), index=staff["staff_id"]))
    inside = touches[(touches["at"] <= until + pd.Timedelta(days=1)) & (touches["at"] > until - pd.DateOffset(years=1))]
    hours = staff["staff_id"].map(inside.groupby("staff_id")["minutes"].sum() / 60)
    seen = ((last - started).dt.days / _DAYS).clip(upper=1.0).fillna(1.0)
    could = staff["hours_per_year"] * utilisation * seen
    return (hours / could.where(could > 0)).astype(float)
