"""Which few questions tell most: a questionnaire in the order in which each next answer tells the most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.encoding import Encoding
from axlib.numbers.mixture import Mixture
from axlib.numbers.question_value import entropy_bits

Floats = NDArray[np.float64]


class Step(NamedTuple):
    """What is known after one more question.

    Attributes
    ----------
    attribute : str
    entropy : float
        Mean entropy of the groups left, in bits.
    placed : float
        Mean probability of the most probable group: members it is right for.
    sure : float
        Share of members whose most probable group is at least as probable as asked.
    """

    attribute: str
    entropy: float
    placed: float
    sure: float


def shorten_questions(
    mixture: Mixture, encoding: Encoding, *, merge: Floats, least: float, n_drawn: int, rng: np.random.Generator
) -> list[Step]:
    """Order attributes so that each next one leaves the least entropy of the groups.

    Parameters
    ----------
    mixture : Mixture
    encoding : Encoding
    merge : array, shape (k, n_groups)
    least : float
        Probability from which on a group counts as sure.
    n_drawn : int
        Members drawn from the mixture, over whom is averaged.
    rng : Generator

    Returns
    -------
    list of Step
        First what is known without any question (attribute empty), then a step per attribute.
    """
    classes = rng.choice(mixture.k, size=n_drawn, p=mixture.weights / mixture.weights.sum())
    levels = _draw_levels(mixture, encoding, classes, rng)
    numbers = _draw_numbers(mixture, classes, rng)
    names = [attribute.name for attribute in encoding.numeric]
    log_joint = np.repeat(np.log(mixture.weights)[None], n_drawn, axis=0)
    asked: list[int] = []
    left = [*levels, *names]
    steps = [_take_stock("", log_joint, merge, least)]
    while left:
        found = []
        for name in left:
            more = levels[name] if name in levels else _log_density(mixture, numbers, names.index(name), asked)
            found.append((_take_stock(name, log_joint + more, merge, least), more))
        step, more = min(found, key=lambda candidate: candidate[0].entropy)
        log_joint = log_joint + more
        left.remove(step.attribute)
        if step.attribute in names:
            asked.append(names.index(step.attribute))
        steps.append(step)
    return steps


def _take_stock(name: str, log_joint: Floats, merge: Floats, least: float) -> Step:
    joint = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    groups = joint / joint.sum(axis=1, keepdims=True) @ merge
    best = groups.max(axis=1)
    return Step(name, float(entropy_bits(groups).mean()), float(best.mean()), float((best >= least).mean()))


def _draw_levels(
    mixture: Mixture, encoding: Encoding, classes: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, Floats]:
    """Draw an answer of each member and return its log probability in each class, shape (n_drawn, k)."""
    drawn, start = {}, 0
    for attribute in encoding.coded:
        chances = mixture.probabilities[:, start : start + len(attribute.levels)]
        start += len(attribute.levels)
        steps = np.cumsum(chances, axis=1)[classes]
        code = (rng.random((len(classes), 1)) * steps[:, -1:] > steps[:, :-1]).sum(axis=1)
        drawn[attribute.name] = np.log(np.maximum(chances, 1e-300)).T[code]
    return drawn


def _draw_numbers(mixture: Mixture, classes: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    noise = rng.standard_normal((len(classes), mixture.means.shape[1]))
    if mixture.covariances is None:
        return mixture.means[classes] + np.sqrt(mixture.variances)[classes] * noise
    roots = np.linalg.cholesky(mixture.covariances)
    return mixture.means[classes] + np.einsum("nij,nj->ni", roots[classes], noise)


def _log_density(mixture: Mixture, numbers: Floats, place: int, given: list[int]) -> Floats:
    """Log density of one number in each class, given the numbers asked before; shape (n_drawn, k)."""
    found = np.empty((len(numbers), mixture.k))
    for c in range(mixture.k):
        mean: Floats | float = mixture.means[c, place]
        variance = float(mixture.variances[c, place])
        if mixture.covariances is not None and given:
            covariance = mixture.covariances[c]
            slopes = np.linalg.solve(covariance[np.ix_(given, given)], covariance[given, place])
            mean = mean + (numbers[:, given] - mixture.means[c, given]) @ slopes
            variance -= float(covariance[place, given] @ slopes)
        found[:, c] = -0.5 * (np.square(numbers[:, place] - mean) / variance + np.log(variance))
    return found
