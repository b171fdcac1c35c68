"""Whether under-served members fare worse than comparable members served as their segment calls for."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.doubly_robust import (
    THIN,
    Adjusted,
    effective_number,
    estimate_adjusted,
    standardised_differences,
)
from axlib.numbers.e_value import e_value, e_value_of_limit, ratio_of_amounts
from axlib.verbs.confounders import DUES, lay_out_confounders
from axlib.verbs.effect import BALANCE, CHECKS, COLUMNS, Effect
from axlib.verbs.gap_churn import WORDS
from axlib.verbs.service_gap import ServiceGap
from axlib.words.display import format_share, format_value, join_words
from axlib.words.results import Unavailable

ANALYSIS = "What being under-served goes with, among comparable members"
#: More members than this without their like on the other side, and nothing is said.
MOST_THIN = 0.2
#: Fewer members on a side, or fewer with and without the outcome, carry no comparison.
FEWEST = 20

Floats = NDArray[np.float64]


def estimate_gap_effect(
    gap: ServiceGap,
    *,
    outcomes: pd.DataFrame,
    confounders: pd.DataFrame,
    outcome: str = "churn",
    contrast: tuple[str, str] = ("under", "matched"),
    clusters: pd.Series | None = None,
    negative_control: pd.Series | None = None,
    dated: bool = False,
    overlap: Literal["refuse", "trim"] = "refuse",
    rng: np.random.Generator,
) -> Effect | Unavailable:
    """Compare an outcome of under-served members with that of comparable members served as called for.

    Parameters
    ----------
    gap : ServiceGap
        Of a window that ended before the outcome's began.
    outcomes : DataFrame
        ``member_id`` and the outcome, see ``collect_window_outcomes``.
    confounders : DataFrame, index ``member_id``
        What may go with both service and outcome, known before the window of service; text is taken as categories. The
        segment is always added. A column called ``dues`` is taken as its logarithm.
    outcome : str
    contrast : tuple of str
        Service gaps compared; the difference is told of the members of the first.
    clusters : Series, index ``member_id``, optional
        Who serves a member.
    negative_control : Series, index ``member_id``, optional
        A number that service cannot have moved; where it differs as well, the comparison is not a fair one.
    dated : bool
        Whether the values behind the segments, and so the service called for, are from before the outcome.
    overlap : {'refuse', 'trim'}
        What to do with members whose like are hardly found on the other side: refuse where they are more than one in
        five, or speak of the others alone.
    rng : Generator

    Returns
    -------
    Effect or Unavailable
        Unavailable where too few members are on a side, or the two sides hardly overlap.
    """
    table = gap.table[gap.table["gap"].isin(contrast)]
    treated = pd.Series((table["gap"] == contrast[0]).to_numpy(), index=pd.Index(table["member_id"]))
    segment = table.set_index("member_id")["segment"]
    named = confounders.assign(segment=segment.reindex(confounders.index))
    words = {"under": "under-served members", "over": "over-served members", "matched": "members served as called for"}
    return adjust_difference(
        treated,
        outcome=outcomes.set_index("member_id")[outcome],
        confounders=named,
        contrast=contrast,
        of_whom=words[contrast[0]],
        clusters=clusters,
        negative_control=negative_control,
        dated=dated,
        overlap=overlap,
        rng=rng,
    )


def adjust_difference(
    treated: pd.Series,
    *,
    outcome: pd.Series,
    confounders: pd.DataFrame,
    contrast: tuple[str, str] = ("treated", "other"),
    of_whom: str = "treated members",
    clusters: pd.Series | None = None,
    negative_control: pd.Series | None = None,
    dated: bool = False,
    overlap: Literal["refuse", "trim"] = "refuse",
    rng: np.random.Generator,
) -> Effect | Unavailable:
    """Compare treated members with others who are alike in what was measured.

    Parameters
    ----------
    treated : Series of bool, index ``member_id``
    outcome : Series, index ``member_id``
        0 and 1, or an amount.
    confounders, contrast, clusters, negative_control, dated, overlap, rng
        As for ``estimate_gap_effect``.
    of_whom : str
        What the treated are called.

    Notes
    -----
    Doubly robust and cross-fitted, see ``numbers.doubly_robust``; the difference is that of the treated against what
    would be expected of them among the others.
    """
    people = pd.DataFrame({"treated": treated, "outcome": outcome.reindex(treated.index)})
    people = people[people["outcome"].notna() & people.index.isin(confounders.index)].sort_index()
    people = people.astype({"treated": bool, "outcome": float})
    told = outcome.name if isinstance(outcome.name, str) else "outcome"
    why = _too_few(people, contrast)
    if why:
        return Unavailable(ANALYSIS, why, "more members, or service of more than one year")
    columns = confounders.reindex(people.index)
    design, owners = lay_out_confounders(columns)
    fold_seed = int(rng.integers(1 << 62))
    found = _estimate(design, people, clusters, fold_seed)
    if found.thin_share > MOST_THIN and overlap == "refuse":
        return Unavailable(ANALYSIS, _refuse(found.thin_share, design, owners, people, columns, clusters, fold_seed))
    if overlap == "trim":
        inside = (found.chance >= THIN) & (found.chance <= 1 - THIN)
        people, columns = people[inside], columns[inside]
        why = _too_few(people, contrast)
        if why:
            return Unavailable(ANALYSIS, f"of members who have their like on the other side, {why}")
        of_whom = f"{of_whom} who have their like on the other side"
        design, owners = lay_out_confounders(columns)
        found = _estimate(design, people, clusters, fold_seed)
        if found.thin_share > MOST_THIN:
            return Unavailable(
                ANALYSIS, _refuse(found.thin_share, design, owners, people, columns, clusters, fold_seed)
            )
    rests_on = effective_number(found.weights[~people["treated"].to_numpy()])
    if rests_on < FEWEST:
        why = f"the comparison would rest on as much as fewer than {FEWEST} members tell."
        return Unavailable(ANALYSIS, why)
    checks = _check_control(negative_control, design, people, clusters, fold_seed)
    reasons = [] if dated else ["The values behind the service called for carry no dates."]
    reasons += [str(says) for says, passed in zip(checks["says"], checks["passed"], strict=True) if not passed]
    binary = bool(people["outcome"].isin([0.0, 1.0]).all())
    strength, limit = _hidden(found, binary, float(people.loc[~people["treated"], "outcome"].std()))
    side = people["treated"].to_numpy()
    row = {
        "outcome": told, "contrast": f"{contrast[0]} - {contrast[1]}", "unit": "share" if binary else "number",
        "estimate": found.estimate, "estimate_low": found.low, "estimate_high": found.high, "p_value": found.p_value,
        "n": len(people), "treated": int(side.sum()), "clusters": found.clusters,
        "treated_mean": found.treated_mean, "control_mean": found.control_mean,
        "e_value": strength, "e_value_limit": limit, "effective_n": rests_on,
        "thin_share": found.thin_share, "largest_weight": float(found.weights.max()),
    }  # fmt: skip
    return Effect(
        pd.DataFrame([row], columns=COLUMNS).astype({"outcome": "str", "contrast": "str", "unit": "str"}),
        _balance(design, owners, side, found.weights),
        checks,
        pd.DataFrame({"lag": pd.Series(dtype=int), "estimate": pd.Series(dtype=float)}),
        "adjusted",
        "0" if reasons else "2",
        " ".join(reasons),
        tuple(dict.fromkeys(owners)),
        of_whom,
    )


def _too_few(people: pd.DataFrame, contrast: tuple[str, str]) -> str:
    """Say what is too little, without the numbers: they may be of a group too small for a client's page."""
    names = [WORDS.get(name, name) for name in contrast]
    for side, name in zip((True, False), names, strict=True):
        if (people["treated"] == side).sum() < FEWEST:
            return f"fewer than {FEWEST} members are {name}; a comparison needs as many of either side."
    if people["outcome"].isin([0.0, 1.0]).all():
        yes = int(people["outcome"].sum())
        if min(yes, len(people) - yes) < FEWEST:
            return f"it happened to fewer than {FEWEST} of these members, or to all but fewer than {FEWEST}."
    return ""


