"""Claims before they are worded: a number, the level its design could reach, and what that level needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from axlib.verbs.evidence import LADDER, Level
from axlib.verbs.wording import WORDING, word_finding


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
    limited_because : str
        Why it is not said more strongly, where its design could have; empty otherwise.
    is_quiet : bool
        Whether it says that nothing is amiss: told after what asks for a decision.
    """

    id: str
    level: Level
    text: str
    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    withheld_because: str = ""
    limited_because: str = ""
    is_quiet: bool = False


class Need(NamedTuple):
    """What a level needs.

    Attributes
    ----------
    level : str
        The lowest level that needs it.
    is_met : bool
    because : str
        The sentence that says why not.
    """

    level: Level
    is_met: bool
    because: str


@dataclass(frozen=True)
class Claim:
    """A number that may be said, and how strongly.

    Attributes
    ----------
    kind : str
        Which sentences it may become; a key of ``WORDING``.
    level : str
        The highest level its design could reach.
    facts : mapping
        What the sentence is made of.
    id : str
        Name of the finding; the kind where empty.
    estimate, low, high, n
        As of a finding.
    needs : sequence of Need
    is_quiet : bool
        As of a finding.
    """

    kind: str
    level: Level
    facts: Mapping[str, Any]
    id: str = ""
    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    needs: Sequence[Need] = field(default=())
    is_quiet: bool = False


def grade_claim(claim: Claim, *, names: Sequence[str] = ()) -> Finding:
    """Say a claim at the highest level that its design and what that level needs allow, or withhold it.

    Returns
    -------
    Finding
        At the level of the design where all it needs is there; else lower, with the reasons; withheld where no level
        has words for it.
    """
    ladder = ("S",) if claim.level == "S" else LADDER[LADDER.index(claim.level) :]
    unmet: list[str] = []
    for level in ladder:
        lacking = [need.because for need in claim.needs if not need.is_met and _applies(need.level, level)]
        unmet = list(dict.fromkeys([*unmet, *lacking]))
        if lacking or level not in WORDING[claim.kind]:
            continue
        text = word_finding(claim.kind, level, claim.facts, names=names)
        numbers = (claim.estimate, claim.low, claim.high, claim.n)
        limits = " ".join(unmet)
        return Finding(claim.id or claim.kind, level, text, *numbers, limited_because=limits, is_quiet=claim.is_quiet)
    because = " ".join(unmet) or "the data cannot carry a sentence about it."
    return withhold(claim.id or claim.kind, because, level=claim.level, n=claim.n)


def withhold(name: str, because: str, *, level: Level = "0", n: int = 0) -> Finding:
    """Say why something is not said."""
    return Finding(name, level, "", n=n, withheld_because=because)


def _applies(needed_from: Level, level: Level) -> bool:
    """Whether a need of one level is a need of another: of all above it, and of a scenario only its own."""
    if "S" in (needed_from, level):
        return needed_from == level
    return LADDER.index(level) <= LADDER.index(needed_from)
