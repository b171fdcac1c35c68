"""What was read, as new files of the engagement: never a changed one, and the lines that name them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

import axlib.tables.profiles.facts as fact
from axlib.tables.engagement import Engagement
from axlib.tables.files.private_files import write_private
from axlib.tables.instrument import Instrument
from axlib.tables.profiles.comparing import ProfileChanges
from axlib.tables.profiles.facts import MILESTONE_COLUMNS, Facts, spread_milestones
from axlib.tables.profiles.layout import list_intake_columns
from axlib.tables.recognition.profiles_of_systems import recognise_system
from axlib.tables.recognition.recognising import quote_yaml, recognise_columns
from axlib.words.errors import ConfigurationError, UsageError
from axlib.words.table_faces import table_to_csv

#: Folder beside the engagement file that new files go to.
FOLDER = "profiles"
#: Keys of reading that would be applied to our files as well, and cannot fit them.
_UNFIT = ("encoding", "delimiter", "header_row", "query", "where")
_UNCLEAR_DECIMAL = re.compile(r"^-?[1-9]\d{0,2}\.\d{3}$")


@dataclass(frozen=True)
class NewFiles:
    """Files to add to an engagement.

    Attributes
    ----------
    files : dict of Path to str
        Path -> content. None of them is there yet.
    lines : tuple of str
        What to write under ``tables:`` in the engagement file.
    """

    files: dict[Path, str]
    lines: tuple[str, ...]


def plan_files(
    changes: ProfileChanges,
    *,
    engagement: Engagement,
    raw: Mapping[str, pd.DataFrame],
    facts: Facts,
    instrument: Instrument,
    on: date,
) -> NewFiles:
    """Lay out new files of answers, milestones and outcomes, and records of what was changed and not understood.

    Parameters
    ----------
    changes : ProfileChanges
    engagement : Engagement
    raw : mapping of str to DataFrame
        The engagement's tables as read: new files get the headers its own have.
    facts : Facts
    instrument : Instrument
    on : date
        The day of reading, which names the files and notes the milestones.

    Raises
    ------
    ConfigurationError
        Keys of the engagement file would be applied to the new files and make something else of them.
    """
    tables = {
        "answers": _answers(changes.changes, instrument),
        "milestones": _milestones(changes.changes, facts, on),
        "outcomes": _outcomes(changes.signs),
    }
    tables = {name: table for name, table in tables.items() if len(table)}
    problems = [problem for name in tables for problem in _unfit(name, engagement)]
    if problems:
        raise ConfigurationError(*problems)
    home = engagement.path.parent / FOLDER
    files: dict[Path, str] = {}
    lines = []
    for name, table in tables.items():
        content = table_to_csv(table.rename(columns=_headers(name, engagement, raw)))
        path = home / f"{name}_{on.isoformat()}_{_digest(content)}.csv"
        files[path] = content
        declared = engagement.settings.tables.get(name, ())
        named = [*((declared,) if isinstance(declared, str) else declared), f"{FOLDER}/{path.name}"]
        lines.append(f"  {name}: [{', '.join(quote_yaml(file) for file in named)}]")
    for name, table in (("changes", changes.summary()), ("not_understood", changes.unread)):
        if len(table) and (files or name == "not_understood"):
            content = table_to_csv(table)
            files[home / f"{name}_{on.isoformat()}_{_digest(content)}.csv"] = content
    return NewFiles(files, tuple(lines))


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:8]


def write_files(new: NewFiles) -> list[Path]:
    """Write the files, for their owner alone; what is there already stays, and nothing is half written.

    Raises
    ------
    UsageError
        A file cannot be written; those written before it are taken away again.
    """
    written: list[Path] = []
    try:
        for path, content in new.files.items():
            # Named by its content: where it is there already, the same was written before.
            if not path.exists():
                written.append(write_private(path, content.encode("utf-8-sig")))
    except UsageError:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def _answers(changes: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    mine = changes[changes["kind"].isin([fact.ANSWER, fact.GOAL])]
    columns = {column.attribute: column for column in list_intake_columns(instrument)}
    items = [
        (columns[what].find(stage) or columns[what].item).id if what in columns else fact.GOAL_ITEM
        for what, stage in zip(mine["what"], mine["where"], strict=True)
    ]
    table = pd.DataFrame(
        {
            "member_id": mine["member"],
            "item": items,
            "value": mine["after"],
            "stage": mine["where"],
            "rater": mine["rater"],
            "at": mine["at"],
        }
    )
    return table.sort_values(["member_id", "item", "stage"], kind="stable", ignore_index=True)


def _milestones(changes: pd.DataFrame, facts: Facts, on: date) -> pd.DataFrame:
    """Whole rows of the milestones that moved: what is new over what stands."""
    mine = changes[changes["kind"] == fact.MILESTONE]
    if len(mine) == 0:
        return pd.DataFrame()
    new = mine.pivot_table(index=["member", "where"], columns="what", values="after", aggfunc="last")
    new = new.reindex(columns=list(MILESTONE_COLUMNS))
    today = spread_milestones(facts.table).rename(columns={"milestone": "where"}).set_index(["member", "where"])
    whole = new.where(new.notna(), today.reindex(new.index)).fillna("").reset_index()
    named = whole.rename(columns={"member": "member_id", "where": "milestone"}).rename_axis(columns=None)
    return named.assign(noted_on=on.isoformat()).sort_values(["member_id", "milestone"], ignore_index=True)


def _outcomes(signs: pd.DataFrame) -> pd.DataFrame:
    table = signs.rename(columns={"member": "member_id"})[["member_id", "at", "kind", "value"]]
    # Written so that no reader takes 1.234 for thousands, whatever the engagement's decimal sign.
    safe = [f"{text}0" if _UNCLEAR_DECIMAL.match(text) else text for text in table["value"].tolist()]
    return table.assign(value=safe).sort_values(["member_id", "at", "kind"], kind="stable", ignore_index=True)


def _headers(table: str, engagement: Engagement, raw: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """What the engagement's own files call the columns, so that all files of a table are one."""
    if table not in raw:
        return {}
    profile, _ = recognise_system([str(header) for header in raw["members"].columns])
    declared = engagement.settings.columns.get(table, {})
    headers = [str(header) for header in raw[table].columns]
    return dict(recognise_columns(table, headers, declared=declared, profile=profile).columns)


def _unfit(table: str, engagement: Engagement) -> list[str]:
    """Say which keys of the engagement file would make something else of a new file."""
    file, problems = engagement.path.name, []
    read = engagement.settings.read.get(table)
    for key in _UNFIT:
        if read is not None and getattr(read, key):
            problems.append(
                f"{file}: read.{table}.{key} would be applied to the new file of {table} as well. Save the old one as "
                "plain CSV, name it in its place, and take the key out."
            )
    for column, header in engagement.settings.columns.get(table, {}).items():
        if header.startswith("="):
            problems.append(
                f"{file}: columns.{table}.{column} gives all rows the value '{header[1:].strip()}', new ones too. Put "
                "a column into the old file, and take the line out."
            )
    return problems
