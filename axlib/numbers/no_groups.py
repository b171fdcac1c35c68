"""Members as they would be without groups: the same margins, rank correlations and gaps, from one normal cloud.

Each attribute is a cut of a standard normal variable that nobody sees; these are correlated, and nothing else. So
there is one cloud, however skewed or stepped its margins: a gradient, no groups.

References
----------
Nelsen (2006), An Introduction to Copulas, on the normal copula.
Pearson (1900), on correlations of cut normal variables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from axlib.numbers.distinct_rows import collapse_rows
from axlib.numbers.encoding import EncodedAttributes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
#: Numbers are cut at so many quantiles to find their correlations.
N_CUTS = 20
#: Terms of the series that ties the correlation of cut variables to that of the uncut ones.
N_TERMS = 40
#: No correlation is taken to be nearer to 1.
MOST_CORRELATION = 0.98


@dataclass(frozen=True, eq=False)
class NoGroups:
    """What the cloud is made of.

    Attributes
    ----------
    levels : tuple of ndarray
        For each attribute, numbers first: the values in the order of its normal variable.
    edges : tuple of ndarray
        Cumulative shares at which each attribute steps to its next value, last 1.
    correlation : ndarray, shape (n_attributes, n_attributes)
        Of the normal variables.
    """

    levels: tuple[Floats, ...]
    edges: tuple[Floats, ...]
    correlation: Floats


def _series(edges: Floats, scores: Floats) -> Floats:
    """Weights of the Hermite polynomials in the step function that gives each stretch its score, standardised.

    The m-th weight is Σ score × (He_{m-1}(a) φ(a) - He_{m-1}(b) φ(b)) / √m!, a and b the ends of a stretch.
    """
    cuts = ndtri(edges[:-1])
    density = np.exp(-np.square(cuts) / 2) / np.sqrt(2 * np.pi)
    steps = np.diff(scores)
    # Normalised polynomials h_m = He_m / √m! keep the terms in range.
    before, here = np.zeros_like(cuts), np.ones_like(cuts)
    weights = []
    for m in range(1, N_TERMS + 1):
        weights.append(float(steps @ (here * density)) / np.sqrt(m))
        before, here = here, (cuts * here - np.sqrt(m - 1) * before) / np.sqrt(m)
    shares = np.diff(np.concatenate([[0.0], edges]))
    spread = np.sqrt(shares @ np.square(scores - shares @ scores))
    return np.array(weights) / spread


def solve_correlations(observed: Floats, series: Floats) -> Floats:
    """Find the correlations of normal variables whose cuts are correlated as observed.

    Parameters
    ----------
    observed : ndarray, shape (n, n)
    series : ndarray, shape (n, N_TERMS)
        Of each attribute, as ``_series`` gives them.

    Notes
    -----
    Mehler's formula: the correlation of two cuts is Σ_m a_m b_m r^m, which rises with r. Solved by bisection, all
    pairs at once.
    """
    products = series[:, None, :] * series[None, :, :]
    powers = np.arange(1, N_TERMS + 1)
    low, high = np.full(observed.shape, -MOST_CORRELATION), np.full(observed.shape, MOST_CORRELATION)
    for _ in range(30):
        middle = (low + high) / 2
        above = (products * middle[..., None] ** powers).sum(axis=-1) > observed
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    solved: Floats = (low + high) / 2
    np.fill_diagonal(solved, 1.0)
    return solved


def nearest_correlation(matrix: Floats) -> Floats:
    """Make a matrix of pairwise correlations a possible one: no negative eigenvalue, ones on the diagonal."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values.min() >= 1e-6:
        return matrix
    raised = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(raised))
    fixed: Floats = raised / np.outer(scale, scale)
    return fixed


def _columns(encoded: EncodedAttributes) -> list[Floats]:
    """Each attribute by distinct row, numbers first; NaN where missing."""
    numbers = [np.where(known, values, np.nan) for values, known in zip(encoded.numbers, encoded.observed, strict=True)]
    return numbers + [np.where(codes >= 0, codes.astype(float), np.nan) for codes in encoded.codes]


def _pairwise_correlations(scores: list[Floats], weights: Floats) -> Floats:
    """Correlations over the members who answered both."""
    known = np.array([~np.isnan(column) for column in scores], dtype=float)
    filled = np.nan_to_num(np.array(scores))
    n = (known * weights) @ known.T
    first = (filled * weights) @ known.T
    second = (np.square(filled) * weights) @ known.T
    both = (filled * weights) @ filled.T
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = both / n - first * first.T / n**2
        variance = second / n - np.square(first / n)
        correlation = covariance / np.sqrt(variance * variance.T)
    return np.nan_to_num(correlation, nan=0.0, posinf=0.0, neginf=0.0)


