"""Logistic regression with a touch of shrinkage, for shares that depend on a few columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]

#: Shrinkage of every weight but the constant: that of a wide normal prior, so that columns that tell a yes or no
#: without exception still have finite weights.
PENALTY = 1e-2


def fit_logistic(
    design: Floats, target: Floats, *, start: Floats | None = None, penalty: float = PENALTY, steps: int = 50
) -> Floats:
    """Fit the chance of a yes by Newton steps (iteratively reweighted least squares).

    Parameters
    ----------
    design : array, shape (n, n_columns)
        The first column is 1; the others should have a spread of about 1, for the penalty is the same for all.
    target : array, shape (n,)
        0 or 1.
    start : array, shape (n_columns,), optional
        Weights to begin from.
    penalty : float
        Half of it times the squared weights is added to minus the log-likelihood.
    steps : int
        At most.

    Returns
    -------
    array, shape (n_columns,)

    Examples
    --------
    >>> weights = fit_logistic(np.ones((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]))
    >>> round(float(expit(weights[0])), 6)
    0.75
    """
    ridge = np.full(design.shape[1], penalty)
    ridge[0] = 0.0
    weights = np.zeros(design.shape[1]) if start is None else start.copy()
    objective = _objective(design, target, weights, ridge)
    for _ in range(steps):
        chance = expit(design @ weights)
        gradient = design.T @ (target - chance) - ridge * weights
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + np.diag(ridge)
        step, *_ = np.linalg.lstsq(curvature, gradient, rcond=1e-10)
        size = 1.0
        while size > 1e-4 and (tried := _objective(design, target, weights + size * step, ridge)) > objective + 1e-12:
            size /= 2
        if size <= 1e-4:
            break
        weights, gained, objective = weights + size * step, objective - tried, tried
        if gained < 1e-9 * (1 + abs(objective)):
            break
    return weights


def _objective(design: Floats, target: Floats, weights: Floats, ridge: Floats) -> float:
    margin = design @ weights
    return float((np.logaddexp(0.0, margin) - target * margin).sum() + 0.5 * (ridge * weights**2).sum())
