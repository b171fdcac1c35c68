"""What may leave the house: the one place where small groups are hidden and people lose their names.

The client's notebook works on the diagnosis this returns, so that no table, picture, alternative text or
download on the page can hold what another one hides. A group below the smallest size shows nothing of its own;
where it is alone, the next smallest is hidden with it, for the sum of all is always known.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.attributes import Attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.data_check import DataCheck
from axlib.tables.terms import TermLedger
from axlib.verbs.cohort import Cohort
from axlib.verbs.comparison import Comparison, MethodAgreement
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.findings import Findings
from axlib.verbs.retention import RATIOS, Retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import GAPS, ServiceGap

Flags = NDArray[np.bool_]

#: A person serving fewer members than this is not shown by name.
FEWEST_MEMBERS = 5
#: Of fewer members than this, a share in whole percents tells the number.
FEW_FOR_PERCENTS = 200
#: What hidden groups are called together.
OTHERS = "other groups"


def view_for_client(diagnosis: Diagnosis) -> Diagnosis:
    """Return the diagnosis with small groups hidden and nobody named.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    Diagnosis
        Groups below ``report.min_cell`` members are missing in every table, with enough others that they
        cannot be worked out from totals. Tables of single members are empty, or hold nobody's identifier.
    """
    least = diagnosis.engagement.settings.report.min_cell
    fields = dataclasses.fields(diagnosis)
    hidden = {field.name: _hide(getattr(diagnosis, field.name), least) for field in fields}
    return dataclasses.replace(diagnosis, **hidden)  # type: ignore[arg-type]


def small_groups(sizes: Mapping[str, float], *, least: int) -> set[str]:
    """Say which groups of members to hide: those that are too small, and as many more as protect them.

    Of groups whose total is known, one that is hidden alone, or a few that together are still too small, could
    be worked out; so the next smallest is hidden with them.

    Examples
    --------
    >>> sorted(small_groups({"a": 3, "b": 40, "c": 20}, least=10)), small_groups({"a": 0, "b": 40}, least=10)
    (['a', 'c'], set())
    """
    order = sorted((name for name, size in sizes.items() if size > 0), key=lambda name: sizes[name])
    hidden = {name for name in order if sizes[name] < least}
    for name in order:
        if not hidden or (len(hidden) > 1 and sum(sizes[other] for other in hidden) >= least):
            break
        hidden.add(name)
    return hidden


def hide_small(counts: NDArray[np.float64], *, least: int, column_totals_are_shown: bool = True) -> Flags:
    """Say which cells of a table of counts to hide: the small ones, and those that would give them away.

    A hidden cell that is alone in a line follows from the line's total, and a few that are small together are a
    small count themselves; so the next smallest cells of that line are hidden with them. What could still be worked
    out from all totals taken together (Gusfield 1988, SIAM J. Comput. 17) is protected in the same way.

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
    return _protect((counts > 0) & (counts < least), counts, least, column_totals_are_shown)


def _protect(hide: Flags, counts: NDArray[np.float64], least: int, column_totals_are_shown: bool) -> Flags:
    """Hide further cells until none of the hidden ones can be worked out."""
    hide = hide.copy()
    lines = [(hide[row], counts[row]) for row in range(len(counts))]
    if column_totals_are_shown:
        lines += [(hide[:, column], counts[:, column]) for column in range(counts.shape[1])]
    while True:
        before = hide.sum()
        for line, cells in lines:
            while line.any() and not line.all() and (line.sum() < 2 or cells[line].sum() < least):
                _hide_next(line, cells)
        if hide.sum() == before:
            if hide.all() or not column_totals_are_shown or not _worked_out(hide).any():
                return hide
            row, column = np.argwhere(_worked_out(hide))[0]
            both = (lines[row], lines[len(counts) + column], (hide.reshape(-1), counts.reshape(-1)))
            _hide_next(*next(line for line in both if not line[0].all()))


def _hide_next(line: Flags, cells: NDArray[np.float64]) -> None:
    """Hide the smallest shown cell of a line in place; a zero protects least and is taken last."""
    line[int(np.where(line, np.inf, np.where(cells == 0, np.finfo(float).max, cells)).argmin())] = True


