"""Rules or classes: which of both the segments come from, and why."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from axlib.verbs.classes import Stability
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number, format_short, join_words
from axlib.words.results import Result, Unavailable

Method = Literal["classes", "rules", "column"]
#: Classes of fewer members say more of those few than of members like them.
FEWEST_MEMBERS = 100
#: Below this Jaccard a segment is not to be trusted (Hennig): it gets no name before a client.
LEAST_JACCARD = 0.6


@dataclass(frozen=True, eq=False, repr=False)
class MethodChoice(Result):
    """Which method the segments come from.

    Attributes
    ----------
    asked : str
        classes, rules, column or auto, as the engagement has it.
    used : str
        classes, rules or column.
    why : str
        A sentence.
    is_there : bool
        Whether the method gave segments.
    """

    asked: str
    used: Method
    why: str
    is_there: bool = True

    title: ClassVar[str] = "What the segments come from"
    is_told: ClassVar[bool] = True

    def summary(self) -> pd.DataFrame:
        """Return one row."""
        return pd.DataFrame({"asked_for": [self.asked], "used": [self.used], "why": [self.why]})

    @property
    def text(self) -> str:
        """The method and its reason, in a sentence."""
        if not self.is_there:
            return f"There are no segments: {self.why}"
        return f"Segments come from {_NAMES[self.used]}: {self.why}"


_NAMES: dict[Method, str] = {
    "classes": "classes found in the members' answers",
    "rules": "rules on the members' answers",
    "column": "a column of the export",
}


def find_unstable(stability: Stability | Unavailable) -> dict[str, float]:
    """Return the segments whose classes do not come back, with the Jaccard of each."""
    if isinstance(stability, Unavailable):
        return {}
    return {name: jaccard for name, jaccard in stability.by_segment.items() if jaccard < LEAST_JACCARD}


def choose_method(
    asked: Literal["auto", "classes", "rules", "column"],
    *,
    rules: Segmentation | Unavailable,
    classes: Segmentation | Unavailable,
    stability: Stability | Unavailable,
) -> MethodChoice:
    """Choose the method, where the engagement leaves it open.

    Parameters
    ----------
    asked : {'auto', 'classes', 'rules', 'column'}
        What is not ``auto`` is used.
    rules, classes : Segmentation or Unavailable
    stability : Stability or Unavailable
        Of the classes.

    Notes
    -----
    Classes are used where 100 members or more have answers, two segments or more were found, and each comes back in
    resamples with a Jaccard of 0.6 or more; else rules, where there are any.
    """
    choice = _choose(asked, rules, classes, stability)
    given = {"rules": rules, "classes": classes}.get(choice.used)
    if isinstance(given, Unavailable):
        return dataclasses.replace(choice, why=given.why, is_there=False)
    return choice


def _choose(
    asked: Literal["auto", "classes", "rules", "column"],
    rules: Segmentation | Unavailable,
    classes: Segmentation | Unavailable,
    stability: Stability | Unavailable,
) -> MethodChoice:
    unstable = find_unstable(stability)
    shaken = join_words([f"{name} ({format_number(jaccard, 2)})" for name, jaccard in unstable.items()])
    if asked != "auto":
        why = "so it was decided for this engagement."
        if asked == "classes" and shaken:
            why += f" In resamples it was not found again (Jaccard below {format_short(LEAST_JACCARD)}): {shaken}."
        return MethodChoice(asked, asked, why)
    if isinstance(classes, Unavailable):
        return MethodChoice(asked, "rules", f"no classes could be found: {classes.why}")
    doubt = ""
    placed = len(classes.table) - classes.undetermined
    found = [name for name, n in classes.sizes.items() if n]
    if len(classes.table) < FEWEST_MEMBERS:
        doubt = f"{count_words(len(classes.table), 'member')} are too few for classes; {FEWEST_MEMBERS} are asked for."
    elif len(found) < 2:
        doubt = "no two kinds of members could be told apart by their answers."
    elif shaken:
        doubt = f"not every class was found again in resamples (Jaccard below {format_short(LEAST_JACCARD)}): {shaken}."
    if doubt and isinstance(rules, Segmentation) and rules.undetermined < len(rules.table):
        return MethodChoice(asked, "rules", doubt)
    if doubt:
        return MethodChoice(asked, "classes", f"there are no rules that place anybody, although {doubt}")
    return MethodChoice(
        asked,
        "classes",
        f"{count_words(len(found), 'segment')} of {count_words(placed, 'member')} were found, and each was found again "
        f"in resamples (Jaccard {format_short(LEAST_JACCARD)} or more).",
    )
