"""From choices to figures: all of them with intervals, or at once and provisional, from the classes at hand."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.desk.bench import Bench, take_attributes
from axlib.desk.choices import Choices, apply_choices
from axlib.numbers.encoding import EncodedAttributes, encode_attributes
from axlib.numbers.mixture import posterior
from axlib.numbers.mixture_json import mixture_from_json
from axlib.numbers.warm_refit import refit_mixture
from axlib.tables.attributes import Attributes
from axlib.tables.engagement import Engagement
from axlib.verbs.assignment import derive_rng
from axlib.verbs.classes import segment_by_ax, segment_by_mixture
from axlib.verbs.comparison import Comparison, compare_segmentations
from axlib.verbs.coverage import CoveragePlan, hours_by_member, plan_coverage, tell_stages
from axlib.verbs.diagnosing.groundwork import Groundwork, change_rules, change_tiers, lacking
from axlib.verbs.diagnosing.segmenting import keep_current
from axlib.verbs.retention import Retention, measure_retention
from axlib.verbs.segment_profile import profile_segments
from axlib.verbs.segments import Segmentation, segment_by_column, segment_by_rules
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Unavailable

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Look:
    """What one state of the controls shows.

    Attributes
    ----------
    choices : Choices
    engagement : Engagement
        As it would be with these choices in its file.
    ground : Groundwork
    attributes : Attributes
    segments : Segmentation or Unavailable
        Of current members and the cohort.
    today : Segmentation or Unavailable
        Of current members: what plans use.
    profile : DataFrame
        As ``profile_segments`` gives it, of current members; empty without segments.
    tiers : Segmentation or Unavailable
    comparison : Comparison or Unavailable
    coverage : CoveragePlan or Unavailable
    retention : Retention or Unavailable or None
        None as long as outcomes are not to be shown: they are not computed either.
    is_warm : bool
        Classes were fitted from those at hand, in a few steps.
    is_bare : bool
        Retention has no intervals.
    of_sample : bool
        Members are a random sample of all.
    """

    choices: Choices
    engagement: Engagement
    ground: Groundwork
    attributes: Attributes
    segments: Segmentation | Unavailable
    today: Segmentation | Unavailable
    profile: pd.DataFrame
    tiers: Segmentation | Unavailable
    comparison: Comparison | Unavailable
    coverage: CoveragePlan | Unavailable
    retention: Retention | Unavailable | None
    is_warm: bool
    is_bare: bool
    of_sample: bool

    @property
    def provisional(self) -> bool:
        """Whether the best fit, or intervals, are still to come."""
        return self.is_warm or self.is_bare


def look_at(
    bench: Bench, choices: Choices, *, before: Look | None = None, provisional: bool = False, outcomes: bool = False
) -> Look:
    """Compute what a state of the controls shows; what does not change is taken over.

    Parameters
    ----------
    bench : Bench
    choices : Choices
    before : Look, optional
        What was shown before. A provisional look starts from its classes.
    provisional : bool
        Whether a figure at once is wanted more than the best fit and intervals. The number of classes is then that at
        hand where it is left to the data.
    outcomes : bool
        Whether what became of members may be looked at.

    Raises
    ------
    ConfigurationError
        A choice is impossible.
    """
    engagement = apply_choices(choices, engagement=bench.engagement, specs=bench.specs)
    ground = _ground(bench, engagement, before)
    attributes = _take(bench, choices, ground, before)
    segments, is_warm = _segment(choices, engagement, ground, attributes, before, provisional=provisional)
    retention, is_bare = None, False
    if outcomes:
        retention, is_bare = _retain(ground, segments, before, provisional=provisional)
    tiers = ground.tiers
    if before is not None and segments is before.segments and ground.current is before.ground.current:
        today, profile = before.today, before.profile
        same = tiers is before.tiers and engagement.segments == before.engagement.segments
        comparison = before.comparison if same else _compare(engagement, ground, today)
    else:
        today = keep_current(segments, ground=ground) if isinstance(segments, Segmentation) else segments
        profile = profile_segments(today, attributes) if isinstance(today, Segmentation) else pd.DataFrame()
        comparison = _compare(engagement, ground, today)
    return Look(
        choices=choices,
        engagement=engagement,
        ground=ground,
        attributes=attributes,
        segments=segments,
        today=today,
        profile=profile,
        tiers=tiers,
        comparison=comparison,
        coverage=_plan(engagement, ground, today),
        retention=retention,
        is_warm=is_warm,
        is_bare=is_bare,
        of_sample=bench.is_sampled,
    )


def _ground(bench: Bench, engagement: Engagement, before: Look | None) -> Groundwork:
    """Members by the rules chosen; what rules leave as it was is taken over, for counting anew takes a while."""
    held, keys = (bench.ground if before is None else before.ground), engagement.settings
    if keys.retention != held.engagement.settings.retention:
        return change_rules(bench.ground, engagement)
    if keys.tiers != held.engagement.settings.tiers:
        return change_tiers(held, engagement)
    return dataclasses.replace(held, engagement=engagement)


def _take(bench: Bench, choices: Choices, ground: Groundwork, before: Look | None) -> Attributes:
    if before is None or ground.population is not before.ground.population:
        return take_attributes(bench, choices.attributes, ground.population)
    if choices.attributes == before.choices.attributes:
        return before.attributes
    return take_attributes(bench, choices.attributes, before.attributes.table.index)


def _segment(
    choices: Choices,
    engagement: Engagement,
    ground: Groundwork,
    attributes: Attributes,
    before: Look | None,
    *,
    provisional: bool,
) -> tuple[Segmentation | Unavailable, bool]:
    """Segment members; the second says whether that was done in a few steps from the classes at hand."""
    same = before is not None and _same_segments(choices, before.choices) and _same_members(attributes, before)
    if before is not None and same and (provisional or not before.is_warm):
        return before.segments, before.is_warm
    keys = engagement.settings.segments
    try:
        if choices.method == "rules":
            return segment_by_rules(attributes.table, segments=engagement.segments), False
        if choices.method == "column":
            return segment_by_column(ground.population, column=keys.column or ""), False
        held = None if before is None else before.segments
        if provisional and before is not None and isinstance(held, Segmentation) and held.segments:
            return segment_warm(held, before.attributes, choices, engagement, attributes), True
        found = segment_by_ax(
            attributes,
            segments=engagement.segments,
            k=choices.k,
            min_confidence=keys.min_confidence,
            min_answers=keys.min_answers,
            rng=derive_rng(engagement.settings.seed, "segment_by_ax"),
        )
    except (DataError, ConfigurationError) as error:
        return Unavailable("Coverage Segments", " ".join(error.problems)), False
    return found, False


def _same_segments(choices: Choices, others: Choices) -> bool:
    """Whether two states find segments by the same means; the number of classes is one only by classes."""
    by_classes = choices.method == "classes"
    return (
        choices.method == others.method
        and choices.attributes == others.attributes
        and (not by_classes or choices.k == others.k)
    )


def _same_members(attributes: Attributes, before: Look) -> bool:
    return attributes.table.index.equals(before.attributes.table.index)


def segment_warm(
    segments: Segmentation, held: Attributes, choices: Choices, engagement: Engagement, attributes: Attributes
) -> Segmentation:
    """Fit classes from those at hand, in a few steps.

    Parameters
    ----------
    segments : Segmentation
        Those at hand, by any method.
    held : Attributes
        What they were found by.
    choices : Choices
    engagement : Engagement
    attributes : Attributes
        What they are found by now; perhaps of other members.
    """
    memberships = _read_memberships(segments, held)
    places = held.table.index.get_indexer(attributes.table.index)
    known = np.where((places >= 0)[:, None], memberships[places], 0.0)
    encoded = encode_attributes(attributes.table, kinds=attributes.kinds)
    k = memberships.shape[1] if choices.k == "auto" else choices.k
    warm = refit_mixture(encoded, memberships=known, k=min(k, encoded.n_distinct))
    keys = engagement.settings.segments
    return segment_by_mixture(
        warm,
        encoded,
        attributes=attributes,
        segments=engagement.segments,
        trade_off=pd.DataFrame(),
        min_confidence=keys.min_confidence,
        min_answers=keys.min_answers,
    )


def _read_memberships(segments: Segmentation, held: Attributes) -> Floats:
    """Read off which class each member is in: as probabilities where classes were fitted, else as a whole."""
    if segments.model:
        mixture, encoding = mixture_from_json(json.loads(segments.model))
        return posterior(mixture, _encode_as(held, [a.name for a in encoding.attributes]))
    labels = segments.table.set_index("member_id")["segment"].reindex(held.table.index)
    codes = pd.Categorical(labels, categories=list(segments.segments)).codes
    return (codes[:, None] == np.arange(len(segments.segments))).astype(float)


def _encode_as(attributes: Attributes, names: Sequence[str]) -> EncodedAttributes:
    return encode_attributes(attributes.table, kinds={name: attributes.kinds[name] for name in names})


def _compare(engagement: Engagement, ground: Groundwork, today: Segmentation | Unavailable) -> Comparison | Unavailable:
    if isinstance(today, Unavailable) or isinstance(ground.tiers, Unavailable):
        return lacking("Comparison of tiers and segments", today if isinstance(today, Unavailable) else ground.tiers)
    members = ground.clean.members
    stages = members.set_index("member_id")["lifecycle_stage"] if "lifecycle_stage" in members.columns else None
    hours = hours_by_member(today, coverage=engagement.segments, stages=stages)
    return compare_segmentations(
        ground.tiers,
        today,
        dues=ground.current,
        hours=hours.set_index("member_id")["required_hours"],
        currency=engagement.settings.currency,
    )


def _plan(engagement: Engagement, ground: Groundwork, today: Segmentation | Unavailable) -> CoveragePlan | Unavailable:
    if isinstance(today, Unavailable):
        return lacking("Coverage load", today)
    keys = engagement.settings.capacity
    return plan_coverage(
        today,
        members=tell_stages(ground.current, as_of=engagement.as_of),
        staff=ground.clean.staff,
        coverage=engagement.segments,
        utilisation=keys.utilisation,
        hours_source=keys.hours_source,
        as_of=engagement.as_of,
        ramp_by_month=keys.ramp_by_month,
    )


def _retain(
    ground: Groundwork, segments: Segmentation | Unavailable, before: Look | None, *, provisional: bool
) -> tuple[Retention | Unavailable, bool]:
    """Measure retention; the second says whether that was done without intervals."""
    if isinstance(ground.cohort, Unavailable):
        return ground.cohort, False
    if before is not None and before.retention is not None and (provisional or not before.is_bare):
        same = (ground.cohort, ground.tiers_at_start, segments)
        held = (before.ground.cohort, before.ground.tiers_at_start, before.segments)
        if all(now is then for now, then in zip(same, held, strict=True)):
            return before.retention, before.is_bare
    groupings = {"tier": ground.tiers_at_start, "segment": segments}
    there = {name: grouping for name, grouping in groupings.items() if isinstance(grouping, Segmentation)}
    rng = derive_rng(ground.engagement.settings.seed, "measure_retention")
    if not provisional:
        return measure_retention(ground.cohort, groupings=there, rng=rng), False
    measured = measure_retention(ground.cohort, groupings=there, rng=rng, n_resamples=2)
    bounds = [name for name in measured.table.columns if name.endswith(("_low", "_high"))]
    return dataclasses.replace(measured, table=measured.table.assign(**dict.fromkeys(bounds, np.nan))), True
