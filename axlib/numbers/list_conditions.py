"""Conditions that rules may be made of: few cuts of each attribute, as texts of the rule language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.attribute_columns import AttributeKind

MOST_CUTS = 3
"""Cuts of a number, between shares of equal size, beside those declared."""

MOST_LEVELS = 8
"""Levels a condition may name: points of a scale, and the most frequent categories."""


def propose_conditions(
    table: pd.DataFrame,
    *,
    kinds: Mapping[str, AttributeKind],
    edges: Mapping[str, Sequence[float]] | None = None,
) -> tuple[str, ...]:
    """List the conditions worth trying: each cut of a scale or number from both sides, each category and all but it.

    Parameters
    ----------
    table : DataFrame, one row per member
        Scales and numbers as numbers, categories as text.
    kinds : mapping of str to {"numeric", "ordinal", "categorical"}
    edges : mapping of str to sequence of float, optional
        Declared cuts, tried beside the others.

    Returns
    -------
    tuple of str
        In the order of ``kinds``; whatever the order of the rows.

    Examples
    --------
    >>> members = pd.DataFrame({"need": [0.0, 2.0, 4.0], "mode": ["live", "async", "live"]})
    >>> propose_conditions(members, kinds={"need": "ordinal", "mode": "categorical"})
    ('need >= 2', 'need <= 0', 'need >= 4', 'need <= 2', "mode == 'async'", "mode != 'async'")
    """
    conditions: list[str] = []
    for name, kind in kinds.items():
        column = table[name].dropna()
        if column.nunique() < 2:
            continue
        if kind == "categorical":
            counts = column.astype("str").value_counts().sort_index().sort_values(ascending=False, kind="stable")
            levels = sorted(counts.index[:MOST_LEVELS])
            # Of two categories one says it all.
            levels = levels[:1] if len(counts) == 2 else levels
            conditions += [f"{name} {sign} {level!r}" for level in levels for sign in ("==", "!=")]
            continue
        values = np.unique(column.to_numpy(dtype=float))
        if kind == "ordinal" and len(values) <= MOST_LEVELS:
            for below, level in pairwise(values):
                conditions += [f"{name} >= {level:.15g}", f"{name} <= {below:.15g}"]
            continue
        for cut in _cut(column.to_numpy(dtype=float), (edges or {}).get(name, ())):
            conditions += [f"{name} >= {cut:.15g}", f"{name} < {cut:.15g}"]
    return tuple(conditions)


def _cut(values: NDArray[np.float64], declared: Sequence[float]) -> list[float]:
    """Cut a number between shares of equal size, at round numbers, and where it is declared."""
    shares = np.arange(1, MOST_CUTS + 1) / (MOST_CUTS + 1)
    found = {round_number(float(cut)) for cut in np.quantile(values, shares)} | set(map(float, declared))
    return sorted(cut for cut in found if values.min() < cut <= values.max())


def round_number(value: float) -> float:
    """Round to two significant digits: a rule is applied by hand.

    Examples
    --------
    >>> round_number(1234.0), round_number(0.0456), round_number(-7.0), round_number(0.0)
    (1200.0, 0.046, -7.0, 0.0)
    """
    return float(f"{value:.2g}")
