"""The desk's controls: each one that a keyboard reaches and a reader of the screen names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from axlib.desk.bench import Bench
from axlib.desk.choices import Choices, read_edges

MOST_CLASSES = 8
_METHODS = {
    "classes": ("classes", "classes of members found in the data"),
    "rules": ("rules", "rules of the file of segments"),
    "column": ("a column", "the column that the engagement names"),
}
_FIELD: dict[str, Any] = {"style": {"description_width": "130px"}, "layout": {"width": "310px"}}


class Controls:
    """The controls, between what they hold and ``Choices``.

    Parameters
    ----------
    bench : Bench
        What there is to choose from.
    react : callable
        Called when a control has moved.

    Attributes
    ----------
    boxes : list of widgets
        In the order they stand.
    """

    def __init__(self, bench: Bench, react: Callable[[], None]) -> None:
        first = bench.first
        self._first = first
        has_rules = any(segment.rules for segment in bench.engagement.segments)
        methods = [name for name in ("classes", "rules") if name != "rules" or has_rules]
        methods += [first.method] if first.method not in methods else []
        self.method = _toggles([(*_METHODS[name], name) for name in methods])
        most = max(MOST_CLASSES, first.k if isinstance(first.k, int) else 0)
        ks: list[tuple[str, str, Any]] = [("best", "as many classes as the data carry best", "auto")]
        self.k = _toggles([*ks, *((str(k), f"{k} classes", k) for k in range(1, most + 1))])
        self.attributes = {
            name: widgets.Checkbox(description=name.replace("_", " "), indent=False, layout={"width": "280px"})
            for name in bench.attributes.kinds
        }
        self.edges = widgets.Text(
            description="Tier edges, dues", placeholder="as declared; or 500, 2500", continuous_update=False, **_FIELD
        )
        self.hours = {
            name: widgets.BoundedFloatText(description=name, min=0, max=8760, step=1, **_FIELD)
            for name, _ in first.hours
        }
        self.grace = widgets.BoundedIntText(description="Days of grace", min=0, max=730, **_FIELD)
        self.rejoin = _toggles(
            [
                ("as new", "who left and came back in the window is gone, and joined anew", "new"),
                ("as retained", "who left and came back in the window never left", "retained"),
            ]
        )
        self.write(first)
        self.boxes = [
            head("Segments from"), self.method, head("Number of classes"), self.k,
            head("Attributes (never money)"), widgets.VBox(list(self.attributes.values())),
            head("Revenue tiers"), self.edges,
            head("Hours a year of one member"), *self.hours.values(),
            head("Retention"), self.grace, head("Who left and came back counts"), self.rejoin,
        ]  # fmt: skip
        moved = (self.method, self.k, self.edges, self.grace, self.rejoin)
        for control in (*moved, *self.attributes.values(), *self.hours.values()):
            control.observe(lambda _: react(), names="value")

    def write(self, choices: Choices) -> None:
        """Set the controls to choices."""
        self.method.value, self.k.value = choices.method, choices.k
        self.k.disabled = choices.method != "classes"
        for name, box in self.attributes.items():
            box.value = name in choices.attributes
        self.edges.value = "" if choices.edges is None else ", ".join(f"{edge:.15g}" for edge in choices.edges)
        for name, hours in choices.hours:
            self.hours[name].value = hours
        self.grace.value, self.rejoin.value = choices.grace_days, choices.rejoin

    def read(self) -> Choices:
        """Read what is chosen.

        Raises
        ------
        ConfigurationError
            The edges of tiers cannot be read.
        """
        written, by_classes = self.edges.value.strip(), self.method.value == "classes"
        self.k.disabled = not by_classes
        return replace(
            self._first,
            method=self.method.value,
            k=self.k.value if by_classes else self._first.k,
            attributes=tuple(name for name, box in self.attributes.items() if box.value),
            edges=read_edges(written) if written else None,
            hours=tuple((name, float(box.value)) for name, box in self.hours.items()),
            grace_days=int(self.grace.value),
            rejoin=self.rejoin.value,
        )


def _toggles(choices: list[tuple[str, str, Any]]) -> Any:
    """Offer a few choices as buttons: text, what it means, value.

    JupyterLab keeps the arrow keys for itself, so that a list to choose from could not be moved by them; buttons
    are reached by Tab and pressed by Space.
    """
    return widgets.ToggleButtons(
        options=[(text, value) for text, _, value in choices],
        tooltips=[meaning for _, meaning, _ in choices],
        style={"button_width": "auto"},
    )


def head(text: str) -> Any:
    """Write a heading above some controls."""
    return widgets.HTML(f'<div class="axd"><h3>{text}</h3></div>')
