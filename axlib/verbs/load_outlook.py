"""How sure loads are: hours that may be off, targets of utilisation, and which statements survive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.delivery import Delivery
from axlib.verbs.load_draws import N_DRAWS, draw_factors, hours_by_draw, hours_of_nobody
from axlib.verbs.load_statements import list_load_statements
from axlib.verbs.turnover import count_turnover
from axlib.words.display import count_words, format_number, format_share, format_value
from axlib.words.results import Result, Unavailable

#: Targets of utilisation shown beside the engagement's own (practice lies between 75 and 88 %).
BAND = (0.70, 0.75, 0.80)
#: A load above 1 this probable is a hazard; from even chances on it is to be watched.
SURE, EVEN = 0.95, 0.5


@dataclass(frozen=True, eq=False, repr=False)
class LoadOutlook(Result):
    """Loads with what is not known about hours.

    Attributes
    ----------
    by_person : DataFrame, one row per person, by team and identifier, never by load
        ``staff_id``, ``name``, ``team``, ``members``, ``load`` with ``load_low`` and ``load_high`` (95 %), ``p_over``
        (chance of a load above 1), ``logged_load`` (logged ÷ available hours), ``times`` (how many times today's book
        fits; missing above 1), ``hazard``: none, watch, or overload.
    by_team : DataFrame, one row per team, and all
        ``team``, ``people``, ``members``, ``required_hours``, ``available_hours``, ``load`` with its interval,
        ``p_over``.
    band : DataFrame, one row per target of utilisation
        ``utilisation``, ``team_load`` with its interval, ``p_over``, ``people_over``, ``people``, ``is_planned``.
    sensitivity : DataFrame, one row per statement
        ``statement``, ``holds_low`` and ``holds_high`` (with all hours as far below and above as they may be),
        ``turns_at`` (factor on all hours at which it no longer holds; missing where it always does), ``survives``.
    turnover : DataFrame, one row per team, and all
        ``team``, ``people`` on the last day, who ``left`` and who ``joined``, ``person_years``, ``leave_rate`` (left ÷
        person-years), ``leavers_load`` and ``stayers_load`` (see ``count_turnover``).
    uncertainty : float
        How far hours without a range of their own may be off.
    hours_source : {'assumed', 'client', 'learned'}
    """

    by_person: pd.DataFrame
    by_team: pd.DataFrame
    band: pd.DataFrame
    sensitivity: pd.DataFrame
    turnover: pd.DataFrame
    uncertainty: float
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "What hours that may be off leave of each statement"
    plots: ClassVar[tuple[str, ...]] = ("plot_load_outlook",)
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("by_person", "Loads with what is not known about hours, by person"),
        ("by_team", "The same, by team"),
        ("band", "Loads at other targets of utilisation"),
        ("turnover", "Who left, beside the load they carried"),
    )

    def summary(self) -> pd.DataFrame:
        """Return one row per statement."""
        return self.sensitivity

    @property
    def text(self) -> str:
        """How many statements survive, for whom load is a hazard, and who left."""
        kept = int(self.sensitivity["survives"].sum())
        off = format_share(self.uncertainty, 0)
        team = self.by_team.iloc[-1]
        low, high = (format_value(float(team[name]), "load") for name in ("load_low", "load_high"))
        parts = [
            f"With hours that may be off by {off} for each segment, the team's load lies between {low} and {high} "
            f"(above 1 in {format_share(float(team['p_over']), 0)} of draws).",
            f"Of {count_words(len(self.sensitivity), 'statement')} {kept or 'not one'} "
            f"{'hold' if kept > 1 else 'holds'} with all hours {off} lower and {off} higher.",
        ]
        hazard = int((self.by_person["hazard"] == "overload").sum())
        if hazard:
            parts.append(
                f"{count_words(hazard, 'person carries', 'people carry')} more than one can give, whatever the hours "
                "in that range: a hazard to them, and no measure of them."
            )
        parts += self._say_turnover()
        if self.hours_source == "assumed":
            parts.append("Hours per member are assumptions: this is a scenario.")
        return " ".join(parts)

    def _say_turnover(self) -> list[str]:
        if len(self.turnover) == 0:
            return []
        row = self.turnover.iloc[-1]
        left = int(row["left"])
        parts = [
            f"{count_words(left, 'person', 'people')} left in the window, of "
            f"{format_number(float(row['person_years']), 1)} "
            "years worked."
        ]
        if left and pd.notna(row["leavers_load"]) and pd.notna(row["stayers_load"]):
            parts.append(
                f"In their last year who left logged {format_value(float(row['leavers_load']), 'load')} the hours "
                f"members may fill, who stayed {format_value(float(row['stayers_load']), 'load')}; so few tell "
                "little."
            )
        return parts


def assess_load(
    plan: CoveragePlan,
    *,
    coverage: Sequence[CoverageSegment],
    rng: np.random.Generator,
    uncertainty: float = 0.2,
    delivery: Delivery | Unavailable | None = None,
    staff: pd.DataFrame | None = None,
    touches: pd.DataFrame | None = None,
    as_of: date | None = None,
    window_months: int = 12,
) -> LoadOutlook:
    """Say how sure loads are.

    Parameters
    ----------
    plan : CoveragePlan
    coverage : sequence of CoverageSegment
        The hours it was made with; ``hours_range`` is taken as 95 % of what the hours may be.
    rng : Generator
    uncertainty : float
        How far hours of a segment without a range may be off: 0.2 is between ÷ 1.2 and × 1.2, 19 times in 20.
    delivery : Delivery, optional
        For what the log shows beside.
    staff, touches : DataFrame, optional
        For who left in the window, and what they carried.
    as_of : date, optional
        Needed for that.
    window_months : int

    Returns
    -------
    LoadOutlook

    Notes
    -----
    The hours of a segment are off for all its members alike: a factor for each segment, lognormal, independent between
    segments, drawn 4,000 times. Members whose segment is not known get, in each draw, the hours of segments drawn by
    their sizes.
    """
    factors = draw_factors(coverage, uncertainty, rng)
    required, available = hours_by_draw(plan, coverage, factors, rng)
    people = plan.by_person
    with np.errstate(divide="ignore", invalid="ignore"):
        loads = required / np.where(available > 0, available, np.nan)
    logged = pd.Series(np.nan, index=people.index)
    if isinstance(delivery, Delivery):
        hours = delivery.by_staff.set_index("staff_id")["delivered_hours"]
        years = ((delivery.ends_on - delivery.begins_on).days + 1) / 365.25
        logged = (
            people["staff_id"].map(hours).fillna(0.0) / years / people["available_hours"].where(available[:, 0] > 0)
        )
    p_over = _share_over(loads)
    by_person = people[["staff_id", "name", "team", "members", "load"]].assign(
        load_low=_quantile(loads, 0.025),
        load_high=_quantile(loads, 0.975),
        p_over=p_over,
        logged_load=logged,
        times=np.floor(1 / people["load"].where((people["load"] > 0) & (people["load"] <= 1))),
        hazard=pd.array(
            np.select([p_over >= SURE, p_over >= EVEN], ["overload", "watch"], default="none"), dtype="str"
        ),
    )
    nobody = hours_of_nobody(plan, coverage, factors)
    whole = (required.sum(axis=0) + nobody) / available.sum()
    turnover = pd.DataFrame()
    if staff is not None and as_of is not None:
        turnover = count_turnover(
            staff, touches=touches, utilisation=plan.utilisation, as_of=as_of, window_months=window_months
        )
    return LoadOutlook(
        by_person,
        _by_team(plan, required, available, whole),
        _band(plan, loads, whole),
        list_load_statements(plan, uncertainty),
        turnover,
        uncertainty,
        plan.hours_source,
    )


def _share_over(loads: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(loads).any(axis=-1)
    return np.where(known, (loads > 1).mean(axis=-1), np.nan)


def _quantile(loads: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    return np.quantile(loads, share, axis=-1)


def _by_team(
    plan: CoveragePlan, required: NDArray[np.float64], available: NDArray[np.float64], whole: NDArray[np.float64]
) -> pd.DataFrame:
    people = plan.by_person
    rows = []
    for name in sorted(set(people["team"].fillna(""))):
        here = (people["team"].fillna("") == name).to_numpy()
        hours = available[here].sum()
        loads = required[here].sum(axis=0) / hours if hours > 0 else np.full(N_DRAWS, np.nan)
        asked = float(people.loc[here, "required_hours"].sum())
        n = int(people.loc[here, "members"].sum())
        rows.append((name, int(here.sum()), n, asked, float(hours), asked / hours if hours > 0 else np.nan, loads))
    team = plan.team.iloc[0]
    rows = rows if len(rows) > 1 else []
    everybody = ("all", len(people), int(team["members"]), float(team["required_hours"]))
    rows.append((*everybody, float(team["available_hours"]), float(team["load"]), whole))
    columns = ["team", "people", "members", "required_hours", "available_hours", "load"]
    table = pd.DataFrame([row[:6] for row in rows], columns=columns).astype({"team": "str"})
    draws = np.stack([row[6] for row in rows])
    return table.assign(load_low=_quantile(draws, 0.025), load_high=_quantile(draws, 0.975), p_over=_share_over(draws))


def _band(plan: CoveragePlan, loads: NDArray[np.float64], whole: NDArray[np.float64]) -> pd.DataFrame:
    rows = []
    for target in sorted({*BAND, plan.utilisation}):
        times = plan.utilisation / target
        team = whole * times
        over = int((plan.by_person["load"] * times > 1).sum())
        rows.append(
            {
                "utilisation": target,
                "team_load": float(plan.team["load"].iloc[0]) * times,
                "team_load_low": float(np.quantile(team, 0.025)),
                "team_load_high": float(np.quantile(team, 0.975)),
                "p_over": float((team > 1).mean()),
                "people_over": over,
                "people": len(plan.by_person),
                "is_planned": target == plan.utilisation,
            }
        )
    return pd.DataFrame(rows)
