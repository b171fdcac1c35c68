"""Plans of the team: who serves few is numbered, small groups are put away, hand-overs stay in the house."""

from __future__ import annotations

import dataclasses

import pandas as pd

from axlib.reports.hiding.people import FEWEST_MEMBERS
from axlib.verbs.delivery import Delivery
from axlib.verbs.enablement import Enablement
from axlib.verbs.hours_model import HoursModel
from axlib.verbs.learned_hours import LearnedHours
from axlib.verbs.load_outlook import LoadOutlook
from axlib.verbs.pool import PoolPlan
from axlib.verbs.rebalancing import Rebalancing
from axlib.verbs.season import Season
from axlib.verbs.transition import Transition
from axlib.words.results import Unavailable

#: Teams of fewer people show nothing of who left.
FEWEST_PEOPLE = 5
Capacity = (
    Delivery | LearnedHours | HoursModel | LoadOutlook | Season | Rebalancing | Transition | PoolPlan | Enablement
)


def hide_capacity(result: Capacity, least: int) -> Capacity | Unavailable:
    """Decide what a client may see of a plan."""
    match result:
        case Delivery() | Transition():
            return Unavailable(type(result).title, "it names members or people of the team, and stays with them.")
        case LoadOutlook():
            enough = result.turnover[result.turnover["people"] >= FEWEST_PEOPLE] if len(result.turnover) else None
            return dataclasses.replace(
                result,
                by_person=number_people(result.by_person, result.by_person["members"]),
                turnover=result.turnover.iloc[:0] if enough is None else enough.reset_index(drop=True),
            )
        case Rebalancing():
            # How many change hands is told in sentences.
            told = result.team.iloc[0].loc[["hand_overs", "newly_placed"]]
            return _hide_rebalancing(result, least) if _are_large(told, least) else _too_few(result, least)
        case HoursModel():
            return (
                _without_stages(result) if _are_large(result.by_segment["members"], least) else _too_few(result, least)
            )
        case LearnedHours():
            seen = dataclasses.replace(result, by_stage=result.by_stage.iloc[:0])
            return seen if _are_large(result.table["n"], least) else _too_few(result, least)
        case Season():
            return result if _are_large(result.table["renewals"], least) else _too_few(result, least)
        case PoolPlan():
            return result if _are_large(result.demand["members"], least) else _too_few(result, least)
        case Enablement():
            return result if _are_large(result.carve_outs["members"], least) else _too_few(result, least)


def number_people(people: pd.DataFrame, members: pd.Series) -> pd.DataFrame:
    """Put numbers in the place of names and identifiers of who serves few members."""
    few = members < FEWEST_MEMBERS
    numbers = pd.Series([f"Person {number}" for number in range(1, len(people) + 1)], index=people.index, dtype="str")
    return people.assign(staff_id=people["staff_id"].where(~few, numbers), name=people["name"].where(~few, numbers))


def _are_large(counts: pd.Series, least: int) -> bool:
    return not ((counts > 0) & (counts < least)).any()


def _too_few(result: Capacity, least: int) -> Unavailable:
    return Unavailable(type(result).title, f"a group in it has fewer than {least} members.")


def _without_stages(result: HoursModel) -> HoursModel:
    """Add up the stages of a segment: some of them have few members."""
    hours = ["required_hours", "contact_hours", "preparation_hours", "follow_up_hours"]
    table = result.table.groupby(["segment", "mode"], sort=False)[hours].sum().reset_index()
    members = table["segment"].map(result.by_segment.set_index("segment")["members"])
    table = table.assign(stage="any", members=members, hours_per_member=table["required_hours"] / members)
    return dataclasses.replace(result, table=table[result.table.columns])


def _hide_rebalancing(result: Rebalancing, least: int) -> Rebalancing:
    """Show loads and books before and after; of who comes and goes, nothing where few do."""
    people = result.by_person
    moving = people[["leaving", "coming"]]
    if ((moving > 0) & (moving < least)).any(axis=None):
        # The difference of both books is their difference, and may be small: the books after go with them.
        people = people.assign(leaving=float("nan"), coming=float("nan"), members=float("nan"))
    few = (result.relaxations["members"] > 0) & (result.relaxations["members"] < least)
    numbers = {name: result.relaxations[name].mask(few) for name in ("members", "hours", "minutes_per_member")}
    return dataclasses.replace(
        result,
        by_person=number_people(people, result.by_person[["members_before", "members"]].min(axis=1)),
        moves=result.moves.iloc[:0],
        assignment=result.assignment.iloc[:0],
        relaxations=result.relaxations.assign(**numbers)[~few].reset_index(drop=True),
    )
