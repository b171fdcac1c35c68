"""The trail: what was tried at the desk in which order, what was locked, and whether outcomes had been seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from axlib.desk.choices import Choices
from axlib.words.errors import ConfigurationError

Standing = Literal["open", "locked", "exploratory"]
#: What each standing means, as the desk says it.
STANDINGS: dict[Standing, str] = {
    "open": "Outcomes have not been shown here. Lock the segmentation first, if it is to count as evidence.",
    "locked": "Locked before outcomes were shown: what the data carry may be said of it.",
    "exploratory": "Exploratory: tried after outcomes were shown. It is counted (level 0), and cannot rise above that.",
}


@dataclass(frozen=True)
class Trail:
    """What was done so far; each step gives a new trail.

    Attributes
    ----------
    steps : tuple of (str, Choices, str)
        What was done (tried, locked, showed outcomes), with which choices, and their standing then.
    locked : Choices or None
    fingerprint : str
        Of the locked segmentation.
    outcomes_shown : bool
    """

    steps: tuple[tuple[str, Choices, Standing], ...] = ()
    locked: Choices | None = None
    fingerprint: str = ""
    outcomes_shown: bool = False

    def stand(self, choices: Choices) -> Standing:
        """Say how choices stand: open, locked, or exploratory."""
        if choices == self.locked:
            return "locked"
        return "exploratory" if self.outcomes_shown else "open"

    def try_out(self, choices: Choices) -> Trail:
        """Note that choices were tried."""
        return replace(self, steps=(*self.steps, ("tried", choices, self.stand(choices))))

    def lock(self, choices: Choices, fingerprint: str) -> Trail:
        """Note that a segmentation was locked, in the place of one locked before.

        Raises
        ------
        ConfigurationError
            Outcomes have been shown: what is locked now was chosen knowing them.
        """
        if self.outcomes_shown:
            raise ConfigurationError(
                "explore: outcomes have been shown, so nothing can be locked any more. Lock a segmentation before."
            )
        locked = replace(self, locked=choices, fingerprint=fingerprint)
        return replace(locked, steps=(*self.steps, ("locked", choices, "locked")))

    def show_outcomes(self, choices: Choices) -> Trail:
        """Note that outcomes were shown; this cannot be taken back."""
        shown = replace(self, outcomes_shown=True)
        return replace(shown, steps=(*self.steps, ("showed outcomes", choices, shown.stand(choices))))

    def table(self) -> pd.DataFrame:
        """List the steps.

        Returns
        -------
        DataFrame, one row per step
            ``step`` (from 1), ``done`` (tried, locked, showed outcomes), ``standing`` (open, locked, exploratory), and
            the choices: ``method``, ``k``, ``attributes``, ``tier_edges``, ``hours``, ``grace_days``, ``rejoin``.
        """
        rows = [
            {
                "step": number,
                "done": done,
                "standing": standing,
                "method": choices.method,
                "k": str(choices.k),
                "attributes": ", ".join(choices.attributes),
                "tier_edges": "as declared" if choices.edges is None else ", ".join(f"{x:g}" for x in choices.edges),
                "hours": ", ".join(f"{name} {hours:g}" for name, hours in choices.hours),
                "grace_days": choices.grace_days,
                "rejoin": choices.rejoin,
            }
            for number, (done, choices, standing) in enumerate(self.steps, start=1)
        ]
        columns = [
            "step", "done", "standing", "method", "k", "attributes", "tier_edges", "hours", "grace_days", "rejoin"
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)
