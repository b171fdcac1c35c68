"""The exploratory rule: what was tried after outcomes were seen is counted, and proves nothing.

A desk that shows outcomes lets everyone find the grouping that happens to look best. So a segmentation is locked by
its fingerprint before outcomes are shown; anything else that is taken to a report from there says that it is
exploratory, and no finding on it rises above level 0 (scenarios stay what they are).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from axlib.tables.settings.analysis import EvidenceSettings
from axlib.verbs.findings import Findings
from axlib.verbs.segments import Segmentation
from axlib.words.results import Result

#: Levels that say more than what was counted or assumed.
ABOVE_COUNTED = ("1", "2", "3", "4")
EXPLORED = (
    "The segmentation was chosen after outcomes had been seen: it is exploratory, and only what was counted is told."
)
NOT_LOCKED = (
    "The segments are not those that were locked before outcomes were seen (keys, answers or members have changed "
    "since): they count as exploratory, and only what was counted is told."
)


def find_exploratory(evidence: EvidenceSettings, segments: Result) -> str:
    """Say why segments count as exploratory; empty where they do not.

    Parameters
    ----------
    evidence : EvidenceSettings
        ``exploratory``: declared; ``locked``: the fingerprint that was locked before outcomes were seen.
    segments : Segmentation or Unavailable
        Those outcomes are laid beside.
    """
    if evidence.exploratory:
        return EXPLORED
    if evidence.locked and isinstance(segments, Segmentation) and segments.fingerprint != evidence.locked:
        return NOT_LOCKED
    return ""


def limit_explored(findings: Findings, *, evidence: EvidenceSettings, segments: Result) -> Findings:
    """Withhold findings above level 0 where the segments are exploratory, and say so; counts and scenarios stay.

    Parameters
    ----------
    findings : Findings
    evidence, segments
        As in ``find_exploratory``.
    """
    why = find_exploratory(evidence, segments)
    table = findings.table
    beyond = table["level"].isin(ABOVE_COUNTED).to_numpy() & (table["withheld_because"] == "").to_numpy()
    if not why:
        return findings
    numbers = {name: table[name].mask(beyond, np.nan) for name in ("estimate", "low", "high")}
    withheld = table["withheld_because"].mask(beyond, why)
    told = table["text"].mask(beyond, "")
    return replace(findings, table=table.assign(**numbers, text=told, withheld_because=withheld), note=why)
