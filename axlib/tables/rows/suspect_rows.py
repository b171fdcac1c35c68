"""Rows that are no members at all: a row of descriptions left inside the data."""

from __future__ import annotations

import pandas as pd

_SAMPLE = 2_000
_NUMBER = r"\s*[-+(]?\W{0,3}\d[\d.,' ]*\W{0,3}\s*"


def find_descriptions(raw: pd.DataFrame) -> list[int]:
    """Return the first rows that hold words wherever the columns hold numbers.

    Parameters
    ----------
    raw : DataFrame
        Every cell text; the index is the row number.

    Returns
    -------
    list of int
        Row numbers, among the first three, of rows with words in at least three columns of numbers and in at
        least half of all of those they fill.
    """
    sample = raw.head(_SAMPLE)
    if len(sample) < 10:
        return []
    numbers = pd.DataFrame({at: sample.iloc[:, at].str.fullmatch(_NUMBER) for at in range(sample.shape[1])})
    filled = pd.DataFrame({at: sample.iloc[:, at].notna() for at in range(sample.shape[1])})
    numbers = numbers.fillna(False).astype(bool)
    share = numbers.iloc[3:].sum() / filled.iloc[3:].sum().clip(lower=1)
    typed = numbers.columns[(share >= 0.98) & (filled.iloc[3:].sum() > 0)]
    words = filled[typed].head(3) & ~numbers[typed].head(3)
    many = (words.sum(axis=1) >= 3) & (words.sum(axis=1) >= 0.5 * filled[typed].head(3).sum(axis=1))
    return [int(row) for row in many.index[many]]
