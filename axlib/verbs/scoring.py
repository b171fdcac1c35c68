"""Placing new members by a model fitted earlier: nothing is fitted again, so segments mean what they meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from axlib.numbers.class_profiles import class_profile
from axlib.numbers.encoding import Encoding
from axlib.numbers.mixture import Mixture
from axlib.numbers.mixture_json import mixture_from_json
from axlib.numbers.scoring import score_rows
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.classes import describe_classes
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_short, join_words
from axlib.words.errors import DataError
from axlib.words.results import Result

#: Values that a model does not know, named as examples.
_MOST_EXAMPLES = 3


class SavedModel(NamedTuple):
    """What the JSON of a fitted model holds.

    Attributes
    ----------
    mixture : Mixture
    encoding : Encoding
    names : tuple of str
        Segments in their order.
    classes : DataFrame
        As ``Segmentation.classes``.
    min_confidence, min_answers : float
        As they were given to ``segment_by_ax``.
    """

    mixture: Mixture
    encoding: Encoding
    names: tuple[str, ...]
    classes: pd.DataFrame
    min_confidence: float
    min_answers: float


def read_model(model: Segmentation | str) -> SavedModel:
    """Read a fitted model: the text ``Segmentation.model``, or the segmentation that holds it.

    Raises
    ------
    DataError
        There is no model in it, or it is not whole.
    """
    text = model.model if isinstance(model, Segmentation) else model
    if not text:
        method = f" by {model.method}" if isinstance(model, Segmentation) else ""
        raise DataError(f"read_model: segments{method} hold no fitted model. Give those of segment_by_ax.")
    try:
        document = json.loads(text)
    except ValueError as error:
        raise DataError(
            f"read_model: the model is no JSON ({error}). Give Segmentation.model as it was saved."
        ) from None
    if not isinstance(document, dict):
        raise DataError("read_model: the model must be a JSON object. Give Segmentation.model as it was saved.")
    mixture, encoding = mixture_from_json(document)
    return SavedModel(mixture, encoding, *_read_placing(document, mixture.k))


def _read_placing(document: Mapping[str, Any], k: int) -> tuple[tuple[str, ...], pd.DataFrame, float, float]:
    try:
        placing = document["segments"]
        names = tuple(str(name) for name in placing["names"])
        classes = pd.DataFrame(placing["classes"]).astype({"segment": "str", "nearest": "str", "distance": "float64"})
        thresholds = float(placing["min_confidence"]), float(placing["min_answers"])
        whole = len(classes) == k and set(classes["segment"]) <= set(names)
    except (KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        raise DataError(
            "read_model: the model does not say which segment each of its classes is. Segment again, and keep "
            "Segmentation.model whole."
        )
    return names, classes, *thresholds


@dataclass(frozen=True, eq=False, repr=False)
class AttributeMatch(Result):
    """How the attributes of new members meet those a model was fitted to.

    Attributes
    ----------
    table : DataFrame, one row per attribute of either
        ``attribute``; ``kind``; ``known`` (share of the new members with an answer the model knows); ``unseen``
        (answers it does not know); ``treatment`` (in words: what is done with the attribute).
    """

    table: pd.DataFrame

    title: ClassVar[str] = "What new members are placed by"

    @property
    def missing(self) -> tuple[str, ...]:
        """Attributes of the model that the new members do not have."""
        return tuple(self.table.loc[self.table["treatment"].str.startswith("missing"), "attribute"])

    @property
    def new(self) -> tuple[str, ...]:
        """Attributes of the new members that the model does not know."""
        return tuple(self.table.loc[self.table["treatment"].str.startswith("not used"), "attribute"])

    def summary(self) -> pd.DataFrame:
        """Return one row per attribute."""
        return self.table

    @property
    def text(self) -> str:
        """What is missing, new or unseen, in sentences."""
        used = len(self.table) - len(self.missing) - len(self.new)
        sentences = [f"Members are placed by {count_words(used, 'attribute')}."]
        if self.missing:
            sentences.append(f"Missing for everybody: {join_words(list(self.missing))}.")
        if self.new:
            sentences.append(f"Not used, for the model does not know them: {join_words(list(self.new))}.")
        unseen = int(self.table["unseen"].sum())
        if unseen:
            verb = "was" if unseen == 1 else "were"
            sentences.append(
                f"{count_words(unseen, 'answer')} {verb} met by nobody when the model was fitted: counted as missing."
            )
        return " ".join(sentences)


def match_attributes(model: Segmentation | str, *, attributes: Attributes) -> AttributeMatch:
    """Say how new members' attributes meet a model: which it uses, which it lacks, which answers it never met.

    Parameters
    ----------
    model : Segmentation or str
        As for ``score_members``.
    attributes : Attributes
    """
    encoding = read_model(model).encoding
    rows = []
    for attribute in encoding.attributes:
        row: dict[str, object] = {"attribute": attribute.name, "kind": attribute.kind, "known": 0.0, "unseen": 0}
        if attribute.name not in attributes.table.columns:
            rows.append({**row, "treatment": "missing for everybody"})
            continue
        column = attributes.table[attribute.name]
        known = column.notna()
        treatment = "tells nothing: it did not vary when the model was fitted" if attribute.constant else "used"
        if attribute.kind != "numeric" and not attribute.constant:
            strange = known & ~column.isin(attribute.levels)
            examples = [str(value) for value in column[strange].unique()[:_MOST_EXAMPLES]]
            known &= ~strange
            row["unseen"] = int(strange.sum())
            treatment += f"; never met, so missing: {', '.join(examples)}" if examples else ""
        rows.append({**row, "known": float(known.mean()) if len(known) else 0.0, "treatment": treatment})
    names = {attribute.name for attribute in encoding.attributes}
    for name, kind in attributes.kinds.items():
        if name not in names:
            known_share = float(attributes.table[name].notna().mean()) if len(attributes.table) else 0.0
            treatment = "not used: the model does not know it"
            rows.append({"attribute": name, "kind": kind, "known": known_share, "unseen": 0, "treatment": treatment})
    return AttributeMatch(pd.DataFrame(rows).astype({"attribute": "str", "kind": "str", "treatment": "str"}))


def score_members(
    model: Segmentation | str,
    *,
    attributes: Attributes,
    allow_missing: bool = False,
    min_confidence: float | None = None,
    min_answers: float | None = None,
) -> Segmentation:
    """Place members by a model fitted earlier.

    Parameters
    ----------
    model : Segmentation or str
        The result of ``segment_by_ax``, or its ``model`` as it was saved.
    attributes : Attributes
        Of the members to place. A category or point of a scale that nobody gave when the model was fitted counts
        as missing; attributes the model does not know are not used; ``match_attributes`` counts both.
    allow_missing : bool
        Place members also where attributes of the model are missing for everybody: they count as answers not
        given. Refused without it.
    min_confidence, min_answers : float, optional
        As for ``segment_by_ax``; as they were then if left out. An answer counts as known where the model can
        use it or, of an attribute that did not vary, where there is one.

    Returns
    -------
    Segmentation
        Of the method ``classes``, with the same segments, classes and model; the members it was fitted to are
        placed as they were.

    Raises
    ------
    DataError
        The model is not whole; attributes of it are missing; or one is not of its kind.

    Notes
    -----
    Rows are read in chunks, in order; time grows with members, memory over the table and the result does not.
    """
    saved = read_model(model)
    wanted = [attribute.name for attribute in saved.encoding.attributes]
    varying = [attribute.name for attribute in saved.encoding.attributes if not attribute.constant]
    missing = [name for name in varying if name not in attributes.table.columns]
    if missing and (not allow_missing or len(missing) == len(varying)):
        remedy = (
            "Collect them, or give allow_missing=True to place members by the others."
            if len(missing) < len(varying)
            else "Nothing is left to place members by."
        )
        raise DataError(
            f"score_members: the model was fitted to {join_words(missing)}, which the members do not have. {remedy}"
        )
    of_class = saved.classes["segment"].to_numpy(dtype=object)
    groups = np.array([saved.names.index(name) for name in of_class], dtype=np.int64)
    scores = score_rows(attributes.table, mixture=saved.mixture, encoding=saved.encoding, groups=groups)
    least = saved.min_confidence if min_confidence is None else min_confidence
    fewest = saved.min_answers if min_answers is None else min_answers
    names = pd.array([*saved.names, UNDETERMINED], dtype="str")
    reasons = pd.array(
        [
            *(f"most like the class {describe_classes(name, saved.classes)}" for name in saved.names),
            f"no segment is more probable than {format_short(least)}",
            f"fewer than {format_short(fewest)} of the answers are known",
        ],
        dtype="str",
    )
    n_names = len(saved.names)
    reason = scores.group
    reason[scores.probability < least] = n_names
    reason[scores.known / np.float64(len(wanted)) < fewest] = n_names + 1
    table = pd.DataFrame(
        {
            "member_id": attributes.table.index.array,
            "segment": names.take(np.minimum(reason, n_names)),
            "confidence": scores.probability,
            "reason": reasons.take(reason),
        }
    )
    text = model.model if isinstance(model, Segmentation) else model
    profile = class_profile(saved.mixture, saved.encoding).astype({"level": "str", "attribute": "str", "kind": "str"})
    return Segmentation(table, saved.names, "classes", saved.classes, profile, pd.DataFrame(), text)
