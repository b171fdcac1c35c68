"""The desk without its widgets: what is chosen, what that shows, and what was done. All of it can be used by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from axlib.desk.bench import Bench, lay_bench
from axlib.desk.choices import Choices
from axlib.desk.copying import write_calls, write_hours, write_keys
from axlib.desk.looking import Look, look_at
from axlib.desk.trail import STANDINGS, Trail
from axlib.tables.engagement import Engagement
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.segments import Segmentation
from axlib.words.errors import ConfigurationError
from axlib.words.progress import Progress, tell_steps

#: Columns of members that are listed, where the export has them, before what the desk knows of each.
WHO = ("member_id", "name", "member_type", "staff_id", "annual_dues")


class Desk:
    """What is chosen, what that shows, and what was done.

    Parameters
    ----------
    opened : Engagement or Diagnosis
        A diagnosis holds outcomes: what the engagement itself says counts as locked, anything else as exploratory.
    attributes : sequence of str
        Further columns to offer as attributes.
    progress : callable, optional
        Told of each of the 3 steps of opening when it is done: tables, members, figures.

    Attributes
    ----------
    bench : Bench
    look : Look
        What is shown.
    trail : Trail
    """

    def __init__(
        self,
        opened: Engagement | Diagnosis,
        *,
        attributes: tuple[str, ...] = (),
        progress: Progress | None = None,
    ) -> None:
        tell = tell_steps(progress)
        self.bench: Bench = lay_bench(opened, attributes=attributes, tell=tell)
        first = self.bench.first
        declared = self.bench.engagement.settings.evidence
        seen = isinstance(opened, Diagnosis) or declared.exploratory
        self.trail: Trail = Trail(outcomes_shown=seen)
        self.look: Look = look_at(self.bench, first, outcomes=seen)
        fingerprint = self.look.segments.fingerprint if isinstance(self.look.segments, Segmentation) else ""
        fixed = isinstance(opened, Diagnosis) and not declared.locked
        if fingerprint and not declared.exploratory and (fixed or declared.locked == fingerprint):
            # What the file says was fixed before anything was computed.
            self.trail = replace(self.trail, locked=first, fingerprint=fingerprint)
        self.trail = self.trail.try_out(first)
        tell("figures")

    @property
    def choices(self) -> Choices:
        """What is chosen."""
        return self.look.choices

    @property
    def standing(self) -> str:
        """Open, locked or exploratory."""
        # Told as text: completion by Tab fails on all of an object where a property is annotated as one of few words.
        return self.trail.stand(self.choices)

    @property
    def notes(self) -> list[str]:
        """What has to be known about what is shown: its standing first, each a sentence or two."""
        notes = [STANDINGS[self.trail.stand(self.choices)]]
        if self.look.provisional:
            notes.append("Provisional: fitted from the classes at hand, without intervals. Whole figures follow.")
        if self.standing == "locked" and self.bench.is_sampled:
            notes.append("The lock is of the sample: a report on all members has no fingerprint to hold it against.")
        elif self.standing == "locked":
            notes.append(f"Fingerprint {self.trail.fingerprint[:12]}….")
        return [*notes, self.bench.sample_note] if self.bench.is_sampled else notes

    def choose(self, choices: Choices) -> Look:
        """Show other choices at once: provisional, from the classes at hand, without intervals.

        Raises
        ------
        ConfigurationError
            A choice is impossible; what was shown stays.
        """
        if choices == self.choices:
            return self.look
        self.look = look_at(self.bench, choices, before=self.look, provisional=True, outcomes=self.trail.outcomes_shown)
        self.trail = self.trail.try_out(choices)
        return self.look

    def compute_whole(self) -> Look:
        """Compute what is chosen with the best fit and all intervals, and show nothing yet."""
        if not self.look.provisional:
            return self.look
        return look_at(self.bench, self.choices, before=self.look, outcomes=self.trail.outcomes_shown)

    def accept(self, look: Look) -> bool:
        """Show a look that was computed apart, unless something else has been chosen or shown since."""
        fits = look.choices == self.choices and (look.retention is None) != self.trail.outcomes_shown
        if fits:
            self.look = look
        return fits

    def complete(self) -> Look:
        """Show what is chosen with the best fit and all intervals."""
        self.look = self.compute_whole()
        return self.look

    def lock(self) -> str:
        """Lock the segmentation as it is chosen, before outcomes are shown; gives its fingerprint.

        Raises
        ------
        ConfigurationError
            Outcomes have been shown, or there is no segmentation to lock.
        """
        if self.trail.outcomes_shown:
            self.trail.lock(self.choices, "")
        segments = self.complete().segments
        if not isinstance(segments, Segmentation):
            raise ConfigurationError(f"explore: there is no segmentation to lock. {segments.text}")
        self.trail = self.trail.lock(self.choices, segments.fingerprint)
        return segments.fingerprint

    def show_outcomes(self) -> Look:
        """Show what became of members; from here on everything but what is locked is exploratory."""
        if not self.trail.outcomes_shown:
            self.trail = self.trail.show_outcomes(self.choices)
            self.look = look_at(self.bench, self.choices, before=self.complete(), outcomes=True)
        return self.look

    def list_members(self, *, tier: str, segment: str) -> pd.DataFrame:
        """List the current members of a cell of the crossover; for the team, it names them.

        Parameters
        ----------
        tier, segment : str

        Returns
        -------
        DataFrame, one row per member
            ``member_id`` and what the export has of ``name``, ``member_type``, ``staff_id`` and ``annual_dues``; then
            ``tier``, ``segment``, ``confidence`` (0-1) and ``reason``.
        """
        look = self.look
        if not isinstance(look.today, Segmentation) or not isinstance(look.tiers, Segmentation):
            raise ConfigurationError("explore: without both tiers and segments there is no cell to list.")
        tiers = look.tiers.table[["member_id", "segment"]].rename(columns={"segment": "tier"})
        both = tiers.merge(look.today.table, on="member_id")
        cell = both[(both["tier"] == tier) & (both["segment"] == segment)]
        current = look.ground.current
        who = current[[name for name in WHO if name in current.columns]]
        return who.merge(cell, on="member_id").sort_values("member_id", ignore_index=True)

    def write_calls(self) -> str:
        """Write the verb calls that give these numbers."""
        return write_calls(self.look, self.bench, self.trail)

    def write_keys(self) -> str:
        """Write the keys of the engagement file that give this report."""
        return write_keys(self.look, self.bench, self.trail)

    def write_hours(self) -> str:
        """Write changed hours as a file of segments; empty where none has changed."""
        return write_hours(self.look, self.bench)
