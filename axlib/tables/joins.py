"""Columns of further files put beside the rows of a table, by the keys the engagement declares.

A join adds columns and never rows: the file named under ``tables`` has one row per row of the table, and each of
its rows finds one row of the joined file or none. So rows stay accounted for, whatever is joined.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from axlib.tables.files.raw_rows import TEXT, as_text_array
from axlib.tables.settings.reading import JoinSettings
from axlib.words.display import count_words, join_words
from axlib.words.errors import ConfigurationError, DataError, suggest

JOIN_COLUMNS = (
    "table", "file", "by", "rows", "matched", "unmatched",
    "file_rows", "file_left_out", "file_used", "file_passed_over", "file_unused",
)  # fmt: skip
_BETWEEN = "\x1f"
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}(?:[ T].*)?$"


class Joined(NamedTuple):
    """A table with the columns of a further file.

    Attributes
    ----------
    table : DataFrame of text
        The rows it had, in their order.
    account : dict
        ``JOIN_COLUMNS``: rows = matched + unmatched; file_rows = left out by where + used + passed over for
        a later or earlier row + unused (their key is in no row of the table).
    notes : tuple of str
    """

    table: pd.DataFrame
    account: dict[str, object]
    notes: tuple[str, ...]


def keep_where(table: pd.DataFrame, where: Mapping[str, Sequence[str]], *, place: str) -> pd.DataFrame:
    """Return the rows whose cells are among the wanted values, compared without case and outer spaces.

    Parameters
    ----------
    table : DataFrame of text
    where : mapping of str to sequence of str
        Column -> wanted values; all columns must agree.
    place : str
        Key and file, for sentences.

    Raises
    ------
    ConfigurationError
        A column is not there, or no row has the wanted values.
    """
    unknown = [name for name in where if name not in table]
    if unknown:
        raise ConfigurationError(
            *(
                f"{place}: where names '{name}', no column of the file. {suggest(name, table.columns)}"
                for name in unknown
            )
        )
    kept = np.ones(len(table), dtype=bool)
    for name, wanted in where.items():
        texts = table[name].fillna("").str.strip().str.lower()
        kept &= texts.isin([value.strip().lower() for value in wanted]).to_numpy()
        if not kept.any():
            there = ", ".join(f"'{text}'" for text in table[name].dropna().value_counts().index[:6])
            raise ConfigurationError(
                f"{place}: where leaves no row: '{name}' is never {join_words(list(wanted))}. Values there: {there}."
            )
    return table if kept.all() else table[kept]


def join_file(table: pd.DataFrame, file: pd.DataFrame, join: JoinSettings, *, name: str, at: int = 1) -> Joined:
    """Put the declared columns of a file beside the rows of a table.

    Parameters
    ----------
    table : DataFrame of text
    file : DataFrame of text
    join : JoinSettings
    name : str
        The canonical table.
    at : int
        Which of the table's joins it is, from 1, for sentences.

    Returns
    -------
    Joined

    Raises
    ------
    ConfigurationError
        Columns that are not there, or names that are taken.
    DataError
        No key matches, or a key matches several rows and nothing says which counts.
    """
    file_name = PurePosixPath(join.file).name
    place = f"joins.{name}, {at}: {file_name}"
    keep = _check_columns(table, file, join, place)
    there = keep_where(file, join.where, place=place) if join.where else file
    mine, theirs = _keys(table, list(join.match)), _keys(there, list(join.match.values()))
    codes, known = pd.factorize(theirs)
    wanted = pd.Index(known).get_indexer(mine)
    found = (wanted >= 0) & mine.notna().to_numpy()
    if mine.notna().any() and not found.any():
        raise DataError(_no_match(mine, theirs, join, place))
    counts = np.bincount(codes[codes >= 0], minlength=len(known))
    asked = np.zeros(len(known), dtype=bool)
    asked[wanted[found]] = True
    several = asked & (counts > 1)
    rows, ties = _choose(there, codes, several, counts, join, known, place)
    position = np.full(len(mine), -1, dtype=np.int64)
    position[found] = rows[wanted[found]]
    taken = pa.array(position, mask=position < 0)
    columns = {new: _take(there[header], taken, table.index) for new, header in keep.items()}
    if join.count:
        n = np.zeros(len(mine), dtype=np.int64)
        n[found] = counts[wanted[found]]
        columns[join.count] = pd.Series(n.astype(str), index=table.index, dtype=TEXT)
    matched, used = int(found.sum()), int(asked.sum())
    passed = int((counts[asked] - 1).sum())
    by = ", ".join(here if here == other else f"{here} = {other}" for here, other in join.match.items())
    amounts = (len(mine), matched, len(mine) - matched, len(file), len(file) - len(there), used, passed)
    unused = len(there) - used - passed
    account = dict(zip(JOIN_COLUMNS, (name, file_name, by, *amounts, unused), strict=True))
    notes = [f"{count_words(ties, 'key')} with several such rows: the later one in the file counts"] if ties else []
    return Joined(table.assign(**columns), account, tuple(notes))


def describe_join(account: Mapping[Hashable, object]) -> tuple[str, str]:
    """Say in two phrases what a join did: which file by which key, and what became of every row."""
    n = {key: int(str(account[key])) for key in JOIN_COLUMNS[3:]}
    parts = [f"{n['matched']:,} of {count_words(n['rows'], 'row')} have a match"]
    if n["unmatched"]:
        parts.append(f"{n['unmatched']:,} have none")
    parts.append(f"of its {count_words(n['file_rows'], 'row')} {n['file_used']:,} are used")
    further = (
        ("file_left_out", "left out by where"),
        ("file_passed_over", "passed over for another one"),
        ("file_unused", "of keys that are not asked for"),
    )
    parts += [f"{n[key]:,} {words}" for key, words in further if n[key]]
    return f"joined with {account['file']} by {account['by']}", "; ".join(parts)


def _check_columns(table: pd.DataFrame, file: pd.DataFrame, join: JoinSettings, place: str) -> dict[str, str]:
    """Return the columns to keep, or raise every problem of the names."""
    problems = [
        f"{place}: match names '{here}', no column of the table. {suggest(here, table.columns)}"
        for here in join.match
        if here not in table
    ]
    keep = join.keep
    if keep is None:
        keep = {header: header for header in file.columns if header not in join.match.values()}
    named = {
        "match": list(join.match.values()),
        "keep": list(keep.values()),
        "latest": [join.latest] if join.latest else [],
        "earliest": [join.earliest] if join.earliest else [],
    }
    problems += [
        f"{place}: {key} names '{header}', no column of the file. {suggest(header, file.columns)}"
        for key, headers in named.items()
        for header in headers
        if header not in file
    ]
    given = [*keep, *([join.count] if join.count else [])]
    problems += [
        f"{place}: the table has a column '{new}' already. Give the one that comes another name:  "
        f"keep: {{{new} 2: {keep.get(new, new)}}}"
        for new in given
        if new in table
    ]
    problems += [f"{place}: the name '{new}' is given twice. Change one." for new in keep if new == join.count]
    if problems:
        raise ConfigurationError(*problems)
    return keep


def _keys(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Key of each row: its cells without outer spaces; missing where one of them is empty."""
    parts = [table[name].str.strip() for name in names]
    key = parts[0].where(parts[0] != "")
    for part in parts[1:]:
        key = key + _BETWEEN + part.where(part != "")
    return key


