"""How many to ask in each stratum, so that several means are known within stated errors.

References
----------
.. [1] Cochran (1977), Sampling Techniques, chapters 4 and 5.
.. [2] Neyman (1934), On the two different aspects of the representative method.
.. [3] Bethel (1989), Sample allocation in multivariate surveys, Survey Methodology 15.
.. [4] Chromy (1987), Design optimization with multiple objectives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MOST_ROUNDS = 2000
_TOLERANCE = 1e-6


def standard_errors(sizes: Floats, spreads: Floats, answers: Floats) -> Floats:
    """Standard errors of means from a stratified sample, with finite population correction [1]_.

    Parameters
    ----------
    sizes : array, shape (n_strata,)
        Members of each stratum.
    spreads : array, shape (n_strata, n_means)
        Standard deviation of each variable within each stratum (divisor: members - 1).
    answers : array, shape (n_strata,)
        Members of each stratum that answer; a stratum without any makes all errors infinite unless nothing varies
        there.

    Returns
    -------
    array, shape (n_means,)
        ``sqrt(sum((N_h/N)² S_h² (1/n_h - 1/N_h)))``.

    Examples
    --------
    >>> standard_errors(np.array([100.0]), np.array([[0.5]]), np.array([100.0])).tolist()
    [0.0]
    """
    parts = np.square(sizes[:, None] / sizes.sum() * spreads)
    with np.errstate(divide="ignore", invalid="ignore"):
        lack = np.maximum(1.0 / answers - 1.0 / sizes, 0.0)[:, None]
        return np.sqrt(np.where(parts > 0, parts * lack, 0.0).sum(axis=0))


def allocate_sample(sizes: Floats, spreads: Floats, *, errors: Floats, most: Floats, least: float = 2.0) -> Floats:
    """Fewest answers, by stratum, that keep every standard error within its limit.

    Parameters
    ----------
    sizes : array, shape (n_strata,)
    spreads : array, shape (n_strata, n_means)
    errors : array, shape (n_means,)
        Limits of the standard errors.
    most : array, shape (n_strata,)
        Most answers there can be in each stratum.
    least : float
        Fewest answers from each stratum, as far as there can be so many: two, so that its spread can be told.

    Returns
    -------
    array, shape (n_strata,)
        Not rounded. All there can be, where not even they keep the limits.

    Notes
    -----
    For one mean this is Neyman's allocation [2]_, ``n_h`` in proportion to ``N_h S_h``; for several it is the
    smallest sample that meets all limits [3]_, found by Chromy's iteration [4]_. A stratum that would need more
    than it has is taken whole, and the rest is allocated anew.

    Examples
    --------
    Half of 10,000 members, within 5 points: the 370 of the textbook.

    >>> one = np.array([10_000.0])
    >>> spread = np.array([[0.5 * np.sqrt(10_000 / 9_999)]])
    >>> np.ceil(allocate_sample(one, spread, errors=np.array([0.05 / 1.96]), most=one)).tolist()
    [370.0]
    """
    most = np.minimum(most, sizes)
    parts = np.square(sizes[:, None] / sizes.sum() * spreads)
    capped = np.zeros(len(sizes), dtype=bool)
    answers = most.copy()
    while not capped.all():
        fixed = (parts[capped] * (1.0 / most[capped] - 1.0 / sizes[capped])[:, None]).sum(axis=0)
        room = np.square(errors) + (parts[~capped] / sizes[~capped, None]).sum(axis=0) - fixed
        if (room <= 0).any():
            return most
        free = _allocate_free(parts[~capped] / room)
        too_many = free > most[~capped]
        answers[~capped] = np.minimum(free, most[~capped])
        if not too_many.any():
            break
        capped[np.flatnonzero(~capped)[too_many]] = True
    if (standard_errors(sizes, spreads, answers) > errors * (1 + 1e-3)).any():
        return most
    return np.clip(answers, np.minimum(least, most), most)


def _allocate_free(costs: Floats) -> Floats:
    """Smallest total of n with ``sum(costs[:, j] / n) <= 1`` for every j."""
    varies = costs.sum(axis=1) > 0
    if not varies.any():
        return np.zeros(len(costs))
    own = costs[varies]
    weights = np.full(own.shape[1], 1.0 / own.shape[1])
    for _ in range(_MOST_ROUNDS):
        roots = np.sqrt(own @ weights)
        answers = roots * roots.sum()
        reached = (own / np.maximum(answers, 1e-300)[:, None]).sum(axis=0)
        if reached.max() <= 1 + _TOLERANCE:
            break
        weights = weights * np.square(reached)
        weights /= weights.sum()
    total = np.zeros(len(costs))
    total[varies] = answers * max(float(reached.max()), 1.0)
    return total


def fill_strata(proportions: Floats, *, total: float, most: Floats) -> Floats:
    """Share a total out in given proportions, none above its most; what one cannot take goes to the others.

    Examples
    --------
    >>> fill_strata(np.array([1.0, 1.0, 2.0]), total=8.0, most=np.array([1.0, 9.0, 9.0])).round(2).tolist()
    [1.0, 2.33, 4.67]
    """
    answers = np.zeros(len(proportions))
    open_ = (proportions > 0) & (most > 0)
    left = min(total, float(most[proportions > 0].sum()))
    while open_.any() and left > 1e-9:
        wanted = left * proportions * open_ / (proportions * open_).sum()
        given = np.minimum(wanted, most - answers)
        answers = answers + given
        left -= float(given.sum())
        open_ = open_ & (most - answers > 1e-9)
    return answers
