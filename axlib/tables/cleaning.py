"""From raw tables to clean ones, with an account of every row and a ledger of every changed cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.tables.cells.by_column import work_by_column
from axlib.tables.cells.column_rules import VALUE_KINDS, decide_rules
from axlib.tables.cells.encoded_columns import EncodedColumn, encode_column
from axlib.tables.cells.parsing_columns import ParsedColumn, parse_column
from axlib.tables.engagement import Engagement
from axlib.tables.files.raw_rows import TEXT
from axlib.tables.joins import describe_join
from axlib.tables.reading import Tables
from axlib.tables.recognition.declared_columns import collect_meanings, name_further
from axlib.tables.recognition.profiles_of_systems import SystemProfile, recognise_system
from axlib.tables.recognition.recognising import recognise_columns
from axlib.tables.rows.accounts import (
    DECISIONS,
    QUARANTINE,
    Work,
    account_rows,
    add_reason,
    check_accounts,
    look_across,
    state_decision,
)
from axlib.tables.rows.changes import count_changes, join_changes
from axlib.tables.rows.confirmed_duplicates import SAME_AS, join_confirmed
from axlib.tables.rows.dues_payers import settle_payers
from axlib.tables.rows.overrides import NEEDED, apply_overrides, find_blanks, read_overrides
from axlib.tables.rows.suspect_rows import find_descriptions
from axlib.tables.settings.reading import ReadSettings
from axlib.words.display import count_words, format_number, format_share, join_words
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Result
from axlib.words.vocabulary import TABLES, Column, find_column

#: Columns an engagement file may name beside the canonical ones.
_FURTHER = {"terms": {"annual_amount": Column("annual_amount", "Annual amount", "money", "money")}}
#: Required columns in which an empty cell says something: a term without end is still running.
_MAY_BE_BLANK = {("terms", "ends_on")}


@dataclass(frozen=True, eq=False, repr=False)
class CleanTables(Result):
    """The canonical tables, and everything that was done to get them.

    Attributes
    ----------
    members : DataFrame
        Canonical columns in canonical dtypes, then the export's further columns under their own headers.
        The index ``row`` is the row in the file.
    terms, touches, staff, answers, milestones, outcomes : DataFrame or None
        None where the engagement has no such table.
    ledger : DataFrame
        table, row, column, before, after, rule: one entry per changed cell, in the order of the changes.
    quarantine : DataFrame
        table, row, reason, cells, amount: every row set aside, whole (cells: JSON, header -> text); amount is
        the money of a term, where it could be read.
    merged : DataFrame
        table, row, into_row: every row merged into another one.
    accounts : DataFrame
        table, read, kept, merged, quarantined; read = kept + merged + quarantined.
    decisions : DataFrame
        table, column, decision, evidence: what was decided for a whole column or table.
    headers : DataFrame
        table, column, header: which column of the source each one was read from.
    overrides : DataFrame
        member_id, column, value, reason, by: the consultant's word, as applied.
    system : str
        The membership system the members came from; empty where none was recognised.
    engagement : Engagement
    """

    members: pd.DataFrame
    terms: pd.DataFrame | None
    touches: pd.DataFrame | None
    staff: pd.DataFrame | None
    answers: pd.DataFrame | None
    milestones: pd.DataFrame | None
    outcomes: pd.DataFrame | None
    ledger: pd.DataFrame
    quarantine: pd.DataFrame
    merged: pd.DataFrame
    accounts: pd.DataFrame
    decisions: pd.DataFrame
    headers: pd.DataFrame
    overrides: pd.DataFrame
    system: str
    engagement: Engagement

    title: ClassVar[str] = "Every row accounted for"

    def summary(self) -> pd.DataFrame:
        """Return the accounts: rows read, kept, merged and set aside, by table."""
        return self.accounts

    @property
    def changes(self) -> pd.DataFrame:
        """Changed cells counted by table, column and rule."""
        return count_changes(self.ledger)

    @property
    def text(self) -> str:
        """The accounts in sentences."""
        members = self.accounts.iloc[0]
        sentences = [
            f"Of {count_words(int(members['read']), 'row')} of members, {format_number(int(members['kept']))} "
            f"{'is' if members['kept'] == 1 else 'are'} kept, "
            f"{format_number(int(members['merged']))} merged as duplicates and "
            f"{format_number(int(members['quarantined']))} set aside.",
            f"{count_words(len(self.ledger), 'cell')} changed, each in the ledger.",
        ]
        if len(self.overrides):
            sentences.append(f"{count_words(len(self.overrides), 'override')} by the consultant.")
        return " ".join(sentences)


def clean_tables(tables: Tables) -> CleanTables:
    """Recognise, read, check and merge the rows of every table.

    Parameters
    ----------
    tables : Tables
        As ``read_tables`` gives them; not changed.

    Returns
    -------
    CleanTables

    Raises
    ------
    ConfigurationError
        Columns, values or dates whose meaning must be declared: all of them, with the lines to paste.
    DataError
        No member has a key, or more rows would be set aside than ``max_loss`` allows.
    """
    engagement, work = tables.engagement, Work()
    profile, shared = recognise_system(tables.tables["members"].columns)
    if profile:
        evidence = f"{shared} of its headers"
        work.decisions.append(state_decision("members", "", f"export of {profile.system}", evidence))
    for account in tables.joins.to_dict("records"):
        work.decisions.append(state_decision(account["table"], "", *describe_join(account)))
    left_out = tables.sources[(tables.sources["use"] == "rows") & (tables.sources["left_out"] > 0)]
    for line in left_out.to_dict("records"):
        where = engagement.settings.read[line["table"]].where
        rule = " and ".join(f"{column} is {join_words(list(wanted), 'or')}" for column, wanted in where.items())
        evidence = f"{count_words(line['left_out'], 'row')} of {line['rows']:,} left out"
        work.decisions.append(state_decision(line["table"], "", f"rows of {line['file']} where {rule}", evidence))
    for name in TABLES:
        if name in tables.tables:
            _clean_table(name, tables, profile, work)
    if work.configuration:
        raise ConfigurationError(*work.configuration, *work.data)
    if work.data:
        raise DataError(*work.data)
    overrides = _override(engagement, work)
    settle_payers(engagement, work)
    look_across(engagement, work)
    accounts = pd.DataFrame(work.accounts, columns=["table", "read", "kept", "merged", "quarantined"])
    check_accounts(accounts, work, engagement)
    return CleanTables(
        members=work.tables["members"],
        terms=work.tables.get("terms"),
        touches=work.tables.get("touches"),
        staff=work.tables.get("staff"),
        answers=work.tables.get("answers"),
        milestones=work.tables.get("milestones"),
        outcomes=work.tables.get("outcomes"),
        ledger=join_changes(work.changes),
        quarantine=_join(work.quarantine, QUARANTINE),
        merged=_join(work.merged, ("table", "row", "into_row")),
        accounts=accounts,
        decisions=pd.DataFrame(work.decisions, columns=list(DECISIONS)),
        headers=pd.DataFrame(work.headers, columns=["table", "column", "header"]).astype("str"),
        overrides=overrides,
        system=profile.system if profile else "",
        engagement=engagement,
    )


def _clean_table(name: str, tables: Tables, profile: SystemProfile | None, work: Work) -> None:
    engagement = tables.engagement
    settings = engagement.settings
    raw = tables.tables[name]
    further = [spec.name for spec in settings.attributes] if name == "members" else list(_FURTHER.get(name, {}))
    declared = settings.columns.get(name, {})
    # Written  mode: =sync  in the engagement file, a column holds one value for all rows.
    given = {text: text[1:].strip() for text in declared.values() if text[:1] == "=" and text not in raw.columns}
    filled = raw.assign(**{text: pd.Series(value, index=raw.index, dtype=TEXT) for text, value in given.items()})
    recognised = recognise_columns(
        name,
        [str(header) for header in filled.columns],
        declared=declared,
        further=further,
        profile=profile,
    )
    for row in find_descriptions(raw):
        work.data.append(
            f"{name}: row {row} describes the columns and is no row of {name} "
            f"('{raw.loc[row].dropna().iloc[0][:60]}…'). Take it out of a copy of the file and name the copy."
        )
    if recognised.problems:
        work.configuration += recognised.problems
        return
    canonical = [column.name for column in TABLES[name] if column.name in recognised.columns]
    own = [clean for clean in recognised.columns if clean not in canonical]
    sources = {clean: recognised.columns[clean] for clean in (*canonical, *own)}
    sources |= name_further(name, recognised.columns, recognised.unmapped)
    columns: dict[str, Column | None] = {
        clean: find_column(name, clean) or _FURTHER.get(name, {}).get(clean) for clean in sources
    }
    for clean, header in recognised.columns.items():
        said = f"is '{given[header]}' in every row" if header in given else f"is the column '{header}'"
        work.decisions.append(state_decision(name, clean, said, recognised.evidence[clean]))
        if header not in given:
            work.headers.append((name, clean, header))

    def encode(clean: str) -> EncodedColumn:
        column = columns[clean]
        return encode_column(filled[sources[clean]], values_only=bool(column and column.kind in VALUE_KINDS))

    encoded = dict(zip(sources, work_by_column(encode, list(sources), n_rows=len(raw)), strict=True))
    decided = decide_rules(
        name,
        columns,
        encoded,
        settings=settings.read.get(name, ReadSettings()),
        values=collect_meanings(name, settings.values, profile, sources),
        sources=sources,
    )
    work.decisions += decided.decisions
    if decided.problems:
        work.configuration += decided.problems
        return
    clean_columns: dict[str, pd.Series] = {}
    changes: list[pd.DataFrame] = []
    reasons = pd.Series("", index=raw.index, dtype="str")

    def parse(clean: str) -> ParsedColumn:
        # Each column's distinct values go as soon as it is read: they are as large as the file.
        rule = decided.rules[clean]
        return parse_column(name, encoded.pop(clean), rule, index=raw.index, as_of=engagement.as_of)

    every = list(decided.rules)
    for clean, parsed in zip(every, work_by_column(parse, every, n_rows=len(raw)), strict=True):
        rule = decided.rules[clean]
        clean_columns[clean] = parsed.values
        changes.append(parsed.changes)
        if parsed.share_unreadable > settings.max_loss:
            shown = ", ".join(f"'{text}'" for text in parsed.examples)
            work.configuration.append(
                f"{name}: {format_share(parsed.share_unreadable)} of '{sources[clean]}' cannot be read as "
                f"{rule.kind} for {clean}, such as {shown}; more than max_loss allows. Name another column under "
                f"columns: {{{name}: {{{clean}: …}}}}, or give these values a meaning under values: "
                f"{{{name}.{clean}: …}}."
            )
        if rule.required:
            empty = parsed.values.isna().to_numpy()
            if (name, clean) not in _MAY_BE_BLANK:
                reasons = add_reason(reasons, empty & ~parsed.unreadable, f"no {clean}")
            reasons = add_reason(reasons, empty & parsed.unreadable, f"{clean} cannot be read")
    clean_table = pd.DataFrame(clean_columns, index=raw.index)
    account_rows(name, raw, clean_table, reasons, changes, engagement, work)


def _override(engagement: Engagement, work: Work) -> pd.DataFrame:
    file = engagement.settings.overrides
    if not file:
        return pd.DataFrame(columns=["member_id", "column", "value", "reason", "by"])
    path = engagement.locate(file)
    overrides = read_overrides(path, home=engagement.path.parent)
    problems = find_blanks(overrides, file_name=path.name)
    whole = overrides.dropna(subset=list(NEEDED))
    same = (whole["column"] == SAME_AS).to_numpy()
    try:
        _join_members(whole[same], path.name, work)
    except ConfigurationError as error:
        problems += error.problems
    try:
        applied = apply_overrides(work.tables["members"], whole[~same], file_name=path.name, engagement=engagement)
    except ConfigurationError as error:
        raise ConfigurationError(*problems, *error.problems) from None
    if problems:
        raise ConfigurationError(*problems)
    work.tables["members"] = applied.members
    work.changes.append(applied.changes)
    return overrides.reset_index(drop=True)


def _join_members(confirmed: pd.DataFrame, file_name: str, work: Work) -> None:
    """Make members of several keys one, as the consultant confirmed."""
    if confirmed.empty:
        return
    joined = join_confirmed(work.tables, confirmed, file_name=file_name)
    work.tables.update(joined.tables)
    work.changes.append(joined.changes)
    work.merged.append(joined.members.merged.assign(table="members")[["table", "row", "into_row"]])
    account = next(line for line in work.accounts if line["table"] == "members")
    account["kept"] = len(joined.members.table)
    account["merged"] += len(joined.members.merged)


def _join(parts: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))
