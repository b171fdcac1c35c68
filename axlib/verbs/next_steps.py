"""What to do next: a few steps that follow from what was found, and from what could not be."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.pilot import Pilot
from axlib.verbs.rebalancing import Rebalancing
from axlib.verbs.service_gap import ServiceGap
from axlib.words.display import count_words, format_number, format_share, format_value, join_words
from axlib.words.results import Result

#: More than a reader takes away is none.
MOST = 5
#: Below this share of under-served members nothing has to begin with them.
FEW_UNDER = 0.1


@dataclass(frozen=True, eq=False, repr=False)
class NextSteps(Result):
    """What to do next.

    Attributes
    ----------
    table : DataFrame, one row per step
        ``step`` (what to do), ``because`` (what it follows from); the most pressing first.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "What to do next"

    def summary(self) -> pd.DataFrame:
        """Return one row per step."""
        return self.table

    @property
    def text(self) -> str:
        """How many steps there are."""
        n = len(self.table)
        return f"{count_words(n, 'step follows', 'steps follow')} from this report." if n else "No step follows."

    def _repr_html_(self) -> str:
        if len(self.table) == 0:
            return '<p class="ax-text">Nothing has to be done by what was found.</p>'
        items = "".join(
            f"<li><strong>{html.escape(step)}</strong> {html.escape(because)}</li>"
            for step, because in self.table.itertuples(index=False, name=None)
        )
        return f'<ol class="ax-steps">{items}</ol>'


def recommend_steps(diagnosis: Diagnosis) -> NextSteps:
    """List what follows from a diagnosis, at most five steps; nothing is recommended that rests on no result.

    Parameters
    ----------
    diagnosis : Diagnosis
        As whoever reads the steps may see it; of a client's view nothing hidden is told.
    """
    steps = [*_on_hours(diagnosis), *_on_team(diagnosis), *_on_service(diagnosis), *_on_proof(diagnosis)]
    steps += _on_data(diagnosis)
    return NextSteps(pd.DataFrame(steps[:MOST], columns=["step", "because"]).astype("str"))


def _on_hours(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    plan = diagnosis.coverage
    if not isinstance(plan, CoveragePlan) or plan.hours_source != "assumed":
        return []
    return [
        (
            "Settle with the team how many hours a member of each segment needs.",
            "Every load, gap and cost here rests on assumed hours; settled ones make them findings.",
        )
    ]


def _on_team(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    moved = diagnosis.rebalancing
    if not isinstance(moved, Rebalancing):
        return []
    if not moved.fits:
        short = format_value(float(moved.team["short_hours"].iloc[0]), "hours")
        enough = moved.relaxations.loc[moved.relaxations["still_short_hours"] == 0, "detail"]
        ways = f" One of these would do alone: {join_words(list(dict.fromkeys(enough)), 'or')}." if len(enough) else ""
        return [
            (
                f"Decide how {short} hours of service a year are found.",
                f"However members are shared out, they do not fit the team there is.{ways}",
            )
        ]
    if moved.hand_overs:
        after = format_value(float(moved.team["highest_load"].iloc[0]), "load")
        return [
            (
                f"Hand {count_words(moved.hand_overs, 'member')} over, in waves.",
                f"Then nobody is asked for more than {after} what one can give; the team has the list.",
            )
        ]
    return []


def _on_service(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    gap = diagnosis.service_gap
    if not isinstance(gap, ServiceGap):
        return []
    rows = gap.by_segment[gap.by_segment["under_share"].notna()]
    rows = rows[rows["under_share"] >= FEW_UNDER]
    if len(rows) == 0:
        return []
    worst = rows.sort_values(["under", "group"], ascending=[False, True], kind="stable").iloc[0]
    return [
        (
            f"Begin with the under-served members of {worst['group']}.",
            f"{format_share(float(worst['under_share']), 0)} of them got less than three quarters of the hours called "
            "for; the team has their list.",
        )
    ]


def _on_proof(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    pilot = diagnosis.pilot
    if not isinstance(pilot, Pilot):
        return []
    arms = f"{format_number(pilot.n_changed)} changed and {format_number(pilot.n_usual)} served as usual"
    return [
        (
            f"Run the pilot for {count_words(pilot.months, 'month')}: {arms}, drawn by lot.",
            "Nothing else tells what changed service does from what would have happened anyway.",
        )
    ]


def _on_data(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """What to ask for, and what it would answer; an ask that another one holds is part of that."""
    table = diagnosis.withheld.table
    asks = dict.fromkeys(str(ask).rstrip(".") for ask in table["ask"] if str(ask) != "–")
    wanted: dict[str, list[str]] = {}
    for ask in asks:
        longest = max((other for other in asks if other.startswith(ask)), key=len)
        wanted.setdefault(longest, []).extend(table.loc[table["ask"].str.rstrip(".") == ask, "question"])
    return [
        (f"Ask for {ask}.", f"It would answer: {join_words(list(dict.fromkeys(questions)))}.")
        for ask, questions in wanted.items()
    ]
