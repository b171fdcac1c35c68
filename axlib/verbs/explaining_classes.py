"""Why the fitted classes put a member where they did: what each answer weighs, and what one answer would change."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.answer_changes import (
    blank_answer,
    known_answers,
    row_posteriors,
    set_answer,
    varying_attributes,
)
from axlib.numbers.encoding import EncodedAttributes, encode_like
from axlib.numbers.mixture import Mixture
from axlib.numbers.mixture_json import mixture_from_json
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.segments import Segmentation
from axlib.verbs.single_changes import (
    SmallestChange,
    clear_changes,
    describe_changes,
    list_changes,
    measure_change,
    write_answers,
)

Floats = NDArray[np.float64]
Words = NDArray[np.object_]
#: Answers named for each member, on either side.
MOST_ANSWERS = 3
#: An answer that moves the log odds by less says nothing worth telling.
LEAST_WEIGHT = 0.1
_LEAST_PROBABILITY = 1e-300


@dataclass(frozen=True, eq=False)
class _Fitted:
    """A fitted mixture, the members it is applied to, and how its classes merge into segments."""

    mixture: Mixture
    encoded: EncodedAttributes
    names: Words
    merge: Floats

    def share_segments(self, encoded: EncodedAttributes) -> Floats:
        """Probability of each segment for each distinct row, shape (n_distinct, n_segments)."""
        shares: Floats = row_posteriors(self.mixture, encoded)[0] @ self.merge
        return shares


def explain_classes(
    segmentation: Segmentation, attributes: Attributes, *, min_confidence: float, min_answers: float
) -> pd.DataFrame:
    """Explain each member's segment by the fitted mixture.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes``.
    attributes : Attributes
        Whose table holds all of its members.
    min_confidence, min_answers : float
        As they were given to ``segment_by_ax``.

    Returns
    -------
    DataFrame, one row per member in the segmentation's order
        As ``Explanation.members``.

    Notes
    -----
    What an answer weighs is what the log odds of the nearest segment against the runner-up lose when the answer
    is blanked. Where numbers are independent within classes and every segment is one class, that is the
    log-likelihood ratio of the answer.
    """
    table = attributes.table.loc[segmentation.table["member_id"], list(attributes.kinds)]
    mixture, encoding = mixture_from_json(json.loads(segmentation.model))
    of_class = segmentation.classes["segment"].to_numpy(dtype=object)
    names = np.array([name for name in segmentation.segments if name in set(of_class)], dtype=object)
    fitted = _Fitted(mixture, encode_like(table, encoding), names, (of_class[:, None] == names).astype(float))
    row = fitted.encoded.row_of_member
    label = segmentation.table["segment"].to_numpy(dtype=object)
    reasons = _weigh_answers(fitted, table.iloc[np.unique(row, return_index=True)[1]]).iloc[row].reset_index(drop=True)
    members = segmentation.table[["member_id", "segment"]].reset_index(drop=True)
    nearest = reasons["nearest"].to_numpy(dtype=object)
    changes = _find_changes(fitted, table, label, min_confidence=min_confidence, min_answers=min_answers)
    return pd.concat([members, reasons, clear_changes(changes, (label != nearest) & (label != UNDETERMINED))], axis=1)


def _weigh_answers(fitted: _Fitted, rows: pd.DataFrame) -> pd.DataFrame:
    """Find the two nearest segments of each distinct row, and the answers that weigh most between them."""
    share = fitted.share_segments(fitted.encoded)
    every = np.arange(len(share))
    nearest = share.argmax(axis=1)
    told = pd.DataFrame({"nearest": fitted.names[nearest]})
    nothing = np.full(len(share), "", dtype=object)
    if len(fitted.names) == 1:
        return told.assign(runner_up=nothing, runner_up_probability=np.nan, pulled_by=nothing, pulled_away_by=nothing)
    others = share.copy()
    others[every, nearest] = -1.0
    second = others.argmax(axis=1)

    def log_odds(encoded: EncodedAttributes) -> Floats:
        logs = np.log(np.maximum(fitted.share_segments(encoded), _LEAST_PROBABILITY))
        return logs[every, nearest] - logs[every, second]

    full, encoded = log_odds(fitted.encoded), fitted.encoded
    attributes = varying_attributes(encoded)
    weights = np.array([full - log_odds(blank_answer(encoded, attribute)) for attribute in attributes])
    weights[~np.array([known_answers(encoded, attribute) for attribute in attributes])] = 0.0
    texts = np.array([f"{a.name.replace('_', ' ')} " + write_answers(rows[a.name]) for a in attributes], dtype=object)
    return told.assign(
        runner_up=fitted.names[second],
        runner_up_probability=np.clip(others[every, second], 0.0, 1.0),
        pulled_by=_name_largest(weights, texts),
        pulled_away_by=_name_largest(-weights, texts),
    )


def _name_largest(weights: Floats, texts: Words) -> Words:
    """Join the texts of the largest weights of each row, largest first."""
    order = np.argsort(-weights, axis=0, kind="stable")[:MOST_ANSWERS]
    joined = np.full(weights.shape[1], "", dtype=object)
    every = np.arange(weights.shape[1])
    for place in order:
        told = np.flatnonzero(weights[place, every] >= LEAST_WEIGHT)
        text = texts[place[told], told]
        joined[told] = np.where(joined[told] == "", text, joined[told] + ", " + text)
    return joined


def _find_changes(
    fitted: _Fitted, table: pd.DataFrame, label: Words, *, min_confidence: float, min_answers: float
) -> pd.DataFrame:
    """Find the smallest change of one answer that gives each member another segment."""
    known = table.notna().sum(axis=1).to_numpy()
    codes, labels = pd.factorize(label)
    # Members who answered alike are one case, unless they were not placed alike.
    key = np.stack([fitted.encoded.row_of_member.astype(np.int64), codes, known])
    cases, first, case_of_member = np.unique(key, axis=1, return_index=True, return_inverse=True)
    row, placed, answers = cases[0], np.asarray(labels, dtype=object)[cases[1]], table.iloc[first]
    attributes = {attribute.name: attribute for attribute in varying_attributes(fitted.encoded)}
    changes = [
        change
        for change in list_changes(table, kinds={name: attribute.kind for name, attribute in attributes.items()})
        # A level the fitted classes never met is no answer they could weigh.
        if attributes[change.attribute].kind == "numeric" or change.value in attributes[change.attribute].levels
    ]
    smallest = SmallestChange(len(row))
    for number, change in enumerate(changes):
        attribute, column = attributes[change.attribute], answers[change.attribute]
        share = fitted.share_segments(set_answer(fitted.encoded, attribute, change.value))
        best = share.argmax(axis=1)
        confidence, becomes = share[np.arange(len(best)), best][row], fitted.names[best][row]
        given = column.notna().to_numpy()
        placeable = (confidence >= min_confidence) & ((cases[2] + ~given) / table.shape[1] >= min_answers)
        # An answer not yet given counts only where it would place a member of whom too little is known.
        moves = (given | (placed == UNDETERMINED)) & placeable & (becomes != placed)
        size = measure_change(change, rows=column, kind=attribute.kind, everyone=table[change.attribute])
        smallest.offer(number, moves=moves, size=size, worth=confidence, outcome=becomes)
    return describe_changes(smallest, changes, rows=answers).iloc[case_of_member.ravel()].reset_index(drop=True)
