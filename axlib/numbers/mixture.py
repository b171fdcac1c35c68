"""The latent class model: members of a few unseen classes, answers independent within each.

A number is normal within a class, where numbers may be correlated; an ordinal or categorical answer has a
probability for each level.
Missing answers are left out of a member's likelihood, which is exact under missing at random.

References
----------
Dempster, Laird and Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm.
Vermunt and Magidson (2002), Latent class cluster analysis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.class_parameters import ClassParameters
from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.expectation_maximisation import Ascent, iterate_posteriors
from axlib.numbers.features import Covariance, build_features, find_patterns
from axlib.numbers.starts import climb_from_starts
from axlib.words.errors import DataError

Floats = NDArray[np.float64]

MOST_CORRELATED = 25
"""Numbers whose covariances can be estimated: 25 have 325 of them in each class."""

MOST_PATTERNS = 1000
"""Patterns of missing numbers with coefficients of their own."""


@dataclass(frozen=True, eq=False, repr=False)
class Mixture:
    """A fitted latent class model; the largest class comes first.

    Attributes
    ----------
    k : int
        Number of classes.
    weights : ndarray, shape (k,)
        Share of each class.
    means, variances : ndarray, shape (k, n_numeric)
        Of the transformed, standardised numbers.
    probabilities : ndarray, shape (k, sum of level counts)
        Of each level of each answer, answers side by side in the encoding's order.
    covariance : {"diagonal", "full"}
        Whether numbers are independent within a class.
    covariances : ndarray, shape (k, n_numeric, n_numeric), or None
        Of the transformed, standardised numbers, where ``covariance`` is full.
    sizes : ndarray, shape (k,)
        Expected members of each class: sums of posteriors over members with at least one answer.
    n_members : float
        Members with at least one answer.
    log_likelihood : float
        Of those members, in the attributes' own units.
    n_parameters : int
    bic : float
        -2 log-likelihood + n_parameters × log(n_members); less is better.
    converged : bool
    iterations : int
        On all members; what was spent on subsamples is not counted.
    history : ndarray, shape (iterations,)
        The objective (log-likelihood plus log prior) of each iteration; it never falls.
    prior_members : float
        Extra members that look like all members together, given to each class.
    """

    k: int
    weights: Floats
    means: Floats
    variances: Floats
    probabilities: Floats
    covariance: Covariance
    covariances: Floats | None
    sizes: Floats
    n_members: float
    log_likelihood: float
    n_parameters: int
    bic: float
    converged: bool
    iterations: int
    history: Floats
    prior_members: float

    @property
    def parameters(self) -> ClassParameters:
        """The parameters as one model for the E-step."""
        covariances = None if self.covariances is None else self.covariances[None]
        return ClassParameters(
            self.weights[None], self.means[None], self.variances[None], self.probabilities[None], covariances
        )


def count_parameters(encoded: EncodedAttributes, *, k: int, covariance: Covariance = "diagonal") -> int:
    """Free parameters: k - 1 shares; by class the means, the variances or covariances, levels - 1 per answer.

    Examples
    --------
    >>> import pandas as pd
    >>> from axlib.numbers.encoding import encode_attributes
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 4.0], "y": [1.0, 0.0, 5.0], "mode": ["a", "b", "c"]})
    >>> encoded = encode_attributes(table, kinds={"x": "numeric", "y": "numeric", "mode": "categorical"})
    >>> count_parameters(encoded, k=2), count_parameters(encoded, k=2, covariance="full")
    (13, 15)
    """
    d = len(encoded.numbers)
    spread = d if covariance == "diagonal" else d * (d + 1) // 2
    return k - 1 + k * (d + spread + sum(n - 1 for n in encoded.encoding.level_counts))


def refuse_full(encoded: EncodedAttributes) -> list[str]:
    """Say why full covariances cannot be fitted to these members; an empty list where they can."""
    d, n_patterns = len(encoded.numbers), len(find_patterns(encoded)[0])
    if d < 2:
        return [f"fit_mixture: full covariance needs at least 2 numeric attributes. Got {d}. Use diagonal."]
    if d > MOST_CORRELATED:
        return [f"fit_mixture: full covariance takes at most {MOST_CORRELATED} numeric attributes. Got {d}."]
    if n_patterns > MOST_PATTERNS:
        return [
            f"fit_mixture: full covariance takes at most {MOST_PATTERNS} patterns of missing numbers. "
            f"Got {n_patterns}. Use diagonal, or leave out the numbers missing most often."
        ]
    return []


def _fit_iv(
    encoded: EncodedAttributes, k: int, n_starts: int, tolerance: float, iterations: int, prior: float, form: str
) -> None:
    distinct = int(encoded.answered.sum())
    problems = []
    if not 1 <= k <= distinct:
        problems.append(
            f"fit_mixture: k must be between 1 and {distinct}, the number of distinct answer patterns. Got {k}."
        )
    if n_starts < 1:
        problems.append(f"fit_mixture: n_starts must be at least 1. Got {n_starts}.")
    if not tolerance > 0:
        problems.append(f"fit_mixture: tolerance must be above 0. Got {tolerance}.")
    if iterations < 2:
        problems.append(f"fit_mixture: max_iterations must be at least 2. Got {iterations}.")
    if not prior >= 0:
        problems.append(f"fit_mixture: prior_members must not be below 0. Got {prior}.")
    if form not in ("diagonal", "full"):
        problems.append(f"fit_mixture: covariance must be diagonal or full. Got {form!r}.")
    elif form == "full":
        problems += refuse_full(encoded)
    if problems:
        raise DataError(*problems)


def order_classes(parameters: ClassParameters) -> NDArray[np.int64]:
    """Order the classes of one model: largest first; equal ones by what they are, not by how they were found."""
    content = np.concatenate([parameters.probabilities[0], parameters.means[0]], axis=1).round(4)
    keys = [*content.T[::-1], -parameters.weights[0].round(4)]
    return np.lexsort(keys).astype(np.int64)


def assemble_mixture(
    encoded: EncodedAttributes, ascent: Ascent, *, k: int, covariance: Covariance, prior_members: float
) -> Mixture:
    """Make the one model an ascent ended in a mixture, its classes in order."""
    order = order_classes(ascent.parameters)
    n_members = encoded.n_informative
    log_likelihood = float(ascent.log_likelihood[0]) + encoded.log_slope
    n_parameters = count_parameters(encoded, k=k, covariance=covariance)
    return Mixture(
        k=k,
        weights=ascent.parameters.weights[0, order],
        means=ascent.parameters.means[0, order],
        variances=ascent.parameters.variances[0, order],
        probabilities=ascent.parameters.probabilities[0, order],
        covariance=covariance,
        covariances=None if ascent.parameters.covariances is None else ascent.parameters.covariances[0, order],
        sizes=ascent.sizes[0, order],
        n_members=n_members,
        log_likelihood=log_likelihood,
        n_parameters=n_parameters,
        bic=-2.0 * log_likelihood + n_parameters * float(np.log(n_members)),
        converged=bool(ascent.converged[0]),
        iterations=len(ascent.history),
        history=np.array([float(objective[0]) for objective in ascent.history]) + encoded.log_slope,
        prior_members=prior_members,
    )


def fit_mixture(
    encoded: EncodedAttributes,
    *,
    k: int,
    n_starts: int = 10,
    tolerance: float = 1e-6,
    max_iterations: int = 500,
    prior_members: float = 1.0,
    covariance: Covariance = "diagonal",
    rng: np.random.Generator,
) -> Mixture:
    """Fit a mixture of k classes by expectation-maximisation from many starts.

    Parameters
    ----------
    encoded : EncodedAttributes
    k : int
        Number of classes, at most the number of distinct answer patterns.
    n_starts : int
        Random starts; all but the best are given up on the way.
    tolerance : float
        EM stops when an iteration raises the objective by less than this many nats per member.
    max_iterations : int
        On all members, and on each subsample before.
    prior_members : float
        Each class is given this many extra members who look like all members together (the Bayes constants
        of Vermunt and Magidson). It keeps small classes from claiming that an answer is impossible.
        0 is maximum likelihood.
    covariance : {"diagonal", "full"}
        Whether numbers are independent within a class or may be correlated there.
    rng : Generator

    Returns
    -------
    Mixture
        The same whatever the order of the rows; for the same state of ``rng`` the same to the bit.

    Raises
    ------
    DataError
        More classes than distinct answer patterns, or an impossible parameter.
    """
    _fit_iv(encoded, k, n_starts, tolerance, max_iterations, prior_members, covariance)
    ascent = climb_from_starts(
        encoded,
        k=k,
        n_starts=n_starts if k > 1 else 1,
        tolerance=tolerance,
        max_iterations=max_iterations,
        prior_members=prior_members,
        covariance=covariance,
        rng=rng,
    )
    return assemble_mixture(encoded, ascent, k=k, covariance=covariance, prior_members=prior_members)


def posterior(mixture: Mixture, encoded: EncodedAttributes) -> Floats:
    """Probability of each class for each member.

    Parameters
    ----------
    mixture : Mixture
    encoded : EncodedAttributes
        The members fitted, or others encoded like them by ``encode_like``.

    Returns
    -------
    ndarray, shape (n_members, k)
        Rows sum to 1, in the table's order. A member without any answer gets the classes' shares.
    """
    blocks = build_features(encoded, covariance=mixture.covariance)
    # Members in the order of their rows, so that each block goes straight to its members.
    counts = np.bincount(encoded.row_of_member, minlength=encoded.n_distinct)
    ends = np.concatenate([[0], np.cumsum(counts)])
    if encoded.n_distinct == encoded.n_members:
        members = np.empty(encoded.n_members, dtype=np.int64)
        members[encoded.row_of_member] = np.arange(encoded.n_members)
    else:
        members = np.argsort(encoded.row_of_member)
    probabilities = np.empty((encoded.n_members, mixture.k))
    for rows, posteriors, _ in iterate_posteriors(blocks, mixture.parameters):
        own = members[ends[rows.start] : ends[rows.stop]]
        probabilities[own] = posteriors.T[encoded.row_of_member[own] - rows.start]
    return probabilities
