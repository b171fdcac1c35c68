"""Scenarios in words: every sentence begins with its assumption."""

from __future__ import annotations

import pandas as pd

from axlib.verbs.evidence import check_words
from axlib.words.display import count_words, format_money, format_number, format_share, format_value
from axlib.words.measures import Unit

#: What each outcome is called.
OUTCOME_WORDS = {
    "hours": "Hours for members",
    "load": "Load of the team",
    "unused_hours": "Unused hours",
    "cost": "Cost to serve",
    "margin": "Allocated margin",
    "margin_share": "Allocated margin, share of revenue",
    "cash_margin": "Cash margin",
    "cost_concerned": "Cost of members concerned",
    "margin_share_concerned": "Margin of members concerned",
}
_UNITS: dict[str, Unit] = {
    "hours": "hours",
    "load": "load",
    "unused_hours": "hours",
    "margin_share": "share",
    "margin_share_concerned": "share",
}


def unit_of(outcome: str) -> Unit:
    """The unit of an outcome; loads of single teams are loads."""
    return "load" if outcome.startswith("load of ") else _UNITS.get(outcome, "money")


def name_outcome(outcome: str) -> str:
    """What an outcome is called; of a team's load the team is named."""
    return OUTCOME_WORDS.get(outcome, outcome[:1].upper() + outcome[1:])


def show_outcome(outcome: str, value: float, currency: str) -> str:
    """Show the value of an outcome in its unit.

    Examples
    --------
    >>> show_outcome("margin_share", 0.4, "USD"), show_outcome("load of Pod 1", 0.93, "USD")
    ('40.0 %', '0.93×')
    """
    return format_value(float(value), unit_of(outcome), currency)


def show_points(value: float) -> str:
    """Show a change of a share in percentage points.

    Examples
    --------
    >>> show_points(0.0917), show_points(0.00001)
    ('9.2 points', '0.0 points')
    """
    return f"{format_number(100 * value, 1)} points"


def say_scenario(
    name: str,
    *,
    outcomes: pd.DataFrame,
    break_even: pd.Series,
    projection: pd.DataFrame,
    concerned: int,
    used: float,
    currency: str,
) -> str:
    """Say what would follow from one scenario.

    Parameters
    ----------
    name : str
    outcomes : DataFrame, index outcome
        ``before``, ``after``, ``after_low``, ``after_high``, and the changes.
    break_even : Series
    projection : DataFrame
    concerned : int
        Members whom something happens to.
    used : float
        Share of freed hours that is taken to be put to use or no longer paid, in the middle.
    currency : str
    """
    condition = f"If “{name}” were done"

    def shown(outcome: str, column: str) -> str:
        return show_outcome(outcome, outcomes[column].astype(float)[outcome], currency)

    def between(outcome: str) -> str:
        low, high = shown(outcome, "after_low"), shown(outcome, "after_high")
        return "" if low == high else f" (between {low} and {high})"

    def went(outcome: str) -> str:
        return f"from {shown(outcome, 'before')} to {shown(outcome, 'after')}{between(outcome)}"

    members = count_words(concerned, "member")
    margin = f"the allocated margin of the {members} concerned would go {went('margin_share_concerned')} of their "
    margin += "revenue, and "
    is_same = shown("margin_share_concerned", "before") == shown("margin_share_concerned", "after")
    sentences = [
        f"{condition} and the assumptions held, {'' if is_same else margin}the team's load would go {went('load')}.",
        f"{condition}, cash would go {went('cash_margin')} a year{_say_unused(outcomes, used)}.",
        _say_break_even(condition, break_even, members, currency),
    ]
    if pd.notna(break_even["detectable_points"]):
        least = show_points(float(break_even["detectable_points"]))
        sentences.append(
            f"If it were tried on these {members} beside as many others, a change in churn of less than {least} could "
            "not be told from chance: that they still succeed would have to be shown by a test."
        )
    if len(projection):
        sentences.append(_say_years(projection))
    return " ".join(check_words("S", sentence, names=[name]) for sentence in sentences)


def _say_unused(outcomes: pd.DataFrame, used: float) -> str:
    before, after = (outcomes[name].astype(float)["unused_hours"] for name in ("before", "after"))
    if before < 0:
        short = [format_value(max(0.0, -value), "hours") for value in (before, after)]
        return f", and hours that are short from {short[0]} to {short[1]}"
    if after - before < 0.5:
        return ""
    freed = format_value(after - before, "hours")
    if used > 0:
        share = format_share(used, 0)
        return f", {share} of {freed} freed hours being put to use or no longer paid, and worth their pay"
    return f", with {freed} hours more unused than before: allocated margin is no cash until they are used"


def _say_break_even(condition: str, row: pd.Series, members: str, currency: str) -> str:
    if not row["cash_cost_high"] > 0.005:
        return f"{condition}, nobody would have to stay longer to pay for it: it takes no more cash than before."
    if not row["cash_cost"] > 0.005:
        most, worst = format_money(float(row["cash_cost_high"]), currency), show_points(float(row["churn_points_high"]))
        return (
            f"{condition}, it would take no more cash than before in the middle of the ranges; if they lay worst, it "
            f"would take {most} a year, or revenue churn of the {members} concerned {worst} lower."
        )
    points = show_points(float(row["churn_points"]))
    low, high = (show_points(float(row[f"churn_points_{end}"])) for end in ("low", "high"))
    between = f" (between {low} and {high})" if low != high else ""
    text = (
        f"If it were to be paid by members who stay, revenue churn of the {members} concerned would have to be {points}"
        f"{between} lower in the first year, for {format_money(float(row['cash_cost']), currency)} a year"
    )
    churn = float(row["churn_now"])
    if pd.isna(churn):
        return f"{text}."
    text += f"; revenue churn of the cohort is {format_share(churn)}"
    years = int(row["years"])
    if row["churn_points"] > churn:
        text += ", so in one year even no churn at all would not pay for it"
    if years == 1:
        return f"{text}."
    over = float(row["churn_points_over_years"])
    if pd.isna(over):
        return f"{text}. If counted over {years} years, no fall in churn would pay for it either."
    return f"{text}. If counted over {years} years, {show_points(over)} lower in each would."


def _say_years(projection: pd.DataFrame) -> str:
    row = projection.iloc[-1]
    years = count_words(int(row["year"]), "year")

    def shown(name: str) -> str:
        value, low, high = (format_share(float(row[f"{name}{end}"]), 0) for end in ("", "_low", "_high"))
        return f"{value} (between {low} and {high})" if low != high else value

    before = shown("still_paid_before")
    text = f"If every year were like the last, today's members would pay {before} of today's revenue after {years}"
    if shown("still_paid") != shown("still_paid_before"):
        text += f", and {shown('still_paid')} with what the scenario assumes of churn and expansion"
    return f"{text}."
