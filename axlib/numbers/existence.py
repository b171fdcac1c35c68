"""Are there distinct groups, or one cloud cut into bands? The gain in fit of k classes, against a world without any.

Classes describe a gradient too: they cut it into bands, and the cut fits better than one class. So the gain of k
classes over one is compared with the gain in worlds of the same margins and rank correlations that hold no groups.

References
----------
McLachlan (1987), On bootstrapping the likelihood ratio test statistic for the number of components in a normal
mixture, Applied Statistics 36.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.features import Covariance
from axlib.numbers.mixture import Mixture, fit_mixture
from axlib.numbers.no_groups import assemble_rows, describe_no_groups, draw_no_groups
from axlib.numbers.starts import take_rows

Floats = NDArray[np.float64]
#: Above this many members a sample of them is tested: each world is fitted anew.
MOST_MEMBERS = 3000
N_STARTS = 5
#: Worlds without groups drawn for each world with the fitted classes.
POWER_DRAWS = 5
_TOLERANCE = 1e-5
#: At or below this share of worlds without groups that gain as much, groups are there.
SIGNIFICANT = 0.05


@dataclass(frozen=True, eq=False)
class GainInFit:
    """The gain of k classes over one, in nats per member.

    Attributes
    ----------
    observed : float
    without_groups : ndarray, shape (n_worlds,)
        In worlds without groups.
    power : float
        How often the fitted classes, were they there, would be told from a world without groups; NaN where it
        was not asked, for groups were found or no such worlds were to be drawn.
    n_members : int
        Members tested.
    """

    observed: float
    without_groups: Floats
    power: float
    n_members: int

    @property
    def p_value(self) -> float:
        """Share of worlds without groups, and of the one observed, that gain as much."""
        return float((1 + (self.without_groups >= self.observed).sum()) / (1 + len(self.without_groups)))


def gain_of_classes(encoded: EncodedAttributes, *, k: int, covariance: Covariance, rng: np.random.Generator) -> float:
    """Log-likelihood of k classes less that of one, per member with any answer."""
    one = fit_mixture(encoded, k=1, covariance=covariance, tolerance=_TOLERANCE, rng=rng)
    many = fit_mixture(
        encoded, k=k, n_starts=N_STARTS, covariance=covariance, tolerance=_TOLERANCE, max_iterations=200, rng=rng
    )
    return (many.log_likelihood - one.log_likelihood) / encoded.n_informative


def draw_from_classes(encoded: EncodedAttributes, mixture: Mixture, *, rng: np.random.Generator) -> EncodedAttributes:
    """Draw as many members from the fitted classes, who lack the answers that the members lack."""
    row = encoded.row_of_member
    group = rng.choice(mixture.k, size=encoded.n_members, p=mixture.weights / mixture.weights.sum())
    d = len(encoded.numbers)
    noise = rng.standard_normal((encoded.n_members, d))
    if mixture.covariances is None:
        drawn = mixture.means[group] + noise * np.sqrt(mixture.variances[group])
    else:
        drawn = mixture.means[group] + (np.linalg.cholesky(mixture.covariances)[group] @ noise[:, :, None])[:, :, 0]
    numbers = [np.where(encoded.observed[j][row], drawn[:, j], np.nan) for j in range(d)]
    codes, place = [], 0
    for j, n in enumerate(encoded.encoding.level_counts):
        steps = np.cumsum(mixture.probabilities[:, place : place + n], axis=1)[:, :-1]
        level = (rng.random(encoded.n_members)[:, None] > steps[group]).sum(axis=1)
        codes.append(np.where(encoded.codes[j][row] >= 0, level, -1).astype(np.int8))
        place += n
    return assemble_rows(encoded, numbers, codes)


def _sample_members(encoded: EncodedAttributes, rng: np.random.Generator) -> EncodedAttributes:
    if encoded.n_members <= MOST_MEMBERS:
        return encoded
    chosen = rng.choice(encoded.n_members, size=MOST_MEMBERS, replace=False)
    rows, counts = np.unique(encoded.row_of_member[chosen], return_counts=True)
    members = np.repeat(np.arange(len(rows)), counts).astype(np.int32)
    return replace(take_rows(encoded, rows.astype(np.int64)), weights=counts.astype(np.float64), row_of_member=members)


def compare_gain(
    encoded: EncodedAttributes, mixture: Mixture, *, n_worlds: int, n_power_worlds: int, rng: np.random.Generator
) -> GainInFit:
    """Compare the gain in fit of a mixture's classes with that in worlds without groups.

    Parameters
    ----------
    encoded : EncodedAttributes
        The members the mixture was fitted to.
    mixture : Mixture
        Of two classes or more; its number of classes and form of covariance are fitted to every world.
    n_worlds : int
        Worlds without groups.
    n_power_worlds : int
        Worlds with the fitted classes, drawn where no groups were found: would these classes have been seen, among
        so few members? Each is compared with worlds of its own margins and correlations. 0: not asked.
    rng : Generator
    """
    encoded = _sample_members(encoded, rng)

    def gain(world: EncodedAttributes) -> float:
        return gain_of_classes(world, k=mixture.k, covariance=mixture.covariance, rng=rng)

    def gains_without(members: EncodedAttributes, n: int) -> Floats:
        cloud = describe_no_groups(members)
        return np.array([gain(draw_no_groups(members, cloud, rng=rng)) for _ in range(n)])

    result = GainInFit(gain(encoded), gains_without(encoded, n_worlds), float("nan"), encoded.n_members)
    if result.p_value <= SIGNIFICANT or n_power_worlds == 0:
        return result
    gains, means, spreads = [], [], []
    for _ in range(n_power_worlds):
        world = draw_from_classes(encoded, mixture, rng=rng)
        without = gains_without(world, POWER_DRAWS)
        gains.append(gain(world))
        means.append(without.mean())
        spreads.append(without.var(ddof=1))
    # A few draws tell each world's mean; how widely they spread is much the same in all, and told by all.
    limit = np.array(means) + ndtri(1 - SIGNIFICANT) * np.sqrt(np.mean(spreads))
    return replace(result, power=float((np.array(gains) > limit).mean()))
