"""How many classes: by BIC, among those whose smallest class is large enough to be useful."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from axlib.numbers.encoding import EncodedAttributes
from axlib.numbers.features import Covariance
from axlib.numbers.mixture import Mixture, fit_mixture, refuse_full
from axlib.words.errors import DataError


def _choose_iv(encoded: EncodedAttributes, ks: list[int], min_class_size: float) -> list[int]:
    distinct = int(encoded.answered.sum())
    problems = []
    if not ks or min(ks) < 1:
        problems.append(f"choose_mixture: ks must be numbers of classes of at least 1. Got {ks}.")
    elif min(ks) > distinct:
        problems.append(
            f"choose_mixture: ks must not all exceed {distinct}, the number of distinct answer patterns. Got {ks}."
        )
    if not 0 <= min_class_size <= encoded.n_informative:
        problems.append(
            f"choose_mixture: min_class_size must be between 0 and {encoded.n_informative:.0f}, the members "
            f"with any answer. Got {min_class_size}."
        )
    if problems:
        raise DataError(*problems)
    return [k for k in ks if k <= distinct]


def _has_passed_its_best(bics: list[float]) -> bool:
    """Whether the BIC has risen twice in a row: with covariances, every class more costs much and gains less."""
    return len(bics) > 2 and (bool(np.isnan(bics[-1])) or bics[-1] > bics[-2] > bics[-3])


def choose_mixture(
    encoded: EncodedAttributes,
    *,
    ks: Iterable[int] = range(1, 9),
    n_starts: int = 10,
    min_class_size: float,
    prior_members: float = 1.0,
    covariance: Literal["auto", "diagonal", "full"] = "auto",
    rng: np.random.Generator,
) -> tuple[Mixture, pd.DataFrame]:
    """Fit mixtures of several sizes and choose the one of least BIC whose classes are all of useful size.

    Parameters
    ----------
    encoded : EncodedAttributes
    ks : iterable of int
        Numbers of classes to try; those above the number of distinct answer patterns are left out. With 1
        among them, "no classes" is a possible answer.
    n_starts, prior_members
        As in ``fit_mixture``.
    min_class_size : float
        Least expected members of the smallest class. A single class is always allowed; where no mixture
        qualifies, the one with the fewest classes is chosen.
    covariance : {"auto", "diagonal", "full"}
        Whether numbers are independent within a class. ``auto`` fits both for each k and keeps the one of
        less BIC; full covariances only until their BIC has risen twice in a row, and not where they cannot
        be fitted (fewer than two numbers, or too many).
    rng : Generator
        Each k draws from a child of its own, so the result for one k does not depend on which others are
        tried before it.

    Returns
    -------
    mixture : Mixture
    trade_off : DataFrame, one row per k
        ``k``, ``covariance``, ``log_likelihood``, ``n_parameters``, ``bic``, ``smallest_class`` (expected
        members), ``useful`` (the smallest class is large enough), ``converged``, ``chosen``, and
        ``bic_diagonal``, ``bic_full`` of the form kept and the one not kept (NaN where not fitted).

    Notes
    -----
    BIC wants evidence for every class: with few members it finds fewer classes than there are. That is a
    limit of what so few members can show, not a finding about them.
    """
    sizes = _choose_iv(encoded, sorted(set(ks)), min_class_size)
    forms: tuple[Covariance, ...] = ("diagonal", "full") if covariance == "auto" else (covariance,)
    if covariance == "auto" and refuse_full(encoded):
        forms = ("diagonal",)
    children = rng.spawn(2 * max(sizes))
    mixtures = []
    bics: dict[Covariance, list[float]] = {"diagonal": [], "full": []}
    for k in sizes:
        fits = [
            fit_mixture(
                encoded,
                k=k,
                n_starts=n_starts,
                prior_members=prior_members,
                covariance=form,
                rng=children[2 * (k - 1) + (form == "full")],
            )
            for form in forms
            if len(forms) == 1 or form == "diagonal" or not _has_passed_its_best(bics["full"])
        ]
        mixtures.append(min(fits, key=lambda mixture: mixture.bic))
        for form, values in bics.items():
            values.append(next((fit.bic for fit in fits if fit.covariance == form), np.nan))
    useful = [m.k == 1 or float(m.sizes.min()) >= min_class_size for m in mixtures]
    eligible = [m for m, is_useful in zip(mixtures, useful, strict=True) if is_useful] or mixtures[:1]
    chosen = min(eligible, key=lambda m: m.bic)
    trade_off = pd.DataFrame(
        {
            "k": [m.k for m in mixtures],
            "covariance": [m.covariance for m in mixtures],
            "log_likelihood": [m.log_likelihood for m in mixtures],
            "n_parameters": [m.n_parameters for m in mixtures],
            "bic": [m.bic for m in mixtures],
            "smallest_class": [float(m.sizes.min()) for m in mixtures],
            "useful": useful,
            "converged": [m.converged for m in mixtures],
            "chosen": [m is chosen for m in mixtures],
            "bic_diagonal": bics["diagonal"],
            "bic_full": bics["full"],
        }
    )
    return chosen, trade_off