def _estimate(design: Floats, people: pd.DataFrame, clusters: pd.Series | None, seed: int) -> Adjusted:
    codes = None
    if clusters is not None:
        codes = pd.factorize(clusters.reindex(people.index), sort=True)[0].astype(np.intp)
        alone = codes < 0
        codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return estimate_adjusted(
        design,
        people["treated"].to_numpy(),
        people["outcome"].to_numpy(),
        target="treated",
        clusters=codes,
        rng=np.random.default_rng(seed),
    )


def _refuse(
    thin: float,
    design: Floats,
    owners: list[str],
    people: pd.DataFrame,
    columns: pd.DataFrame,
    clusters: pd.Series | None,
    seed: int,
) -> str:
    """Say who has no like on the other side, what sets the sides apart, and why an edge between tiers does not help."""
    side = people["treated"].to_numpy()
    apart = (
        pd.Series(np.abs(standardised_differences(design[:, 1:], side)), index=owners).groupby(level=0, sort=True).max()
    )
    most = apart.sort_values(ascending=False, kind="stable").head(2)
    said = join_words([f"{name} ({format_value(float(value), 'number')})" for name, value in most.items()])
    why = (
        f"{format_share(thin, 0)} of members have hardly any like on the other side (chance of such service below "
        f"{format_share(THIN, 0)} or above {format_share(1 - THIN, 0)}), and at most {format_share(MOST_THIN, 0)} may. "
        f"What sets the two sides apart most, in standard deviations: {said}."
    )
    if DUES not in columns.columns:
        return why
    if len(columns.columns) > 1:
        rest, _ = lay_out_confounders(columns.drop(columns=DUES))
        if _estimate(rest, people, clusters, seed).thin_share <= MOST_THIN:
            why += " Without dues they would overlap: service is decided by dues."
    return (
        f"{why} Members just above and just below a tier's edge cannot be compared instead, for price and benefits "
        "change at the same edge as service does."
    )


