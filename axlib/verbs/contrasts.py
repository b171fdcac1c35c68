"""Which contrasts were declared beforehand, and which of all hold when they are looked at together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from axlib.numbers.multiplicity import benjamini_hochberg, holm
from axlib.words.display import format_value

LEVEL = 0.05


class Standing(NamedTuple):
    """Where a contrast stands among all that were looked at.

    Attributes
    ----------
    is_primary : bool
    p_value : float
        As it is alone; NaN where it could not be tested.
    adjusted_p : float
        Of a primary contrast by Holm among the primary ones; of another by Benjamini and Hochberg among the others.
    holds : bool
    because : str
        Why it does not; empty where it does.
    """

    is_primary: bool
    p_value: float
    adjusted_p: float
    holds: bool
    because: str


def weigh_contrasts(p_values: Mapping[str, float], *, primary: Sequence[str]) -> dict[str, Standing]:
    """Weigh contrasts together: declared ones first, the others only where a declared one holds.

    Parameters
    ----------
    p_values : mapping of str to float
        Every contrast that could be tested.
    primary : sequence of str
        Those declared before outcomes were read; one that could not be tested counts as one that found nothing.

    Returns
    -------
    dict of str to Standing

    Notes
    -----
    Where nothing is going on, a report claims anything at all only if a primary contrast holds by chance, which is
    one report in twenty at most.

    Examples
    --------
    >>> standing = weigh_contrasts({"churn": 0.3, "growth": 0.001}, primary=["churn"])
    >>> standing["growth"].holds, standing["growth"].because
    (False, 'It was not declared as a primary contrast, and no primary one holds.')
    """
    declared = list(dict.fromkeys(primary))
    others = [name for name in p_values if name not in declared]
    among = holm(np.array([p_values.get(name, np.nan) for name in declared]))
    found: dict[str, Standing] = {}
    for name, adjusted in zip(declared, among.tolist(), strict=True):
        p = float(p_values.get(name, np.nan))
        found[name] = Standing(True, p, adjusted, adjusted <= LEVEL, _why(p, adjusted, len(declared)))
    any_holds = any(standing.holds for standing in found.values())
    rest = benjamini_hochberg(np.array([p_values[name] for name in others]))
    for name, adjusted in zip(others, rest.tolist(), strict=True):
        p = float(p_values[name])
        because = _why(p, adjusted, len(others))
        if not any_holds:
            because = "It was not declared as a primary contrast, and no primary one holds."
        found[name] = Standing(False, p, adjusted, any_holds and adjusted <= LEVEL, because)
    return found


def _why(p: float, adjusted: float, n: int) -> str:
    if np.isnan(p):
        return "It could not be tested."
    if adjusted <= LEVEL:
        return ""
    if p <= LEVEL:
        told = f"{format_value(p, 'index')} alone, {format_value(adjusted, 'index')} among {n}"
        return f"Looked at together with the other contrasts, it is no more than chance may give (p {told})."
    return "It is no more than chance may give."
