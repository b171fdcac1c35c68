"""What stays on the desk while choices change: the members, their terms, and every attribute there is to choose."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from axlib.desk.choices import Choices, Method, read_choices
from axlib.numbers.finding_members import are_among
from axlib.tables.attributes import Attributes, collect_attributes
from axlib.tables.changing_engagement import change_engagement
from axlib.tables.cleaning import CleanTables, clean_tables
from axlib.tables.engagement import Engagement, read_engagement
from axlib.tables.known_then import keep_known
from axlib.tables.reading import read_tables
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.verbs.asked_members import choose_attributes
from axlib.verbs.assignment import derive_rng
from axlib.verbs.diagnosing.groundwork import Groundwork, stand_on
from axlib.verbs.diagnosis import Diagnosis
from axlib.words.display import format_share
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.progress import tell_steps

#: Above so many members the desk works on a sample, so that it stays quick.
MOST_MEMBERS, SAMPLE = 25_000, 10_000


@dataclass(frozen=True, eq=False)
class Bench:
    """What stays while choices change.

    Attributes
    ----------
    engagement : Engagement
        As it was opened; the file is never written to.
    of_file : Engagement
        As its file said when the desk was opened, without parameters laid over it.
    ground : Groundwork
        By the engagement's own rules.
    attributes : Attributes
        All that may be chosen, of all members.
    specs : tuple of AttributeSettings
        How each of them is declared.
    first : Choices
        What the engagement itself says.
    n_members, n_sampled : int
        Members in the tables, and how many of them the desk works on.
    """

    engagement: Engagement
    of_file: Engagement
    ground: Groundwork
    attributes: Attributes
    specs: tuple[AttributeSettings, ...]
    first: Choices
    n_members: int
    n_sampled: int

    @property
    def is_sampled(self) -> bool:
        """Whether the desk works on some of the members."""
        return self.n_sampled < self.n_members

    @property
    def sample_note(self) -> str:
        """The sample in a sentence; empty where all members are here."""
        if not self.is_sampled:
            return ""
        share = format_share(self.n_sampled / self.n_members)
        return (
            f"A random sample of {self.n_sampled:,} of {self.n_members:,} members ({share}): counts are of the sample, "
            "hours of the team are scaled to it, and loads of single people are rough. The calls to copy compute all "
            "members."
        )


def lay_bench(
    opened: Engagement | Diagnosis, *, attributes: Sequence[str] = (), tell: Callable[[str], None] | None = None
) -> Bench:
    """Read and clean what the desk works on.

    Parameters
    ----------
    opened : Engagement or Diagnosis
        Tables of a diagnosis are not read again.
    attributes : sequence of str
        Further columns of members to offer, beside those declared and those the kit knows.
    tell : callable, optional
        Told of two steps when they are done: tables, members.

    Raises
    ------
    DataError, ConfigurationError
        The tables cannot be read, nothing is known that members could be told apart by, or a further column is money.
    """
    tell = tell or tell_steps(None)
    engagement = opened.engagement if isinstance(opened, Diagnosis) else opened
    declared = {spec.name: spec for spec in engagement.settings.attributes}
    further = [AttributeSettings(name=name) for name in attributes if name not in declared]
    if isinstance(opened, Diagnosis) and not further:
        clean, sources = opened.clean, opened.sources
    else:
        # Declared, so that they are cleaned as they would be if they stood in the file.
        wanted = [*declared.values(), *further]
        specs_given = [spec.model_dump(exclude_unset=True) for spec in wanted]
        asked = change_engagement(engagement, keys={"attributes": specs_given}) if further else engagement
        tables = read_tables(asked)
        clean, sources = clean_tables(tables), tables.sources
        if engagement.settings.as_known == "then":
            clean = keep_known(clean, on=engagement.as_of)
    tell("tables")
    n_members = len(clean.members)
    if n_members > MOST_MEMBERS:
        clean = sample_members(clean, n=SAMPLE, rng=derive_rng(engagement.settings.seed, "explore"))
    ground = stand_on(dataclasses.replace(clean, engagement=engagement), sources=sources)
    found, specs = _offer(ground, further)
    method, used = _start(opened, ground, found)
    first = read_choices(engagement, attributes=used, method=method)
    tell("members")
    return Bench(engagement, _read_again(engagement), ground, found, specs, first, n_members, len(clean.members))


def _read_again(engagement: Engagement) -> Engagement:
    try:
        return read_engagement(engagement.path)
    except ConfigurationError:
        return engagement


def _offer(ground: Groundwork, further: list[AttributeSettings]) -> tuple[Attributes, tuple[AttributeSettings, ...]]:
    """Collect what is declared first, then further columns, then what the kit knows and the export holds."""
    chosen = choose_attributes(ground.answered, ground.engagement, ground.instrument)
    specs = {spec.name: spec for spec in (*chosen, *further)}
    specs |= {name: AttributeSettings(name=name) for name in _known(ground, must=not specs) if name not in specs}
    if not specs:
        raise DataError(
            "explore: the export holds no AX attributes. Ask for AX answers of the members, or name columns that tell "
            "how each must be served: axlib.explore(engagement, attributes=[…])."
        )
    return collect_attributes(ground.answered, attributes=tuple(specs.values())), tuple(specs.values())


def _known(ground: Groundwork, *, must: bool) -> list[str]:
    """Name the attributes the kit knows; none where one of them is refused and nothing hangs on it."""
    try:
        return list(collect_attributes(ground.answered, attributes=()).kinds)
    except ConfigurationError:
        if must:
            raise
        return []


def _start(opened: Engagement | Diagnosis, ground: Groundwork, found: Attributes) -> tuple[Method, list[str]]:
    """Say what the engagement itself is segmented by: the method, and the attributes."""
    asked = ground.engagement.settings.segments.method
    chosen = choose_attributes(ground.answered, ground.engagement, ground.instrument)
    names = [spec.name for spec in chosen] or _known(ground, must=False)
    method: Method = "classes" if asked == "auto" else asked
    if asked == "auto" and isinstance(opened, Diagnosis):
        method = "rules" if opened.method_choice.used == "rules" else "classes"
    return method, names or list(found.kinds)


def sample_members(clean: CleanTables, *, n: int, rng: np.random.Generator) -> CleanTables:
    """Keep some members at random, with their rows of every table, and the team's hours scaled to them.

    Parameters
    ----------
    clean : CleanTables
    n : int
        Members kept, each equally likely.
    rng : Generator
    """
    members = clean.members
    share = n / len(members)
    kept = members.iloc[np.sort(rng.choice(len(members), size=n, replace=False))]
    ids = pd.Index(kept["member_id"])
    tables = {}
    for name in ("terms", "touches", "answers", "milestones", "outcomes"):
        table = getattr(clean, name)
        if table is not None:
            tables[name] = table[ids.get_indexer_for(table["member_id"]) >= 0] if len(table) else table
    staff = clean.staff
    if staff is not None and "hours_per_year" in staff.columns:
        tables["staff"] = staff.assign(hours_per_year=staff["hours_per_year"] * share)
    return dataclasses.replace(clean, members=kept, **tables)


def take_attributes(bench: Bench, names: Sequence[str], population: pd.DataFrame | pd.Index) -> Attributes:
    """Keep chosen attributes of the members who are to be segmented.

    Parameters
    ----------
    bench : Bench
    names : sequence of str
    population : DataFrame or Index
        Members, with ``member_id``; or their identifiers in the order of the bench.

    Raises
    ------
    ConfigurationError
        An attribute is not there to choose.
    """
    whole = bench.attributes
    strange = [name for name in names if name not in whole.kinds]
    if strange:
        raise ConfigurationError(*(f"explore: there is no attribute '{name}' to choose." for name in strange))
    index = whole.table.index
    people = population if isinstance(population, pd.Index) else index[are_among(index, population["member_id"])]
    places = index.get_indexer(people)
    sources = whole.sources[whole.sources["attribute"].isin(names)]
    return dataclasses.replace(
        whole,
        table=whole.table[list(names)].take(places),
        kinds={name: whole.kinds[name] for name in names},
        edges={name: whole.edges[name] for name in names if name in whole.edges},
        sources=sources.reset_index(drop=True),
    )