def _no_match(mine: pd.Series, theirs: pd.Series, join: JoinSettings, place: str) -> str:
    here, there = mine.dropna(), theirs.dropna()
    bare = here.str.replace(r"^0+|\.0+$", "", regex=True)
    again = bare.isin(there.str.replace(r"^0+|\.0+$", "", regex=True)).any()
    hint = (
        "They would match without leading zeros or .0: export both files again and do not open them in a "
        "spreadsheet before."
        if again
        else "Name the columns that hold the same key under match."
    )
    example = f"'{there.iloc[0]}'" if len(there) else "nothing"
    return (
        f"{place}: none of the {count_words(here.nunique(), 'key')} in {join_words(list(join.match))} is in "
        f"{join_words(list(join.match.values()))} of the file (here '{here.iloc[0]}', there {example}). {hint}"
    ).replace(_BETWEEN, " + ")


def _choose(
    file: pd.DataFrame,
    codes: NDArray[np.intp],
    several: NDArray[np.bool_],
    counts: NDArray[np.int64],
    join: JoinSettings,
    known: pd.Index,
    place: str,
) -> tuple[NDArray[np.int64], int]:
    """Return the row that counts per key, and for how many keys the order did not decide."""
    order_by = join.latest or join.earliest
    if several.any() and not order_by:
        key = int(np.flatnonzero(several)[0])
        shown = str(known[key]).replace(_BETWEEN, " + ")
        raise DataError(
            f"{place}: {count_words(int(several.sum()), 'key')} match several rows, such as '{shown}' "
            f"({counts[key]:,} rows), and each row takes one. Say which counts with latest: COLUMN or where: "
            "{COLUMN: value}; or name this file under tables and join the other one to it."
        )
    rows = np.full(len(known), -1, dtype=np.int64)
    there = np.flatnonzero(codes >= 0)
    if not order_by:
        rows[codes[there]] = there
        return rows, 0
    rank = _rank(file[order_by], order_by, place)[there] * (1 if join.latest else -1)
    # Unknown ranks come first, so that any known one wins; equal ranks leave the later row of the file.
    rank = np.where(np.isnan(rank), -np.inf, rank)
    sorted_rows = there[np.lexsort((there, rank, codes[there]))]
    rows[codes[sorted_rows]] = sorted_rows
    best = np.full(len(known), -np.inf)
    best[codes[there]] = -np.inf
    np.maximum.at(best, codes[there], rank)
    at_best = np.bincount(codes[there][rank == best[codes[there]]], minlength=len(known))
    return rows, int((several & (at_best > 1)).sum())


def _rank(values: pd.Series, name: str, place: str) -> NDArray[np.float64]:
    """Order of a column of days written year first, or of numbers; anything else has no order one can trust."""
    texts = values.str.strip()
    texts = texts.where(texts != "")
    filled = texts.dropna()
    numbers = pd.to_numeric(texts, errors="coerce")
    if numbers.notna().sum() == len(filled):
        return numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    if not filled.str.match(_ISO_DAY).all():
        odd = filled[~filled.str.match(_ISO_DAY)].iloc[0]
        raise DataError(
            f"{place}: '{name}' cannot say which row is later: '{odd}' is neither a number nor a day written year "
            "first (2025-01-31). Name another column, or narrow the rows by where."
        )
    ranks = texts.str.replace("T", " ").rank(method="dense")
    return np.asarray(ranks, dtype=np.float64)


def _take(column: pd.Series, taken: pa.Array, index: pd.Index) -> pd.Series:
    array = pa.array(column, type=pa.large_string(), from_pandas=True)
    return pd.Series(as_text_array(pc.take(array, taken)), index=index)
