"""Groups of members that a sample is drawn from and weighted by: cells of a few columns, none too small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from axlib.words.display import format_value
from axlib.words.errors import ConfigurationError, suggest

UNKNOWN, OTHER = "unknown", "other"
_BANDS = 3


def label_columns(members: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Write the columns that make strata as words: numbers in three bands of like size, missing as ``unknown``.

    Parameters
    ----------
    members : DataFrame
        ``member_id`` and the columns.
    by : sequence of str

    Returns
    -------
    DataFrame, index ``member_id``

    Raises
    ------
    ConfigurationError
        A column is not there, or holds days.
    """
    problems = []
    for name in by:
        if name not in members.columns:
            problems.append(f"strata: members have no column '{name}'. {suggest(name, map(str, members.columns))}")
        elif pd.api.types.is_datetime64_any_dtype(members[name]):
            problems.append(f"strata: '{name}' holds days. Give a number, such as years of membership.")
    if not by:
        problems.append("strata: name at least one column, such as the revenue tier.")
    if problems:
        raise ConfigurationError(*problems)
    labels = {name: _label(members[name]) for name in by}
    return pd.DataFrame(labels, index=pd.Index(members["member_id"], name="member_id"))


def _label(column: pd.Series) -> np.ndarray:
    known = column.notna().to_numpy()
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        if column.nunique() > _BANDS:
            return _band(column.to_numpy(dtype=float), known)
        places, distinct = pd.factorize(column)
        texts = [format_value(float(value), "number") for value in distinct.tolist()]
        return np.array([*texts, UNKNOWN], dtype=object)[places]
    return np.where(known, column.astype("str").to_numpy(dtype=object), UNKNOWN)


def _band(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    shares = np.arange(1, _BANDS) / _BANDS
    cuts = np.unique(np.quantile(values[known], shares, method="higher"))
    cuts = cuts[cuts > values[known].min()]
    texts = [format_value(float(cut), "number") for cut in cuts]
    names = [f"under {texts[0]}", *(f"{low} to under {high}" for low, high in pairwise(texts)), f"{texts[-1]} and more"]
    places = np.searchsorted(cuts, np.where(known, values, cuts[0]), side="right")
    return np.where(known, np.array(names, dtype=object)[places], UNKNOWN)


def build_strata(labels: pd.DataFrame, *, smallest: int, counted: pd.Series | None = None) -> pd.Series:
    """Cross columns to strata; cells too small go together under ``other``, the last column first.

    Parameters
    ----------
    labels : DataFrame, index ``member_id``
        From ``label_columns``; the first column matters most.
    smallest : int
        Fewest members of a stratum.
    counted : Series of bool, index ``member_id``, optional
        Which members count towards that; all without it.

    Returns
    -------
    Series of str, index ``member_id``
        Such as ``Small · Company · other``. What is still too small at the first column is one stratum, ``other``;
        where even that is too small it joins the smallest other stratum.
    """
    counts = np.ones(len(labels)) if counted is None else counted.reindex(labels.index).to_numpy(dtype=float)
    columns = [labels[name].to_numpy(dtype=object) for name in labels.columns]
    for depth in range(len(columns) - 1, -1, -1):
        small = _too_few(columns, counts, smallest)
        columns[depth] = np.where(small, OTHER, columns[depth])
        if depth == 0:
            columns[1:] = [np.where(small, OTHER, column) for column in columns[1:]]
    place, cells = _find_cells(columns)
    totals = np.bincount(place, weights=counts, minlength=len(cells))
    names = np.array([" · ".join(parts) for parts in cells], dtype=object)
    rest = np.array([set(parts) == {OTHER} for parts in cells], dtype=bool)
    if len(cells) > 1 and rest.any() and totals[rest][0] < smallest:
        names[rest] = names[~rest][totals[~rest].argmin()]
    return pd.Series(names[place] if len(cells) else [], index=labels.index, dtype="str")


def _find_cells(columns: Sequence[np.ndarray]) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Cell of each member, and the words of each cell in their order."""
    keys = pd.DataFrame(dict(enumerate(columns)))
    place = keys.groupby(list(keys.columns), sort=True).ngroup().to_numpy()
    cells = keys.drop_duplicates().sort_values(list(keys.columns))
    return place, list(cells.itertuples(index=False, name=None))


def _too_few(columns: Sequence[np.ndarray], counts: np.ndarray, smallest: int) -> np.ndarray:
    place, cells = _find_cells(columns)
    return np.bincount(place, weights=counts, minlength=len(cells))[place] < smallest
