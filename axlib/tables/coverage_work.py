"""What ``segments.yml`` may say of the work behind a segment: hours by stage, around contact, and to equip it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["sync", "async", "inbound", "group"]
Hours = Annotated[float, Field(ge=0, le=8760)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursByStage(_Keys):
    """Hours a year of one member, by lifecycle stage; a stage without hours of its own takes those of the nearest.

    Onboarding takes those of the first year; renewal, growth and at risk take the steady ones.

    Attributes
    ----------
    first_year : float
        Of members in their first year.
    steady : float
        Of members in no other stage.
    onboarding : float, optional
        Of members who have just joined.
    renewal : float, optional
        Of members about to renew.
    growth : float, optional
        Of members who take on more.
    at_risk : float, optional
        Of members at risk of leaving.
    """

    first_year: Hours
    steady: Hours
    onboarding: Hours | None = None
    renewal: Hours | None = None
    growth: Hours | None = None
    at_risk: Hours | None = None

    @property
    def by_stage(self) -> dict[str, float]:
        """Stage -> hours, for every stage."""
        own = {"renewal": self.renewal, "growth": self.growth, "at_risk": self.at_risk}
        return {
            "onboarding": self.first_year if self.onboarding is None else self.onboarding,
            "first_year": self.first_year,
            "steady": self.steady,
            **{stage: self.steady if hours is None else hours for stage, hours in own.items()},
        }


class AroundContact(_Keys):
    """Hours of preparation and follow-up for each hour of contact.

    Attributes
    ----------
    preparation : float
        Hours before an hour of contact.
    follow_up : float
        Hours after it.
    """

    preparation: Annotated[float, Field(ge=0, le=10)] = 0.0
    follow_up: Annotated[float, Field(ge=0, le=10)] = 0.0

    @property
    def whole(self) -> float:
        """Hours of work for an hour of contact."""
        return 1 + self.preparation + self.follow_up


class EnablementItem(_Keys):
    """Hours that equip a segment: once, and each year.

    Attributes
    ----------
    setup : float
        Hours it takes once.
    yearly : float
        Hours a year to keep it up.
    ready : bool
        Whether it is there already.
    """

    setup: Hours = 0.0
    yearly: Hours = 0.0
    ready: bool = False


class Enablement(_Keys):
    """What a segment needs beside the people who serve it.

    Attributes
    ----------
    content : EnablementItem
        What members read, watch and use by themselves.
    one_to_many : EnablementItem
        Events and messages for many members at once.
    tooling : EnablementItem
        Systems that do or support the work.
    playbooks : dict of str to EnablementItem
        One for each mode members of the segment are served in.
    """

    content: EnablementItem = EnablementItem()
    one_to_many: EnablementItem = EnablementItem()
    tooling: EnablementItem = EnablementItem()
    playbooks: dict[Mode, EnablementItem] = {}

    @property
    def items(self) -> dict[str, EnablementItem]:
        """Everything by name, playbooks by their mode."""
        own = {"content": self.content, "one_to_many": self.one_to_many, "tooling": self.tooling}
        return {**own, **{f"playbook {mode}": item for mode, item in self.playbooks.items()}}


class CarveOut(_Keys):
    """A part of a segment's contact given in another mode.

    Attributes
    ----------
    what : str
        In the words of who serves.
    share : float
        Of the hours in mode ``out_of``.
    out_of, into : str
        Modes.
    hours_ratio : float
        Hours it takes there for each hour it took.
    """

    what: Annotated[str, Field(min_length=1, max_length=120)]
    share: Share
    out_of: Mode = "sync"
    into: Mode = "async"
    hours_ratio: Annotated[float, Field(ge=0, le=5)] = 0.5
