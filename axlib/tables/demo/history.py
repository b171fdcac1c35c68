"""Three years of the bankers' terms and two of their touches, given who the members are.

Prices stand still; what moves is who renews, who steps up or down a level, and who comes back. The hours
delivered follow the dues, not the needs.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.demo.banks import BOOKS, PRICES
from axlib.tables.demo.spelling import share_out

FIRST_YEAR = 2023
_DAY = pd.Timedelta(days=1)

#: Touches of one manager in one year, and how they divide: mode -> (share, usual minutes).
_SERVICE: dict[str, tuple[int, dict[str, tuple[float, tuple[int, ...]]]]] = {
    "Low-touch": (
        1700,
        {
            "sync": (0.16, (45, 60, 75)),
            "async": (0.5, (20, 30, 40)),
            "inbound": (0.2, (15, 25, 35)),
            "group": (0.14, (45, 60)),
        },
    ),
    "High-touch": (
        640,
        {
            "sync": (0.62, (60, 75, 90)),
            "async": (0.22, (20, 30, 40)),
            "inbound": (0.06, (15, 25, 35)),
            "group": (0.1, (45, 60)),
        },
    ),
}


def move_years(days: pd.Series, years: pd.Series | int) -> pd.Series:
    """Return the same day of another year; days after the 28th are not used here."""
    return pd.to_datetime({"year": days.dt.year + years, "month": days.dt.month, "day": days.dt.day}).astype(days.dtype)


def _random_days(first: str, last: str, n: int, *, rng: np.random.Generator) -> pd.Series:
    days = pd.date_range(first, last, unit="s")
    days = days[days.day <= 28]
    return pd.Series(days[rng.integers(len(days), size=n)])


def date_memberships(members: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Give every member the days its history hangs on.

    Returns
    -------
    DataFrame, index of ``members``
        ``first_day`` of the membership; ``last_start``, first day of the newest one-year term, or of the
        term before the break for those who came back; ``back_on`` for these.
    """
    #: fate -> range of last_start, of the day they came back, chance that last_start is the first day.
    plan = {
        "steady": (("2025-01-05", "2025-12-23"), None, 0.0),
        "joined in 2025": (("2025-01-05", "2025-12-23"), None, 1.0),
        "back after a year": (("2023-01-05", "2023-10-28"), ("2025-02-03", "2025-11-27"), 0.2),
        "lapsed and back in 2025": (("2024-01-05", "2024-04-28"), ("2025-07-07", "2025-10-27"), 0.2),
        "lapsed in 2025": (("2023-12-06", "2024-11-24"), None, 0.2),
        "lapsed in 2024": (("2023-01-05", "2023-11-24"), None, 0.2),
        "lapsed in 2023": (("2022-01-05", "2022-11-24"), None, 0.2),
    }
    dates = pd.DataFrame(
        {name: pd.Series(pd.NaT, members.index, dtype="datetime64[s]") for name in ("last_start", "back_on")}
    )
    years_before = pd.Series(0, members.index)
    for fate, (range_of_last, range_of_return, first_year) in plan.items():
        here = members.index[members["fate"] == fate]
        n = len(here)
        dates.loc[here, "last_start"] = _random_days(*range_of_last, n, rng=rng).to_numpy()
        if range_of_return:
            dates.loc[here, "back_on"] = _random_days(*range_of_return, n, rng=rng).to_numpy()
        long_ago = 1 + np.minimum(rng.exponential(11, size=n).astype(int), 30)
        years_before.loc[here] = np.where(rng.permutation(n) < round(first_year * n), 0, long_ago)
    dates["first_day"] = move_years(dates["last_start"], -years_before)
    return dates


