"""From raw tables to clean ones, with an account of every row and a ledger of every changed cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.tables.changes import count_changes, join_changes, note_changes
from axlib.tables.column_rules import VALUE_KINDS, decide_rules
from axlib.tables.duplicates import cell_texts, merge_duplicates
from axlib.tables.encoded_columns import encode_column
from axlib.tables.engagement import Engagement
from axlib.tables.impossible_values import find_impossible
from axlib.tables.overrides import apply_overrides, read_overrides
from axlib.tables.parsing_columns import parse_column
from axlib.tables.profiles_of_systems import SystemProfile, recognise_system
from axlib.tables.reading import Tables
from axlib.tables.recognising import recognise_columns
from axlib.tables.settings import ReadSettings
from axlib.words.display import count_words, format_share
from axlib.words.errors import AxError, ConfigurationError, DataError
from axlib.words.results import Result
from axlib.words.vocabulary import CURRENT_STATUSES, TABLES, Column, find_column

DECISIONS = ("table", "column", "decision", "evidence")
QUARANTINE = ("table", "row", "reason", "cells")


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
        table, row, reason, cells: every row set aside, whole (cells: JSON, header -> text).
    merged : DataFrame
        table, row, into_row: every row merged into another one.
    accounts : DataFrame
        table, read, kept, merged, quarantined; read = kept + merged + quarantined.
    decisions : DataFrame
        table, column, decision, evidence: what was decided for a whole column or table.
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
            f"Of {count_words(int(members['read']), 'row')} of members, {members['kept']:,} are kept, "
            f"{members['merged']:,} merged as duplicates and {members['quarantined']:,} set aside.",
            f"{count_words(len(self.ledger), 'cell')} changed, each in the ledger.",
        ]
        if len(self.overrides):
            sentences.append(f"{count_words(len(self.overrides), 'override')} by the consultant.")
        return " ".join(sentences)


@dataclass
class _Work:
    """What is gathered while tables are cleaned."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    changes: list[pd.DataFrame] = field(default_factory=list)
    quarantine: list[pd.DataFrame] = field(default_factory=list)
    merged: list[pd.DataFrame] = field(default_factory=list)
    accounts: list[dict[str, object]] = field(default_factory=list)
    decisions: list[dict[str, str]] = field(default_factory=list)
    configuration: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)


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
    engagement, work = tables.engagement, _Work()
    profile, shared = recognise_system(tables.tables["members"].columns)
    if profile:
        evidence = f"{shared} of its headers"
        work.decisions.append(_decision("members", "", f"export of {profile.system}", evidence))
    for name in TABLES:
        if name in tables.tables:
            _clean_table(name, tables, profile, work)
    if work.configuration:
        raise ConfigurationError(*work.configuration, *work.data)
    if work.data:
        raise DataError(*work.data)
    overrides = _override(engagement, work)
    _look_across(engagement, work)
    accounts = pd.DataFrame(work.accounts, columns=["table", "read", "kept", "merged", "quarantined"])
    _check_accounts(accounts, work, engagement)
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
        overrides=overrides,
        system=profile.system if profile else "",
        engagement=engagement,
    )


def _decision(table: str, column: str, decision: str, evidence: str) -> dict[str, str]:
    return dict(zip(DECISIONS, (table, column, decision, evidence), strict=True))


def _join(parts: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))


