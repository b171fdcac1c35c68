"""One world judged: what was claimed, whether intervals hold the truth, and what the best test would have found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import xlogy
from scipy.stats import norm

from axlib.numbers.cross_validation import share_out
from axlib.verbs.assignment import derive_rng
from axlib.verbs.effect import Effect
from axlib.verbs.equal_groups import equal_groups
from axlib.verbs.explained_outcomes import N_REPEATS, ExplainedOutcomes, _in_both
from axlib.verbs.retention import measure_retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.service_gap import ServiceGap
from axlib.verbs.window_outcomes import collect_window_outcomes
from tests.benchmarks.calibration.reporting import Report, claims_of, report_on
from tests.benchmarks.calibration.worlds import TRUTHS, World, make_world

Floats = NDArray[np.float64]
N_FOLDS = 10


def judge_world(name: str, seed: int) -> dict[str, Any]:
    """Make a world, report on it, and compare the report with the truth.

    Returns
    -------
    dict
        ``claims`` (finding -> level, sign); ``covered`` (interval -> whether it holds the truth); ``best`` (whether the
        best possible test, which knows the truth, finds something); ``said`` (finding -> level, of all told).
    """
    rng = np.random.default_rng([seed, sum(map(ord, name))])
    world = make_world(TRUTHS[name], rng=rng)
    report = report_on(world)
    claims = {key: [level, int(np.sign(value))] for key, (level, value) in claims_of(report.findings).items()}
    told = report.findings.told
    return {
        "world": name,
        "seed": seed,
        "claims": claims,
        "said": dict(zip(told["id"], told["level"], strict=True)),
        "covered": _covered(world, report, rng),
        "best": _best(name, world, report),
    }


def _covered(world: World, report: Report, rng: np.random.Generator) -> dict[str, bool]:
    found = {}
    effect, explained = report.weighed.gap_effect, report.weighed.explained
    if isinstance(effect, Effect) and isinstance(report.compared.service_gap, ServiceGap):
        row = effect.table.iloc[0]
        truth = _effect_of_service(world, report)
        found["gap_effect"] = bool(row["estimate_low"] <= truth <= row["estimate_high"])
    if isinstance(explained, ExplainedOutcomes):
        rows = explained.table[
            (explained.table["outcome"] == "churn") & (explained.table["contrast"] == "segments - tiers")
        ]
        if len(rows):
            truth = _expected_gain(world, report)
            found["gain"] = bool(rows["gain_low"].iloc[0] <= truth <= rows["gain_high"].iloc[0])
    retention = measure_retention(report.ground.cohort, groupings={}, rng=rng, n_resamples=500).overall
    people = report.ground.cohort.table
    chance = world.chance[people["member_id"]].to_numpy()
    opening = people["opening"].to_numpy(dtype=float)
    truths = {"logo_churn": chance.mean(), "revenue_churn": (chance * opening).sum() / opening.sum()}
    for name, truth in truths.items():
        found[name] = bool(retention[f"{name}_low"] <= truth <= retention[f"{name}_high"])
    return found


def _compared(report: Report) -> pd.DataFrame:
    """Members under-served and matched, whose outcome is known."""
    table = report.compared.service_gap.table
    table = table[table["gap"].isin(["under", "matched"])]
    return table[table["member_id"].isin(report.ground.cohort.table["member_id"])]


def _effect_of_service(world: World, report: Report) -> float:
    """What being under-served does to the members who are, on average."""
    table = _compared(report)
    under = table.loc[table["gap"] == "under", "member_id"]
    return float((world.chance[under] - world.chance_if_matched[under]).mean())


def _expected_gain(world: World, report: Report) -> float:
    """The gain on new members of the same kind, told by the very fits whose gain the report estimates [1]_.

    References
    ----------
    .. [1] Bayle, Bayle, Janson, Mackey (2020), Cross-validation confidence intervals for test error, NeurIPS 33.
    """
    ground, cohort = report.ground, report.ground.cohort
    dues = cohort.table.set_index("member_id")["opening"]
    outcomes = collect_window_outcomes(cohort, touches=ground.clean.touches)
    people = _in_both(ground.tiers_at_start, report.start.segments_at_start, outcomes, dues)
    groups = equal_groups(people["tier"], people["segment"], order=ground.tiers_at_start.segments, dues=people["dues"])
    target, chance = people["churn"].to_numpy(dtype=float), world.chance[people["member_id"]].to_numpy()
    rng = derive_rng(ground.engagement.settings.seed, "explain_outcomes")
    # Churn is the first outcome, so its folds are the first drawn.
    folds = share_out(len(target), n_folds=N_FOLDS, n_repeats=N_REPEATS, rng=rng)
    none = np.zeros(len(target), dtype=np.intp)
    by_segments, by_tiers, without = (
        _expected_loss(codes, target, chance, folds) for codes in (groups.segments, groups.tiers, none)
    )
    return float((by_tiers - by_segments) / without)


def _expected_loss(codes: NDArray[np.intp], target: Floats, chance: Floats, folds: NDArray[np.intp]) -> float:
    """Deviance of fits to the other folds' members, expected over what becomes of those held out."""
    total = 0.0
    for fold in folds:
        for held in range(N_FOLDS):
            test = fold == held
            overall = target[~test].mean()
            size = np.bincount(codes[~test], minlength=codes.max() + 1)
            gone = np.bincount(codes[~test], target[~test], minlength=codes.max() + 1)
            told = ((gone + overall) / (size + 1))[codes[test]]
            total += float(-2 * (xlogy(chance[test], told) + xlogy(1 - chance[test], 1 - told)).sum())
    return total


def _best(name: str, world: World, report: Report) -> bool | None:
    """Whether the most powerful test of what is going on finds it, at 2.5 % on the side where it is.

    It compares likelihoods of the true chances and of those where nothing goes on (Neyman and Pearson), of the members
    the report compares.
    """
    truth = TRUTHS[name]
    gone = report.ground.cohort.table.set_index("member_id")["gone"].astype(float)
    if truth.of_under_service and isinstance(report.compared.service_gap, ServiceGap):
        members = _compared(report)["member_id"]
        none = world.chance_if_matched[members].to_numpy()
    elif truth.by_segment or truth.by_dues:
        placed = report.start.segments_at_start
        if not isinstance(placed, Segmentation):
            return None
        members = placed.table.loc[placed.table["member_id"].isin(gone.index), "member_id"]
        none = world.chance_if_alike[members].to_numpy()
    else:
        return None
    so, y = world.chance[members].to_numpy(), gone[members].to_numpy()
    if_gone, if_not = np.log(so / none), np.log((1 - so) / (1 - none))
    statistic = (y * if_gone + (1 - y) * if_not).sum()
    mean = (none * if_gone + (1 - none) * if_not).sum()
    spread = np.sqrt((none * (1 - none) * (if_gone - if_not) ** 2).sum())
    return bool(spread > 0 and statistic > mean + norm.ppf(0.975) * spread)
