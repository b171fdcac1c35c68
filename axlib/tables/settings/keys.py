"""What the keys of every settings file have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


def as_text(value: object) -> object:
    """Let numbers and true/false be written plainly where text is meant."""
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (int, float)) else value


class Keys(BaseModel):
    """Keys of a file: no others, no silent conversion, unchangeable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    def __dir__(self) -> list[str]:
        """List what a file may say, for completion by Tab, without the machinery of models."""
        return sorted(set(super().__dir__()) - set(dir(BaseModel)))
