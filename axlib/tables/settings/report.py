"""Keys that say what the client's page shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from axlib.tables.settings.keys import Keys
from axlib.words.errors import UsageError
from axlib.words.number_formats import find_formats


class BrandSettings(Keys):
    """Whose report it is.

    Attributes
    ----------
    name : str
        Of the advisers.
    colour : str
        Of headings, as #14532d; made readable where it is too light.
    logo : str, optional
        File of the logo.
    confidentiality : str
        Word at the top of the page.
    locale : str, optional
        How numbers, money and days are written, such as de-DE; left out, neutral of language.
    """

    name: str = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#14532d"
    logo: str | None = None
    confidentiality: str = "Confidential"
    locale: str | None = None

    @field_validator("locale")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                find_formats(value)
            except UsageError as error:
                raise ValueError(str(error)) from None
        return value


class FindingsSettings(Keys):
    """What the consultant puts first among findings, and what is kept back; never what they say.

    Attributes
    ----------
    first : tuple of str
        Names of findings that come first, in this order.
    withhold : dict of str to str
        Name of a finding -> why the client is not shown it.
    """

    first: tuple[str, ...] = ()
    withhold: dict[str, Annotated[str, Field(min_length=1, max_length=300)]] = Field(default_factory=dict)

    @field_validator("first", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class ReportSettings(Keys):
    """What the client's page shows.

    Attributes
    ----------
    min_cell : int
        Smallest group whose numbers the page shows.
    brand : BrandSettings
        Whose report it is.
    findings : FindingsSettings
        What comes first among findings, and what is kept back.
    """

    min_cell: Annotated[int, Field(ge=1, le=1000)] = 10
    brand: BrandSettings = BrandSettings()
    findings: FindingsSettings = FindingsSettings()
