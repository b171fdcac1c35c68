"""Survival of the groups of one grouping: what each kept of its months, and how groups differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.survival import (
    MonthCounts,
    count_months,
    estimate_curves,
    log_rank,
    restricted_influence,
    restricted_sums,
)
from axlib.verbs.tenure_projection import project_tenure

Floats = NDArray[np.float64]

#: Below so many memberships, or so many that ended, a group has no curve of its own.
FEWEST_MEMBERS, FEWEST_ENDED = 20, 5
#: A curve begins and stops where fewer than so many are at risk: each further end would throw it far.
FEWEST_AT_RISK = 5
#: A curve that was not followed for so many months is not compared.
SHORTEST = 36
#: Each with ``_low`` and ``_high``.
MEASURED = ("restricted_mean", "difference", "kept_months", "lifetime_value")
_Z = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of every group.

    Attributes
    ----------
    horizon : int
        Months.
    discount_factor : float
        Of a year.
    revenue : Series, index member_id, optional
    window : int
        Months between the opening and the closing of the window; 0 where groups were followed otherwise.
    """

    horizon: int
    discount_factor: float
    revenue: pd.Series | None
    window: int


@dataclass(frozen=True, eq=False)
class GroupSurvival:
    """The groups of one grouping: tables as ``Survival`` has them."""

    table: pd.DataFrame
    curves: pd.DataFrame
    test: dict[str, object]
    projection: pd.DataFrame
    withheld: dict[str, str]


def measure_groups(
    grouping: str, groups: list[str], table: pd.DataFrame, codes: NDArray[np.int64], asked: Asked
) -> GroupSurvival:
    """Measure the groups of one grouping; those that are compared share their months.

    Parameters
    ----------
    grouping : str
    groups : list of str
    table : DataFrame
        Of ``Memberships``.
    codes : array of int
        Group of each row.
    asked : Asked
    """
    entered, left = (table[name].to_numpy(dtype=np.int64) for name in ("entered", "left"))
    ended = table["ended"].to_numpy(dtype=bool)
    counts = count_months(entered, left, ended, groups=codes, n_groups=len(groups))
    n = np.bincount(codes, minlength=len(groups))
    gone = np.bincount(codes[ended], minlength=len(groups))
    closed = np.bincount(codes[table["closed"].to_numpy(dtype=bool)], minlength=len(groups))
    spans = [_usable(counts.at_risk[place]) for place in range(len(groups))]
    large = [place for place in range(len(groups)) if n[place] >= FEWEST_MEMBERS and gone[place] >= FEWEST_ENDED]
    # Groups that are compared share their months: one of which little was seen does not shorten those of the others.
    curved = [i for i in large if spans[i][0] < 12 and spans[i][1] >= min(asked.horizon, SHORTEST) - 1]
    start = max((spans[i][0] for i in curved), default=0)
    stop = min([asked.horizon, *(spans[i][1] + 1 for i in curved)])
    withheld = {
        groups[i]: f"{groups[i]} has too few memberships, or too few that ended, to be compared."
        if i not in large
        else f"{groups[i]} has no curve of its own: at some months of age fewer than {FEWEST_AT_RISK} were followed."
        for i in range(len(groups))
        if i not in curved
    }
    rows: list[dict[str, object]] = [
        {"grouping": grouping, "group": name, "n": n[i], "ended": gone[i], "closed": closed[i]}
        for i, name in enumerate(groups)
    ]
    for i in curved:
        own = _one(counts, i).since(start)
        means, errors = restricted_sums(own, np.ones(stop))
        rows[i] |= {
            **_bounds("restricted_mean", means[0], errors[0], stop),
            "start_month": start,
            "horizon_months": stop,
        }
        if len(groups) > 1:
            rows[i] |= _differ(means[0], errors[0], _others(counts, i), start, stop)
        years = asked.discount_factor ** (np.arange(stop) / 12) / 12
        rows[i] |= _value(own, start, years, table[codes == i], asked.revenue)
    if asked.window:
        kept = keep_months(table, codes, len(groups), asked.window)
        for i in large:
            rows[i] |= kept[i]
    frame = pd.DataFrame(rows)
    numbers = [f"{name}{bound}" for name in MEASURED for bound in ("", "_low", "_high")]
    spans_shown = ["start_month", "horizon_months"]
    frame = frame.reindex(columns=["grouping", "group", "n", "ended", "closed", *numbers, *spans_shown])
    tested = log_rank(MonthCounts(counts.at_risk[large], counts.ended[large]))
    paid = {groups[i]: _mean_revenue(asked.revenue, table.loc[codes == i, "member_id"]) for i in curved}
    return GroupSurvival(
        frame.astype(dict.fromkeys([*numbers, *spans_shown], float)),
        _curve_rows(grouping, groups, counts, spans, curved),
        {"grouping": grouping, "groups": len(large), "chi2": tested.chi2, "df": tested.df, "p_value": tested.p_value},
        project_tenure(
            {groups[i]: (counts.at_risk[i], counts.ended[i], *spans[i]) for i in curved},
            grouping=grouping,
            revenue=paid,
            discount_factor=asked.discount_factor,
        ),
        withheld,
    )


