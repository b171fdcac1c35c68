"""Back to the membership system: what has changed of each member, in the headers the system imports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.recognition.headers import plain_header
from axlib.tables.recognition.profiles_of_systems import SystemProfile, UpdateFormat, find_system
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.profiles import Profiles, build_profiles
from axlib.words.display import count_words, format_number
from axlib.words.errors import DataError
from axlib.words.results import Result
from axlib.words.table_faces import neutralise_formula

#: How cleaning says which header became the member's identifier.
_NAMED = re.compile(r"^is the column '(.*)'$", re.DOTALL)


@dataclass(frozen=True, eq=False, repr=False)
class SystemUpdate(Result):
    """What to tell the membership system.

    Attributes
    ----------
    table : DataFrame of text, one row per member to update
        The identifier and our fields under the system's headers.
    system, label : str
        Of the system: its short name, and its own.
    members : int
        Current members there are.
    against : str
        What was compared with: the export, the last update file, or nothing.
    neutralised : int
        Cells that got a mark so that no spreadsheet runs them.
    note : str
        What to know before importing.
    """

    table: pd.DataFrame
    system: str
    label: str
    members: int
    against: str
    neutralised: int
    note: str

    title: ClassVar[str] = "Update for the membership system"

    def summary(self) -> pd.DataFrame:
        """Return the update itself."""
        return self.table

    @property
    def text(self) -> str:
        """How many members there are to update, against what, and how to import them."""
        told = (
            f"{self.label}: {count_words(len(self.table), 'member')} of {format_number(self.members)} to update, "
            f"compared with {self.against}."
        )
        if self.neutralised:
            verb = "begins" if self.neutralised == 1 else "begin"
            told += f" {count_words(self.neutralised, 'cell')} {verb} like a formula and got a leading '."
        return f"{told} {self.note}".strip() if len(self.table) else told


def export_update(diagnosis: Diagnosis, *, system: str, since: Path | None = None) -> SystemUpdate:
    """Say what the membership system should be told of current members: only where that is new.

    Parameters
    ----------
    diagnosis : Diagnosis
    system : str
        Name of a system whose profile the kit has.
    since : Path, optional
        The last update file. Without it the fields are compared with the export, where it has them; else every
        member is new.

    Raises
    ------
    UsageError
        No such system.
    DataError
        The last update file is of other headers, or cannot be read.
    """
    stem, profile = find_system(system)
    form = profile.update
    assert form is not None
    profiles = build_profiles(diagnosis)
    key = _find_key(diagnosis, form)
    fields = _write_fields(profiles, form)
    table = pd.DataFrame({key: profiles.table["member_id"].to_numpy(), **fields}).astype("str")
    before, against = _earlier(diagnosis, form, key, since)
    if before is not None:
        old = before.reindex(table[key]).fillna("").reset_index(drop=True)
        new = table.drop(columns=key)
        known = table[key].isin(before.index)
        changed = (new[old.columns] != old).any(axis=1) | ~known
        # A field the export lacks has never been told.
        changed |= (new.drop(columns=old.columns) != "").any(axis=1)
        table = table[changed.to_numpy()].reset_index(drop=True)
    marks = sum(int((table[name] != table[name].map(neutralise_formula)).sum()) for name in table.columns)
    return SystemUpdate(table, stem, profile.system, len(profiles.table), against, marks, _note(profile))


def _note(profile: SystemProfile) -> str:
    return " ".join(profile.update.note.split()) if profile.update else ""


def _find_key(diagnosis: Diagnosis, form: UpdateFormat) -> str:
    """Return the header of the identifier: the export's own where the system imports by it."""
    told = diagnosis.clean.decisions
    told = told[(told["table"] == "members") & (told["column"] == "member_id")]
    headers = [match[1] for text in told["decision"] if (match := _NAMED.match(str(text)))]
    known = {plain_header(name): name for name in reversed(form.keys)}
    return next((known[plain_header(name)] for name in headers if plain_header(name) in known), form.keys[0])


def _write_fields(profiles: Profiles, form: UpdateFormat) -> dict[str, list[str]]:
    table = profiles.table
    values = {
        "segment": table["segment"],
        "confidence": table["confidence"].map("{:.2f}".format, na_action="ignore").astype("str").fillna(""),
        "success_vector": table["state"],
        "next_milestone": table["next_milestone"],
        "next_milestone_due": table["due_on"].dt.strftime(form.day).fillna(""),
        "next_action": table["next_action"],
        "goal": table["goal"],
    }
    return {header: [" ".join(text.split()) for text in values[name].tolist()] for name, header in form.fields.items()}


def _earlier(diagnosis: Diagnosis, form: UpdateFormat, key: str, since: Path | None) -> tuple[pd.DataFrame | None, str]:
    """What the system has been told already, by member: in the last file, or in the export."""
    headers = list(form.fields.values())
    if since is not None:
        told = read_source(read_bytes(since), file_name=since.name).table
        missing = [name for name in (key, *headers) if name not in told.columns]
        if missing:
            raise DataError(
                f"{since.name}: has no column {', '.join(missing)}, so it is no update file for this system. Name the "
                "last one that was exported for it."
            )
        texts = told[[key, *headers]].astype("str").where(told[[key, *headers]].notna(), "")
        unmarked = texts.apply(lambda column: column.str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True))
        return unmarked.drop_duplicates(key, keep="last").set_index(key), f"the last update file ({since.name})"
    members = diagnosis.clean.members
    there = [name for name in headers if name in members.columns]
    if there:
        texts = members[there].astype("str").where(members[there].notna(), "")
        return texts.set_axis(members["member_id"].to_numpy(), axis=0), "what the export holds"
    return None, "nothing: the export does not hold these fields yet"
