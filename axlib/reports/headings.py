"""Headings of a page: in order, each with an address of its own, and listed.

These functions read HTML that keeps to the sanitiser's grammar, which is why a regular expression will do.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import quote

_HEADING = re.compile(r"<h([1-6])((?: [a-z-]+=\"[^\"]*\")*)>(.*?)</h\1>", re.DOTALL)
_FIRST = re.compile(r"\s*<h1(?: [a-z-]+=\"[^\"]*\")*>(.*?)</h1>\s*", re.DOTALL)
_ID = re.compile(r" id=\"([^\"]*)\"")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
#: What the page's own addresses begin with, so that no heading can take one.
RESERVED = "pg-"


@dataclass(frozen=True)
class Heading:
    """A line of the contents list: where it leads, its words, and its level (2 or 3)."""

    href: str
    text: str
    level: int


def take_question(markup: str) -> tuple[str, str]:
    """Take the heading of the first level off the beginning of a piece.

    Returns
    -------
    tuple of str
        Its words, empty if the piece begins otherwise, and the rest.

    Examples
    --------
    >>> take_question("<h1>Who is served?</h1> <p>A chapter.</p>")
    ('Who is served?', '<p>A chapter.</p>')
    """
    first = _FIRST.match(markup)
    return (_read_text(first[1]), markup[first.end() :]) if first else ("", markup)


def arrange_headings(pieces: list[str]) -> tuple[list[str], list[Heading]]:
    """Give every heading an address and a level that follows from the one before.

    Parameters
    ----------
    pieces : list of str
        In the order of the page. The page itself has the heading of the first level; so these begin at the
        second, and none skips a level.

    Returns
    -------
    tuple
        The pieces, and the headings of levels 2 and 3 for the contents list.

    Examples
    --------
    >>> arrange_headings(["<h1>Load</h1><h4>By MSM</h4>"])[0]
    ['<h2 id="Load">Load</h2><h3 id="By-MSM">By MSM</h3>']
    """
    taken: set[str] = set()
    listed: list[Heading] = []
    level = 1

    def arrange(found: re.Match[str]) -> str:
        nonlocal level
        text = _read_text(found[3])
        if not text:
            return ""
        level = min(max(int(found[1]), 2), level + 1)
        given = _ID.search(found[2])
        address = _free_address(html.unescape(given[1]) if given else text, taken)
        taken.add(address)
        if level <= 3:
            listed.append(Heading(href="#" + quote(address), text=text, level=level))
        return f'<h{level} id="{html.escape(address)}">{found[3]}</h{level}>'

    return [_HEADING.sub(arrange, piece) for piece in pieces], listed


def _free_address(wanted: str, taken: set[str]) -> str:
    """Write an address as notebooks do, so that links between headings hold; number what is taken."""
    address = _SPACE.sub("-", wanted.strip())[:120]
    if address.lower().startswith(RESERVED):
        address = "-" + address
    free, number = address, 1
    while free in taken:
        number += 1
        free = f"{address}-{number}"
    return free


def _read_text(markup: str) -> str:
    return _SPACE.sub(" ", html.unescape(_TAG.sub("", markup))).strip()
