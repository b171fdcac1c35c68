"""What a pool's queue takes for granted, held against the log: arrivals, service, appointments, backlog, peaks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from axlib.numbers.queueing import find_agents
from axlib.verbs.delivery import take_window
from axlib.words.display import format_share, format_value

#: Variance ÷ mean of requests a day within which arrivals look random.
RANDOM = (0.6, 1.6)
#: Standard deviation ÷ mean of service within which it looks exponential.
EXPONENTIAL = (0.75, 1.3)
#: Share of contact by appointment beyond which a queue tells little of the work.
APPOINTMENTS = 0.25
#: From this many minutes on an answer may wait for another day.
A_WORKING_DAY = 480
#: Busiest hour of the day ÷ mean beyond which one number of people does not fit all hours.
PEAKED = 1.5
#: Fewer requests tell nothing of their kind.
FEWEST = 30


def check_assumptions(
    touches: pd.DataFrame | None,
    inbound: pd.DataFrame,
    pool_members: pd.Series,
    *,
    handle_cv: float,
    answer_within_minutes: float,
    as_of: date,
    window_months: int,
) -> pd.DataFrame:
    """Check each assumption of the queue.

    Returns
    -------
    DataFrame, one row per assumption
        ``assumption``, ``holds`` (yes, no, not known), ``note``: half a sentence that begins small.
    """
    rows = [_arrivals(inbound), _service(handle_cv), _appointments(touches, pool_members, as_of, window_months)]
    if answer_within_minutes >= A_WORKING_DAY:
        told = "answers may wait for another day, so requests are a backlog and hours decide, not people on duty"
        rows.append(("Requests are answered as they come", "no", told))
    else:
        rows.append(("Requests are answered as they come", "yes", "the time asked for is within a working day"))
    rows.append(_peaks(inbound))
    return pd.DataFrame(rows, columns=["assumption", "holds", "note"]).astype("str")


def has_times(inbound: pd.DataFrame) -> bool:
    """Say whether contacts carry times of day, not days alone."""
    return len(inbound) >= FEWEST and bool((inbound["at"].dt.hour > 0).mean() > 0.5)


def count_by_hour(
    inbound: pd.DataFrame,
    rate: float,
    handle_minutes: float,
    open_hours_per_week: float,
    answer_within_minutes: float,
    service_level: float,
    patience_minutes: float | None,
) -> pd.DataFrame:
    """Arrivals by hour of the day as logged, scaled to the planned ones, and the people each hour asks for."""
    if not has_times(inbound):
        return pd.DataFrame({"hour": [], "arrivals": [], "agents": []}).astype({"hour": int, "agents": int})
    counts = inbound.groupby(inbound["at"].dt.hour).size()
    # As many hours a day as the pool is open, five days a week: the planned mean is over these.
    arrivals = counts / counts.sum() * rate * min(24.0, open_hours_per_week / 5)
    agents = [
        find_agents(
            max(each, 1e-6) / 60,
            handle_minutes,
            answer_within=answer_within_minutes,
            service_level=service_level,
            patience=patience_minutes,
        )
        for each in arrivals
    ]
    return pd.DataFrame({"hour": counts.index.to_numpy(int), "arrivals": arrivals.to_numpy(float), "agents": agents})


def _arrivals(inbound: pd.DataFrame) -> tuple[str, str, str]:
    name = "Requests come at random"
    if len(inbound) < FEWEST:
        return name, "not known", "the log holds too few requests to tell"
    days = inbound["at"].dt.normalize()
    worked = pd.date_range(days.min(), days.max(), freq="D")
    if (days.dt.day_of_week < 5).all():
        worked = worked[worked.day_of_week < 5]
    counts = days.value_counts().reindex(worked).fillna(0)
    ratio = float(counts.var(ddof=0) / counts.mean())
    told = f"requests a day vary {format_value(ratio, 'number')} times as much as chance alone would have it"
    if ratio > RANDOM[1]:
        return name, "no", f"{told}, so they bunch and waits are longer"
    if ratio < RANDOM[0]:
        return name, "no", f"{told}, so they are spread evenly and waits are shorter"
    return name, "yes", told


def _service(cv: float) -> tuple[str, str, str]:
    name = "Service times are exponential"
    if np.isnan(cv):
        return name, "not known", "the log holds no minutes of requests"
    told = f"the spread of minutes is {format_value(cv, 'number')} of their mean (1 would be exponential)"
    if cv > EXPONENTIAL[1]:
        return name, "no", f"{told}, so waits are longer than the formula says"
    if cv < EXPONENTIAL[0]:
        return name, "no", f"{told}, so waits are shorter than the formula says"
    return name, "yes", told


def _appointments(
    touches: pd.DataFrame | None, pool_members: pd.Series, as_of: date, window_months: int
) -> tuple[str, str, str]:
    name = "Contact is not by appointment"
    if touches is None or "minutes" not in touches.columns:
        return name, "not known", "there is no log of contacts"
    inside, _ = take_window(touches, ends_on=as_of, window_months=window_months)
    own = inside[inside["member_id"].isin(set(pool_members))]
    total = float(own["minutes"].sum())
    if total == 0:
        return name, "not known", "the log holds no minutes with these members"
    share = float(own.loc[own["mode"].isin(["sync", "group"]), "minutes"].sum()) / total
    told = f"{format_share(share, 0)} of hours with these members are meetings and groups today"
    if share > APPOINTMENTS:
        return name, "no", f"{told}, which calendars decide and no queue"
    return name, "yes", told


def _peaks(inbound: pd.DataFrame) -> tuple[str, str, str]:
    name = "All hours of the day are alike"
    if not has_times(inbound):
        return name, "not known", "the log holds days and no times of day"
    counts = inbound.groupby(inbound["at"].dt.hour).size()
    ratio = float(counts.max() / counts.mean())
    told = f"the busiest hour sees {format_value(ratio, 'number')} times the mean"
    return name, "no" if ratio > PEAKED else "yes", told
