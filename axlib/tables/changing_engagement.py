"""An engagement with some of its keys changed: what a desk tries, before anything is written to the file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from axlib.tables.coverage_segments import CoverageSegment, read_segments
from axlib.tables.coverage_work import HoursByStage
from axlib.tables.engagement import Engagement, check_keys, last_month_end
from axlib.tables.settings.engagement import EngagementSettings
from axlib.words.errors import ConfigurationError, suggest


def change_engagement(
    engagement: Engagement, *, keys: Mapping[str, Any] | None = None, hours: Mapping[str, float] | None = None
) -> Engagement:
    """Lay keys and hours over an engagement, checked as if they stood in its file; the file stays as it is.

    Parameters
    ----------
    engagement : Engagement
    keys : mapping, optional
        Keys as the engagement file writes them, such as ``{"retention": {"grace_days": 60}}``. Of a section, keys
        that are not named stay as they are.
    hours : mapping of str to float, optional
        Coverage Segment -> hours a year one of its members needs (0-8760). Where hours differ by lifecycle stage,
        the steady ones.

    Returns
    -------
    Engagement

    Raises
    ------
    ConfigurationError
        Every unknown key, impossible value and unknown segment, one sentence each.
    """
    settings = engagement.settings
    if keys:
        written = settings.model_dump(exclude_unset=True)
        settings = check_keys(EngagementSettings, _lay_over(written, keys), engagement.path.name)
    segments = engagement.segments
    if settings.segments.file != engagement.settings.segments.file:
        file = settings.segments.file
        segments = read_segments(None if file == "default" else engagement.locate(file))
    day = engagement.as_of
    if settings.as_of != engagement.settings.as_of:
        day = last_month_end(date.today()) if settings.as_of == "last_month_end" else settings.as_of
    return dataclasses.replace(
        engagement,
        name=settings.name or engagement.name,
        as_of=day,
        settings=settings,
        segments=_change_hours(segments, hours or {}),
    )


def _lay_over(written: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the keys of sections over those written; anything else is replaced whole."""
    laid = dict(written)
    for name, value in keys.items():
        before = laid.get(name)
        laid[name] = {**before, **value} if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    day = laid.get("as_of")
    if isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        # A day may be written as the file writes it; one that is none is refused with all other keys.
        laid["as_of"] = date.fromisoformat(day) if _is_day(day) else day
    return laid


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _change_hours(segments: Sequence[CoverageSegment], hours: Mapping[str, float]) -> tuple[CoverageSegment, ...]:
    names = [segment.name for segment in segments]
    problems = [f"hours: no segment is called '{name}'. {suggest(name, names)}" for name in hours if name not in names]
    changed = []
    for segment in segments:
        own = segment.hours_per_year
        given: Any = hours.get(segment.name, segment.steady_hours)
        by_stage = own.model_dump() | {"steady": given} if isinstance(own, HoursByStage) else given
        try:
            changed.append(CoverageSegment.model_validate({**segment.model_dump(), "hours_per_year": by_stage}))
        except ValidationError as error:
            own_rules = [part["msg"] for part in error.errors(include_url=False) if part["type"] == "value_error"]
            rule = (
                own_rules[0].removeprefix("Value error, ")
                if own_rules
                else "must be a number of hours a year, 0 to 8760"
            )
            problems.append(f"hours: {segment.name} is {given!r}; {rule}.")
    if problems:
        raise ConfigurationError(*problems)
    return tuple(changed)
