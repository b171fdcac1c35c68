"""The few figures a reader looks for first."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.retention import Retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.words.display import count_words, format_number, format_share, format_value
from axlib.words.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class KeyFigures(Result):
    """A handful of figures with what each means.

    Attributes
    ----------
    table : DataFrame
        ``figure``, ``value`` (as text, for figures of different units stand together), ``meaning``.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "Key figures"

    def summary(self) -> pd.DataFrame:
        """Return one row per figure."""
        return self.table

    def _repr_html_(self) -> str:
        tiles = "".join(
            f"<div><dt>{html.escape(figure)}</dt><dd>{html.escape(value)}</dd>"
            f'<dd class="ax-note">{html.escape(meaning)}</dd></div>'
            for figure, value, meaning in self.table.itertuples(index=False, name=None)
        )
        return f'<dl class="ax-tiles">{tiles}</dl>'


def collect_key_figures(diagnosis: Diagnosis) -> KeyFigures:
    """Collect the figures a reader looks for first; what is not available is left out."""
    rows: list[tuple[str, str, str]] = []
    segments, coverage = diagnosis.plan_segments, diagnosis.coverage
    retention, gap = diagnosis.retention, diagnosis.service_gap
    if isinstance(segments, Segmentation):
        n = len(segments.table)
        named = f"in {count_words(len(segments.segments), 'Coverage Segment')}"
        if segments.undetermined:
            named += f"; of {format_number(segments.undetermined)} too little is known"
        rows.append(("Current members", format_number(n), named))
    if isinstance(coverage, CoveragePlan):
        load = float(coverage.team["load"].iloc[0])
        meaning = "hours members call for ÷ hours the team can give"
        rows.append(("Team load", format_value(load, "load"), f"{meaning}{_assumed(coverage)}"))
        highest = float(coverage.by_person["load"].max())
        rows.append(("Highest load", format_value(highest, "load"), f"of one manager{_assumed(coverage)}"))
    if isinstance(gap, ServiceGap) and any(gap.totals.values()):
        under = gap.totals["under"] / sum(gap.totals.values())
        rows.append(("Under-served", format_share(under, 0), "get less than 75 % of the hours called for"))
    if isinstance(retention, Retention):
        row = retention.overall
        if pd.notna(row["logo_churn"]):
            meaning = f"of the members at the start are gone{_in_doubt(retention, 'logo_churn')}"
            rows.append(("Logo churn", format_share(float(row["logo_churn"])), meaning))
        if pd.notna(row["revenue_churn"]):
            share = format_share(float(row["revenue_churn"]))
            doubt = _in_doubt(retention, "logo_churn")
            rows.append(("Revenue churn", share, f"of opening revenue went with them{doubt}"))
        if pd.notna(row["nrr"]):
            grr = format_share(float(row["grr"]))
            meaning = f"of opening revenue; without growth {grr} (GRR){_in_doubt(retention, 'nrr')}"
            rows.append(("NRR", format_share(float(row["nrr"])), meaning))
    return KeyFigures(pd.DataFrame(rows, columns=["figure", "value", "meaning"]).astype("str"))


def _in_doubt(retention: Retention, measure: str) -> str:
    return "; in doubt, see the finding" if measure in retention.cautions else ""


def _assumed(coverage: CoveragePlan) -> str:
    return ", a scenario" if coverage.hours_source == "assumed" else ""
