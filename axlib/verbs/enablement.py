"""The layer behind the people who serve: content, one-to-many, tooling, playbooks, and whether it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.delivery import Delivery
from axlib.verbs.hours_model import HoursModel
from axlib.verbs.rebalancing_needs import read_skills
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_share, format_value, join_words
from axlib.words.results import Result, Unavailable

#: Below this share of a mode's hours in the log the team hardly serves in it today.
HARDLY = 0.5
#: Of undetermined members from which on nobody can be moved yet.
UNKNOWN_SHARE = 0.2
_HOURS = ("required_hours", "delivered_hours")


@dataclass(frozen=True, eq=False, repr=False)
class Enablement(Result):
    """Hours that equip the segments, what is ready, and what could be carved out.

    Attributes
    ----------
    hours : DataFrame, one row per (segment, item) that takes hours
        ``segment``, ``item``, ``setup_hours`` (once), ``yearly_hours``, ``ready``.
    readiness : DataFrame, one row per check
        ``segment`` (``all`` for the whole), ``check``, ``ready``, ``note``.
    carve_outs : DataFrame, one row per part of a segment's contact given in another mode
        ``segment``, ``what``, ``out_of``, ``into``, ``members``, ``hours_before``, ``hours_after``, ``hours_freed``.
    team : DataFrame, one row
        ``required_hours``, ``yearly_hours`` and ``setup_hours`` (still to do), ``hours_freed``, ``available_hours``,
        ``load``, ``load_with_enablement`` (were the team to do it), ``load_after_carve_outs``.
    """

    hours: pd.DataFrame
    readiness: pd.DataFrame
    carve_outs: pd.DataFrame
    team: pd.DataFrame

    title: ClassVar[str] = "What must be there before members are served by segment"
    details: ClassVar[tuple[tuple[str, str], ...]] = (
        ("hours", "What equipping takes"),
        ("carve_outs", "Contact carved out for scale"),
    )

    @property
    def missing(self) -> pd.DataFrame:
        """The checks that fail."""
        return self.readiness[~self.readiness["ready"]]

    def summary(self) -> pd.DataFrame:
        """Return one row per check."""
        return self.readiness

    @property
    def text(self) -> str:
        """What is missing, what equipping takes, and what carving out frees."""
        row = self.team.iloc[0]
        ready = int(self.readiness["ready"].sum())
        parts = [f"{ready} of {count_words(len(self.readiness), 'check')} {'is' if ready == 1 else 'are'} met."]
        setup, yearly = (format_value(float(row[name]), "hours") for name in ("setup_hours", "yearly_hours"))
        if row["setup_hours"] > 0 or row["yearly_hours"] > 0:
            parts.append(
                f"If enablement takes what is declared, {setup} hours are still to be done once and {yearly} each "
                f"year; were the team to do the yearly part, its load would be "
                f"{format_value(float(row['load_with_enablement']), 'load')} instead of "
                f"{format_value(float(row['load']), 'load')}."
            )
        if row["hours_freed"] > 0:
            names = join_words(list(dict.fromkeys(self.carve_outs["segment"])))
            parts.append(
                f"If contact is carved out of {names} as declared, {format_value(float(row['hours_freed']), 'hours')} "
                f"hours a year are freed (load {format_value(float(row['load_after_carve_outs']), 'load')})."
            )
        return " ".join(parts)


def plan_enablement(
    segments: Segmentation,
    *,
    coverage: Sequence[CoverageSegment],
    plan: CoveragePlan,
    model: HoursModel,
    staff: pd.DataFrame,
    delivery: Delivery | Unavailable | None = None,
    pool_is_staffed: bool | None = None,
) -> Enablement:
    """Lay out what serving by segment needs beside hours with members, and check whether it is there.

    Parameters
    ----------
    segments : Segmentation
        Of current members.
    coverage : sequence of CoverageSegment
        ``enablement`` and ``carve_outs`` of each.
    plan : CoveragePlan
    model : HoursModel
    staff : DataFrame
        ``staff_id``, perhaps ``segments``.
    delivery : Delivery, optional
    pool_is_staffed : bool, optional
        Whether people are named for the segments served by a pool.

    Returns
    -------
    Enablement

    Notes
    -----
    Hours are those declared in ``segments.yml`` for segments that have members. Carve-outs are taken from all members
    of a segment: share × hours in the mode × (1 − hours_ratio) are freed.
    """
    sizes = segments.sizes
    used = [segment for segment in coverage if sizes.get(segment.name, 0) > 0]
    hours = _hours(used)
    carved = _carve_outs(used, model, sizes)
    team = plan.team.iloc[0]
    required, available = float(team["required_hours"]), float(team["available_hours"])
    yearly = float(hours["yearly_hours"].sum())
    freed = float(carved["hours_freed"].sum())
    row = {
        "required_hours": required,
        "yearly_hours": yearly,
        "setup_hours": float(hours.loc[~hours["ready"], "setup_hours"].sum()),
        "hours_freed": freed,
        "available_hours": available,
        "load": required / available,
        "load_with_enablement": (required + yearly) / available,
        "load_after_carve_outs": (required - freed) / available,
    }
    checks = [
        *_checks_of_segments(used, model, staff, delivery),
        *_checks_of_pools(used, pool_is_staffed),
        *_checks_of_all(segments),
    ]
    readiness = pd.DataFrame(checks, columns=["segment", "check", "ready", "note"])
    readiness = readiness.astype({"segment": "str", "check": "str", "ready": bool, "note": "str"})
    return Enablement(hours, readiness, carved, pd.DataFrame([row]))


def _hours(used: Sequence[CoverageSegment]) -> pd.DataFrame:
    rows = [
        (segment.name, name, item.setup, item.yearly, item.ready)
        for segment in used
        for name, item in segment.enablement.items.items()
        if item.setup > 0 or item.yearly > 0
    ]
    table = pd.DataFrame(rows, columns=["segment", "item", "setup_hours", "yearly_hours", "ready"])
    return table.astype({"segment": "str", "item": "str", "setup_hours": float, "yearly_hours": float, "ready": bool})


def _carve_outs(used: Sequence[CoverageSegment], model: HoursModel, sizes: dict[str, int]) -> pd.DataFrame:
    of_mode = model.by_mode.set_index(["segment", "mode"])["required_hours"]
    rows = []
    for segment in used:
        for cut in segment.carve_outs:
            before = cut.share * float(of_mode.get((segment.name, cut.out_of), 0.0))
            after = before * cut.hours_ratio
            rows.append(
                (segment.name, cut.what, cut.out_of, cut.into, sizes[segment.name], before, after, before - after)
            )
    columns = ["segment", "what", "out_of", "into", "members", "hours_before", "hours_after", "hours_freed"]
    texts = dict.fromkeys(columns[:4], "str")
    return pd.DataFrame(rows, columns=columns).astype({**texts, "members": int, **dict.fromkeys(columns[5:], float)})


def _checks_of_segments(
    used: Sequence[CoverageSegment],
    model: HoursModel,
    staff: pd.DataFrame,
    delivery: Delivery | Unavailable | None,
) -> list[tuple[str, str, bool, str]]:
    may_serve = read_skills(staff, [segment.name for segment in used])
    by_mode = model.by_mode.set_index(["segment", "mode"])
    checks = []
    for at, segment in enumerate(used):
        items = segment.enablement.items
        needed = [name for name, item in items.items() if item.setup > 0 or item.yearly > 0]
        lacking = [name.replace("_", " ") for name in needed if not items[name].ready]
        note = f"still to be made: {join_words(lacking)}" if lacking else "all that is declared is there"
        checks.append(
            (segment.name, "Content, tooling and playbooks", not lacking, note if needed else "none declared")
        )
        without = [mode for mode in segment.modes if mode not in segment.enablement.playbooks]
        note = f"no playbook is declared for {join_words(without)}" if without else "every mode has one"
        checks.append((segment.name, "A playbook for every mode", not without, note))
        if not segment.pooled:
            n = int(may_serve[:, at].sum())
            checks.append((segment.name, "People who may serve it", n > 0, count_words(n, "person", "people")))
        if isinstance(delivery, Delivery):
            rare = []
            for mode in segment.modes:
                asked, given = (float(by_mode[column].get((segment.name, mode), 0.0)) for column in _HOURS)
                rare += [f"{mode} ({format_share(given / asked, 0)})"] if asked > 0 and given < HARDLY * asked else []
            note = f"little of the hours called for is in the log: {join_words(rare)}" if rare else "in use today"
            checks.append((segment.name, "Practice in its modes", not rare, note))
    return checks


def _checks_of_pools(used: Sequence[CoverageSegment], pool_is_staffed: bool | None) -> list[tuple[str, str, bool, str]]:
    pooled = [segment.name for segment in used if segment.pooled]
    if not pooled or pool_is_staffed is None:
        return []
    note = (
        "people are named for it"
        if pool_is_staffed
        else "nobody in the table of staff serves it alone, so members stay in books"
    )
    return [(name, "A pool with people of its own", pool_is_staffed, note) for name in pooled]


def _checks_of_all(segments: Segmentation) -> list[tuple[str, str, bool, str]]:
    n = max(1, len(segments.table))
    unknown = segments.undetermined / n
    named = int(segments.table["segment"].isin(segments.segments).sum())
    note = f"{format_share(unknown, 0)} of members are {UNDETERMINED}"
    return [
        ("all", "Members' Appropriate Experience known", bool(unknown <= UNKNOWN_SHARE and named > 0), note),
        *(
            [
                (
                    "all",
                    "Confidence known",
                    bool(np.isfinite(segments.table["confidence"]).all()),
                    "as the method gives it",
                )
            ]
            if segments.method == "classes"
            else []
        ),
    ]
