"""Keys that say what the client's page shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from axlib.tables.settings.keys import Keys


class BrandSettings(Keys):
    """Whose report it is."""

    name: str = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#14532d"
    logo: str | None = None
    confidentiality: str = "Confidential"


class ReportSettings(Keys):
    """What the client's page shows."""

    min_cell: Annotated[int, Field(ge=1, le=1000)] = 10
    brand: BrandSettings = BrandSettings()
