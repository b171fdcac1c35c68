"""A difference between members treated in two ways, and what evidence it can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from axlib.verbs.gap_churn import WORDS
from axlib.verbs.window_outcomes import OUTCOME_WORDS
from axlib.words.display import format_points, format_share, format_value, join_words
from axlib.words.results import Result

COLUMNS = [
    "outcome", "contrast", "unit", "estimate", "estimate_low", "estimate_high", "p_value", "n", "treated", "clusters",
    "treated_mean", "control_mean", "e_value", "e_value_limit", "effective_n", "thin_share", "largest_weight",
]  # fmt: skip
CHECKS = ["check", "estimate", "estimate_low", "estimate_high", "passed", "says"]
BALANCE = ["confounder", "difference_before", "difference_after"]


@dataclass(frozen=True, eq=False, repr=False)
class Effect(Result):
    """A difference in an outcome between members treated in two ways, and how it was made comparable.

    Attributes
    ----------
    table : DataFrame, one row per contrast
        ``outcome``, ``contrast`` (as 'under - matched'), ``unit`` (share, number); ``estimate`` with ``estimate_low``
        and ``estimate_high``: difference of the outcome's mean; ``p_value``; ``n``, ``treated`` (members), ``clusters``
        (0: members were taken one by one); ``treated_mean`` and ``control_mean`` once comparable; ``e_value`` and
        ``e_value_limit`` (how strong something hidden would have to be to explain the estimate, or to move its interval
        to none; missing where chance or dates decided who was treated); ``effective_n``, ``thin_share`` (members whose
        like are hardly found on the other side), ``largest_weight``.
    balance : DataFrame
        ``confounder``, ``difference_before`` and ``difference_after`` (of means, in standard deviations).
    checks : DataFrame
        ``check`` (negative control, trend before), ``estimate`` with its interval, ``passed``, ``says``.
    by_lag : DataFrame
        Of a roll-out: ``lag`` (periods since), ``estimate``; empty otherwise.
    design : {'adjusted', 'rollout', 'pilot'}
    level : {'0', '2', '3', '4'}
        What evidence it can be.
    level_because : str
        Why it is no more; empty where nothing took from it.
    adjusted_for : tuple of str
    of_whom : str
        Whom it speaks of.
    """

    table: pd.DataFrame
    balance: pd.DataFrame
    checks: pd.DataFrame
    by_lag: pd.DataFrame
    design: str
    level: str
    level_because: str
    adjusted_for: tuple[str, ...]
    of_whom: str

    title: ClassVar[str] = "Difference between members treated in two ways"
    plots: ClassVar[tuple[str, ...]] = ("plot_effect",)

    def summary(self) -> pd.DataFrame:
        """Return one row per contrast: both means and their difference, with its interval."""
        kept = ["outcome", "contrast", "n", "treated", "treated_mean", "control_mean"]
        shares = bool((self.table["unit"] == "share").all())
        names = {} if shares else {"treated_mean": "treated_amount", "control_mean": "control_amount"}
        name = "difference_in_share" if shares else "difference"
        table = self.table[kept].rename(columns=names)
        table = table.assign(**{f"{name}{end}": self.table[f"estimate{end}"] for end in ("", "_low", "_high")})
        return table.assign(p=self.table["p_value"])

    @property
    def text(self) -> str:
        """The differences in sentences that claim no more than the level allows."""
        parts = [self._say(row) for row in self.table.to_dict("records")]
        failed = [
            str(says) for says, passed in zip(self.checks["says"], self.checks["passed"], strict=True) if not passed
        ]
        return " ".join([*parts, *(failed if not self.level_because else []), self.level_because]).strip()

    def _say(self, row: Mapping[Any, Any]) -> str:
        share = row["unit"] == "share"
        treated, _, control = row["contrast"].partition(" - ")
        name = OUTCOME_WORDS.get(row["outcome"], row["outcome"].replace("_", " "))
        one, zero = (_mean(row[side], share) for side in ("treated_mean", "control_mean"))
        value, low, high = (_difference(row[f"estimate{end}"], share) for end in ("", "_low", "_high"))
        given = f"{value}{' points' if share else ''} (95 % interval {low} to {high})"
        chance = row["estimate_low"] <= 0 <= row["estimate_high"]
        given += ", no more than chance may give" if chance else ""
        if self.design == "pilot":
            said = f"Of {self.of_whom}, {name} is {one} among those assigned to {treated} and {zero} among {control}: "
            by_chance = "" if chance else " Assignment was by chance, so it is what caused the difference."
            return f"{said}{given}.{by_chance}"
        if self.design == "rollout":
            told = "consistent with an effect of" if self.level == "3" and not chance else "a difference of"
            where = f"Where the roll-out came, {name} changed otherwise than where it had not come yet"
            return f"{where}: {told} {given}, for {self.of_whom}."
        others = f"members like them {WORDS[control]}" if control in WORDS else f"{control} members like them"
        said = f"Of {self.of_whom}, {name} is {one}; of {others} {zero}: {given}"
        said += f", after adjusting for {join_words(self.adjusted_for)}."
        if chance or math.isnan(row["e_value"]):
            return said
        strength, limit = (format_value(row[key], "number") for key in ("e_value", "e_value_limit"))
        return (
            f"{said} Something not measured that goes with both service and {name} by a ratio of {strength} could "
            f"explain it; by {limit}, bring its interval to none."
        )


def _mean(value: float, share: bool) -> str:
    return format_share(value) if share else format_value(value, "number")


def _difference(value: float, share: bool) -> str:
    if share:
        return format_points(value)
    return ("+" if value > 0 else "") + format_value(value, "number")
