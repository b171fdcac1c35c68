"""Whether what a scenario names is there: segments, those with members, and teams."""

from __future__ import annotations

from collections.abc import Sequence

from axlib.tables.settings.money import ScenarioSettings
from axlib.words.display import join_words
from axlib.words.errors import ConfigurationError, suggest


def check_names(
    scenario: ScenarioSettings, *, called_for: Sequence[str], served: Sequence[str], teams: Sequence[str]
) -> str:
    """Refuse names that nothing has; say which known segments nobody is in.

    Parameters
    ----------
    scenario : ScenarioSettings
    called_for : sequence of str
        Segments with members.
    served : sequence of str
        Segments of the segments file, whose hours are known.
    teams : sequence of str

    Returns
    -------
    str
        Why the scenario has nobody to try it on; empty where it has.

    Raises
    ------
    ConfigurationError
        Every name that there is not.
    """
    of_members = [("move.members_of", move.members_of) for move in scenario.move]
    of_members += [("minutes", name) for name in scenario.minutes]
    of_members += [("pool.segments", name) for name in (scenario.pool.segments if scenario.pool else ())]
    # A segment's own coverage needs no hours in the segments file: they are known from its members.
    coverage = [("move.to", move.to) for move in scenario.move if move.to and move.to != move.members_of]
    of_teams = [("shift_hours", name) for s in scenario.shift_hours for name in (s.from_team, s.to_team)]
    of_teams += [("hire.team", hire.team) for hire in scenario.hire if hire.team]
    known = [*dict.fromkeys([*called_for, *served])]
    problems = [
        f"scenario '{scenario.name}', {key}: there is no {what} '{name}'. "
        f"{suggest(name, there) if there else 'No team is known.'}"
        for key, name, what, there in (
            *((key, name, "segment", known) for key, name in of_members),
            *((key, name, "segment", list(served)) for key, name in coverage),
            *((key, name, "team", list(teams)) for key, name in of_teams),
        )
        if name not in there
    ]
    if problems:
        raise ConfigurationError(*dict.fromkeys(problems))
    empty = [name for name in dict.fromkeys(name for _, name in of_members) if name not in called_for]
    return f"no member calls for {join_words(empty, 'or')}." if empty else ""
