"""Fonts of this machine for names in scripts that our own font lacks: Chinese, Devanagari, and the like."""

from __future__ import annotations

import functools
import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

#: What matplotlib says of a sign that no font of a text has.
_MISSING = re.compile(r"Glyph (\d+)")
#: Fonts that draw every sign as a box with its number, or colours alone, are no help to a reader.
_NO_HELP = re.compile(r"last ?resort|fallback|emoji|symbol", re.IGNORECASE)


def read_missing(caught: Iterable[warnings.WarningMessage]) -> frozenset[int]:
    """Read the signs that could not be drawn from what matplotlib warned of.

    Returns
    -------
    frozenset of int
        Code points.
    """
    found = (_MISSING.match(str(item.message)) for item in caught)
    return frozenset(int(match[1]) for match in found if match)


@contextmanager
def silent_substitutes() -> Iterator[None]:
    """Let matplotlib take the nearest weight of a font without a line on standard error."""
    logger = logging.getLogger("matplotlib.font_manager")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@functools.cache
def find_families(missing: frozenset[int]) -> tuple[str, ...]:
    """Find as few fonts of this machine as have the signs that are missing, and make matplotlib know them.

    Parameters
    ----------
    missing : frozenset of int
        Code points.

    Returns
    -------
    tuple of str
        Names of families; fewer than needed, or none, where the machine has no font for a sign. The same machine gives
        the same fonts in the same order.
    """
    left, families = set(missing), []
    candidates = [(path, signs & left) for path, signs in _fonts_of_machine() if signs & left]
    while left and candidates:
        path, signs = max(candidates, key=lambda item: len(item[1]))
        font_manager.fontManager.addfont(path)
        families.append(FT2Font(path).family_name)
        left -= signs
        candidates = [(other, own & left) for other, own in candidates if own & left]
    return tuple(families)


@functools.cache
def _fonts_of_machine() -> tuple[tuple[str, frozenset[int]], ...]:
    """Every upright font that can be read, and the signs it has, in the order of their paths."""
    fonts = []
    for path in sorted(font_manager.findSystemFonts()):
        if _NO_HELP.search(path.rpartition("/")[2]):
            continue
        try:
            font = FT2Font(path)
            if "regular" in font.style_name.lower() or "book" in font.style_name.lower():
                fonts.append((path, frozenset(font.get_charmap())))
        except (OSError, RuntimeError):  # a file that is no font it can read
            continue
    return tuple(fonts)
