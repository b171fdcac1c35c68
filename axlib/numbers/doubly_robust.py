"""The difference a treatment goes with among comparable members, right if either of two models is.

One model says who is treated, the other what becomes of whom; each member is weighed and told by models that have not
seen it (cross-fitting). The estimate is the mean of one number per member, its influence, whose spread gives the
interval.

References
----------
.. [1] Robins, Rotnitzky, Zhao (1994), Estimation of regression coefficients when some regressors are not always
   observed, JASA 89.
.. [2] Chernozhukov et al. (2018), Double/debiased machine learning for treatment and structural parameters, The
   Econometrics Journal 21.
.. [3] Crump, Hotz, Imbens, Mitnik (2009), Dealing with limited overlap in estimation of average treatment effects,
   Biometrika 96.
.. [4] Kish (1965), Survey Sampling, section 11.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import t

from axlib.numbers.cross_validation import spread_of_mean
from axlib.numbers.regression import fit_logistic

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]
Target = Literal["all", "treated"]

#: Chances of treatment nearer to 0 or 1 than this have hardly any like on the other side.
THIN = 0.05
#: Chances are kept this far from 0 and 1 where they divide.
_LEAST = 0.005


@dataclass(frozen=True)
class Adjusted:
    """A difference of means among comparable members.

    Attributes
    ----------
    estimate, low, high, p_value : float
    treated_mean, control_mean : float
        Of the target population, were all treated, and were none.
    ratio, ratio_low, ratio_high : float
        Treated ÷ control mean; NaN where either is not above 0.
    clusters : int
        0 where members are taken one by one.
    chance : array, shape (n,)
        Each member's chance of being treated, by fits that have not seen it.
    weights : array, shape (n,)
        What each member's own outcome counts.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    treated_mean: float
    control_mean: float
    ratio: float
    ratio_low: float
    ratio_high: float
    clusters: int
    chance: Floats
    weights: Floats

    @property
    def thin_share(self) -> float:
        """Share of members whose chance of treatment is below 0.05, or above 0.95."""
        return float(((self.chance < THIN) | (self.chance > 1 - THIN)).mean())


def estimate_adjusted(
    design: Floats,
    treated: Flags,
    outcome: Floats,
    *,
    target: Target = "all",
    clusters: Codes | None = None,
    n_folds: int = 5,
    n_repeats: int = 3,
    level: float = 0.95,
    rng: np.random.Generator,
) -> Adjusted:
    """Estimate the difference between treated and untreated members who are alike in what was measured.

    Parameters
    ----------
    design : array, shape (n, n_columns)
        What makes members alike; the first column is 1, the others have a spread of about 1.
    treated : array of bool, shape (n,)
    outcome : array, shape (n,)
        0 and 1, or an amount.
    target : {'all', 'treated'}
        Of whom the difference is told: all members here, or the treated.
    clusters : array of int, shape (n,), optional
        Members of one cluster may fare alike.
    n_folds, n_repeats : int
        Members are shared out among folds several times, and each one's influence is averaged.
    level : float
    rng : Generator

    Returns
    -------
    Adjusted

    Notes
    -----
    With e the chance of treatment and m1, m0 the outcomes expected with and without it, each member's influence is
    m1 - m0 + A (Y - m1) / e - (1 - A) (Y - m0) / (1 - e) for all members [1]_, [2]_; for the treated it is
    [A - (1 - A) e / (1 - e)] (Y - m0) ÷ the share treated. The models are logistic and linear regressions.
    """
    n, binary = len(outcome), bool(np.isin(outcome, (0.0, 1.0)).all())
    a = treated.astype(float)
    with_it, without_it, chances, weights = (np.zeros(n) for _ in range(4))
    for _ in range(n_repeats):
        chance, m1, m0 = _cross_fit(design, treated, outcome, binary, _folds(treated, clusters, n_folds, rng))
        e = np.clip(chance, _LEAST, 1 - _LEAST)
        if target == "all":
            with_it += m1 + a * (outcome - m1) / e
            without_it += m0 + (1 - a) * (outcome - m0) / (1 - e)
            weights += a / e + (1 - a) / (1 - e)
        else:
            with_it += a * outcome / a.mean()
            without_it += (a * m0 + (1 - a) * e / (1 - e) * (outcome - m0)) / a.mean()
            weights += a + (1 - a) * e / (1 - e)
        chances += chance
    with_it, without_it, chances, weights = (part / n_repeats for part in (with_it, without_it, chances, weights))
    one, zero = float(with_it.mean()), float(without_it.mean())
    # The share of treated members is estimated too, where it is they of whom the difference is told.
    share = a / a.mean() if target == "treated" else np.ones(n)
    of_one, of_zero = with_it - one * share, without_it - zero * share
    spread, freedom, count = spread_of_mean(of_one - of_zero, clusters)
    critical = float(t.ppf((1 + level) / 2, freedom))
    estimate = one - zero
    p_value = float(2 * t.sf(abs(estimate) / spread, freedom)) if spread > 0 else 1.0
    ratio = ratio_low = ratio_high = float("nan")
    if one > 0 and zero > 0:
        log_spread, *_ = spread_of_mean(of_one / one - of_zero / zero, clusters)
        ratio = one / zero
        ratio_low, ratio_high = ratio * np.exp(-critical * log_spread), ratio * np.exp(critical * log_spread)
    return Adjusted(
        estimate, estimate - critical * spread, estimate + critical * spread, p_value, one, zero,
        ratio, float(ratio_low), float(ratio_high), count, chances, weights,
    )  # fmt: skip


