"""What is known of each member's Appropriate Experience: attributes, never money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from axlib.tables.cells.parsing_numbers import decide_decimal, parse_numbers, weigh_decimals
from axlib.tables.cells.tidying_text import tidy_texts
from axlib.tables.cleaning import CleanTables
from axlib.tables.money_columns import refuse_money, refuse_twin
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.tables.touch_attributes import DERIVED, TouchAttributes, derive_from_touches
from axlib.words.display import join_words
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.results import Result
from axlib.words.vocabulary import ATTRIBUTE_KINDS, MEMBERS

Kind = Literal["numeric", "ordinal", "categorical"]
#: An undeclared column of numbers is numeric where it has more different values than this, else categories.
MANY_VALUES = 10


@dataclass(frozen=True, eq=False, repr=False)
class Attributes(Result):
    """The AX attributes of every member.

    Attributes
    ----------
    table : DataFrame
        Indexed by member_id; one column per attribute: float64 where numeric or ordinal, else text.
    kinds : dict of str to {'numeric', 'ordinal', 'categorical'}
    edges : dict of str to (float, float)
        Declared edges between low, middle and high.
    sources : DataFrame
        attribute, kind, source, known (share of members), dated (whether values before a day can be told).
    """

    table: pd.DataFrame
    kinds: Mapping[str, Kind]
    edges: Mapping[str, tuple[float, float]]
    sources: pd.DataFrame

    title: ClassVar[str] = "What the segments may know"

    def summary(self) -> pd.DataFrame:
        """Return one row per attribute: kind, source and share of members known."""
        return self.sources

    @property
    def text(self) -> str:
        """How many attributes there are, and which are known of few."""
        if not self.kinds:
            return "No attribute of the Appropriate Experience is in the data."
        few = self.sources.loc[self.sources["known"] < 0.5, "attribute"].tolist()
        sentence = f"{len(self.kinds)} attributes of {len(self.table):,} members."
        return sentence + (f" Known of less than half: {join_words(few)}." if few else "")


def collect_attributes(
    clean: CleanTables, *, attributes: Sequence[AttributeSettings | str], until: date | None = None
) -> Attributes:
    """Gather the AX attributes of members from their columns, from intake answers, and from contacts before a day.

    Parameters
    ----------
    clean : CleanTables
    attributes : sequence of AttributeSettings or str
        Which ones, and how they are measured; a name alone is measured as the vocabulary says, or as its values tell.
        Empty means every attribute of the vocabulary that has values.
    until : date, optional
        Answers after this day are left out, and touches on it or later. Members' columns carry no day: they are
        as of the export. Left out, all answers count, and what is derived from touches (``touches_12m``, shares,
        ``response_days``) is derived only where it is asked for by name: before the window of the retention opens.

    Returns
    -------

    Attributes
    ----------
        Members in the order of ``clean.members``.

    Raises
    ------
    ConfigurationError
        Attributes that are money, order or part members as dues do, or are in no table; one sentence each.
    """  # noqa: D414 - the parameter is called attributes
    members = clean.members.set_index("member_id")
    answers = _latest_answers(clean, members.index, until)
    problems: list[str] = []
    asked = tuple(AttributeSettings(name=spec) if isinstance(spec, str) else spec for spec in attributes)
    derived = _derive(clean, asked, until, [*members.columns, *answers.columns], problems)
    wanted = asked or tuple(AttributeSettings(name=name) for name in _known_names(members, answers, derived.table))
    columns: dict[str, pd.Series] = {}
    kinds: dict[str, Kind] = {}
    rows: list[dict[str, object]] = []
    for spec in wanted:
        refusal = refuse_money(spec.name)
        if refusal:
            problems.append(refusal)
            continue
        found = _find(spec.name, members, answers, derived)
        if found is None and spec.name in DERIVED and problems:
            continue
        if found is None:
            known = [*map(str, members.columns), *map(str, answers.columns)]
            problems.append(
                f"attributes: '{spec.name}' is no column of members and no item of answers. {suggest(spec.name, known)}"
            )
            continue
        values, source, dated = found
        kind, column, problem = _measure(spec, values)
        if problem:
            problems.append(problem)
            continue
        twin = refuse_twin(spec.name, column, members)
        if twin:
            problems.append(twin)
            continue
        columns[spec.name], kinds[spec.name] = column, kind
        rows.append(
            {
                "attribute": spec.name,
                "kind": kind,
                "source": source,
                "known": float(column.notna().mean()) if len(column) else 0.0,
                "dated": dated,
            }
        )
    if problems:
        raise ConfigurationError(*problems)
    table = pd.DataFrame(columns, index=members.index)
    edges = {spec.name: spec.edges for spec in wanted if spec.edges is not None}
    sources = pd.DataFrame(rows, columns=["attribute", "kind", "source", "known", "dated"])
    return Attributes(table, kinds, edges, sources)


def _derive(
    clean: CleanTables,
    attributes: Sequence[AttributeSettings],
    until: date | None,
    known: Sequence[str],
    problems: list[str],
) -> TouchAttributes:
    """Derive from touches what is asked for and nowhere else: by name, or all of it where a day is given."""
    asked = [spec.name for spec in attributes if spec.name in DERIVED and spec.name not in known]
    nothing = TouchAttributes(pd.DataFrame(index=pd.Index(clean.members["member_id"])), "")
    if not asked and (attributes or until is None):
        return nothing
    months = clean.engagement.settings.retention.window_months
    day = until or (pd.Timestamp(clean.engagement.as_of) - pd.DateOffset(months=months)).date()
    try:
        return derive_from_touches(clean.members, clean.touches, until=day)
    except ConfigurationError as error:
        if asked:
            problems += error.problems
        return nothing


def _known_names(members: pd.DataFrame, answers: pd.DataFrame, derived: pd.DataFrame) -> list[str]:
    names = [column.name for column in MEMBERS if column.role == "attribute"]
    names += [name for name in ATTRIBUTE_KINDS if name not in names]
    return [
        name
        for name in names
        if any(name in table and table[name].notna().any() for table in (members, answers, derived))
    ]


def _latest_answers(clean: CleanTables, members: pd.Index, until: date | None) -> pd.DataFrame:
    """Return the latest answer per member and item; undated answers count as the earliest."""
    answers = clean.answers
    if answers is None:
        return pd.DataFrame(index=members)
    if "at" in answers:
        if until is not None:
            answers = answers[(answers["at"].isna() | (answers["at"] <= pd.Timestamp(until))).to_numpy()]
        answers = answers.sort_values("at", na_position="first", kind="stable")
    latest = answers.drop_duplicates(["member_id", "item"], keep="last")
    wide = latest.set_index(["member_id", "item"])["value"].unstack()  # noqa: PD010 - nothing to aggregate
    return wide.reindex(members)


def _find(
    name: str, members: pd.DataFrame, answers: pd.DataFrame, derived: TouchAttributes
) -> tuple[pd.Series, str, bool] | None:
    """Return an attribute's values; an answer is nearer to the member than a column of the export."""
    in_answers = name in answers and answers[name].notna().any()
    if in_answers and name in members:
        return answers[name].fillna(_as_text(members[name])), "answers, then members", False
    if in_answers:
        return answers[name], "answers", True
    if name in members:
        return members[name], "members", False
    if name in derived.table:
        return derived.table[name], derived.source, True
    return None


