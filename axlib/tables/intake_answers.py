"""Answers to the instrument: read onto its scales; what cannot be read is set aside with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from axlib.tables.cells.parsing_numbers import decide_decimal, parse_numbers, weigh_decimals
from axlib.tables.instrument import ROLES, Instrument, InstrumentItem
from axlib.words.display import count_words
from axlib.words.errors import DataError
from axlib.words.results import Result

#: Who answered, where the export does not say.
UNNAMED = "unnamed"
_NEEDED = ("member_id", "item", "value")
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
_LED_BY_ITS_NUMBER = re.compile(r"^(\d)\s*[-–—:.=)]?\s+(.+)$")


@dataclass(frozen=True, eq=False, repr=False)
class IntakeAnswers(Result):
    """Every answer that could be read, and every one that could not.

    Attributes
    ----------
    table : DataFrame, one row per member, item, stage and rater
        ``member_id``; ``item``; ``attribute`` (what it becomes); ``kind`` (scale, category, number, yes_no);
        ``stage`` (empty where the answer carries none); ``rater``; ``at`` (day, perhaps missing); ``code``
        (the point of a scale, the number, or the place of a category in its list; no is 0, yes is 1).
    set_aside : DataFrame
        Rows that could not be read, whole, with ``reason``.
    superseded : int
        Answers that the same rater replaced by a later one.
    """

    table: pd.DataFrame
    set_aside: pd.DataFrame
    superseded: int

    title: ClassVar[str] = "Intake answers"

    def summary(self) -> pd.DataFrame:
        """Return one row per item: answers, members and raters."""
        groups = self.table.groupby("item", sort=False)
        counts = groups.agg(answers=("code", "size"), members=("member_id", "nunique"), raters=("rater", "nunique"))
        return counts.reset_index()

    @property
    def text(self) -> str:
        """How many answers of how many members, and what was not used."""
        n, raters = self.table["member_id"].nunique(), self.table["rater"].nunique()
        parts = [
            f"{count_words(len(self.table), 'answer')} of {count_words(n, 'member')} by {count_words(raters, 'rater')}."
        ]
        if self.superseded:
            parts.append(f"{count_words(self.superseded, 'answer')} gave way to a later one of the same rater.")
        if len(self.set_aside):
            counts = self.set_aside["reason"].value_counts()
            parts.append(
                f"{count_words(len(self.set_aside), 'answer')} could not be read, most often because "
                f"{counts.index[0]} ({counts.iloc[0]:,})."
            )
        return " ".join(parts)


def read_answers(answers: pd.DataFrame, *, instrument: Instrument) -> IntakeAnswers:
    """Read answers onto the scales of the instrument.

    Parameters
    ----------
    answers : DataFrame
        The table ``answers``: ``member_id``, ``item``, ``value``; perhaps ``stage``, ``rater``, ``at``. A point of
        a scale may be written as its number, its words, or both; a category as its value or its words. A rater
        is a name; ``member``, ``msm`` and ``consultant``, alone or before a colon, say who that is.
    instrument : Instrument

    Returns
    -------
    IntakeAnswers
        Rows given = rows of ``table`` + rows of ``set_aside`` + ``superseded``.

    Raises
    ------
    DataError
        A column is missing.
    """
    missing = [name for name in _NEEDED if name not in answers.columns]
    if missing:
        raise DataError(*(f"read_answers: answers have no column '{name}'. Map it under columns." for name in missing))
    rows = _plain_rows(answers)
    reasons = np.full(len(rows), "", dtype=object)
    code = np.full(len(rows), np.nan)
    item_codes, named = pd.factorize(rows["item"])
    items = [instrument.find(name) for name in named.tolist()]
    for place, item in enumerate(items):
        here = np.flatnonzero(item_codes == place)
        own = rows.iloc[here]
        if item is None:
            reasons[here] = "the instrument has no such item"
            continue
        code[here], reasons[here] = read_values(own["value"], item)
        _refuse(reasons, here, own["stage"].isin(["", *item.stages]), "the item is not asked in that stage")
        role = role_of(own["rater"])
        allowed = role.isin(["", *item.answered_by])
        _refuse(reasons, here, allowed, "who answered cannot know it: the instrument asks others")
    fine = reasons == ""
    found = [item for item in items if item is not None]
    meaning = pd.DataFrame(
        {"attribute": [item.becomes for item in found], "kind": [item.kind for item in found]},
        index=pd.Index([item.id for item in found], dtype="str"),
        dtype="str",
    )
    kept = rows[fine].assign(code=code[fine]).join(meaning, on="item")
    # Undated answers count as the earliest; of one day the row further down counts.
    latest = kept.sort_values("at", na_position="first", kind="stable")
    latest = latest.drop_duplicates(["member_id", "item", "stage", "rater"], keep="last").sort_index()
    columns = ["member_id", "item", "attribute", "kind", "stage", "rater", "at", "code"]
    aside = answers[~fine].assign(reason=pd.array(reasons[~fine], dtype="str")).reset_index(drop=True)
    return IntakeAnswers(latest[columns].reset_index(drop=True), aside, len(kept) - len(latest))


def _plain_rows(answers: pd.DataFrame) -> pd.DataFrame:
    """Every column there may be, as text without holes; days as days."""
    n = len(answers)

    def text(name: str, otherwise: str) -> pd.Series:
        if name not in answers.columns:
            return pd.Series([otherwise] * n, dtype="str")
        column = answers[name].reset_index(drop=True)
        return column.astype("str").where(column.notna(), otherwise).str.strip()

    given = answers["at"].reset_index(drop=True) if "at" in answers.columns else pd.Series([pd.NaT] * n)
    rater = text("rater", UNNAMED)
    return pd.DataFrame(
        {
            "member_id": text("member_id", ""),
            "item": text("item", "").str.casefold(),
            "value": text("value", ""),
            "stage": text("stage", ""),
            "rater": rater.where(rater != "", UNNAMED),
            "at": pd.to_datetime(given),
        }
    )


def _refuse(reasons: NDArray[np.object_], here: NDArray[np.intp], fine: pd.Series, reason: str) -> None:
    refused = here[~fine.to_numpy()]
    reasons[refused[reasons[refused] == ""]] = reason


def role_of(raters: pd.Series) -> pd.Series:
    """Say what each rater is (member, msm, consultant), where the name begins with it; empty where it does not."""
    first = raters.str.partition(":")[0].str.strip().str.casefold()
    return first.where(first.isin(ROLES), "")


def read_values(values: pd.Series, item: InstrumentItem) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Read the values of one item, each distinct text once."""
    places, distinct = pd.factorize(values)
    texts = distinct.tolist()
    codes = _read_numbers(texts) if item.kind == "number" else _read_words(texts, item)
    reasons = np.full(len(texts), "", dtype=object)
    reasons[np.isnan(codes)] = "the answer is not on the item's scale"
    reasons[[text == "" for text in texts]] = "no answer was given"
    if item.kind == "number":
        low = -np.inf if item.least is None else item.least
        high = np.inf if item.most is None else item.most
        outside = (codes < low) | (codes > high)
        reasons[outside], codes[outside] = "the number is outside what it can be", np.nan
    return codes[places], reasons[places]


