"""Which question is worth asking next: of all members, of groups of them, of each, and of those nobody asked yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.answer_changes import known_answers, row_posteriors, varying_attributes
from axlib.numbers.encoding import EncodedAttributes, encode_like
from axlib.numbers.mixture import Mixture
from axlib.numbers.mixture_json import mixture_from_json
from axlib.numbers.question_value import entropy_bits, value_answer
from axlib.numbers.short_form import shorten_questions
from axlib.tables.attributes import Attributes
from axlib.tables.instrument import Instrument
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number, format_share, join_words
from axlib.words.results import Result, Unavailable

Floats = NDArray[np.float64]
ALL = "all members"
#: The short form ends where this share of what all questions place rightly is reached.
NEARLY_ALL = 0.95


@dataclass(frozen=True, eq=False, repr=False)
class QuestionValue(Result):
    """What answers not yet given are expected to tell about the segment.

    Attributes
    ----------
    table : DataFrame, one row per attribute, the most telling first
        ``attribute``; ``question`` (of the instrument, where it is asked there); ``lacking`` members without an answer;
        ``gain_bits`` expected of one such member; ``settled``: members without an answer who are undetermined and are
        expected to be no longer, less those who would become so.
    by_group : DataFrame
        ``group``, and the same of its members.
    members : DataFrame, one row per member who lacks an answer
        ``member_id``; ``uncertainty`` of the segment now, in bits; ``ask``, the attribute that tells most, with its
        ``gain_bits``; ``settles``: probability that the answer leaves the segment determined.
    short_form : DataFrame, one row per attribute in the order to ask members of whom nothing is known
        ``step``, ``attribute``; after it ``uncertainty`` in bits, ``placed`` (share of members whose most probable
        segment is right) and ``determined`` (share with confidence enough).
    undetermined : int
        Members without a determined segment now.
    min_confidence : float
    """

    table: pd.DataFrame
    by_group: pd.DataFrame
    members: pd.DataFrame
    short_form: pd.DataFrame
    undetermined: int
    min_confidence: float

    title: ClassVar[str] = "What to ask next"
    plots: ClassVar[tuple[str, ...]] = ("plot_question_value", "plot_short_form")

    def summary(self) -> pd.DataFrame:
        """Return one row per attribute."""
        return self.table

    @property
    def shortest(self) -> list[str]:
        """Fewest first attributes of the short form that place nearly as many members as all do."""
        placed = self.short_form["placed"].to_numpy()
        steps = int(np.argmax(placed >= NEARLY_ALL * placed.max()))
        return self.short_form["attribute"].iloc[1 : steps + 1].tolist()

    @property
    def text(self) -> str:
        """What to ask next, what it settles, and which few questions suffice for others."""
        parts = []
        asked = self.table[self.table["lacking"] > 0]
        if len(asked) == 0:
            parts.append("Every member has answered every question.")
        else:
            best = asked.iloc[0]
            parts.append(
                f"{_spell(best['attribute'])} tells most: {format_number(best['gain_bits'], 2)} bits expected of each "
                f"of {count_words(int(best['lacking']), 'member')} without an answer."
            )
            most = asked.sort_values("settled", ascending=False, kind="stable").iloc[0]
            if self.undetermined and most["settled"] >= 0.5:
                same = "It" if most["attribute"] == best["attribute"] else _spell(most["attribute"])
                parts.append(
                    f"{same} alone is expected to settle about {format_number(most['settled'])} of "
                    f"{format_number(self.undetermined)} "
                    "undetermined."
                )
        shortest, last = self.shortest, self.short_form.iloc[-1]
        if len(shortest) < len(self.short_form) - 1:
            placed = float(self.short_form["placed"].iloc[len(shortest)])
            names = join_words([name.replace("_", " ") for name in shortest]) or "no question"
            parts.append(
                f"Of members who were asked nothing yet, {names} would place {format_share(placed, 0)} rightly; all "
                f"{len(self.short_form) - 1} questions {format_share(float(last['placed']), 0)}."
            )
        parts.append("All of this by the fitted classes: it is as true as they are.")
        return " ".join(parts)


def _spell(attribute: object) -> str:
    return str(attribute).replace("_", " ").capitalize()


def value_of_questions(
    segmentation: Segmentation,
    *,
    attributes: Attributes,
    rng: np.random.Generator,
    groups: pd.Series | None = None,
    instrument: Instrument | None = None,
    min_confidence: float = 0.6,
    min_answers: float = 0.5,
    n_drawn: int = 4000,
) -> QuestionValue | Unavailable:
    """Say which answers would tell most about the segments of members.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes``.
    attributes : Attributes
        The attributes it came from.
    rng : Generator
        For the short form alone.
    groups : Series, index ``member_id``, optional
        Such as tier or lifecycle stage: values are given for each group too.
    instrument : Instrument, optional
        For the words of the questions.
    min_confidence, min_answers : float
        As in ``segment_by_ax``: what makes a member undetermined.
    n_drawn : int
        Members drawn for the short form.

    Returns
    -------
    QuestionValue or Unavailable
        Unavailable where no classes were fitted, or all of them are one segment.

    Notes
    -----
    The gain is the expected fall of the entropy of the segment's probabilities (the mutual information of answer and
    segment, given what is known of the member). It never counts what asking costs. An answer that a member
    would not give, or not truly, tells less.
    """
    if segmentation.method != "classes":
        why = f"segments by {segmentation.method} have no probabilities that an answer could move."
        return Unavailable("What to ask next", why)
    if len(segmentation.segments) < 2:
        return Unavailable("What to ask next", "all members are in one segment, whatever they answer.")
    mixture, encoding = mixture_from_json(json.loads(segmentation.model))
    # Members in the order of their identifiers: sums must not hang on the order of an export's rows.
    table = attributes.table.sort_index()
    encoded = encode_like(table, encoding)
    merge = (segmentation.classes["segment"].to_numpy()[:, None] == np.array(segmentation.segments)).astype(float)
    names = list(attributes.kinds)
    answers = table[names].notna().sum(axis=1).to_numpy()
    enough = np.column_stack([answers, answers + 1]) / len(names) >= min_answers
    found = _value_all(mixture, encoded, merge, min_confidence)
    now = found.best[encoded.row_of_member] >= min_confidence
    gain = found.gain[:, encoded.row_of_member]
    sure_after = found.sure[:, encoded.row_of_member] * enough[:, 1]
    settled = sure_after - (now & enough[:, 0])
    asked = [attribute.name for attribute in varying_attributes(encoded)]
    whole = _tabulate(asked, gain, settled, pd.Series([ALL] * len(table), index=table.index))
    order = whole.sort_values(["gain_bits", "attribute"], ascending=[False, True], kind="stable")
    questions = {item.becomes: item.question for item in instrument.items} if instrument else {}
    order = order.assign(question=[questions.get(name, "") for name in order["attribute"]]).reset_index(drop=True)
    own = whole.iloc[:0] if groups is None else _tabulate(asked, gain, settled, groups.reindex(table.index))
    return QuestionValue(
        order[["attribute", "question", "lacking", "gain_bits", "settled"]].astype({"question": "str"}),
        own,
        _list_members(asked, gain, sure_after, found.uncertainty[encoded.row_of_member], table.index),
        _tabulate_steps(mixture, encoded, merge, min_confidence, n_drawn, rng),
        int((~(now & enough[:, 0])).sum()),
        min_confidence,
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """By attribute and distinct row: NaN where the answer is known. By row: how sure its segment is."""

    gain: Floats
    sure: Floats
    best: Floats
    uncertainty: Floats


def _value_all(mixture: Mixture, encoded: EncodedAttributes, merge: Floats, least: float) -> _Found:
    posteriors = row_posteriors(mixture, encoded)[0]
    attributes = varying_attributes(encoded)
    gain = np.full((len(attributes), encoded.n_distinct), np.nan)
    sure = gain.copy()
    for place, attribute in enumerate(attributes):
        rows = np.flatnonzero(~known_answers(encoded, attribute))
        gain[place, rows], sure[place, rows] = value_answer(
            mixture, encoded, attribute, posteriors=posteriors, merge=merge, least=least, rows=rows
        )
    groups = posteriors @ merge
    return _Found(gain, sure, groups.max(axis=1), entropy_bits(groups))


def _tabulate(asked: list[str], gain: Floats, settled: Floats, groups: pd.Series) -> pd.DataFrame:
    """Members who lack each answer, by group: how many, what each would gain, and whom it settles."""
    codes, names = pd.factorize(groups, sort=True)
    rows = []
    for place, attribute in enumerate(asked):
        here = np.isfinite(gain[place]) & (codes >= 0)
        lacking = np.bincount(codes[here], minlength=len(names))
        total = np.bincount(codes[here], weights=gain[place, here], minlength=len(names))
        rows.append(
            pd.DataFrame(
                {
                    "group": names,
                    "attribute": attribute,
                    "lacking": lacking,
                    "gain_bits": np.where(lacking > 0, total / np.maximum(lacking, 1), np.nan),
                    "settled": np.bincount(codes[here], weights=settled[place, here], minlength=len(names)),
                }
            )
        )
    table = pd.concat(rows, ignore_index=True).astype({"group": "str", "attribute": "str"})
    return table.sort_values(["group", "gain_bits"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _list_members(asked: list[str], gain: Floats, sure: Floats, uncertainty: Floats, members: pd.Index) -> pd.DataFrame:
    here = np.flatnonzero(np.isfinite(gain).any(axis=0))
    best = np.where(np.isfinite(gain[:, here]), gain[:, here], -1.0).argmax(axis=0)
    return pd.DataFrame(
        {
            "member_id": members[here],
            "uncertainty": uncertainty[here],
            "ask": np.array(asked, dtype=object)[best],
            "gain_bits": gain[best, here],
            "settles": sure[best, here],
        }
    ).astype({"member_id": "str", "ask": "str"})


def _tabulate_steps(
    mixture: Mixture, encoded: EncodedAttributes, merge: Floats, least: float, n_drawn: int, rng: np.random.Generator
) -> pd.DataFrame:
    steps = shorten_questions(mixture, encoded.encoding, merge=merge, least=least, n_drawn=n_drawn, rng=rng)
    columns = ["attribute", "uncertainty", "placed", "determined"]
    table = pd.DataFrame([tuple(step) for step in steps], columns=columns).astype({"attribute": "str"})
    table.insert(0, "step", np.arange(len(steps)))
    return table
