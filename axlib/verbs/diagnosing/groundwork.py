"""First step: tables, terms, the cohort, and who pays what. Nothing here knows of Coverage Segments."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.tables.cleaning import CleanTables, clean_tables
from axlib.tables.combining_raters import CombinedAnswers
from axlib.tables.data_check import DataCheck, check_data
from axlib.tables.engagement import Engagement
from axlib.tables.instrument import Instrument, read_instrument
from axlib.tables.known_then import keep_known
from axlib.tables.reading import read_tables
from axlib.tables.terms import TermLedger, build_terms
from axlib.verbs.asked_members import combine_answers, use_answers
from axlib.verbs.cohort import Cohort, build_cohort
from axlib.verbs.population import add_dues, find_current
from axlib.verbs.segments import Segmentation, segment_by_dues
from axlib.words.display import count_words, format_day
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class Groundwork(Result):
    """What every later step stands on.

    Attributes
    ----------
    engagement : Engagement
    sources : DataFrame
        The files read, with what was detected and their hashes, as in ``Tables``.
    clean : CleanTables
    ledger : TermLedger
    data_check : DataCheck
    instrument : Instrument
        What is asked about the Appropriate Experience.
    answered : CleanTables
        The clean tables with one answer per member and item: raters combined, of the member's own stage.
    answers : CombinedAnswers
        Several raters made one, every stage.
    cohort : Cohort
        Members when the window opened, and what became of each.
    members : DataFrame
        All members, with what each pays.
    current : DataFrame
        Members on the closing day.
    population : DataFrame
        Current members and the cohort: who is segmented.
    tiers, tiers_at_start : Segmentation
        Of current members, and of the cohort when the window opened.
    """

    engagement: Engagement
    sources: pd.DataFrame
    clean: CleanTables
    ledger: TermLedger
    data_check: DataCheck
    instrument: Instrument
    answered: CleanTables
    answers: CombinedAnswers | Unavailable
    cohort: Cohort | Unavailable
    members: pd.DataFrame
    current: pd.DataFrame
    population: pd.DataFrame
    tiers: Segmentation | Unavailable
    tiers_at_start: Segmentation | Unavailable

    title: ClassVar[str] = "Who is looked at"

    def summary(self) -> pd.DataFrame:
        """Return one row per group of members: how many there are."""
        cohort = len(self.cohort.table) if isinstance(self.cohort, Cohort) else float("nan")
        groups = ["in the tables", "members today", "members when the window opened", "to be segmented (either)"]
        counts = [len(self.members), len(self.current), cohort, len(self.population)]
        return pd.DataFrame({"group": groups, "n": counts})

    @property
    def text(self) -> str:
        """How many members there are today, and of how many it is known what became of them."""
        today = f"{count_words(len(self.current), 'member')} on {format_day(self.engagement.as_of)}."
        return f"{today} {self.cohort.text}"


def lay_groundwork(engagement: Engagement) -> Groundwork:
    """Read, clean, build terms and the cohort, and tell members apart by dues: all that comes before segments.

    Parameters
    ----------
    engagement : Engagement

    Returns
    -------
    Groundwork

    Raises
    ------
    DataError, ConfigurationError
        The data cannot be read or cleaned.
    """
    tables = read_tables(engagement)
    clean = clean_tables(tables)
    if engagement.settings.as_known == "then":
        clean = keep_known(clean, on=engagement.as_of)
    return stand_on(clean, sources=tables.sources)


def stand_on(clean: CleanTables, *, sources: pd.DataFrame) -> Groundwork:
    """Build terms and the cohort from clean tables, wherever they come from, and tell members apart by dues."""
    engagement = clean.engagement
    file = engagement.settings.intake.instrument
    instrument = read_instrument(None if file == "default" else engagement.locate(file))
    answers = combine_answers(clean, instrument)
    answered = use_answers(clean, answers, instrument) if isinstance(answers, CombinedAnswers) else clean
    rules = engagement.settings.retention
    ledger = build_terms(clean, as_of=engagement.as_of, grace_days=rules.grace_days, rejoin=rules.rejoin)
    parts = (sources, clean, ledger, check_data(clean, ledger), instrument, answered, answers)
    return _count_members(engagement, *parts)


def change_rules(ground: Groundwork, engagement: Engagement) -> Groundwork:
    """Count members anew by other rules of grace, rejoining or tiers; tables and terms stay as they were read.

    The events of the ledger are those of the rules it was built by: who counts as a member, the cohort and the
    tiers are made from its terms alone.
    """
    parts = (ground.sources, ground.clean, ground.ledger, ground.data_check, ground.instrument, ground.answered)
    return _count_members(engagement, *parts, ground.answers)


def change_tiers(ground: Groundwork, engagement: Engagement) -> Groundwork:
    """Cut dues into other tiers; members and the cohort stay as they were counted."""
    return dataclasses.replace(
        ground,
        engagement=engagement,
        tiers=_tiers(ground.current, engagement),
        tiers_at_start=_tiers_at_start(ground.cohort, ground.members, engagement),
    )


def _count_members(
    engagement: Engagement,
    sources: pd.DataFrame,
    clean: CleanTables,
    ledger: TermLedger,
    data_check: DataCheck,
    instrument: Instrument,
    answered: CleanTables,
    answers: CombinedAnswers | Unavailable,
) -> Groundwork:
    """Say who is a member, who was one at the opening, and what each pays."""
    rules = engagement.settings.retention
    cohort = build_cohort(
        clean.members,
        ledger.terms,
        as_of=engagement.as_of,
        window_months=rules.window_months,
        grace_days=rules.grace_days,
        rejoin=rules.rejoin,
        snapshot=rules.snapshot,
        currency=engagement.settings.currency,
        source="members" if clean.terms is None else "terms",
    )
    members = add_dues(answered.members, ledger, engagement)
    is_current = find_current(members, ledger, engagement).to_numpy(dtype=bool)
    current, inside = members[is_current], is_current
    if isinstance(cohort, Cohort):
        inside = is_current | are_among(members["member_id"], cohort.table["member_id"])
    return Groundwork(
        engagement,
        sources,
        clean,
        ledger,
        data_check,
        instrument,
        answered,
        answers,
        cohort,
        members,
        current,
        members[inside],
        _tiers(current, engagement),
        _tiers_at_start(cohort, members, engagement),
    )


def lacking(analysis: str, missing: Result) -> Unavailable:
    """Say that an analysis is not there because something it needs is not."""
    if isinstance(missing, Unavailable):
        return Unavailable(analysis, missing.why, missing.ask)
    return Unavailable(analysis, "something it needs is not there.")


def _tiers(members: pd.DataFrame, engagement: Engagement) -> Segmentation | Unavailable:
    tiers = engagement.settings.tiers
    try:
        return segment_by_dues(
            members,
            by=tiers.by,
            edges=tiers.edges,
            n=tiers.n,
            column=tiers.column,
            names=tiers.names,
            currency=engagement.settings.currency,
        )
    except DataError as error:
        why = " ".join(error.problems)
        if "annual_dues" not in members.columns or members["annual_dues"].isna().all():
            why = "of no member it is known what it pays a year."
        return Unavailable("Revenue tiers", why, "what each member pays a year, or the tier it is in")


def _tiers_at_start(
    cohort: Cohort | Unavailable, members: pd.DataFrame, engagement: Engagement
) -> Segmentation | Unavailable:
    if isinstance(cohort, Unavailable):
        return lacking("Revenue tiers at the start", cohort)
    paid = cohort.table[["member_id", "opening"]].rename(columns={"opening": "annual_dues"})
    column = engagement.settings.tiers.column
    if engagement.settings.tiers.by == "column" and column in members.columns:
        paid = paid.merge(members[["member_id", column]], on="member_id", how="left")
    return _tiers(paid, engagement)
