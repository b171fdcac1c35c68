"""Queues with several servers: Erlang B, C and A, sound from one agent to many thousands.

All times are in one unit of the caller's choice, and rates per that unit. Arrivals are Poisson, service is
exponential, who comes first is served first; with ``patience`` who waits gives up after an exponential time.

References
----------
.. [1] Erlang (1917), Solution of some problems in the theory of probabilities of significance in automatic telephone
   exchanges.
.. [2] Palm (1957), Research on telephone traffic carried by full availability groups, Tele 1.
.. [3] Baccelli, Hebuterne (1981), On queues with impatient customers, Performance '81: the density of the wait offered.
.. [4] Mandelbaum, Zeltyn (2007), Service engineering in action: the Palm/Erlang-A queue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

#: Terms of a sum below this share of the largest no longer count in double precision.
_NEGLIGIBLE = 50.0
_PANELS, _NODES = 96, 16
_MOST_AGENTS = 10_000_000


@dataclass(frozen=True)
class QueueFigures:
    """What a queue is like in the long run.

    Attributes
    ----------
    occupancy : float
        Share of time an agent is busy.
    p_wait : float
        Share of arrivals who find nobody free.
    mean_wait : float
        Of all arrivals, those who give up included; infinite where the queue grows without end.
    within : float
        Share of arrivals answered within the answer time.
    abandoned : float
        Share of arrivals who give up; 0 without patience.
    """

    occupancy: float
    p_wait: float
    mean_wait: float
    within: float
    abandoned: float


def erlang_b(offered: float, agents: int) -> float:
    """Share of arrivals lost where nobody can wait [1]_.

    Parameters
    ----------
    offered : float
        Arrivals × mean service time, in erlangs.
    agents : int

    Notes
    -----
    1/B = Σ N!/(N−k)! · a^−k: all terms are positive and only some √N of them count near full load, so no factorial is
    ever formed.

    Examples
    --------
    >>> round(erlang_b(8.108, 15), 4)
    0.01
    """
    return float(np.exp(-_log_inverse_b(offered, agents)))


def _log_inverse_b(offered: float, agents: int) -> float:
    """Logarithm of 1/B; infinite where nothing is offered."""
    if offered <= 0:
        return float("inf") if agents > 0 else 0.0
    total, size, start = -np.inf, 4096, 0
    log_term = 0.0
    while start <= agents:
        stop = min(start + size, agents + 1)
        steps = np.arange(start, stop, dtype=float)
        # Term k is term k−1 times (N − k + 1)/a; term 0 is 1.
        ratios = np.log(np.maximum(agents - steps + 1, 1.0) / offered)
        if start == 0:
            ratios[0] = 0.0
        logs = log_term + np.cumsum(ratios)
        total = float(np.logaddexp(total, logsumexp(logs)))
        log_term = float(logs[-1])
        if agents - stop + 1 < offered and log_term < total - _NEGLIGIBLE:
            break
        start = stop
    return total


def erlang_c(offered: float, agents: int) -> float:
    """Share of arrivals who wait where all wait as long as it takes [1]_; 1 where the queue grows without end.

    Examples
    --------
    >>> [round(erlang_c(0.7 * c, c), 2) for c in (1, 4, 8)]
    [0.7, 0.43, 0.27]
    """
    if offered >= agents:
        return 1.0
    lost = erlang_b(offered, agents)
    return lost / (1 - offered / agents * (1 - lost))


def describe_queue(
    arrivals: float, mean_service: float, agents: int, *, answer_within: float = 0.0, patience: float | None = None
) -> QueueFigures:
    """Tell what waiting is like with so many agents.

    Parameters
    ----------
    arrivals : float
        Per unit of time.
    mean_service : float
        Units of time an agent is busy with one.
    agents : int
        At least 1.
    answer_within : float
        Units of time within which an answer counts as timely.
    patience : float, optional
        Mean time after which who waits gives up (Erlang A [2]_ [4]_); without it nobody does (Erlang C).

    Examples
    --------
    >>> pool = describe_queue(4 * 0.7, 1.0, 4)
    >>> round(pool.p_wait, 2), round(pool.mean_wait, 2)
    (0.43, 0.36)
    """
    offered = arrivals * mean_service
    if agents < 1 or arrivals < 0 or mean_service <= 0 or (patience is not None and patience <= 0):
        raise ValueError(
            f"describe_queue: arrivals {arrivals:g} must not be negative, agents {agents} at least 1, service "
            f"{mean_service:g} and patience {patience} above 0."
        )
    if arrivals == 0:
        return QueueFigures(0.0, 0.0, 0.0, 1.0, 0.0)
    if patience is not None:
        return _with_patience(arrivals, mean_service, agents, answer_within, patience)
    p_wait = erlang_c(offered, agents)
    if offered >= agents:
        return QueueFigures(1.0, 1.0, float("inf"), 0.0, 0.0)
    spare = (agents - offered) / mean_service
    within = 1 - p_wait * float(np.exp(-spare * answer_within))
    return QueueFigures(offered / agents, p_wait, p_wait / spare, within, 0.0)


def _with_patience(
    arrivals: float, mean_service: float, agents: int, answer_within: float, patience: float
) -> QueueFigures:
    leave, work = 1 / patience, agents / mean_service
    log_a = _log_queue_states(arrivals, work, leave)
    log_inverse_b = _log_inverse_b(arrivals * mean_service, agents)
    # States with an idle agent against states without: P(wait) = A ÷ (A + 1/B − 1), of state N as 1.
    idle = np.expm1(log_inverse_b) if log_inverse_b < 700 else np.inf
    p_wait = float(1 / (1 + idle * np.exp(-log_a))) if np.isfinite(idle) else 0.0
    load = arrivals / work
    # Share who give up, of those who wait: what comes in beyond what is served while all are busy.
    of_waiting = float(np.exp(-log_a) / load + 1 - 1 / load)
    abandoned = max(0.0, p_wait * of_waiting)
    mean_wait = abandoned * patience
    occupancy = arrivals * (1 - abandoned) * mean_service / agents
    within = 1 - p_wait + p_wait * _answered_by(answer_within, arrivals, work, leave)
    return QueueFigures(min(1.0, occupancy), p_wait, mean_wait, min(1.0, within), abandoned)


def _log_queue_states(arrivals: float, work: float, leave: float) -> float:
    """Logarithm of Σ_j Π_{k≤j} λ/(Nμ + kθ): the chances of 0, 1, 2 … waiting, of none waiting as 1."""
    total, log_term, start, size = 0.0, 0.0, 1, 4096
    while True:
        steps = np.arange(start, start + size, dtype=float)
        logs = log_term + np.cumsum(np.log(arrivals / (work + steps * leave)))
        total = float(np.logaddexp(total, logsumexp(logs)))
        log_term, start = float(logs[-1]), start + size
        # From here on each term is less than this share of the one before.
        ratio = arrivals / (work + start * leave)
        if ratio < 1 and log_term + np.log(ratio / (1 - ratio)) < total - _NEGLIGIBLE:
            return total
        size = min(2 * size, 1_000_000)


def _answered_by(until: float, arrivals: float, work: float, leave: float) -> float:
    """Share answered by then of those who wait [3]_: the density of the wait offered, by Gauss and Legendre."""
    if until <= 0:
        return 0.0
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)

    def log_density(at: np.ndarray) -> np.ndarray:
        return arrivals * -np.expm1(-leave * at) / leave - work * at

    peak = max(0.0, float(np.log(arrivals / work) / leave))
    reach = peak + 40 / np.sqrt(arrivals * leave)
    # Where there is room to spare the wait dies out long before patience does.
    reach = min(reach, 60 / (work - arrivals)) if work > arrivals else reach

    def area(end: float, *, answered: bool) -> float:
        edges = np.linspace(0, end, _PANELS + 1)
        half = np.diff(edges)[:, None] / 2
        at = (edges[:-1, None] + half) + half * nodes
        logs = log_density(at) - float(log_density(np.array(peak)))
        return float((np.exp(logs - (leave * at if answered else 0)) * weights * half).sum())

    whole = area(reach, answered=False)
    return min(1.0, area(min(until, reach), answered=True) / whole)


def find_agents(
    arrivals: float,
    mean_service: float,
    *,
    answer_within: float,
    service_level: float,
    patience: float | None = None,
) -> int:
    """Find the fewest agents with whom a share of arrivals is answered in time.

    Parameters
    ----------
    arrivals, mean_service, answer_within, patience
        As in ``describe_queue``.
    service_level : float
        Share of all arrivals, below 1.

    Examples
    --------
    >>> find_agents(200 / 60, 3.0, answer_within=20 / 60, service_level=0.8)
    14
    """
    if not 0 < service_level < 1:
        raise ValueError(f"find_agents: service_level is {service_level:g}; must lie between 0 and 1.")

    def enough(agents: int) -> bool:
        found = describe_queue(arrivals, mean_service, agents, answer_within=answer_within, patience=patience)
        return found.within >= service_level

    offered = arrivals * mean_service
    low, high = 0, max(1, int(np.ceil(offered)))
    while not enough(high):
        low, high = high, high + max(1, int(np.ceil(np.sqrt(offered))))
        if high > _MOST_AGENTS:
            raise ValueError(f"find_agents: {offered:,.0f} erlangs would take more than {_MOST_AGENTS:,} agents.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
