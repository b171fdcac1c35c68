"""What may leave the house: the one place where small groups are hidden and people lose their names.

The client's notebook works on the diagnosis this returns, so that no table, picture, alternative text or
download on the page can hold what another one hides.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.verbs.comparison import Comparison
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.retention import RATIOS, Retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import GAPS, ServiceGap

#: A person serving fewer members than this is not shown by name.
FEWEST_MEMBERS = 5


def view_for_client(diagnosis: Diagnosis) -> Diagnosis:
    """Return the diagnosis with small groups hidden and nobody named.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    Diagnosis
        Groups below ``report.min_cell`` members are missing in every table, with enough others that they
        cannot be worked out from totals. Tables of single members are empty.
    """
    least = diagnosis.engagement.settings.report.min_cell
    hidden: dict[str, object] = {
        field.name: _hide(getattr(diagnosis, field.name), least)
        for field in dataclasses.fields(diagnosis)
        if isinstance(getattr(diagnosis, field.name), (Segmentation, Retention, Comparison, ServiceGap, CoveragePlan))
    }
    clean = diagnosis.clean
    empty = {
        field.name: getattr(clean, field.name).iloc[:0]
        for field in dataclasses.fields(clean)
        if isinstance(getattr(clean, field.name), pd.DataFrame) and field.name not in ("accounts", "decisions")
    }
    return dataclasses.replace(diagnosis, clean=dataclasses.replace(clean, **empty), **hidden)  # type: ignore[arg-type]


def hide_small(counts: NDArray[np.float64], *, least: int, column_totals_are_shown: bool = True) -> NDArray[np.bool_]:
    """Say which cells of a table of counts to hide: the small ones, and those that would give them away.

    A hidden cell that is alone in a line follows from the line's total; so the next smallest cell of that line
    is hidden with it, until no line whose total is shown has a single hidden cell.

    Parameters
    ----------
    counts : array, shape (rows, columns)
    least : int
        Counts from 1 to ``least - 1`` are small; zeros are not.
    column_totals_are_shown : bool
        Whether readers know the columns' totals to the member; those of rows they always do.

    Returns
    -------
    array of bool, shape (rows, columns)

    Examples
    --------
    >>> hide_small(np.array([[50.0, 3.0, 40.0], [60.0, 70.0, 80.0]]), least=10)
    array([[False,  True,  True],
           [False,  True,  True]])
    """
    hide = (counts > 0) & (counts < least)
    while True:
        before = hide.copy()
        for mask, values in ((hide, counts), (hide.T, counts.T))[: 2 if column_totals_are_shown else 1]:
            for line, cells in zip(mask, values, strict=True):
                if line.sum() == 1 and len(cells) > 1:
                    # A zero is told by nobody's total, so it protects least and is taken last.
                    candidates = np.where(line, np.inf, np.where(cells == 0, np.inf, cells))
                    place = int(candidates.argmin())
                    line[place if np.isfinite(candidates[place]) else int(np.argmin(line))] = True
        if (hide == before).all():
            return hide


def _hide(result: object, least: int) -> object:
    match result:
        case Segmentation():
            return _hide_segments(result, least)
        case Retention():
            table = _blank(
                result.table, result.table["n"] < least, ["n", "opening_revenue", "closing_revenue", *_measures()]
            )
            return dataclasses.replace(result, table=table)
        case Comparison():
            return _hide_comparison(result, least)
        case ServiceGap():
            return dataclasses.replace(
                result,
                table=result.table.iloc[:0],
                by_tier=_hide_gap(result.by_tier, least),
                # The same totals by another grouping would give the hidden ones away.
                by_segment=result.by_segment.iloc[:0],
            )
        case CoveragePlan():
            people = result.by_person
            few = people["members"] < FEWEST_MEMBERS
            numbers = [f"Person {number}" for number in range(1, len(people) + 1)]
            named = people.assign(
                staff_id=people["staff_id"].where(~few, pd.Series(numbers, index=people.index, dtype="str")),
                name=people["name"].where(~few, pd.Series(numbers, index=people.index, dtype="str")),
            )
            return dataclasses.replace(result, by_person=named)
    return result


def _measures() -> list[str]:
    return [f"{name}{bound}" for name in RATIOS for bound in ("", "_low", "_high")]


def _blank(table: pd.DataFrame, rows: pd.Series, columns: list[str]) -> pd.DataFrame:
    kept = [name for name in columns if name in table.columns]
    return table.assign(**{name: table[name].astype(float).mask(rows.to_numpy(dtype=bool)) for name in kept})


def _hide_segments(result: Segmentation, least: int) -> Segmentation:
    """Drop single members; keep a table that gives the same sizes, small ones merged out of sight."""
    table = result.table.assign(member_id="", reason="")
    sizes = result.table["segment"].value_counts()
    small = set(sizes[(sizes > 0) & (sizes < least)].index)
    segments = tuple(name for name in result.segments if name not in small)
    others = f"segments under {least} members"
    if small:
        table = table.assign(segment=table["segment"].mask(table["segment"].isin(small), others))
        segments = (*segments, others)
    return dataclasses.replace(result, table=table, segments=segments)


def _hide_comparison(result: Comparison, least: int) -> Comparison:
    counts = result.counts
    hide = hide_small(counts.to_numpy(dtype=float), least=least)
    masked = counts.astype(float).mask(hide).rename_axis("tier").rename_axis(None, axis=1).reset_index()
    crossover = masked.melt("tier", var_name="segment", value_name="members").astype({"segment": "str"})
    dues = result.dues[result.dues["n"] >= least].reset_index(drop=True)
    return dataclasses.replace(result, crossover=crossover, dues=dues)


def _hide_gap(table: pd.DataFrame, least: int) -> pd.DataFrame:
    counts = table[list(GAPS)].to_numpy(dtype=float)
    hide = hide_small(counts, least=least, column_totals_are_shown=False)
    columns = {
        column: table[column].astype(float).mask(hide[:, place])
        for place, name in enumerate(GAPS)
        for column in (name, f"{name}_share")
    }
    return table.assign(**columns)
