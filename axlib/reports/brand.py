"""Whose page it is: name, colour, logo and confidentiality line, with colours made readable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from axlib.words.errors import ConfigurationError

#: Page backgrounds of the style sheet, light and dark: the darkest and the lightest that text stands on.
LIGHT_GROUND = "#f2f3f5"
DARK_GROUND = "#22262d"
#: The least ratio of luminances at which ordinary text is readable (WCAG 2.2, success criterion 1.4.3).
LEAST_CONTRAST = 4.5

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LOGO = re.compile(r"data:image/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True)
class Brand:
    """What a page shows of its sender.

    Attributes
    ----------
    name : str
        Who the page comes from.
    colour : str
        ``#rrggbb``; where text stands in it, it is darkened or lightened until it can be read.
    logo_data_uri : str, optional
        ``data:image/png;base64,…``, or the same for JPEG or SVG.
    confidentiality : str
        A line such as "Confidential: for the board"; empty for none.
    locale : str
        By which the page's numbers are written, for sorting them; empty where they are neutral of language.

    Raises
    ------
    ConfigurationError
        If the colour or the logo is written otherwise.
    """

    name: str = ""
    colour: str = "#1f4e79"
    logo_data_uri: str | None = None
    confidentiality: str = ""
    locale: str = ""

    def __post_init__(self) -> None:
        problems = []
        if not _COLOUR.fullmatch(self.colour):
            problems.append(f"brand: colour is {self.colour!r}; write it as '#rrggbb', such as '#1f4e79'.")
        if self.logo_data_uri is not None and not _LOGO.fullmatch(self.logo_data_uri):
            problems.append(
                f"brand: the logo begins {self.logo_data_uri[:24]!r}; it must be a data: address of a PNG, JPEG "
                "or SVG picture in base64."
            )
        if problems:
            raise ConfigurationError(*problems)


def measure_contrast(first: str, second: str) -> float:
    """Measure how far two colours are apart, from 1 (equal) to 21 (black on white).

    Notes
    -----
    (L1 + 0.05) / (L2 + 0.05) with relative luminance L as WCAG 2.2 defines it.

    Examples
    --------
    >>> round(measure_contrast("#000000", "#ffffff"), 2), round(measure_contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    light, dark = sorted((_luminance(_channels(first)), _luminance(_channels(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def make_readable(colour: str, *, ground: str) -> str:
    """Darken or lighten a colour, no more than needed, until text in it can be read on a ground.

    Parameters
    ----------
    colour, ground : str, ``#rrggbb``

    Returns
    -------
    str
        The colour nearest to ``colour``, on its way to black (or to white on a dark ground), whose contrast
        with ``ground`` is at least 4.5.

    Examples
    --------
    >>> make_readable("#1f4e79", ground="#ffffff"), make_readable("#ffdd00", ground="#ffffff")
    ('#1f4e79', '#877500')
    """
    goal = 0.0 if _luminance(_channels(ground)) > 0.18 else 255.0
    channels = _channels(colour)
    for step in range(101):
        moved = "#" + "".join(f"{round(value + (goal - value) * step / 100):02x}" for value in channels)
        if measure_contrast(moved, ground) >= LEAST_CONTRAST:
            return moved
    return moved


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(channels: tuple[int, int, int]) -> float:
    shares = [value / 255 for value in channels]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