def _usable(at_risk: Floats) -> tuple[int, int]:
    """Return the longest run of months with enough at risk: the month before it, and its last month."""
    enough = np.concatenate([[False], at_risk[1:] >= FEWEST_AT_RISK, [False]])
    edges = np.flatnonzero(np.diff(enough.astype(np.int8)))
    if not len(edges):
        return 0, 0
    starts, stops = edges[::2], edges[1::2]
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest])


def keep_months(table: pd.DataFrame, codes: NDArray[np.int64], n_groups: int, window: int) -> list[dict[str, float]]:
    """Return the months of the window each group kept on average: whatever a member's age, with no delayed entry."""
    before, followed = (table[name].to_numpy(dtype=np.int64) for name in ("months_before", "months_followed"))
    counts = count_months(before, followed, table["ended"].to_numpy(dtype=bool), groups=codes, n_groups=n_groups)
    means, errors = restricted_sums(counts, np.ones(min(window, counts.at_risk.shape[1])))
    return [_bounds("kept_months", mean, error, window) for mean, error in zip(means, errors, strict=True)]


def _one(counts: MonthCounts, place: int) -> MonthCounts:
    return MonthCounts(counts.at_risk[[place]], counts.ended[[place]])


def _others(counts: MonthCounts, place: int) -> MonthCounts:
    rest = np.arange(len(counts.at_risk)) != place
    return MonthCounts(counts.at_risk[rest].sum(axis=0, keepdims=True), counts.ended[rest].sum(axis=0, keepdims=True))


def _bounds(name: str, value: float, error: float, most: float = np.inf) -> dict[str, float]:
    low, high = value - _Z * error, value + _Z * error
    return {name: float(value), f"{name}_low": float(low), f"{name}_high": float(min(high, most))}


def _differ(mean: float, error: float, others: MonthCounts, start: int, stop: int) -> dict[str, float]:
    """How many more months than the other groups together; nothing where of those too few were followed."""
    if (others.at_risk[0, start + 1 : stop] < FEWEST_AT_RISK).any():
        return {}
    means, errors = restricted_sums(others.since(start), np.ones(stop))
    return _bounds("difference", mean - means[0], float(np.hypot(error, errors[0])))


def _mean_revenue(revenue: pd.Series | None, member_id: pd.Series) -> float:
    if revenue is None:
        return float("nan")
    known = revenue[revenue.index.isin(member_id)].dropna()
    return float(known.mean()) if len(known) >= FEWEST_MEMBERS else float("nan")


def _value(
    own: MonthCounts, start: int, years: Floats, table: pd.DataFrame, revenue: pd.Series | None
) -> dict[str, float]:
    """Mean revenue × discounted years, with an interval from how each member moves either."""
    mean = _mean_revenue(revenue, table["member_id"])
    if revenue is None or np.isnan(mean):
        return {}
    curve = float(restricted_sums(own, years)[0][0])
    entered, left = (table[name].to_numpy(dtype=np.int64) for name in ("entered", "left"))
    ended = table["ended"].to_numpy(dtype=bool)
    moves = restricted_influence(own, years, entered, left, ended, start=start)
    by_member = pd.Series(moves).groupby(table["member_id"].to_numpy()).sum()
    known = revenue[revenue.index.isin(table["member_id"])].dropna()
    of_mean = ((known - mean) / len(known)).reindex(by_member.index, fill_value=0.0)
    error = float(np.sqrt(((mean * by_member + curve * of_mean) ** 2).sum()))
    return _bounds("lifetime_value", mean * curve, error)


def _curve_rows(
    grouping: str, groups: list[str], counts: MonthCounts, spans: list[tuple[int, int]], curved: list[int]
) -> pd.DataFrame:
    parts = []
    for place in curved:
        start, stop = spans[place]
        curves = estimate_curves(_one(counts, place).since(start))
        months = np.arange(start, stop + 1)
        parts.append(
            pd.DataFrame(
                {
                    "grouping": grouping,
                    "group": groups[place],
                    "month": months,
                    "at_risk": counts.at_risk[place, months],
                    "survival": curves.survival[0, months],
                    "survival_low": curves.low[0, months],
                    "survival_high": curves.high[0, months],
                }
            )
        )
    # Kinds are told even where no group has a curve: joined with others, columns of no kind would spoil theirs.
    kinds = {"grouping": "str", "group": "str", "month": "int64"}
    kinds |= dict.fromkeys(["at_risk", "survival", "survival_low", "survival_high"], "float64")
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(kinds))).astype(kinds)
