"""Invented memberships whose truth is known: what service, needs and dues do in each is written down here.

A world is clean tables in memory, as a report has them after reading and cleaning, with every member's own chance of
leaving beside them, and that chance had the member been served as its segment calls for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from axlib.tables.cleaning import CleanTables
from axlib.tables.coverage_segments import read_segments
from axlib.tables.engagement import Engagement, check_keys
from axlib.tables.rows.accounts import DECISIONS
from axlib.tables.settings.engagement import EngagementSettings
from axlib.verbs.segments import segment_by_rules

Floats = NDArray[np.float64]
OPENED, CLOSED = date(2024, 12, 31), date(2025, 12, 31)
SEGMENTS = read_segments(None)
HOURS = np.array([segment.steady_hours for segment in SEGMENTS])
SCALES = ("internal_capacity", "guidance_need", "goal_complexity", "stakes")
#: Answers typical of a member of each built-in segment, in the file's order: the scales, and the preferred mode.
TYPICAL = np.array([[4, 0, 1, 1], [2, 2, 1, 1], [0, 4, 1, 1], [2, 2, 4, 4]], dtype=float)
MODES = ("self_serve", "async", "live", "async")
STAGES = ("first_year", "steady", "renewal")
BASE = -1.735  # 15 % leave


@dataclass(frozen=True, eq=False)
class World:
    """One membership and its truth.

    Attributes
    ----------
    clean : CleanTables
    chance : Series, index ``member_id``
        Each member's chance of leaving in the window, as it was served.
    chance_if_matched : Series, index ``member_id``
        The same, had its service been changed to what the segment calls for and nothing else.
    chance_if_alike : Series, index ``member_id``
        The same, had neither needs nor dues anything to do with leaving, all else being as it is.
    """

    clean: CleanTables
    chance: pd.Series
    chance_if_matched: pd.Series
    chance_if_alike: pd.Series


@dataclass(frozen=True)
class Truth:
    """What is going on in a kind of world.

    Attributes
    ----------
    name : str
    n : int
        Members.
    by_segment, by_dues, by_stage, by_risk : float
        What a member's segment, the logarithm of its dues, its stage and its risk do to the logit of leaving.
    of_under_service : float
        What being under-served does to it.
    of_manager : float
        How far managers' members differ, in standard deviations of the logit.
    stage_serves, risk_serves : float
        How far a first-year member, and one at risk, draws other hours (logarithm of hours).
    risk_is_old : bool
        Whether the risk was there when service was given; else it arises after.
    gradient : bool
        Whether needs are one gradient rather than four kinds.
    method : {'rules', 'classes'}
        How the engagement finds segments.
    missing : float
        Share of answers that are missing.
    answered : {'before', 'survivors'}
        Whether all answer before; or, in the window, those alone who stay.
    declared : tuple of str
        Confounders the engagement declares.
    """

    name: str
    n: int = 600
    by_segment: float = 0.0
    by_dues: float = 0.0
    by_stage: float = 0.0
    by_risk: float = 0.0
    of_under_service: float = 0.0
    of_manager: float = 0.25
    stage_serves: float = 0.0
    risk_serves: float = 0.0
    risk_is_old: bool = False
    gradient: bool = False
    method: str = "rules"
    missing: float = 0.0
    answered: str = "before"
    declared: tuple[str, ...] = ()


TRUTHS = {
    truth.name: truth
    for truth in (
        Truth("nothing"),
        Truth("nothing, gradient", gradient=True, method="classes"),
        Truth("nothing, small", n=120),
        Truth("nothing, missing", missing=0.4, method="classes"),
        Truth("nothing, survivors answer", answered="survivors"),
        Truth("service", of_under_service=0.8),
        Truth("service, missing", of_under_service=0.8, missing=0.4, method="classes"),
        Truth("confounded by stage", by_stage=1.0, stage_serves=0.8, declared=("lifecycle_stage",)),
        Truth("risk draws service", by_risk=1.0, risk_serves=0.8),
        Truth("old risk draws service, not measured", by_risk=1.0, risk_serves=0.8, risk_is_old=True),
        Truth("needs predict", by_segment=0.6),
        Truth("dues predict", by_dues=0.6),
    )
}


def make_world(truth: Truth, *, rng: np.random.Generator) -> World:
    """Draw one membership of a kind."""
    n = truth.n
    ids = [f"m{i:05d}" for i in range(n)]
    needs, answers, mode = _draw_needs(truth, rng)
    log_dues = rng.normal(0, 1, n)
    stage = rng.choice(3, n, p=[0.3, 0.4, 0.3])
    risk = rng.normal(0, 1, n)
    managers = max(6, n // 30)
    manager = rng.integers(managers, size=n)
    ratio = _serve(truth, stage, risk, manager, managers, rng)
    under = ratio < 0.75
    own = truth.by_segment * (needs - needs.mean()) + truth.by_dues * log_dues
    logit = (
        BASE
        + own
        + truth.by_stage * ((stage == 0) - 0.3)
        + truth.by_risk * risk
        + rng.normal(0, truth.of_manager, managers)[manager]
    )
    chance, matched = expit(logit + truth.of_under_service * under), expit(logit)
    gone = rng.random(n) < chance
    members = pd.DataFrame(
        {
            "member_id": ids,
            "joined_on": pd.Timestamp("2020-06-30") - pd.to_timedelta(rng.integers(0, 3000, n), unit="D"),
            "staff_id": [f"s{k:02d}" for k in manager],
            "lifecycle_stage": np.array(STAGES)[stage],
        }
    )
    dues = np.round(800 * np.exp(0.8 * log_dues), 2)
    clean = _assemble(
        truth,
        members.astype({"member_id": "str", "staff_id": "str", "lifecycle_stage": "str"}),
        _terms(ids, dues, gone, rng),
        _touches(ids, np.maximum(ratio * HOURS[needs], 0.05), rng),
        _answers(truth, ids, answers, mode, gone, rng),
    )
    index = pd.Index(ids, name="member_id")
    chances = (chance, matched, expit(logit - own + truth.of_under_service * under))
    return World(clean, *(pd.Series(values, index=index) for values in chances))


def _draw_needs(truth: Truth, rng: np.random.Generator) -> tuple[NDArray[np.intp], Floats, NDArray[np.str_]]:
    """Which segment each member calls for, its answers on the scales, and its preferred mode."""
    if truth.gradient:
        place = rng.random(truth.n)
        centre = np.stack([4 * (1 - place), 4 * place, 4 * place, 4 * place], axis=1)
        needs = np.minimum((place * 4).astype(np.intp), 3)
    else:
        needs = rng.choice(4, truth.n, p=[0.3, 0.3, 0.25, 0.15]).astype(np.intp)
        centre = TYPICAL[needs]
    answers = np.clip(np.round(centre + rng.normal(0, 0.7, centre.shape)), 0, 4)
    mode = np.array(MODES)[needs]
    if truth.method == "rules":
        # What a member needs is what its answers say: then whoever is placed is placed rightly.
        table = pd.DataFrame(answers, columns=list(SCALES)).assign(preferred_mode=pd.array(mode, dtype="str"))
        placed = segment_by_rules(table, segments=SEGMENTS).table["segment"].to_numpy(dtype=object)
        for number, segment in enumerate(SEGMENTS):
            needs[placed == segment.name] = number
    return needs, answers, mode


def _serve(
    truth: Truth,
    stage: NDArray[np.intp],
    risk: Floats,
    manager: NDArray[np.intp],
    managers: int,
    rng: np.random.Generator,
) -> Floats:
    """Delivered ÷ required hours of each member in the window before outcomes are counted."""
    drawn = rng.normal(-0.15, 0.5, len(stage)) + rng.normal(0, 0.15, managers)[manager]
    drawn += truth.stage_serves * ((stage == 0) - 0.3)
    # A risk that arises later draws service later, which the window before does not hold.
    drawn += truth.risk_serves * risk * truth.risk_is_old
    return np.exp(drawn)


def _terms(ids: list[str], dues: Floats, gone: NDArray[np.bool_], rng: np.random.Generator) -> pd.DataFrame:
    """Yearly terms of two years; who leaves has no second one. What is paid grows by chance alone."""
    first = pd.DataFrame({"member_id": ids, "starts_on": "2024-03-01", "ends_on": "2025-02-28", "amount": dues})
    grown = np.round(dues * np.exp(rng.normal(0.02, 0.1, len(dues))), 2)
    second = pd.DataFrame({"member_id": ids, "starts_on": "2025-03-01", "ends_on": "2026-02-28", "amount": grown})
    table = pd.concat([first, second[~gone]], ignore_index=True).assign(kind="dues")
    table["starts_on"] = pd.to_datetime(table["starts_on"])
    table["ends_on"] = pd.to_datetime(table["ends_on"])
    return table.astype({"member_id": "str", "kind": "str"})


def _touches(ids: list[str], hours: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Contacts of the year before the window, three a member, that add up to its hours."""
    parts = rng.dirichlet(np.ones(3), len(ids)) * hours[:, None] * 60
    days = pd.Timestamp("2024-01-10") + pd.to_timedelta(rng.integers(0, 340, 3 * len(ids)), unit="D")
    table = pd.DataFrame({"member_id": np.repeat(ids, 3), "at": days, "mode": "sync", "minutes": parts.ravel()})
    return table.astype({"member_id": "str", "mode": "str"})


