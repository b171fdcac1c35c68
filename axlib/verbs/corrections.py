"""What the consultant set by hand in members' rows, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.verbs.diagnosis import Diagnosis
from axlib.words.display import count_words
from axlib.words.measures import find_measure
from axlib.words.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Corrections(Result):
    """Cells of members that the overrides file sets.

    Attributes
    ----------
    table : DataFrame, one row per (what, reason)
        ``what`` (the column, in words), ``reason`` (the consultant's), ``cells``.
    cells : DataFrame, one row per cell
        ``member_id``, ``column``, ``value``, ``reason``, ``by``; no rows where members are not to be told apart.
    """

    table: pd.DataFrame
    cells: pd.DataFrame

    title: ClassVar[str] = "Set by hand, with the reason"
    details: ClassVar[tuple[tuple[str, str], ...]] = (("cells", "Each cell that was set by hand"),)

    def summary(self) -> pd.DataFrame:
        """Return one row per column and reason."""
        return self.table

    @property
    def text(self) -> str:
        """How many cells were set by hand."""
        n = int(self.table["cells"].sum())
        return f"{count_words(n, 'cell was', 'cells were')} set by hand." if n else "Nothing was set by hand."


def list_corrections(diagnosis: Diagnosis) -> Corrections:
    """List what was set by hand, by column and reason.

    Parameters
    ----------
    diagnosis : Diagnosis
        As whoever reads the list may see it; of a client's view no member and nobody's initials are told.
    """
    overrides = diagnosis.clean.overrides
    counted = overrides.groupby(["column", "reason"], sort=False).size().rename("cells").reset_index()
    table = pd.DataFrame(
        {
            "what": counted["column"].astype("str").map(lambda name: find_measure(name).label).astype("str"),
            "reason": counted["reason"].astype("str"),
            "cells": counted["cells"].astype("int64"),
        }
    )
    names = ["member_id", "column", "value", "reason", "by"]
    told = overrides.reindex(columns=names).astype("str")
    return Corrections(table, told[told["member_id"] != ""].reset_index(drop=True))
