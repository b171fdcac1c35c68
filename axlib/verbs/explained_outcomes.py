"""How much of each outcome revenue tiers, segments and dues explain, on members not used to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.cross_validation import (
    Family,
    explained_gain,
    losses_of_design,
    losses_of_groups,
    share_out,
)
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.equal_groups import EqualGroups, equal_groups
from axlib.verbs.gates import DECLARED
from axlib.verbs.segments import NO_DUES, Segmentation
from axlib.verbs.window_outcomes import OUTCOME_WORDS
from axlib.words.display import count_words, format_points, format_share, join_words
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable

ANALYSIS = "Outcomes explained by tiers and by segments"
#: Fewer of either kind, or fewer members with an amount, tell nothing that could be checked.
FEWEST_OF_A_KIND, FEWEST_AMOUNTS = 20, 40
#: Contrasts of contenders: the first less the second.
CONTRASTS = {
    "segments - tiers": ("segments", "tiers"),
    "segments - dues": ("segments", "dues"),
    "both - tiers": ("both", "tiers"),
}
#: Bought with the segments themselves, so never their success.
NO_OUTCOMES = ("required_hours",)
#: How often members are shared out: several times, but for so many that it makes no difference.
N_REPEATS, MANY = 5, 20_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class ExplainedOutcomes(Result):
    """Which grouping tells outcomes of members left out of the fit, and by how much more.

    Attributes
    ----------
    table : DataFrame, one row per (outcome, contrast)
        ``outcome``; ``contrast`` ('segments - tiers', 'segments - dues', 'both - tiers'); ``gain`` with
        ``gain_low`` and ``gain_high``: difference of the shares of deviance explained, above 0 where the first of the
        two tells more; ``p_value`` (two-sided, that the gain is 0); ``n`` members, ``groups`` on either side,
        ``clusters`` that share service (0: none), ``detectable_gain`` (found four times in five, were it there).
    shares : DataFrame, one row per (outcome, contender)
        ``outcome``, ``contender`` (tiers, segments, dues, both), ``groups``, ``n``, ``explained_share`` with
        ``_low`` and ``_high``: 1 - deviance ÷ deviance without any grouping; below 0 where the grouping tells less
        than nothing.
    left_out : DataFrame
        ``outcome``, ``why``: outcomes the data cannot carry.
    groups_note : str
        How both sides came to the same number of groups, in a sentence.
    level : {'0', '1'}
        What evidence the gains can be: 1 only where the values behind the segments are dated before the outcomes.
    level_because : str
        Why it is no more; empty at level 1.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    left_out: pd.DataFrame
    groups_note: str
    level: str
    level_because: str

    title: ClassVar[str] = "How much more of each outcome is explained, on members not used to fit"
    plots: ClassVar[tuple[str, ...]] = ("plot_explained",)

    def summary(self) -> pd.DataFrame:
        """Return one row per outcome: the share each side explains and the difference, with intervals."""
        shares = self.shares.pivot_table(index="outcome", columns="contender", values="explained_share", sort=False)
        gain = self.table[self.table["contrast"] == "segments - tiers"].set_index("outcome")
        summary = pd.DataFrame(
            {
                "n": gain["n"],
                "explained_by_tiers": shares["tiers"],
                "explained_by_segments": shares["segments"],
                "explained_gain": gain["gain"],
                "explained_gain_low": gain["gain_low"],
                "explained_gain_high": gain["gain_high"],
                "p": gain["p_value"],
            }
        )
        return summary.reindex(gain.index).rename_axis("outcome").reset_index()

    @property
    def text(self) -> str:
        """What segments tell more or less than tiers, in sentences."""
        parts = []
        for row in self.summary().to_dict("records"):
            if pd.isna(row["explained_gain"]):
                continue
            name = OUTCOME_WORDS.get(row["outcome"], row["outcome"].replace("_", " "))
            shares = [format_share(row[f"explained_by_{side}"]) for side in ("segments", "tiers")]
            low, high = (format_points(row[f"explained_gain_{bound}"]) for bound in ("low", "high"))
            chance = (
                ", no more than chance may give" if row["explained_gain_low"] <= 0 <= row["explained_gain_high"] else ""
            )
            parts.append(
                f"Of {name}, segments explain {shares[0]} and tiers {shares[1]} on members not used to fit: "
                f"{format_points(row['explained_gain'])} points (95 % interval {low} to {high}){chance}."
            )
        return " ".join([*parts, self.groups_note, self.level_because]).strip()