def _read_numbers(texts: list[str]) -> NDArray[np.float64]:
    array = pa.array(texts, pa.large_string())
    decimal, _ = decide_decimal(weigh_decimals(array))
    numbers = np.array(parse_numbers(array, decimal=decimal or ".").values, dtype=float)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _read_words(texts: Iterable[str], item: InstrumentItem) -> NDArray[np.float64]:
    if item.kind == "yes_no":
        known = {**dict.fromkeys(_NO, 0), **dict.fromkeys(_YES, 1)}
        return np.array([known.get(text.casefold(), np.nan) for text in texts], dtype=float)
    words = item.points if item.kind == "scale" else tuple(item.categories.values())
    known = {word.casefold(): place for place, word in enumerate(words)}
    if item.kind == "category":
        known |= {value.casefold(): place for place, value in enumerate(item.categories)}
    return np.array([_read_word(text.casefold(), known, item.kind == "scale") for text in texts], dtype=float)


def _read_word(text: str, known: dict[str, int], by_number: bool) -> float:
    if text in known:
        return known[text]
    if not by_number:
        return np.nan
    if re.fullmatch(r"\d(\.0+)?", text) and float(text) < 5:
        return float(text)
    led = _LED_BY_ITS_NUMBER.match(text)
    # A number before other words than its own would be one of two answers; nobody knows which.
    return float(led[1]) if led and known.get(led[2]) == int(led[1]) else np.nan


def write_answer(item: InstrumentItem, code: float) -> str:
    """Write a code as the table of answers holds it.

    Examples
    --------
    >>> from axlib.tables.instrument import read_instrument
    >>> write_answer(read_instrument().find("preferred_mode"), 1.0)
    'async'
    """
    if item.kind == "category":
        return list(item.categories)[int(code)]
    if item.kind == "yes_no":
        return "yes" if code else "no"
    return f"{code:.15g}"
