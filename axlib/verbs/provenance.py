"""Where a report's numbers come from: files, rows, hashes, versions, rules and chance."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import ClassVar

import pandas as pd

from axlib.verbs.diagnosis import Diagnosis
from axlib.words.display import format_day, format_number, format_short
from axlib.words.results import Result

#: Packages whose version may change a number.
PACKAGES = ("axlib", "numpy", "pandas", "scipy", "pyarrow")


@dataclass(frozen=True, eq=False, repr=False)
class Provenance(Result):
    """What the numbers rest on; no paths, no names of users.

    Attributes
    ----------
    table : DataFrame
        ``what`` and ``value``, one row each.
    """

    table: pd.DataFrame

    title: ClassVar[str] = "Where these numbers come from"

    def summary(self) -> pd.DataFrame:
        """Return one row per fact."""
        return self.table


def trace_provenance(diagnosis: Diagnosis) -> Provenance:
    """List files with rows and hashes, the rules, the seed and the versions behind a diagnosis."""
    settings = diagnosis.engagement.settings
    rows = [
        (f"{row['table']}: {row['file']}", f"{format_number(row['rows'])} rows, SHA-256 {str(row['sha256'])[:16]}…")
        for row in diagnosis.sources.to_dict("records")
    ]
    retention = settings.retention
    rows += [
        ("As of", format_day(diagnosis.engagement.as_of)),
        (
            "Window",
            f"{retention.window_months} months, grace {retention.grace_days} days, rejoining: {retention.rejoin}",
        ),
        (
            "Utilisation",
            f"{format_short(settings.capacity.utilisation)} (hours per member: {settings.capacity.hours_source})",
        ),
        ("Seed", str(settings.seed)),
        *(
            (
                f"{row['grouping']}, fixed before outcomes",
                f"SHA-256 {row['fingerprint'][:16]}…, {_kept(row['unchanged'])}",
            )
            for row in diagnosis.fixed.table.to_dict("records")
        ),
        ("Python", platform.python_version()),
        *((package, version(package)) for package in PACKAGES),
    ]
    return Provenance(pd.DataFrame(rows, columns=["what", "value"]).astype("str"))


def _kept(unchanged: bool) -> str:
    return "the same after" if unchanged else "changed after"
