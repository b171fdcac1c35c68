"""Keys that say by which rules the analyses go: retention, capacity, evidence, the pilot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from axlib.tables.settings.keys import Keys
from axlib.words.vocabulary import PRIMARY_CONTRASTS


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
    """What was declared before outcomes were read."""

    primary: Annotated[tuple[str, ...], Field(max_length=3)] = ("churn",)
    confounders: tuple[str, ...] = ()
    negative_control: str | None = None
    rollout: str | None = None
    pilot: str | None = None

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
