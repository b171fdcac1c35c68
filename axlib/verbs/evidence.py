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
#: From the strongest to the weakest; a scenario stands apart.
LADDER: tuple[Level, ...] = ("4", "3", "2", "1", "0")


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
#: Words that state a cause as a fact, which a quasi-experiment is only consistent with; allowed at level 4.
STATED = re.compile(CAUSAL.pattern.replace("|effects?", ""), re.IGNORECASE)
#: Words that claim to foretell, or that one way is better; allowed from level 1 up.
FORETELLS = re.compile(r"\b(predict\w*|foretell\w*|better|worse)\b", re.IGNORECASE)
_NEEDS: tuple[tuple[re.Pattern[str], tuple[Level, ...]], ...] = (
    (FORETELLS, ("1", "2", "3", "4")),
    (CAUSAL, ("3", "4")),
    (STATED, ("4",)),
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
        The sentence claims more than its level allows, or is a scenario without an *if*: a defect of the kit.

    Examples
    --------
    >>> check_words("0", "Required hours exceed available hours.")
    'Required hours exceed available hours.'
    >>> check_words("0", "Under-service causes churn.")
    Traceback (most recent call last):
    ValueError: evidence level 0 does not allow 'causes': Under-service causes churn.
    >>> check_words("3", "This is consistent with an effect of service.")
    'This is consistent with an effect of service.'
    """
    own = text
    for name in sorted(names, key=len, reverse=True):
        own = own.replace(name, "…")
    for words, levels in _NEEDS:
        claim = words.search(own)
        if claim and level not in levels:
            raise ValueError(f"evidence level {level} does not allow '{claim.group()}': {text}")
    if level == "S" and not text.startswith("If "):
        raise ValueError(f"a scenario begins with its assumption, 'If …': {text}")
    return text
