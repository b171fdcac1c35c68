"""What an engagement file and the profile of a system say of columns: names of further ones, meanings of values."""

from __future__ import annotations

from collections.abc import Mapping

from axlib.tables.recognition.profiles_of_systems import SystemProfile
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.vocabulary import find_column


def name_further(table: str, mapped: Mapping[str, str], unmapped: tuple[str, ...]) -> dict[str, str]:
    """Name the columns of the export that stay: their own header, unless a canonical column has that name."""
    names: dict[str, str] = {}
    for header in unmapped:
        clash = header in mapped or find_column(table, header) is not None or header in names
        names[f"{header} (as exported)" if clash else header] = header
    return names


def collect_meanings(
    table: str,
    declared: Mapping[str, Mapping[str, str]],
    profile: SystemProfile | None,
    sources: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """Return the meanings of raw values by clean column; the engagement file wins over the profile.

    Raises
    ------
    ConfigurationError
        Values are declared of a column that is not there.
    """
    values: dict[str, dict[str, str]] = {}
    own: Mapping[str, Mapping[str, str]] = profile.values if profile else {}
    for place, meanings in own.items():
        owner, _, column = place.partition(".")
        if owner == table:
            values[column] = dict(meanings)
    for place, meanings in declared.items():
        owner, _, column = place.partition(".")
        if owner == table:
            name = column if column in sources else next((c for c, h in sources.items() if h == column), column)
            if name not in sources:
                raise ConfigurationError(f"values.{place}: {table} has no such column. {suggest(column, sources)}")
            values[name] = {**values.get(name, {}), **meanings}
    return values
