"""The names findings can have, known before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable

from axlib.verbs.findings import QUESTIONS
from axlib.verbs.retention import NEEDS_CLOSING, NEEDS_TERMS
from axlib.verbs.wording import WORDING
from axlib.words.errors import ConfigurationError, suggest

#: Sentences whose findings are named otherwise: after the outcome, the pilot, or the place of the scenario.
_NAMED_OTHERWISE = ("tiers_against_segments", "pilot_no_harm", "scenario")


def list_finding_ids(*, n_scenarios: int = 0) -> list[str]:
    """List every name that a finding of some report can have.

    Parameters
    ----------
    n_scenarios : int
        Scenarios the engagement asks for; each has a finding of its own.

    Examples
    --------
    >>> "retention" in list_finding_ids(), "scenario_1" in list_finding_ids(n_scenarios=1)
    (True, True)
    """
    sentences = [name for name in WORDING if name not in _NAMED_OTHERWISE]
    scenarios = [f"scenario_{at}" for at in range(1, n_scenarios + 1)]
    return list(dict.fromkeys([*sentences, *QUESTIONS, *NEEDS_CLOSING, *NEEDS_TERMS, "revenue_churn", *scenarios]))


def refuse_finding_ids(names: Iterable[str], *, n_scenarios: int = 0) -> None:
    """Refuse names that no finding of any report has.

    Whether this report will have the finding is known only when it has been computed: ``arrange_findings`` says that.

    Raises
    ------
    ConfigurationError
        One sentence for each such name.
    """
    known = list_finding_ids(n_scenarios=n_scenarios)
    strange = [name for name in dict.fromkeys(names) if name not in known]
    if strange:
        raise ConfigurationError(
            *(f"report.findings: no finding is called '{name}'. {suggest(name, known)}" for name in strange)
        )
