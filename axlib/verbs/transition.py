"""From today's books to those shared out anew, in waves: who moves when, and what it takes meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.verbs.rebalancing import Rebalancing
from axlib.words.display import count_words, format_share, format_value
from axlib.words.results import Result, Unavailable

#: Nobody changes hands in the months up to its renewal.
MONTHS_BEFORE_RENEWAL = 2
_YEAR = 12


@dataclass(frozen=True, eq=False, repr=False)
class Transition(Result):
    """Hand-overs in waves.

    Attributes
    ----------
    waves : DataFrame, one row per wave, the first numbered 1
        ``wave``, ``begins_on``, ``hand_overs``, ``newly_placed``, ``hand_over_hours``, ``highest_load`` (once it is
        done), ``extra_load`` (most that hand-overs add to anybody's load during the wave).
    by_person : DataFrame, one row per (person, wave) in which members come or go
        ``staff_id``, ``wave``, ``leaving``, ``coming``, ``hand_over_hours``, ``extra_load``, ``load`` (once it
        is done).
    assignment : DataFrame, one row per member who moves
        ``member_id``, ``segment``, ``staff_id``, ``to_staff_id``, ``wave``, ``waited`` (for its renewal).
    hand_over_hours : float
        Hours of each of the two people of a hand-over.
    wave_months : int
    share : float
        The most of a person's hours hand-overs were to take.
    """

    waves: pd.DataFrame
    by_person: pd.DataFrame
    assignment: pd.DataFrame
    hand_over_hours: float
    wave_months: int
    share: float

    title: ClassVar[str] = "The transition in waves"
    plots: ClassVar[tuple[str, ...]] = ("plot_waves",)
    details: ClassVar[tuple[tuple[str, str], ...]] = (("by_person", "What waves add, by person"),)

    def summary(self) -> pd.DataFrame:
        """Return one row per wave."""
        return self.waves

    @property
    def text(self) -> str:
        """How many waves, how long, and what they add."""
        n = len(self.waves)
        if n == 0:
            return "Nobody moves."
        hours = float(self.waves["hand_over_hours"].sum())
        months = n * self.wave_months
        parts = [
            f"If a hand-over takes each of the two people {format_value(self.hand_over_hours, 'hours')} hours, and "
            f"they are to take nobody more than {format_share(self.share, 0)} of the hours members may fill, "
            f"{count_words(len(self.assignment), 'member moves', 'members move')} in "
            f"{count_words(n, 'wave')} over {count_words(months, 'month')}: {format_value(hours, 'hours')} hours of "
            "hand-overs in all."
        ]
        most = float(self.waves["extra_load"].max())
        parts.append(f"While they last, hand-overs add up to {format_value(most, 'load')} to a person's load.")
        waited = int(self.assignment["waited"].sum())
        if waited:
            parts.append(
                f"{count_words(waited, 'member waits', 'members wait')} for a later wave, as a renewal is near."
            )
        return " ".join(parts)


def plan_transition(
    rebalancing: Rebalancing,
    *,
    begins_on: date,
    renews_on: pd.Series | None = None,
    hand_over_hours: float = 2.0,
    share: float = 0.1,
    wave_months: int = 3,
) -> Transition | Unavailable:
    """Put the hand-overs of a rebalancing into waves.

    Parameters
    ----------
    rebalancing : Rebalancing
    begins_on : date
        First day of the first wave.
    renews_on : Series of dates, index ``member_id``, optional
        Last day covered. Who renews within ``MONTHS_BEFORE_RENEWAL`` months of a wave's first day, in whatever year,
        waits for the next wave, once.
    hand_over_hours : float
        Hours of each of the two people of a hand-over; who had nobody takes only the new person's.
    share : float
        The most of a person's available hours that hand-overs may take in a wave.
    wave_months : int

    Returns
    -------
    Transition or Unavailable

    Notes
    -----
    Members whom nobody has come first, then those who leave the highest loads, those calling for most hours first:
    each wave lightens the heaviest books. A wave takes hand-overs in this order as long as both people have room under
    the share, each at least one; what does not fit is for the next.
    """
    table = rebalancing.assignment
    known = table["staff_id"].isin(rebalancing.by_person["staff_id"])
    moves = table[table["handed_over"] | (~known & table["to_staff_id"].isin(rebalancing.by_person["staff_id"]))]
    if len(moves) == 0:
        return Unavailable("Transition in waves", "nobody changes hands.")
    people = rebalancing.by_person.set_index("staff_id")
    from_load = moves["staff_id"].map(people["load_before"]).fillna(np.inf)
    order = moves.assign(from_load=from_load).sort_values(
        ["from_load", "required_hours", "member_id"], ascending=[False, False, True], kind="stable"
    )
    moves = order.drop(columns=["from_load", "handed_over"]).reset_index(drop=True)
    budget = people["available_hours"].fillna(0.0) * share * wave_months / _YEAR
    wave, waits = _fill_waves(moves, budget, hand_over_hours, renews_on, begins_on, wave_months)
    assignment = moves[["member_id", "segment", "staff_id", "to_staff_id", "required_hours"]].assign(
        wave=wave + 1, waited=waits
    )
    return _build(assignment, rebalancing, begins_on, hand_over_hours, share, wave_months)


def _fill_waves(
    moves: pd.DataFrame,
    budget: pd.Series,
    hours: float,
    renews_on: pd.Series | None,
    begins_on: date,
    wave_months: int,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Fill wave after wave in the order of the moves; which wave each is in, and who waited for a renewal."""
    people = pd.Index(budget.index)
    places = [people.get_indexer(pd.Index(moves[name])) for name in ("staff_id", "to_staff_id")]
    most = np.full(len(people), len(moves)) if hours == 0 else np.floor(budget.to_numpy() / hours + 1e-9)
    most = np.maximum(most, 1).astype(np.int64)
    renews = None if renews_on is None else moves["member_id"].map(renews_on)
    wave, waited = np.full(len(moves), -1, dtype=np.int64), np.zeros(len(moves), dtype=bool)
    number = 0
    while (wave < 0).any():
        near = _near_renewal(renews, number, begins_on, wave_months) & (wave < 0) & ~waited
        open_now, room = (wave < 0) & ~near, most.copy()
        while True:
            at = np.flatnonzero(open_now)
            chosen = at[_have_room(places[0][at], places[1][at], room)]
            if len(chosen) == 0:
                break
            wave[chosen], open_now[chosen] = number, False
            for place in places:
                np.subtract.at(room, place[chosen][place[chosen] >= 0], 1)
        waited |= near
        number += 1
    return wave, waited


def _have_room(giving: NDArray[np.intp], taking: NDArray[np.intp], room: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which moves fit if all before them were made: counted for each person in both roles."""
    n = len(giving)
    both = pd.Series(np.column_stack([giving, taking]).ravel())
    rank = both.groupby(both).cumcount().to_numpy()
    fits = np.asarray((both < 0).to_numpy() | (rank < room[both.clip(lower=0)])).reshape(n, 2)
    return np.asarray(fits[:, 0] & fits[:, 1], dtype=bool)


def _near_renewal(renews: pd.Series | None, wave: int, begins_on: date, wave_months: int) -> NDArray[np.bool_]:
    if renews is None:
        return np.zeros(1, dtype=bool)
    first = begins_on.year * _YEAR + begins_on.month - 1 + wave * wave_months
    ahead = (renews.dt.year * _YEAR + renews.dt.month - 1 - first) % _YEAR
    near: NDArray[np.bool_] = (renews.notna() & (ahead <= MONTHS_BEFORE_RENEWAL)).to_numpy()
    return near


def _build(
    assignment: pd.DataFrame,
    rebalancing: Rebalancing,
    begins_on: date,
    hand_over_hours: float,
    share: float,
    wave_months: int,
) -> Transition:
    people = rebalancing.by_person.set_index("staff_id")
    known = assignment["staff_id"].isin(people.index)
    going = assignment[known].groupby(["staff_id", "wave"])["required_hours"].agg(["size", "sum"])
    coming = assignment.groupby(["to_staff_id", "wave"])["required_hours"].agg(["size", "sum"])
    n_waves = int(assignment["wave"].max())
    cells = pd.MultiIndex.from_product([people.index, range(1, n_waves + 1)], names=["staff_id", "wave"])
    both = pd.DataFrame(
        {
            "leaving": going["size"].reindex(cells).fillna(0).astype(int),
            "coming": coming["size"].rename_axis(["staff_id", "wave"]).reindex(cells).fillna(0).astype(int),
            "change": coming["sum"].rename_axis(["staff_id", "wave"]).reindex(cells).fillna(0.0)
            - going["sum"].reindex(cells).fillna(0.0),
        }
    ).reset_index()
    available = both["staff_id"].map(people["available_hours"])
    available = available.where(available > 0)
    both = both.assign(hand_over_hours=(both["leaving"] + both["coming"]) * hand_over_hours)
    held = both["staff_id"].map(people["required_hours_before"]) + both.groupby("staff_id")["change"].cumsum()
    both = both.assign(extra_load=both["hand_over_hours"] / (available * wave_months / _YEAR), load=held / available)
    of_wave = both.groupby("wave")
    begins = [
        (pd.Timestamp(begins_on) + pd.DateOffset(months=wave_months * at)).date().isoformat() for at in range(n_waves)
    ]
    waves = pd.DataFrame(
        {
            "wave": range(1, n_waves + 1),
            "begins_on": pd.Series(begins, dtype="str"),
            "hand_overs": assignment[known]
            .groupby("wave")
            .size()
            .reindex(range(1, n_waves + 1))
            .fillna(0)
            .to_numpy(int),
            "newly_placed": assignment[~known]
            .groupby("wave")
            .size()
            .reindex(range(1, n_waves + 1))
            .fillna(0)
            .to_numpy(int),
            "hand_over_hours": of_wave["hand_over_hours"].sum().to_numpy(),
            "highest_load": of_wave["load"].max().to_numpy(),
            "extra_load": of_wave["extra_load"].max().to_numpy(),
        }
    )
    by_person = both[(both["leaving"] > 0) | (both["coming"] > 0)].drop(columns="change").reset_index(drop=True)
    return Transition(waves, by_person, assignment.drop(columns="required_hours"), hand_over_hours, wave_months, share)
