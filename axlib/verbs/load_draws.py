"""Hours that may be off, drawn: factors on each segment, and what they make of each person's hours."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.coverage import CoveragePlan

N_DRAWS = 4000


def draw_factors(
    coverage: Sequence[CoverageSegment], uncertainty: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Factors on the hours of each segment, shape (n_segments, n_draws), with median 1."""
    z = NormalDist().inv_cdf(0.975)
    normal = rng.standard_normal((len(coverage), N_DRAWS))
    spreads, centres = np.zeros(len(coverage)), np.ones(len(coverage))
    for at, segment in enumerate(coverage):
        steady = segment.steady_hours
        if segment.hours_range is not None and steady > 0 and segment.hours_range[0] > 0:
            low, high = segment.hours_range
            spreads[at] = np.log(high / low) / (2 * z)
            centres[at] = np.sqrt(low * high) / steady
        else:
            spreads[at] = np.log1p(uncertainty) / z
    return centres[:, None] * np.exp(spreads[:, None] * normal)


def hours_by_draw(
    plan: CoveragePlan, coverage: Sequence[CoverageSegment], factors: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Required hours of each person in each draw, and available hours."""
    names = [segment.name for segment in coverage]
    people = plan.by_person
    hours = plan.books.pivot_table(index="staff_id", columns="segment", values="required_hours", aggfunc="sum")
    hours = hours.reindex(index=people["staff_id"], columns=names).fillna(0.0)
    required = hours.to_numpy(dtype=float) @ factors
    undetermined = people["undetermined"].to_numpy(dtype=float)
    if undetermined.any():
        sizes = plan.by_segment.set_index("segment")["members"].reindex(names).fillna(0).to_numpy(dtype=float)
        chances = sizes / sizes.sum() if sizes.sum() > 0 else np.full(len(names), 1 / len(names))
        steady = np.array([segment.steady_hours for segment in coverage])
        for at in np.flatnonzero(undetermined):
            kinds = rng.multinomial(int(undetermined[at]), chances, size=N_DRAWS)
            required[at] += (kinds * (steady[:, None] * factors).T).sum(axis=1)
    return required, people["available_hours"].fillna(0.0).to_numpy(dtype=float)[:, None]


def hours_of_nobody(
    plan: CoveragePlan, coverage: Sequence[CoverageSegment], factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Required hours, in each draw, of members nobody is assigned to."""
    of_nobody = plan.books[plan.books["staff_id"].isna()].groupby("segment")["required_hours"].sum()
    hours = of_nobody.reindex([segment.name for segment in coverage]).fillna(0.0).to_numpy(dtype=float)
    drawn: NDArray[np.float64] = hours @ factors
    return drawn
