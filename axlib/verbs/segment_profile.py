"""What the members of each segment are like, against all members."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.attributes import Attributes, Kind
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.segments import Segmentation
from axlib.words.display import format_number, format_share, format_short, format_value, join_words
from axlib.words.vocabulary import SCALE_TOP

#: From here an attribute stands out, and from here plainly: small and medium after Romano et al. (2006).
STANDS_OUT, STANDS_OUT_PLAINLY = 0.147, 0.33
MOST_WORDS = 4


def profile_segments(segmentation: Segmentation, attributes: Attributes) -> pd.DataFrame:
    """Compare each attribute of each segment with all members.

    Parameters
    ----------
    segmentation : Segmentation
    attributes : Attributes
        Whose table holds all of its members.

    Returns
    -------
    DataFrame, one row per (segment, attribute, level)
        ``level`` is empty but for categories; ``n`` members of the segment with an answer; ``value`` the mean of
        a scale, the median of a number, the share at a level; ``overall`` the same of all members.
        ``standout`` is -1 to 1: how much more often a member of the segment is above a random member than
        below it (Cliff's delta; of a category it is the difference of shares). NaN where nobody answered.

    References
    ----------
    Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions, Psychol. Bull. 114.
    """
    table = attributes.table.loc[segmentation.table["member_id"]]
    names = [*segmentation.segments, *([UNDETERMINED] if segmentation.undetermined else [])]
    codes = pd.Categorical(segmentation.table["segment"], categories=names).codes.astype(np.intp)
    parts = [_compare(table[name], name, kind, codes, names) for name, kind in attributes.kinds.items()]
    columns = ["segment", "attribute", "kind", "level", "n", "value", "overall", "standout"]
    profile = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    ranked = profile.assign(rank=profile["segment"].map({name: place for place, name in enumerate(names)}))
    ranked = ranked.sort_values("rank", kind="stable", ignore_index=True)[columns]
    return ranked.astype(dict.fromkeys(columns[:4], "str"))


def _compare(column: pd.Series, name: str, kind: Kind, codes: NDArray[np.intp], names: list[str]) -> pd.DataFrame:
    """Compare one attribute; ``codes`` are the places of members' segments in ``names``."""
    known = column.notna().to_numpy()
    codes, many = codes[known], len(names)
    n = np.bincount(codes, minlength=many)
    divisor = np.where(n > 0, n, np.nan)
    if kind == "categorical":
        places, levels = pd.factorize(column[known].to_numpy(dtype=object), sort=True)
        counts = np.bincount(codes * max(len(levels), 1) + places, minlength=many * len(levels))
        counts = counts.reshape(many, len(levels))
        overall = counts.sum(axis=0) / max(len(places), 1)
        shares = counts / divisor[:, None]
        return pd.DataFrame(
            {
                "segment": names * len(levels),
                "attribute": name,
                "kind": kind,
                "level": np.repeat(np.asarray(levels, dtype=object), many),
                "n": np.tile(n, len(levels)),
                "value": shares.T.ravel(),
                "overall": np.repeat(overall, many),
                "standout": (shares - overall).T.ravel(),
            }
        )
    values = column[known].to_numpy(dtype=float)
    ranks = (pd.Series(values).rank().to_numpy() - 0.5) / max(len(values), 1)
    typical = np.mean if kind == "ordinal" else np.median
    groups = [values[codes == place] for place in range(many)]
    return pd.DataFrame(
        {
            "segment": names,
            "attribute": name,
            "kind": kind,
            "level": "",
            "n": n,
            "value": [float(typical(group)) if len(group) else np.nan for group in groups],
            "overall": float(typical(values)) if len(values) else np.nan,
            "standout": 2 * np.bincount(codes, weights=ranks, minlength=many) / divisor - 1,
        }
    )


def describe_profile(profile: pd.DataFrame, *, segment: str) -> str:
    """Say what stands out in a segment, the most telling first; empty where nothing does.

    Examples
    --------
    >>> row = {"segment": "Inbound", "attribute": "guidance_need", "kind": "ordinal", "level": "", "n": 30}
    >>> profile = pd.DataFrame([{**row, "value": 0.4, "overall": 2.1, "standout": -0.7}])
    >>> describe_profile(profile, segment="Inbound")
    'guidance need low (0.4 of 4; all members 2.1)'
    """
    own = profile[(profile["segment"] == segment) & profile["standout"].notna()]
    own = own[(own["standout"].abs() >= STANDS_OUT)]
    own = own.assign(size=own["standout"].abs()).sort_values("size", ascending=False, kind="stable")
    # Of a category the level that stands out most says it; the others only mirror it.
    own = own.drop_duplicates("attribute").head(MOST_WORDS)
    columns = ("attribute", "kind", "level", "value", "overall", "standout")
    rows = zip(*(own[name].tolist() for name in columns), strict=True)
    return join_words([_describe(*row) for row in rows]) if len(own) else ""


def _describe(name: str, kind: str, level: str, value: float, overall: float, standout: float) -> str:
    name, level = name.replace("_", " "), level.replace("_", " ")
    if kind == "categorical":
        often = "often" if standout > 0 else "seldom"
        return f"{name} {often} {level} ({format_share(value, 0)}; all members {format_share(overall, 0)})"
    word = "high" if standout > 0 else "low"
    word = word if abs(standout) >= STANDS_OUT_PLAINLY else f"rather {word}"
    if kind == "ordinal":
        of = f" of {format_short(SCALE_TOP)}" if max(value, overall) <= SCALE_TOP else ""
        return f"{name} {word} ({format_number(value, 1)}{of}; all members {format_number(overall, 1)})"
    texts = [format_value(number, "number") for number in (value, overall)]
    return f"{name} {word} (typically {texts[0]}; all members {texts[1]})"
