"""What a scenario stands on: hours, money and people by segment and team, before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.verbs.economics import Economics

Floats = NDArray[np.float64]

#: People of no team, and everybody.
EVERYBODY = "all"


@dataclass(frozen=True, eq=False)
class Footing:
    """Sums by segment and team.

    Attributes
    ----------
    segments : tuple of str
    members, revenue : array, shape (n_segments,)
    cost_today : array, shape (n_segments,)
        Cost of the hours delivered, by who delivered them.
    teams : tuple of str
        ``all`` first.
    count, hours_today, hours_ax : array, shape (n_teams, n_segments)
    other_hours : float
        Hours that went to members who are gone.
    capacity : array, shape (n_teams,)
        Paid hours a year × ramp.
    payroll, full_hours : float
        Pay, and paid hours without ramp.
    utilisation : float
    """

    segments: tuple[str, ...]
    members: Floats
    revenue: Floats
    cost_today: Floats
    teams: tuple[str, ...]
    count: Floats
    hours_today: Floats
    hours_ax: Floats
    other_hours: float
    capacity: Floats
    payroll: float
    full_hours: float
    utilisation: float


def lay_footing(
    economics: Economics, *, utilisation: float, teams: pd.Series | None = None, team_hours: pd.Series | None = None
) -> Footing:
    """Sum what economics holds by segment and team.

    Parameters
    ----------
    economics : Economics
    utilisation : float
    teams : Series, index ``member_id``, optional
        Team of who covers each member.
    team_hours : Series, index team, optional
        Paid hours a year × ramp of each team.
    """
    table = economics.table
    names = tuple(dict.fromkeys(economics.by_group("segment", "ax")["group"]))
    code = table["segment"].map({name: at for at, name in enumerate(names)}).to_numpy(dtype=int)
    known: tuple[str, ...] = ()
    team_code = np.full(len(table), -1)
    if teams is not None and team_hours is not None:
        known = tuple(sorted(str(name) for name in team_hours.index))
        numbers = {name: at for at, name in enumerate(known)}
        team_code = table["member_id"].map(teams).map(numbers).fillna(-1).to_numpy(dtype=int)

    def by_team(values: pd.Series) -> Floats:
        sums = np.zeros((len(known) + 1, len(names)))
        numbers = values.fillna(0.0).to_numpy(dtype=float)
        np.add.at(sums[0], code, numbers)
        inside = team_code >= 0
        np.add.at(sums, (team_code[inside] + 1, code[inside]), numbers[inside])
        return sums

    totals = economics.of("ax")
    gone = economics.lines[(economics.lines["basis"] == "today") & (economics.lines["line"] == "Members who are gone")]
    capacity = float(totals["practical_hours"]) / utilisation
    return Footing(
        names,
        by_team(pd.Series(1.0, table.index))[0],
        by_team(table["revenue"])[0],
        by_team(table["service_cost_today"])[0],
        (EVERYBODY, *known),
        by_team(pd.Series(1.0, table.index)),
        by_team(table["hours_today"]),
        by_team(table["hours_ax"]),
        float(gone["hours"].sum()),
        np.array([capacity, *(float(team_hours[name]) for name in known)] if known else [capacity]),  # type: ignore[index]
        float(totals["payroll"]),
        float(totals["payroll"]) / float(totals["rate"]) / utilisation,
        utilisation,
    )
