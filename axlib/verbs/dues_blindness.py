"""The law: the Appropriate Experience never sees dues. Proved on the engagement's own data in every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.explained import design_matrix, out_of_sample_r2
from axlib.tables.attributes import Attributes
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_value
from axlib.words.errors import AxError
from axlib.words.results import Result

#: Above this R² the attributes tell dues so well that nobody may call the segments dues-blind.
MOST_R2 = 0.8


@dataclass(frozen=True, eq=False, repr=False)
class DuesBlindness(Result):
    """Whether segments saw dues, and how well their attributes reproduce dues.

    Attributes
    ----------
    n : int
        Members whose assignment was compared after dues were shuffled and multiplied.
    r2 : float
        Out-of-sample R² of dues on the attributes; NaN where the dues of fewer than 20 members are known, or
        all pay the same.
    claim : bool
        Whether the report may call the segments dues-blind.
    """

    n: int
    r2: float
    claim: bool

    title: ClassVar[str] = "Do the segments see dues?"
    is_told: ClassVar[bool] = True

    def summary(self) -> pd.DataFrame:
        """Return one row."""
        return pd.DataFrame(
            {"n": [self.n], "r2": [self.r2], "may_be_called": ["dues-blind" if self.claim else "not dues-blind"]}
        )

    @property
    def text(self) -> str:
        """What was proved and what was not, in sentences."""
        proof = (
            f"Dues were shuffled and multiplied; all {count_words(self.n, 'assignment')} stayed the same: the method "
            "does not read dues."
        )
        if np.isnan(self.r2):
            return (
                f"{proof} How well the attributes reproduce dues cannot be said: the dues of fewer than 20 members are "
                "known, or all pay the same."
            )
        r2 = format_value(self.r2, "index")
        if self.claim:
            return f"{proof} The attributes reproduce dues with an out-of-sample R² of {r2}."
        return (
            f"Not dues-blind: the attributes reproduce dues with an out-of-sample R² of {r2}, so whoever knows them "
            f"knows what a member pays. {proof}"
        )


def check_dues_blindness(
    segments: Segmentation,
    shuffled: Segmentation,
    *,
    attributes: Attributes,
    dues: pd.Series,
    rng: np.random.Generator,
) -> DuesBlindness:
    """Compare an assignment with the one made after dues were shuffled, and see what attributes tell of dues.

    Parameters
    ----------
    segments, shuffled : Segmentation
        From the same members with the same chance, before and after the shuffling.
    attributes : Attributes
    dues : Series, index ``member_id``
        Money a year.
    rng : Generator

    Raises
    ------
    AxError
        An assignment changed: a defect of the kit, and nothing may be published.
    """
    if segments.fingerprint != shuffled.fingerprint:
        raise AxError("check_dues_blindness: assignments changed when dues were shuffled. This is a defect of the kit.")
    # In the order of identifiers, so that the order of an export's rows changes nothing.
    known = dues.dropna().sort_index()
    known = known[known.index.isin(attributes.table.index)]
    r2 = float("nan")
    if len(known):
        design = design_matrix(attributes.table.loc[known.index], kinds=attributes.kinds)
        r2 = out_of_sample_r2(design, known.to_numpy(dtype=float), rng=rng)
    return DuesBlindness(len(segments.table), r2, not r2 > MOST_R2)
