"""Which of many identifiers are among others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def are_among(ids: pd.Series | pd.Index, others: pd.Series | pd.Index) -> NDArray[np.bool_]:
    """Say of each identifier whether it is among others.

    Parameters
    ----------
    ids, others : Series or Index
        Of any number; each may stand there several times.

    Returns
    -------
    array of bool, one per identifier

    Notes
    -----
    ``Series.isin`` says the same, but looks at text one Python object at a time: at 20,000 identifiers it takes ten
    times as long.

    Examples
    --------
    >>> are_among(pd.Series(["a", "b", "a"]), pd.Series(["a", "c", "c"])).tolist()
    [True, False, True]
    """
    index = pd.Index(others)
    return (index if index.is_unique else index.unique()).get_indexer(pd.Index(ids)) >= 0