def _worked_out(hide: Flags) -> Flags:
    """Which hidden cells follow from the totals of all rows and columns and the cells that are shown."""
    rows, columns = np.nonzero(hide)
    equations = np.vstack([rows == row for row in range(hide.shape[0])] + [columns == c for c in range(hide.shape[1])])
    _, sizes, free = np.linalg.svd(equations.astype(float))
    rank = int((sizes > 1e-9).sum())
    found = np.zeros_like(hide)
    found[rows, columns] = (np.abs(free[rank:]) < 1e-9).all(axis=0)
    return found


def _hide(result: object, least: int) -> object:
    match result:
        case CleanTables():
            return _hide_rows(result)
        case DataCheck():
            # What is wrong with which rows is the team's affair; what the data can carry is the client's too.
            pairs = {"contradictions": result.contradictions.iloc[:0], "duplicates": result.duplicates.iloc[:0]}
            return dataclasses.replace(result, problems=result.problems.iloc[:0], letter="", **pairs)
        case Attributes():
            # As many members as there are, and nothing of any.
            return dataclasses.replace(result, table=result.table.where(result.table.isna()).reset_index(drop=True))
        case TermLedger() | Cohort():
            return _hide_identifiers(result)
        case Segmentation():
            return _hide_segments(result, least)
        case MethodAgreement():
            counts = result.table.iloc[:, 1:]
            masked = counts.astype(float).mask(hide_small(counts.to_numpy(dtype=float), least=least))
            return dataclasses.replace(result, table=pd.concat([result.table.iloc[:, :1], masked], axis=1))
        case Retention():
            return _hide_retention(result, least)
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
            return _hide_coverage(result, least)
        case Findings():
            few = (result.table["n"] > 0) & (result.table["n"] < least) & (result.table["text"] != "")
            because = result.table["withheld_because"].mask(few, f"it rests on fewer than {least} members.")
            numbers = {name: result.table[name].mask(few) for name in ("estimate", "low", "high")}
            table = result.table.assign(text=result.table["text"].mask(few, ""), withheld_because=because, **numbers)
            return dataclasses.replace(result, table=table.assign(n=table["n"].mask(few, 0)))
    return result


def _hide_rows(clean: CleanTables) -> CleanTables:
    """Empty the tables; of what was done to them keep how often, and nobody's words."""
    frames = {
        field.name: getattr(clean, field.name)
        for field in dataclasses.fields(clean)
        if isinstance(getattr(clean, field.name), pd.DataFrame) and field.name not in ("accounts", "decisions")
    }
    counted = {"ledger": ("table", "column", "rule"), "quarantine": ("table", "reason"), "merged": ("table",)}
    counted["overrides"] = ("column",)
    hidden = {
        name: frame.assign(**{column: "" for column in frame.columns if column not in counted[name]})
        if name in counted
        else frame.iloc[:0]
        for name, frame in frames.items()
    }
    return dataclasses.replace(clean, **hidden)


def _hide_identifiers(result: TermLedger | Cohort) -> TermLedger | Cohort:
    """Put numbers in the place of identifiers and of rows in the source."""
    hidden = {}
    for field in dataclasses.fields(result):
        frame = getattr(result, field.name)
        if isinstance(frame, pd.DataFrame) and "member_id" in frame.columns:
            numbers = pd.Series(pd.factorize(frame["member_id"])[0], index=frame.index).astype("str")
            frame = frame.assign(member_id=numbers)
            hidden[field.name] = frame.assign(source_row=-1) if "source_row" in frame.columns else frame
    return dataclasses.replace(result, **hidden)  # type: ignore[arg-type]


def _hide_retention(result: Retention, least: int) -> Retention:
    table = result.table
    rows = table["n"] < least
    for grouping in set(table["grouping"]) - {"all"}:
        here = table["grouping"] == grouping
        small = small_groups(dict(zip(table.loc[here, "group"], table.loc[here, "n"], strict=True)), least=least)
        rows |= here & table["group"].isin(small)
    hidden = _blank(table, rows, ["n", "opening_revenue", "closing_revenue", *_measures()])
    return dataclasses.replace(result, table=hidden, bridge=result.bridge.iloc[:0] if rows.iloc[0] else result.bridge)