def explain_outcomes(
    tiers: Segmentation,
    segments: Segmentation,
    *,
    outcomes: pd.DataFrame,
    dues: pd.Series | None = None,
    clusters: pd.Series | None = None,
    attributes: Sequence[str] = (),
    dated: bool = False,
    n_folds: int = 10,
    n_repeats: int | None = None,
    rng: np.random.Generator,
) -> ExplainedOutcomes | Unavailable:
    """Compare how well tiers, segments and dues tell outcomes of members left out of the fit.

    Parameters
    ----------
    tiers, segments : Segmentation
        Of the same members when the outcome window opened; without what was declared (at risk, no potential), which may
        know the outcome. Members undetermined or without dues on either side are left out on both.
    outcomes : DataFrame
        ``member_id`` and a column per outcome: 0 and 1 for what happened or did not, else an amount; missing where not
        known. ``collect_window_outcomes`` makes it.
    dues : Series, index ``member_id``, optional
        Money a year when the window opened; its logarithm is a contender of its own, since tiers throw away what
        dues tell within them.
    clusters : Series, index ``member_id``, optional
        Who serves a member. Members of one person may fare alike, so intervals rest on persons.
    attributes : sequence of str
        What the segments are made of; never an outcome.
    dated : bool
        Whether the values behind the segments are known to be from before the outcomes.
    n_folds, n_repeats : int
        Folds members are shared out among, and how often (five times, once from 20,000 members on).
    rng : Generator
        Shares members out.

    Returns
    -------
    ExplainedOutcomes or Unavailable
        Unavailable where fewer than two groups of members are in both, or no outcome is known of enough.

    Raises
    ------
    DataError
        An outcome is an attribute of the segments or their required hours, or a segment was declared.

    Notes
    -----
    Groups tell by their mean among the other folds' members, dues by a regression on their logarithm and its square,
    ``both`` by one on tiers and segments. Deviance is squared error for amounts and minus twice the log-likelihood for
    yes and no. Both sides have the same number of groups, see ``equal_groups``. Members are shared out one by one, not
    by the person who serves them, for under revenue tiers a person serves one tier and leaving both out would leave
    nothing to tell it by.
    """
    _check(segments, outcomes, attributes)
    people = _in_both(tiers, segments, outcomes, dues)
    if people["tier"].nunique() < 2 or people["segment"].nunique() < 2:
        return Unavailable(ANALYSIS, "the members in both are all in one tier or in one segment.")
    known_dues = people["dues"] if people["dues"].notna().all() else None
    groups = equal_groups(people["tier"], people["segment"], order=tiers.segments, dues=known_dues)
    if groups.groups < 2:
        return Unavailable(ANALYSIS, f"{groups.note} One group on either side tells nothing.")
    sides = {"tiers": groups.tiers, "segments": groups.segments}
    designs = _designs(groups, known_dues)
    served = people["member_id"].map(clusters) if clusters is not None else None
    repeats = n_repeats or (N_REPEATS if len(people) < MANY else 1)
    rows, shares, left_out = [], [], []
    for name in [column for column in outcomes.columns if column != "member_id"]:
        known = people[name].notna().to_numpy()
        target = people.loc[known, name].to_numpy(dtype=float)
        family: Family = "bernoulli" if np.isin(target, (0.0, 1.0)).all() else "gaussian"
        why = _too_little(target, family)
        if why:
            left_out.append({"outcome": name, "why": why})
            continue
        folds = share_out(len(target), n_folds=n_folds, n_repeats=repeats, rng=rng)
        codes = _cluster_codes(served[known]) if served is not None else None
        without = losses_of_groups(np.zeros(len(target), dtype=np.intp), target, folds, family=family)
        losses = {
            side: losses_of_groups(codes_of[known], target, folds, family=family) for side, codes_of in sides.items()
        } | {side: losses_of_design(design[known], target, folds, family=family) for side, design in designs.items()}
        common = {"outcome": name, "n": len(target), "groups": groups.groups}
        for contender, loss in losses.items():
            own = explained_gain(loss, without, without, clusters=codes)
            bounds = {"explained_share": own.value, "explained_share_low": own.low, "explained_share_high": own.high}
            count = groups.groups if contender in ("tiers", "segments") else 0
            shares.append({**common, "contender": contender, "groups": count, **bounds})
        for contrast, (first, second) in CONTRASTS.items():
            if first in losses and second in losses:
                gain = explained_gain(losses[first], losses[second], without, clusters=codes)
                bounds = {"gain": gain.value, "gain_low": gain.low, "gain_high": gain.high, "p_value": gain.p_value}
                more = {"clusters": gain.clusters, "detectable_gain": gain.detectable}
                rows.append({**common, "contrast": contrast, **bounds, **more})
    if not rows:
        told = [f"{OUTCOME_WORDS.get(item['outcome'], item['outcome'])}: {item['why']}" for item in left_out]
        why = " ".join(told) or "no outcome is known."
        return Unavailable(ANALYSIS, why, "outcomes of more members, or of a longer window")
    because = (
        ""
        if dated
        else "The values behind the segments carry no dates, so they may have been recorded after these outcomes."
    )
    return ExplainedOutcomes(
        pd.DataFrame(rows, columns=_TABLE).astype({"outcome": "str", "contrast": "str"}),
        pd.DataFrame(shares, columns=_SHARES).astype({"outcome": "str", "contender": "str"}),
        pd.DataFrame(left_out, columns=["outcome", "why"]).astype("str"),
        groups.note,
        "1" if dated else "0",
        because,
    )


