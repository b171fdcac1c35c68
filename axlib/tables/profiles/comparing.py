"""Copies sent back, against each other and against what the engagement says today: what is new, and what clashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

import axlib.tables.profiles.facts as fact
from axlib.tables.instrument import Instrument
from axlib.tables.profiles.facts import KEY, Facts
from axlib.tables.profiles.layout import OVERVIEW, list_intake_columns, show_answer
from axlib.tables.profiles.sheet_cells import Trouble, shorten_value
from axlib.tables.profiles.workbook_copy import CHANGE, SIGN, Copy
from axlib.words.display import count_words, join_words
from axlib.words.results import Result

_SETTLE = "Settle it, and make the cell the same in all copies."
_OVERTAKEN = "Write a new workbook and enter it there, if it still holds."


@dataclass(frozen=True, eq=False, repr=False)
class ProfileChanges(Result):
    """What workbooks sent back would add to an engagement.

    Attributes
    ----------
    changes : DataFrame, one row per new value of a fact
        ``kind``, ``member``, ``where``, ``what``, ``before``, ``after``; ``file``, ``sheet``, ``cell``; ``rater`` and
        ``at``.
    signs : DataFrame, one row per new sign of success
        ``member``, ``at``, ``kind``, ``value``, ``file``, ``sheet``, ``cell``.
    problems : tuple of Trouble
        What must be mended first: with one of them nothing is taken.
    notes : tuple of Trouble
        What to know: what is gone, not read, or counted by a rule.
    unread : DataFrame
        ``file``, ``sheet``, ``cell``, ``value`` of what was not understood.
    """

    changes: pd.DataFrame
    signs: pd.DataFrame
    problems: tuple[Trouble, ...]
    notes: tuple[Trouble, ...]
    unread: pd.DataFrame

    title: ClassVar[str] = "What is new in the workbooks"

    def summary(self) -> pd.DataFrame:
        """Return one row per new value: where it stands, what was and what is."""
        shown = self.changes[["member", "where", "what", "before", "after", "sheet", "cell"]]
        signs = self.signs.assign(where="", what=self.signs["kind"], before="", after=self.signs["at"])
        return pd.concat([shown, signs[shown.columns]], ignore_index=True).astype("str")

    @property
    def is_new(self) -> bool:
        """Whether there is anything to add."""
        return len(self.changes) + len(self.signs) > 0

    @property
    def text(self) -> str:
        """How much is new, and how much is wrong."""
        kinds = self.changes["kind"].value_counts()
        milestones = self.changes.loc[self.changes["kind"] == fact.MILESTONE, ["member", "where"]].drop_duplicates()
        counts = [
            (int(kinds.get(fact.ANSWER, 0)), "answer"),
            (int(kinds.get(fact.GOAL, 0)), "goal"),
            (len(milestones), "milestone"),
            (len(self.signs), "sign of success"),
        ]
        plurals = {"sign of success": "signs of success"}
        parts = [count_words(n, word, plurals.get(word, "")) for n, word in counts if n]
        told = f"New or changed: {join_words(parts)}." if parts else "Nothing is new."
        if self.problems:
            told += f" {count_words(len(self.problems), 'problem')}; until mended, nothing is taken."
        return told


def compare_copies(
    copies: Sequence[Copy],
    *,
    facts: Facts,
    instrument: Instrument,
    identifiers: Mapping[str, str] | None = None,
) -> ProfileChanges:
    """Put what copies say beside each other and beside today's facts.

    Parameters
    ----------
    copies : sequence of Copy
    facts : Facts
        Of all members of the engagement, as it stands.
    instrument : Instrument
    identifiers : mapping of str to str, optional
        Pseudonym -> identifier, where copies are pseudonymised.

    Notes
    -----
    A change is a value other than the one the copy was written with. Where the engagement already says it, it is not
    new. Two copies that change one fact to different values clash; so do a change and an engagement that has changed
    since to something else. What clashes is a problem; nothing is overwritten.
    """
    changes = _join([part for copy in copies for part in copy.changes], CHANGE)
    signs = _join([part for copy in copies for part in copy.signs], SIGN)
    problems = [trouble for copy in copies for trouble in copy.problems]
    notes = [trouble for copy in copies for trouble in copy.notes]
    shown = {column.attribute: column.item for column in list_intake_columns(instrument)}

    def show(what: str, value: str) -> str:
        text = show_answer(shown[what], value) if what in shown else value
        return shorten_value(text, 40) if text else "nothing"

    if identifiers is not None:
        known = {**identifiers, **{name: name for name in identifiers.values()}}
        changes, signs = (part.assign(member=part["member"].map(known)) for part in (changes, signs))
    gone = ~changes["member"].isin(facts.stages.index)
    for row in changes[gone].drop_duplicates(["file", "member"]).itertuples():
        rule = "is not a member of the engagement any more"
        problems.append(Trouble(str(row.file), str(row.sheet), str(row.cell), str(row.member), rule, "Clear the row."))
    changes = changes[~gone]
    changes = changes.merge(facts.table.rename(columns={"value": "today"}), on=KEY, how="left")
    changes = changes.assign(today=changes["today"].fillna("").astype("str"))
    known_milestones = set(_milestone_keys(facts.table))
    fresh = pd.Series([pair not in known_milestones for pair in _milestone_keys(changes, every=True)], changes.index)
    is_news = (changes["after"] != changes["today"]) | (fresh & (changes["kind"] == fact.MILESTONE)).to_numpy(bool)
    changes = changes[is_news]
    overtaken = (changes["today"] != changes["before"]).to_numpy(bool)
    for row in changes[overtaken].itertuples():
        words = (show(str(row.what), str(value)) for value in (row.before, row.after, row.today))
        before, after, today = words
        rule = f"was '{before}' when the copy was written and is '{after}' in it; the engagement now says '{today}'"
        about = _name_fact(row)
        problems.append(Trouble(str(row.file), str(row.sheet), str(row.cell), about, rule, _OVERTAKEN))
    changes = changes[~overtaken].drop(columns="today")
    distinct = changes.drop_duplicates([*KEY, "after"])
    clash = distinct.duplicated(KEY, keep=False)
    for _, rows in distinct[clash].groupby(KEY, sort=False):
        first = next(rows.itertuples())
        says = join_words([f"'{show(str(r.what), str(r.after))}' in {r.file} ({r.cell})" for r in rows.itertuples()])
        rule = f"was '{show(str(first.what), str(first.before))}' and is {says}"
        problems.append(Trouble(str(first.file), str(first.sheet), str(first.cell), _name_fact(first), rule, _SETTLE))
    notes += _note_held(distinct, facts)
    signs = signs.drop_duplicates(["member", "at", "kind", "value"])
    there = pd.MultiIndex.from_frame(facts.signs[["member_id", "at", "kind", "value"]].astype("str"))
    signs = signs[~pd.MultiIndex.from_frame(signs[["member", "at", "kind", "value"]].astype("str")).isin(there)]
    unread = pd.DataFrame(
        [(copy.file, *cell) for copy in copies for cell in copy.unread],
        columns=["file", "sheet", "cell", "value"],
        dtype="str",
    )
    return ProfileChanges(
        distinct[~clash][CHANGE].reset_index(drop=True),
        signs.reset_index(drop=True),
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(notes)),
        unread,
    )


def _join(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled, ignore_index=True)[list(columns)] if filled else pd.DataFrame(columns=list(columns))
    return table.astype("str")


def _milestone_keys(table: pd.DataFrame, *, every: bool = False) -> list[tuple[str, str]]:
    mine = table if every else table[table["kind"] == fact.MILESTONE]
    return list(zip(mine["member"], mine["where"], strict=True))


def _name_fact(row: object) -> str:
    member, where, what = (str(getattr(row, name)) for name in ("member", "where", "what"))
    return f"{member}, {where}, {what}" if where else f"{member}, {what}"


def _note_held(changes: pd.DataFrame, facts: Facts) -> list[Trouble]:
    """Say where the members' table answers itself, which goes before what was answered."""
    pairs = zip(changes["member"], changes["what"], strict=True)
    held = changes[[pair in facts.held for pair in pairs]] if len(changes) else changes
    return [
        Trouble(
            str(row.file),
            str(row.sheet or OVERVIEW),
            str(row.cell),
            f"{row.member}, {row.what}",
            "is also told by the members' table, which goes before answers; mend it there too",
        )
        for row in held.itertuples()
    ]
