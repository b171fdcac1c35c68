"""Keys that say by which rules the analyses go: retention, capacity, milestones, evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from axlib.tables.settings.keys import Keys


class RetentionSettings(Keys):
    """The rules of the retention measures."""

    window_months: Annotated[int, Field(ge=1, le=120)] = 12
    grace_days: Annotated[int, Field(ge=0, le=730)] = 30
    rejoin: Literal["new", "retained"] = "new"
    snapshot: Literal["none", "closed_cohort"] = "none"


class CapacitySettings(Keys):
    """What the team can carry."""

    utilisation: Annotated[float, Field(gt=0, le=1)] = 0.8
    hours_source: Literal["assumed", "client", "learned"] = "assumed"


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


class EvidenceSettings(Keys):
    """What was declared before outcomes were read."""

    primary: Annotated[tuple[str, ...], Field(max_length=3)] = ("churn",)
    confounders: tuple[str, ...] = ()
    negative_control: str | None = None
    rollout: str | None = None
    pilot: str | None = None

    @field_validator("primary", "confounders", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value
