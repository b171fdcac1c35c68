"""What a roll-out or a randomised pilot went with: comparisons that dates or chance made fair, not adjustment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.numbers.difference_in_differences import compare_changes
from axlib.numbers.randomised import compare_assigned
from axlib.verbs.effect import BALANCE, CHECKS, COLUMNS, Effect
from axlib.words.display import count_words
from axlib.words.results import Unavailable

ROLLOUT, PILOT = "What the roll-out went with", "What the pilot did"
CONTROL = "control"
#: Fewer units never reached show too little of what changes by itself.
FEWEST_UNITS = 4
FEWEST = 20

SHORT = "Fewer than two periods before the roll-out are known, so whether the units went the same way is not known."
ALIKE = "Before the roll-out the units went the same way, as far as can be told."
UNLIKE = (
    "The units to be reached went another way before the roll-out already, so the difference may be no more than that."
)

_NO_LAGS = {"lag": pd.Series(dtype=int), "estimate": pd.Series(dtype=float)}
_TEXT = dict.fromkeys(("outcome", "contrast", "unit"), "str")


def estimate_pilot_effect(
    assigned: pd.Series,
    *,
    outcomes: pd.DataFrame,
    outcome: str = "churn",
    control: str = CONTROL,
    strata: pd.Series | None = None,
    clusters: pd.Series | None = None,
) -> Effect | Unavailable:
    """Compare those assigned to each arm of a randomised pilot with its control, whoever kept to it.

    Parameters
    ----------
    assigned : Series of str, index ``member_id``
        Arm each member was assigned to; missing where not in the pilot.
    outcomes : DataFrame
        ``member_id`` and the outcome.
    outcome : str
    control : str
        The arm the others are compared with.
    strata : Series, index ``member_id``, optional
        Assignment was drawn within these.
    clusters : Series, index ``member_id``, optional
        Whole clusters were assigned, not members.

    Returns
    -------
    Effect or Unavailable
        One row per arm, at level 4.
    """
    people = outcomes.set_index("member_id")[[outcome]].dropna().sort_index()
    people = people.assign(arm=assigned.reindex(people.index)).dropna(subset=["arm"]).astype({"arm": "str"})
    arms = sorted(set(people["arm"]) - {control})
    sizes = people["arm"].value_counts()
    ask = "the list of the members assigned, with the arm of each"
    if control not in sizes or not arms:
        return Unavailable(
            PILOT, f"no member with a known outcome was assigned to the arm '{control}' or to another.", ask
        )
    if sizes.min() < FEWEST:
        return Unavailable(PILOT, f"fewer than {FEWEST} members are in the smallest arm.")
    binary = bool(people[outcome].isin([0.0, 1.0]).all())
    rows = []
    for arm in arms:
        pair = people[people["arm"].isin([arm, control])]
        groups = [
            None if by is None else pd.factorize(by.reindex(pair.index), sort=True, use_na_sentinel=False)[0]
            for by in (strata, clusters)
        ]
        side = (pair["arm"] == arm).to_numpy()
        found = compare_assigned(side, pair[outcome].to_numpy(dtype=float), strata=groups[0], clusters=groups[1])
        rows.append(
            {
                "outcome": outcome, "contrast": f"{arm} - {control}", "unit": "share" if binary else "number",
                "estimate": found.estimate, "estimate_low": found.low, "estimate_high": found.high,
                "p_value": found.p_value, "n": len(pair), "treated": int(side.sum()), "clusters": found.clusters,
                "treated_mean": found.treated_mean, "control_mean": found.control_mean,
            }
        )  # fmt: skip
    return Effect(
        pd.DataFrame(rows).reindex(columns=COLUMNS).astype(_TEXT),
        pd.DataFrame(columns=BALANCE, dtype=float).astype({"confounder": "str"}),
        _no_checks(),
        pd.DataFrame(_NO_LAGS),
        "pilot",
        "4",
        "",
        (),
        "the members of the pilot",
    )


def estimate_rollout_effect(
    panel: pd.DataFrame, *, reached: pd.Series, outcome: str = "churn", of_whom: str = "the units reached"
) -> Effect | Unavailable:
    """Compare changes where a roll-out came with changes where it had not come yet.

    Parameters
    ----------
    panel : DataFrame
        ``unit``, ``period`` (sortable), the outcome, and perhaps ``n`` members behind it: every unit in every period.
    reached : Series, index ``unit``
        First period in which a unit was reached; missing where it was not.
    outcome : str
    of_whom : str
        Whom the difference is told of.

    Returns
    -------
    Effect or Unavailable
        At level 3, or at 0 where the units to be reached went another way before already, or too few periods are
        known to tell.
    """
    ask = "the outcome of every unit in every period, from some periods before the roll-out"
    wide = panel.pivot_table(index="unit", columns="period", values=outcome, sort=True)
    wide = wide[wide.notna().all(axis=1)]
    periods = list(wide.columns)
    first = reached.reindex(wide.index)
    place = np.array(
        [np.inf if pd.isna(day) else sum(period < day for period in periods) for day in first], dtype=float
    )
    place[place >= len(periods)] = np.inf
    before = np.isfinite(place) & (place > 0)
    if not before.any():
        return Unavailable(ROLLOUT, "no unit was reached in the periods known, with a period before.", ask)
    if (~np.isfinite(place)).sum() < FEWEST_UNITS:
        count = count_words(int((~np.isfinite(place)).sum()), "unit")
        return Unavailable(ROLLOUT, f"{count} had not been reached at the end; {FEWEST_UNITS} are needed.", ask)
    sizes = panel.groupby("unit")["n"].mean().reindex(wide.index).to_numpy() if "n" in panel.columns else None
    found = compare_changes(wide.to_numpy(dtype=float), place, weights=sizes)
    if np.isnan(found.estimate):
        return Unavailable(ROLLOUT, "no unit was left to compare with.", ask)
    checks, because = _check_trend(found.trend, found.trend_low, found.trend_high)
    if found.few:
        of_whom += f" ({count_words(found.treated_units, 'unit')}, so the interval rests on how much the others change)"
    row = {
        "outcome": outcome, "contrast": "reached - not yet", "unit": "share" if _is_share(panel[outcome]) else "number",
        "estimate": found.estimate, "estimate_low": found.low, "estimate_high": found.high, "p_value": found.p_value,
        "n": found.treated_units + found.control_units, "treated": found.treated_units,
        "clusters": found.treated_units + found.control_units,
    }  # fmt: skip
    if sizes is not None:
        row |= {"n": round(float(sizes.sum()))}
    return Effect(
        pd.DataFrame([row]).reindex(columns=COLUMNS).astype(_TEXT),
        pd.DataFrame(columns=BALANCE, dtype=float).astype({"confounder": "str"}),
        checks,
        pd.DataFrame({"lag": found.by_lag[:, 0].astype(int), "estimate": found.by_lag[:, 1]}),
        "rollout",
        "0" if because else "3",
        because,
        (),
        of_whom,
    )


def _is_share(values: pd.Series) -> bool:
    return bool(values.between(0, 1).all())


def _no_checks() -> pd.DataFrame:
    return pd.DataFrame(columns=CHECKS, dtype=float).astype({"check": "str", "says": "str", "passed": bool})


def _check_trend(slope: float, low: float, high: float) -> tuple[pd.DataFrame, str]:
    if np.isnan(slope):
        return (
            _no_checks(),
            SHORT,
        )
    passed = low <= 0 <= high
    says = ALIKE if passed else UNLIKE
    table = pd.DataFrame([("trend before", slope, low, high, passed, says)], columns=CHECKS)
    return table.astype({"check": "str", "says": "str", "passed": bool}), "" if passed else says
