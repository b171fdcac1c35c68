"""Many starts, of which the hopeless are given up early.

The likelihood of a mixture has many peaks. Starts are made from random members, climb side by side on a
subsample, and are thinned out after a few iterations; only the best climbs to the top, on ever more members.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import ClassParameters, maximise_parameters
from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.expectation_maximisation import Ascent, ascend, average_member, plan_prior, plan_step
from axlib.numbers.features import Covariance, build_features, find_patterns, plan_features

Floats = NDArray[np.float64]

START_ROWS = 4096
"""Distinct rows on which starts are tried; every next stage uses 16 times as many."""

GROWTH = 16

STAGE_TOLERANCE = 1e-5
"""Least gain per member and iteration on a subsample, whose top is not the top of all members anyway."""

COMMON_PATTERNS = 8
"""Full covariances are first fitted to members who lack numbers in one of the so many commonest ways."""

WIDE, TIGHT = 1.0, 10.0
"""Weight of a random member against the average one in the class it starts."""

HEATS = ((12, 0.4), (25, 0.5))
"""Iterations of each elimination heat, and the share of starts that survive it."""


def take_rows(encoded: EncodedAttributes, rows: NDArray[np.int64]) -> EncodedAttributes:
    """Some distinct rows as a membership of their own, each with its weight."""
    return replace(
        encoded,
        numbers=encoded.numbers[:, rows],
        observed=encoded.observed[:, rows],
        codes=encoded.codes[:, rows],
        weights=encoded.weights[rows],
        row_of_member=np.arange(len(rows), dtype=np.int32),
    )


def row_statistics(encoded: EncodedAttributes, rows: NDArray[np.int64], average: Floats) -> Floats:
    """Sufficient statistics of rows for independent numbers; missing answers are taken as average."""
    d = len(encoded.numbers)
    statistics = np.tile(average, (len(rows), 1))
    known = encoded.observed[:, rows].T
    numbers = encoded.numbers[:, rows].T
    statistics[:, 1 + d : 1 + 2 * d] = np.where(known, numbers, statistics[:, 1 + d : 1 + 2 * d])
    statistics[:, 1 + 2 * d : 1 + 3 * d] = np.where(known, numbers**2, statistics[:, 1 + 2 * d : 1 + 3 * d])
    place = 1 + 3 * d
    for codes, n in zip(encoded.codes, encoded.encoding.level_counts, strict=True):
        coded = codes[rows][:, None]
        statistics[:, place : place + n] = np.where(coded >= 0, coded == np.arange(n), statistics[:, place : place + n])
        place += n
    return statistics


def place_rows(encoded: EncodedAttributes, average: Floats) -> Floats:
    """Rows as points in which every attribute has variance 1; missing answers lie at the average.

    Returns
    -------
    ndarray, shape (n_coordinates, n_rows)
    """
    parts = [encoded.numbers]
    place = 1 + 3 * len(encoded.numbers)
    for codes, n in zip(encoded.codes, encoded.encoding.level_counts, strict=True):
        shares = average[place : place + n]
        shown = np.where(codes >= 0, codes == np.arange(n)[:, None], shares[:, None])
        parts.append(shown / np.sqrt((shares * (1.0 - shares)).sum()))
        place += n
    return np.concatenate(parts)


def _draw_apart(
    points: Floats, weights: Floats, *, k: int, n_starts: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw k rows for each start, each with chance proportional to its squared distance from those drawn.

    References
    ----------
    Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding.
    """
    n_rows = len(weights)
    squares = np.square(points).sum(axis=0)
    chosen = np.empty((n_starts, k), dtype=np.int64)
    nearest = np.ones((n_starts, n_rows))
    for place in range(k):
        ladder = np.cumsum(weights * nearest, axis=1)
        # Where every row stands on a drawn one, any row with weight may be drawn again.
        ladder = np.where(ladder[:, -1:] > 0, ladder, np.cumsum(weights))
        rungs = rng.random(n_starts) * ladder[:, -1]
        chosen[:, place] = (ladder <= rungs[:, None]).sum(axis=1)
        drawn = points[:, chosen[:, place]]
        distance = np.maximum(squares + np.square(drawn).sum(axis=0)[:, None] - 2.0 * drawn.T @ points, 0.0)
        nearest = distance if place == 0 else np.minimum(nearest, distance)
    return chosen


