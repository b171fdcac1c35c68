"""What membership systems call their columns: one YAML file per system, recognised by its headers.

A user adds a system by adding a file to the folder ``profiles``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from axlib.tables.recognition.headers import plain_header
from axlib.tables.yaml_files import read_yaml
from axlib.words.errors import ConfigurationError, UsageError, suggest

FOLDER = Path(__file__).with_name("profiles")


class UpdateFormat(BaseModel):
    """How a system wants updates of its members.

    Attributes
    ----------
    keys : tuple of str
        Headers that may carry the member's identifier; the first where the export's own is none of them.
    fields : dict of str to str
        What we tell (``segment``, ``confidence``, ``success_vector``, ``next_milestone``, ``next_milestone_due``,
        ``next_action``, ``goal``) -> header of the field it goes to; fields must be made in the system first.
    day : str
        How days are written, as strftime has it.
    note : str
        What to know before importing, a sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: Annotated[tuple[str, ...], Field(min_length=1)]
    fields: dict[
        Literal[
            "segment", "confidence", "success_vector", "next_milestone", "next_milestone_due", "next_action", "goal"
        ],
        str,
    ]
    day: str = "%Y-%m-%d"
    note: str = ""


class SystemProfile(BaseModel):
    """How one system writes its exports.

    Attributes
    ----------
    system : str
        Its name.
    fingerprint : tuple of str
        Headers that together give it away.
    least : int
        How many of them must be there.
    columns : dict
        Table -> canonical column -> headers, the surest first.
    values : dict
        table.column -> raw value -> canonical value.
    codes : dict
        The same for numbers each site may have changed: proposed to be checked, never taken unasked.
    ask : str
        How the data are exported from it, in its own words.
    update : UpdateFormat, optional
        How an update file is written that it can import.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str
    fingerprint: Annotated[tuple[str, ...], Field(min_length=2)]
    least: Annotated[int, Field(ge=2)] = 3
    columns: dict[str, dict[str, tuple[str, ...]]] = {}
    values: dict[str, dict[str, str]] = {}
    codes: dict[str, dict[str, str]] = {}
    ask: str = ""
    update: UpdateFormat | None = None


@lru_cache(maxsize=1)
def read_profiles() -> tuple[SystemProfile, ...]:
    """Read every profile of the folder, by file name.

    Raises
    ------
    ConfigurationError
        A profile is not well formed.
    """
    profiles = []
    for file in sorted(FOLDER.glob("*.yml")):
        try:
            profiles.append(SystemProfile.model_validate(read_yaml(file)))
        except ValidationError as error:
            raise ConfigurationError(
                *(
                    f"profiles/{file.name}: {'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}."
                    for detail in error.errors(include_url=False)
                )
            ) from None
    return tuple(profiles)


def find_system(name: str) -> tuple[str, SystemProfile]:
    """Return the profile of a system by the name of its file, or its own, however written; and its file's name.

    Raises
    ------
    UsageError
        There is no such system, or nothing is known of how it takes updates.

    Examples
    --------
    >>> find_system("WildApricot")[0]
    'wild_apricot'
    """
    stems = [file.stem for file in sorted(FOLDER.glob("*.yml"))]
    for stem, profile in zip(stems, read_profiles(), strict=True):
        if plain_header(name) in (plain_header(stem), plain_header(profile.system)):
            if profile.update is None:
                raise UsageError(
                    f"{profile.system}: its profile has no key 'update', so how it takes updates is not known. Add the "
                    f"key to profiles/{stem}.yml."
                )
            return stem, profile
    raise UsageError(f"no system is called '{name}'. {suggest(name, stems)}")


def recognise_system(headers: Iterable[str]) -> tuple[SystemProfile | None, int]:
    """Return the system whose fingerprint these headers show most of, and how many headers they share.

    Examples
    --------
    >>> system, shared = recognise_system(["User ID", "Member since", "Renewal due", "Membership level"])
    >>> system.system, shared
    ('Wild Apricot', 4)
    >>> recognise_system(["id", "name"])
    (None, 0)
    """
    plain = {plain_header(header) for header in headers}
    best: SystemProfile | None = None
    best_shared = 0
    for profile in read_profiles():
        shared = sum(1 for header in profile.fingerprint if plain_header(header) in plain)
        if shared >= profile.least and shared > best_shared:
            best, best_shared = profile, shared
    return best, best_shared
