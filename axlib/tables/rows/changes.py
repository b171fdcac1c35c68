"""The ledger: every changed cell with what stood there, what stands there now, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from axlib.tables.files.raw_rows import as_text_array

LEDGER = ("table", "row", "column", "before", "after", "rule")


def text_series(values: pa.Array | pa.ChunkedArray | Sequence[str | None], index: pd.Index | None = None) -> pd.Series:
    """Return texts as a column in the form all tables keep them."""
    if not isinstance(values, (pa.Array, pa.ChunkedArray)):
        values = pa.array([None if value != value else value for value in values], pa.large_string())
    return pd.Series(as_text_array(values), index=index)


def note_changes(
    table: str,
    column: str,
    rows: NDArray[np.int64],
    before: pa.Array | Sequence[str | None],
    after: pa.Array | Sequence[str | None],
    rule: str | pa.Array | Sequence[str],
) -> pd.DataFrame:
    """Return ledger entries for cells of one column.

    Parameters
    ----------
    table, column : str
    rows : array of int
        Row of each changed cell.
    before, after : texts, same length
        None where nothing stood or stands.
    rule : str or texts
        Why.
    """
    n = len(rows)
    return pd.DataFrame(
        {
            "table": _one_word(table, n),
            "row": np.asarray(rows, dtype=np.int64),
            "column": _one_word(column, n),
            "before": text_series(before),
            "after": text_series(after),
            "rule": _one_word(rule, n) if isinstance(rule, str) else _few_words(rule),
        }
    )


def _one_word(word: str, n: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(n, dtype=np.int8), categories=pd.Index([word], dtype="str"))


def _few_words(words: pa.Array | Sequence[str]) -> pd.Categorical:
    array = words if isinstance(words, pa.Array) else pa.array(words, pa.large_string())
    encoded = array if isinstance(array, pa.DictionaryArray) else array.dictionary_encode()
    categories = pd.Index(encoded.dictionary.to_pylist(), dtype="str")
    return pd.Categorical.from_codes(encoded.indices.to_numpy(zero_copy_only=False), categories=categories)


def join_changes(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Join ledger entries in the order they happened; table, column and rule are categories."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return note_changes("", "", np.empty(0, np.int64), [], [], [])
    joined = {
        name: union_categoricals([part[name] for part in filled])
        if name in ("table", "column", "rule")
        else pd.concat([part[name] for part in filled], ignore_index=True)
        for name in LEDGER
    }
    return pd.DataFrame(joined)


def count_changes(ledger: pd.DataFrame) -> pd.DataFrame:
    """Count the changed cells by table, column and rule, the most first."""
    counted = (
        ledger.groupby(["table", "column", "rule"], sort=False, observed=True).size().rename("changes").reset_index()
    )
    return counted.sort_values("changes", ascending=False, kind="stable", ignore_index=True)
