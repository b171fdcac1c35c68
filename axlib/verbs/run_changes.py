"""What changed since the last report: what moved, what is noise, what cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.differences import interval_of_difference
from axlib.verbs.compared_measures import DEFINITIONS, MEASURED, ComparedMeasure, find_number
from axlib.words.display import count_words, format_day, format_value, join_words
from axlib.words.measures import Unit
from axlib.words.results import Result, Unavailable

ANALYSIS = "Changes since the last report"
#: What a change is called.
MOVED, NOISE, COUNTED, APART = "moved", "within noise", "counted", "not compared"


@dataclass(frozen=True, eq=False, repr=False)
class RunChanges(Result):
    """The headline numbers of two runs beside each other.

    Attributes
    ----------
    table : DataFrame, one row per number
        ``measure``, ``unit``, ``before``, ``after``, ``change`` with ``change_low`` and ``change_high`` (95 %, missing
        where members are counted and chance has no part), ``reading`` (moved, within noise, counted, not compared),
        ``because`` (the definitions that differ).
    findings : DataFrame, one row per finding that one of the two tells
        ``id``, ``before`` and ``after`` (levels; empty where it is not told).
    since, until : date
        The days the two runs look back from.
    overlaps : bool
        Whether their windows share months; then intervals are too wide rather than too narrow.
    n : int
        Members of the smaller of both cohorts; 0 where there is none.
    """

    table: pd.DataFrame
    findings: pd.DataFrame
    since: date
    until: date
    overlaps: bool
    n: int

    title: ClassVar[str] = "What changed since the last report"

    def summary(self) -> pd.DataFrame:
        """Return one row per number that could be compared, in its own unit."""
        shown = self.table[self.table["reading"] != APART]
        rows = [
            {
                "measure": _sentence(row["measure"]),
                "before": format_value(row["before"], row["unit"]),
                "after": format_value(row["after"], row["unit"]),
                "change": _interval(row),
                "reading": row["reading"],
            }
            for row in shown.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=["measure", "before", "after", "change", "reading"]).astype("str")

    @property
    def text(self) -> str:
        """What moved and what did not, in sentences."""
        rows = self.table.to_dict("records")
        by = {name: [row for row in rows if row["reading"] == name] for name in (MOVED, NOISE, COUNTED, APART)}
        sentences = []
        if by[MOVED]:
            parts = [f"{row['measure']} moved by {_interval(row)}" for row in by[MOVED]]
            sentences.append(f"{join_words(parts)}, more than chance does among members like these.")
        if by[NOISE]:
            parts = [f"{row['measure']} ({_change(row)})" for row in by[NOISE]]
            what = "this change is" if len(parts) == 1 else "these changes are"
            sentences.append(f"{join_words(parts)}: {what} within what chance alone does.")
        changed = [row for row in by[COUNTED] if row["change"] != 0]
        if changed:
            parts = [
                f"{row['measure']} from {format_value(row['before'], row['unit'])} to "
                f"{format_value(row['after'], row['unit'])}"
                for row in changed
            ]
            sentences.append(f"Counted, not estimated: {join_words(parts)}.")
        if by[APART]:
            reasons = dict.fromkeys(row["because"] for row in by[APART])
            parts = [
                f"{join_words([row['measure'] for row in by[APART] if row['because'] == why])} ({why})"
                for why in reasons
            ]
            sentences.append(f"Not compared, for the definitions are not the same: {'; '.join(parts)}.")
        new, gone = ((self.findings[name] == "").sum() for name in ("before", "after"))
        parts = [f"{count_words(int(new), 'finding is', 'findings are')} new"] if new else []
        parts += [f"{count_words(int(gone), 'finding is', 'findings are')} no longer told"] if gone else []
        sentences += [f"{join_words(parts)}."] if parts else []
        if self.overlaps and (by[MOVED] or by[NOISE]):
            sentences.append("The two windows share months, so that a move is harder to see than these intervals say.")
        if not (by[MOVED] or by[NOISE] or by[COUNTED]):
            sentences.insert(0, "Nothing could be compared.")
        return f"Since the report of {format_day(self.since)}: " + " ".join(
            _sentence(sentence) for sentence in sentences
        )


def compare_runs(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> RunChanges | Unavailable:
    """Say what moved between an earlier run and this one, and what is noise.

    Parameters
    ----------
    before : mapping or None
        ``results.json`` of the earlier run; None where there is none.
    after : mapping
        The headline numbers of this run.

    Returns
    -------
    RunChanges or Unavailable
        Unavailable without an earlier report, or where it is of another kind or a later day.

    Notes
    -----
    A number with an interval has moved where the interval of its change, widened so that all changes shown hold
    together, lies on one side of 0. Numbers made by other definitions are not compared, each with the
    definition that differs.
    """
    if before is None:
        return Unavailable(ANALYSIS, "there is no earlier report to compare with.")
    if before.get("schema_version") != after.get("schema_version") or "definitions" not in before:
        return Unavailable(ANALYSIS, "the earlier report was made by another version of the kit; make it again.")
    since, until = (date.fromisoformat(str(run["as_of"])) for run in (before, after))
    if since >= until:
        return Unavailable(
            ANALYSIS, f"the report to compare with is of {format_day(since)}, not earlier than this one."
        )
    here: Mapping[str, Any] = after["definitions"]
    differ = {name for name in DEFINITIONS if before["definitions"].get(name) != here.get(name)}
    pairs = [(measure, find_number(before, measure.place), find_number(after, measure.place)) for measure in MEASURED]
    windows = [find_number(run, ("service_gap", "window")) for run in (before, after)]
    # Service of one and the same year is in both reports where contacts of only that one are known.
    passed_over = "service_gap" if windows[0] == windows[1] else ""
    both = [
        (measure, old, new)
        for measure, old, new in pairs
        if _is_there(old) and _is_there(new) and measure.place[0] != passed_over
    ]
    at_once = sum(isinstance(new, Mapping) and not differ & set(measure.needs) for measure, _, new in both)
    rows = [_compare(measure, old, new, differ, at_once) for measure, old, new in both]
    columns = ["measure", "unit", "before", "after", "change", "change_low", "change_high", "reading", "because"]
    table = pd.DataFrame(rows, columns=columns)
    words = ["measure", "unit", "reading", "because"]
    months = 12 * (until.year - since.year) + until.month - since.month
    sizes = [find_number(run, ("retention", "logo_churn", "n")) for run in (before, after)]
    return RunChanges(
        table.astype({**dict.fromkeys(words, "str"), **dict.fromkeys(set(columns) - set(words), float)}),
        _compare_findings(before, after),
        since,
        until,
        months < int(here["window_months"]),
        min((int(size) for size in sizes if size is not None), default=0),
    )


def _is_there(number: Any) -> bool:
    return number is not None and not (isinstance(number, Mapping) and number.get("value") is None)


def _compare(measure: ComparedMeasure, old: Any, new: Any, differ: set[str], at_once: int) -> list[Any]:
    values = [number["value"] if isinstance(number, Mapping) else number for number in (old, new)]
    change = values[1] - values[0]
    others = [DEFINITIONS[name] for name in measure.needs if name in differ]
    head = [measure.label, measure.unit, *values]
    if others:
        return [*head, np.nan, np.nan, np.nan, APART, join_words(others)]
    bounds = [_bounds(number) for number in (new, old)]
    if bounds[0] is None or bounds[1] is None:
        return [*head, change, np.nan, np.nan, COUNTED, ""]
    low, high = interval_of_difference(bounds[0], bounds[1])
    all_low, all_high = interval_of_difference(bounds[0], bounds[1], at_once=at_once)
    return [*head, change, low, high, MOVED if all_low > 0 or all_high < 0 else NOISE, ""]


def _bounds(number: Any) -> tuple[float, float, float] | None:
    """Value and interval; None where members are counted."""
    if not isinstance(number, Mapping) or number.get("low") is None or number.get("high") is None:
        return None
    return float(number["value"]), float(number["low"]), float(number["high"])


def _compare_findings(before: Mapping[str, Any], after: Mapping[str, Any]) -> pd.DataFrame:
    told = [{row["id"]: row["level"] for row in run["findings"] if row["text"]} for run in (before, after)]
    names = list(dict.fromkeys([*told[1], *told[0]]))
    rows = [(name, told[0].get(name, ""), told[1].get(name, "")) for name in names]
    return pd.DataFrame(rows, columns=["id", "before", "after"]).astype("str")


def _signed(value: float, unit: Unit) -> str:
    sign = "−" if value < 0 else "+"
    text = format_value(abs(round(100 * value, 1)), "number") if unit == "share" else format_value(abs(value), unit)
    return text if text.strip("0.×") == "" else f"{sign}{text}"


def _change(row: Mapping[Any, Any]) -> str:
    if row["change"] == 0:
        return "no change"
    return _signed(row["change"], row["unit"]) + (" points" if row["unit"] == "share" else "")


def _interval(row: Mapping[Any, Any]) -> str:
    if np.isnan(row["change_low"]):
        return _change(row)
    low, high = (_signed(row[name], row["unit"]) for name in ("change_low", "change_high"))
    return f"{_change(row)} [{low}, {high}]"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
