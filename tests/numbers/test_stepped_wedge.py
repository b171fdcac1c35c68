"""A stepped wedge's power: against Hussey and Hughes's formula, and drawn wedges."""

import numpy as np
import pytest
from scipy.stats import norm

from axlib.numbers.stepped_wedge import intracluster_correlation, wedge_detectable, wedge_error, wedge_power


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "stepped wedge")))


def hussey_hughes(clusters, periods, n, rate, icc):
    """Formula (8) of the paper, for clusters of one size that change over in equal numbers."""
    changed = np.repeat(np.tri(periods, periods, -1).T[: periods - 1], clusters // (periods - 1), axis=0)
    sigma2, tau2 = rate * (1 - rate) * (1 - icc) / n, rate * (1 - rate) * icc
    u, w, v = changed.sum(), (changed.sum(axis=0) ** 2).sum(), (changed.sum(axis=1) ** 2).sum()
    top = clusters * sigma2 * (sigma2 + periods * tau2)
    bottom = (clusters * u - w) * sigma2 + (u**2 + clusters * periods * u - periods * w - clusters * v) * tau2
    return np.sqrt(top / bottom)


@pytest.mark.parametrize("icc", [0.0, 0.01, 0.2])
@pytest.mark.parametrize(("clusters", "steps"), [(8, 4), (12, 3), (4, 4)])
def test_error_is_that_of_the_paper(clusters, steps, icc):
    step = np.repeat(np.arange(1, steps + 1), clusters // steps)
    members = np.full(clusters, 60.0 * (steps + 1))
    assert wedge_error(members, step, rate=0.15, icc=icc) == pytest.approx(
        hussey_hughes(clusters, steps + 1, 60, 0.15, icc), rel=1e-9
    )


def test_drawn_wedges_find_a_fall_as_often_as_said(rng):
    step = np.array([1, 1, 2, 2, 3, 3])
    members, rate, tau, fall, worlds = np.array([400, 240, 320, 200, 160, 360.0]), 0.2, 0.04, 0.06, 3000
    periods = 4
    icc = tau**2 / (rate * (1 - rate))
    changed = (np.arange(periods) >= step[:, None]).astype(float)
    level = rng.normal(0, 0.02, periods)
    chance = rate + level + rng.normal(0, tau, (worlds, 6, 1)) - fall * changed
    n = (members / periods)[:, None].astype(int)
    shares = rng.binomial(n, np.clip(chance, 0, 1)) / n
    # Generalised least squares by whole matrices, cluster after cluster.
    inside, cross = np.zeros((periods + 1, periods + 1)), np.zeros((worlds, periods + 1))
    middle = (rate - fall / 2) * (1 - rate + fall / 2)
    for c in range(6):
        design = np.column_stack([np.eye(periods), changed[c]])
        inverse = np.linalg.inv(middle * (1 - icc) / n[c] * np.eye(periods) + middle * icc)
        inside += design.T @ inverse @ design
        cross += shares[:, c] @ (inverse @ design)
    estimate = (cross @ np.linalg.inv(inside))[:, -1]
    error = wedge_error(members, step, rate=rate - fall / 2, icc=icc)
    assert estimate.mean() == pytest.approx(-fall, abs=0.003)
    assert estimate.std() == pytest.approx(error, rel=0.06)
    found = (np.abs(estimate) > norm.ppf(0.975) * error).mean()
    assert found == pytest.approx(wedge_power(fall, error), abs=0.04)


def test_the_fall_found_is_found_with_the_power_asked_for():
    members, step = np.full(10, 100.0), np.repeat([1, 2], 5)
    fall = wedge_detectable(members, step, rate=0.2, icc=0.02)
    assert wedge_power(fall, wedge_error(members, step, rate=0.2 - fall / 2, icc=0.02)) == pytest.approx(0.8, abs=1e-6)
    assert np.isnan(wedge_detectable(np.full(2, 20.0), np.array([1, 2]), rate=0.05, icc=0.02))
    assert np.isnan(wedge_detectable(members, step, rate=0.0, icc=0.02))


def test_without_clusters_left_as_they_are_nothing_can_be_told():
    assert np.isnan(wedge_error(np.array([50.0, 50.0]), np.array([1, 1]), rate=0.2, icc=0.05))


def test_correlation_of_clusters_is_found_and_none_is_none(rng):
    members = np.full(200, 50.0)
    chance = 0.2 + rng.normal(0, 0.08, 200)
    gone = rng.binomial(50, np.clip(chance, 0, 1)).astype(float)
    assert intracluster_correlation(gone, members) == pytest.approx(0.08**2 / 0.16, abs=0.015)
    assert intracluster_correlation(rng.binomial(50, 0.2, 200).astype(float), members) < 0.01
    assert np.isnan(intracluster_correlation(np.array([1.0]), np.array([5.0])))
    assert np.isnan(intracluster_correlation(np.array([1.0, 0.0]), np.array([1.0, 1.0])))
    assert intracluster_correlation(np.array([0.0, 0.0]), np.array([5.0, 5.0])) == 0
