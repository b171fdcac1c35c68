"""The keys of an engagement file: their types, defaults and rules, and nothing else.

These models are the schema: unknown keys are refused, nothing is converted silently.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from axlib.words.vocabulary import TABLES

Share = Annotated[float, Field(ge=0, le=1)]


def _as_text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (int, float)) else value


def _wanted_texts(value: object) -> object:
    """Let where say one value or a list, numbers and true/false written plainly."""
    if not isinstance(value, dict):
        return value
    return {
        key: tuple(_as_text(item) for item in (wanted if isinstance(wanted, list) else [wanted]))
        for key, wanted in value.items()
    }


Where = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_wanted_texts)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class ReadSettings(_Keys):
    """Where detection must be overridden, per table."""

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    dates: Literal["day_first", "month_first", "year_first"] | None = None
    decimal: Literal[".", ","] | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    query: str | None = None
    where: Where = {}


class JoinSettings(_Keys):
    """Columns of a further file, put beside the rows of a table: one row of the file to each, matched by key.

    Attributes
    ----------
    file : str
    match : dict of str to str
        Column of the table -> column of the file; one word where both are called the same.
    keep : dict of str to str
        Name the column gets -> column of the file; a list keeps their names; left out, all columns come.
    where : dict
        Column of the file -> values: other rows of the file are left out.
    latest, earliest : str, optional
        Column of the file by which one row is chosen where several match.
    count : str, optional
        Name of a column for the number of rows that match.
    read : ReadSettings
        Where detection must be overridden.
    """

    file: str
    match: Annotated[dict[str, str], Field(min_length=1)]
    keep: dict[str, str] | None = None
    where: Where = {}
    latest: str | None = None
    earliest: str | None = None
    count: str | None = None
    read: ReadSettings = ReadSettings()

    @field_validator("match", mode="before")
    @classmethod
    def _same_name(cls, value: object) -> object:
        return {value: value} if isinstance(value, str) else value

    @field_validator("keep", mode="before")
    @classmethod
    def _same_names(cls, value: object) -> object:
        return {name: name for name in value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _one_choice(self) -> JoinSettings:
        if self.latest and self.earliest:
            raise ValueError("latest and earliest exclude each other; keep one of them")
        return self


class AttributeSettings(_Keys):
    """One AX attribute."""

    name: str
    kind: Literal["numeric", "ordinal", "categorical"] | None = None
    edges: tuple[float, float] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("edges", mode="before")
    @classmethod
    def _pair(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class SegmentsSettings(_Keys):
    """How Coverage Segments are found."""

    file: str = "default"
    method: Literal["classes", "rules", "column"] = "classes"
    column: str | None = None
    k: Literal["auto"] | Annotated[int, Field(ge=1, le=20)] = "auto"
    min_confidence: Share = 0.6
    min_answers: Share = 0.5

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _column_is_named(self) -> SegmentsSettings:
        if self.method == "column" and not self.column:
            raise ValueError("method: column needs the key column, the name of the members' column to use")
        return self


class TiersSettings(_Keys):
    """Today's revenue tiers: bands of dues."""

    by: Literal["bands", "quantiles", "column"] = "quantiles"
    edges: tuple[float, ...] = ()
    n: Annotated[int, Field(ge=2, le=10)] = 3
    column: str | None = None
    names: tuple[str, ...] = ()

    @field_validator("edges", "names", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _complete(self) -> TiersSettings:
        if self.by == "bands" and not self.edges:
            raise ValueError("by: bands needs the key edges, such as [500, 2500]")
        if self.by == "column" and not self.column:
            raise ValueError("by: column needs the key column, the name of the members' column to use")
        if any(high <= low for low, high in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError(f"edges must rise; got {list(self.edges)}")
        expected = {"bands": len(self.edges) + 1, "quantiles": self.n}.get(self.by)
        if self.names and expected and len(self.names) != expected:
            raise ValueError(f"names must be {expected}, one per tier from lowest dues up; got {len(self.names)}")
        return self


class RetentionSettings(_Keys):
    """The rules of the retention measures."""

    window_months: Annotated[int, Field(ge=1, le=120)] = 12
    grace_days: Annotated[int, Field(ge=0, le=730)] = 30
    rejoin: Literal["new", "retained"] = "new"
    snapshot: Literal["none", "closed_cohort"] = "none"


class CapacitySettings(_Keys):
    """What the team can carry."""

    utilisation: Annotated[float, Field(gt=0, le=1)] = 0.8
    hours_source: Literal["assumed", "client", "learned"] = "assumed"


class EvidenceSettings(_Keys):
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


class BrandSettings(_Keys):
    """Whose report it is."""

    name: str = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#14532d"
    logo: str | None = None
    confidentiality: str = "Confidential"


class ReportSettings(_Keys):
    """What the client's page shows."""

    min_cell: Annotated[int, Field(ge=1, le=1000)] = 10
    brand: BrandSettings = BrandSettings()


class EngagementSettings(_Keys):
    """Every key of an engagement file."""

    client: Annotated[str, Field(min_length=1, max_length=200)]
    name: str | None = None
    as_of: date | Literal["last_month_end"]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    seed: Annotated[int, Field(ge=0)] = 0
    tables: dict[str, str | tuple[str, ...]]
    read: dict[str, ReadSettings] = {}
    joins: dict[str, tuple[JoinSettings, ...]] = {}
    columns: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, str]] = {}
    attributes: tuple[AttributeSettings, ...] = ()
    segments: SegmentsSettings = SegmentsSettings()
    tiers: TiersSettings = TiersSettings()
    retention: RetentionSettings = RetentionSettings()
    capacity: CapacitySettings = CapacitySettings()
    evidence: EvidenceSettings = EvidenceSettings()
    dues_payers: Literal["mark", "roll_up"] = "mark"
    max_loss: Share = 0.05
    overrides: str | None = None
    commentary: str | None = None
    report: ReportSettings = ReportSettings()

    @field_validator("name")
    @classmethod
    def _name_is_safe(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
            raise ValueError("use letters, digits, - and _ only, at most 64 of them")
        return value

    @field_validator("attributes", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("tables", "joins", mode="before")
    @classmethod
    def _lists_of_files(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}

    @field_validator("values", "columns", mode="before")
    @classmethod
    def _raw_values_are_text(cls, value: object) -> object:
        """Let raw values be written plainly: 1 and true are the texts '1' and 'true' of the export."""
        if not isinstance(value, dict):
            return value
        return {
            key: {_as_text(raw): _as_text(canonical) for raw, canonical in mapping.items()}
            if isinstance(mapping, dict)
            else mapping
            for key, mapping in value.items()
        }

    @model_validator(mode="after")
    def _tables_are_known(self) -> EngagementSettings:
        problems = []
        if "members" not in self.tables:
            problems.append("tables needs the key members, the file of members")
        for table in sorted(set(self.joins) & set(TABLES) - set(self.tables)):
            problems.append(f"joins names {table}, which tables does not; name the file of its rows under tables")
        for key, named in (
            ("tables", self.tables),
            ("read", self.read),
            ("joins", self.joins),
            ("columns", self.columns),
        ):
            for table in sorted(set(named) - set(TABLES)):
                problems.append(f"{key} names the table '{table}'; tables are {', '.join(TABLES)}")
        for place in self.values:
            table, _, column = place.partition(".")
            if table not in TABLES or not column:
                problems.append(f"values names '{place}'; write table.column, such as members.status")
        doubled = {spec.name for spec in self.attributes if [a.name for a in self.attributes].count(spec.name) > 1}
        problems += [f"attributes names '{name}' twice" for name in sorted(doubled)]
        if problems:
            raise ValueError("; ".join(problems))
        return self
