"""How headline numbers went from one closing day to the next, as small pictures: a line for each number.

They are written as SVG by hand: the page of all reports is made again after every run, and drawing a figure for each
report would take longer than all else of it.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Mapping, Sequence

from axlib.words.display import format_value
from axlib.words.measures import find_measure

_WIDTH, _HEIGHT = 140, 92
#: Where the line is drawn: left, right, top, bottom.
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 134, 34, 66
_INK, _SOFT, _LINE = "#1a1e24", "#56606b", "#1f4e79"

#: A closing day, as ISO text, and the headline numbers of the run that looks back from it.
Day = tuple[str, Mapping[str, float]]


def draw_trends(days: Sequence[Day], names: Sequence[str]) -> str:
    """Draw numbers by closing day, each as a picture with its words.

    Parameters
    ----------
    days : sequence of (ISO day, numbers)
        The oldest first.
    names : sequence of str
        Numbers to draw. One that is known for fewer than two days has no line and is left out.

    Returns
    -------
    str
        HTML; empty where no number has a line.

    Examples
    --------
    >>> draw_trends([("2025-09-30", {"nrr": 0.9}), ("2025-12-31", {"nrr": 0.95})], ["nrr", "grr"])[:84]
    '<p class="ax-picture"><img alt="NRR: 90.0 % on 2025-09-30, 95.0 % on 2025-12-31" src'
    """
    pictures = []
    for name in names:
        points = [(day, numbers[name]) for day, numbers in days if math.isfinite(numbers.get(name, math.nan))]
        if len(points) > 1:
            data = base64.b64encode(_draw(name, points).encode("utf-8")).decode("ascii")
            alt = html.escape(_say(name, points), quote=True)
            pictures.append(f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}">')
    if not pictures:
        return ""
    return f'<p class="ax-picture">{" ".join(pictures)}</p><p><small>Each line to its own scale.</small></p>'


def _say(name: str, points: Sequence[tuple[str, float]]) -> str:
    told = ", ".join(f"{_show(name, value)} on {day}" for day, value in points)
    return f"{find_measure(name).label}: {told}"


def _show(name: str, value: float) -> str:
    return format_value(value, find_measure(name).unit)


def _draw(name: str, points: Sequence[tuple[str, float]]) -> str:
    """Draw one number: its name and newest value above, the line, the first and last day below."""
    values = [value for _, value in points]
    low, span = min(values), max(values) - min(values)
    step = (_RIGHT - _LEFT) / (len(points) - 1)
    places = [
        (_LEFT + step * number, _BOTTOM - (_BOTTOM - _TOP) * ((value - low) / span if span else 0.5))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    (x, y), below = places[-1], _BOTTOM + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="system-ui, sans-serif" font-size="12">'
        f'<text x="{_LEFT}" y="14" fill="{_SOFT}">{html.escape(find_measure(name).label)}</text>'
        f'<text x="{_RIGHT}" y="14" fill="{_INK}" font-weight="600" text-anchor="end">{_show(name, values[-1])}</text>'
        f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_LINE}"/>'
        f'<text x="{_LEFT}" y="{below}" fill="{_SOFT}" font-size="10">{points[0][0]}</text>'
        f'<text x="{_RIGHT}" y="{below}" fill="{_SOFT}" font-size="10" text-anchor="end">{points[-1][0]}</text></svg>'
    )
