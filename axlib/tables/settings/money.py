"""Keys that say what serving members costs, and what is to be tried out: economics and scenarios."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from axlib.tables.settings.keys import Keys

Money = Annotated[float, Field(ge=0, le=1e12)]


class CostSettings(Keys):
    """A cost of serving members besides people's hours.

    Attributes
    ----------
    name : str
        What reports call it.
    per_member : float, optional
        Money a year for each member it is for.
    a_year : float, optional
        Money a year in all, shared by the members it is for in equal parts.
    segments : tuple of str
        Whom it is for; everybody if empty.
    applies : {'always', 'today', 'ax'}
        Whether it is there today, comes with the coverage members call for, or both.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    per_member: Money | None = None
    a_year: Money | None = None
    segments: tuple[str, ...] = ()
    applies: Literal["always", "today", "ax"] = "always"

    @field_validator("segments", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _one_amount(self) -> CostSettings:
        if (self.per_member is None) == (self.a_year is None):
            raise ValueError(f"the cost '{self.name}' needs one of per_member and a_year; give exactly one")
        return self


class EconomicsSettings(Keys):
    """What an hour costs where the staff table does not say, and costs besides hours.

    Attributes
    ----------
    hourly_cost : float, optional
        Money for an hour of people whose cost the staff table does not tell.
    costs : tuple of CostSettings
        Costs of serving members besides hours.
    """

    hourly_cost: Money | None = None
    costs: tuple[CostSettings, ...] = ()

    @field_validator("costs", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _names_differ(self) -> EconomicsSettings:
        names = [cost.name for cost in self.costs]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"costs named twice: {', '.join(doubled)}; give each a name of its own")
        return self


def _as_range(value: object) -> object:
    """Let one number stand for a range without width, and take lists of three."""
    if isinstance(value, bool) or not isinstance(value, (int, float, list, tuple)):
        return value
    numbers = list(value) if isinstance(value, (list, tuple)) else [value] * 3
    return tuple(float(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in numbers)


def _rises(value: tuple[float, float, float]) -> tuple[float, float, float]:
    if not value[0] <= value[1] <= value[2]:
        raise ValueError(f"a range is [low, mid, high] and rises; got {list(value)}")
    return value


#: One number, or [low, mid, high].
Range = Annotated[tuple[float, float, float], BeforeValidator(_as_range)]


class _Ranges(Keys):
    """Keys whose ranges rise."""

    @model_validator(mode="after")
    def _ranges_rise(self) -> _Ranges:
        for name, value in self:
            for one in value.values() if isinstance(value, dict) else [value]:
                if isinstance(one, tuple) and len(one) == 3 and all(isinstance(part, float) for part in one):
                    try:
                        _rises(one)
                    except ValueError as error:
                        raise ValueError(f"{name}: {error}") from None
        return self


class MoveSettings(_Ranges):
    """Members who call for one segment get the coverage of one: their own, or another.

    Attributes
    ----------
    members_of : str
        The segment the members call for.
    to : str
        The segment whose coverage they get; their own if left out.
    share : tuple of float
        Of these members, 0-1.
    """

    members_of: str
    to: str = ""
    share: Range = (1.0, 1.0, 1.0)

    @property
    def target(self) -> str:
        """The segment whose coverage they get."""
        return self.to or self.members_of

    @model_validator(mode="after")
    def _share_is_one(self) -> MoveSettings:
        if self.share[0] < 0 or self.share[2] > 1:
            raise ValueError(f"share must be between 0 and 1; got {list(self.share)}")
        return self


class HireSettings(_Ranges):
    """People who are hired; a number below 0 are people who are not replaced.

    Attributes
    ----------
    people : tuple of float
        How many.
    hours_per_year : float
        Contracted hours a year of one.
    hourly_cost : float
        Money for an hour of theirs.
    ramp : tuple of float
        Share of full pace they work at, 0-1.
    team : str
        The team they join; all teams alike if left out.
    """

    people: Range
    hours_per_year: Annotated[float, Field(gt=0, le=8760)]
    hourly_cost: Money
    ramp: Range = (1.0, 1.0, 1.0)
    team: str = ""

    @model_validator(mode="after")
    def _ramp_is_a_share(self) -> HireSettings:
        if self.ramp[0] < 0 or self.ramp[2] > 1:
            raise ValueError(f"ramp must be between 0 and 1; got {list(self.ramp)}")
        return self


class ShiftSettings(_Ranges):
    """Hours that one team gives to the members of another.

    Attributes
    ----------
    from_team : str
        The team that gives hours.
    to_team : str
        The team whose members get them.
    hours : tuple of float
        Hours a year.
    """

    from_team: str
    to_team: str
    hours: Range


class PoolingSettings(_Ranges):
    """Segments that are served by a pool, whose people can be filled to another share than the rest.

    Attributes
    ----------
    segments : tuple of str
        Whose members the pool serves.
    utilisation : tuple of float
        Share of a pooled person's hours that members may fill, 0-1.
    """

    segments: Annotated[tuple[str, ...], Field(min_length=1)]
    utilisation: Range

    @field_validator("segments", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _utilisation_is_a_share(self) -> PoolingSettings:
        if self.utilisation[0] <= 0 or self.utilisation[2] > 1:
            raise ValueError(f"utilisation must be above 0 and at most 1; got {list(self.utilisation)}")
        return self


class ScenarioSettings(_Ranges):
    """One thing to try out on paper; every number may be a range [low, mid, high].

    Attributes
    ----------
    name : str
        What reports call it.
    baseline : {'today', 'ax'}
        Set against what members get today, or against what all of them call for.
    move : tuple of MoveSettings
        Members who get the coverage of a segment.
    hire : tuple of HireSettings
        People who are hired, or not replaced.
    shift_hours : tuple of ShiftSettings
        Hours that one team gives to the members of another.
    pool : PoolingSettings, optional
        Segments that a pool is to serve.
    minutes : dict of str to tuple
        Segment -> change of the hours of its members, as a share: -0.2 is a fifth less.
    cost_a_year : tuple of float
        Money a year that it takes besides.
    hours : tuple of float, optional
        What the hours in the segments file are multiplied by, for nobody knows them exactly.
    utilisation : tuple of float, optional
        Share of a person's hours that members may fill.
    use_freed : tuple of float
        Share of the hours set free that are put to other use or no longer paid, 0-1.
    churn_change, expansion_change : tuple of float
        What is assumed of revenue churn and of expansion of the members concerned: -0.02 is two points less.
    years : int
        How far retention is carried on.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    baseline: Literal["today", "ax"] = "today"
    move: tuple[MoveSettings, ...] = ()
    hire: tuple[HireSettings, ...] = ()
    shift_hours: tuple[ShiftSettings, ...] = ()
    pool: PoolingSettings | None = None
    minutes: dict[str, Range] = Field(default_factory=dict)
    cost_a_year: Range = (0.0, 0.0, 0.0)
    hours: Range | None = None
    utilisation: Range | None = None
    use_freed: Range = (0.0, 0.0, 0.0)
    churn_change: Range = (0.0, 0.0, 0.0)
    expansion_change: Range = (0.0, 0.0, 0.0)
    years: Annotated[int, Field(ge=1, le=10)] = 3

    @field_validator("move", "hire", "shift_hours", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _possible(self) -> ScenarioSettings:
        problems = []
        for key, least, most in (
            ("use_freed", 0.0, 1.0), ("churn_change", -1.0, 1.0), ("expansion_change", -1.0, 1.0),
            ("hours", 0.0, 100.0), ("utilisation", 0.01, 1.0),
        ):  # fmt: skip
            value = getattr(self, key)
            if value is not None and not (least <= value[0] and value[2] <= most):
                problems.append(f"{key} must be between {least:g} and {most:g}; got {list(value)}")
        problems += [
            f"minutes.{name} must be above -1; got {list(value)}"
            for name, value in self.minutes.items()
            if value[0] <= -1
        ]
        moved = [move.members_of for move in self.move]
        for name in sorted({name for name in moved if moved.count(name) > 1}):
            total = sum(move.share[2] for move in self.move if move.members_of == name)
            if total > 1 + 1e-9:
                problems.append(f"move takes more than all members of '{name}' (shares add up to {total:g})")
        if not (self.move or self.hire or self.shift_hours or self.pool or self.minutes or any(self.cost_a_year)):
            problems.append("nothing is done; give one of move, hire, minutes, pool, shift_hours and cost_a_year")
        if problems:
            raise ValueError(f"scenario '{self.name}': {'; '.join(problems)}")
        return self
