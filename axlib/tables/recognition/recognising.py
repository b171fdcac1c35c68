"""Which column of an export is which canonical column: declared, recognised, or asked for; never guessed.

A header is recognised when it is the canonical name itself, when the system's profile names it, or when it
is one of the words of the column, all compared without case, spaces and signs. Anything less is proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from axlib.tables.recognition.headers import plain_header, split_header
from axlib.tables.recognition.profiles_of_systems import SystemProfile
from axlib.words.errors import suggest
from axlib.words.vocabulary import TABLES, Column

#: What an engagement file writes for "this column is not in the export".
ABSENT = "-"
#: Columns the analyses rest on: a header that nearly means one of them is asked about, not passed over.
_WEIGHTY = ("status", "annual_dues", "joined_on", "expires_on")


@dataclass(frozen=True)
class Recognition:
    """How the columns of one table were recognised.

    Attributes
    ----------
    columns : dict of str to str
        Canonical column -> header.
    evidence : dict of str to str
        Canonical column -> why.
    problems : tuple of str
        Sentences; the table cannot be used until they are solved.
    unmapped : tuple of str
        Headers that stay as they are.
    """

    columns: dict[str, str]
    evidence: dict[str, str]
    problems: tuple[str, ...]
    unmapped: tuple[str, ...]


def recognise_columns(
    table: str,
    headers: Sequence[str],
    *,
    declared: Mapping[str, str] | None = None,
    further: Sequence[str] = (),
    profile: SystemProfile | None = None,
) -> Recognition:
    """Find the canonical columns of a table among its headers.

    Parameters
    ----------
    table : str
        Canonical table.
    headers : sequence of str
    declared : mapping, optional
        Canonical column -> header, from the engagement file; ``-`` says the export has none.
    further : sequence of str
        Names beside the canonical ones that may be declared, such as the engagement's own attributes.
    profile : SystemProfile, optional
        The system the export came from.

    Returns
    -------
    Recognition
    """
    columns: dict[str, str] = {}
    evidence: dict[str, str] = {}
    problems: list[str] = []
    known = [column.name for column in TABLES[table]]
    required = {column.name for column in TABLES[table] if column.required}
    absent = {name for name, header in (declared or {}).items() if header == ABSENT and ABSENT not in headers}
    for name, header in (declared or {}).items():
        if name not in known and name not in further:
            problems.append(f"columns.{table}: '{name}' is no column of {table}. {suggest(name, [*known, *further])}")
        elif not header.strip() and name in required:
            # Left open by whoever wrote the file: what follows says which headers there are.
            continue
        elif name not in absent and header not in headers:
            problems.append(f"columns.{table}.{name}: the file has no column '{header}'. {suggest(header, headers)}")
        elif name not in absent:
            columns[name], evidence[name] = header, "named in the engagement file"
    for column in TABLES[table]:
        if column.name in columns or column.name in absent:
            continue
        free = [header for header in headers if header not in columns.values()]
        found = _find(column, free, table, profile)
        if found:
            columns[column.name], evidence[column.name] = found
    problems += _propose(table, headers, columns, absent)
    unmapped = tuple(header for header in headers if header not in columns.values())
    return Recognition(columns, evidence, tuple(problems), unmapped)


def _find(column: Column, headers: Sequence[str], table: str, profile: SystemProfile | None) -> tuple[str, str] | None:
    plain = {plain_header(header): header for header in reversed(headers)}
    if plain_header(column.name) in plain:
        return plain[plain_header(column.name)], "the header is the column's own name"
    if profile:
        for word in profile.columns.get(table, {}).get(column.name, ()):
            if plain_header(word) in plain:
                return plain[plain_header(word)], f"{profile.system} calls it so"
    for word in (column.label, *column.words):
        if plain_header(word) in plain:
            return plain[plain_header(word)], f"the header means {column.label.lower()}"
    return None


def _propose(table: str, headers: Sequence[str], columns: Mapping[str, str], absent: set[str]) -> list[str]:
    """Say which required or weighty columns were not found, with the lines to paste."""
    free = [header for header in headers if header not in columns.values()]
    problems = []
    for column in TABLES[table]:
        if column.name in columns:
            continue
        # A key has to be named outright: proposing just any header for it would be a guess.
        least = 0.82 if column.role == "key" else 0.6
        near = [pair for pair in rank_headers(column, free) if pair[1] >= least]
        line = f"columns: {{{table}: {{{column.name}: {quote_yaml(near[0][0] if near else '…')}}}}}"
        if column.required:
            asked = f"perhaps '{near[0][0]}'" if near else "no header is like it"
            problems.append(
                f"{table}: no column is recognised as {column.name} ({column.label.lower()}); {asked}. Headers: "
                f"{_some(headers)}. Add to the engagement file:  {line}"
            )
        elif column.name in _WEIGHTY and column.name not in absent and near and near[0][1] >= 0.85:
            problems.append(
                f"{table}: the header '{near[0][0]}' may be {column.name} ({column.label.lower()}). Add to the "
                f"engagement file:  {line}  or, if it is not,  "
                f"columns: {{{table}: {{{column.name}: '{ABSENT}'}}}}"
            )
    return problems


def rank_headers(column: Column, headers: Sequence[str]) -> list[tuple[str, float]]:
    """Return headers by likeness to a column's words, best first, with a score 0-1.

    Examples
    --------
    >>> from axlib.words.vocabulary import find_column
    >>> rank_headers(find_column("members", "annual_dues"), ["Anual Dues", "City"])[0][0]
    'Anual Dues'
    """
    words = [" ".join(split_header(word)) for word in (column.name, column.label, *column.words)]
    scored = []
    for header in headers:
        name = " ".join(split_header(header))
        score = max((fuzz.ratio(name, word) / 100 for word in words), default=0.0)
        if score >= 0.6:
            scored.append((header, score))
    return sorted(scored, key=lambda pair: (-pair[1], headers.index(pair[0])))


def quote_yaml(text: str) -> str:
    r"""Write a text as one YAML scalar that is read back as the same text.

    Examples
    --------
    >>> quote_yaml("Member ID"), quote_yaml('say "a"')
    ('"Member ID"', '"say \\"a\\""')
    """
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    body = "".join(signs.get(sign, sign if sign.isprintable() else f"\\U{ord(sign):08x}") for sign in text)
    return f'"{body}"'


def _some(headers: Sequence[str], n: int = 12) -> str:
    shown = ", ".join(f"'{header}'" for header in headers[:n])
    return shown + (f" and {len(headers) - n} more" if len(headers) > n else "")
