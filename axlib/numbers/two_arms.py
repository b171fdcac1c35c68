"""Two arms of members and the share of each that is gone: how many it takes, and what so many can show.

References
----------
.. [1] Fleiss, Levin, Paik (2003), Statistical Methods for Rates and Proportions, chapter 4.
.. [2] Blackwelder (1982), "Proving the null hypothesis" in clinical trials, Controlled Clinical Trials 3.
.. [3] Imbens, Rubin (2015), Causal Inference for Statistics, Social, and Biomedical Sciences, chapter 9.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

Floats = NDArray[np.float64]

#: Worlds drawn at once while simulating.
_AT_ONCE = 2000


def members_per_arm(usual: float, changed: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """Members each arm needs to tell two shares apart, two-sided, by the normal approximation [1]_.

    Parameters
    ----------
    usual, changed : float
        Share gone in each arm, 0-1.
    power : float
        Probability of telling them apart.
    level : float
        Probability of a difference where there is none.

    Returns
    -------
    int
        The nearest whole number, as tables print it.

    Examples
    --------
    >>> members_per_arm(0.15, 0.12), members_per_arm(0.15, 0.10), members_per_arm(0.20, 0.15)
    (2036, 686, 905)
    """
    middle = (usual + changed) / 2
    spread = ndtri(1 - level / 2) * math.sqrt(2 * middle * (1 - middle))
    spread += ndtri(power) * math.sqrt(usual * (1 - usual) + changed * (1 - changed))
    return round((spread / (usual - changed)) ** 2)


def members_per_arm_within(rate: float, margin: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """Members each arm needs to show that a share is no worse by more than a margin, one-sided [2]_.

    Examples
    --------
    >>> members_per_arm_within(0.10, 0.03)
    1237
    """
    z = ndtri(1 - level) + ndtri(power)
    return round(2 * z**2 * rate * (1 - rate) / margin**2)


def power_of_difference(
    usual: float, changed: float, *, n_usual: float, n_changed: float, level: float = 0.05
) -> float:
    """Probability that arms of these sizes are told apart, two-sided, by the normal approximation [1]_.

    Examples
    --------
    >>> round(power_of_difference(0.15, 0.12, n_usual=2036, n_changed=2036), 3)
    0.8
    """
    if min(n_usual, n_changed) <= 0:
        return float("nan")
    pooled = (usual * n_usual + changed * n_changed) / (n_usual + n_changed)
    if_none = math.sqrt(pooled * (1 - pooled) * (1 / n_usual + 1 / n_changed))
    if_so = math.sqrt(usual * (1 - usual) / n_usual + changed * (1 - changed) / n_changed)
    if if_so == 0:
        return float(usual != changed)
    away, least = abs(usual - changed), float(ndtri(1 - level / 2)) * if_none
    return float(ndtr((away - least) / if_so) + ndtr((-away - least) / if_so))


def power_within(rate: float, margin: float, *, n_usual: float, n_changed: float, level: float = 0.05) -> float:
    """Probability of showing a share no worse by more than a margin, where both arms have the same [2]_.

    Examples
    --------
    >>> round(power_within(0.10, 0.03, n_usual=1237, n_changed=1237), 3)
    0.8
    """
    if min(n_usual, n_changed) <= 0 or rate in (0, 1):
        return float("nan")
    error = math.sqrt(rate * (1 - rate) * (1 / n_usual + 1 / n_changed))
    return float(ndtr(margin / error - ndtri(1 - level)))


def detectable_difference(
    usual: float, *, n_usual: float, n_changed: float, power: float = 0.8, level: float = 0.05
) -> float:
    """Smallest fall below a share that arms of these sizes find with a given power.

    Returns
    -------
    float
        Of the share, 0-1; NaN where even a fall to nothing would stay unseen.

    Examples
    --------
    >>> round(detectable_difference(0.15, n_usual=2036, n_changed=2036), 4)
    0.03
    """
    if not 0 < usual < 1 or min(n_usual, n_changed) <= 0:
        return float("nan")

    def missing(fall: float) -> float:
        return power_of_difference(usual, usual - fall, n_usual=n_usual, n_changed=n_changed, level=level) - power

    if missing(usual) < 0:
        return float("nan")
    return float(brentq(missing, 1e-9, usual, xtol=1e-9))


def stratified_difference(gone: Floats, members: Floats) -> tuple[Floats, Floats, Floats]:
    """Difference of two arms' shares within strata, weighted by the strata's members, and its standard error [3]_.

    Parameters
    ----------
    gone, members : array, shape (..., n_strata, 2)
        Members of each arm, the changed one first, and how many of them are gone. A stratum with members of one arm
        alone is left out.

    Returns
    -------
    difference, error, freedom : array, shape (...)
        Changed less usual; degrees of freedom are members less two for each stratum, at least 1.
    """
    use = (members > 0).all(axis=-1)
    size = np.where(use, members.sum(axis=-1), 0.0)
    n = size.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = size / n[..., None]
        shares = np.where(members > 0, gone / members, 0.0)
        # A single member of an arm shows no spread; its own stands for it undivided.
        spread = shares * (1 - shares) / np.where(members > 1, members - 1, np.inf)
    difference = (weight * (shares[..., 0] - shares[..., 1])).sum(axis=-1)
    error = np.sqrt((weight**2 * spread.sum(axis=-1)).sum(axis=-1))
    return difference, error, np.maximum(n - 2 * use.sum(axis=-1), 1)


def simulate_power(
    usual: float,
    changed: float,
    members: Floats,
    *,
    rng: np.random.Generator,
    margin: float | None = None,
    level: float = 0.05,
    n_worlds: int = 4000,
) -> float:
    """Share of drawn pilots that find what they were made to find, by the very test they declare.

    Parameters
    ----------
    usual, changed : float
        Share gone in each arm, the same in every stratum.
    members : array, shape (n_strata, 2)
        Members of each arm, the changed one first.
    rng : Generator
    margin : float, optional
        With it the pilot is to show, one-sided, that the changed arm is no worse by more; without it, two-sided, that
        the arms differ.
    level : float
    n_worlds : int
    """
    rates = np.array([changed, usual])
    found = 0
    for start in range(0, n_worlds, _AT_ONCE):
        n = min(_AT_ONCE, n_worlds - start)
        gone = rng.binomial(members.astype(np.int64), rates, size=(n, *members.shape)).astype(float)
        difference, error, freedom = stratified_difference(gone, members)
        least = stdtrit(freedom, 1 - level / 2 if margin is None else 1 - level)
        away = np.abs(difference) > least * error if margin is None else difference + least * error < margin
        found += int((away & (error > 0)).sum())
    return found / n_worlds
