"""Expectation-maximisation for many mixtures side by side, as dense matrix products over blocks of members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import (
    LEAST_PRIOR,
    ClassParameters,
    average_member,
    class_coefficients,
    maximise_parameters,
)
from axlib.numbers.features import BLOCK, FeatureBlocks

Floats = NDArray[np.float64]


def _normalise(joint: Floats) -> Floats:
    """Turn log joint densities (models, classes, members) into posteriors in place; give log densities."""
    top = joint.max(axis=1)
    joint -= top[:, None]
    np.exp(joint, out=joint)
    total = joint.sum(axis=1)
    joint /= total[:, None]
    np.log(total, out=total)
    total += top
    return total


def sum_statistics(blocks: FeatureBlocks, parameters: ClassParameters, *, weights: Floats) -> tuple[Floats, Floats]:
    """One E-step: sums of sufficient statistics by class, and the log-likelihood.

    Parameters
    ----------
    blocks : FeatureBlocks
    parameters : ClassParameters
        Of ``n_models`` mixtures of ``k`` classes.
    weights : ndarray, shape (n_rows,) or (n_models, n_rows)
        Members per row, or per model and row.

    Returns
    -------
    statistics : ndarray, shape (n_models, k, n_statistics)
        Sums add over parts of a table: statistics of partitions can be summed before the M-step.
    log_likelihood : ndarray, shape (n_models,)
    """
    coefficients = class_coefficients(parameters) @ blocks.layout.to_statistics.T
    n_models, k, n_features = coefficients.shape
    flat = coefficients.reshape(n_models * k, n_features)
    sums = np.zeros_like(flat)
    log_likelihood = np.zeros(n_models)
    room = np.empty((n_models * k, BLOCK))
    for rows, features in blocks:
        joint = room[:, : features.shape[1]]
        np.matmul(flat, features, out=joint)
        cube = joint.reshape(n_models, k, -1)
        density = _normalise(cube)
        weight = weights[..., rows]
        log_likelihood += np.einsum("mn,mn->m", density, np.broadcast_to(weight, density.shape))
        cube *= weight if weight.ndim == 1 else weight[:, None]
        sums += cube.reshape(n_models * k, -1) @ features.T
    return sums.reshape(n_models, k, n_features) @ blocks.layout.to_statistics, log_likelihood


def row_posteriors(blocks: FeatureBlocks, parameters: ClassParameters) -> tuple[Floats, Floats]:
    """Posterior probability of each class and log density of each row, for one model.

    Returns
    -------
    posteriors : ndarray, shape (n_rows, k)
    log_densities : ndarray, shape (n_rows,)
    """
    coefficients = (class_coefficients(parameters) @ blocks.layout.to_statistics.T)[0]
    posteriors = np.empty((blocks.n_rows, len(coefficients)))
    densities = np.empty(blocks.n_rows)
    for rows, features in blocks:
        cube = (coefficients @ features)[None]
        densities[rows] = _normalise(cube)[0]
        posteriors[rows] = cube[0].T
    return posteriors, densities


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where EM stands after some iterations, for each model.

    Attributes
    ----------
    parameters : ClassParameters
    objective, log_likelihood : ndarray, shape (n_models,)
        At the parameters one M-step before; the objective includes the log prior.
    sizes : ndarray, shape (n_models, k)
        Expected members of each class.
    history : list of ndarray
        The objective of each iteration, shape (n_models,).
    converged : ndarray of bool, shape (n_models,)
    """

    parameters: ClassParameters
    objective: Floats
    log_likelihood: Floats
    sizes: Floats
    history: list[Floats]
    converged: NDArray[np.bool_]

    def take(self, models: NDArray[np.int64]) -> Ascent:
        """Keep some of the models."""
        return Ascent(
            self.parameters.take(models),
            self.objective[models],
            self.log_likelihood[models],
            self.sizes[models],
            [objective[models] for objective in self.history],
            self.converged[models],
        )


class Step(Protocol):
    """One iteration: from parameters to (next parameters, objective, log-likelihood, class sizes)."""

    def __call__(self, parameters: ClassParameters) -> tuple[ClassParameters, Floats, Floats, Floats]:
        """Take one step."""
        ...


def plan_prior(blocks: FeatureBlocks, *, weights: Floats, prior_members: float) -> Floats:
    """Sufficient statistics of so many extra members who look like all members, shape (n_statistics,)."""
    layout = blocks.layout
    total = np.zeros(layout.n_features)
    for rows, features in blocks:
        total += features @ weights[rows]
    average = average_member(total @ layout.to_statistics, n_numeric=layout.n_numeric, level_counts=layout.level_counts)
    return average * max(prior_members, LEAST_PRIOR)


def plan_step(blocks: FeatureBlocks, *, weights: Floats, prior: Floats) -> Step:
    """Fix the data and the prior of the iterations.

    Parameters
    ----------
    blocks : FeatureBlocks
    weights : ndarray, shape (n_rows,) or (n_models, n_rows)
    prior : ndarray, shape (n_statistics,)
        Statistics of the extra members of each class. Taken over all members, even where the blocks hold some
        of them, so that no level any member shows is impossible.
    """
    layout = blocks.layout

    def step(parameters: ClassParameters) -> tuple[ClassParameters, Floats, Floats, Floats]:
        statistics, log_likelihood = sum_statistics(blocks, parameters, weights=weights)
        log_prior = (class_coefficients(parameters) @ prior).sum(axis=-1)
        raised = maximise_parameters(
            statistics, prior=prior, n_numeric=layout.n_numeric, level_counts=layout.level_counts
        )
        return raised, log_likelihood + log_prior, log_likelihood, statistics[..., 0]

    return step


def ascend(step: Step, parameters: ClassParameters, *, max_iterations: int, least_gain: float) -> Ascent:
    """Iterate until every model gains less than ``least_gain`` in one iteration.

    The parameters given back are those the objective was measured at, so nothing has to be computed again.
    """
    raised, objective, log_likelihood, sizes = step(parameters)
    history = [objective]
    converged = np.zeros(len(objective), dtype=bool)
    for _ in range(max_iterations - 1):
        parameters = raised
        raised, objective, log_likelihood, sizes = step(parameters)
        history.append(objective)
        converged = objective - history[-2] < least_gain
        if converged.all():
            break
    return Ascent(parameters, objective, log_likelihood, sizes, history, converged)
