"""Expectation-maximisation for many mixtures side by side, as dense matrix products over blocks of members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import (
    LEAST_PRIOR,
    ClassParameters,
    class_coefficients,
    maximise_parameters,
    share_levels,
)
from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.features import BLOCK, Block, FeatureBlocks, FeatureLayout
from axlib.numbers.full_covariance import (
    ObservedParts,
    complete_statistics,
    maximise_full,
    pattern_coefficients,
    sweep_patterns,
)

Floats = NDArray[np.float64]


def _observed_parts(parameters: ClassParameters, patterns: NDArray[np.bool_]) -> ObservedParts | None:
    return None if parameters.covariances is None else sweep_patterns(parameters.covariances, patterns)


def _pattern_coefficients(parameters: ClassParameters, parts: ObservedParts | None) -> Floats:
    """Coefficients on the sufficient statistics of the numbers, shape (n_patterns, n_models, k, n)."""
    return class_coefficients(parameters)[None] if parts is None else pattern_coefficients(parameters, parts)


def _cell_tables(parameters: ClassParameters, layout: FeatureLayout) -> list[Floats]:
    """Log probability of each cell of each group of answers, shapes (n_models × k, n_cells)."""
    logs = np.log(parameters.probabilities)
    flat = logs.reshape(logs.shape[0] * logs.shape[1], -1) if layout.groups else logs
    return [flat @ cell_levels.T for cell_levels in layout.cell_levels]


def _join(block: Block, coefficients: Floats, tables: list[Floats], rooms: Floats) -> Floats:
    """Log(weight × density) of each class (rows) and member (columns) of a block.

    Parameters
    ----------
    block : Block
    coefficients : ndarray, shape (n_patterns, n_classes, n_features)
    tables : list of ndarray, shape (n_classes, n_cells)
    rooms : ndarray, shape (2, n_classes, BLOCK)
        Memory to work in; the result is a part of it.
    """
    joint, looked_up = rooms.reshape(2, -1)[:, : rooms.shape[1] * block.features.shape[1]].reshape(
        2, rooms.shape[1], -1
    )
    for pattern, begin, end in block.segments:
        np.matmul(coefficients[pattern], block.features[:, begin:end], out=joint[:, begin:end])
    for table, cells in zip(tables, block.cells, strict=True):
        np.take(table, cells, axis=1, out=looked_up, mode="clip")
        joint += looked_up
    return joint


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
    layout = blocks.layout
    parts = _observed_parts(parameters, layout.patterns)
    coefficients = _pattern_coefficients(parameters, parts) @ layout.to_statistics.T
    n_patterns, n_models, k, n_features = coefficients.shape
    flat = coefficients.reshape(n_patterns, n_models * k, n_features)
    tables = _cell_tables(parameters, layout)
    sums, counts = np.zeros_like(flat), [np.zeros_like(table) for table in tables]
    log_likelihood = np.zeros(n_models)
    rooms = np.empty((2, n_models * k, BLOCK))
    for block in blocks:
        joint = _join(block, flat, tables, rooms)
        cube = joint.reshape(n_models, k, -1)
        density = _normalise(cube)
        weight = weights[..., block.rows]
        log_likelihood += np.einsum("mn,mn->m", density, np.broadcast_to(weight, density.shape))
        cube *= weight if weight.ndim == 1 else weight[:, None]
        for pattern, begin, end in block.segments:
            sums[pattern] += joint[:, begin:end] @ block.features[:, begin:end].T
        for count, cells in zip(counts, block.cells, strict=True):
            for total, shares in zip(count, joint, strict=True):
                total += np.bincount(cells, weights=shares, minlength=len(total))
    numbers = sums.reshape(coefficients.shape) @ layout.to_statistics
    levels = np.zeros((n_models * k, sum(layout.level_counts)))
    for count, cell_levels in zip(counts, layout.cell_levels, strict=True):
        levels += count @ cell_levels
    complete = numbers[0] if parts is None else complete_statistics(numbers, parameters, parts)
    return np.concatenate([complete, levels.reshape(n_models, k, -1)], axis=-1), log_likelihood


def iterate_posteriors(blocks: FeatureBlocks, parameters: ClassParameters) -> Iterator[tuple[slice, Floats, Floats]]:
    """Give (rows, posteriors of shape (k, n_rows_of_block), log densities) block by block, for one model.

    Both arrays are only good until the next block.
    """
    layout = blocks.layout
    parts = _observed_parts(parameters, layout.patterns)
    coefficients = (_pattern_coefficients(parameters, parts) @ layout.to_statistics.T)[:, 0]
    tables = _cell_tables(parameters, layout)
    rooms = np.empty((2, coefficients.shape[1], BLOCK))
    for block in blocks:
        joint = _join(block, coefficients, tables, rooms)
        densities = _normalise(joint[None])[0]
        yield block.rows, joint, densities


def row_classes(blocks: FeatureBlocks, parameters: ClassParameters) -> NDArray[np.int64]:
    """Most probable class of each row, shape (n_rows,), for one model."""
    classes = np.empty(blocks.n_rows, dtype=np.int64)
    for rows, posteriors, _ in iterate_posteriors(blocks, parameters):
        classes[rows] = posteriors.argmax(axis=0)
    return classes


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


def average_member(encoded: EncodedAttributes, layout: FeatureLayout) -> Floats:
    """Sufficient statistics of one member who answered everything and looks like all members together.

    Numbers have mean 0 and variance 1 by their encoding, and are taken as uncorrelated.

    Returns
    -------
    ndarray, shape (n_statistics,)
    """
    d = layout.n_numeric
    observed = np.ones(1 + d if layout.covariance == "diagonal" else 1)
    products = np.array([float(j == m) for j, m in layout.pairs])
    counts = [
        np.bincount(codes[codes >= 0], weights=encoded.weights[codes >= 0], minlength=n)
        for codes, n in zip(encoded.codes, layout.level_counts, strict=True)
    ]
    # A level that none of these rows shows, but others of the same encoding do, is possible too.
    shares = share_levels(np.concatenate([*counts, np.zeros(0)]) + LEAST_PRIOR, layout.level_counts)
    return np.concatenate([observed, np.zeros(d), products, shares])


def plan_prior(encoded: EncodedAttributes, layout: FeatureLayout, *, prior_members: float) -> Floats:
    """Sufficient statistics of the extra members of each class, shape (n_statistics,)."""
    return average_member(encoded, layout) * max(prior_members, LEAST_PRIOR)


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
    maximise = maximise_parameters if layout.covariance == "diagonal" else maximise_full
    everything = np.ones((1, layout.n_numeric), dtype=bool)

    def step(parameters: ClassParameters) -> tuple[ClassParameters, Floats, Floats, Floats]:
        statistics, log_likelihood = sum_statistics(blocks, parameters, weights=weights)
        whole = _pattern_coefficients(parameters, _observed_parts(parameters, everything))[0]
        n_whole = whole.shape[-1]
        log_prior = (whole @ prior[:n_whole] + np.log(parameters.probabilities) @ prior[n_whole:]).sum(axis=-1)
        raised = maximise(statistics, prior=prior, n_numeric=layout.n_numeric, level_counts=layout.level_counts)
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
