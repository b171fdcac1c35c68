"""What the team's time costs: payroll, hours that members may fill, and the rate of an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from axlib.words.results import Unavailable


@dataclass(frozen=True, eq=False)
class CapacityCost:
    """People, their pay and their hours, over one year.

    Attributes
    ----------
    people : DataFrame, index ``staff_id``
        ``payroll`` (money), ``full_hours`` (practical hours once ramped up), ``ramping_cost`` (pay for hours not yet
        there), ``rate`` (money for a practical hour).
    at_average : int
        People whose cost of an hour nobody told, counted with the average of the others.
    """

    people: pd.DataFrame
    at_average: int

    @property
    def payroll(self) -> float:
        """Pay of all people for a year."""
        return float(self.people["payroll"].sum())

    @property
    def practical_hours(self) -> float:
        """Hours members may fill: hours a year × ramp × utilisation."""
        return float((self.people["full_hours"] * self.people["ramp"]).sum())

    @property
    def ramping_cost(self) -> float:
        """Pay for hours of people who are not up to speed."""
        return float((self.people["payroll"] * (1 - self.people["ramp"])).sum())

    @property
    def rate(self) -> float:
        """Cost of one practical hour of the whole team."""
        hours = float(self.people["full_hours"].sum())
        return self.payroll / hours if hours > 0 else float("nan")


def cost_capacity(
    staff: pd.DataFrame | None,
    *,
    utilisation: float,
    hourly_cost: float | None,
    begins_on: date | None = None,
    ends_on: date,
) -> CapacityCost | Unavailable:
    """Say what the team costs and how many hours it can give.

    Parameters
    ----------
    staff : DataFrame or None
        ``staff_id``, ``hours_per_year``, perhaps ``hourly_cost``, ``ramp``, ``started_on``, ``left_on``.
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    hourly_cost : float or None
        Money for a paid hour of who has none.
    begins_on : date, optional
        First day of a past year: who was there for a part of it counts with that part. Without it the year
        after ``ends_on`` is meant: who has left by then is not counted, everybody else in full.
    ends_on : date

    Returns
    -------
    CapacityCost or Unavailable

    Notes
    -----
    Time-driven activity-based costing (Kaplan, Anderson 2004): the rate is the cost of the capacity that is paid
    ÷ the practical capacity, here the hours that members may fill. Hours nobody used stay a cost of their own.
    """
    if staff is None:
        return Unavailable(
            "Cost to serve",
            "the export has no staff.",
            "the team, one row per person with hours a year and the cost of an hour",
        )
    paid = staff["hourly_cost"] if "hourly_cost" in staff.columns else pd.Series(np.nan, staff.index, dtype=float)
    known = paid.notna()
    if hourly_cost is None and not known.any():
        why = "nobody's cost of an hour is known."
        return Unavailable("Cost to serve", why, "what an hour of each person costs (hourly_cost)")
    hours = staff["hours_per_year"].fillna(0.0).astype(float)
    weights = hours[known].where(hours[known] > 0, 0.0)
    average = float(np.average(paid[known], weights=weights)) if weights.sum() > 0 else float(paid[known].mean())
    fill = average if hourly_cost is None else hourly_cost
    paid = paid.fillna(fill).astype(float)
    ramp = staff["ramp"].fillna(1.0).astype(float) if "ramp" in staff.columns else pd.Series(1.0, staff.index)
    share = _share_employed(staff, begins_on, ends_on)
    people = pd.DataFrame(
        {
            "payroll": (hours * paid * share).to_numpy(),
            "full_hours": (hours * utilisation * share).to_numpy(),
            "ramp": ramp.to_numpy(),
            "rate": (paid / utilisation).to_numpy(),
        },
        index=pd.Index(staff["staff_id"], name="staff_id"),
    )
    if not people["full_hours"].sum() > 0:
        return Unavailable("Cost to serve", "nobody of the staff has hours that members could fill.", "hours_per_year")
    return CapacityCost(people, 0 if hourly_cost is not None else int((~known).sum()))


def _share_employed(staff: pd.DataFrame, begins_on: date | None, ends_on: date) -> pd.Series:
    """Share of the year for which each person was, or is to be, there."""
    end = pd.Timestamp(ends_on)
    nothing = pd.Series(pd.NaT, staff.index, dtype="datetime64[s]")
    started = staff["started_on"] if "started_on" in staff.columns else nothing
    left = staff["left_on"] if "left_on" in staff.columns else nothing
    if begins_on is None:
        return (~(left <= end)).astype(float)
    begin = pd.Timestamp(begins_on)
    first = started.where(started > begin, begin)
    last = left.where(left < end, end)
    days = ((last - first).dt.days + 1).clip(lower=0)
    return days / ((end - begin).days + 1)
