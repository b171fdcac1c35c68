"""One engagement: its file, checked, with parameters laid over it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from axlib.tables.coverage_segments import CoverageSegment, read_segments
from axlib.tables.settings.engagement import SAFE_NAME, EngagementSettings
from axlib.tables.yaml_files import read_yaml
from axlib.words.display import count_words
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.results import Result

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, eq=False, repr=False)
class Engagement(Result):
    """One client's case: where its tables are and by what rules they are read.

    Attributes
    ----------
    path : Path
        The engagement file.
    name : str
        Folder name of its reports: letters, digits, - and _.
    as_of : date
        The day all metrics look back from.
    settings : EngagementSettings
        Every key of the file, with parameters laid over it.
    segments : tuple of CoverageSegment
        The Coverage Segments members may be assigned to.
    """

    path: Path
    name: str
    as_of: date
    settings: EngagementSettings
    segments: tuple[CoverageSegment, ...]

    title: ClassVar[str] = "The engagement"

    @property
    def client(self) -> str:
        """The client's name."""
        return self.settings.client

    def locate(self, name: str) -> Path:
        """Return a file named in the engagement file, relative to it."""
        return (self.path.parent / name).resolve()

    def summary(self) -> pd.DataFrame:
        """Return the engagement's keys that decide the numbers, one row each."""
        rows = {
            "Client": self.client,
            "As of": self.as_of.isoformat(),
            "Tables": ", ".join(self.settings.tables),
            "Attributes": ", ".join(spec.name for spec in self.settings.attributes) or "none declared",
            "Segments": f"{self.settings.segments.method}: {', '.join(item.name for item in self.segments)}",
            "Tiers": self.settings.tiers.by,
            "Seed": str(self.settings.seed),
        }
        return pd.DataFrame({"key": list(rows), "setting": list(rows.values())})


def read_engagement(
    path: str | Path | Engagement,
    *,
    as_of: str | None = None,
    as_known: str | None = None,
    seed: int | None = None,
    segments_method: str | None = None,
    segments_k: int | None = None,
    retention_window_months: int | None = None,
    retention_grace_days: int | None = None,
    retention_rejoin: str | None = None,
    capacity_utilisation: float | None = None,
    report_min_cell: int | None = None,
) -> Engagement:
    """Read and check an engagement file; ``None`` leaves a key as the file has it.

    Parameters
    ----------
    path : str, Path or Engagement
        The engagement file, or the folder that holds ``engagement.yml``; of an engagement its file is read again, so
        that a cell which gave it its name can be run twice.
    as_of : str, optional
        The day metrics look back from, as 2025-12-31, or ``last_month_end``.
    as_known : {'today', 'then'}, optional
        Whether a past day is looked back from with what the export knows, or only with what was known then.
    seed : int, optional
        Seed of everything left to chance.
    segments_method : {'auto', 'classes', 'rules', 'column'}, optional
    segments_k : int, optional
        Number of classes.
    retention_window_months, retention_grace_days : int, optional
    retention_rejoin : {'new', 'retained'}, optional
    capacity_utilisation : float, optional
        Share of a person's hours that members may fill, 0-1.
    report_min_cell : int, optional
        Smallest group whose numbers a client's page shows.

    Returns
    -------
    Engagement

    Raises
    ------
    ConfigurationError
        Every problem of the file and the parameters, one sentence each.
    """
    parameters = {
        "as_of": as_of,
        "as_known": as_known,
        "seed": seed,
        "segments_method": segments_method,
        "segments_k": segments_k,
        "retention_window_months": retention_window_months,
        "retention_grace_days": retention_grace_days,
        "retention_rejoin": retention_rejoin,
        "capacity_utilisation": capacity_utilisation,
        "report_min_cell": report_min_cell,
    }
    file = path.path if isinstance(path, Engagement) else Path(path)
    file = file / "engagement.yml" if file.is_dir() else file
    keys = read_yaml(file)
    if not isinstance(keys, dict):
        raise ConfigurationError(f"{file.name}: must hold keys with values, such as 'client: Acme'. See DESIGN.")
    for parameter, value in parameters.items():
        if value is not None:
            keys = _lay_over(keys, parameter, value)
    settings = check_keys(EngagementSettings, keys, file.name)
    today = date.today()
    day = last_month_end(today) if settings.as_of == "last_month_end" else settings.as_of
    name = settings.name or file.resolve().parent.name
    problems = []
    if not re.fullmatch(SAFE_NAME, name):
        problems.append(
            f"{file.name}: the folder's name '{name}' names the reports and may have letters, digits, - "
            "and _ only, at most 64 of them. Rename the folder or add the key name."
        )
    segments_file = settings.segments.file
    try:
        segments = read_segments(None if segments_file == "default" else file.parent / segments_file)
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(*problems)
    return Engagement(file.resolve(), name, day, settings, segments)


