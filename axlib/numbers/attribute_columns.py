"""Reading one attribute: a column of a declared kind becomes numbers or level codes, or a problem."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AttributeKind = Literal["numeric", "ordinal", "categorical"]
KINDS: tuple[AttributeKind, ...] = ("numeric", "ordinal", "categorical")

MOST_LEVELS = 60
"""More categories than this cannot be told apart by any membership we know; they need grouping first."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


def _text_problem(name: str, column: pd.Series, *, kind: str, remedy: str) -> str:
    example = next(value for value in column.dropna().tolist() if isinstance(value, str))
    return f"encode_attributes: '{name}' is declared {kind} but holds text such as {example!r}. {remedy}"


def _holds_text(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return False
    return any(isinstance(value, str) for value in column.dropna().unique().tolist())


def read_numbers(column: pd.Series, *, name: str, kind: str) -> tuple[Floats, list[str]]:
    """Read a column of numbers; missing values become NaN.

    Parameters
    ----------
    column : Series, shape (n_members,)
    name, kind : str
        Of the attribute, for the sentences.

    Returns
    -------
    values : ndarray of float, shape (n_members,)
    problems : list of str
        Text, dates and infinities are refused: what they stand for is decided where data are cleaned.
    """
    if _holds_text(column):
        remedy = "Convert it to numbers first, or declare it categorical."
        return np.empty(0), [_text_problem(name, column, kind=kind, remedy=remedy)]
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_timedelta64_dtype(column.dtype):
        return np.empty(0), [
            f"encode_attributes: '{name}' is declared {kind} but holds dates. "
            "Turn it into a number, such as years until as_of."
        ]
    try:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        example = next(iter(column.dropna().tolist()))
        return np.empty(0), [
            f"encode_attributes: '{name}' is declared {kind} but holds {example!r}, which is no number."
        ]
    infinite = int(np.isinf(values).sum())
    if infinite:
        return np.empty(0), [
            f"encode_attributes: '{name}' holds {infinite} infinite value{'s' if infinite > 1 else ''}. "
            "Make them missing, or the largest value that can be meant."
        ]
    return values, []


def _sorted_levels(values: list[Hashable]) -> list[Hashable]:
    try:
        return sorted(values)  # type: ignore[type-var]
    except TypeError:
        return sorted(values, key=lambda value: (type(value).__name__, str(value)))


def find_levels(column: pd.Series, *, name: str, kind: str) -> tuple[tuple[Hashable, ...], list[str]]:
    """List the levels of an ordinal or categorical attribute, in an order that no row order changes.

    Ordinal levels are numbers, or the observed categories of an ordered pandas categorical in its order;
    categorical levels are sorted.
    """
    levels: list[Hashable]
    if isinstance(column.dtype, pd.CategoricalDtype) and (column.dtype.ordered or kind == "categorical"):
        seen = set(column.dropna().unique().tolist())
        levels = [level for level in column.dtype.categories.tolist() if level in seen]
        levels = levels if column.dtype.ordered else _sorted_levels(levels)
    elif kind == "ordinal":
        if _holds_text(column):
            remedy = "Give its order: numbers, or an ordered pandas categorical."
            return (), [_text_problem(name, column, kind=kind, remedy=remedy)]
        values, problems = read_numbers(column, name=name, kind=kind)
        if problems:
            return (), problems
        levels = [int(v) if v == int(v) else float(v) for v in np.unique(values[~np.isnan(values)]).tolist()]
    else:
        levels = _sorted_levels(column.dropna().unique().tolist())
        infinite = [level for level in levels if isinstance(level, float) and np.isinf(level)]
        if infinite:
            return (), [f"encode_attributes: '{name}' holds infinite values. Make them missing."]
    if len(levels) > MOST_LEVELS:
        return (), [
            f"encode_attributes: '{name}' is declared {kind} and has {len(levels)} levels, more than "
            f"{MOST_LEVELS}. Group the rare ones, declare it numeric if it is, or leave it out."
        ]
    return tuple(levels), []


def code_levels(column: pd.Series, levels: tuple[Hashable, ...]) -> tuple[Codes, int]:
    """Replace each value by the place of its level.

    Returns
    -------
    codes : ndarray of int8, shape (n_members,)
        -1 where missing, or where the value is none of the levels.
    unseen : int
        How many values are none of the levels.

    Examples
    --------
    >>> codes, unseen = code_levels(pd.Series(["b", None, "a", "z"]), ("a", "b"))
    >>> codes.tolist(), unseen
    ([1, -1, 0, -1], 1)
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        place = {level: i for i, level in enumerate(levels)}
        of_category = np.array([place.get(c, -1) for c in column.dtype.categories.tolist()] + [-1], dtype=np.int8)
        codes = of_category[column.cat.codes.to_numpy()]
    else:
        # Factorising first makes the look-up cost per distinct value, not per member.
        positions, distinct = pd.factorize(column, use_na_sentinel=True)
        place = {level: i for i, level in enumerate(levels)}
        of_distinct = np.array([place.get(v, -1) for v in pd.Index(distinct).tolist()] + [-1], dtype=np.int8)
        codes = of_distinct[positions]
    return codes, int(((codes < 0) & column.notna().to_numpy()).sum())
