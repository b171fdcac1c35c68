"""The Coverage Segments an engagement may use, from ``segments.yml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from axlib.tables.yaml_files import read_yaml
from axlib.words.errors import ConfigurationError
from axlib.words.vocabulary import MODES

BUILT_IN = Path(__file__).with_name("segments.yml")
UNDETERMINED = "undetermined"
Hours = Annotated[float, Field(ge=0, le=8760)]


class HoursByStage(BaseModel):
    """Hours a year of one member, by lifecycle stage."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first_year: Hours
    steady: Hours
    renewal: Hours | None = None


class CoverageSegment(BaseModel):
    """One Coverage Segment: how its members are served, with how many hours, and what calls for it.

    Attributes
    ----------
    name, served : str
    pooled : bool
        Served by a pool, with no dedicated manager.
    hours_per_year : float or HoursByStage
        Hours one member needs in a year.
    modes : dict of str to float
        Shares of those hours by mode; they add up to 1.
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
    modes: dict[Literal["sync", "async", "inbound", "group"], Annotated[float, Field(ge=0, le=1)]] = {}
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
        if self.modes and abs(sum(self.modes.values()) - 1) > 1e-6:
            raise ValueError(f"modes add up to {sum(self.modes.values()):g}; must add up to 1")
        return self

    @property
    def steady_hours(self) -> float:
        """Hours a year of a member in the steady stage."""
        return self.hours_per_year.steady if isinstance(self.hours_per_year, HoursByStage) else self.hours_per_year


class _SegmentsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    segments: Annotated[tuple[CoverageSegment, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _names_differ(self) -> _SegmentsFile:
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
        return _SegmentsFile.model_validate(read_yaml(file)).segments
    except ValidationError as error:
        raise ConfigurationError(
            *(
                f"{file.name}: {'.'.join(str(part) for part in detail['loc'])}: "
                f"{detail['msg'].removeprefix('Value error, ')}. Modes are {', '.join(MODES)}."
                for detail in error.errors(include_url=False)
            )
        ) from None
