"""The engagement file for an export nobody has described yet: what was recognised, what to check, what to fill in."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from axlib.tables.cells.parsing_words import NO, YES, match_choices, plain_word
from axlib.tables.files.sources import read_bytes, read_source
from axlib.tables.money_columns import refuse_money
from axlib.tables.recognition.headers import split_header
from axlib.tables.recognition.profiles_of_systems import SystemProfile, recognise_system
from axlib.tables.recognition.recognising import ABSENT, quote_yaml
from axlib.tables.recognition.weighing_headers import LEAVING, MOST_VALUES, Proposal, fit_values, propose_columns
from axlib.tables.settings.engagement import SAFE_NAME
from axlib.words.display import count_words
from axlib.words.errors import AxError, DataError, UsageError
from axlib.words.vocabulary import TABLES, Column

#: From this confidence on a proposal is written as a line, below it as a comment.
SURE = 0.75
#: A column of which this share of values are days is one of days, and no attribute.
_MOSTLY = 0.9
_A_DAY = Column("at", "Day", "date", "date")
_MEANINGS = (
    ("lapsed", r"lapsed?|expired?|attrited?|churned?|former|inactive|dropped|left|gone|ended|past"),
    ("cancelled", r"cancel+ed|resigned|terminated|withdrawn"),
    ("closed", r"closed|deceased|dissolved|merged|out of business"),
    ("grace", r"grace|overdue|past due"),
    ("pending", r"pending|applicant|applied|in process|trial|unpaid"),
    ("complimentary", r"complimentary|comp|honorary|life|free"),
    ("non_member", r"non[-_ ]?member|prospect|contact|lead|guest"),
    ("active", r"active|current|existing|good standing|member|new|renewed|paid"),
)


def write_proposal(folder: Path, files: Mapping[str, Path], *, client: str, as_of: str) -> Path:
    """Propose an engagement file and write it to a folder, where nothing may stand in its place.

    Parameters
    ----------
    folder : Path
        Made if absent. The only place that is written to.
    files : mapping
        Canonical table -> file; named in the engagement file relative to the folder.
    client, as_of : str

    Returns
    -------
    Path
        The engagement file.

    Raises
    ------
    UsageError
        The folder already has an engagement file.
    DataError
        A file cannot be read; all of them at once.
    """
    target = folder / "engagement.yml"
    if target.exists():
        raise UsageError(f"axlib new: {target} is there already, and may hold your work. Name another folder.")
    text = propose_engagement(files, client=client, as_of=as_of, folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    return target


def propose_engagement(files: Mapping[str, Path], *, client: str, as_of: str, folder: Path | None = None) -> str:
    """Write the engagement file for raw exports.

    Parameters
    ----------
    files : mapping
        Canonical table -> file. ``members`` must be among them.
    client : str
    as_of : str
        A day as 2025-12-31, or ``last_month_end``.
    folder : Path, optional
        Where the engagement file will stand; files are named relative to it.

    Returns
    -------
    str
        YAML. Every mapping carries its reason as a comment; what is less sure than 0.75 is a comment itself,
        as are headers that stay unmapped and statuses whose meaning must be filled in.

    Raises
    ------
    DataError
        A file cannot be read; all of them at once.
    """
    problems: list[str] = []
    raw: dict[str, pd.DataFrame] = {}
    for table, path in files.items():
        try:
            raw[table] = read_source(read_bytes(path), file_name=path.name).table
        except AxError as error:
            problems += [f"{table}: {problem}" for problem in error.problems]
    if problems:
        raise DataError(*problems)
    profile, _ = recognise_system([str(header) for header in raw["members"].columns])
    lines = [
        "# Written from the headers and values of the export: read every line, mend what is wrong, then run",
        "#   axlib check engagement.yml",
    ]
    if profile:
        lines.append(f"# The members' file looks like an export of {profile.system}.")
    lines.append(f"client: {quote_yaml(client)}")
    named_after = folder.resolve().name if folder else ""
    if named_after and not re.fullmatch(SAFE_NAME, named_after):
        lines.append(f"name: {_plain_name(named_after)}   # of its reports, where the folder's own name cannot be")
    lines += [f"as_of: {as_of}   # the day the measures look back from", "", "tables:"]
    named = {table: os.path.relpath(path, folder) if folder else str(path) for table, path in files.items()}
    lines += [f"  {table}: {quote_yaml(Path(name).as_posix())}" for table, name in named.items()]
    columns: list[str] = []
    values: list[str] = []
    of_members = propose_columns("members", raw["members"], profile=profile)
    key = next((p.header for p in of_members if p.column == "member_id" and p.confidence >= SURE), "")
    for table, data in raw.items():
        own = of_members if table == "members" else propose_columns(table, data, profile=profile, key=key)
        columns += _column_lines(table, data, own)
        values += _value_lines(table, data, own, profile)
    lines += ["", "columns:   # canonical: theirs", *columns]
    if values:
        lines += ["", "values:   # theirs: canonical", *values]
    lines += ["", *_attribute_lines(raw["members"], of_members)]
    return "\n".join(lines) + "\n"


def _plain_name(text: str) -> str:
    """Return a folder's name with the signs alone that names of reports may have."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9_]+", "-", letters).strip("-")[:64] or "engagement"