def last_month_end(today: date) -> date:
    """Return the last day of the month before a day.

    Examples
    --------
    >>> last_month_end(date(2026, 3, 15)).isoformat()
    '2026-02-28'
    """
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return date(year, month, calendar.monthrange(year, month)[1])


def past_quarter_ends(day: date, *, n: int) -> list[date]:
    """Return the last days of the n quarters that ended before a day, the oldest first.

    Examples
    --------
    >>> [str(end) for end in past_quarter_ends(date(2025, 12, 31), n=2)]
    ['2025-06-30', '2025-09-30']
    """
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    ends: list[date] = []
    while len(ends) < n:
        ends.insert(0, last_month_end(first))
        first = date(ends[0].year, ends[0].month - 2, 1)
    return ends


def _lay_over(keys: Mapping[str, Any], parameter: str, value: object) -> dict[str, Any]:
    """Return the keys with one parameter, a key path joined by _, laid over them."""
    group, _, key = parameter.partition("_")
    if group in EngagementSettings.model_fields and key:
        section = keys.get(group, {})
        section = {"file": section} if isinstance(section, str) else section
        return {**keys, group: {**section, key: value}} if isinstance(section, dict) else dict(keys)
    if parameter == "as_of" and isinstance(value, str) and value != "last_month_end":
        try:
            return {**keys, "as_of": date.fromisoformat(value)}
        except ValueError:
            return {**keys, "as_of": value}
    return {**keys, parameter: value}


#: Patterns of keys, in words.
_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,59}$": "written in small letters, digits and _, such as guidance_need",
    r"^#[0-9a-fA-F]{6}$": "a colour written as #14532d",
    r"^[0-9a-f]{64}$": "a fingerprint as the desk gives it: 64 of 0-9 and a-f",
    r"^[A-Z]{3}$": "an ISO code of three capitals, such as USD",
}
#: Kinds of pydantic's errors of length -> the side of the bound, and what is counted.
_LENGTHS = {
    "string_too_short": ("at least", "character"),
    "string_too_long": ("at most", "character"),
    "too_short": ("at least", "entry"),
    "too_long": ("at most", "entry"),
}
_PLURALS = {"character": "characters", "entry": "entries"}


def check_keys(model: type[Model], keys: object, file_name: str) -> Model:
    """Check keys against their schema; every problem becomes one sentence."""
    try:
        return model.model_validate(keys)
    except ValidationError as error:
        raise ConfigurationError(*_sentences(error, model, file_name)) from None


def _sentences(error: ValidationError, model: type[BaseModel], file_name: str) -> list[str]:
    sentences = []
    details = error.errors(include_url=False)
    wrong_inside = {detail["loc"][:1] for detail in details if len(detail["loc"]) > 1}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in wrong_inside:
            # What is wrong inside a list leaves it empty; that is no problem of its own.
            continue
        place = [str(part) for part in detail["loc"] if not _is_branch(part)]
        where, value = ".".join(place), detail["input"]
        kind: Literal["unknown", "missing", "other"] = {
            "extra_forbidden": "unknown",
            "missing": "missing",
        }.get(detail["type"], "other")  # type: ignore[assignment]
        if kind == "unknown":
            known = _known_keys(model, place[:-1])
            sentences.append(f"{file_name}: unknown key '{where}'. {suggest(place[-1], known)}")
        elif kind == "missing":
            sentences.append(f"{file_name}: the key '{where}' is missing. Add it.")
        else:
            rule = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            if detail["type"] == "string_pattern_mismatch":
                rule = _PATTERNS.get(detail["ctx"]["pattern"], rule)
            elif detail["type"] in _LENGTHS:
                rule = _say_length(detail["type"], detail["ctx"])
            shown = str(value) if isinstance(value, date) else repr(value)
            given = f" is {shown}" if not isinstance(value, (dict, list, tuple)) else ""
            must = "" if detail["type"] == "value_error" else "must have " if detail["type"] in _LENGTHS else "must be "
            sentences.append(f"{file_name}: {where or 'the file'}{given}; {must}{rule}.")
    return list(dict.fromkeys(sentences))


def _say_length(kind: str, rule: Mapping[str, Any]) -> str:
    """Say how long a text or a list must be."""
    side, noun = _LENGTHS[kind]
    bound = int(rule["min_length" if side == "at least" else "max_length"])
    return f"{side} {count_words(bound, noun, _PLURALS[noun])}"


def _is_branch(part: object) -> bool:
    """Pydantic names the branches of a union in the place of an error; readers have no use for them."""
    return isinstance(part, str) and (
        part in ("str", "int", "date", "float") or part.startswith(("literal[", "tuple[", "constrained", "function-"))
    )


def _known_keys(model: type[BaseModel], place: list[str]) -> list[str]:
    keys: type[BaseModel] | None = model
    for part in place:
        field = keys.model_fields.get(part) if keys else None
        annotation = field.annotation if field else None
        keys = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
    return list(keys.model_fields) if keys else []
