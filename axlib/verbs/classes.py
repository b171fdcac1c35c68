"""Coverage Segments from the data: classes of members with a like Appropriate Experience, named by archetype."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.choosing_classes import choose_mixture
from axlib.numbers.class_profiles import class_profile
from axlib.numbers.encoding import EncodedAttributes, Encoding, encode_attributes, encode_like
from axlib.numbers.mixture import Mixture, fit_mixture, posterior
from axlib.numbers.mixture_json import mixture_from_json, mixture_to_json
from axlib.numbers.stability import bootstrap_jaccard
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.segments import Segmentation, make_segmentation
from axlib.words.display import count_words, format_short, join_words
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable
from axlib.words.vocabulary import SCALE_TOP

#: Where low, middle and high stand on an attribute's own scale of 0-1.
ANCHORS = {"low": 0.2, "middle": 0.5, "high": 0.8}
#: Beyond this mean distance a class is like no archetype, and is left for the consultant to name.
FARTHEST = 0.3
#: A class smaller than this, or than a fiftieth of the members, is of no use for coverage.
SMALLEST_CLASS = 20
LARGEST_K = 8
N_STARTS = 10


def segment_by_ax(
    attributes: Attributes,
    *,
    segments: Sequence[CoverageSegment],
    k: int | Literal["auto"] = "auto",
    min_confidence: float = 0.6,
    min_answers: float = 0.5,
    rng: np.random.Generator,
) -> Segmentation:
    """Find classes of members with a like Appropriate Experience, and name them by the nearest archetype.

    Parameters
    ----------
    attributes : Attributes
        AX attributes of the members; none of them is money.
    segments : sequence of CoverageSegment
        Their archetypes name the classes; several classes may become one segment.
    k : int or 'auto'
        Number of classes; ``auto`` chooses by BIC among those of useful size.
    min_confidence : float
        Least probability of a member's segment, below which it is undetermined.
    min_answers : float
        Least share of attributes known, below which it is undetermined.
    rng : Generator
        Where the fit starts from.

    Returns
    -------
    Segmentation
        Segments in the order of the file, then unnamed classes from the largest down.

    Raises
    ------
    DataError
        The attributes cannot be fitted.

    Notes
    -----
    A class takes the archetype with the least mean distance over that archetype's attributes: for a 0-4 scale
    ``|mean/4 - anchor|``, for a number with edges its place between them, for a category 1 - the share of the
    class that has it. Ties go by file order; beyond 0.3 a class stays unnamed.
    """
    encoded = encode_attributes(attributes.table, kinds=attributes.kinds)
    mixture, trade_off = _fit(encoded, k, rng)
    return segment_by_mixture(
        mixture,
        encoded,
        attributes=attributes,
        segments=segments,
        trade_off=trade_off,
        min_confidence=min_confidence,
        min_answers=min_answers,
    )


def segment_by_mixture(
    mixture: Mixture,
    encoded: EncodedAttributes,
    *,
    attributes: Attributes,
    segments: Sequence[CoverageSegment],
    trade_off: pd.DataFrame,
    min_confidence: float,
    min_answers: float,
) -> Segmentation:
    """Name the classes of a fitted mixture and place members by it; parameters are those of ``segment_by_ax``."""
    profile = class_profile(mixture, encoded.encoding)
    classes = _name_classes(profile, mixture, segments, attributes)
    names = [segment.name for segment in segments if (classes["segment"] == segment.name).any()]
    names += [name for name in classes["segment"] if name not in names]
    probability = posterior(mixture, encoded) @ (classes["segment"].to_numpy()[:, None] == np.array(names))
    best = probability.argmax(axis=1)
    confidence = np.clip(probability[np.arange(len(best)), best], 0.0, 1.0)
    known = attributes.table[list(attributes.kinds)].notna().mean(axis=1).to_numpy()
    labels = np.array(names, dtype=object)[best]
    reasons = np.array([f"most like the class {describe_classes(name, classes)}" for name in names], dtype=object)[best]
    unsure, unknown = confidence < min_confidence, known < min_answers
    labels[unsure | unknown] = UNDETERMINED
    reasons[unsure] = f"no segment is more probable than {format_short(min_confidence)}"
    reasons[unknown] = f"fewer than {format_short(min_answers)} of the answers are known"
    return make_segmentation(
        pd.Series(attributes.table.index),
        labels,
        segments=names,
        method="classes",
        confidence=confidence,
        reason=reasons,
        classes=classes,
        profile=profile.astype({"level": "str", "attribute": "str", "kind": "str"}),
        trade_off=trade_off,
        model=write_model(mixture, encoded.encoding, classes, names, min_confidence, min_answers),
    )


def write_model(
    mixture: Mixture,
    encoding: Encoding,
    classes: pd.DataFrame,
    names: Sequence[str],
    min_confidence: float,
    min_answers: float,
) -> str:
    """Write the fitted model as JSON with all that placing a member by it takes: names of classes, and thresholds."""
    rows = classes.astype(object).where(classes.notna(), None).to_dict("records")
    placing = {"names": list(names), "classes": rows, "min_confidence": min_confidence, "min_answers": min_answers}
    return json.dumps({**mixture_to_json(mixture, encoding), "segments": placing}, ensure_ascii=False)


def _fit(
    encoded: EncodedAttributes, k: int | Literal["auto"], rng: np.random.Generator
) -> tuple[Mixture, pd.DataFrame]:
    if k == "auto":
        most = max(1, min(LARGEST_K, encoded.n_distinct))
        smallest = max(SMALLEST_CLASS, encoded.n_members / 50)
        return choose_mixture(encoded, ks=range(1, most + 1), n_starts=N_STARTS, min_class_size=smallest, rng=rng)
    if k > encoded.n_distinct:
        raise DataError(
            f"segment_by_ax: k must be at most {encoded.n_distinct}, the number of distinct AX profiles. Got {k}."
        )
    mixture = fit_mixture(encoded, k=k, n_starts=N_STARTS, rng=rng)
    columns = {
        "k": [k],
        "log_likelihood": [mixture.log_likelihood],
        "n_parameters": [mixture.n_parameters],
        "bic": [mixture.bic],
        "smallest_class": [float(mixture.sizes.min())],
        "useful": [True],
        "converged": [mixture.converged],
        "chosen": [True],
    }
    return mixture, pd.DataFrame(columns)


def _name_classes(
    profile: pd.DataFrame, mixture: Mixture, segments: Sequence[CoverageSegment], attributes: Attributes
) -> pd.DataFrame:
    """One row per class: its size, the archetype it is nearest to, and how near."""
    rows = []
    by_class = dict(list(profile.groupby("class")))
    for number in range(mixture.k):
        own = {str(name): part for name, part in by_class[number].groupby("attribute")}
        distances = {segment.name: _distance(own, segment, attributes) for segment in segments}
        known = {name: distance for name, distance in distances.items() if np.isfinite(distance)}
        nearest = min(known, key=lambda name: known[name]) if known else ""
        distance = known.get(nearest, float("nan"))
        name = nearest if distance <= FARTHEST else f"Class {number + 1} (unnamed)"
        rows.append(
            {
                "class": number + 1,
                "segment": name,
                "share": float(mixture.weights[number]),
                "nearest": nearest or "–",
                "distance": distance,
            }
        )
    return pd.DataFrame(rows).astype({"segment": "str", "nearest": "str"})


def _distance(own: Mapping[str, pd.DataFrame], segment: CoverageSegment, attributes: Attributes) -> float:
    """Mean distance of a class, by attribute, from an archetype; NaN where they have no attribute in common."""
    distances = []
    for name, wanted in segment.archetype.items():
        if name not in own:
            continue
        rows = own[name]
        kind = attributes.kinds[name]
        if kind == "categorical":
            distances.append(1.0 - float(rows.loc[rows["level"] == wanted, "value"].sum()))
        elif wanted in ANCHORS:
            place = _place(rows, kind, attributes.edges.get(name))
            if place is not None:
                distances.append(abs(place - ANCHORS[wanted]))
    return float(np.mean(distances)) if distances else float("nan")


def _place(rows: pd.DataFrame, kind: str, edges: tuple[float, float] | None) -> float | None:
    """Where a class stands on an attribute's own scale, 0-1; None for a number without declared edges.

    The edges part low from middle (0.35, half way between the anchors) and middle from high (0.65).
    """
    if kind == "ordinal" and edges is None:
        levels = rows["level"].to_numpy(dtype=float)
        return float(levels @ rows["value"].to_numpy(dtype=float)) / SCALE_TOP
    if edges is None:
        return None
    if kind == "ordinal":
        mean = float(rows["level"].to_numpy(dtype=float) @ rows["value"].to_numpy(dtype=float))
    else:
        mean = float(rows.loc[rows["level"] == "mean", "value"].iloc[0])
    low, high = edges
    return float(np.clip(0.35 + 0.3 * (mean - low) / (high - low), 0.0, 1.0))


def describe_classes(name: str, classes: pd.DataFrame) -> str:
    """Say which classes a segment stands for, such as ``1 or 3 of 5``."""
    numbers = classes.loc[classes["segment"] == name, "class"].astype("str").tolist()
    return f"{join_words(numbers, 'or')} of {len(classes)}"


@dataclass(frozen=True, eq=False, repr=False)
class Stability(Result):
    """Whether the classes come back when members are drawn again.

    Attributes
    ----------
    table : DataFrame, one row per class
        ``class``, ``segment``, ``jaccard`` (mean overlap with its like in resamples, 0-1) with ``_low`` and
        ``_high``, ``reading`` (Hennig's words for it).
    n_resamples : int
    """

    table: pd.DataFrame
    n_resamples: int

    title: ClassVar[str] = "Do the classes come back in resamples?"
    plots: ClassVar[tuple[str, ...]] = ("plot_stability",)

    @property
    def by_segment(self) -> dict[str, float]:
        """Stability of each segment: that of its least stable class."""
        least = self.table.groupby("segment")["jaccard"].min()
        return {str(segment): float(jaccard) for segment, jaccard in least.items()}

    def summary(self) -> pd.DataFrame:
        """Return one row per class."""
        return self.table

    @property
    def text(self) -> str:
        """How many classes are stable, in a sentence; stability is not existence."""
        stable = int((self.table["jaccard"] >= 0.75).sum())
        return (
            f"{stable} of {count_words(len(self.table), 'class', 'classes')} came back in {self.n_resamples} resamples "
            "(Jaccard 0.75 or more). A gradient cut into bands can be stable too: this does not show that distinct "
            "groups exist."
        )


def assess_stability(
    segmentation: Segmentation, *, attributes: Attributes, rng: np.random.Generator, n_resamples: int = 100
) -> Stability | Unavailable:
    """Refit the classes on resamples of the members and see how far each comes back.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes``; its fitted model is where each refit starts.
    attributes : Attributes
        The attributes the segmentation came from.
    rng : Generator
    n_resamples : int

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, Comput. Stat. Data Anal. 52.
    """
    if segmentation.method != "classes":
        return Unavailable("Stability", "segments by rules do not depend on a sample; nothing is fitted.")
    if len(segmentation.classes) == 1:
        return Unavailable("Stability", "a single class was found, so there is nothing that could come back.")
    mixture, encoding = mixture_from_json(json.loads(segmentation.model))
    encoded = encode_like(attributes.table, encoding)
    table = bootstrap_jaccard(encoded, mixture, n_resamples=n_resamples, rng=rng)
    table = table.assign(**{"class": table["class"] + 1}, segment=segmentation.classes["segment"].to_numpy())
    columns = ["class", "segment", "jaccard", "jaccard_low", "jaccard_high", "reading"]
    return Stability(table[columns].astype({"reading": "str"}), n_resamples)
