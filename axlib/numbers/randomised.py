"""The difference chance assignment makes: means of the groups as they were assigned, whoever kept to it.

References
----------
.. [1] Imbens, Rubin (2015), Causal Inference for Statistics, Social, and Biomedical Sciences, chapters 6 and 9.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from axlib.numbers.cross_validation import spread_of_mean

Floats = NDArray[np.float64]


class Assigned(NamedTuple):
    """A difference of means between those assigned and the others."""

    estimate: float
    low: float
    high: float
    p_value: float
    treated_mean: float
    control_mean: float
    clusters: int


def compare_assigned(
    assigned: NDArray[np.bool_],
    outcome: Floats,
    *,
    strata: NDArray[np.intp] | None = None,
    clusters: NDArray[np.intp] | None = None,
    level: float = 0.95,
) -> Assigned:
    """Compare the outcome of those assigned with that of the others, within the strata they were drawn in [1]_.

    Parameters
    ----------
    assigned : array of bool, shape (n,)
    outcome : array, shape (n,)
    strata : array of int, shape (n,), optional
        Assignment was drawn within these; one in which all are of one side says nothing and is left out.
    clusters : array of int, shape (n,), optional
        Where whole clusters were assigned, they and not members are what chance acted on.
    level : float

    Returns
    -------
    Assigned
        NaN where a side is empty.

    Examples
    --------
    >>> result = compare_assigned(np.array([True, True, False, False]), np.array([3.0, 5.0, 1.0, 3.0]))
    >>> result.estimate, round(result.high - result.estimate, 3)
    (2.0, 6.085)
    """
    codes = np.zeros(len(outcome), dtype=np.intp) if strata is None else np.unique(strata, return_inverse=True)[1]
    counts = np.array([np.bincount(codes, side, minlength=codes.max() + 1) for side in (~assigned, assigned)])
    use = (counts.min(axis=0) > 0)[codes]
    codes, assigned, outcome = codes[use], assigned[use], outcome[use]
    n = len(outcome)
    if n == 0:
        none = float("nan")
        return Assigned(none, none, none, none, none, none, 0)
    k = int(codes.max()) + 1
    share = np.bincount(codes, minlength=k) / n
    means, influence = np.zeros(2), np.zeros(n)
    for side, sign in ((0, -1.0), (1, 1.0)):
        rows = assigned == bool(side)
        size = np.bincount(codes[rows], minlength=k).astype(float)
        mean = np.divide(np.bincount(codes[rows], outcome[rows], minlength=k), size, out=np.zeros(k), where=size > 0)
        means[side] = share @ mean
        # What each member adds to the estimate, widened as a variance is that divides by one less.
        widened = np.sqrt(np.divide(size, size - 1, out=np.ones(k), where=size > 1))
        within = (n * share / np.maximum(size, 1) * widened)[codes[rows]] * (outcome[rows] - mean[codes[rows]])
        influence[rows] = sign * within
    spread, freedom, count = spread_of_mean(influence, None if clusters is None else clusters[use])
    # The mean of the influences is 0 by construction, so that their spread is divided by n, not n - 1.
    spread, freedom = (spread, freedom) if count else (spread * np.sqrt((n - 1) / n), max(n - 2 * k, 1))
    critical = float(t.ppf((1 + level) / 2, freedom))
    estimate = float(means[1] - means[0])
    p_value = float(2 * t.sf(abs(estimate) / spread, freedom)) if spread > 0 else 1.0
    low, high = float(estimate - critical * spread), float(estimate + critical * spread)
    return Assigned(estimate, low, high, p_value, float(means[1]), float(means[0]), count)
