"""What the consultant adds to an engagement, read before anything is computed: brand, notes, words for the client."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pandas as pd

from axlib.reports.brand import Brand
from axlib.reports.chapters import CHAPTERS
from axlib.reports.commentary import list_sections, read_commentary
from axlib.tables.engagement import Engagement
from axlib.words.errors import ConfigurationError

#: Ending -> kind of picture, and what the file of such a picture begins with or holds near its beginning.
_PICTURES = {
    ".png": ("png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("jpeg", b"\xff\xd8\xff"),
    ".svg": ("svg+xml", b"<svg"),
}
#: Bytes in which the element of an SVG picture begins, after declarations and comments.
_HEAD = 4_096


def read_brand(engagement: Engagement) -> Brand:
    """Read whose report it is, with the logo in it.

    Raises
    ------
    ConfigurationError
        The logo is not there, or is no picture.
    """
    settings = engagement.settings.report.brand
    logo = None
    if settings.logo:
        path = engagement.locate(settings.logo)
        place = f"{engagement.path.name}: report.brand.logo is '{settings.logo}'"
        rule = "it must be a PNG, JPEG or SVG file, named relative to the engagement file."
        if not path.is_file():
            raise ConfigurationError(f"{place}, and there is no such file; {rule}")
        if path.suffix.lower() not in _PICTURES:
            raise ConfigurationError(f"{place}; {rule}")
        kind, mark = _PICTURES[path.suffix.lower()]
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise ConfigurationError(f"{place} and cannot be read ({error.strerror}); {rule}") from None
        if not (mark in raw[:_HEAD] if kind == "svg+xml" else raw.startswith(mark)):
            raise ConfigurationError(f"{place}, and what is in it is no {path.suffix[1:].upper()} picture; {rule}")
        logo = f"data:image/{kind};base64,{base64.b64encode(raw).decode('ascii')}"
    return Brand(settings.name, settings.colour, logo, settings.confidentiality, settings.locale or "")


def read_notes(engagement: Engagement, notebooks: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Read the consultant's notes: all of them, and those that a client will see.

    Parameters
    ----------
    engagement : Engagement
    notebooks : Path
        Folder of the chapters, whose headings notes are named after.

    Raises
    ------
    ConfigurationError
        All problems of ``commentary`` at once.
    """
    opened = {
        chapter: nbformat.read(notebooks / f"{chapter.notebook}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
        for chapter in CHAPTERS
    }
    notes = read_commentary(engagement, sections=list_sections(opened.values()))
    shown = set(list_sections(book for chapter, book in opened.items() if chapter.face == "client"))
    return notes, {section: note for section, note in notes.items() if section in shown}


def list_words(notes: Mapping[str, str], overrides: pd.DataFrame, *, file_name: str | None) -> dict[str, str]:
    """List what the consultant wrote that a client will read, by where it stands.

    Parameters
    ----------
    notes : mapping of str to str
        Section -> note, of those a client will see.
    overrides : DataFrame
        ``column`` and ``reason``, as ``clean_tables`` keeps them.
    file_name : str or None
        File of the overrides.
    """
    words = {f"commentary '{section}.md'": note for section, note in notes.items()}
    return words | {
        f"{file_name}: a reason of '{column}'": " ".join(rows["reason"].astype("str"))
        for column, rows in overrides.groupby("column", sort=False)
    }