def effective_number(weights: Floats) -> float:
    """Number of members of equal weight that would tell as much [4]_.

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 1.0, 1.0])), round(effective_number(np.array([10.0, 1.0, 1.0])), 2)
    (4.0, 1.41)
    """
    return float(weights.sum() ** 2 / (weights**2).sum()) if (weights > 0).any() else 0.0


def standardised_differences(design: Floats, treated: Flags, weights: Floats | None = None) -> Floats:
    """Difference of each column's mean between treated and others, in standard deviations of both together.

    Parameters
    ----------
    design : array, shape (n, n_columns)
    treated : array of bool, shape (n,)
    weights : array, shape (n,), optional

    Returns
    -------
    array, shape (n_columns,)
        0 for a column that is the same for all.
    """
    w = np.ones(len(treated)) if weights is None else weights
    means = [np.average(design[side], axis=0, weights=w[side]) for side in (treated, ~treated)]
    spread = np.sqrt((design[treated].var(axis=0) + design[~treated].var(axis=0)) / 2)
    return np.asarray(np.divide(means[0] - means[1], spread, out=np.zeros_like(spread), where=spread > 1e-12))


def _folds(treated: Flags, clusters: Codes | None, n_folds: int, rng: np.random.Generator) -> Codes:
    """Folds with treated and others alike in each; clusters stay whole where there are enough of them."""
    if clusters is not None:
        _, codes = np.unique(clusters, return_inverse=True)
        count = int(codes.max()) + 1
        if 4 * n_folds <= count < len(treated):
            return np.asarray((rng.permutation(count) % n_folds)[codes], dtype=np.intp)
    folds = np.empty(len(treated), dtype=np.intp)
    for side in (treated, ~treated):
        folds[side] = rng.permutation(int(side.sum())) % n_folds
    return folds


def _cross_fit(
    design: Floats, treated: Flags, outcome: Floats, binary: bool, folds: Codes
) -> tuple[Floats, Floats, Floats]:
    chance, m1, m0 = (np.empty(len(outcome)) for _ in range(3))
    for fold in range(int(folds.max()) + 1):
        test, train = folds == fold, folds != fold
        chance[test] = expit(design[test] @ fit_logistic(design[train], treated[train].astype(float)))
        for expected, side in ((m1, treated), (m0, ~treated)):
            rows = train & side
            expected[test] = _tell(design[rows], outcome[rows], design[test], binary)
    return chance, m1, m0


def _tell(design: Floats, outcome: Floats, new: Floats, binary: bool) -> Floats:
    if binary:
        return np.asarray(expit(new @ fit_logistic(design, outcome, penalty=1.0)), dtype=np.float64)
    weights, *_ = np.linalg.lstsq(design, outcome, rcond=1e-8)
    return np.asarray(new @ weights, dtype=np.float64)
