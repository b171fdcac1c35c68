"""Who answered, how they differ from those who did not, and weights that make them stand for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from axlib.numbers.agreement import cramers_v
from axlib.numbers.survey_weights import effective_size, rake_weights
from axlib.verbs.strata import build_strata, label_columns
from axlib.words.display import count_words, format_number, format_share, join_words
from axlib.words.errors import ConfigurationError
from axlib.words.results import Result, Unavailable

#: Fewer answers than this, or fewer of equal weight, carry no estimate for all members.
FEWEST_ANSWERS = 30
FEWEST_OF_EQUAL_WEIGHT = 20
#: Fewest answers of a group that is weighted by itself.
SMALLEST_GROUP = 5
#: From here on a column tells answerers from others enough to be named.
NOTABLE = 0.1
_SIGNIFICANT = 0.05
ASK = "more intake answers: the plan of the intake says of whom"


@dataclass(frozen=True, eq=False, repr=False)
class AnswerWeights(Result):
    """How many members each who answered stands for, and how answerers differ from others.

    Attributes
    ----------
    table : DataFrame, one row per member who answered
        ``member_id``; ``weight`` (members it stands for); ``capped``; and the groups weighted by, one column each.
    balance : DataFrame, one row per column and group
        ``column``, ``group``, ``members``, ``answered``, ``response_rate``, ``population_share``, ``answered_share``,
        ``weighted_share``.
    differences : DataFrame, one row per column
        ``column``; ``cramers_v`` of answering with the column; ``p_value`` (chi-squared); ``differ``.
    members, answered : int
    effective : float
        Answers of equal weight that would tell as much.
    method : {'cells', 'raking'}
    columns : tuple of str
        Of ``table``, the groups weighted by.
    """

    table: pd.DataFrame
    balance: pd.DataFrame
    differences: pd.DataFrame
    members: int
    answered: int
    effective: float
    method: Literal["cells", "raking"]
    columns: tuple[str, ...]

    title: ClassVar[str] = "Who answered"
    plots: ClassVar[tuple[str, ...]] = ("plot_response",)

    @property
    def design_effect(self) -> float:
        """Answers ÷ answers of equal weight (Kish)."""
        return self.answered / self.effective

    def summary(self) -> pd.DataFrame:
        """Return one row per column and group."""
        return self.balance

    @property
    def text(self) -> str:
        """How many answered, how they differ, and what weights can do about it."""
        rate = format_share(self.answered / self.members, 0)
        parts = [f"{format_number(self.answered)} of {count_words(self.members, 'member')} answered ({rate})."]
        differ = self.differences.loc[self.differences["differ"], "column"].tolist()
        if self.answered == self.members:
            return parts[0]
        if differ:
            parts.append(f"They differ from the others in {join_words([self._describe(name) for name in differ])}.")
        else:
            names = join_words([name.replace("_", " ") for name in self.differences["column"]], "or")
            parts.append(f"They do not differ notably from the others in {names}.")
        parts.append(
            f"Weights undo what these columns tell; the answers then tell as much as {format_number(self.effective)} "
            f"of equal weight (design effect {format_number(self.design_effect, 2)})."
        )
        capped = int(self.table["capped"].sum())
        if capped:
            parts.append(f"{count_words(capped, 'weight')} would have been too large and {_were(capped)} cut.")
        parts.append(
            "Whether those who answer need more or less service than members like them who do not, no weight can tell."
        )
        return " ".join(parts)

    def _describe(self, column: str) -> str:
        groups = self.balance[self.balance["column"] == column].sort_values("response_rate", kind="stable")
        low, high = groups.iloc[0], groups.iloc[-1]
        return (
            f"{column.replace('_', ' ')} ({format_share(float(low['response_rate']), 0)} of {low['group']} answered, "
            f"{format_share(float(high['response_rate']), 0)} of {high['group']})"
        )


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def weight_answers(
    members: pd.DataFrame,
    *,
    answered: Collection[str],
    by: Sequence[str],
    method: Literal["cells", "raking"] = "cells",
    cap: float = 5.0,
) -> AnswerWeights | Unavailable:
    """Weight the members who answered so that they stand for all, and say how they differ from the others.

    Parameters
    ----------
    members : DataFrame
        All members: ``member_id`` and the columns, such as tier, member_type, tenure_years.
    answered : collection of str
        Identifiers of those who answered; others than members' are ignored.
    by : sequence of str
        Columns to weight by, the most important first. Numbers are cut in three bands.
    method : {'cells', 'raking'}
        Every combination of the columns counts as it should (post-stratification; combinations with fewer than 5
        answers go together), or every column by itself (raking; groups with fewer than 5 answers go together).
    cap : float
        Most that a weight may be, in times the mean.

    Returns
    -------
    AnswerWeights or Unavailable
        Unavailable with fewer than 30 answers, or fewer than 20 of equal weight.

    Raises
    ------
    ConfigurationError
        Impossible parameters or columns, one sentence each.
    """
    if method not in ("cells", "raking") or not cap >= 1:
        problems = [] if cap >= 1 else [f"weight_answers: cap must be at least 1. Got {cap}."]
        if method not in ("cells", "raking"):
            problems.append(f"weight_answers: method must be cells or raking. Got {method!r}.")
        raise ConfigurationError(*problems)
    # Members by identifier: sums must not hang on the order of an export's rows.
    labels = label_columns(members, by=by).sort_index()
    here = pd.Series(labels.index.isin(list(answered)), index=labels.index)
    n = int(here.sum())
    if n < FEWEST_ANSWERS:
        there = format_number(len(labels))
        why = f"{count_words(n, 'member')} answered; fewer than {FEWEST_ANSWERS} cannot stand for {there}."
        return Unavailable("Weights of answers", why, ASK)
    groups = {"cell": build_strata(labels, smallest=SMALLEST_GROUP, counted=here)}
    if method == "raking":
        groups = {name: build_strata(labels[[name]], smallest=SMALLEST_GROUP, counted=here) for name in labels.columns}
    coded = {name: pd.factorize(group, sort=True) for name, group in groups.items()}
    weights, capped = rake_weights(
        [codes[here.to_numpy()] for codes, _ in coded.values()],
        totals=[np.bincount(codes, minlength=len(names)).astype(float) for codes, names in coded.values()],
        cap=cap,
    )
    size = effective_size(weights)
    if size < FEWEST_OF_EQUAL_WEIGHT:
        why = (
            f"{n} members answered, but so unevenly that they tell no more than {format_number(size)} of equal weight "
            f"would; {FEWEST_OF_EQUAL_WEIGHT} are needed."
        )
        return Unavailable("Weights of answers", why, ASK)
    own = pd.DataFrame({name: group[here].to_numpy() for name, group in groups.items()})
    table = pd.DataFrame({"member_id": labels.index[here], "weight": weights, "capped": capped}).join(own)
    weight_of = pd.Series(weights, index=labels.index[here]).reindex(labels.index).fillna(0.0)
    balance, differences = _compare(labels, here, weight_of)
    return AnswerWeights(table, balance, differences, len(labels), n, size, method, tuple(own.columns))


def _compare(labels: pd.DataFrame, here: pd.Series, weights: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count answers by column and group, and test whether answering goes with the column."""
    balance, differences = [], []
    for name in labels.columns:
        groups = pd.DataFrame({"group": labels[name], "answered": here, "weight": weights}).groupby("group")
        counts = groups["answered"].agg(["size", "sum"])
        members, answered = counts["size"].to_numpy(dtype=float), counts["sum"].to_numpy(dtype=float)
        balance.append(
            pd.DataFrame(
                {
                    "column": name,
                    "group": counts.index,
                    "members": members.astype(int),
                    "answered": answered.astype(int),
                    "response_rate": answered / members,
                    "population_share": members / members.sum(),
                    "answered_share": answered / answered.sum(),
                    "weighted_share": (groups["weight"].sum() / weights.sum()).to_numpy(),
                }
            )
        )
        table = np.column_stack([answered, members - answered])
        strength = cramers_v(table)
        # Cramér's V of two columns is the root of chi-squared over members.
        p_value = float(chdtrc(len(table) - 1, strength**2 * members.sum())) if np.isfinite(strength) else np.nan
        differ = bool(strength >= NOTABLE and p_value < _SIGNIFICANT)
        differences.append({"column": name, "cramers_v": strength, "p_value": p_value, "differ": differ})
    words = {"column": "str", "group": "str"}
    return pd.concat(balance, ignore_index=True).astype(words), pd.DataFrame(differences).astype({"column": "str"})
