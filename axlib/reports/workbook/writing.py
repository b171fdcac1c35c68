"""``write_workbook``: the profiles as a file for the team, readable by its owner only."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import xlsxwriter

import axlib.tables.profiles.layout as layout
from axlib.reports.workbook.book import Book, open_book, span
from axlib.reports.workbook.dashboard import write_dashboard
from axlib.reports.workbook.entries import (
    list_intake_rows,
    list_milestone_rows,
    write_intake,
    write_milestones,
    write_signs,
)
from axlib.reports.workbook.instructions import write_instructions
from axlib.reports.workbook.overview import served_words, write_overview
from axlib.reports.workbook.team import write_team
from axlib.tables.files.private_files import write_private
from axlib.tables.instrument import ROLES
from axlib.tables.profiles.keys import WorkbookKeys, fingerprint_instrument, pack_keys
from axlib.tables.profiles.layout import list_choices, list_intake_columns
from axlib.verbs.profiles import Profiles
from axlib.words.errors import DataError
from axlib.words.vocabulary import LIFECYCLE_STAGES, OUTCOME_KINDS

#: Rows a sheet has; members beyond would be cut off without a word.
_MOST_MEMBERS = 200_000


def render_workbook(profiles: Profiles, *, written_on: date, dashboards: Sequence[int] = ()) -> bytes:
    """Write profiles as an XLSX workbook, in memory.

    Parameters
    ----------
    profiles : Profiles
    written_on : date
    dashboards : sequence of int
        Members (numbers from 0) that get a dashboard of their own besides the first.

    Returns
    -------
    bytes
        The same for the same profiles and day. Every text is a text, whatever it begins with.

    Raises
    ------
    DataError
        More members than a sheet has room for.
    """
    if len(profiles.table) > _MOST_MEMBERS:
        raise DataError(
            f"render_workbook: {len(profiles.table):,} members; a workbook has room for {_MOST_MEMBERS:,}. Write "
            "one for each chapter or team."
        )
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with contextlib.closing(xlsxwriter.Workbook(target, options)) as file:
        intake, milestones = list_intake_rows(profiles), list_milestone_rows(profiles)
        book = open_book(file, profiles, written_on=written_on, n_milestones=len(milestones), n_intake=len(intake))
        write_instructions(book)
        # Who has most milestones shows best what the dashboard can do.
        counts = np.bincount(milestones["number"].to_numpy(dtype=int), minlength=1)
        write_dashboard(book, intake, milestones, chosen=int(counts.argmax()))
        write_overview(book)
        write_intake(book, intake)
        write_milestones(book, milestones)
        write_signs(book)
        write_team(book, milestones)
        for number in dashboards:
            write_dashboard(book, intake, milestones, chosen=number, name=f"{layout.DASHBOARD} {number + 1}")
        _write_lists(book)
        _write_keys(book)
    return target.getvalue()


def write_workbook(profiles: Profiles, path: Path, *, written_on: date) -> Path:
    """Write profiles to a new file that its owner alone can read.

    Raises
    ------
    UsageError
        There is a file of that name already, which may hold somebody's entries; or it cannot be written.
    """
    return write_private(path, render_workbook(profiles, written_on=written_on))


def _write_lists(book: Book) -> None:
    """Write what cells can be chosen from: segments with their means, stages, raters, kinds, answers."""
    sheet = book.file.add_worksheet(layout.LISTS)
    segments = book.profiles.segments
    columns = list_intake_columns(book.profiles.instrument)
    scales = [column.attribute for column in columns if column.item.kind == "scale"]
    sheet.write_row(0, 0, ["segment", "served", *scales])
    for row, line in enumerate(segments.to_dict("records"), start=1):
        sheet.write_string(row, 0, layout.tidy_cell(str(line["segment"])))
        sheet.write_string(row, 1, served_words(layout.tidy_cell(str(line["served"]))))
        for place, name in enumerate(scales, start=2):
            if line[name] == line[name]:
                sheet.write_number(row, place, line[name])
    lists: dict[str, list[str]] = {
        "Stages": [stage.replace("_", " ") for stage in LIFECYCLE_STAGES],
        "Raters": list(ROLES),
        "Kinds": [kind.replace("_", " ") for kind in OUTCOME_KINDS],
        **{f"Answers_{number}": list_choices(column.item) for number, column in enumerate(columns, start=1)},
    }
    for place, (name, words) in enumerate(((n, w) for n, w in lists.items() if w), start=2 + len(scales)):
        sheet.write_string(0, place, name)
        for row, word in enumerate(words, start=1):
            sheet.write_string(row, place, layout.tidy_cell(word))
        book.file.define_name(name, f"={span(layout.LISTS, place, 1 + len(words), first=2)}")
    sheet.very_hidden()


def _write_keys(book: Book) -> None:
    """Write the hidden sheet by which the workbook is read back."""
    profiles = book.profiles
    keys = WorkbookKeys(
        profiles.engagement,
        profiles.as_of,
        book.written_on,
        fingerprint_instrument(profiles.instrument),
        profiles.pseudonymised,
        tuple(profiles.table["member_id"].tolist()),
        profiles.facts,
    )
    sheet = book.file.add_worksheet(layout.KEYS)
    plain, packed = pack_keys(keys)
    for row, (name, value) in enumerate(plain):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    for row, text in enumerate(packed):
        sheet.write_string(row, 2, text)
    sheet.very_hidden()
