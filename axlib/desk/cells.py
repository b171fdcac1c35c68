"""The crossover as buttons: a cell that is pressed lists its members."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd

from axlib.words.display import count_words, format_share

Cell = tuple[str, str]
#: Shares of a tier from which a cell is one shade darker.
_STEPS = (0.1, 0.3, 0.6)


class CrossoverCells:
    """Cells to choose from; the chosen one, pressed again, is let go.

    Parameters
    ----------
    choose : callable
        Called with the chosen cell (tier, segment), or None.

    Attributes
    ----------
    buttons : dict of (str, str) to Button
    grid : GridBox
    chosen : (str, str) or None
    """

    def __init__(self, choose: Callable[[Cell | None], None]) -> None:
        self._choose = choose
        self.buttons: dict[Cell, Any] = {}
        self.grid = widgets.GridBox()
        self.chosen: Cell | None = None

    def draw(self, counts: pd.DataFrame) -> None:
        """Show counts: tiers down, segments across; a chosen cell that is still there stays chosen."""
        tiers, segments = [str(tier) for tier in counts.index], [str(segment) for segment in counts.columns]
        if list(self.buttons) != [(tier, segment) for tier in tiers for segment in segments]:
            self._lay_out(tiers, segments)
        for tier, numbers in zip(tiers, counts.to_numpy(dtype=int), strict=True):
            total = int(numbers.sum())
            for segment, n in zip(segments, numbers.tolist(), strict=True):
                self._mark(self.buttons[tier, segment], f"{tier} × {segment}", n, n / total if total else 0.0)
        there = self.chosen is not None and self.chosen in self.buttons and not self.buttons[self.chosen].disabled
        self.choose(self.chosen if there else None)

    def choose(self, cell: Cell | None) -> None:
        """Mark a cell and report it."""
        self.chosen = cell
        for key, button in self.buttons.items():
            (button.add_class if key == cell else button.remove_class)("axd-chosen")
        self._choose(cell)

    def clear(self) -> None:
        """Show no cells."""
        self.buttons, self.grid.children = {}, ()
        self.choose(None)

    def _mark(self, button: Any, name: str, n: int, share: float) -> None:
        button.description = f"{n:,} · {format_share(share, 0)}" if n else "0"
        button.tooltip = f"{name}: list {count_words(n, 'member')}"
        button.disabled = n == 0
        shade = int(np.searchsorted(_STEPS, share, side="right"))
        for step in range(1, len(_STEPS) + 1):
            (button.add_class if step == shade else button.remove_class)(f"axd-h{step}")

    def _lay_out(self, tiers: list[str], segments: list[str]) -> None:
        self.buttons = {(tier, segment): self._make_button((tier, segment)) for tier in tiers for segment in segments}
        rows = [
            item for tier in tiers for item in (_name(tier), *(self.buttons[tier, segment] for segment in segments))
        ]
        self.grid.layout = widgets.Layout(
            grid_template_columns=f"max-content repeat({len(segments)}, minmax(84px, 150px))",
            grid_gap="2px",
            justify_content="flex-start",
            align_items="center",
        )
        self.grid.children = (_name(""), *(_name(segment) for segment in segments), *rows)

    def _make_button(self, cell: Cell) -> Any:
        button = widgets.Button(layout={"width": "auto", "height": "38px"})
        button.add_class("axd-cell")
        button.on_click(lambda _: self.choose(None if cell == self.chosen else cell))
        return button


def _name(text: str) -> Any:
    """Write a name as it is; a label would read $500 to $2,500 as mathematics."""
    return widgets.HTML(f'<span class="axd axd-name">{html.escape(text)}</span>')
