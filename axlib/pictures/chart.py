"""A picture with the words it needs, in the house style."""

from __future__ import annotations

import base64
import html
import io
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import ScalarFormatter

from axlib.pictures.fonts import find_families, read_missing, silent_substitutes
from axlib.words.display import format_number, table_to_html
from axlib.words.notebook_face import dress
from axlib.words.results import Unavailable

#: Colours that stay apart for the colour-blind and in grey print (after Okabe and Ito, 2008).
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#D55E00", "#009E73", "#A8324A", "#8A8F98"
INK, RULE = "#1f2328", "#d0d7de"
#: Inches across; the page scales pictures to its column.
WIDTH = 5.8

_STYLE: Any = {
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.grid": False,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    # A tier called "$5k-$10k" is no mathematics.
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.left": False,
    "svg.fonttype": "path",
    # Fixed, so that two runs write the same bytes.
    "svg.hashsalt": "axlib",
}

#: What a path is drawn by, and the digits of it that are finer than a hundredth of a point.
_PATH = re.compile(r' d="[^"]*"')
_DIGITS = re.compile(r"(\.\d\d)\d+")
#: Spaces of a path that its letters make needless.
_SPARE = re.compile(r"(?<=[A-Za-z]) | ?\n")
_UNSEEN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
#: Words are drawn as paths, so that no white space between tags is ever shown.
_BETWEEN = re.compile(r">\s+<")


@dataclass(frozen=True, eq=False, repr=False)
class Chart:
    """A picture, what it shows in words, and the numbers it draws.

    Attributes
    ----------
    figure : Figure or None
        None where the analysis was not available.
    title : str
        The finding, a sentence.
    alt : str
        What the picture shows, for who cannot see it.
    caption : str
        How to read it.
    table : DataFrame
        The numbers it draws.
    currency : str
    name : str
        File name of its data.
    """

    figure: Figure | None
    title: str
    alt: str
    caption: str
    table: pd.DataFrame
    currency: str = ""
    name: str = "picture"

    @cached_property
    def svg(self) -> str:
        """The picture as SVG; the same chart gives the same bytes.

        Drawn once and kept, for the layout of a figure moves a little each time it is drawn.
        """
        if self.figure is None:
            return ""
        drawn, missing = _draw(self.figure)
        families = find_families(missing) if missing else ()
        if families:
            for text in self.figure.findobj(Text):
                text.set_fontfamily([*_STYLE["font.sans-serif"], *families])
            drawn, _ = _draw(self.figure)
        # What nobody sees: the declaration and doctype, who drew it by what, the words of each path, indents.
        shown = _UNSEEN.sub("", re.sub(r"^<\?xml.*?<svg", "<svg", drawn, count=1, flags=re.DOTALL))
        shown = _BETWEEN.sub("><", shown)
        return _PATH.sub(lambda path: _DIGITS.sub(r"\1", _SPARE.sub("", path[0])), shown)

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return both faces for a notebook, which asks for this first."""
        return {"text/plain": repr(self), "text/html": dress(self._repr_html_())}

    def _repr_html_(self) -> str:
        if self.figure is None:
            return f'<aside class="ax-withheld"><p>{html.escape(self.title)}</p></aside>'
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        numbers = table_to_html(self.table, currency=self.currency, file_name=self.name)
        return (
            f'<figure class="ax-figure"><img alt="{html.escape(self.alt, quote=True)}" '
            f'src="data:image/svg+xml;base64,{data}"><figcaption><strong>{html.escape(self.title)}</strong> '
            f"{html.escape(self.caption)}</figcaption><details><summary>The numbers behind this picture</summary>"
            f"{numbers}</details></figure>"
        )


def show_reason(result: Unavailable) -> Chart:
    """Return what stands in the place of a picture that cannot be drawn: the reason."""
    return Chart(None, result.text, result.text, "", result.summary())


def _draw(figure: Figure) -> tuple[str, frozenset[int]]:
    """Draw a figure as SVG, and tell which signs no font had; where nothing has them, boxes stand in their place.

    The words and the table hold such a name whole.
    """
    buffer = io.StringIO()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(_Ticks())
    with _house_style(), silent_substitutes(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=False)
    return buffer.getvalue(), read_missing(caught)


class _Ticks(ScalarFormatter):
    """Figures at ticks, written as everywhere else."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = str(super().__call__(x, pos)).replace("−", "-")
        try:
            return format_number(float(text), len(text.partition(".")[2]))
        except ValueError:
            return text


@contextmanager
def _house_style() -> Iterator[None]:
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # Told by `_draw`, which looks for a font that has them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support .* natively")
        yield


@contextmanager
def draw_figure(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure and its axes in the house style, without any global state."""
    with _house_style():
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        yield figure, figure.add_subplot()


def fit_height(rows: int, *, each: float = 0.42, least: float = 1.6) -> float:
    """Return the height, in inches, of a picture with a bar per row."""
    return max(least, 0.9 + each * rows)


def shorten(label: str, limit: int = 34) -> str:
    """Cut a label that would squeeze the picture; the table below holds it whole.

    Examples
    --------
    >>> shorten("Synchronous"), shorten("x" * 50, 10)
    ('Synchronous', 'xxxxxxxxx…')
    """
    return label if len(label) <= limit else f"{label[: limit - 1]}…"


def wrap_label(label: str, columns: int) -> str:
    r"""Break a label over as many lines as it takes to stand above one of many columns, three at most.

    Examples
    --------
    >>> wrap_label("Class 1 (unnamed)", 7), wrap_label("Synchronous", 4), wrap_label("Asynchronous", 8)
    ('Class 1\n(unname…', 'Synchronous', 'Asynchr…')
    """
    room = max(8, 52 // columns)
    return "\n".join(shorten(line, room) for line in textwrap.wrap(label, room, break_long_words=False)[:3])
