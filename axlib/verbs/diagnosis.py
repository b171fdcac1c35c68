"""The diagnosis: every result of one engagement in one place, kept on disk and read back."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, get_args, get_type_hints

import pandas as pd

from axlib.tables.attributes import Attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.data_check import DataCheck
from axlib.tables.engagement import Engagement
from axlib.tables.terms import TermLedger
from axlib.verbs.classes import Stability
from axlib.verbs.cohort import Cohort
from axlib.verbs.comparison import Comparison, MethodAgreement
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.dues_blindness import DuesBlindness
from axlib.verbs.existence import Existence
from axlib.verbs.explanation import Explanation
from axlib.verbs.findings import Findings, Withheld
from axlib.verbs.kept_results import keep_result, read_result
from axlib.verbs.method_choice import MethodChoice
from axlib.verbs.proxies import Proxies
from axlib.verbs.retention import Retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis(Result):
    """Every result of one engagement, each computed once.

    Attributes
    ----------
    engagement : Engagement
    sources : DataFrame
        The files read, with what was detected and their hashes.
    clean : CleanTables
    ledger : TermLedger
    data_check : DataCheck
        What these data can carry, problems, and the request for what is missing.
    attributes : Attributes
    segments : Segmentation
        Coverage Segments of current members and the cohort, by the engagement's method.
    plan_segments : Segmentation
        Of current members, with success potential and declared risks applied: for plans.
    rules, classes : Segmentation
        Both methods, where each is possible.
    method_choice : MethodChoice
        Which of both the segments come from, and why.
    method_agreement : MethodAgreement
    explanation : Explanation
        Why each current member is in its segment.
    stability : Stability
    existence : Existence
        Whether the classes are distinct groups or bands of a gradient.
    blindness : DuesBlindness
    proxies : Proxies
        Attributes that stand in for dues.
    tiers : Segmentation
        Revenue tiers of current members.
    tiers_at_start : Segmentation
        Revenue tiers of the cohort, by what each paid when the window opened.
    cohort : Cohort
    retention : Retention
    comparison : Comparison
    service_gap : ServiceGap
    coverage : CoveragePlan
    findings : Findings
    withheld : Withheld

    Any result but the tables themselves may be ``Unavailable``, with its reason.
    """

    engagement: Engagement
    sources: pd.DataFrame
    clean: CleanTables
    ledger: TermLedger
    data_check: DataCheck
    attributes: Attributes | Unavailable
    segments: Segmentation | Unavailable
    plan_segments: Segmentation | Unavailable
    rules: Segmentation | Unavailable
    classes: Segmentation | Unavailable
    method_choice: MethodChoice
    method_agreement: MethodAgreement | Unavailable
    explanation: Explanation | Unavailable
    stability: Stability | Unavailable
    existence: Existence | Unavailable
    blindness: DuesBlindness | Unavailable
    proxies: Proxies | Unavailable
    tiers: Segmentation | Unavailable
    tiers_at_start: Segmentation | Unavailable
    cohort: Cohort | Unavailable
    retention: Retention | Unavailable
    comparison: Comparison | Unavailable
    service_gap: ServiceGap | Unavailable
    coverage: CoveragePlan | Unavailable
    findings: Findings
    withheld: Withheld

    title: ClassVar[str] = "The diagnosis"

    def summary(self) -> pd.DataFrame:
        """Return one row per result: its name and what it says."""
        results = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if isinstance(getattr(self, field.name), Result) and field.name != "engagement"
        }
        return pd.DataFrame({"result": list(results), "text": [result.text for result in results.values()]})

    @property
    def text(self) -> str:
        """How much was found."""
        return self.findings.text


#: The results that may come back from a folder: whatever a field may hold.
KNOWN: dict[str, type[Result]] = {
    kind.__name__: kind
    for hint in (Diagnosis, *get_type_hints(Diagnosis).values())
    for kind in get_args(hint) or (hint,)
    if isinstance(kind, type) and issubclass(kind, Result) and kind is not Engagement
}


def keep_diagnosis(diagnosis: Diagnosis, folder: Path) -> None:
    """Write a diagnosis to a folder of its own, for ``diagnose(engagement, kept=folder)``."""
    keep_result(diagnosis, folder, given=("Engagement",))


def read_diagnosis(engagement: Engagement, folder: Path) -> Diagnosis:
    """Read a diagnosis that ``keep_diagnosis`` wrote."""
    diagnosis: Diagnosis = read_result(folder, known=KNOWN, given={"Engagement": engagement})
    return diagnosis
