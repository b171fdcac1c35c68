"""Survival by counts of months: Kaplan-Meier curves, the log-rank test and restricted means, with delayed entry.

Time is a whole number of months. Who enters at month e and leaves at month l is at risk in the months e + 1 to l, so
members seen only from some month of their membership on count from there [1]_. All that follows needs only how many
were at risk and how many ended in each month and group, which one pass over the members gives.

References
----------
.. [1] Klein, Moeschberger (2003), Survival Analysis, chapters 4.2 (curves), 4.5 (restricted means), 4.6 (left
   truncation), 7.3 (tests of several groups).
.. [2] Kalbfleisch, Prentice (2002), The Statistical Analysis of Failure Time Data, section 1.4: bounds by log(-log).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MonthCounts:
    """How many were at risk, and how many memberships ended, in each month.

    Attributes
    ----------
    at_risk, ended : array, shape (n_groups, n_months + 1)
        Column t is month t; column 0 holds nobody.
    """

    at_risk: Floats
    ended: Floats

    def since(self, start: int) -> MonthCounts:
        """Return the counts with what happened up to a month left out: a curve given that it was reached."""
        later = np.arange(self.at_risk.shape[1]) > start
        return MonthCounts(np.where(later, self.at_risk, 0.0), np.where(later, self.ended, 0.0))


@dataclass(frozen=True, eq=False)
class Curves:
    """Share still members at the end of each month, with bounds.

    Attributes
    ----------
    survival, low, high : array, shape (n_groups, n_months + 1)
    """

    survival: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class LogRank:
    """The test that all groups end at the same rate in each month.

    Attributes
    ----------
    chi2, p_value : float
        NaN where fewer than two groups can be compared.
    df : int
    """

    chi2: float
    df: int
    p_value: float


def count_months(
    entered: Integers,
    left: Integers,
    ended: NDArray[np.bool_],
    *,
    groups: Integers | None = None,
    n_groups: int = 1,
) -> MonthCounts:
    """Count who was at risk and whose membership ended, month by month.

    Parameters
    ----------
    entered, left : array of int, shape (n,)
        Months, 0 or more; whoever left no later than it entered was never at risk and counts nowhere.
    ended : array of bool, shape (n,)
        Whether the membership ended at ``left``, or was only followed so far.
    groups : array of int, shape (n,), optional
    n_groups : int

    Examples
    --------
    >>> counts = count_months(np.array([0, 0, 1]), np.array([2, 1, 3]), np.array([True, False, True]))
    >>> counts.at_risk.astype(int).tolist(), counts.ended.astype(int).tolist()
    ([[0, 2, 2, 1]], [[0, 0, 1, 1]])
    """
    seen = left > entered
    if not seen.all():
        entered, left, ended = entered[seen], left[seen], ended[seen]
        groups = None if groups is None else groups[seen]
    months = int(left.max(initial=0)) + 1
    place: Integers | int = 0 if groups is None else groups * months
    size = n_groups * months

    def by_month(at: Integers) -> Floats:
        return np.bincount(at, minlength=size).reshape(n_groups, months).astype(np.float64)

    leaving = place + left
    came, went = by_month(place + entered), by_month(leaving)
    at_risk = np.zeros((n_groups, months))
    at_risk[:, 1:] = np.cumsum(came - went, axis=1)[:, :-1]
    return MonthCounts(at_risk, by_month(leaving[ended]))


def estimate_curves(counts: MonthCounts, *, level: float = 0.95) -> Curves:
    """Kaplan-Meier curves with Greenwood bounds on the log(-log) scale [2]_."""
    survival = np.asarray(np.cumprod(1 - _rates(counts), axis=1), dtype=np.float64)
    y, d = counts.at_risk, counts.ended
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(d > 0, d / (y * (y - d)), 0.0), axis=1)
        half = ndtri((1 + level) / 2) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    certain = (survival == 1) | (survival == 0)
    return Curves(survival, np.where(certain, survival, low), np.where(certain, survival, high))


def log_rank(counts: MonthCounts) -> LogRank:
    """Log-rank test of all groups; groups that are never at risk together with another are left out."""
    together = (counts.at_risk > 0).sum(axis=0) > 1
    y, d = counts.at_risk[:, together], counts.ended[:, together]
    here = y.sum(axis=1) > 0
    y, d = y[here], d[here]
    n, dead = y.sum(axis=0), d.sum(axis=0)
    df = len(y) - 1
    if df < 1 or not dead.any():
        return LogRank(float("nan"), max(df, 0), float("nan"))
    share = y / n
    apart = (d - share * dead).sum(axis=1)
    weight = dead * (n - dead) / np.maximum(n - 1, 1)
    covariance = np.diag((share * weight).sum(axis=1)) - (share * weight) @ share.T
    # One group follows from the others.
    chi2 = float(apart[:-1] @ np.linalg.pinv(covariance[:-1, :-1]) @ apart[:-1])
    return LogRank(chi2, df, float(chdtrc(df, chi2)))


def restricted_sums(counts: MonthCounts, weights: Floats) -> tuple[Floats, Floats]:
    """Return Σ weight(t) · S(t) over months, with its standard error: with weights of 1 a restricted mean.

    Parameters
    ----------
    counts : MonthCounts
        Since the month the sum starts from.
    weights : array, shape (horizon,)
        Of the months 0 (from 0 to 1) to ``horizon - 1``; 0 before the start.

    Returns
    -------
    tuple of two arrays, shape (n_groups,)
    """
    survival, after = _after(counts, weights)
    y, d = counts.at_risk[:, : len(weights)], counts.ended[:, : len(weights)]
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where((d > 0) & (y > d), after**2 * d / (y * (y - d)), 0.0)
    total = np.asarray(survival @ weights, dtype=np.float64)
    return total, np.sqrt(steps.sum(axis=1))


def restricted_influence(
    counts: MonthCounts,
    weights: Floats,
    entered: Integers,
    left: Integers,
    ended: NDArray[np.bool_],
    *,
    start: int,
    group: int = 0,
) -> Floats:
    """How much each member moves a group's restricted sum; the sum of their squares is its variance.

    Parameters
    ----------
    counts, weights : as for ``restricted_sums``
    entered, left, ended : arrays, shape (n,)
        Of the members of the group.
    start : int
        The month the sum starts from.
    group : int

    Returns
    -------
    array, shape (n,)
    """
    horizon = len(weights)
    _, after = _after(counts, weights)
    y, d = counts.at_risk[group, :horizon], counts.ended[group, :horizon]
    with np.errstate(divide="ignore", invalid="ignore"):
        per_event = np.where(y > d, after[group] / (y - d), 0.0)
        paid = np.cumsum(per_event * np.where(y > 0, d / y, 0.0))
    last = np.minimum(left, horizon - 1)
    first = np.minimum(np.maximum(entered, start), last)
    own = np.where(ended & (left < horizon) & (left > start) & (left > entered), per_event[last], 0.0)
    return np.where(left > entered, paid[last] - paid[first] - own, 0.0)


def _rates(counts: MonthCounts) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(counts.at_risk > 0, counts.ended / counts.at_risk, 0.0), dtype=np.float64)


def _after(counts: MonthCounts, weights: Floats) -> tuple[Floats, Floats]:
    """Survival in each month up to the horizon, and what the sum gets from that month on."""
    survival = np.asarray(np.cumprod(1 - _rates(counts), axis=1)[:, : len(weights)], dtype=np.float64)
    if survival.shape[1] < len(weights):
        short = len(weights) - survival.shape[1]
        raise ValueError(f"the horizon lies {short} months beyond the last month that was followed")
    return survival, np.cumsum((survival * weights)[:, ::-1], axis=1)[:, ::-1]
