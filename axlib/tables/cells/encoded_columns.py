"""A column as its distinct values and a code per row, so that every rule runs once per distinct value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from axlib.tables.cells.tidying_text import tidy_texts


class EncodedColumn(NamedTuple):
    """One column of text.

    Attributes
    ----------
    codes : array of int
        Per row the position of its value; -1 where the cell is empty.
    before : Array of text
        Distinct values as they stand in the file.
    tidy : Array of text
        The same, tidied; missing where the word means nothing.
    """

    codes: NDArray[np.int32]
    before: pa.Array
    tidy: pa.Array

    @property
    def counts(self) -> NDArray[np.int64]:
        """Rows per distinct value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.before))


def encode_column(column: pd.Series, *, values_only: bool) -> EncodedColumn:
    """Encode and tidy one column of text.

    Parameters
    ----------
    column : Series of text
    values_only : bool
        Whether the column holds numbers, money, dates or yes/no, where more words mean nothing.
    """
    array = pa.array(column, type=pa.large_string(), from_pandas=True)
    # One piece first: encoding a column in pieces makes one dictionary per piece, and joining those is slow.
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    encoded = whole.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return EncodedColumn(codes, encoded.dictionary, tidy_texts(encoded.dictionary, values_only=values_only))


def take_texts(distinct: pa.Array, codes: NDArray[np.int32]) -> pa.Array:
    """Return the text of each row; missing where the code is -1."""
    return distinct.take(pa.array(codes, mask=codes < 0))


def take_values(distinct: NDArray[np.generic], codes: NDArray[np.int32], missing: object) -> NDArray[np.generic]:
    """Return the value of each row; ``missing`` where the code is -1."""
    padded = np.append(distinct, np.array([missing], dtype=distinct.dtype))
    return padded[codes]
