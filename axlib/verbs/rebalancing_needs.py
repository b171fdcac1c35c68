"""What people may serve, what is short, and the smallest changes that would make it fit, each alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.hour_levels import Shortage, find_shortage
from axlib.tables.coverage_segments import CoverageSegment
from axlib.words.display import count_words, format_share, format_value, join_words
from axlib.words.errors import DataError, suggest

_HALVINGS = 40
COLUMNS = (
    "relaxation", "detail", "segment", "hours", "fte", "minutes_per_member", "members", "load", "still_short_hours",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Needs:
    """Hours members call for and hours there are.

    Attributes
    ----------
    demand : array, shape (n_segments,)
        Hours of members who take part.
    available : array, shape (n_people,)
    may_serve : array of bool, shape (n_people, n_segments)
    hours, segments : array, shape (n_members,)
    level : float
        The lowest highest load.
    nobody_serves : tuple of str
        Segments with members whom nobody may serve.
    """

    demand: NDArray[np.float64]
    available: NDArray[np.float64]
    may_serve: NDArray[np.bool_]
    hours: NDArray[np.float64]
    segments: NDArray[np.int64]
    level: float
    nobody_serves: tuple[str, ...]

    def short_at(self, demand: NDArray[np.float64], most_load: float) -> Shortage:
        """Find what does not fit if members called for these hours."""
        return find_shortage(demand, self.available, self.may_serve, most_load=most_load)


def read_skills(staff: pd.DataFrame, names: Sequence[str]) -> NDArray[np.bool_]:
    """Read which segments each person may serve; all where none is named.

    Raises
    ------
    DataError
        A segment is named that there is not.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["ann", "bo"], "segments": ["inbound; Task Force", None]})
    >>> read_skills(staff, ["Inbound", "Synchronous", "Task Force"]).tolist()
    [[True, False, True], [True, True, True]]
    """
    if "segments" not in staff.columns:
        return np.ones((len(staff), len(names)), dtype=bool)
    known = {name.casefold(): at for at, name in enumerate(names)}
    may_serve = np.zeros((len(staff), len(names)), dtype=bool)
    problems = []
    for row, (person, cell) in enumerate(zip(staff["staff_id"], staff["segments"], strict=True)):
        words = [] if pd.isna(cell) else [word.strip() for word in str(cell).replace(",", ";").split(";")]
        words = [word for word in words if word]
        for word in words:
            if word.casefold() in known:
                may_serve[row, known[word.casefold()]] = True
            else:
                problems.append(
                    f"staff: '{person}' may serve '{word}', which is no segment. {suggest(word, names)} "
                    "Separate several by semicolons."
                )
        if not words:
            may_serve[row] = True
    if problems:
        raise DataError(*problems)
    return may_serve


def find_relaxations(
    needs: Needs, *, coverage: Sequence[CoverageSegment], most_load: float
) -> tuple[pd.DataFrame, float]:
    """List the smallest changes that would make the hours fit, each by itself.

    Parameters
    ----------
    needs : Needs
    coverage : sequence of CoverageSegment
    most_load : float

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS``. Hours to add and the load to accept are the least there are; minutes are cut by
        the least share that is the same for all segments that are short; members for a pool are those of pooled
        segments, calling for most hours first, all of them where they do not suffice.
    float
        Hours that do not fit.
    """
    short = needs.short_at(needs.demand, most_load)
    rows: list[dict[str, object]] = []
    if short.hours > 0:
        names = np.array([segment.name for segment in coverage], dtype=object)[short.segments]
        rows.append(_add_hours(needs, short, list(names), most_load))
        rows += _redesign(needs, short, coverage, most_load)
        rows += _move_to_pool(needs, short, coverage, most_load)
        rows += _teach(needs, short, most_load)
        rows.append(
            {
                "relaxation": "Accept a higher load",
                "detail": f"accept a load of {format_value(needs.level, 'load')}",
                "load": needs.level,
                "still_short_hours": 0.0,
            }
        )
    rows += [
        {
            "relaxation": "Name who may serve",
            "detail": f"name somebody who may serve {name}",
            "segment": name,
            # Whoever it is needs room for them, too: this alone does not make everything fit.
            "still_short_hours": short.hours or np.nan,
        }
        for name in needs.nobody_serves
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = list(COLUMNS[3:])
    return table.astype(dict.fromkeys(numbers, float)), short.hours


def _add_hours(needs: Needs, short: Shortage, names: list[str], most_load: float) -> dict[str, object]:
    hours = short.hours / most_load
    full = float(needs.available[needs.available > 0].mean())
    everybody = bool((needs.may_serve | (needs.available == 0)[:, None]).all())
    who = "" if everybody else f" for {join_words(names, 'or')}"
    fte = format_value(hours / full, "number")
    return {
        "relaxation": "Add hours",
        "detail": f"add {format_value(hours, 'hours')} hours a year ({fte} people){who}",
        "segment": join_words(names),
        "hours": hours,
        "fte": hours / full,
        "still_short_hours": 0.0,
    }


def _redesign(
    needs: Needs, short: Shortage, coverage: Sequence[CoverageSegment], most_load: float
) -> list[dict[str, object]]:
    """Cut the same least share off the hours of every member in the segments that are short."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        cut = (low + high) / 2
        fits = needs.short_at(needs.demand * (1 - cut * short.segments), most_load).hours == 0
        low, high = (low, cut) if fits else (cut, high)
    members = np.bincount(needs.segments, minlength=len(needs.demand))
    rows: list[dict[str, object]] = []
    for at in np.flatnonzero(short.segments).tolist():
        hours = high * needs.demand[at]
        rows.append(
            {
                "relaxation": "Redesign minutes",
                "detail": f"take {format_share(high)} off the minutes of each member concerned",
                "segment": coverage[at].name,
                "hours": hours,
                "minutes_per_member": 60 * hours / members[at],
                "members": members[at],
                "still_short_hours": 0.0,
            }
        )
    return rows


