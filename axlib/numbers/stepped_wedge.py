"""Clusters that change over one after the other: the power of a stepped-wedge design.

References
----------
.. [1] Hussey, Hughes (2007), Design and analysis of stepped wedge cluster randomized trials, Contemporary Clinical
   Trials 28.
.. [2] Donner, Klar (2000), Design and Analysis of Cluster Randomization Trials, chapter 1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


def intracluster_correlation(gone: Floats, members: Floats) -> float:
    """How alike members of one cluster are in being gone: the analysis of variance's estimate [2]_.

    Parameters
    ----------
    gone, members : array, shape (n_clusters,)

    Returns
    -------
    float
        0-1, negative estimates being 0; NaN for fewer than two clusters, or one member in each.
    """
    here = members > 0
    gone, members = gone[here], members[here]
    clusters, n = len(members), members.sum()
    if clusters < 2 or n <= clusters:
        return float("nan")
    share, overall = gone / members, gone.sum() / n
    between = (members * (share - overall) ** 2).sum() / (clusters - 1)
    within = (members * share * (1 - share)).sum() / (n - clusters)
    usual_size = (n - (members**2).sum() / n) / (clusters - 1)
    total = between + (usual_size - 1) * within
    return max(0.0, float((between - within) / total)) if total > 0 else 0.0


def wedge_error(members: Floats, step: NDArray[np.intp], *, rate: float, icc: float) -> float:
    """Standard error of the difference that a stepped wedge estimates, by generalised least squares [1]_.

    Parameters
    ----------
    members : array, shape (n_clusters,)
        Members of each cluster; the same number comes up for renewal in each period, each once.
    step : array of int, shape (n_clusters,)
        From which period on a cluster is changed over: 1 to the number of steps; in period 0 none is.
    rate : float
        Share gone, 0-1.
    icc : float
        Intracluster correlation.

    Returns
    -------
    float
        NaN where the design cannot tell the change from the periods.
    """
    n_periods = int(step.max()) + 1
    changed = (np.arange(n_periods)[None, :] >= step[:, None]).astype(float)
    variance = rate * (1 - rate)
    own = variance * (1 - icc) / np.where(members > 0, members / n_periods, np.nan)
    shared = variance * icc
    # The inverse of own·I + shared·11ᵀ (Sherman and Morrison), cluster by cluster.
    lift = shared / (own + n_periods * shared)
    keep = np.isfinite(own)
    own, lift, changed = own[keep], lift[keep], changed[keep]
    periods = np.broadcast_to(np.eye(n_periods), (len(own), n_periods, n_periods))
    design = np.concatenate([periods, changed[..., None]], axis=2)
    sums = design.sum(axis=1)
    information = np.einsum("cpi,cpj,c->ij", design, design, 1 / own)
    information -= np.einsum("ci,cj,c->ij", sums, sums, lift / own)
    if np.linalg.matrix_rank(information) <= n_periods:
        return float("nan")
    return math.sqrt(float(np.linalg.inv(information)[-1, -1]))


def wedge_power(difference: float, error: float, *, level: float = 0.05) -> float:
    """Probability that a difference with this standard error is told from none, two-sided.

    Examples
    --------
    >>> round(wedge_power(2.8, 1.0), 2)
    0.8
    """
    least, away = float(ndtri(1 - level / 2)), abs(difference) / error
    return float(ndtr(away - least) + ndtr(-away - least))


def wedge_detectable(
    members: Floats, step: NDArray[np.intp], *, rate: float, icc: float, power: float = 0.8, level: float = 0.05
) -> float:
    """Smallest fall below a share that the wedge finds with a given power; NaN where none would be found."""
    if not 0 < rate < 1 or not icc < 1:
        return float("nan")

    def missing(fall: float) -> float:
        error = wedge_error(members, step, rate=rate - fall / 2, icc=icc)
        return wedge_power(fall, error, level=level) - power

    if not missing(rate) >= 0:
        return float("nan")
    return float(brentq(missing, 1e-9, rate, xtol=1e-9))
