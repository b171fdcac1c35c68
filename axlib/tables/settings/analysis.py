"""Keys that say by which rules the analyses go: retention, capacity, milestones, evidence, the pilot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from axlib.tables.settings.keys import Keys
from axlib.words.vocabulary import PRIMARY_CONTRASTS


class RetentionSettings(Keys):
    """The rules of the retention measures.

    Attributes
    ----------
    window_months : int
        Months from the opening to the closing day.
    grace_days : int
        Days after its end for which a term still counts.
    rejoin : {'new', 'retained'}
        What members who left and came back in the window count as.
    snapshot : {'none', 'closed_cohort'}
        What the member table is declared to be; closed_cohort: it holds everyone who was a member at the start.
    """

    window_months: Annotated[int, Field(ge=1, le=120)] = 12
    grace_days: Annotated[int, Field(ge=0, le=730)] = 30
    rejoin: Literal["new", "retained"] = "new"
    snapshot: Literal["none", "closed_cohort"] = "none"


class CapacitySettings(Keys):
    """What the team can carry.

    Attributes
    ----------
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    hours_source : {'assumed', 'client', 'learned'}
        Where the hours per segment come from; assumed ones make every load a scenario.
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

    Attributes
    ----------
    primary : tuple of str
        Up to three contrasts named beforehand.
    confounders : tuple of str
        Columns that are adjusted for.
    negative_control : str, optional
        An outcome that service cannot move.
    rollout : str, optional
        Column that holds the day on which each member's coverage changed.
    pilot : str, optional
        Column that says which arm of the pilot a member is in.
    locked : str, optional
        Fingerprint of the segmentation that was locked at the desk before outcomes were shown.
    exploratory : bool
        The segmentation was chosen after outcomes had been seen: nothing above what was counted is told.
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
