"""Queues against published values, exact sums of state chances, simulation, and limits that must hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.numbers.queueing import describe_queue, erlang_b, erlang_c, find_agents
from tests.verbs.small import quick

SECOND = 1 / 60


@pytest.mark.parametrize(
    ("agents", "offered"),
    # Tables of Erlang B at 1 % lost: offered load for 1, 5, 10, 15, 20, 50 and 100 lines.
    [(1, 0.0101), (5, 1.361), (10, 4.461), (15, 8.108), (20, 12.03), (50, 37.90), (100, 84.06)],
)
def test_tables_of_erlang_b(agents, offered):
    assert erlang_b(offered, agents) == pytest.approx(0.01, rel=2e-3)


def test_published_examples_of_erlang_c():
    # 200 calls an hour of three minutes, 14 agents, 20 seconds: 17.4 % wait, 88.8 % in time, 7.8 seconds on average.
    found = describe_queue(200 / 60, 3, 14, answer_within=20 * SECOND)
    assert (round(found.p_wait, 3), round(found.within, 3)) == (0.174, 0.888)
    assert found.mean_wait / SECOND == pytest.approx(7.8, abs=0.05)
    assert found.occupancy == pytest.approx(10 / 14)
    # 360 calls a half hour of four minutes, 55 agents: P(wait) 0.239, about 8 seconds.
    found = describe_queue(12, 4, 55, answer_within=15 * SECOND)
    assert (round(found.p_wait, 3), round(found.mean_wait / SECOND)) == (0.239, 8)


def test_the_published_comparison_of_erlang_c_and_a():
    # Garnett, Mandelbaum, Reiman (2002): 50 agents, 48 calls a minute of a minute, patience two minutes.
    endless = describe_queue(48, 1, 50)
    assert endless.mean_wait / SECOND == pytest.approx(20.8, abs=0.05)
    assert (endless.occupancy, endless.abandoned) == (0.96, 0)
    patient = describe_queue(48, 1, 50, patience=2)
    assert patient.mean_wait / SECOND == pytest.approx(3.7, abs=0.05)
    assert patient.abandoned == pytest.approx(0.031, abs=5e-4)
    assert patient.occupancy == pytest.approx(0.93, abs=5e-3)


@pytest.mark.parametrize(("agents", "p_wait", "wait"), [(1, 0.70, 2.33), (4, 0.43, 0.36), (8, 0.27, 0.11)])
def test_a_pool_waits_less_than_as_many_queues(agents, p_wait, wait):
    found = describe_queue(0.7 * agents, 1.0, agents)
    assert (round(found.p_wait, 2), round(found.mean_wait, 2)) == (p_wait, wait)


def chances(arrivals, mean_service, agents, patience, most=4000):
    """State chances of the birth and death process, each from the one before, in exact fractions of the largest."""
    logs = [0.0]
    for n in range(1, most):
        leaving = min(n, agents) / mean_service + (0 if patience is None else max(0, n - agents) / patience)
        logs.append(logs[-1] + math.log(arrivals / leaving))
    weights = np.exp(np.array(logs) - max(logs))
    return weights / weights.sum()


@quick
@given(st.floats(0.1, 40), st.floats(0.2, 5), st.integers(1, 60), st.floats(0.2, 30))
def test_erlang_a_is_that_of_its_states(arrivals, mean_service, agents, patience):
    p = chances(arrivals, mean_service, agents, patience)
    waiting = np.maximum(np.arange(len(p)) - agents, 0)
    found = describe_queue(arrivals, mean_service, agents, patience=patience)
    assert found.p_wait == pytest.approx(p[agents:].sum(), abs=1e-9)
    assert found.mean_wait == pytest.approx((p * waiting).sum() / arrivals, abs=1e-8)
    assert found.abandoned == pytest.approx((p * waiting).sum() / patience / arrivals, abs=1e-8)
    busy = (p * np.minimum(np.arange(len(p)), agents)).sum() / agents
    assert found.occupancy == pytest.approx(busy, abs=1e-8)


@quick
@given(st.floats(0.05, 0.95), st.integers(1, 80), st.floats(0, 2))
def test_erlang_c_is_that_of_its_states_and_the_limit_of_patience(share, agents, within):
    p = chances(share * agents, 1.0, agents, None)
    found = describe_queue(share * agents, 1.0, agents, answer_within=within)
    assert found.p_wait == pytest.approx(p[agents:].sum(), abs=1e-7)
    endless = describe_queue(share * agents, 1.0, agents, answer_within=within, patience=1e7)
    assert endless.p_wait == pytest.approx(found.p_wait, abs=1e-5)
    assert endless.within == pytest.approx(found.within, abs=1e-4)


@quick
@given(st.floats(0.5, 1.5), st.integers(1, 40), st.floats(0.3, 5), st.floats(0.01, 3))
def test_answered_in_time_is_told_by_the_states_seen_on_arrival(share, agents, patience, within):
    """Who finds k waiting is answered after k + 1 of them and oneself have moved up: stepped through in small steps."""
    arrivals = share * agents
    p = chances(arrivals, 1.0, agents, patience, most=agents + 600)
    found = describe_queue(arrivals, 1.0, agents, answer_within=within, patience=patience)
    # With k ahead, one of them is served or gives up at this rate; oneself is still there with a chance that decays.
    rates = agents + np.arange(600) / patience
    step = within / 4000
    ahead, answered = p[agents:][:600].copy(), 0.0
    for at in range(4000):
        moved = ahead * -np.expm1(-rates * step)
        answered += moved[0] * math.exp(-(at + 0.5) * step / patience)
        ahead -= moved
        ahead[:-1] += moved[1:]
    assert found.within == pytest.approx(p[:agents].sum() + answered, abs=6e-3)


@pytest.mark.parametrize("agents", [150, 1_000, 10_000, 100_000])
def test_thousands_of_agents_are_as_the_square_root_rule_has_them(agents):
    """Halfin and Whitt (1981): with 2 √N to spare P(wait) tends to 1 / (1 + β Φ(β) / φ(β))."""
    beta = 2.0
    phi = math.exp(-(beta**2) / 2) / math.sqrt(2 * math.pi)
    limit = 1 / (1 + beta * 0.5 * math.erfc(-beta / math.sqrt(2)) / phi)
    found = erlang_c(agents - beta * math.sqrt(agents), agents)
    assert np.isfinite(found)
    assert found == pytest.approx(limit, rel=3.5 / math.sqrt(agents))
    crowded = describe_queue(1.2 * agents, 1.0, agents, patience=2.0)
    # Far above what can be served, those who give up are the surplus.
    assert crowded.abandoned == pytest.approx(1 - 1 / 1.2, abs=2e-3)


@pytest.mark.parametrize("agents", [3, 300])
def test_b_by_recursion_and_c_by_b(agents):
    offered = 0.9 * agents
    b = 1.0
    for n in range(1, agents + 1):
        b = offered * b / (n + offered * b)
    assert erlang_b(offered, agents) == pytest.approx(b, rel=1e-12)
    assert erlang_c(offered, agents) == pytest.approx(b / (1 - 0.9 * (1 - b)), rel=1e-12)


def test_ends():
    assert erlang_b(0, 3) == 0
    assert erlang_c(5, 5) == 1
    assert describe_queue(0, 1, 3).within == 1
    grown = describe_queue(6, 1, 5)
    assert (grown.mean_wait, grown.within, grown.occupancy) == (math.inf, 0, 1)
    with pytest.raises(ValueError, match="patience 0 above 0"):
        describe_queue(1, 1, 1, patience=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        find_agents(1, 1, answer_within=1, service_level=1)


@quick
@given(
    st.floats(0.01, 300),
    st.floats(0.1, 10),
    st.floats(0, 5),
    st.floats(0.05, 0.99),
    st.one_of(st.none(), st.floats(0.5, 20)),
)
def test_the_fewest_agents_are_the_fewest(arrivals, mean_service, within, level, patience):
    given_keys = {"answer_within": within, "patience": patience}
    agents = find_agents(arrivals, mean_service, service_level=level, **given_keys)
    assert describe_queue(arrivals, mean_service, agents, **given_keys).within >= level
    assert agents == 1 or describe_queue(arrivals, mean_service, agents - 1, **given_keys).within < level