_TABLE = [
    "outcome",
    "contrast",
    "gain",
    "gain_low",
    "gain_high",
    "p_value",
    "n",
    "groups",
    "clusters",
    "detectable_gain",
]
_SHARES = ["outcome", "contender", "groups", "n", "explained_share", "explained_share_low", "explained_share_high"]


def _check(segments: Segmentation, outcomes: pd.DataFrame, attributes: Sequence[str]) -> None:
    own = [name for name in outcomes.columns if name in attributes or name in NO_OUTCOMES]
    problems = [
        f"explain_outcomes: {join_words(own)} is of what defines the segments, so it is no outcome of theirs. Leave it "
        "out of outcomes."
    ] * bool(own)
    declared = int(segments.table["reason"].isin(DECLARED).sum())
    if declared:
        problems.append(
            f"explain_outcomes: the segment of {count_words(declared, 'member')} was declared (at risk, or without "
            "success potential), perhaps by who knew the outcome. Give segments without apply_gates."
        )
    if problems:
        raise DataError(*problems)


def _in_both(
    tiers: Segmentation, segments: Segmentation, outcomes: pd.DataFrame, dues: pd.Series | None
) -> pd.DataFrame:
    """The members both sides place, in the order of identifiers, with outcomes and dues."""
    sides = {"tier": tiers, "segment": segments}
    people = outcomes.sort_values("member_id", ignore_index=True)
    for name, side in sides.items():
        people[name] = people["member_id"].map(side.table.set_index("member_id")["segment"])
        people = people[people[name].notna() & ~people[name].isin([UNDETERMINED, NO_DUES])]
    people = people.assign(dues=people["member_id"].map(dues).astype(float) if dues is not None else np.nan)
    # Where hardly anybody's dues are known, tiers come from elsewhere, and nobody is lost for want of them.
    if people["dues"].notna().mean() > 0.5:
        people = people[people["dues"].notna()]
    return people.reset_index(drop=True)


def _designs(groups: EqualGroups, dues: pd.Series | None) -> dict[str, Floats]:
    """Columns of the contenders that are no groups: dues, and tiers and segments together."""
    found: dict[str, Floats] = {}
    if dues is not None and dues.max() > dues.min():
        paid = np.log1p(dues.clip(lower=0).to_numpy(dtype=float))
        low, high = np.quantile(paid, (0.01, 0.99))
        scaled = np.clip(paid, low, high) if high > low else paid
        scaled = (scaled - scaled.mean()) / scaled.std()
        found["dues"] = np.column_stack([np.ones(len(scaled)), scaled, scaled**2])
    indicators = [
        groups.tiers[:, None] == np.arange(1, groups.groups),
        groups.segments[:, None] == np.arange(1, groups.groups),
    ]
    found["both"] = np.column_stack([np.ones(len(groups.tiers)), *indicators]).astype(float)
    return found


def _too_little(target: Floats, family: Family) -> str:
    """Say what is too little, without the numbers: they may be of a group too small for a client's page."""
    if family == "bernoulli":
        if min(target.sum(), len(target) - target.sum()) < FEWEST_OF_A_KIND:
            return f"it happened to fewer than {FEWEST_OF_A_KIND} members, or to all but fewer than {FEWEST_OF_A_KIND}."
        return ""
    if len(target) < FEWEST_AMOUNTS:
        return f"it is known of fewer than {FEWEST_AMOUNTS} members."
    return "it is the same for every member." if np.ptp(target) == 0 else ""


def _cluster_codes(served: pd.Series) -> NDArray[np.intp]:
    """Codes of clusters; who is served by nobody known is one of its own."""
    codes = pd.factorize(served, sort=True)[0].astype(np.intp)
    alone = codes < 0
    codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return codes
