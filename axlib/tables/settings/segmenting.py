"""Keys that say what members are segmented by: AX attributes, Coverage Segments, revenue tiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from axlib.tables.settings.keys import Keys, Share


class AttributeSettings(Keys):
    """One AX attribute.

    Attributes
    ----------
    name : str
        Column of members, or item of the intake; never money.
    kind : {'numeric', 'ordinal', 'categorical'}, optional
        How it is measured; told from its values where left out.
    edges : tuple of (float, float), optional
        Of a number: where low ends and where high begins.
    """

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


class SegmentsSettings(Keys):
    """How Coverage Segments are found.

    Attributes
    ----------
    file : str
        File of segments; default for the built-in four.
    method : {'auto', 'classes', 'rules', 'column'}
        Classes found in the data, rules of the file, a column of the export; auto takes classes where the data carry
        them.
    column : str, optional
        Column that names the segment, for the method column.
    k : int or 'auto'
        Number of classes.
    min_confidence : float
        Least probability of a member's segment, below which it is undetermined, 0-1.
    min_answers : float
        Least share of attributes known, below which a member is undetermined, 0-1.
    """

    file: str = "default"
    method: Literal["auto", "classes", "rules", "column"] = "auto"
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


class IntakeSettings(Keys):
    """How the Appropriate Experience is asked for, and how closely shares and hours are to be known.

    Attributes
    ----------
    instrument : str
        File of the questions; default for the kit's own.
    margin : float
        How closely the share of a segment is to be known, such as 0.05.
    load_margin : float
        How closely the load is to be known, as a share of it.
    response_rate : float
        Share of those asked who are expected to answer, 0-1.
    """

    instrument: str = "default"
    margin: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    load_margin: Annotated[float, Field(gt=0, lt=1)] = 0.1
    response_rate: Annotated[float, Field(gt=0, le=1)] = 0.4

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: object) -> object:
        return {"instrument": value} if isinstance(value, str) else value


class TiersSettings(Keys):
    """Today's revenue tiers: bands of dues.

    Attributes
    ----------
    by : {'bands', 'quantiles', 'column'}
        Bands with given edges, tiers of equal size, or a column of the export.
    edges : tuple of float
        Dues at which a higher tier begins, rising, for bands.
    n : int
        Number of tiers, for quantiles.
    column : str, optional
        Column that names the tier, for column.
    names : tuple of str
        Names of the tiers from the lowest dues up.
    """

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