def draw_starts(
    encoded: EncodedAttributes,
    *,
    k: int,
    n_starts: int,
    covariance: Covariance,
    rng: np.random.Generator,
) -> ClassParameters:
    """Start each class between a random member and the average one, members lying far apart.

    Every other start holds its classes closer to their members: wide classes find broad groups, tight ones
    small groups.
    """
    average = average_member(encoded, plan_features(encoded))
    weights = encoded.weights * encoded.answered
    chosen = _draw_apart(place_rows(encoded, average), weights, k=k, n_starts=n_starts, rng=rng)
    statistics = row_statistics(encoded, chosen.ravel(), average).reshape(n_starts, k, -1)
    closeness = np.where(np.arange(n_starts) % 2, TIGHT, WIDE)[:, None, None]
    started = maximise_parameters(
        statistics * closeness,
        prior=average,
        n_numeric=len(encoded.numbers),
        level_counts=encoded.encoding.level_counts,
    )
    if covariance == "diagonal":
        return started
    return replace(started, covariances=started.variances[..., None] * np.eye(len(encoded.numbers)))


def _subsample(encoded: EncodedAttributes, n_rows: int, rng: np.random.Generator) -> EncodedAttributes:
    if n_rows >= encoded.n_distinct:
        return encoded
    return take_rows(encoded, np.sort(rng.choice(encoded.n_distinct, size=n_rows, replace=False)))


def best_first(ascent: Ascent) -> NDArray[np.int64]:
    """Order models by objective, those with an empty class last."""
    alive = ascent.sizes.min(axis=-1) >= 1.0
    return np.lexsort((-ascent.objective, ~alive)).astype(np.int64)


def _common_patterns(encoded: EncodedAttributes, least_rows: int) -> EncodedAttributes:
    """Rows that lack numbers in one of the commonest ways: most members, few coefficients to compute."""
    _, starts = find_patterns(encoded)
    members = np.add.reduceat(encoded.weights * encoded.answered, starts[:-1])
    common = np.sort(np.argsort(-members, kind="stable")[:COMMON_PATTERNS])
    rows = np.concatenate([np.arange(starts[p], starts[p + 1]) for p in common])
    return take_rows(encoded, rows) if least_rows <= len(rows) < encoded.n_distinct else encoded


def _plan_stages(
    encoded: EncodedAttributes, *, k: int, covariance: Covariance, rng: np.random.Generator
) -> Iterator[EncodedAttributes]:
    """Ever more of the members, all of them last."""
    size = START_ROWS
    stage = _subsample(encoded, size, rng)
    if covariance == "full":
        common = _common_patterns(stage, least_rows=50 * k)
        if common is not stage:
            yield common
    while stage is not encoded:
        yield stage
        size *= GROWTH
        stage = _subsample(encoded, size, rng)
    yield encoded


def climb_from_starts(
    encoded: EncodedAttributes,
    *,
    k: int,
    n_starts: int,
    tolerance: float,
    max_iterations: int,
    prior_members: float,
    covariance: Covariance,
    rng: np.random.Generator,
) -> Ascent:
    """Find the best of many starts and climb to its top.

    Parameters are those of ``fit_mixture``. The result holds one model.
    """
    parameters: ClassParameters | None = None
    for stage in _plan_stages(encoded, k=k, covariance=covariance, rng=rng):
        last = stage is encoded
        weights = stage.weights * stage.answered
        blocks = build_features(stage, covariance=covariance)
        # The prior is that of all members, so that a level the stage lacks does not become impossible.
        prior = plan_prior(encoded, blocks.layout, prior_members=prior_members)
        step = plan_step(blocks, weights=weights, prior=prior)
        path: list[Floats] = []
        if parameters is None:
            parameters = draw_starts(stage, k=k, n_starts=n_starts, covariance=covariance, rng=rng)
            for iterations, share in HEATS if n_starts > 1 else ():
                heat = ascend(step, parameters, max_iterations=iterations, least_gain=0.0)
                survivors = best_first(heat)[: math.ceil(share * len(parameters.weights))]
                parameters = heat.parameters.take(survivors)
                path = [values[survivors] for values in [*path, *heat.history[:-1]]]
        ascent = ascend(
            step,
            parameters,
            max_iterations=max_iterations,
            least_gain=(tolerance if last else max(tolerance, STAGE_TOLERANCE)) * weights.sum(),
        )
        best = best_first(ascent)[:1]
        parameters = ascent.parameters.take(best)
    return replace(ascent, history=[*path, *ascent.history]).take(best)
