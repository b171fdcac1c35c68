"""What an analyst may choose at the desk, and the keys of an engagement file that say the same."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from axlib.tables.changing_engagement import change_engagement
from axlib.tables.engagement import Engagement
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.words.errors import ConfigurationError

Method = Literal["classes", "rules", "column"]


@dataclass(frozen=True)
class Choices:
    """One state of the desk's controls.

    Attributes
    ----------
    method : {'classes', 'rules', 'column'}
        How segments are found.
    attributes : tuple of str
        AX attributes that segments are found by.
    k : int or 'auto'
        Number of classes, by the method ``classes``.
    edges : tuple of float or None
        Dues at which a higher revenue tier begins; None: tiers as the engagement has them.
    hours : tuple of (str, float)
        Coverage Segment -> hours a year one of its members needs.
    grace_days : int
        Days after its end for which a term still counts.
    rejoin : {'new', 'retained'}
        What members who left and came back in the window count as.
    """

    method: Method
    attributes: tuple[str, ...]
    k: int | Literal["auto"]
    edges: tuple[float, ...] | None
    hours: tuple[tuple[str, float], ...]
    grace_days: int
    rejoin: Literal["new", "retained"]

    def __repr__(self) -> str:
        # One choice a line: this is what a notebook shows, and what is copied from it to be changed.
        lines = (f"    {field.name}={getattr(self, field.name)!r}," for field in dataclasses.fields(self))
        return "\n".join(["Choices(", *lines, ")"])


def read_choices(engagement: Engagement, *, attributes: Sequence[str], method: Method) -> Choices:
    """Read off an engagement what the desk starts from."""
    keys = engagement.settings
    return Choices(
        method=method,
        attributes=tuple(attributes),
        k=keys.segments.k,
        edges=keys.tiers.edges if keys.tiers.by == "bands" else None,
        hours=tuple((segment.name, segment.steady_hours) for segment in engagement.segments),
        grace_days=keys.retention.grace_days,
        rejoin=keys.retention.rejoin,
    )


def write_choices(
    choices: Choices, *, engagement: Engagement, specs: Sequence[AttributeSettings]
) -> dict[str, dict[str, Any] | list[Any]]:
    """Write choices as keys of an engagement file; hours stand in a file of segments.

    Parameters
    ----------
    choices : Choices
    engagement : Engagement
        The keys of which they change.
    specs : sequence of AttributeSettings
        How each attribute that may be chosen is declared.
    """
    by_name = {spec.name: spec.model_dump(exclude_defaults=True) for spec in specs}
    declared = [by_name.get(name, {"name": name}) for name in choices.attributes]
    segments: dict[str, Any] = {"method": choices.method}
    if choices.method == "classes":
        segments["k"] = choices.k
    keys: dict[str, dict[str, Any] | list[Any]] = {
        "attributes": [spec["name"] if len(spec) == 1 else _plain(spec) for spec in declared],
        "segments": segments,
        "retention": {"grace_days": choices.grace_days, "rejoin": choices.rejoin},
    }
    if engagement.settings.capacity.hours_source == "learned":
        # Hours chosen at the desk are nobody's experience.
        keys["capacity"] = {"hours_source": "assumed"}
    if choices.edges is not None:
        # Tiers keep their names as long as there are as many of them.
        before = engagement.settings.tiers
        names = list(before.names) if len(before.names) == len(choices.edges) + 1 else []
        edges = [int(edge) if float(edge).is_integer() else edge for edge in choices.edges]
        keys["tiers"] = {"by": "bands", "edges": edges, "names": names}
    return keys


def _plain(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in spec.items()}


def apply_choices(choices: Choices, *, engagement: Engagement, specs: Sequence[AttributeSettings]) -> Engagement:
    """Return the engagement as it would be with these choices in its file.

    Raises
    ------
    ConfigurationError
        A choice is impossible; one sentence each.
    """
    if not choices.attributes and choices.method != "column":
        raise ConfigurationError("explore: choose at least one attribute; without any, members cannot be told apart.")
    keys = write_choices(choices, engagement=engagement, specs=specs)
    return change_engagement(engagement, keys=keys, hours=dict(choices.hours))


def read_edges(text: str) -> tuple[float, ...]:
    """Read the edges of tiers as people write them.

    Examples
    --------
    >>> read_edges("500, 2,500; 10000")
    (500.0, 2500.0, 10000.0)

    Raises
    ------
    ConfigurationError
        A word is no amount, or the edges do not rise.
    """
    joined = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    words = [word for word in re.split(r"[;,\s]+", joined) if word]
    problems, edges = [], []
    for word in words:
        try:
            edges.append(float(word.lstrip("$€£")))
        except ValueError:
            problems.append(f"tier edges: '{word}' is no amount. Write amounts that rise, such as 500, 2500.")
    if not words:
        problems.append("tier edges: at least one amount is needed, such as 2500.")
    if any(not math.isfinite(edge) for edge in edges) or any(high <= low for low, high in pairwise(edges)):
        problems.append(f"tier edges: amounts must rise; got {text.strip()}.")
    if problems:
        raise ConfigurationError(*problems)
    return tuple(edges)