def _hide_coverage(result: CoveragePlan, least: int) -> CoveragePlan:
    people = result.by_person
    few = people["members"] < FEWEST_MEMBERS
    numbers = pd.Series([f"Person {number}" for number in range(1, len(people) + 1)], index=people.index, dtype="str")
    named = people.assign(staff_id=people["staff_id"].where(~few, numbers), name=people["name"].where(~few, numbers))
    segments = result.by_segment
    small = segments["segment"].isin(
        small_groups(dict(zip(segments["segment"], segments["members"], strict=True)), least=least)
    )
    if small.any():
        together = segments.loc[small, ["members", "required_hours"]].sum(min_count=1)
        others = pd.DataFrame(
            {
                "segment": pd.Series([OTHERS], dtype="str"),
                "members": [int(together["members"])],
                "hours_per_member": [together["required_hours"] / together["members"]],
                "required_hours": [together["required_hours"]],
            }
        )
        segments = pd.concat([segments[~small], others], ignore_index=True)
    return dataclasses.replace(result, by_person=named, by_segment=segments)


def _measures() -> list[str]:
    return [f"{name}{bound}" for name in RATIOS for bound in ("", "_low", "_high")]


def _blank(table: pd.DataFrame, rows: pd.Series[bool], columns: list[str]) -> pd.DataFrame:
    kept = [name for name in columns if name in table.columns]
    return table.assign(**{name: table[name].astype(float).mask(rows.to_numpy(dtype=bool)) for name in kept})


def _hide_segments(result: Segmentation, least: int) -> Segmentation:
    """Drop single members; keep a table that gives the same sizes, small ones merged out of sight."""
    table = result.table.assign(member_id="", reason="")
    small = small_groups({str(name): int(n) for name, n in table["segment"].value_counts().items()}, least=least)
    if not small:
        return dataclasses.replace(result, table=table, model="")
    table = table.assign(segment=table["segment"].mask(table["segment"].isin(small), OTHERS))
    segments = (*(name for name in result.segments if name not in small), OTHERS)
    classes, profile = result.classes, result.profile
    if len(classes):
        gone = classes["segment"].isin(small)
        # Classes are numbered from 1 where they are named, and from 0 where they are fitted.
        profile = profile[~profile["class"].isin(classes.loc[gone, "class"] - 1)].reset_index(drop=True)
        classes = classes[~gone].reset_index(drop=True)
    return dataclasses.replace(result, table=table, segments=segments, classes=classes, profile=profile, model="")


def _hide_comparison(result: Comparison, least: int) -> Comparison:
    counts = result.counts
    cells = counts.to_numpy(dtype=float)
    tiers = small_groups({str(name): int(n) for name, n in counts.sum(axis=1).items()}, least=least)
    segments = small_groups({str(name): int(n) for name, n in counts.sum().items()}, least=least)
    # Of a group whose size is hidden nothing is shown.
    hide = (cells > 0) & (cells < least)
    hide |= counts.index.isin(tiers)[:, None] | counts.columns.isin(segments)[None, :]
    hide = _protect(hide, cells, least, column_totals_are_shown=True)
    crossover = pd.DataFrame(
        {
            "tier": pd.Series([*counts.index] * counts.shape[1], dtype="str"),
            "segment": pd.Series(np.repeat(counts.columns.to_numpy(dtype=object), len(counts)), dtype="str"),
            "members": np.where(hide, np.nan, cells).ravel("F"),
        }
    )
    shown = (result.dues["n"] >= least) & ~result.dues["segment"].isin(segments)
    return dataclasses.replace(result, crossover=crossover, dues=result.dues[shown].reset_index(drop=True))


def _hide_gap(table: pd.DataFrame, least: int) -> pd.DataFrame:
    counts = table[list(GAPS)].to_numpy(dtype=float)
    small = table["group"].isin(small_groups(dict(zip(table["group"], table["n"], strict=True)), least=least))
    # Shares of all members are told in whole percents, which give counts back where members are few.
    totals_are_told = bool(counts.sum() < FEW_FOR_PERCENTS)
    hide = ((counts > 0) & (counts < least)) | small.to_numpy()[:, None]
    hide = _protect(hide, counts, least, totals_are_told)
    columns = {
        column: table[column].astype(float).mask(hide[:, place])
        for place, name in enumerate(GAPS)
        for column in (name, f"{name}_share")
    }
    return _blank(table.assign(**columns), small, ["n", "required_hours", "delivered_hours"])
