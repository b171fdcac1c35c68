"""Third step: the segments as they were when the outcome window opened, for what evidence may use."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from axlib.numbers.finding_members import are_among
from axlib.tables.attributes import Attributes
from axlib.tables.combining_raters import CombinedAnswers
from axlib.verbs.assessed_then import assess_on
from axlib.verbs.cohort import Cohort
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.journeys import Journeys
from axlib.verbs.segments import Segmentation
from axlib.words.results import Unavailable

ANALYSIS = "Segments when the window opened"
#: With dated values alone at least so many of the cohort must have a segment; else undated ones are taken too.
LEAST_PLACED = 0.5


@dataclass(frozen=True, eq=False)
class LookedBack:
    """The cohort's segments at the opening.

    Attributes
    ----------
    segments_at_start : Segmentation or Unavailable
        Of the cohort, without what was declared.
    dated : bool
        Whether every value behind them is known to be from before the window.
    """

    segments_at_start: Segmentation | Unavailable
    dated: bool


def look_back(ground: Groundwork, segmented: Segmented, journeys: Journeys | Unavailable) -> LookedBack:
    """Place the cohort by the model of today and what was known at the opening; undated values only where they must."""
    cohort, segments, attributes = ground.cohort, segmented.segments, segmented.attributes
    if isinstance(cohort, Unavailable):
        return LookedBack(lacking(ANALYSIS, cohort), False)
    if isinstance(segments, Unavailable):
        return LookedBack(lacking(ANALYSIS, segments), False)
    day = cohort.opened_on
    if day is not None and segments.method in ("rules", "classes") and isinstance(attributes, Attributes):
        by_stage = isinstance(journeys, Journeys) and isinstance(ground.answers, CombinedAnswers)
        then = assess_on(
            segments,
            attributes=attributes,
            clean=ground.answered,
            day=day,
            segments=ground.engagement.segments,
            undated="blank",
            by_stage=by_stage,
        )
        if isinstance(then, Segmentation):
            then = _of_cohort(then, cohort)
            placed = len(then.table) - then.undetermined
            if placed >= LEAST_PLACED * len(cohort.table):
                return LookedBack(then, True)
    return LookedBack(_of_cohort(segments, cohort), False)


def _of_cohort(segments: Segmentation, cohort: Cohort) -> Segmentation:
    inside = are_among(segments.table["member_id"], cohort.table["member_id"])
    return dataclasses.replace(segments, table=segments.table[inside].reset_index(drop=True))
