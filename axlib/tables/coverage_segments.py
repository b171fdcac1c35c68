"""The Coverage Segments an engagement may use, from ``segments.yml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from axlib.tables.coverage_work import AroundContact, CarveOut, Enablement, Hours, HoursByStage, Mode, Share
from axlib.tables.yaml_files import read_yaml
from axlib.words.errors import ConfigurationError
from axlib.words.vocabulary import LIFECYCLE_STAGES, MODES

BUILT_IN = Path(__file__).with_name("segments.yml")
UNDETERMINED = "undetermined"
Stage = Literal["onboarding", "first_year", "steady", "renewal", "growth", "at_risk"]


class CoverageSegment(BaseModel):
    """One Coverage Segment: how its members are served, with how many hours, and what calls for it.

    Attributes
    ----------
    name : str
        What members and reports call it.
    served : str
        How its members are served, in words.
    pooled : bool
        Served by a pool, with no dedicated manager.
    hours_per_year : float or HoursByStage
        Hours one member needs in a year.
    hours_range : tuple of two floats, optional
        Between which the steady hours may lie, 19 times in 20.
    modes : dict of str to float
        Shares of those hours by mode; they add up to 1.
    modes_by_stage : dict of str to dict
        The same for a lifecycle stage that is served otherwise.
    work : dict of str to AroundContact
        Preparation and follow-up that go with an hour of contact, by mode; they are part of the hours a year.
    renewal_share : float
        Share of a member's hours that falls into the months up to its renewal, beyond an even spread.
    renewal_months : int
        How many months those are, the month of renewal among them.
    enablement : Enablement
        What the segment needs beside the people who serve it.
    carve_outs : tuple of CarveOut
        Parts of its contact that are given in another mode.
    archetype : dict of str to str
        Attribute -> high, middle, low, or a category: what calls for this segment.
    rules : tuple of str
        Alternatives; a member of whom one holds belongs here.
    task_force : bool
        Tried before all others, whatever its place in the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    served: str = ""
    pooled: bool = False
    hours_per_year: Hours | HoursByStage
    hours_range: tuple[Hours, Hours] | None = None
    modes: dict[Mode, Share] = {}
    modes_by_stage: dict[Stage, dict[Mode, Share]] = {}
    work: dict[Mode, AroundContact] = {}
    renewal_share: Share = 0.0
    renewal_months: Annotated[int, Field(ge=1, le=12)] = 3
    enablement: Enablement = Enablement()
    carve_outs: tuple[CarveOut, ...] = ()
    archetype: dict[str, str] = {}
    rules: tuple[str, ...] = ()
    task_force: bool = False

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == UNDETERMINED:
            raise ValueError(f"'{UNDETERMINED}' is kept for members of whom too little is known")
        return value

    @model_validator(mode="after")
    def _modes_add_up(self) -> CoverageSegment:
        for name, shares in [("modes", self.modes), *self.modes_by_stage.items()]:
            if shares and abs(sum(shares.values()) - 1) > 1e-6:
                where = name if name == "modes" else f"modes_by_stage of {name}"
                raise ValueError(f"{where} add up to {sum(shares.values()):g}; must add up to 1")
        return self

    @model_validator(mode="after")
    def _range_holds_the_hours(self) -> CoverageSegment:
        if self.hours_range is not None and not self.hours_range[0] <= self.steady_hours <= self.hours_range[1]:
            low, high = self.hours_range
            raise ValueError(f"hours_range {low:g} to {high:g} must hold the steady hours, {self.steady_hours:g}")
        return self

    @model_validator(mode="after")
    def _carve_outs_fit(self) -> CoverageSegment:
        for mode in {cut.out_of for cut in self.carve_outs}:
            taken = sum(cut.share for cut in self.carve_outs if cut.out_of == mode)
            if taken > 1 + 1e-9:
                raise ValueError(f"carve_outs take {taken:g} of the {mode} hours; at most 1 is there")
            if self.modes and mode not in self.modes:
                raise ValueError(f"carve_outs take from {mode}, which is none of the modes")
        return self

    def __dir__(self) -> list[str]:
        """List what a segment says, for completion by Tab, without the machinery of models."""
        return sorted(set(super().__dir__()) - set(dir(BaseModel)))

    @property
    def steady_hours(self) -> float:
        """Hours a year of a member in the steady stage."""
        return self.hours_per_year.steady if isinstance(self.hours_per_year, HoursByStage) else self.hours_per_year

    @property
    def hours_by_stage(self) -> dict[str, float]:
        """Hours a year for every lifecycle stage."""
        if isinstance(self.hours_per_year, HoursByStage):
            return self.hours_per_year.by_stage
        return dict.fromkeys(LIFECYCLE_STAGES, self.hours_per_year)

    def modes_in(self, stage: str) -> dict[Mode, float]:
        """Return the shares of modes of a stage."""
        return next((shares for name, shares in self.modes_by_stage.items() if name == stage), self.modes)


class SegmentsFile(BaseModel):
    """The whole of a ``segments.yml``.

    Attributes
    ----------
    segments : tuple of CoverageSegment
        Rules are tried in this order, the Task Force first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    segments: Annotated[tuple[CoverageSegment, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _names_differ(self) -> SegmentsFile:
        names = [segment.name for segment in self.segments]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"segments named twice: {', '.join(doubled)}")
        return self


def read_segments(path: Path | None = None) -> tuple[CoverageSegment, ...]:
    """Read the Coverage Segments of a file; the built-in four without one.

    Raises
    ------
    ConfigurationError
        Every problem, one sentence each.
    """
    file = path or BUILT_IN
    try:
        return SegmentsFile.model_validate(read_yaml(file)).segments
    except ValidationError as error:
        raise ConfigurationError(
            *(
                f"{file.name}: {'.'.join(str(part) for part in detail['loc'])}: "
                f"{detail['msg'].removeprefix('Value error, ')}. Modes are {', '.join(MODES)}."
                for detail in error.errors(include_url=False)
            )
        ) from None
