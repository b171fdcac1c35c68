"""Fifth step: where members are heading, by their milestones."""

from __future__ import annotations

from dataclasses import dataclass

from axlib.verbs.diagnosing.groundwork import Groundwork
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.segments import Segmentation
from axlib.verbs.success_vector import SuccessVector, measure_success_vector
from axlib.words.results import Unavailable


@dataclass(frozen=True, eq=False)
class Steered:
    """What milestones tell; each as ``Diagnosis`` names it."""

    success_vector: SuccessVector | Unavailable


def look_ahead(ground: Groundwork, segmented: Segmented) -> Steered:
    """Tell of each current member whether it is on course."""
    segments, settings = segmented.plan_segments, ground.engagement.settings
    return Steered(
        measure_success_vector(
            ground.clean.milestones,
            members=ground.current["member_id"],
            segments=segments if isinstance(segments, Segmentation) else None,
            as_of=ground.engagement.as_of,
            window_months=settings.retention.window_months,
            drifting_after=settings.milestones.drifting_after,
            off_course_after=settings.milestones.off_course_after,
        )
    )
