"""Parameters of latent classes, and the M-step: from sums of sufficient statistics to parameters.

Arrays have two leading axes, (models, classes): many starts, or many resamples, are fitted side by side in
the same matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_VARIANCE = 0.01
"""Least variance of a number within a class, as a share of its variance over all members (a tenth of its SD).

Without it the likelihood has no maximum: a class of equal values, such as zeros, would be worth any price."""

LEAST_PRIOR = 1e-9
"""Stands in for a prior of 0, so that an empty class has defined parameters and no probability is 0."""


@dataclass(frozen=True, eq=False)
class ClassParameters:
    """Parameters of the classes of one or many models.

    Attributes
    ----------
    weights : ndarray, shape (n_models, k)
        Share of each class.
    means, variances : ndarray, shape (n_models, k, n_numeric)
        Of the standardised numbers.
    probabilities : ndarray, shape (n_models, k, sum of level counts)
        Of each level of each answer, answers side by side.
    covariances : ndarray, shape (n_models, k, n_numeric, n_numeric), or None
        Of the standardised numbers; None where they are independent within a class.
    """

    weights: Floats
    means: Floats
    variances: Floats
    probabilities: Floats
    covariances: Floats | None = None

    def take(self, models: NDArray[np.int64]) -> ClassParameters:
        """Keep some of the models."""
        return ClassParameters(
            self.weights[models],
            self.means[models],
            self.variances[models],
            self.probabilities[models],
            None if self.covariances is None else self.covariances[models],
        )


def class_coefficients(parameters: ClassParameters) -> Floats:
    """Coefficients of log(weight × density of the numbers) on the sufficient statistics.

    Returns
    -------
    ndarray, shape (n_models, k, 1 + 3 n_numeric)
        In the order of ``FeatureLayout``: 1; observed; value; square. The log density of a normal is
        -(log 2πσ² + μ²/σ²)/2 + x μ/σ² - x²/(2σ²).
    """
    precision = 1.0 / parameters.variances
    scaled = parameters.means * precision
    level = -0.5 * (np.log(2.0 * np.pi * parameters.variances) + parameters.means * scaled)
    return np.concatenate(
        [np.log(parameters.weights)[..., None], level, scaled, -0.5 * precision],
        axis=-1,
    )


def share_levels(counts: Floats, level_counts: tuple[int, ...]) -> Floats:
    """Counts of levels as shares within each answer; the last axis holds the answers side by side."""
    if not level_counts:
        return counts
    starts = np.concatenate([[0], np.cumsum(level_counts)[:-1]]).astype(np.int64)
    totals = np.add.reduceat(counts, starts, axis=-1)
    return counts / np.repeat(totals, level_counts, axis=-1)


def maximise_parameters(
    statistics: Floats, *, prior: Floats, n_numeric: int, level_counts: tuple[int, ...]
) -> ClassParameters:
    """Find the parameters that maximise the expected log-likelihood plus the log prior (the M-step).

    Parameters
    ----------
    statistics : ndarray, shape (n_models, k, n_statistics)
        Sums over members, weighted by their posterior probability of each class.
    prior : ndarray, shape (n_statistics,)
        Statistics of the extra members each class is given.
    n_numeric, level_counts
        As in ``FeatureLayout``.

    Notes
    -----
    A variance below ``LEAST_VARIANCE`` is set to it, which is the maximum under that bound, since the expected
    log-likelihood has one peak in each variance. So no step lowers the objective.
    """
    d = n_numeric
    sums = np.maximum(statistics[..., 0], 0.0) + prior[0]
    observed = np.maximum(statistics[..., 1 : 1 + d], 0.0) + prior[1 : 1 + d]
    means = (statistics[..., 1 + d : 1 + 2 * d] + prior[1 + d : 1 + 2 * d]) / observed
    squares = (statistics[..., 1 + 2 * d : 1 + 3 * d] + prior[1 + 2 * d : 1 + 3 * d]) / observed
    # Indicators of levels left out of the features come from differences: rounding may leave them below 0.
    counts = np.maximum(statistics[..., 1 + 3 * d :], 0.0) + prior[1 + 3 * d :]
    return ClassParameters(
        weights=sums / sums.sum(axis=-1, keepdims=True),
        means=means,
        variances=np.maximum(squares - np.square(means), LEAST_VARIANCE),
        probabilities=share_levels(counts, level_counts),
    )
