"""From answers as they were given to what members are known by: raters combined, gates read, stages settled."""

from __future__ import annotations

import dataclasses

import pandas as pd

from axlib.tables.attributes import collect_attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.combining_raters import CombinedAnswers, combine_raters, take_current_stage
from axlib.tables.engagement import Engagement
from axlib.tables.instrument import Instrument
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.words.results import Unavailable


def combine_answers(clean: CleanTables, instrument: Instrument) -> CombinedAnswers | Unavailable:
    """Combine the raters' answers to the items of the instrument.

    Returns
    -------
    CombinedAnswers or Unavailable
        Unavailable where there is no answer to any item.
    """
    ask = "answers to the AX instrument: member, item, value, and who answered when"
    if clean.answers is None:
        return Unavailable("Intake answers", "there is no table of answers.", ask)
    asked = _of_instrument(clean.answers, instrument)
    if not asked.any():
        return Unavailable("Intake answers", "no answer is to an item of the instrument.", ask)
    return combine_raters(clean.answers[asked], instrument=instrument)


def use_answers(clean: CleanTables, answers: CombinedAnswers, instrument: Instrument) -> CleanTables:
    """Put combined answers in the place of raters', and gates that members' columns leave open.

    Answers to items the instrument does not have stay as they were given.
    """
    if clean.answers is None:
        return clean
    members, gates = clean.members, answers.gates
    stages = members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    current = take_current_stage(answers.table, stages=stages)
    others = clean.answers[~_of_instrument(clean.answers, instrument)]
    columns = [name for name in clean.answers.columns if name in current.columns]
    joined = pd.concat([current[columns], others[columns]], ignore_index=True) if len(others) else current[columns]
    filled = {
        name: members[name].fillna(told) if name in members.columns else told
        for name in gates.columns
        for told in (pd.Series(gates[name].reindex(members["member_id"]).array, index=members.index),)
    }
    return dataclasses.replace(clean, answers=joined, members=members.assign(**filled))


def choose_attributes(
    clean: CleanTables, engagement: Engagement, instrument: Instrument | None
) -> tuple[AttributeSettings, ...]:
    """Return the attributes to segment by: those declared, else those known, with what an own instrument asks.

    With the kit's own instrument nothing has to be said: its attributes are those of the vocabulary.
    """
    declared = engagement.settings.attributes
    if declared or instrument is None or engagement.settings.intake.instrument == "default":
        return declared
    known = collect_attributes(clean, attributes=()).kinds
    own = {spec.name: spec for spec in instrument.attributes}
    there = set(clean.members.columns) | (set(clean.answers["item"]) if clean.answers is not None else set())
    names = dict.fromkeys([*known, *(name for name in own if name in there)])
    return tuple(own.get(name, AttributeSettings(name=name)) for name in names)


def _of_instrument(answers: pd.DataFrame, instrument: Instrument) -> pd.Series:
    return answers["item"].isin([item.id for item in instrument.items])
