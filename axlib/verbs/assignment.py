"""From an engagement's clean tables to its segments: attributes, the method asked for, and the proof of the law."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pandas as pd

from axlib.numbers.finding_members import are_among
from axlib.tables.attributes import Attributes, collect_attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.engagement import Engagement
from axlib.tables.instrument import Instrument
from axlib.verbs.asked_members import choose_attributes
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.dues_blindness import DuesBlindness, check_dues_blindness
from axlib.verbs.segments import Segmentation, segment_by_column, segment_by_rules
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Unavailable


def derive_rng(seed: int, verb: str) -> np.random.Generator:
    """Return the chance of one verb: the same for the same seed, whatever other verbs drew.

    Examples
    --------
    >>> derive_rng(0, "segment_by_ax").integers(100) == derive_rng(0, "segment_by_ax").integers(100)
    np.True_
    """
    word = int.from_bytes(hashlib.sha256(verb.encode("utf-8")).digest()[:8], "big")
    return np.random.default_rng([seed, word])


def _assign(attributes: Attributes, population: pd.DataFrame, engagement: Engagement, method: str) -> Segmentation:
    settings = engagement.settings
    if method == "rules":
        return segment_by_rules(attributes.table, segments=engagement.segments)
    if method == "column":
        return segment_by_column(population, column=settings.segments.column or "")
    return segment_by_ax(
        attributes,
        segments=engagement.segments,
        k=settings.segments.k,
        min_confidence=settings.segments.min_confidence,
        min_answers=settings.segments.min_answers,
        rng=derive_rng(settings.seed, "segment_by_ax"),
    )


def collect_for(
    clean: CleanTables, population: pd.DataFrame, engagement: Engagement, instrument: Instrument | None
) -> Attributes:
    """Collect the attributes an engagement is segmented by, of those who are to be segmented."""
    attributes = collect_attributes(clean, attributes=choose_attributes(clean, engagement, instrument))
    inside = are_among(attributes.table.index, population["member_id"])
    return dataclasses.replace(attributes, table=attributes.table[inside])


def assign_segments(
    clean: CleanTables, population: pd.DataFrame, engagement: Engagement, instrument: Instrument | None = None
) -> tuple[Attributes | Unavailable, dict[str, Segmentation | Unavailable]]:
    """Return attributes, and the segments by each method: ``rules`` and ``classes``, and ``column`` if asked for."""
    ask = "AX answers of the members, or columns that tell how each must be served"
    chosen = engagement.settings.segments.method
    attributes = collect_for(clean, population, engagement, instrument)
    if len(attributes.kinds) == 0 and chosen != "column":
        none = Unavailable("Coverage Segments", "the export holds no AX attributes.", ask)
        return none, {"rules": none, "classes": none}
    results: dict[str, Segmentation | Unavailable] = {}
    for method in ("rules", "classes", "column"):
        try:
            if method == "column" and chosen != "column":
                continue
            results[method] = _assign(attributes, population, engagement, method)
        except (DataError, ConfigurationError) as error:
            # The method asked for must work; the other one is only shown beside it.
            if method == chosen and not isinstance(error, DataError):
                raise
            results[method] = Unavailable(f"Segments by {method}", error.problems[0], ask)
    return attributes, results


def prove_dues_blindness(
    clean: CleanTables,
    population: pd.DataFrame,
    segments: Segmentation | Unavailable,
    attributes: Attributes | Unavailable,
    engagement: Engagement,
    instrument: Instrument | None = None,
) -> DuesBlindness | Unavailable:
    """Make the segments again from shuffled and multiplied dues, and compare."""
    if isinstance(segments, Unavailable) or isinstance(attributes, Unavailable):
        return Unavailable("Dues-blindness", "there are no segments to prove it on.")
    if "annual_dues" not in population.columns:
        return Unavailable("Dues-blindness", "the export holds no dues that could be shuffled.", "what members pay")
    rng = derive_rng(engagement.settings.seed, "check_dues_blindness")
    others = clean.members
    if "annual_dues" in others.columns:
        others = others.assign(annual_dues=rng.permutation(others["annual_dues"].to_numpy(copy=True)) * 7.31)
    people = population.assign(annual_dues=rng.permutation(population["annual_dues"].to_numpy(copy=True)) * 7.31)
    again = collect_for(dataclasses.replace(clean, members=others), people, engagement, instrument)
    shuffled = _assign(again, people, engagement, segments.method)
    dues = population.set_index("member_id")["annual_dues"]
    return check_dues_blindness(segments, shuffled, attributes=attributes, dues=dues, rng=rng)
