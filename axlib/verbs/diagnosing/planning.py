"""Fourth step: what team and coverage would deliver the Appropriate Experience."""

from __future__ import annotations

from dataclasses import dataclass

from axlib.verbs.coverage import CoveragePlan, plan_coverage
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.words.results import Unavailable


@dataclass(frozen=True, eq=False)
class Planned:
    """What serving members would take; each as ``Diagnosis`` names it."""

    coverage: CoveragePlan | Unavailable


def plan_service(ground: Groundwork, segmented: Segmented) -> Planned:
    """Lay the hours that members call for on the team there is."""
    segments, engagement = segmented.plan_segments, ground.engagement
    if isinstance(segments, Unavailable):
        return Planned(lacking("Coverage load", segments))
    return Planned(
        plan_coverage(
            segments,
            members=ground.current,
            staff=ground.clean.staff,
            coverage=engagement.segments,
            utilisation=engagement.settings.capacity.utilisation,
            hours_source=engagement.settings.capacity.hours_source,
        )
    )