def _move_to_pool(
    needs: Needs, short: Shortage, coverage: Sequence[CoverageSegment], most_load: float
) -> list[dict[str, object]]:
    pooled = np.array([segment.pooled for segment in coverage]) & short.segments
    able = np.flatnonzero(pooled[needs.segments])
    if len(able) == 0:
        return []
    able = able[np.argsort(-needs.hours[able], kind="stable")]

    def short_without(count: int) -> float:
        out = np.bincount(needs.segments[able[:count]], weights=needs.hours[able[:count]], minlength=len(needs.demand))
        return needs.short_at(np.maximum(needs.demand - out, 0.0), most_load).hours

    low, high, still = 0, len(able), short_without(len(able))
    while still == 0 and high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if short_without(middle) == 0 else (middle, high)
    names = join_words([segment.name for segment, one in zip(coverage, pooled, strict=True) if one])
    return [
        {
            "relaxation": "Move members to a pool",
            "detail": f"move {count_words(high, 'member')} of {names} to a pool, with people of its own",
            "segment": names,
            "hours": float(needs.hours[able[:high]].sum()),
            "members": high,
            "still_short_hours": still,
        }
    ]


def _teach(needs: Needs, short: Shortage, most_load: float) -> list[dict[str, object]]:
    """Say what it would mend if everybody might serve everything."""
    everything = np.repeat((needs.available > 0)[:, None], len(needs.demand), axis=1)
    still = find_shortage(needs.demand, needs.available, everything, most_load=most_load).hours
    if still >= short.hours * (1 - 1e-6):
        return []
    return [
        {
            "relaxation": "Teach people",
            "detail": "teach people who have room to serve what is short",
            "hours": short.hours - still,
            "still_short_hours": still,
        }
    ]