def _check_control(
    control: pd.Series | None, design: Floats, people: pd.DataFrame, clusters: pd.Series | None, seed: int
) -> pd.DataFrame:
    rows = []
    values = control.reindex(people.index).astype(float) if control is not None else None
    if values is not None and values.notna().sum() >= 2 * FEWEST and values.max() > values.min():
        known = values.notna().to_numpy()
        kept = people[known].assign(outcome=values[known])
        if min(kept["treated"].sum(), (~kept["treated"]).sum()) >= FEWEST:
            found = _estimate(design[known], kept, clusters, seed)
            passed = found.low <= 0 <= found.high
            says = (
                "What service cannot have moved does not differ either."
                if passed
                else "What service cannot have moved differs too, so the members compared are not alike."
            )
            rows.append(("negative control", found.estimate, found.low, found.high, passed, says))
    return pd.DataFrame(rows, columns=CHECKS).astype({"check": "str", "says": "str", "passed": bool})


def _hidden(found: Adjusted, binary: bool, spread: float) -> tuple[float, float]:
    if binary:
        return e_value(found.ratio), e_value_of_limit(found.ratio_low, found.ratio_high)
    if not spread > 0:
        return float("nan"), float("nan")
    ratios = [ratio_of_amounts(value / spread) for value in (found.estimate, found.low, found.high)]
    return e_value(ratios[0]), e_value_of_limit(ratios[1], ratios[2])


def _balance(design: Floats, owners: list[str], treated: NDArray[np.bool_], weights: Floats) -> pd.DataFrame:
    """The column of each confounder that differs most, before and after weighing."""
    both = pd.DataFrame(
        {
            "confounder": owners,
            "difference_before": standardised_differences(design[:, 1:], treated),
            "difference_after": standardised_differences(design[:, 1:], treated, weights),
        }
    )
    order = both["difference_before"].abs().groupby(both["confounder"], sort=False).idxmax()
    return both.loc[order, BALANCE].reset_index(drop=True).astype({"confounder": "str"})
