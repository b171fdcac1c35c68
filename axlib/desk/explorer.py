"""The explorer: the desk's controls and what they show, in JupyterLab.

A control that moves shows provisional figures at once; whole ones are computed beside, in a thread, and take their
place if nothing else has been chosen since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from axlib.desk.cells import Cell, CrossoverCells
from axlib.desk.controls import Controls
from axlib.desk.faces import (
    STYLE,
    show_comparison,
    show_load,
    show_members,
    show_profiles,
    show_retention,
    show_sizes,
    show_standing,
)
from axlib.desk.looking import Look
from axlib.desk.session import Desk
from axlib.tables.engagement import Engagement
from axlib.verbs.comparison import Comparison
from axlib.verbs.diagnosis import Diagnosis
from axlib.words.errors import AxError
from axlib.words.progress import Progress

#: Seconds without a further move after which whole figures are computed.
PAUSE = 0.4
_PANELS: dict[str, Callable[[Look], str]] = {
    "sizes": show_sizes,
    "comparison": show_comparison,
    "profiles": show_profiles,
    "load": show_load,
    "retention": show_retention,
}
_TEXTS = {
    "calls": ("Verb calls", 14),
    "keys": ("Keys of the file", 12),
    "hours": ("File of segments", 8),
}


class Explorer:
    """Controls, figures and text to copy; shows itself as the last expression of a cell.

    Attributes
    ----------
    desk : Desk
        What is chosen and what it shows, to use by hand.
    controls : Controls
    cells : CrossoverCells
    members : DataFrame
        Of the cell that was chosen last, as ``Desk.list_members`` gives them; empty where none is.
    calls, keys, hours : str
        The state as text to copy: verb calls, keys of the engagement file, and a file of segments where hours changed.
    trail : DataFrame
        What was done so far, as ``Trail.table`` gives it.
    view : ipywidgets.VBox
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.members = pd.DataFrame()
        self._pending: asyncio.Task[None] | None = None
        self._is_quiet = False
        self.controls = Controls(desk.bench, self._react)
        self.cells = CrossoverCells(self._list)
        self._panels = {name: widgets.HTML() for name in ("standing", "problem", *_PANELS, "members")}
        self._lock = _button("Lock this segmentation", "lock", lambda: self._do(self.desk.lock))
        self._show = _button("Show outcomes", "eye", lambda: self._do(self.desk.show_outcomes))
        self._reset = _button("As in the file", "undo", self._start_again)
        self._texts = {
            name: widgets.Textarea(
                description=label, rows=rows, layout={"width": "98%"}, style={"description_width": "110px"}
            ).add_class("axd-code")
            for name, (label, rows) in _TEXTS.items()
        }
        self.view = self._lay_out()
        self._draw()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.view._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        return f"Explorer of {self.desk.bench.engagement.client}. {self.desk.look.segments.text}"

    @property
    def calls(self) -> str:
        """The verb calls that give these numbers."""
        return self.desk.write_calls()

    @property
    def keys(self) -> str:
        """The keys of the engagement file that give this report."""
        return self.desk.write_keys()

    @property
    def hours(self) -> str:
        """Changed hours as a file of segments; empty where none has changed."""
        return self.desk.write_hours()

    @property
    def trail(self) -> pd.DataFrame:
        """What was done so far, one row per step, as ``Trail.table`` gives it."""
        return self.desk.trail.table()

    def _lay_out(self) -> Any:
        panel = self._panels
        # What counts as evidence is said, and settled, above all figures.
        buttons = widgets.HBox([self._lock, self._show, self._reset], layout={"flex_flow": "row wrap"})
        left = widgets.VBox(self.controls.boxes, layout={"width": "330px", "flex": "0 0 auto"})
        right = widgets.VBox(
            [
                panel["standing"], buttons, panel["problem"], panel["sizes"], panel["comparison"], self.cells.grid,
                panel["members"], panel["profiles"], panel["load"], panel["retention"],
                *self._texts.values(),
            ],
            layout={"flex": "1 1 auto", "min_width": "0", "padding": "0 0 0 16px"},
        )  # fmt: skip
        view = widgets.VBox([widgets.HTML(STYLE), widgets.HBox([left, right])])
        view.add_class("axd-desk")
        return view

    def _react(self) -> None:
        """Show what is chosen now: at once, then whole."""
        if self._is_quiet:
            return
        self._do(lambda: self.desk.choose(self.controls.read()))
        if self.desk.look.provisional:
            self._complete_soon()

    def _complete_soon(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # No event loop turns here, so nobody sees provisional figures: the whole ones are waited for.
            self._do(self.desk.complete)
            return
        if self._pending is not None:
            self._pending.cancel()
        self._pending = loop.create_task(self._complete())

    async def _complete(self) -> None:
        await asyncio.sleep(PAUSE)
        look = await asyncio.to_thread(self.desk.compute_whole)
        if self.desk.accept(look):
            self._draw()

    def _do(self, what: Callable[[], object]) -> None:
        """Do something a user asked for; what cannot be done is said in its place."""
        try:
            what()
        except AxError as error:
            self._panels["problem"].value = show_standing("not shown", " ".join(error.problems))
            return
        self._draw()

    def _start_again(self) -> None:
        self._is_quiet = True
        self.controls.write(self.desk.bench.first)
        self._is_quiet = False
        self._react()

    def _draw(self) -> None:
        desk, look = self.desk, self.desk.look
        self._panels["problem"].value = ""
        state = f"{desk.standing}, provisional" if look.provisional else desk.standing
        self._panels["standing"].value = show_standing(state, *desk.notes)
        for name, show in _PANELS.items():
            self._panels[name].value = show(look)
        for name in ("sizes", "profiles", "load", "retention"):
            (self._panels[name].add_class if look.provisional else self._panels[name].remove_class)("axd-stale")
        self._lock.disabled = desk.trail.outcomes_shown or desk.standing == "locked"
        self._show.disabled = desk.trail.outcomes_shown
        if isinstance(look.comparison, Comparison):
            self.cells.draw(look.comparison.counts)
        else:
            self.cells.clear()
        for name, text in (("calls", self.calls), ("keys", self.keys), ("hours", self.hours)):
            self._texts[name].value = text
            self._texts[name].layout.display = None if text else "none"

    def _list(self, cell: Cell | None) -> None:
        """List the members of a cell."""
        if cell is None:
            self.members, self._panels["members"].value = pd.DataFrame(), ""
            return
        tier, segment = cell
        self.members = self.desk.list_members(tier=tier, segment=segment)
        currency = self.desk.bench.engagement.settings.currency
        self._panels["members"].value = show_members(self.members, tier=tier, segment=segment, currency=currency)


def _button(text: str, icon: str, act: Callable[[], None]) -> Any:
    button = widgets.Button(description=text, icon=icon, layout={"width": "auto"})
    button.on_click(lambda _: act())
    return button


def explore(
    opened: Engagement | Diagnosis, *, attributes: Sequence[str] = (), progress: Progress | None = None
) -> Explorer:
    """Open the desk: choose how members are segmented, and see at once what that makes of them.

    Choices are attributes, number of classes, edges of revenue tiers, hours per segment, and the rules of grace.
    Sizes, profiles, the crossover, load and retention follow each of them: at once as provisional figures, a moment
    later whole, with intervals. Every state can be copied out as verb calls and as keys of the engagement file.

    Outcomes are shown when they are asked for. Lock a segmentation before, by one click, and it may count as
    evidence; whatever is tried afterwards is exploratory, and no finding on it rises above level 0.

    Parameters
    ----------
    opened : Engagement or Diagnosis
        Of a diagnosis outcomes have been computed: what the engagement says counts as locked, anything else as
        exploratory.
    attributes : sequence of str
        Further columns of members to offer as attributes; never money.
    progress : callable, optional
        Told of each of the 3 steps of opening when it is done, such as ``axlib.show_progress(3)``: of many members it
        takes a while.

    Returns
    -------
    Explorer
        Shows itself as the last expression of a cell. ``calls``, ``keys`` and ``hours`` are the text to copy,
        ``trail`` the table of what was done, ``members`` the members of the chosen cell, ``desk`` all of it to use
        by hand.

    Raises
    ------
    DataError, ConfigurationError
        The tables cannot be read, or hold nothing that members could be told apart by.

    Notes
    -----
    Above 25,000 members the desk works on a random sample of 10,000, and says so. It knows what was shown in it, not
    what was seen elsewhere.
    """
    return Explorer(Desk(opened, attributes=tuple(attributes), progress=progress))
