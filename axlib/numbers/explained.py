"""How much of a number a table of attributes explains, on members not used to fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def design_matrix(table: pd.DataFrame, *, kinds: Mapping[str, str]) -> NDArray[np.float64]:
    """Write attributes as columns of numbers: numbers standardised, categories as indicators.

    A missing number is the mean, with an indicator of its own; a missing category is a category.

    Parameters
    ----------
    table : DataFrame
    kinds : mapping of str to str
        Attribute -> numeric, ordinal (both numbers here) or categorical.

    Returns
    -------
    array, shape (n_members, n_columns)
        The first column is 1.
    """
    columns: list[NDArray[np.float64]] = [np.ones(len(table))]
    for name, kind in kinds.items():
        if kind == "categorical":
            codes, levels = pd.factorize(table[name], sort=True, use_na_sentinel=False)
            columns += [(codes == level).astype(float) for level in range(1, len(levels))]
            continue
        values = table[name].to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(values)
        if not known.any():
            continue
        spread = values[known].std() or 1.0
        columns.append(np.where(known, (np.nan_to_num(values) - values[known].mean()) / spread, 0.0))
        if not known.all():
            columns.append(known.astype(float))
    return np.column_stack(columns)


def out_of_sample_r2(
    design: NDArray[np.float64], target: NDArray[np.float64], *, rng: np.random.Generator, n_folds: int = 5
) -> float:
    """Share of a target's variance that least squares predict on members left out of the fit.

    Parameters
    ----------
    design : array, shape (n_members, n_columns)
    target : array, shape (n_members,)
        No missing values.
    rng : Generator
        Shares members out among the folds.
    n_folds : int

    Returns
    -------
    float
        1 for perfect prediction, 0 or less for none; NaN with fewer than 20 members or a constant target.

    Notes
    -----
    1 - Σ(y - ŷ)² / Σ(y - ȳ)², where each ŷ and its ȳ come from the other folds.
    """
    n = len(target)
    if n < 20 or np.ptp(target) == 0:
        return float("nan")
    folds = rng.permutation(n) % n_folds
    residual = baseline = 0.0
    for fold in range(n_folds):
        train, test = folds != fold, folds == fold
        # Directions that hardly vary in the training members are dropped, not divided by.
        weights, *_ = np.linalg.lstsq(design[train], target[train], rcond=1e-8)
        residual += float(((target[test] - design[test] @ weights) ** 2).sum())
        baseline += float(((target[test] - target[train].mean()) ** 2).sum())
    return 1 - residual / baseline