def write_terms(members: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Write the paid terms that start in 2023 to 2025, one row each.

    Parameters
    ----------
    members : DataFrame
        With the columns of ``date_memberships``.

    Returns
    -------
    DataFrame
        ``member_id``, ``starts_on``, ``ends_on`` (the last day paid for), ``level``, ``amount`` (of all its
        years), ``first`` (the member's first term). A dozen members with a term that ended in December have
        not renewed yet: they are in grace.
    """
    steady = members["fate"] == "steady"
    settled = steady & (members["first_day"].dt.year < FIRST_YEAR + 1)
    late = members["last_start"].between("2025-12-05", "2025-12-23") & settled
    in_grace = members["member_id"].isin(rng.permutation(members.loc[late, "member_id"].to_numpy())[:12])
    free = rng.permutation(members.index[settled & ~in_grace].to_numpy())
    for_three, for_two = free[:16], free[16:44]
    moved = _levels_before(members, members.index.isin(free[:44]) | in_grace.to_numpy(), rng=rng)
    rows = []
    for year in range(FIRST_YEAR, 2026):
        starts = move_years(members["last_start"], year - members["last_start"].dt.year)
        due = (starts >= members["first_day"]) & (starts <= members["last_start"])
        due &= ~(in_grace & (year == 2025))
        due &= ~(members.index.isin(for_three) & (year > FIRST_YEAR))
        due &= ~(members.index.isin(for_two) & (year > FIRST_YEAR + 1))
        years = 1 + 2 * (members.index.isin(for_three)) + (members.index.isin(for_two) & (year == FIRST_YEAR + 1))
        rows.append(_one_year(members[due], starts[due], pd.Series(years, members.index)[due], moved[year][due]))
    back = members["back_on"].notna()
    rows.append(
        _one_year(members[back], members["back_on"][back], pd.Series(1, members.index)[back], members["level"][back])
    )
    return pd.concat(rows, ignore_index=True).sort_values(["starts_on", "member_id"], ignore_index=True)


def _one_year(members: pd.DataFrame, starts: pd.Series, years: pd.Series, levels: pd.Series) -> pd.DataFrame:
    dues = {level: price for prices in PRICES.values() for level, (price, _) in prices.items()}
    return pd.DataFrame(
        {
            "member_id": members["member_id"],
            "starts_on": starts,
            "ends_on": move_years(starts, years) - _DAY,
            "level": levels,
            "amount": levels.map(dues).astype(float) * years,
            "first": starts == members["first_day"],
        }
    )


def _levels_before(
    members: pd.DataFrame, fixed: NDArray[np.bool_], *, rng: np.random.Generator
) -> dict[int, pd.Series]:
    """Levels of each year: from 2023 to 2025 some step up and some down, in exact shares of each tier."""
    levels = {2025: members["level"]}
    for year in (2024, 2023):
        after = levels[year + 1]
        before = after.copy()
        for tier, prices in PRICES.items():
            names = list(prices)
            step_up = dict(pairwise(names))
            step_down = {high: low for low, high in step_up.items()}
            movable = (members["tier"] == tier) & (members["fate"] == "steady") & ~fixed
            n_up, n_down, _ = share_out(int(movable.sum()), [0.06, 0.035, 0.905])
            ups = rng.permutation(members.index[movable & (after != names[0])].to_numpy())[:n_up]
            rest = movable & (after != names[-1]) & ~members.index.isin(ups)
            downs = rng.permutation(members.index[rest].to_numpy())[:n_down]
            before.loc[ups] = after.loc[ups].map(step_down)
            before.loc[downs] = after.loc[downs].map(step_up)
        levels[year] = before
    return levels


def write_touches(members: pd.DataFrame, terms: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Write the touches of 2024 and 2025: so many per manager and year, spread by dues over who is a member.

    Returns
    -------
    DataFrame
        ``member_id``, ``at``, ``mode``, ``minutes`` (with preparation), ``staff_id``, ``initiated_by``.
    """
    owners = members.set_index("member_id")
    parts = []
    for year in (2024, 2025):
        first, last = pd.Timestamp(year, 1, 2), pd.Timestamp(year, 12, 30)
        served = terms[(terms["starts_on"] <= last - 20 * _DAY) & (terms["ends_on"] >= first + 20 * _DAY)]
        spans = served.groupby("member_id").agg(opens=("starts_on", "min"), closes=("ends_on", "max"))
        # Members the export knows from a later renewal on were members before it, too.
        long_known = owners["first_day"].reindex(spans.index) < pd.Timestamp(FIRST_YEAR, 1, 1)
        spans["opens"] = spans["opens"].where(~long_known | (spans["opens"].dt.year > FIRST_YEAR), first)
        spans = spans.clip(lower=first, upper=last)
        spans["days"] = (spans["closes"] - spans["opens"]).dt.days
        spans["staff_id"] = owners["staff_id"].reindex(spans.index)
        spans["weight"] = owners["annual_dues"].reindex(spans.index) ** 0.35 * spans["days"]
        for book, tier in BOOKS.items():
            parts.append(_book_year(spans[spans["staff_id"] == book], book, *_SERVICE[tier], rng=rng))
    touches = pd.concat(parts, ignore_index=True)
    return touches.sort_values(["at", "member_id", "minutes"], ignore_index=True)


def _book_year(
    spans: pd.DataFrame,
    book: str,
    n: int,
    service: dict[str, tuple[float, tuple[int, ...]]],
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    chosen = spans.iloc[rng.choice(len(spans), size=n, p=(spans["weight"] / spans["weight"].sum()).to_numpy())]
    days = np.floor(rng.random(n) * (chosen["days"] + 1)).astype(int).to_numpy()
    at = chosen["opens"].to_numpy() + days.astype("timedelta64[D]")
    # Work on weekdays: Saturday and Sunday move to the Friday before.
    weekday = pd.DatetimeIndex(at).day_of_week.to_numpy()
    at = at - np.maximum(weekday - 4, 0).astype("timedelta64[D]")
    counts = share_out(n, [share for share, _ in service.values()])
    modes = rng.permutation(np.repeat(list(service), counts))
    minutes = np.zeros(n, dtype=int)
    for mode, (_, usual) in service.items():
        here = modes == mode
        minutes[here] = rng.choice(usual, size=here.sum())
    asked = (modes == "inbound") | (rng.random(n) < 0.15)
    return pd.DataFrame(
        {
            "member_id": chosen.index.to_numpy(),
            "at": at,
            "mode": modes,
            "minutes": minutes,
            "staff_id": book,
            "initiated_by": np.where(asked, "member", "team"),
        }
    )
