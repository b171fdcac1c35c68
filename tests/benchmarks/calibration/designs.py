"""Pilots and roll-outs whose truth is known, through the verbs that read them and grade what they find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from axlib.verbs.claims_on_outcomes import Evidence
from axlib.verbs.design_effects import estimate_pilot_effect, estimate_rollout_effect
from axlib.verbs.drawing_lots import draw_arms
from axlib.verbs.effect import Effect
from axlib.verbs.findings import grade_findings
from axlib.words.results import Unavailable
from axlib.words.vocabulary import PILOT_ARMS
from tests.benchmarks.calibration.reporting import LEFT_OUT, claims_of

#: Kind of design -> what the changed service does to the share gone.
DESIGNS = {
    "pilot, nothing": 0.0,
    "pilot, service": -0.07,
    "roll-out, nothing": 0.0,
    "roll-out, service": -0.05,
    "roll-out, another trend": 0.0,
}
QUARTERS, REACHED = 12, 8


def judge_design(name: str, seed: int) -> dict[str, Any]:
    """Draw a design's world, read it by its verb, and compare what is claimed with the truth."""
    rng = np.random.default_rng([seed, sum(map(ord, name))])
    effect, truth = (_pilot if name.startswith("pilot") else _rollout)(name, rng)
    kind = "pilot_effect" if name.startswith("pilot") else "rollout_effect"
    found = {"pilot_effect": LEFT_OUT, "rollout_effect": LEFT_OUT, kind: effect}
    none = dict.fromkeys(("retention", "comparison", "service_gap", "coverage", "blindness"), LEFT_OUT)
    evidence = Evidence(LEFT_OUT, LEFT_OUT, LEFT_OUT, found["rollout_effect"], found["pilot_effect"], (), (kind,))
    findings = grade_findings(**none, evidence=evidence)
    claims = {key: [level, int(np.sign(value))] for key, (level, value) in claims_of(findings).items()}
    covered = {}
    if isinstance(effect, Effect):
        row = effect.table.iloc[0]
        covered[kind] = bool(row["estimate_low"] <= truth <= row["estimate_high"])
    return {"world": name, "seed": seed, "claims": claims, "said": {}, "covered": covered, "best": None}


def _pilot(name: str, rng: np.random.Generator) -> tuple[Effect | Unavailable, float]:
    """Four hundred members in eight strata, drawn for two arms."""
    n = 400
    stratum = rng.choice(8, n, p=np.array([8, 7, 6, 5, 4, 3, 2, 2]) / 37)
    ids = pd.Index([f"m{i:04d}" for i in range(n)])
    strata = pd.Series([f"stratum {k}" for k in stratum], index=ids)
    arm = draw_arms(strata, rng=rng)
    usual = expit(-1.7 + 0.25 * (stratum - 3) + rng.normal(0, 0.5, n))
    changed = np.clip(usual + DESIGNS[name], 0.005, 1)
    chance = np.where(arm.to_numpy() == PILOT_ARMS[0], changed, usual)
    outcomes = pd.DataFrame({"member_id": ids, "churn": (rng.random(n) < chance).astype(float)})
    found = estimate_pilot_effect(arm, outcomes=outcomes, control=PILOT_ARMS[1], strata=strata)
    return found, float((changed - usual).mean())


def _rollout(name: str, rng: np.random.Generator) -> tuple[Effect | Unavailable, float]:
    """Twenty-four chapters over twelve quarters; half are reached in the ninth."""
    units = 24
    reached = rng.permutation(units) < units // 2
    level = 0.15 + rng.normal(0, 0.03, units)[:, None] + rng.normal(0, 0.01, QUARTERS)[None, :]
    if name.endswith("another trend"):
        level = level + 0.012 * reached[:, None] * (np.arange(QUARTERS) - REACHED)[None, :]
    level = level + DESIGNS[name] * (reached[:, None] & (np.arange(QUARTERS) >= REACHED)[None, :])
    members = 60
    gone = rng.binomial(members, np.clip(level, 0.005, 0.995)) / members
    panel = pd.DataFrame(
        {
            "unit": np.repeat([f"u{k:02d}" for k in range(units)], QUARTERS),
            "period": np.tile(np.arange(QUARTERS), units),
            "churn": gone.ravel(),
            "n": members,
        }
    )
    days = pd.Series(np.where(reached, float(REACHED), np.nan), index=[f"u{k:02d}" for k in range(units)])
    return estimate_rollout_effect(panel, reached=days), DESIGNS[name]