def _clean_table(name: str, tables: Tables, profile: SystemProfile | None, work: _Work) -> None:
    engagement = tables.engagement
    settings = engagement.settings
    raw = tables.tables[name]
    further = [spec.name for spec in settings.attributes] if name == "members" else []
    recognised = recognise_columns(
        name,
        [str(header) for header in raw.columns],
        declared=settings.columns.get(name),
        further=further,
        profile=profile,
    )
    if recognised.problems:
        work.configuration += recognised.problems
        return
    canonical = [column.name for column in TABLES[name] if column.name in recognised.columns]
    own = [clean for clean in recognised.columns if clean not in canonical]
    sources = {clean: recognised.columns[clean] for clean in (*canonical, *own)}
    sources |= _further_names(name, recognised.columns, recognised.unmapped)
    columns: dict[str, Column | None] = {clean: find_column(name, clean) for clean in sources}
    for clean, header in recognised.columns.items():
        work.decisions.append(_decision(name, clean, f"is the column '{header}'", recognised.evidence[clean]))
    encoded = {
        clean: encode_column(raw[header], values_only=bool((c := columns[clean]) and c.kind in VALUE_KINDS))
        for clean, header in sources.items()
    }
    decided = decide_rules(
        name,
        columns,
        encoded,
        settings=settings.read.get(name, ReadSettings()),
        values=_declared_values(name, settings.values, profile, sources),
        sources=sources,
    )
    work.decisions += decided.decisions
    if decided.problems:
        work.configuration += decided.problems
        return
    clean_columns: dict[str, pd.Series] = {}
    changes: list[pd.DataFrame] = []
    reasons = pd.Series("", index=raw.index, dtype="str")
    for clean, rule in decided.rules.items():
        parsed = parse_column(name, encoded[clean], rule, index=raw.index, as_of=engagement.as_of)
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
            reasons = _add_reason(reasons, empty & ~parsed.unreadable, f"no {clean}")
            reasons = _add_reason(reasons, empty & parsed.unreadable, f"{clean} cannot be read")
    clean_table = pd.DataFrame(clean_columns, index=raw.index)
    _account(name, raw, clean_table, reasons, changes, engagement, work)


def _further_names(table: str, mapped: Mapping[str, str], unmapped: tuple[str, ...]) -> dict[str, str]:
    """Columns of the export that stay: under their own header, unless a canonical column has that name."""
    names: dict[str, str] = {}
    for header in unmapped:
        clash = header in mapped or find_column(table, header) is not None or header in names
        names[f"{header} (as exported)" if clash else header] = header
    return names


