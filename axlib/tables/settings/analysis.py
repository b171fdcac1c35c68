"""Keys that say by which rules the analyses go: retention, capacity, milestones, evidence, the pilot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from axlib.tables.settings.keys import Keys
from axlib.words.vocabulary import PRIMARY_CONTRASTS


class RetentionSettings(Keys):
    """The rules of the retention measures."""

    window_months: Annotated[int, Field(ge=1, le=120)] = 12
    grace_days: Annotated[int, Field(ge=0, le=730)] = 30
    rejoin: Literal["new", "retained"] = "new"
    snapshot: Literal["none", "closed_cohort"] = "none"


class CapacitySettings(Keys):
    """What the team can carry.

    ``hours_uncertainty`` is how far the hours of a segment may be off, 19 times in 20, where nothing better is known;
    ``logged`` says whether minutes of touches hold all the work or the contact alone; ``hand_over_hours`` go to each
    of the two people of a hand-over, and ``hand_over_share`` is the most of a person's hours they may take meanwhile.
    """

    utilisation: Annotated[float, Field(gt=0, le=1)] = 0.8
    hours_source: Literal["assumed", "client", "learned"] = "assumed"
    learn_from: Literal["stayed", "matched"] = "stayed"
    hours_uncertainty: Annotated[float, Field(ge=0, le=2)] = 0.2
    logged: Literal["work", "contact"] = "work"
    most_load: Annotated[float, Field(gt=0, le=10)] = 1.0
    ramp_by_month: tuple[Annotated[float, Field(ge=0, le=1)], ...] = ()
    hand_over_hours: Annotated[float, Field(ge=0, le=200)] = 2.0
    hand_over_share: Annotated[float, Field(gt=0, le=1)] = 0.1
    wave_months: Annotated[int, Field(ge=1, le=24)] = 3

    @field_validator("ramp_by_month", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class PoolSettings(Keys):
    """How the pool of the segments without a dedicated manager is to answer; minutes of working time."""

    open_hours_per_week: Annotated[float, Field(gt=0, le=168)] = 40.0
    answer_within_minutes: Annotated[float, Field(ge=0, le=100_000)] = 15.0
    service_level: Annotated[float, Field(gt=0, lt=1)] = 0.8
    patience_minutes: Annotated[float, Field(gt=0)] | None = None
    arrivals_per_hour: Annotated[float, Field(gt=0)] | None = None
    handle_minutes: Annotated[float, Field(gt=0)] | None = None


class MilestoneSettings(Keys):
    """From how many days late a member drifts, and from how many it is off course."""

    drifting_after: Annotated[int, Field(ge=0, le=365)] = 14
    off_course_after: Annotated[int, Field(ge=1, le=3650)] = 60

    @model_validator(mode="after")
    def _in_order(self) -> MilestoneSettings:
        if self.off_course_after <= self.drifting_after:
            raise ValueError(
                f"off_course_after ({self.off_course_after}) must be more days than drifting_after "
                f"({self.drifting_after})"
            )
        return self


class PilotSettings(Keys):
    """The pilot that would prove it: whom it changes, and what it is to show."""

    whom: Literal["under", "over"] = "under"
    segment: str | None = None
    cluster: str | None = None
    months: Annotated[int, Field(ge=1, le=60)] = 12
    steps: Annotated[int, Field(ge=2, le=12)] = 4
    power: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    margin: Annotated[float, Field(gt=0, le=0.5)] = 0.03


class EvidenceSettings(Keys):
    """What was declared before outcomes were read.

    ``locked`` is the fingerprint of the segmentation as the desk locked it; ``exploratory`` says that it was chosen
    after outcomes had been seen.
    """

    primary: Annotated[tuple[str, ...], Field(max_length=3)] = ("churn",)
    confounders: tuple[str, ...] = ()
    negative_control: str | None = None
    rollout: str | None = None
    pilot: str | None = None
    locked: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    exploratory: bool = False

    @field_validator("primary")
    @classmethod
    def _are_contrasts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        strange = [name for name in value if name not in PRIMARY_CONTRASTS]
        if strange:
            raise ValueError(f"'{strange[0]}' is no contrast; contrasts are {', '.join(PRIMARY_CONTRASTS)}")
        return value

    @field_validator("primary", "confounders", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value