def _order_categories(scores: list[Floats], nominal: list[int], weights: Floats) -> list[Floats]:
    """Give categories scores by which they go best with the other attributes.

    Categories have no order of their own. Each gets the mean, over its members, of the first principal component of
    the other attributes; three rounds settle it.
    """
    scores = list(scores)
    for _ in range(3):
        for place in nominal:
            correlation = _pairwise_correlations(scores, weights)
            others = [other for other in range(len(scores)) if other != place and other not in nominal] or [
                other for other in range(len(scores)) if other != place
            ]
            if not others:
                continue
            component = np.linalg.eigh(correlation[np.ix_(others, others)])[1][:, -1]
            component = component * (1.0 if component.sum() >= 0 else -1.0)
            standard = []
            for other in others:
                known = ~np.isnan(scores[other])
                mean = np.average(scores[other][known], weights=weights[known])
                spread = np.sqrt(np.average(np.square(scores[other][known] - mean), weights=weights[known]))
                standard.append(np.where(known, (scores[other] - mean) / (spread or 1.0), 0.0))
            index = component @ np.array(standard)
            _, _, at = _cut(scores[place], weights)
            known = at >= 0
            totals = np.bincount(at[known], weights=(weights * index)[known])
            means = totals / np.bincount(at[known], weights=weights[known])
            # Equal means would merge two categories.
            means += 1e-9 * np.arange(len(means))
            scores[place] = np.where(known, means[at], np.nan)
    return scores


def _cut(values: Floats, weights: Floats) -> tuple[Floats, Integers, Integers]:
    """Cumulative shares at the upper ends of the distinct known values, one row that holds each, each row's place."""
    known = np.flatnonzero(~np.isnan(values))
    _, first, place = np.unique(values[known], return_index=True, return_inverse=True)
    totals = np.cumsum(np.bincount(place, weights=weights[known]))
    edges: Floats = totals / totals[-1]
    places = np.full(len(values), -1, dtype=np.int64)
    places[known] = place
    return edges, known[first], places


def describe_no_groups(encoded: EncodedAttributes) -> NoGroups:
    """Find the margins and the correlations of the cloud."""
    weights = encoded.weights
    columns = _columns(encoded)
    coded = encoded.encoding.coded
    nominal = [len(encoded.numbers) + j for j, attribute in enumerate(coded) if attribute.kind == "categorical"]
    ordered = _order_categories(columns, nominal, weights)
    levels, edges, scores, series = [], [], [], []
    for place, (column, score) in enumerate(zip(columns, ordered, strict=True)):
        steps, first, at = _cut(score, weights)
        levels.append(column[first])
        edges.append(steps)
        if place < len(encoded.numbers) and len(steps) > N_CUTS:
            at = np.where(at >= 0, np.minimum((steps[at] * N_CUTS - 1e-9).astype(np.int64), N_CUTS - 1), -1)
            steps, _, at = _cut(np.where(at >= 0, at, np.nan), weights)
        # The middle rank of each step: correlations of ranks, for whatever the steps are.
        middle = steps - np.diff(np.concatenate([[0.0], steps])) / 2
        scores.append(np.where(at >= 0, middle[at], np.nan))
        series.append(_series(steps, middle))
    observed = _pairwise_correlations(scores, weights)
    correlation = nearest_correlation(solve_correlations(observed, np.array(series)))
    return NoGroups(tuple(levels), tuple(edges), correlation)


def draw_no_groups(encoded: EncodedAttributes, cloud: NoGroups, *, rng: np.random.Generator) -> EncodedAttributes:
    """Draw as many members from the cloud, who lack the answers that the members lack.

    Parameters
    ----------
    encoded : EncodedAttributes
        The members the cloud was described from.
    cloud : NoGroups
    rng : Generator
    """
    n, d = encoded.n_members, len(encoded.numbers)
    values, vectors = np.linalg.eigh(cloud.correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    latent = root @ rng.standard_normal((len(root), n))
    row = encoded.row_of_member
    numbers, codes = [], []
    for place, (levels, edges) in enumerate(zip(cloud.levels, cloud.edges, strict=True)):
        drawn = levels[np.minimum(np.searchsorted(ndtri(edges[:-1]), latent[place]), len(levels) - 1)]
        if place < d:
            numbers.append(np.where(encoded.observed[place][row], drawn, np.nan))
        else:
            codes.append(np.where(encoded.codes[place - d][row] >= 0, drawn, -1).astype(np.int8))
    return assemble_rows(encoded, numbers, codes)


def assemble_rows(
    encoded: EncodedAttributes, numbers: list[Floats], codes: list[NDArray[np.int8]]
) -> EncodedAttributes:
    """Encode members of drawn values as the others were; numbers are standardised already."""
    n = len(numbers[0] if numbers else codes[0])
    rows = collapse_rows(numbers, codes, n_members=n)
    kept = np.array([values[rows.member] for values in numbers]).reshape(len(numbers), len(rows.member))
    coded = np.array([column[rows.member] for column in codes], dtype=np.int8).reshape(len(codes), len(rows.member))
    return EncodedAttributes(
        encoding=encoded.encoding,
        numbers=np.nan_to_num(kept),
        observed=~np.isnan(kept),
        codes=coded,
        weights=rows.weights,
        row_of_member=rows.row_of_member,
        log_slope=0.0,
    )
