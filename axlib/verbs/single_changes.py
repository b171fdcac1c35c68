"""One-answer changes: which there are, how large each is, and the smallest that moves a member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.attributes import Kind

Floats = NDArray[np.float64]
#: Another category counts as half the scale: further than a step, nearer than from one end to the other.
SIZE_OF_CATEGORY = 0.5
#: A number moves over these quantiles of all members.
N_QUANTILES = 19
_NOTHING = -1


class Change(NamedTuple):
    """One answer that members could have given.

    Attributes
    ----------
    attribute : str
    value : float or str
    common : float
        Share of members that gave it.
    """

    attribute: str
    value: float | str
    common: float

    @property
    def text(self) -> str:
        """The value as it is written in tables and read back."""
        return write_value(self.value)


def write_value(value: object) -> str:
    """Write an answer as text; a number keeps all its digits, and a whole one shows no point.

    Examples
    --------
    >>> write_value(3.0), write_value(0.25), write_value("async")
    ('3', '0.25', 'async')
    """
    return value if isinstance(value, str) else f"{float(value):.15g}"  # type: ignore[arg-type]


def list_changes(
    table: pd.DataFrame, *, kinds: Mapping[str, Kind], also: Mapping[str, Iterable[float | str]] | None = None
) -> list[Change]:
    """List the answers worth trying for each attribute.

    Parameters
    ----------
    table : DataFrame
        One column per attribute.
    kinds : mapping
        Of the attributes to try.
    also : mapping, optional
        Further values per attribute, such as those rules compare with; of a number, the nearest values that
        members have on both sides of them too.
    """
    changes = []
    for name, kind in kinds.items():
        column = table[name].dropna()
        given: set[float | str] = set((also or {}).get(name, ()))
        if kind == "numeric":
            values = np.sort(column.to_numpy(dtype=float))
            if not len(values):
                continue
            for limit in [float(value) for value in given]:
                below, above = (
                    int(np.searchsorted(values, limit, "left")) - 1,
                    int(np.searchsorted(values, limit, "right")),
                )
                given |= {float(values[max(below, 0)]), float(values[min(above, len(values) - 1)])}
            shares = np.arange(1, N_QUANTILES + 1) / (N_QUANTILES + 1)
            given |= set(np.quantile(values, shares, method="nearest").tolist())
        else:
            given |= set(column.unique().tolist())
        counts = column.value_counts(normalize=True)
        changes += [Change(name, value, float(counts.get(value, 0.0))) for value in sorted(given, key=_order)]
    return changes


def _order(value: float | str) -> tuple[str, float, str]:
    return ("", float(value), "") if not isinstance(value, str) else ("text", 0.0, value)


def measure_change(change: Change, *, rows: pd.Series, kind: Kind, everyone: pd.Series) -> Floats:
    """How large a change is for each row: a share of the attribute's own scale.

    Parameters
    ----------
    change : Change
    rows : Series
        The answers to change.
    kind : {'numeric', 'ordinal', 'categorical'}
    everyone : Series
        The answers of all members: an ordinal's scale is their range, a number's the share of members between.

    Returns
    -------
    ndarray, shape (n_rows,)
        0 where no answer is given, so that giving one comes before changing one; NaN where it is the same.
    """
    if kind == "categorical":
        texts = rows.astype("str")
        size = np.where(texts.isna(), 0.0, SIZE_OF_CATEGORY)
        return np.where((texts == str(change.value)).fillna(False).to_numpy(dtype=bool), np.nan, size)
    values = rows.to_numpy(dtype=float, na_value=np.nan)
    known = np.sort(everyone.dropna().to_numpy(dtype=float))
    target = float(change.value)
    if kind == "numeric":
        place = (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")) / 2 / len(known)
        aim = (np.searchsorted(known, target, "left") + np.searchsorted(known, target, "right")) / 2 / len(known)
        size = np.abs(place - aim)
    else:
        size = np.abs(values - target) / max(float(np.ptp(known)) if len(known) else 0.0, 1.0)
    return np.where(np.isnan(values), 0.0, np.where(values == target, np.nan, size))


class SmallestChange:
    """The smallest change found so far for each row; among equal ones that of the greater worth, then the first.

    Attributes
    ----------
    change : ndarray of int, shape (n_rows,)
        Place of the change among those offered; -1 where none.
    outcome : ndarray of object, shape (n_rows,)
        What it leads to; empty text where there is none.
    size : ndarray of float, shape (n_rows,)
    """

    def __init__(self, n_rows: int) -> None:
        self.change = np.full(n_rows, _NOTHING)
        self.outcome = np.full(n_rows, "", dtype=object)
        self.size = np.full(n_rows, np.inf)
        self._worth = np.full(n_rows, -np.inf)

    def offer(
        self, number: int, *, moves: NDArray[np.bool_], size: Floats, worth: Floats, outcome: NDArray[np.object_]
    ) -> None:
        """Take a change where it moves a row and is smaller than what is there."""
        step = np.round(np.nan_to_num(size, nan=np.inf), 9)
        better = (step < self.size) | ((step == self.size) & (worth > self._worth))
        taken = moves & ~np.isnan(size) & better
        self.change[taken] = number
        self.outcome[taken] = outcome[taken]
        self.size[taken] = step[taken]
        self._worth[taken] = worth[taken]

    @property
    def found(self) -> NDArray[np.bool_]:
        """Rows that some change moves."""
        return self.change != _NOTHING


def describe_changes(smallest: SmallestChange, changes: list[Change], *, rows: pd.DataFrame) -> pd.DataFrame:
    """Write the smallest changes: ``would_change`` in words, and its parts to apply it by.

    Parameters
    ----------
    smallest : SmallestChange
        Whose outcomes are the segments that the changes lead to.
    changes : list of Change
        In the order they were offered.
    rows : DataFrame
        The answers of each row.
    """
    texts = {name: np.full(len(rows), "", dtype=object) for name in ("would_change", "change_attribute", "change_to")}
    for name in dict.fromkeys(change.attribute for change in changes):
        before = write_answers(rows[name])
        for number in [place for place, change in enumerate(changes) if change.attribute == name]:
            here = np.flatnonzero(smallest.change == number)
            after = changes[number].text
            texts["change_attribute"][here] = name
            texts["change_to"][here] = after
            words = name.replace("_", " ") + " " + before[here] + f" → {after}: " + smallest.outcome[here]
            texts["would_change"][here] = words
    size = np.where(smallest.found, smallest.size, np.nan)
    return pd.DataFrame({**texts, "change_segment": smallest.outcome, "change_size": size})


def clear_changes(changes: pd.DataFrame, where: NDArray[np.bool_]) -> pd.DataFrame:
    """Leave changes out where no answer decides: of members whose segment was declared."""
    size = changes["change_size"].mask(where)
    texts = {str(name): changes[name].mask(where, "") for name in changes if name != "change_size"}
    return pd.DataFrame({**texts, "change_size": size})


def write_answers(column: pd.Series) -> NDArray[np.object_]:
    """Write the answers of a column as text, by distinct answer."""
    codes, distinct = pd.factorize(column)
    return np.array([*(write_value(value) for value in distinct.tolist()), "unknown"], dtype=object)[codes]
