"""Who is there on a day, and how many hours each can give to members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd


def lay_out_team(
    staff: pd.DataFrame, *, utilisation: float, as_of: date | None = None, ramp_by_month: Sequence[float] = ()
) -> pd.DataFrame:
    """Lay out the people of the team with the hours members may fill.

    Parameters
    ----------
    staff : DataFrame
        ``staff_id``, ``hours_per_year`` (part time is in it), perhaps ``name``, ``team``, ``ramp``, ``started_on``,
        ``left_on``.
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    as_of : date, optional
        Who had left by then, or begins later, is not here.
    ramp_by_month : sequence of float
        Share of full hours in the first, second … month, for who has no ``ramp`` and has a ``started_on``.

    Returns
    -------
    DataFrame, one row per person in the order of ``staff``
        ``staff_id``, ``name``, ``team``, ``paid_hours`` (a year, as ramped up today), ``available_hours`` (×
        utilisation; missing where nobody knows the hours, 0 for who is not here), ``here``.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["a", "b"], "hours_per_year": [1500.0, 1000.0],
    ...                       "started_on": pd.to_datetime(["2019-01-01", "2025-11-20"])})
    >>> team = lay_out_team(staff, utilisation=0.8, as_of=date(2025, 12, 31), ramp_by_month=[0.25, 0.5])
    >>> team["available_hours"].tolist()
    [1200.0, 400.0]
    """
    ramp = staff["ramp"].astype(float) if "ramp" in staff.columns else pd.Series(np.nan, index=staff.index, dtype=float)
    here = pd.Series(True, index=staff.index)
    if as_of is not None:
        day = pd.Timestamp(as_of)
        if "left_on" in staff.columns:
            here &= ~(staff["left_on"] <= day)
        if "started_on" in staff.columns:
            here &= ~(staff["started_on"] > day)
            if ramp_by_month:
                started = staff["started_on"]
                months = (day.year - started.dt.year) * 12 + day.month - started.dt.month - (day.day < started.dt.day)
                early = months.between(0, len(ramp_by_month) - 1)
                steps = np.asarray(ramp_by_month, dtype=float)[months.where(early, 0).fillna(0).astype(int)]
                ramp = ramp.where(ramp.notna() | ~early.fillna(False), pd.Series(steps, index=staff.index))
    paid = (staff["hours_per_year"] * ramp.fillna(1.0)).astype(float)
    return pd.DataFrame(
        {
            "staff_id": staff["staff_id"],
            "name": staff["name"] if "name" in staff.columns else staff["staff_id"],
            "team": staff["team"] if "team" in staff.columns else "",
            "paid_hours": paid,
            "available_hours": (paid * utilisation).mask(~here, 0.0),
            "here": here,
        }
    )
