"""Evidence levels, and the words each of them allows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Level = Literal["0", "1", "2", "3", "4", "S"]


class EvidenceLevel(NamedTuple):
    """One level: its short name and what it rests on."""

    name: str
    rests_on: str


LEVELS: dict[Level, EvidenceLevel] = {
    "0": EvidenceLevel("counted", "counts and sums of reconciled rows"),
    "1": EvidenceLevel("predicts", "prediction of members not used to fit, from values dated before the window"),
    "2": EvidenceLevel("adjusted", "comparison adjusted for what was measured"),
    "3": EvidenceLevel("quasi-experiment", "a roll-out date or cut-off, with diagnostics"),
    "4": EvidenceLevel("randomised", "a pilot that was run as designed"),
    "S": EvidenceLevel("scenario", "stated assumptions"),
}


@dataclass(frozen=True)
class Finding:
    """One thing found, or withheld.

    Attributes
    ----------
    id : str
    level : str
        0-4 or S.
    text : str
        The sentence; empty where withheld.
    estimate, low, high : float
        The number behind it and its interval; NaN where there is none.
    n : int
        Members it rests on.
    withheld_because : str
        Why it is not said; empty where it is.
    """

    id: str
    level: Level
    text: str
    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    withheld_because: str = ""


#: Words that claim a cause; allowed from level 3 up.
CAUSAL = re.compile(
    r"\b(caus\w*|because of|due to|leads? to|led to|results? in|resulted in|drives?|drove|impact\w*|effects?|thanks to"
    r"|improv\w*|reduc(?:e|es|ed|ing)|lift\w*|prevent\w*|saves?|saved|makes? members)\b",
    re.IGNORECASE,
)


def check_words(level: Level, text: str, *, names: Sequence[str] = ()) -> str:
    """Return a sentence if its level allows its words.

    Parameters
    ----------
    level : str
    text : str
    names : sequence of str
        Names of segments and tiers, which are the client's own words and claim nothing.

    Raises
    ------
    ValueError
        The sentence claims a cause below level 3, or a scenario without an *if*: a defect of the kit.

    Examples
    --------
    >>> check_words("0", "Required hours exceed available hours.")
    'Required hours exceed available hours.'
    >>> check_words("0", "Under-service causes churn.")
    Traceback (most recent call last):
    ValueError: evidence level 0 does not allow 'causes': Under-service causes churn.
    """
    own = text
    for name in sorted(names, key=len, reverse=True):
        own = own.replace(name, "…")
    claim = CAUSAL.search(own)
    if claim and level not in ("3", "4"):
        raise ValueError(f"evidence level {level} does not allow '{claim.group()}': {text}")
    if level == "S" and not text.startswith("If "):
        raise ValueError(f"a scenario begins with its assumption, 'If …': {text}")
    return text
