"""A pool followed arrival by arrival: the check of the formulas, and the way where service is not exponential."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Followed:
    """What became of each arrival.

    Attributes
    ----------
    waits : array, shape (n_arrivals,)
        Until an answer, or until giving up.
    answered : array of bool, shape (n_arrivals,)
    """

    waits: Floats
    answered: NDArray[np.bool_]

    def within(self, answer_within: float) -> float:
        """Share of all arrivals answered in time."""
        return float((self.answered & (self.waits <= answer_within)).mean())

    @property
    def p_wait(self) -> float:
        """Share of arrivals who wait."""
        return float((self.waits > 0).mean())

    @property
    def mean_wait(self) -> float:
        """Mean wait of all arrivals."""
        return float(self.waits.mean())

    @property
    def abandoned(self) -> float:
        """Share of arrivals who give up."""
        return float(1 - self.answered.mean())


def follow_queue(arrivals: Floats, services: Floats, agents: int, *, patience: Floats | None = None) -> Followed:
    """Serve arrivals in their order by whoever is free first.

    Parameters
    ----------
    arrivals : array, shape (n_arrivals,)
        Times, ascending.
    services : array, shape (n_arrivals,)
    agents : int
    patience : array, shape (n_arrivals,), optional
        Who would wait longer gives up, and takes nobody's time.

    Examples
    --------
    >>> follow_queue(np.array([0.0, 1.0, 2.0]), np.array([3.0, 3.0, 3.0]), 1).waits.tolist()
    [0.0, 2.0, 4.0]
    """
    free = [0.0] * agents
    most = [float("inf")] * len(arrivals) if patience is None else patience.tolist()
    waits, answered = [], []
    # Whoever gives up ahead of somebody leaves no trace: the next answer comes when the next agent is free.
    for at, service, limit in zip(arrivals.tolist(), services.tolist(), most, strict=True):
        wait = max(0.0, free[0] - at)
        served = wait <= limit
        if served:
            heapq.heapreplace(free, at + wait + service)
        waits.append(wait if served else limit)
        answered.append(served)
    return Followed(np.array(waits, dtype=float), np.array(answered, dtype=bool))


def simulate_queue(
    rate: float,
    mean_service: float,
    agents: int,
    *,
    n: int,
    rng: np.random.Generator,
    service_cv: float = 1.0,
    patience: float | None = None,
) -> Followed:
    """Draw arrivals and follow them; the first tenth fills the empty pool and is not counted.

    Parameters
    ----------
    rate : float
        Arrivals per unit of time, Poisson.
    mean_service : float
    agents : int
    n : int
        Arrivals.
    rng : Generator
    service_cv : float
        Standard deviation ÷ mean of service: exponential at 1, else lognormal; 0 is the same for all.
    patience : float, optional
        Mean of an exponential patience.
    """
    arrivals = np.cumsum(rng.exponential(1 / rate, n))
    if service_cv == 1:
        services = rng.exponential(mean_service, n)
    else:
        spread = np.sqrt(np.log1p(service_cv**2))
        services = mean_service * np.exp(spread * rng.standard_normal(n) - spread**2 / 2)
    limits = None if patience is None else rng.exponential(patience, n)
    followed = follow_queue(arrivals, services, agents, patience=limits)
    return Followed(followed.waits[n // 10 :], followed.answered[n // 10 :])
