"""What people write into cells, read by kind: a member, a day, a number, an answer; and why something cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from axlib.tables.cells.parsing_dates import Order, are_no_days, parse_dates, weigh_orders
from axlib.tables.cells.parsing_numbers import Decimal, parse_numbers, weigh_decimals
from axlib.tables.instrument import InstrumentItem
from axlib.tables.intake_answers import read_values, write_answer
from axlib.tables.profiles.layout import read_label
from axlib.words.vocabulary import LIFECYCLE_STAGES

#: Three numbers of which the last may be a year, such as 03/04/2025.
_TRIPLE = re.compile(r"\d{1,2}\s*(?P<sign>[-/.\s])\s*\d{1,2}\s*[-/.\s]\s*(?:\d{4}|\d{2})\.?")
#: Days outside are slips of the pen.
_FIRST, _LAST = np.datetime64("1990-01-01"), np.datetime64("2100-01-01")


class ReadColumn(NamedTuple):
    """A column of cells, read.

    Attributes
    ----------
    values : Series of text
        Canonical; empty where a cell is empty or cannot be read.
    wrong : Series of text
        Why a cell cannot be read, a clause; empty where it can.
    """

    values: pd.Series
    wrong: pd.Series


def _by_distinct(texts: pd.Series, read: Mapping[str, tuple[str, str]]) -> ReadColumn:
    return ReadColumn(
        texts.map({text: value for text, (value, _) in read.items()}).astype("str"),
        texts.map({text: wrong for text, (_, wrong) in read.items()}).astype("str"),
    )


def find_members(texts: pd.Series, *, keys: Sequence[str], known: set[str]) -> ReadColumn:
    """Read labels, or bare identifiers, of members.

    Parameters
    ----------
    texts : Series of text
    keys : sequence of str
        The workbook's members by number.
    known : set of str
        Everybody the engagement knows, as the workbook would write them.
    """
    read: dict[str, tuple[str, str]] = {}
    for text in texts.unique().tolist():
        key = read_label(text, keys) or (text if text in known else None)
        read[text] = (key or "", "" if key or not text else "is no member of this engagement")
    return _by_distinct(texts, read)


def find_stages(texts: pd.Series) -> ReadColumn:
    """Read lifecycle stages, written as words."""
    read = {}
    for text in texts.unique().tolist():
        stage = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
        read[text] = (stage, "") if stage in ("", *LIFECYCLE_STAGES) else ("", "is no lifecycle stage")
    return _by_distinct(texts, read)


def decide_orders(texts: pd.Series) -> tuple[dict[str, Order], str]:
    """Decide from all days written as text whether day or month stands first, for each sign between them.

    Returns
    -------
    orders : dict
    told : str
        What was decided and from which value; empty where nothing had to be.
    """
    distinct = sorted(set(texts.tolist()) - {""})
    orders: dict[str, Order] = {}
    told = []
    for sign, evidence in weigh_orders(pa.array(distinct, pa.large_string())).items():
        order: Literal["day_first", "month_first"]
        if evidence.n_day_first and not evidence.n_month_first:
            order, example = "day_first", evidence.day_first[0]
        elif evidence.n_month_first and not evidence.n_day_first:
            order, example = "month_first", evidence.month_first[0]
        else:
            continue
        orders[sign] = order
        told.append(f"days written as text with {sign!r} are read {order.replace('_', ' ')}, as {example} must be")
    return orders, "; ".join(told)


def read_days(texts: pd.Series, *, orders: Mapping[str, Order], as_of: date, until: date | None = None) -> ReadColumn:
    """Read days, as text 2026-03-31.

    Parameters
    ----------
    texts : Series of text
    orders : mapping
        As ``decide_orders`` gives it.
    as_of : date
        For years of two digits.
    until : date, optional
        The last day something that has happened can carry.
    """
    distinct = [text for text in texts.unique().tolist() if text]
    written = pa.array(distinct, pa.large_string())
    parsed = parse_dates(written, orders=orders, as_of=as_of)
    read: dict[str, tuple[str, str]] = {"": ("", "")}
    no_days = are_no_days(written).tolist()
    for text, value, rule, is_none in zip(distinct, parsed.values, parsed.rule, no_days, strict=True):
        wrong = ""
        if np.isnat(value):
            wrong = "is a day that no calendar has" if is_none else _why_no_day(text, orders)
        elif "alone" in rule:
            wrong = "names no day"
        elif not _FIRST <= value < _LAST:
            wrong = "is no day of this century or the end of the last"
        elif until is not None and value > np.datetime64(until):
            wrong = f"lies after {until.isoformat()}, and what has happened cannot"
        read[text] = ("", wrong) if wrong else (str(value), "")
    return _by_distinct(texts, read)


def _why_no_day(text: str, orders: Mapping[str, Order]) -> str:
    """Say why a text could not be read as a day, though some calendar day may be meant."""
    parts = _TRIPLE.fullmatch(text)
    if parts is None:
        return "is no day"
    order = orders.get(parts["sign"])
    if order is None:
        return "may be day first or month first, and no other day says which"
    return f"is no day when read {order.replace('_', ' ')}, as the other days are"


def read_number_cells(texts: pd.Series, typed: pd.Series) -> ReadColumn:
    """Read numbers; 1.234 or 12,5 written as text are decided once from all of them."""
    written = sorted(set(texts[typed].tolist()) - {""})
    array = pa.array(written, pa.large_string())
    evidence = weigh_decimals(array)
    # Stricter than for an export: what is typed as text into a few cells is asked about, never taken for thousands.
    decimal: Decimal | None = None
    if bool(evidence.point) != bool(evidence.comma):
        decimal = "." if evidence.point else ","
    unclear = {*evidence.unclear_point, *evidence.unclear_comma} if decimal is None else set()
    numbers = dict(zip(written, parse_numbers(array, decimal=decimal or ".").values.tolist(), strict=True))
    cells: list[tuple[str, str]] = []
    for text, is_text in zip(texts.tolist(), typed.tolist(), strict=True):
        if not text:
            cells.append(("", ""))
        elif is_text and (text in unclear or (decimal is None and _unclear_shape(text))):
            cells.append(("", "may be a decimal or thousands, and no other number says which"))
        else:
            number = numbers.get(text, np.nan) if is_text else _plain_number(text)
            cells.append((f"{number:.15g}", "") if np.isfinite(number) else ("", "is no number"))
    values, wrong = zip(*cells, strict=True) if cells else ((), ())
    return ReadColumn(
        pd.Series(list(values), index=texts.index, dtype="str"), pd.Series(list(wrong), index=texts.index, dtype="str")
    )


def _unclear_shape(text: str) -> bool:
    head, _, tail = text.replace(",", ".").partition(".")
    return tail.isdigit() and len(tail) == 3 and head.isdigit() and 1 <= len(head) <= 3 and head[0] != "0"


def _plain_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def read_answer_cells(texts: pd.Series, typed: pd.Series, item: InstrumentItem) -> ReadColumn:
    """Read answers to one question onto its scale, as the table of answers holds them."""
    given, wrong = texts, pd.Series("", index=texts.index, dtype="str")
    if item.kind == "number":
        given, wrong = read_number_cells(texts, typed)
    elif item.kind == "yes_no":
        given = texts.mask(texts.isin(["1", "TRUE"]), "yes").mask(texts.isin(["0", "FALSE"]), "no")
    codes, _ = read_values(given, item)
    bad = np.isnan(codes) & (given != "").to_numpy()
    wrong = wrong.mask(bad, f"is no answer to it: {item.scale_text}")
    texts_of = {code: write_answer(item, code) for code in np.unique(codes[~np.isnan(codes)]).tolist()}
    values = pd.Series([texts_of.get(code, "") for code in codes.tolist()], index=texts.index, dtype="str")
    return ReadColumn(values, wrong.astype("str"))
