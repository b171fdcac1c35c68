"""What an answer not yet given is expected to tell about a member's group, by a fitted mixture.

Before a question is asked, the mixture says how probable each answer is, and what each would make of the probabilities
of the groups. The expected fall of their entropy is the information the answer holds about the group.

References
----------
.. [1] Lindley (1956), On a measure of the information provided by an experiment, Ann. Math. Statist. 27.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from axlib.numbers.encoding import Attribute, EncodedAttributes
from axlib.numbers.features import find_patterns
from axlib.numbers.mixture import Mixture

Floats = NDArray[np.float64]
#: Points per class that stand for the values of a number, each for as much probability.
N_NODES = 32
#: Numbers held at once.
_BLOCK = 2_000_000


class AnswerValue(NamedTuple):
    """What one answer is expected to tell of each row.

    Attributes
    ----------
    gain : array, shape (n_rows,)
        Expected fall of the entropy of the groups, in bits.
    sure : array, shape (n_rows,)
        Probability that the most probable group will be at least as probable as asked.
    """

    gain: Floats
    sure: Floats


def entropy_bits(shares: Floats) -> Floats:
    """Entropy of probabilities along the last axis, in bits.

    Examples
    --------
    >>> entropy_bits(np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
    [1.0, 0.0]
    """
    # Adding zero turns the -0.0 of a certain row into 0.0.
    return -(shares * np.log2(np.where(shares > 0, shares, 1.0))).sum(axis=-1) + 0.0


def value_answer(
    mixture: Mixture,
    encoded: EncodedAttributes,
    attribute: Attribute,
    *,
    posteriors: Floats,
    merge: Floats,
    least: float,
    rows: NDArray[np.intp],
) -> AnswerValue:
    """Expected gain of learning one attribute of rows that lack it [1]_.

    Parameters
    ----------
    mixture : Mixture
    encoded : EncodedAttributes
    attribute : Attribute
        One that varies.
    posteriors : array, shape (n_distinct, k)
        Of the classes, given what is known.
    merge : array, shape (k, n_groups)
        1 where a class belongs to a group.
    least : float
        Probability from which on a group counts as sure.
    rows : array of int
        Distinct rows that lack the attribute.

    Notes
    -----
    Levels are summed over; a number stands at the middles of 32 equally probable parts of each class, conditional on
    the row's other numbers where they are correlated.
    """
    k = mixture.k
    if attribute.kind == "numeric":
        each = k * N_NODES * (k + merge.shape[1])
    else:
        each = len(attribute.levels) * (k + merge.shape[1])
    gain, sure = np.empty(len(rows)), np.empty(len(rows))
    size = max(1, _BLOCK // each)
    for start in range(0, len(rows), size):
        here = slice(start, start + size)
        own = posteriors[rows[here]]
        if attribute.kind == "numeric":
            weights, after = _after_number(mixture, encoded, attribute, own, rows[here])
        else:
            weights, after = _after_level(mixture, encoded, attribute, own)
        groups = after @ merge
        gain[here] = entropy_bits(own @ merge) - (weights * entropy_bits(groups)).sum(axis=1)
        sure[here] = (weights * (groups.max(axis=-1) >= least)).sum(axis=1)
    # Rounding may leave a trifle below nothing.
    return AnswerValue(np.maximum(gain, 0.0), np.clip(sure, 0.0, 1.0))


def _after_level(
    mixture: Mixture, encoded: EncodedAttributes, attribute: Attribute, own: Floats
) -> tuple[Floats, Floats]:
    """Probability of each level, shape (n, levels), and of the classes after it, shape (n, levels, k)."""
    coded = encoded.encoding.coded
    place = [other.name for other in coded].index(attribute.name)
    start = sum(encoded.encoding.level_counts[:place])
    chances = mixture.probabilities[:, start : start + len(attribute.levels)]
    joint = own[:, None, :] * chances.T[None]
    weights = joint.sum(axis=-1)
    return weights, joint / np.maximum(weights, 1e-300)[..., None]


def _after_number(
    mixture: Mixture, encoded: EncodedAttributes, attribute: Attribute, own: Floats, rows: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Weights of the points, shape (n, k × nodes), and the classes' probabilities there, shape (n, k × nodes, k)."""
    means, variances = _condition(mixture, encoded, attribute, rows)
    nodes = ndtri((np.arange(N_NODES) + 0.5) / N_NODES)
    points = means[:, :, None] + np.sqrt(variances)[:, :, None] * nodes
    points = points.reshape(len(rows), -1, 1)
    log_density = -0.5 * (np.square(points - means[:, None, :]) / variances[:, None, :] + np.log(variances)[:, None, :])
    log_joint = log_density + np.log(np.maximum(own, 1e-300))[:, None, :]
    joint = np.exp(log_joint - log_joint.max(axis=-1, keepdims=True))
    weights = np.repeat(own / N_NODES, N_NODES, axis=1)
    return weights, joint / joint.sum(axis=-1, keepdims=True)


def _condition(
    mixture: Mixture, encoded: EncodedAttributes, attribute: Attribute, rows: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Mean and variance of a number in each class, given each row's other numbers; shape (n, k)."""
    place = [other.name for other in encoded.encoding.numeric].index(attribute.name)
    means = np.repeat(mixture.means[None, :, place], len(rows), axis=0)
    variances = np.repeat(mixture.variances[None, :, place], len(rows), axis=0)
    if mixture.covariances is None:
        return means, variances
    patterns, starts = find_patterns(encoded)
    pattern_of = np.searchsorted(starts, rows, side="right") - 1
    for pattern in np.unique(pattern_of):
        known = np.flatnonzero(patterns[pattern])
        here = np.flatnonzero(pattern_of == pattern)
        numbers = encoded.numbers[np.ix_(known, rows[here])].T
        for c, covariance in enumerate(mixture.covariances):
            slopes = np.linalg.solve(covariance[np.ix_(known, known)], covariance[known, place])
            means[here, c] = mixture.means[c, place] + (numbers - mixture.means[c, known]) @ slopes
            variances[here, c] = covariance[place, place] - covariance[place, known] @ slopes
    return means, variances
