"""How demo data get the spelling of real exports: the same values, written the way many hands write them.

Every function takes clean values and returns text; chance comes in as ``rng``. What is written here must be
readable again without loss, which is what a demo of cleaning is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

NBSP = "\u00a0"


def share_out(n: int, weights: Sequence[float]) -> list[int]:
    """Divide ``n`` places by weights, exactly: largest remainders get what rounding leaves.

    Examples
    --------
    >>> share_out(10, [1, 1, 1]), share_out(300, [60, 70, 170])
    ([4, 3, 3], [60, 70, 170])
    """
    exact = n * np.asarray(weights, dtype=float) / np.sum(weights)
    whole = np.floor(exact).astype(int)
    # Stable order: of equal remainders the first in the list gets the place.
    order = np.argsort(-(exact - whole).round(9), kind="stable")
    whole[order[: n - int(whole.sum())]] += 1
    return [int(count) for count in whole]


def deal(values: Sequence[object], counts: Sequence[int], *, rng: np.random.Generator) -> pd.Series:
    """Deal values out in exact numbers and random order: chance decides who, never how many."""
    return pd.Series(rng.permutation(np.repeat(np.asarray(values), counts)))


def draw_anew(labels: pd.Series, *, share: float, rng: np.random.Generator) -> pd.Series:
    """Draw a share of labels anew, each by chance from all of them: what was dealt in exact numbers is no longer.

    Nothing is drawn from ``rng`` where the share is 0, so that exact files stay the same bytes.

    Examples
    --------
    >>> draw_anew(pd.Series(["a", "a", "b"]), share=0.0, rng=np.random.default_rng(0)).tolist()
    ['a', 'a', 'b']
    """
    if share == 0:
        return labels
    lost = rng.random(len(labels)) < share
    drawn = rng.choice(labels.to_numpy(), size=len(labels))
    return labels.where(~lost, drawn)


def spell_money(amounts: pd.Series, *, rng: np.random.Generator) -> pd.Series:
    """Write money as ``$1,250.00`` mostly, else as ``1250``, ``1,250.00 USD`` or ``1250.00``.

    Examples
    --------
    >>> spell_money(pd.Series([1250.0]), rng=np.random.default_rng(0)).isin(["$1,250.00", "1250"]).item()
    True
    """
    styles = rng.choice(4, size=len(amounts), p=[0.7, 0.12, 0.1, 0.08])
    forms = ["${:,.2f}".format, "{:.0f}".format, "{:,.2f} USD".format, "{:.2f}".format]
    written = [amounts.map(form) for form in forms]
    return pd.Series(np.choose(styles, written), index=amounts.index, dtype=object)


def spell_words(
    values: pd.Series, variants: Mapping[str, Sequence[str]], *, rng: np.random.Generator, usual: float = 0.8
) -> pd.Series:
    """Write each value as one of its variants, the first of them with the share ``usual``."""
    written = pd.Series(index=values.index, dtype=object)
    for value, words in variants.items():
        here = values.index[values == value]
        others = (1 - usual) / max(len(words) - 1, 1)
        shares = np.array([usual] + [others] * (len(words) - 1)) if len(words) > 1 else np.array([1.0])
        written.loc[here] = rng.choice(np.asarray(words, dtype=object), size=len(here), p=shares)
    return written


def pad_with_spaces(texts: pd.Series, *, rng: np.random.Generator, share: float = 0.03) -> pd.Series:
    """Put a space, or a no-break space, before or behind some of the texts."""
    pick = rng.choice(5, size=len(texts), p=[1 - share] + [share / 4] * 4)
    before = pd.Series(np.array(["", " ", "", NBSP, ""], dtype=object)[pick], index=texts.index)
    behind = pd.Series(np.array(["", "", " ", "", NBSP], dtype=object)[pick], index=texts.index)
    return (before + texts + behind).where(texts != "", "")


def blank_some(texts: pd.Series, *, rng: np.random.Generator, share: float) -> pd.Series:
    """Lose an exact share of the answers: most are left empty, some say ``N/A``."""
    n = round(share * len(texts))
    lost = rng.choice(len(texts), size=n, replace=False)
    blanked = texts.astype(object).to_numpy(copy=True)
    blanked[lost] = rng.choice(np.array(["", "N/A"], dtype=object), size=n, p=[0.8, 0.2])
    return pd.Series(blanked, index=texts.index)


def iso_with_offset(days: pd.Series, *, rng: np.random.Generator) -> pd.Series:
    """Write days as local times of the US east coast: the date before the T is the day, in UTC it may differ."""
    summer = days.dt.month.between(4, 10)
    late = pd.Series(rng.random(len(days)) < 0.5, index=days.index)
    clock = late.map({True: "T20:00:00", False: "T00:00:00"})
    return days.dt.strftime("%Y-%m-%d") + clock + summer.map({True: "-04:00", False: "-05:00"})


def mixed_dates(days: pd.Series, *, rng: np.random.Generator, iso: float = 0.1) -> pd.Series:
    """Write most days as 7/13/2025 and some as 2025-07-13, as several hands do."""
    as_iso = days.dt.strftime("%Y-%m-%d").where(days.notna(), "")
    return slash_date(days).where(rng.random(len(days)) >= iso, as_iso)


def slash_date(days: pd.Series) -> pd.Series:
    """Write days as 7/13/2025, without leading zeros."""
    year, month, day = (getattr(days.dt, part).astype("Int64").astype(str) for part in ("year", "month", "day"))
    return (month + "/" + day + "/" + year).where(days.notna(), "")
