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
    learn_from : {'stayed', 'matched'}
        Whose contacts hours are learned from: members who stayed, or members served as much as their segment calls for.
    hours_uncertainty : float
        How far hours without a range of their own may be off, as a share: 0.2 is a fifth.
    logged : {'work', 'contact'}
        What the minutes of contacts hold: all the work, or the contact alone, to which preparation and follow-up are
        added.
    most_load : float
        The load nobody is to exceed when members are shared out anew.
    ramp_by_month : tuple of float
        Share of full hours, 0-1, in the first, second, … month of a person whose row tells no ramp.
    hand_over_hours : float
        Hours that a member who changes hands takes of each of the two people.
    hand_over_share : float
        The most of a person's hours that may go into members who change hands, 0-1.
    wave_months : int
        Months between two waves of members who change coverage.
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
    """How the pool of the segments without a dedicated manager is to answer; minutes of working time.

    Attributes
    ----------
    open_hours_per_week : float
        Hours a week in which requests are answered.
    answer_within_minutes : float
        Minutes in which a request is to be answered.
    service_level : float
        Share of requests to be answered by then, 0-1.
    patience_minutes : float, optional
        Mean minutes that members wait before they give up; everybody waits if left out.
    arrivals_per_hour : float, optional
        Requests in an open hour; counted in the contacts if left out.
    handle_minutes : float, optional
        Minutes of work a request takes; taken from the contacts if left out.
    """

    open_hours_per_week: Annotated[float, Field(gt=0, le=168)] = 40.0
    answer_within_minutes: Annotated[float, Field(ge=0, le=100_000)] = 15.0
    service_level: Annotated[float, Field(gt=0, lt=1)] = 0.8
    patience_minutes: Annotated[float, Field(gt=0)] | None = None
    arrivals_per_hour: Annotated[float, Field(gt=0)] | None = None
    handle_minutes: Annotated[float, Field(gt=0)] | None = None


class MilestoneSettings(Keys):
    """From how many days late a member drifts, and from how many it is off course.

    Attributes
    ----------
    drifting_after : int
        Days a milestone may be late before its member drifts.
    off_course_after : int
        Days a milestone may be late before its member is off course.
    """

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
    """The pilot that would prove it: whom it changes, and what it is to show.

    Attributes
    ----------
    whom : {'under', 'over'}
        Under-served members get what they call for, or over-served members get no more than that.
    segment : str, optional
        The one segment it is about; all if left out.
    cluster : str, optional
        Column of members that change together, such as a chapter; then also as a stepped wedge.
    months : int
        Months from the first day to the count.
    steps : int
        Steps in which clusters change.
    power : float
        Chance that a true effect is found, 0.5-1.
    margin : float
        How much worse members who get less may fare and still count as no worse, as a share.
    """

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
