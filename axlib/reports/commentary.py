"""The consultant's hand: Markdown files of an engagement, shown at the sections they are named after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd
from nbformat import NotebookNode

from axlib.reports.cells import render_markdown
from axlib.tables.engagement import Engagement
from axlib.words.display import count_words
from axlib.words.errors import ConfigurationError, suggest

_HEADING = re.compile(r"^#{2,3}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_SHOWN_HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
_SECTION = re.compile(r"<h[23](?: [a-z-]+=\"[^\"]*\")*>(.*?)</h[23]>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>|&[a-z]+;|&#\d+;")
_WORD = re.compile(r"[\w-]+")
_IDENTIFIER = re.compile(r"(?=.*\d)(?=.*[a-z])[\w-]{4,}|\d{6,}")
_PICTURE = re.compile(r"!\[[^\]]*\][(\[]|<img\b", re.IGNORECASE)
LARGEST = 20_000


def name_section(heading: str) -> str:
    """Return the name a note must have to stand under a heading.

    Examples
    --------
    >>> name_section("Who gets how much service?")
    'who-gets-how-much-service'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.casefold().replace("'", "")).strip("-")


def list_sections(notebooks: Iterable[NotebookNode]) -> list[str]:
    """List the sections of notebooks by the names their notes have, each once, in order."""
    headings = (
        heading
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for heading in _HEADING.findall(cell.source)
    )
    return list(dict.fromkeys(name_section(heading) for heading in headings))


def read_commentary(engagement: Engagement, *, sections: Iterable[str]) -> dict[str, str]:
    """Read the notes of an engagement.

    Parameters
    ----------
    engagement : Engagement
        ``commentary`` names a folder of Markdown files; without it there are none.
    sections : iterable of str
        What notes may be named after; see `list_sections`.

    Returns
    -------
    dict of str to str
        Section -> Markdown.

    Raises
    ------
    ConfigurationError
        The folder is not there; a file is named after no section, is not UTF-8, is too long, or holds a picture; all at
        once.
    """
    key = engagement.settings.commentary
    if key is None:
        return {}
    folder = engagement.locate(key)
    if not folder.is_dir():
        raise ConfigurationError(f"{engagement.path.name}: commentary is '{key}', and there is no such folder.")
    known = list(sections)
    notes: dict[str, str] = {}
    problems = []
    for path in sorted(folder.glob("*.md")):
        if path.stem not in known:
            problems.append(f"{key}/{path.name}: no section is called '{path.stem}'. {suggest(path.stem, known)}")
            continue
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            problems.append(f"{key}/{path.name}: is not UTF-8; save it as UTF-8.")
            continue
        if len(text) > LARGEST:
            problems.append(f"{key}/{path.name}: has {len(text):,} characters; at most {LARGEST:,} can be shown.")
        if _PICTURE.search(text):
            problems.append(f"{key}/{path.name}: holds a picture; a note is shown without. Take it out.")
        notes[path.stem] = text
    if problems:
        raise ConfigurationError(*problems)
    return {section: text for section, text in notes.items() if text.strip()}


def refuse_names(notes: Mapping[str, str], members: pd.DataFrame) -> None:
    """Refuse words of the consultant that would name members on a client's page.

    Parameters
    ----------
    notes : mapping of str to str
        Where they stand, in words, -> what they say.
    members : DataFrame
        ``member_id`` and perhaps ``name`` and ``email``. A name counts if it has two words and six letters or more,
        so that a word of the language is no name; an identifier, if it has letters and digits, or six digits.

    Raises
    ------
    ConfigurationError
        Says how many members a note names, never which.
    """
    text = {section: f" {note.casefold()} " for section, note in notes.items()}
    if not text:
        return
    marks = [members["email"]] if "email" in members else []
    if "name" in members:
        names = members["name"].dropna()
        marks.append(names[(names.str.len() >= 6) & names.str.contains(" ", regex=False)])
    words = pd.concat(marks).dropna().str.casefold().unique().tolist() if marks else []
    identifiers = {word for word in members["member_id"].astype("str").str.casefold() if _IDENTIFIER.fullmatch(word)}
    problems = []
    for section, note in text.items():
        named = sum(1 for word in words if word and word in note)
        found = max(named, len(identifiers & set(_WORD.findall(note))))
        if found:
            problems.append(
                f"{section} holds the name, e-mail or identifier of {count_words(found, 'member')}; a client's page "
                "names nobody. Write it without names."
            )
    if problems:
        raise ConfigurationError(*problems)


def place_note(markup: str, notes: Mapping[str, str]) -> str:
    """Put the note of a section below what a piece of a page shows under that section's heading."""
    found = [name_section(_TAG.sub(" ", heading)) for heading in _SECTION.findall(markup)]
    shown = [_show(notes[section]) for section in found if section in notes]
    return "\n".join([markup, *shown])


def _show(note: str) -> str:
    # A note's own headings are no sections of the page.
    body = _SHOWN_HEADING.sub(r"<p><strong>\2</strong></p>", render_markdown(note, prose=True))
    return f'<aside class="ax-note ax-consultant"><p><strong>The consultant\'s note.</strong></p>{body}</aside>'
