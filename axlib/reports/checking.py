"""What a run would refuse, found without computing or publishing anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from axlib.reports.chapters import find_notebooks
from axlib.reports.commentary import refuse_names
from axlib.reports.consultant_files import list_words, read_brand, read_notes
from axlib.tables.cleaning import CleanTables, clean_tables
from axlib.tables.data_check import DataCheck
from axlib.tables.engagement import Engagement
from axlib.tables.reading import Tables, read_tables
from axlib.tables.terms import TermLedger
from axlib.verbs.cohort import Cohort
from axlib.verbs.confounders import collect_confounders, read_negative_control
from axlib.verbs.diagnosing.groundwork import Groundwork, stand_on
from axlib.verbs.diagnosing.segmenting import gather_attributes
from axlib.verbs.finding_ids import refuse_finding_ids
from axlib.verbs.rollout_panel import read_rollout
from axlib.verbs.segments import segment_by_column
from axlib.words.errors import ConfigurationError, DataError

Done = TypeVar("Done")


@dataclass(frozen=True)
class CheckedEngagement:
    """An engagement whose files a run would accept.

    Attributes
    ----------
    tables : Tables
    clean : CleanTables
    ledger : TermLedger
    data_check : DataCheck
    """

    tables: Tables
    clean: CleanTables
    ledger: TermLedger
    data_check: DataCheck


class _Refusals:
    """Problems of steps that do not need each other, gathered to be said together."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.of_configuration = False

    def take(self, step: Callable[[], Done]) -> Done | None:
        """Do a step; None where it is refused."""
        try:
            return step()
        except (ConfigurationError, DataError) as error:
            self.problems += error.problems
            self.of_configuration |= isinstance(error, ConfigurationError)
            return None

    def raise_all(self) -> None:
        if self.problems:
            raise (ConfigurationError if self.of_configuration else DataError)(*dict.fromkeys(self.problems))


def check_engagement(engagement: Engagement) -> CheckedEngagement:
    """Read and clean an engagement's tables, and try whatever else it names that a run would refuse.

    Parameters
    ----------
    engagement : Engagement

    Returns
    -------
    CheckedEngagement

    Raises
    ------
    ConfigurationError, DataError
        Every problem of the tables, overrides, attributes, declared columns, logo, commentary and names of findings,
        one sentence each; of configuration where one of them is.

    Notes
    -----
    Not all can be known beforehand: whether this report will have a finding that is named is said by the run alone.
    """
    refused = _Refusals()
    settings = engagement.settings
    refused.take(lambda: read_brand(engagement))
    notes = refused.take(lambda: read_notes(engagement, find_notebooks()))
    named = [*settings.report.findings.first, *settings.report.findings.withhold]
    refused.take(lambda: refuse_finding_ids(named, n_scenarios=len(settings.scenarios)))
    tables = refused.take(lambda: read_tables(engagement))
    clean = refused.take(lambda: clean_tables(tables)) if tables is not None else None
    ground = refused.take(lambda: stand_on(clean, sources=tables.sources)) if tables and clean is not None else None
    if clean is not None and notes is not None:
        words = list_words(notes[1], clean.overrides, file_name=settings.overrides)
        refused.take(lambda: refuse_names(words, clean.members))
    if ground is not None:
        _try_declared(ground, refused)
    refused.raise_all()
    assert tables is not None
    assert clean is not None
    assert ground is not None
    return CheckedEngagement(tables, clean, ground.ledger, ground.data_check)


def _try_declared(ground: Groundwork, refused: _Refusals) -> None:
    """Look for the columns that the engagement file declares, as the steps of a run would."""
    settings, members = ground.engagement.settings, ground.clean.members
    declared = settings.evidence
    attributes = refused.take(lambda: gather_attributes(ground))
    if settings.segments.method == "column":
        refused.take(lambda: segment_by_column(ground.population, column=settings.segments.column or ""))
    rollout, cohort = declared.rollout, ground.cohort
    if rollout is not None:
        refused.take(lambda: read_rollout(members, rollout))
    if ground.clean.touches is None:
        # Without contacts nothing is adjusted for anything.
        return
    refused.take(lambda: read_negative_control(members, declared.negative_control))
    if attributes is not None and isinstance(cohort, Cohort):
        refused.take(
            lambda: collect_confounders(
                cohort,
                members,
                names=declared.confounders,
                attributes=attributes.table,
                day=ground.engagement.as_of,
            )
        )
