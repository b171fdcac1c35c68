"""Headline numbers of a result that may not be there: its numbers, or why there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axlib.words.results import Result, Unavailable


def list_absent(result: Result) -> dict[str, Any]:
    """Why there are no numbers."""
    why = result.why if isinstance(result, Unavailable) else "not computed."
    return {"available": False, "why": why}


def list_if_there(result: Result, write: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The numbers of a result, or why there are none."""
    return list_absent(result) if isinstance(result, Unavailable) else write(result)
