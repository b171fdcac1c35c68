"""A pool for members who are served on their own terms: how many people, for which answer time, and when that fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.queue_simulation import simulate_queue
from axlib.numbers.queueing import describe_queue, find_agents
from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.delivery import take_window
from axlib.verbs.hours_model import HoursModel
from axlib.verbs.pool_checks import check_assumptions, count_by_hour
from axlib.words.display import count_words, format_share, format_value, join_words
from axlib.words.results import Result, Unavailable

WEEKS = 52
#: Rows of the table beyond what is needed.
_MORE, _FEWER = 3, 6
_N_SIMULATED = 40_000
#: Waits told by simulation and by formula differ worth a sentence from this ratio on.
DIFFER = 1.25


@dataclass(frozen=True, eq=False, repr=False)
class PoolPlan(Result):
    """How many people at a time answer the pool's requests in time.

    Attributes
    ----------
    table : DataFrame, one row per number of people on duty
        ``agents``, ``occupancy``, ``p_wait``, ``mean_wait_minutes``, ``within``, ``abandoned``, ``duty_hours`` (a
        year), ``is_chosen`` (the fewest who reach the service level).
    demand : DataFrame, one row
        ``members``, ``arrivals_per_hour``, ``logged_arrivals_per_hour`` (missing without a log), ``handle_minutes``,
        ``handle_cv`` (missing where unknown), ``erlangs``, ``queue_hours`` and ``other_hours`` (a year: requests, and
        work of the pool in other modes), ``open_hours`` (a year).
    arrangements : DataFrame, one row per way to arrange the same people and requests
        ``arrangement``, ``queues``, ``agents`` (of each), ``p_wait``, ``mean_wait_minutes``, ``within``.
    simulated : DataFrame, one row
        ``agents``, ``mean_wait_minutes``, ``within``, ``abandoned``: followed request by request, with service as
        spread as logged (lognormal); the formula beside it in ``table``.
    by_hour : DataFrame, one row per hour of the day; none where the log has no times of day
        ``hour``, ``arrivals``, ``agents``.
    checks : DataFrame, one row per assumption
        ``assumption``, ``holds`` (yes, no, not known), ``note``.
    people_needed : float
        Full-time people for the hours on duty and the pool's other work that does not fit between requests.
    service_level, answer_within_minutes : float
    patience_minutes : float or None
    hours_source : {'assumed', 'client', 'learned'}
    """

    table: pd.DataFrame
    demand: pd.DataFrame
    arrangements: pd.DataFrame
    simulated: pd.DataFrame
    by_hour: pd.DataFrame
    checks: pd.DataFrame
    people_needed: float
    service_level: float
    answer_within_minutes: float
    patience_minutes: float | None
    hours_source: Literal["assumed", "client", "learned"]

    title: ClassVar[str] = "People on duty in the pool, and what waiting is like"
    plots: ClassVar[tuple[str, ...]] = ("plot_pool",)
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("checks", "What the queue takes for granted"),
        ("demand", "What the pool is asked for"),
        ("arrangements", "One pool, and as many queues as people"),
        ("by_hour", "By hour of the day"),
    )

    @property
    def chosen(self) -> pd.Series:
        """The row of the fewest people who reach the service level."""
        return self.table[self.table["is_chosen"]].iloc[0]

    def summary(self) -> pd.DataFrame:
        """Return one row per number of people on duty."""
        return self.table.drop(columns="is_chosen")

    @property
    def text(self) -> str:
        """How many people, how busy, and which assumption fails."""
        row, demand = self.chosen, self.demand.iloc[0]
        agents, minutes = int(row["agents"]), format_value(self.answer_within_minutes, "number")
        parts = [
            f"If the pool's {count_words(int(demand['members']), 'member')} together ask "
            f"{format_value(float(demand['arrivals_per_hour']), 'number')} times in an hour and a request takes "
            f"{format_value(float(demand['handle_minutes']), 'number')} minutes, "
            f"{count_words(agents, 'person', 'people')} on duty can answer "
            f"{format_share(float(row['within']))} within {minutes} minutes (asked for: "
            f"{format_share(self.service_level, 0)}); the mean wait is "
            f"{format_value(float(row['mean_wait_minutes']), 'number')} minutes."
        ]
        occupancy = format_share(float(row["occupancy"]), 0)
        parts.append(
            f"Each is busy with requests {occupancy} of the time; on duty the whole year that takes "
            f"{format_value(float(row['duty_hours']), 'hours')} hours, of which "
            f"{format_value(float(demand['queue_hours']), 'hours')} are requests."
        )
        if len(self.arrangements) > 1:
            apart = self.arrangements.iloc[-1]
            wait = float(apart["mean_wait_minutes"])
            told = f"{format_value(wait, 'number')} minutes" if np.isfinite(wait) else "without end"
            parts.append(f"As {int(apart['queues'])} queues of one person each, members would wait {told} on average.")
        simulated = float(self.simulated["mean_wait_minutes"].iloc[0])
        formula = float(row["mean_wait_minutes"])
        if max(simulated, formula) > DIFFER * min(simulated, formula) and max(simulated, formula) > 0.05:
            parts.append(
                f"With service as spread as logged, a simulation gives {format_value(simulated, 'number')} minutes."
            )
        failing = self.checks.loc[self.checks["holds"] == "no", "note"].tolist()
        if failing:
            parts.append(f"What speaks against this reckoning: {join_words(failing)}.")
        return " ".join(parts)


def staff_pool(
    model: HoursModel,
    *,
    coverage: Sequence[CoverageSegment],
    touches: pd.DataFrame | None,
    pool_members: pd.Series,
    paid_hours: float,
    as_of: date,
    window_months: int,
    rng: np.random.Generator,
    open_hours_per_week: float = 40.0,
    answer_within_minutes: float = 15.0,
    service_level: float = 0.8,
    patience_minutes: float | None = None,
    arrivals_per_hour: float | None = None,
    handle_minutes: float | None = None,
) -> PoolPlan | Unavailable:
    """Staff the pool of the segments that have no dedicated manager.

    Parameters
    ----------
    model : HoursModel
        Hours by segment and mode; the inbound hours of pooled segments are requests, the others are work between them.
    coverage : sequence of CoverageSegment
    touches : DataFrame or None
        ``member_id``, ``at``, ``mode``, ``minutes``.
    pool_members : Series of str
        Members of pooled segments.
    paid_hours : float
        A year, of one full-time person.
    as_of : date
    window_months : int
    rng : Generator
    open_hours_per_week, answer_within_minutes, service_level, patience_minutes : float
        When somebody is on duty; which share is to be answered how soon; after how long who waits gives up (Erlang A;
        nobody does without it: Erlang C).
    arrivals_per_hour, handle_minutes : float, optional
        Where the client knows them; else a request takes as long as inbound contacts of the log, and as many come as
        fill the inbound hours of the plan.

    Returns
    -------
    PoolPlan or Unavailable
    """
    analysis = "The pool"
    pooled = [segment.name for segment in coverage if segment.pooled]
    if not pooled:
        return Unavailable(analysis, "no segment is served by a pool.")
    if len(pool_members) == 0:
        return Unavailable(analysis, f"nobody is in {join_words(pooled)}.")
    inbound = _inbound(touches, as_of, window_months)
    minutes = inbound["minutes"][inbound["minutes"] > 0].astype(float) if "minutes" in inbound.columns else pd.Series()
    if handle_minutes is None and len(minutes) == 0:
        why = "how long a request takes is not known: no inbound contact in the log has minutes."
        return Unavailable(analysis, why, "minutes of inbound contacts, or pool.handle_minutes in the engagement file")
    handle = float(minutes.mean()) if handle_minutes is None else handle_minutes
    hours = model.by_mode[model.by_mode["segment"].isin(pooled)].groupby("mode")["required_hours"].sum()
    open_hours = open_hours_per_week * WEEKS
    queue_hours = float(hours.get("inbound", 0.0))
    rate = queue_hours / (handle / 60) / open_hours if arrivals_per_hour is None else arrivals_per_hour
    if rate <= 0:
        return Unavailable(analysis, f"the plan holds no inbound hours for {join_words(pooled)}.", "its modes")
    per_minute = rate / 60
    given = {"answer_within": answer_within_minutes, "patience": patience_minutes}
    agents = find_agents(per_minute, handle, service_level=service_level, **given)  # type: ignore[arg-type]
    logged = inbound[inbound["member_id"].isin(set(pool_members))]
    years = window_months / 12
    demand = {
        "members": len(pool_members),
        "arrivals_per_hour": rate,
        "logged_arrivals_per_hour": len(logged) / (open_hours * years) if len(inbound) else np.nan,
        "handle_minutes": handle,
        "handle_cv": float(minutes.std(ddof=0) / minutes.mean()) if len(minutes) > 1 else np.nan,
        "erlangs": per_minute * handle,
        "queue_hours": rate * open_hours * handle / 60,
        "other_hours": float(hours.sum()) - queue_hours,
        "open_hours": open_hours,
    }
    table = _table(per_minute, handle, agents, answer_within_minutes, patience_minutes, open_hours)
    idle = agents * open_hours - demand["queue_hours"]
    needed = (agents * open_hours + max(0.0, demand["other_hours"] - idle)) / paid_hours
    return PoolPlan(
        table,
        pd.DataFrame([demand]),
        _arrangements(per_minute, handle, agents, answer_within_minutes, patience_minutes),
        _simulated(per_minute, handle, agents, demand["handle_cv"], answer_within_minutes, patience_minutes, rng),
        count_by_hour(
            inbound, rate, handle, open_hours_per_week, answer_within_minutes, service_level, patience_minutes
        ),
        check_assumptions(
            touches,
            inbound,
            pool_members,
            handle_cv=demand["handle_cv"],
            answer_within_minutes=answer_within_minutes,
            as_of=as_of,
            window_months=window_months,
        ),
        needed if paid_hours > 0 else np.nan,
        service_level,
        answer_within_minutes,
        patience_minutes,
        model.hours_source,
    )


def _inbound(touches: pd.DataFrame | None, as_of: date, window_months: int) -> pd.DataFrame:
    if touches is None:
        return pd.DataFrame({"member_id": pd.Series(dtype="str")})
    inside, _ = take_window(touches, ends_on=as_of, window_months=window_months)
    return inside[inside["mode"] == "inbound"]


def _table(
    rate: float, handle: float, chosen: int, within: float, patience: float | None, open_hours: float
) -> pd.DataFrame:
    least = 1 if patience is not None else int(np.floor(rate * handle)) + 1
    rows = []
    for agents in range(max(least, chosen - _FEWER), chosen + _MORE + 1):
        figures = describe_queue(rate, handle, agents, answer_within=within, patience=patience)
        rows.append(
            {
                "agents": agents,
                "occupancy": figures.occupancy,
                "p_wait": figures.p_wait,
                "mean_wait_minutes": figures.mean_wait,
                "within": figures.within,
                "abandoned": figures.abandoned,
                "duty_hours": agents * open_hours,
                "is_chosen": agents == chosen,
            }
        )
    return pd.DataFrame(rows)


def _arrangements(rate: float, handle: float, agents: int, within: float, patience: float | None) -> pd.DataFrame:
    """The pool, and the same people with a queue of their own each."""
    rows = []
    for name, queues in (("one pool", 1), ("a queue for each person", agents)):
        if queues == 1 and name != "one pool":
            continue
        figures = describe_queue(rate / queues, handle, agents // queues, answer_within=within, patience=patience)
        waits = {"p_wait": figures.p_wait, "mean_wait_minutes": figures.mean_wait, "within": figures.within}
        rows.append({"arrangement": name, "queues": queues, "agents": agents // queues, **waits})
    return pd.DataFrame(rows).astype({"arrangement": "str"})


def _simulated(
    rate: float,
    handle: float,
    agents: int,
    cv: float,
    within: float,
    patience: float | None,
    rng: np.random.Generator,
) -> pd.DataFrame:
    spread = 1.0 if np.isnan(cv) else cv
    followed = simulate_queue(rate, handle, agents, n=_N_SIMULATED, rng=rng, service_cv=spread, patience=patience)
    return pd.DataFrame(
        {
            "agents": [agents],
            "mean_wait_minutes": [followed.mean_wait],
            "within": [followed.within(within)],
            "abandoned": [followed.abandoned],
        }
    )
