"""A mixture fitted again from the classes at hand: quick, and near enough to look at while attributes change.

A start from where members were is no search: it may end on a lower peak than many starts would find. What is kept
is fitted by ``fit_mixture``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import maximise_parameters
from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.expectation_maximisation import ascend, average_member, plan_prior, plan_step
from axlib.numbers.features import build_features, plan_features
from axlib.numbers.mixture import Mixture, assemble_mixture
from axlib.numbers.starts import place_rows, row_statistics
from axlib.words.errors import DataError

Floats = NDArray[np.float64]

#: Iterations after which a figure to look at is near enough.
WARM_ITERATIONS = 25


def refit_mixture(
    encoded: EncodedAttributes,
    *,
    memberships: Floats,
    k: int,
    max_iterations: int = WARM_ITERATIONS,
    tolerance: float = 1e-4,
    prior_members: float = 1.0,
) -> Mixture:
    """Fit a mixture from the classes members were in before, perhaps by other attributes or with another k.

    Parameters
    ----------
    encoded : EncodedAttributes
    memberships : ndarray, shape (n_members, k_before)
        Probability of each class before, for each member; rows sum to 1, or to 0 where nothing is known.
    k : int
        Number of classes. With more than before the widest class is parted along its longest axis, with fewer the
        two nearest become one, as often as it takes.
    max_iterations : int
    tolerance : float
        EM stops when an iteration gains less than this many nats per member.
    prior_members : float
        As in ``fit_mixture``.

    Returns
    -------
    Mixture
        With independent numbers. The same for the same memberships: nothing is left to chance.

    Raises
    ------
    DataError
        k is below 1, or above the number of distinct answer patterns.
    """
    distinct = int(encoded.answered.sum())
    if not 1 <= k <= distinct:
        raise DataError(
            f"refit_mixture: k must be between 1 and {distinct}, the number of distinct answer patterns. Got {k}."
        )
    weights = encoded.weights * encoded.answered
    average = average_member(encoded, plan_features(encoded))
    shares = _share_by_row(encoded, memberships)
    points = place_rows(encoded, average)
    while shares.shape[1] < k:
        shares = part_widest(shares, points, weights)
    while shares.shape[1] > k:
        shares = join_nearest(shares, points, weights)
    rows = np.arange(encoded.n_distinct)
    statistics = (shares * weights[:, None]).T @ row_statistics(encoded, rows, average)
    started = maximise_parameters(
        statistics[None], prior=average, n_numeric=len(encoded.numbers), level_counts=encoded.encoding.level_counts
    )
    blocks = build_features(encoded)
    step = plan_step(blocks, weights=weights, prior=plan_prior(encoded, blocks.layout, prior_members=prior_members))
    ascent = ascend(step, started, max_iterations=max_iterations, least_gain=tolerance * weights.sum())
    return assemble_mixture(encoded, ascent, k=k, covariance="diagonal", prior_members=prior_members)


def _share_by_row(encoded: EncodedAttributes, memberships: Floats) -> Floats:
    """Mean membership of the members that hold each distinct row; even shares where nothing is known."""
    k = memberships.shape[1]
    sums = np.stack(
        [
            np.bincount(encoded.row_of_member, weights=memberships[:, place], minlength=encoded.n_distinct)
            for place in range(k)
        ],
        axis=1,
    )
    totals = sums.sum(axis=1, keepdims=True)
    return np.where(totals > 0, sums / np.where(totals > 0, totals, 1.0), 1.0 / k)


def part_widest(shares: Floats, points: Floats, weights: Floats) -> Floats:
    """Part the class with the most spread along its longest axis, at its mean.

    Parameters
    ----------
    shares : ndarray, shape (n_rows, k)
    points : ndarray, shape (n_coordinates, n_rows)
    weights : ndarray, shape (n_rows,)

    Returns
    -------
    ndarray, shape (n_rows, k + 1)
    """
    mass = shares * weights[:, None]
    totals = np.maximum(mass.sum(axis=0), 1e-12)
    centres = points @ mass / totals
    spread = np.square(points).sum(axis=0) @ mass - totals * np.square(centres).sum(axis=0)
    widest = int(spread.argmax())
    apart = points - centres[:, widest, None]
    _, axes = np.linalg.eigh((apart * mass[:, widest]) @ apart.T)
    axis = axes[:, -1]
    # The sign of an axis is arbitrary: its largest part points upwards, so that the same data part the same way.
    axis = axis * np.sign(axis[np.abs(axis).argmax()] or 1.0)
    upper = (axis @ apart > 0).astype(float)
    kept = np.delete(shares, widest, axis=1)
    return np.column_stack([kept, shares[:, widest] * upper, shares[:, widest] * (1.0 - upper)])


def join_nearest(shares: Floats, points: Floats, weights: Floats) -> Floats:
    """Join the two classes whose union spreads least beyond both (Ward's criterion).

    Returns
    -------
    ndarray, shape (n_rows, k - 1)
    """
    mass = shares * weights[:, None]
    totals = np.maximum(mass.sum(axis=0), 1e-12)
    centres = points @ mass / totals
    squared = np.square(centres[:, :, None] - centres[:, None, :]).sum(axis=0)
    cost = squared * totals[:, None] * totals[None] / (totals[:, None] + totals[None])
    cost[np.tril_indices(len(cost))] = np.inf
    first, second = np.unravel_index(int(cost.argmin()), cost.shape)
    joined = shares[:, first] + shares[:, second]
    return np.column_stack([np.delete(shares, [first, second], axis=1), joined])