def _declared_values(
    table: str,
    declared: Mapping[str, Mapping[str, str]],
    profile: SystemProfile | None,
    sources: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """Meanings of raw values by clean column; the engagement file wins over the profile."""
    values: dict[str, dict[str, str]] = {}
    own: Mapping[str, Mapping[str, str]] = profile.values if profile else {}
    for place, meanings in own.items():
        owner, _, column = place.partition(".")
        if owner == table:
            values[column] = dict(meanings)
    for place, meanings in declared.items():
        owner, _, column = place.partition(".")
        if owner == table:
            name = column if column in sources else next((c for c, h in sources.items() if h == column), column)
            values[name] = {**values.get(name, {}), **meanings}
    return values


def _add_reason(reasons: pd.Series, rows: np.ndarray[tuple[int], np.dtype[np.bool_]], reason: str) -> pd.Series:
    if not rows.any():
        return reasons
    joined = reasons.where(reasons == "", reasons + "; ") + reason
    return reasons.where(~rows, joined)


def _account(
    name: str,
    raw: pd.DataFrame,
    table: pd.DataFrame,
    reasons: pd.Series,
    changes: list[pd.DataFrame],
    engagement: Engagement,
    work: _Work,
) -> None:
    """Blank impossible cells, set rows aside, merge duplicates, and count."""
    for doubt in find_impossible(name, table, as_of=engagement.as_of):
        if doubt.column:
            cells = table.loc[doubt.rows, doubt.column]
            changes.append(
                note_changes(
                    name,
                    doubt.column,
                    cells.index.to_numpy(),
                    cell_texts(cells),
                    [None] * len(cells),
                    f"blanked: {doubt.reason}",
                )
            )
            table = table.assign(**{doubt.column: table[doubt.column].mask(doubt.rows)})
        else:
            reasons = _add_reason(reasons, doubt.rows, doubt.reason)
    aside = (reasons != "").to_numpy()
    if aside.any():
        # A row set aside is kept whole, as it was read: its cells were not changed.
        work.quarantine.append(_set_aside(name, raw[aside], reasons[aside]))
        changes = [part[~part["row"].isin(raw.index[aside])] for part in changes]
    work.changes += changes
    merged = merge_duplicates(name, table[~aside])
    if len(merged.merged):
        work.merged.append(merged.merged.assign(table=name)[["table", "row", "into_row"]])
        work.changes.append(merged.changes)
    work.tables[name] = merged.table
    work.accounts.append(
        {
            "table": name,
            "read": len(raw),
            "kept": len(merged.table),
            "merged": len(merged.merged),
            "quarantined": int(aside.sum()),
        }
    )


def _set_aside(name: str, raw: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    cells = [
        json.dumps(dict(zip(raw.columns, ("" if pd.isna(c) else c for c in row), strict=True)), ensure_ascii=False)
        for row in raw.itertuples(index=False, name=None)
    ]
    return pd.DataFrame({"table": name, "row": raw.index, "reason": reasons.to_numpy(), "cells": cells})


def _override(engagement: Engagement, work: _Work) -> pd.DataFrame:
    file = engagement.settings.overrides
    if not file:
        return pd.DataFrame(columns=["member_id", "column", "value", "reason", "by"])
    path = engagement.locate(file)
    overrides = read_overrides(path)
    applied = apply_overrides(work.tables["members"], overrides, file_name=path.name, as_of=engagement.as_of)
    work.tables["members"] = applied.members
    work.changes.append(applied.changes)
    return applied.overrides


def _look_across(engagement: Engagement, work: _Work) -> None:
    """Note what only shows between tables: rows of unknown members, and exports without anyone who left."""
    members = work.tables["members"]
    known = pd.Index(members["member_id"])
    for name, table in work.tables.items():
        if name != "members" and "member_id" in table:
            strange = ~table["member_id"].isin(known)
            if strange.any():
                stripped = table.loc[strange, "member_id"].str.lstrip("0").isin(known.str.lstrip("0"))
                zeros = f"; {int(stripped.sum()):,} would match without leading zeros" if stripped.any() else ""
                work.decisions.append(
                    _decision(
                        name,
                        "member_id",
                        f"{count_words(int(strange.sum()), 'row')} of members that are not in the members' table",
                        f"kept, used where a member is not needed{zeros}",
                    )
                )
    if "status" in members and members["status"].notna().any():
        left = ~members["status"].isin([*CURRENT_STATUSES, "pending", "non_member"]) & members["status"].notna()
        if not left.any():
            work.decisions.append(
                _decision(
                    "members",
                    "status",
                    "nobody in the export has left: no churn can be measured from it",
                    f"{members['status'].nunique()} statuses, all of current members",
                )
            )


def _check_accounts(accounts: pd.DataFrame, work: _Work, engagement: Engagement) -> None:
    balance = accounts["read"] - accounts["kept"] - accounts["merged"] - accounts["quarantined"]
    if balance.any():
        raise AssertionError(f"rows do not add up: {accounts.to_dict('records')}")
    problems: list[AxError] = []
    for line in accounts.to_dict("records"):
        share = line["quarantined"] / line["read"]
        mine = [part for part in work.quarantine if part["table"].iloc[0] == line["table"]]
        largest = (
            ", ".join(f"{reason} ({n:,})" for reason, n in pd.concat(mine)["reason"].value_counts().head(3).items())
            if mine
            else ""
        )
        if line["kept"] == 0:
            problems.append(
                DataError(f"{line['table']}: no row can be used: {largest}. Mend the file, or map its columns.")
            )
        elif line["table"] == "members" and share > engagement.settings.max_loss:
            problems.append(
                DataError(
                    f"members: {line['quarantined']:,} of {line['read']:,} rows ({format_share(share)}) would be "
                    f"set aside, more than max_loss: {engagement.settings.max_loss:g}. Reasons: {largest}. Mend the "
                    "file, or raise max_loss."
                )
            )
    if problems:
        raise DataError(*(sentence for error in problems for sentence in error.problems))
