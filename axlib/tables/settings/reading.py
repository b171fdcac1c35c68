"""Keys that say how files are read, and which further files are joined."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from axlib.tables.settings.keys import Keys, as_text


def _wanted_texts(value: object) -> object:
    """Let where say one value or a list, numbers and true/false written plainly."""
    if not isinstance(value, dict):
        return value
    return {
        key: tuple(as_text(item) for item in (wanted if isinstance(wanted, list) else [wanted]))
        for key, wanted in value.items()
    }


Where = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_wanted_texts)]


class ReadSettings(Keys):
    """Where detection must be overridden, per table.

    Attributes
    ----------
    sheet : str or int, optional
        Sheet of a workbook: its name, or its number from 1.
    encoding, delimiter : str, optional
        Of a text file, such as utf-8 and ;.
    dates : {'day_first', 'month_first', 'year_first'}, optional
        How days are written where their order cannot be told.
    decimal : {'.', ','}, optional
        The decimal sign.
    header_row : int, optional
        Row of the headers, counted from 1.
    query : str, optional
        One SELECT, where the table is in a database.
    where : dict
        Column -> values: other rows are left out, and counted.
    """

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    dates: Literal["day_first", "month_first", "year_first"] | None = None
    decimal: Literal[".", ","] | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    query: str | None = None
    where: Where = Field(default_factory=dict)


class JoinSettings(Keys):
    """Columns of a further file, put beside the rows of a table: one row of the file to each, matched by key.

    Attributes
    ----------
    file : str
        The further file, relative to the engagement file.
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
    where: Where = Field(default_factory=dict)
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