def _comment(text: str) -> str:
    """Keep a text of the data inside its comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _column_lines(table: str, data: pd.DataFrame, proposals: list[Proposal]) -> list[str]:
    lines = [f"  {table}:"]
    for proposal in proposals:
        line = f"{proposal.column}: {quote_yaml(proposal.header)}"
        if proposal.confidence >= 1:
            lines.append(f"    {line}   # {proposal.why}")
        elif proposal.confidence >= SURE:
            lines.append(f"    {line}   # CHECK: confidence {proposal.confidence:.2f}, {proposal.why}")
        else:
            lines.append(f"    # {_comment(line)}   # perhaps: confidence {proposal.confidence:.2f}, {proposal.why}")
    found = {proposal.column for proposal in proposals if proposal.confidence >= SURE}
    for column in TABLES[table]:
        if column.required and column.name not in found:
            one = f", or one of {', '.join(column.choices)} for all rows, as '=…'" if column.choices else ""
            lines.append(f"    {column.name}: ''   # FILL IN: the header of {column.label.lower()}{one}")
    if not found:
        lines[0] = f"  {table}:" if any(not line.lstrip().startswith("#") for line in lines[1:]) else f"  {table}: {{}}"
    mapped = {proposal.header for proposal in proposals if proposal.confidence >= SURE}
    rest = [str(header) for header in data.columns if str(header) not in mapped]
    for at in range(0, len(rest), 6):
        lead = "kept under their own names:" if at == 0 else " "
        lines.append(f"    # {lead} {_comment(', '.join(rest[at : at + 6]))}")
    if table == "members":
        lines.append(f"    # write  annual_dues: '{ABSENT}'  where the export has no such column")
    return lines


def _value_lines(table: str, data: pd.DataFrame, proposals: list[Proposal], profile: SystemProfile | None) -> list[str]:
    lines: list[str] = []
    by_name = {proposal.column: proposal for proposal in proposals if proposal.confidence >= SURE}
    for column in TABLES[table]:
        if not column.choices or column.name not in by_name:
            continue
        header = by_name[column.name].header
        counts = data[header].dropna().str.strip().value_counts()
        known = profile.values.get(f"{table}.{column.name}", {}) if profile else {}
        codes = profile.codes.get(f"{table}.{column.name}", {}) if profile else {}
        matched = match_choices([str(text) for text in counts.index], column.choices, known)
        # 0 and 1 mean yes and no where there is nothing else; beside a 4 they are numbers of a list.
        only_yes_or_no = all(str(text).casefold() in (*YES, *NO) for text in counts.index)
        lines.append(f"  {table}.{column.name}:   # one of {', '.join(column.choices)}")
        if len(counts) > MOST_VALUES:
            lines.append(f"    # {len(counts):,} different values: is '{_comment(header)}' the right column?")
        for text, n in counts.head(MOST_VALUES).items():
            sure, word = matched[str(text)], str(text)
            meaning = sure or codes.get(word)
            if meaning is None and column.name == "status" and (only_yes_or_no or not word.isdigit()):
                meaning = guess_status(word, header)
            note = "" if sure else "CHECK: " if meaning else "FILL IN: "
            origin = f", as {profile.system} comes" if profile and not sure and word in codes else ""
            lines.append(f"    {quote_yaml(word)}: {meaning or ABSENT!r}   # {note}{count_words(n, 'row')}{origin}")
    return lines


def guess_status(text: str, header: str = "") -> str | None:
    """Propose what a raw status means; None where nothing in it tells.

    Examples
    --------
    >>> guess_status("Attrited Customer"), guess_status("Existing Customer"), guess_status("Yes", "Churn")
    ('lapsed', 'active', 'lapsed')
    """
    plain = plain_word(text)
    leaving = set(split_header(header)) & LEAVING
    if plain in ("yes", "y", "true", "1", "t"):
        return "lapsed" if leaving else "active"
    if plain in ("no", "n", "false", "0", "f"):
        return "active" if leaving else "lapsed"
    words = plain.replace("_", " ")
    return next((status for status, pattern in _MEANINGS if re.search(rf"\b(?:{pattern})\b", words)), None)


def _attribute_lines(members: pd.DataFrame, proposals: list[Proposal]) -> list[str]:
    known = {c.name: c for c in TABLES["members"] if c.role == "attribute"}
    attributes = [p.column for p in proposals if p.column in known and p.confidence >= SURE]
    lines = [
        "attributes:" if attributes else "attributes: []",
        *(f"  - {name}" for name in attributes),
    ]
    mapped = {proposal.header for proposal in proposals}
    others = [
        str(header)
        for header in members.columns
        if str(header) not in mapped
        and 1 < members[header].nunique() <= max(MOST_VALUES, len(members) // 20)
        and split_header(str(header))[-1:] not in (("id",), ("key",))
        and not refuse_money(str(header))
        and fit_values(_A_DAY, members[header]) < _MOSTLY
    ]
    if others:
        lines.append("  # What else says how members need to be served? Never money. Such as:")
        lines += [f"  # - {_comment(quote_yaml(name))}" for name in others[:12]]
    return lines
