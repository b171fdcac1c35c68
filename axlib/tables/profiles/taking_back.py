"""``read_workbooks``: workbooks sent back, read against their engagement; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import Engagement
from axlib.tables.files.sources import read_bytes
from axlib.tables.instrument import find_instrument
from axlib.tables.profiles.comparing import ProfileChanges, compare_copies
from axlib.tables.profiles.facts import collect_facts
from axlib.tables.profiles.new_files import NewFiles, plan_files
from axlib.tables.profiles.pseudonyms import make_pseudonyms, read_key
from axlib.tables.profiles.reading import read_copy
from axlib.tables.profiles.workbook_copy import Copy
from axlib.tables.reading import read_tables
from axlib.words.errors import DataError


class ReadWorkbooks(NamedTuple):
    """What workbooks say, and the files that would carry it.

    Attributes
    ----------
    changes : ProfileChanges
    new : NewFiles
        Empty where there are problems.
    """

    changes: ProfileChanges
    new: NewFiles


def read_workbooks(workbooks: Sequence[str | Path], *, engagement: Engagement, on: date) -> ReadWorkbooks:
    """Read profile workbooks that were sent back.

    Parameters
    ----------
    workbooks : sequence of str or Path
        Copies of one engagement's workbook, written at the same time or not.
    engagement : Engagement
    on : date
        The day of reading: answers without a day count from it, and nothing can have happened later.

    Returns
    -------
    ReadWorkbooks
        Problems of cells are in ``changes.problems``; with one of them there are no new files.

    Raises
    ------
    DataError
        A file is no workbook of this engagement; all of them at once.
    ConfigurationError
        The engagement file would misread the new files.
    """
    tables = read_tables(engagement)
    clean = clean_tables(tables)
    instrument = find_instrument(engagement)
    facts = collect_facts(clean, instrument=instrument, members=clean.members["member_id"])
    known = frozenset(facts.stages.index.astype(str))
    copies: list[Copy] = []
    problems: list[str] = []
    names = _tell_apart([Path(path) for path in workbooks])
    for path, name in names.items():
        if not path.is_file():
            problems.append(f"{name}: no such file. Name the workbook that was sent back, with its folder.")
            continue
        try:
            copy = read_copy(
                read_bytes(path), file_name=name, engagement=engagement.name, instrument=instrument, known=known, on=on
            )
            copies.append(copy)
        except DataError as error:
            problems += error.problems
    identifiers = None
    if any(copy.keys.pseudonymised for copy in copies):
        try:
            pseudonyms = make_pseudonyms(known, read_key(engagement.path.parent))
            identifiers = {pseudonym: name for name, pseudonym in pseudonyms.items()}
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(*problems)
    changes = compare_copies(copies, facts=facts, instrument=instrument, identifiers=identifiers)
    if changes.problems:
        return ReadWorkbooks(changes, NewFiles({}, ()))
    new = plan_files(
        changes, engagement=engagement, raw=tables.tables, facts=facts, instrument=instrument, on=on
    )  # fmt: skip
    return ReadWorkbooks(changes, new)


def _tell_apart(paths: Sequence[Path]) -> dict[Path, str]:
    """Name files so that two of one name in different folders can be told apart."""
    names = [path.name for path in paths]
    return {path: path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}" for path in paths}
