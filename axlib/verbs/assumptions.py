"""What was assumed, by whom, and what hangs on it: the log at the end of every report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.tables.settings.report import ReportSettings
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.economics import Economics
from axlib.verbs.exploring import find_exploratory
from axlib.verbs.service_gap import OVER, UNDER
from axlib.words.display import count_words, format_money, format_share, format_short
from axlib.words.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Assumptions(Result):
    """The assumptions of a report.

    Attributes
    ----------
    table : DataFrame
        ``assumption``, ``value``, ``made_by``, ``what_hangs_on_it``.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "What was assumed"

    def summary(self) -> pd.DataFrame:
        """Return one row per assumption."""
        return self.table


def list_assumptions(diagnosis: Diagnosis) -> Assumptions:
    """List the assumptions behind a diagnosis."""
    settings = diagnosis.engagement.settings
    retention, capacity, pool = settings.retention, settings.capacity, settings.pool
    hours = ", ".join(
        f"{segment.name} {format_short(segment.steady_hours)}" for segment in diagnosis.engagement.segments
    )
    who = {"assumed": "the kit's built-in segments", "client": "the client", "learned": "the client's own contacts"}
    made_by = who[capacity.hours_source] if settings.segments.file == "default" else "the engagement"
    chosen_by = "the kit" if diagnosis.method_choice.asked == "auto" else "the engagement"
    usual = ReportSettings().min_cell
    lowered = f", lowered from the usual {usual}" if settings.report.min_cell < usual else ""
    rows = [
        ("Hours a member needs in a year", hours, made_by, "every load, gap and shortage of hours"),
        (
            "Share of a person's hours for members",
            f"{format_short(capacity.utilisation)}",
            "the engagement",
            "every load",
        ),
        (
            "How far hours of a segment may be off",
            format_share(capacity.hours_uncertainty, 0),
            "the engagement",
            "how sure loads are",
        ),
        (
            "Load nobody is to exceed",
            f"{format_short(capacity.most_load)}",
            "the engagement",
            "who should serve which members",
        ),
        (
            "Hours of each person for a hand-over",
            f"{format_short(capacity.hand_over_hours)}",
            "the engagement",
            "how many waves a transition takes",
        ),
        (
            "Answers of the pool",
            f"{format_share(pool.service_level, 0)} within {format_short(pool.answer_within_minutes)} minutes",
            "the engagement",
            "people on duty in the pool",
        ),
        ("Segments are found by", diagnosis.method_choice.used, chosen_by, "who is in which segment"),
        ("Revenue tiers are", settings.tiers.by, "the engagement", "every comparison with tiers"),
        (
            "Days of grace after a term's end",
            str(retention.grace_days),
            "the engagement",
            "who counts as gone, so churn, NRR and GRR",
        ),
        ("Members who left and came back count as", retention.rejoin, "the engagement", "churn, NRR and GRR"),
        (
            "Service is matched between",
            f"{format_share(UNDER, 0)} and {format_share(OVER, 0)} of the hours called for",
            "the kit",
            "the shares under- and over-served",
        ),
        (
            "Smallest group whose numbers are shown",
            f"{count_words(settings.report.min_cell, 'member')}{lowered}",
            "the engagement",
            "what is hidden on this page",
        ),
    ]
    economics = diagnosis.economics
    if isinstance(economics, Economics):
        rate = format_money(float(economics.of("ax")["rate"]), settings.currency)
        rows.append(("An hour for members costs", rate, "payroll ÷ hours that can be filled", "every cost and margin"))
        if len(economics.costs):
            names = ", ".join(economics.costs["cost_name"])
            rows.append(("Costs besides hours", names, "the engagement", "every cost and margin"))
    if retention.snapshot == "closed_cohort":
        why = "churn: the export is taken to be everyone who was a member at the start"
        rows.append(("The member table is", "a closed cohort", "the engagement", why))
    evidence = settings.evidence
    if find_exploratory(evidence, diagnosis.segments):
        rows.append(("The segmentation is", "exploratory", "the engagement", "nothing above what was counted is told"))
    elif evidence.locked:
        rows.append(("The segmentation is", "as locked before outcomes", "the engagement", "what it says of outcomes"))
    columns = ["assumption", "value", "made_by", "what_hangs_on_it"]
    return Assumptions(pd.DataFrame(rows, columns=columns).astype("str"))
