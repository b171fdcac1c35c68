"""How much the rules matter: every retention measure under other grace, rejoin and window rules, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.retention import RATIOS
from axlib.verbs.cohort import Cohort, build_cohort
from axlib.verbs.retention import Retention, measure_retention
from axlib.words.display import format_share, join_words
from axlib.words.measures import find_measure
from axlib.words.results import Result, Unavailable

#: Days of grace and months of window that are tried beside the engagement's own.
GRACES, WINDOWS = (0, 30, 60, 90), (6, 12, 24)
#: A rule that moves a measure by less than this is not named.
WORTH_NAMING = 0.01
Rejoin = Literal["new", "retained"]


@dataclass(frozen=True, eq=False, repr=False)
class RetentionRules(Result):
    """Each retention measure of all members under other rules, one rule changed at a time.

    Attributes
    ----------
    table : DataFrame, one row per setting
        ``rule`` (as set, grace, rejoin, window), ``setting`` (in words), ``n``, and each measure: ``nrr``, ``grr``,
        ``logo_churn``, ``lapse_rate``, ``rejoin_rate``, ``revenue_churn``, ``contraction``, ``expansion``,
        ``renewal_rate``, ``first_year_renewal_rate``; the first row holds the engagement's own rules.
    left_out : dict of str to str
        Setting -> why it could not be measured.
    """

    table: pd.DataFrame
    left_out: dict[str, str]

    title: ClassVar[str] = "Retention of all members under other rules"
    plots: ClassVar[tuple[str, ...]] = ("plot_retention_rules",)

    @property
    def moves(self) -> pd.DataFrame:
        """How far each rule moves each measure from what it is as set.

        Returns
        -------
        DataFrame
            ``rule``, ``measure``, ``least``, ``most`` over the settings of the rule and the engagement's own.
        """
        own = self.table.iloc[0]
        rows = []
        for rule in ("grace", "rejoin", "window"):
            tried = self.table[self.table["rule"] == rule]
            for measure in RATIOS:
                values = np.array([own[measure], *tried[measure]], dtype=float)
                if len(tried) and np.isfinite(values).all():
                    rows.append((rule, measure, values.min(), values.max()))
        return pd.DataFrame(rows, columns=["rule", "measure", "least", "most"])

    def summary(self) -> pd.DataFrame:
        """Return one row per setting with the measures that could be computed."""
        known = [name for name in RATIOS if self.table[name].notna().any()]
        return self.table[["setting", "n", *known]]

    @property
    def text(self) -> str:
        """Which rules move logo churn, and what a window of another length is."""
        if pd.isna(self.table["n"].iloc[0]):
            return self.on_churn
        return f"{self.on_churn} Windows of other lengths count other times, and are no rates a year."

    @property
    def on_churn(self) -> str:
        """Which rules move logo churn, and which hardly matter."""
        if pd.isna(self.table["n"].iloc[0]):
            return "The cohort is too small to be shown."
        moves = self.moves
        moves = moves[moves["measure"] == "logo_churn"]
        by = {"grace": "the days of grace", "rejoin": "how a return is counted"}
        told, still = [], []
        for row in moves.to_dict("records"):
            if row["rule"] in by and row["most"] - row["least"] >= WORTH_NAMING:
                told.append(f"{by[row['rule']]} from {format_share(row['least'])} to {format_share(row['most'])}")
            elif row["rule"] in by:
                still.append(by[row["rule"]])
        label = find_measure("logo_churn").label
        sentences = [f"{label} moves with {join_words(told)}."] if told else []
        if still:
            sentences.append(f"{label} hardly depends on {join_words(still, 'or')}.")
        return " ".join(sentences)


def assess_retention_rules(
    members: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    as_of: date,
    window_months: int,
    grace_days: int,
    rejoin: Rejoin,
    currency: str = "",
    source: Literal["terms", "members"] = "terms",
) -> RetentionRules | Unavailable:
    """Measure retention under other rules, one changed at a time.

    Parameters
    ----------
    members, terms : DataFrame
        As for ``build_cohort``.
    as_of : date
    window_months, grace_days, rejoin : the engagement's own rules
    currency : str
    source : {'terms', 'members'}
        Made from members alone, the ledger knows no returns, and no other window than is dated.

    Returns
    -------
    RetentionRules or Unavailable
        Unavailable where retention is, or where the export is a declared snapshot: it counts as it was drawn.
    """
    settings: list[tuple[str, str, int, int, Rejoin]] = [
        ("as set", f"as set: {_say(window_months, grace_days, rejoin)}", window_months, grace_days, rejoin)
    ]
    settings += [("grace", f"grace {days} days", window_months, days, rejoin) for days in GRACES if days != grace_days]
    if source == "terms":
        other: Rejoin = "retained" if rejoin == "new" else "new"
        settings.append(("rejoin", f"rejoining counts as {other}", window_months, grace_days, other))
    settings += [
        ("window", f"window {months} months", months, grace_days, rejoin)
        for months in WINDOWS
        if months != window_months
    ]
    rows, left_out = [], {}
    for rule, setting, months, days, returning in settings:
        cohort = build_cohort(
            members,
            terms,
            as_of=as_of,
            window_months=months,
            grace_days=days,
            rejoin=returning,
            snapshot="none",
            currency=currency,
            source=source,
        )
        longer = months > window_months and source == "terms"
        if isinstance(cohort, Cohort) and (not longer or reaches_back(terms, cohort.opened_on)):
            measured = measure_retention(cohort, groupings={}, rng=np.random.default_rng(0), n_resamples=0)
            rows.append(_row(rule, setting, measured))
        elif rule == "as set":
            why = cohort.why if isinstance(cohort, Unavailable) else "nobody can be followed."
            return Unavailable("How much the rules matter", why)
        else:
            left_out[setting] = "the records do not reach back over the window."
    table = pd.DataFrame(rows)
    return RetentionRules(table.astype({"rule": "str", "setting": "str"}), left_out)


def _say(window_months: int, grace_days: int, rejoin: str) -> str:
    return f"window {window_months} months, grace {grace_days} days, rejoining counts as {rejoin}"


def _row(rule: str, setting: str, measured: Retention) -> dict[str, object]:
    row = measured.overall
    return {"rule": rule, "setting": setting, "n": float(row["n"]), **{name: float(row[name]) for name in RATIOS}}


def reaches_back(terms: pd.DataFrame, day: date | None) -> bool:
    """Whether the records hold everyone who was a member on a day: they begin a common term's length before it.

    Whose term of a common length began before the records did would be missing.
    """
    dues = terms[terms["kind"] == "dues"]
    if len(dues) == 0 or day is None:
        return False
    common = (dues["ends_on"] - dues["starts_on"]).median()
    return bool(dues["starts_on"].min() + common <= pd.Timestamp(day) + pd.Timedelta(days=1))