def _answers(
    truth: Truth,
    ids: list[str],
    answers: Floats,
    mode: NDArray[np.str_],
    gone: NDArray[np.bool_],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Dated answers, one row per member and item."""
    wide = pd.DataFrame(answers.astype(int).astype("str"), columns=list(SCALES)).assign(preferred_mode=mode)
    wide.insert(0, "member_id", ids)
    rows = wide.melt(id_vars="member_id", var_name="item", value_name="value")
    kept = rng.random(len(rows)) >= truth.missing
    day = "2023-11-15"
    if truth.answered == "survivors":
        # Asked in the window, half of those who stayed answer; who left cannot.
        kept = rows["member_id"].isin(np.array(ids)[~gone & (rng.random(len(ids)) < 0.5)]).to_numpy()
        day = "2025-10-15"
    table = rows[kept].assign(at=pd.Timestamp(day), rater="member", stage="")
    return table.astype({"member_id": "str", "item": "str", "value": "str", "rater": "str", "stage": "str"})


def _assemble(
    truth: Truth, members: pd.DataFrame, terms: pd.DataFrame, touches: pd.DataFrame, answers: pd.DataFrame
) -> CleanTables:
    """The tables as a report has them after cleaning, with the engagement that goes with them."""
    keys = {
        "client": "Invented",
        "as_of": CLOSED,
        "tables": {"members": "none.csv"},
        "attributes": [*SCALES, "preferred_mode"],
        "tiers": {"by": "quantiles", "n": 4},
        "segments": {"method": "classes", "k": 4} if truth.method == "classes" else {"method": "rules"},
        "evidence": {"primary": ["churn", "gap_effect"], "confounders": list(truth.declared)},
    }
    settings = check_keys(EngagementSettings, keys, "world")
    engagement = Engagement(Path("world"), "world", CLOSED, settings, SEGMENTS)
    empty = {
        "ledger": ["table", "row", "column", "before", "after", "rule"],
        "quarantine": ["table", "row", "reason", "cells", "amount"],
        "merged": ["table", "row", "into_row"],
        "decisions": list(DECISIONS),
        "headers": ["table", "column", "header"],
        "overrides": ["member_id", "column", "value", "reason", "by"],
    }
    tables = {"members": members, "terms": terms, "touches": touches, "answers": answers}
    accounts = pd.DataFrame(
        [(name, len(table), len(table), 0, 0) for name, table in tables.items()],
        columns=["table", "read", "kept", "merged", "quarantined"],
    )
    return CleanTables(
        **{name: table.rename_axis("row") for name, table in tables.items()},
        staff=None,
        milestones=None,
        outcomes=None,
        accounts=accounts,
        system="",
        engagement=engagement,
        **{name: pd.DataFrame(columns=columns).astype("str") for name, columns in empty.items()},
    )
