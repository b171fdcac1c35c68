"""Drawing by lot: members into arms within strata, clusters into the order in which they change over."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.words.vocabulary import PILOT_ARMS


def draw_arms(strata: pd.Series, *, rng: np.random.Generator) -> pd.Series:
    """Draw half of each stratum for the changed service.

    Parameters
    ----------
    strata : Series of str, index ``member_id``
    rng : Generator

    Returns
    -------
    Series of str
        ``changed`` or ``usual``, by member in the order of identifiers. In each stratum, and in all of them together,
        the arms differ by one member at most; each member's chance is one half.
    """
    order = strata.sort_index()
    lots = pd.DataFrame({"stratum": order.to_numpy(), "lot": rng.permutation(len(order))}, index=order.index)
    drawn = lots.sort_values(["stratum", "lot"])
    # Arms alternate through the strata, so that the odd members of one and the next go to different arms.
    first = int(rng.integers(2))
    arms = np.array(PILOT_ARMS, dtype=object)[(np.arange(len(drawn)) + first) % 2]
    return pd.Series(arms, index=drawn.index, name="arm", dtype="str").reindex(order.index)


def draw_steps(members: pd.Series, *, steps: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw from which step on each cluster is changed over: 1 to ``steps``, as many clusters in each as possible.

    Parameters
    ----------
    members : Series, index cluster
        Members of each; their number decides nothing.
    steps : int
    rng : Generator
    """
    n = len(members)
    places = np.arange(n) * min(steps, n) // max(n, 1)
    found = np.empty(n, dtype=np.intp)
    found[rng.permutation(n)] = places + 1
    return found
