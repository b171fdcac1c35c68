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
from axlib.words.display import join_words
from axlib.words.errors import suggest
from axlib.words.vocabulary import TABLES, Column

#: What an engagement file writes for "this column is not in the export".
ABSENT = "-"
#: Columns the analyses rest on: a header that nearly means one of them is asked about, not passed over.
_WEIGHTY = ("status", "annual_dues", "joined_on", "expires_on")
#: The words that tell a member's own key from any other.
_OWNER = {"member", "membership"}
#: Words that many headers have, whatever they are about.
_COMMON = {
    "a", "account", "as", "at", "by", "client", "code", "contact", "count", "customer", "date", "day", "flag", "from",
    "group", "id", "in", "is", "key", "level", "member", "membership", "name", "no", "num", "number", "of", "on",
    "the", "time", "to", "total", "type", "user", "value",
}  # fmt: skip
#: Likeness of names from which on a slip of the pen is likelier than another word.
MISSPELT = 0.85


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
    asked: set[str] = set()
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
        rivals = _rivals(column, free) if found and found[1].startswith("the header means") else []
        if len(rivals) > 1:
            problems.append(
                f"{table}: {join_words([repr(header) for header in rivals])} may each be {column.name} "
                f"({column.label.lower()}). Add the one that is to the engagement file:  "
                f"columns: {{{table}: {{{column.name}: {quote_yaml(rivals[0])}}}}}"
            )
            asked.add(column.name)
        elif found:
            columns[column.name], evidence[column.name] = found
    problems += _propose(table, headers, columns, absent, asked)
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


def _rivals(column: Column, headers: Sequence[str]) -> list[str]:
    """Headers that may each be the key, none of which names the member: only their owner knows which it is."""
    if not (column.role == "key" and column.required):
        return []
    words = {plain_header(word) for word in (column.label, *column.words)}
    found = [header for header in headers if plain_header(header) in words]
    return [] if any(_OWNER & set(split_header(header)) for header in found) else found


def _propose(
    table: str, headers: Sequence[str], columns: Mapping[str, str], absent: set[str], asked: set[str]
) -> list[str]:
    """Say which required or weighty columns were not found, with the lines to paste."""
    free = [header for header in headers if header not in columns.values()]
    problems = []
    for column in TABLES[table]:
        if column.name in columns or column.name in asked:
            continue
        # A key has to be named outright: proposing just any header for it would be a guess.
        least = 0.82 if column.role == "key" else 0.6
        near = [pair for pair in rank_headers(column, free) if pair[1] >= least]
        line = f"columns: {{{table}: {{{column.name}: {quote_yaml(near[0][0] if near else '…')}}}}}"
        if column.required:
            perhaps = f"perhaps '{near[0][0]}'" if near else "no header is like it"
            problems.append(
                f"{table}: no column is recognised as {column.name} ({column.label.lower()}); {perhaps}. Headers: "
                f"{_some(headers)}. Add to the engagement file:  {line}{_otherwise(table, column, bool(near))}"
            )
        elif column.name in _WEIGHTY and column.name not in absent and near and near[0][1] >= 0.85:
            problems.append(
                f"{table}: the header '{near[0][0]}' may be {column.name} ({column.label.lower()}). Add to the "
                f"engagement file:  {line}  or, if it is not,  "
                f"columns: {{{table}: {{{column.name}: '{ABSENT}'}}}}"
            )
    return problems


def _otherwise(table: str, column: Column, near: bool) -> str:
    """Say what to do where the export has no such column."""
    if column.choices:
        line = f"columns: {{{table}: {{{column.name}: '={column.choices[0]}'}}}}"
        return f"  or, if one of {', '.join(column.choices)} is true of all rows, such as  {line}"
    if column.role == "key" and not near:
        return "  or, if the file has none, ask for an export that has it: without it no row can be told from another."
    return ""


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
        if score >= MISSPELT or (score >= 0.6 and share_word(column, header)):
            scored.append((header, score))
    return sorted(scored, key=lambda pair: (-pair[1], headers.index(pair[0])))


def share_word(column: Column, header: str) -> str:
    """Return the first word that a header shares with a column's words and few other headers have; else nothing.

    Examples
    --------
    >>> from axlib.words.vocabulary import find_column
    >>> share_word(find_column("members", "annual_dues"), "Dues paid"), share_word(
    ...     find_column("members", "started_on"), "birth date"
    ... )
    ('dues', '')
    """
    own = {word for name in (column.name, column.label, *column.words) for word in split_header(name)} - _COMMON
    return next((word for word in split_header(header) if word in own), "")


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
