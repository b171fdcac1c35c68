"""Renewal that rises with tenure because those likely to leave have left: the shifted beta-geometric model.

Each membership ends at a year's end with a chance of its own that never changes; chances follow a beta distribution.
Of those still there after t - 1 years, α / (α + β + t - 1) end in year t. So counts of members at risk, whenever each
came into sight, are all the model needs.

References
----------
Fader, Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

#: Beyond these the curve is a geometric one to the eye, or nobody ever leaves; the likelihood is flat.
_MOST = 1e4


@dataclass(frozen=True)
class RenewalCurve:
    """A fitted shifted beta-geometric curve.

    Attributes
    ----------
    alpha, beta : float
    log_likelihood : float
    """

    alpha: float
    beta: float
    log_likelihood: float

    def ending(self, years: Floats) -> Floats:
        """Share of those still there that ends in each year of tenure, the first being 1."""
        return self.alpha / (self.alpha + self.beta + years - 1)

    def survival(self, n_years: int) -> Floats:
        """Share still there after 0 to ``n_years`` years."""
        renewed = 1 - self.ending(np.arange(1, n_years + 1, dtype=float))
        return np.concatenate([[1.0], np.cumprod(renewed)])


def fit_renewal_curve(at_risk: Floats, ended: Floats) -> RenewalCurve | None:
    """Fit the curve by maximum likelihood to counts by year of tenure.

    Parameters
    ----------
    at_risk, ended : array, shape (n_years,)
        Of year 1, 2, …: whose renewal was decided, and whose membership ended.

    Returns
    -------
    RenewalCurve or None
        None where fewer than three years of tenure have anybody at risk, or nobody left, or everybody did.

    Examples
    --------
    >>> alive = np.array([1000, 869, 743, 653, 593, 551, 517, 491.0])
    >>> curve = fit_renewal_curve(alive[:-1], -np.diff(alive))
    >>> round(curve.alpha, 2), round(curve.beta, 2)
    (0.67, 3.81)
    """
    years = np.arange(1, len(at_risk) + 1, dtype=float)
    stayed = at_risk - ended
    if (at_risk > 0).sum() < 3 or not ended.sum() > 0 or not stayed.sum() > 0:
        return None

    def loss(logs: Floats) -> float:
        alpha, beta = np.exp(logs)
        rate = alpha / (alpha + beta + years - 1)
        return -float(ended @ np.log(rate) + stayed @ np.log1p(-rate))

    rate = ended.sum() / at_risk.sum()
    bounds = [(np.log(1e-3), np.log(_MOST))] * 2
    starts = [np.log([size * rate, size * (1 - rate)]) for size in (1.0, 10.0, 100.0)]
    fits = [minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14}) for start in starts]
    best = min(fits, key=lambda fit: float(fit.fun))
    alpha, beta = np.exp(best.x)
    return RenewalCurve(float(alpha), float(beta), -float(best.fun))