def _as_text(values: pd.Series) -> pd.Series:
    if values.dtype == "float64":
        return values.map("{:.15g}".format, na_action="ignore").astype("str")
    return values.astype("str").where(values.notna())


def _measure(spec: AttributeSettings, values: pd.Series) -> tuple[Kind, pd.Series, str]:
    """Decide how an attribute is measured, and read it so."""
    declared = spec.kind or ATTRIBUTE_KINDS.get(spec.name)
    if pd.api.types.is_datetime64_any_dtype(values):
        return (
            "categorical",
            values,
            (f"attributes: '{spec.name}' holds days, which are no attribute. Declare a number, such as years."),
        )
    if declared == "categorical":
        return "categorical", _as_text(values), ""
    numbers, unreadable = (values, 0.0) if values.dtype == "float64" else _read_numbers(_as_text(values))
    if declared:
        if unreadable > 0.05:
            return (
                declared,
                numbers,
                (
                    f"attributes: '{spec.name}' is declared {declared}, but {unreadable:.0%} of its values are no "
                    f"numbers, such as '{_as_text(values)[numbers.isna() & values.notna()].iloc[0]}'. Declare kind: "
                    "categorical, or map its values."
                ),
            )
        return declared, numbers, ""
    if unreadable <= 0.05 and numbers.nunique() > MANY_VALUES:
        return "numeric", numbers, ""
    return "categorical", _as_text(values), ""


def _read_numbers(texts: pd.Series) -> tuple[pd.Series, float]:
    codes, distinct = pd.factorize(texts)
    array = tidy_texts(pa.array(distinct.tolist(), pa.large_string()), values_only=True)
    decimal, _ = decide_decimal(weigh_decimals(pc.drop_null(array)))
    values = np.full(len(distinct), np.nan)
    there = pc.is_valid(array).to_numpy(zero_copy_only=False)
    values[there] = parse_numbers(pc.drop_null(array), decimal=decimal or ".").values
    by_row = np.append(values, np.nan)[codes]
    filled = np.append(there, False)[codes]
    unreadable = float((filled & np.isnan(by_row)).sum() / filled.sum()) if filled.any() else 0.0
    return pd.Series(by_row, index=texts.index), unreadable
