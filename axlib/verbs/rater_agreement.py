"""Do several raters say the same of a member: per question, overall, and who answers higher or lower than others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.intervals import percentile_interval
from axlib.numbers.rater_agreement import (
    Level,
    alpha_of_pairs,
    alpha_of_squares,
    sum_pairs,
    sum_squares,
    weighted_kappa,
)
from axlib.numbers.resampling import resample_sums
from axlib.tables.instrument import Instrument
from axlib.tables.intake_answers import read_answers, role_of
from axlib.words.display import count_words, format_number, join_words
from axlib.words.results import Result, Unavailable

Floats = NDArray[np.float64]
#: Krippendorff's marks: conclusions may rest on alpha from 0.8 up, tentative ones from 0.667 up.
RELIABLE, TENTATIVE = 0.8, 0.667
#: Fewer members than this carry no interval, and fewer shared answers no word about a rater.
FEWEST = 10
#: A rater half a point off the others on the 0-4 scales is worth a talk.
NOTABLE = 0.5
OVERALL = "all items"
_LEVELS: dict[str, Level] = {"scale": "ordinal", "category": "nominal", "yes_no": "nominal", "number": "interval"}
N_RESAMPLES = 500


@dataclass(frozen=True, eq=False, repr=False)
class RaterAgreement(Result):
    """How far raters agree on the same members.

    Attributes
    ----------
    table : DataFrame, one row per item, and one for all
        ``item``; ``n`` members rated by two or more; ``raters``; ``level`` (ordinal, nominal, interval);
        ``alpha`` with ``_low`` and ``_high`` (95 %, resampled by member); ``weighted_kappa`` of just
        two raters, or two kinds of raters (squared steps for scales); ``reading``.
    severity : DataFrame, one row per rater, by name
        ``rater``; ``answers`` shared with others on scales; ``deviation`` from the mean of the others on the same
        member and item, in points, with ``_low`` and ``_high``.
    n_resamples : int
    """

    table: pd.DataFrame
    severity: pd.DataFrame
    n_resamples: int

    title: ClassVar[str] = "Do raters agree?"
    plots: ClassVar[tuple[str, ...]] = ("plot_rater_agreement",)

    def summary(self) -> pd.DataFrame:
        """Return one row per item, and one for all."""
        return self.table

    @property
    def text(self) -> str:
        """What the answers can carry, which items cannot, and who answers differently."""
        row = self.table[self.table["item"] == OVERALL].iloc[0]
        if np.isnan(row["alpha"]):
            return "Raters gave all members they share one answer: agreement cannot be told from chance."
        interval = (
            f" [{format_number(row['alpha_low'], 2)}, {format_number(row['alpha_high'], 2)}]"
            if np.isfinite(row["alpha_low"])
            else ""
        )
        parts = [
            f"Raters agree {row['reading']} (Krippendorff's alpha {format_number(row['alpha'], 2)}{interval}, the "
            f"mean over items; {count_words(int(row['n']), 'member')} with two raters or more)."
        ]
        items = self.table[self.table["item"] != OVERALL]
        weak = items.loc[items["alpha"] < TENTATIVE, "item"].tolist()
        if weak:
            parts.append(f"Too little to rest on: {join_words(weak)}. Sharpen the words of their scales, or train.")
        notable = self._notable()
        for rater, deviation in zip(notable["rater"].tolist(), notable["deviation"].tolist(), strict=True):
            side = "higher" if deviation > 0 else "lower"
            parts.append(
                f"{rater} answers {format_number(abs(deviation), 1)} points {side} than others do of the same "
                "members: a reason to talk, not a ranking."
            )
        return " ".join(parts)

    def _notable(self) -> pd.DataFrame:
        table = self.severity
        sure = (table["deviation_low"] > 0) | (table["deviation_high"] < 0)
        return table[sure & (table["deviation"].abs() >= NOTABLE) & (table["answers"] >= FEWEST)]


def assess_rater_agreement(
    answers: pd.DataFrame | None, *, instrument: Instrument, rng: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> RaterAgreement | Unavailable:
    """Measure agreement of raters on the same member, item and stage.

    Parameters
    ----------
    answers : DataFrame or None
        ``member_id``, ``item``, ``value``, and for several raters ``rater``; perhaps ``stage`` and ``at``. The
        latest answer of each rater counts.
    instrument : Instrument
        Scales are ordinal, categories and yes or no nominal, numbers interval (of log(1 + x) where none is negative).
    rng : Generator
        For the resamples of members.
    n_resamples : int

    Returns
    -------
    RaterAgreement or Unavailable
        Unavailable where no member was rated by two raters on the same item.

    Notes
    -----
    Alpha takes any number of raters and missing ratings. The value for all items is the mean of the items' alphas
    that are defined; resamples draw members with all their items. An item on which nobody differs and every
    member is alike has no alpha: agreement by chance cannot be told from any other.

    References
    ----------
    Krippendorff (2004), Content Analysis, chapter 11, for the marks of 0.8 and 0.667.
    """
    ask = "answers of two raters on some of the same members, with the rater's name"
    if answers is None:
        return Unavailable("Agreement of raters", "there are no intake answers.", ask)
    ratings = read_answers(answers, instrument=instrument).table
    shared = ratings[ratings.groupby(["member_id", "item", "stage"])["rater"].transform("size") > 1]
    if len(shared) == 0:
        return Unavailable("Agreement of raters", "no member has answers of two raters to the same question.", ask)
    # Members by identifier: the order of rows must not change what is drawn.
    members, names = pd.factorize(shared["member_id"], sort=True)
    shared = shared.assign(member=members)
    order = [item.id for item in instrument.items if (shared["item"] == item.id).any()]
    parts = [_sum_by_member(shared[shared["item"] == item], len(names)) for item in order]
    draws = resample_sums(
        np.hstack([part.sums for part in parts]),
        np.zeros(len(names), dtype=np.intp),
        n_groups=1,
        n_resamples=n_resamples,
        rng=rng,
    )
    rows = []
    for part, item, drawn in zip(parts, order, _cut(draws, parts), strict=True):
        own = shared[shared["item"] == item]
        low, high = percentile_interval(part.alpha, drawn)
        rows.append(
            {
                "item": item,
                "n": own["member_id"].nunique(),
                "raters": own["rater"].nunique(),
                "level": part.level,
                "alpha": float(part.alpha(part.sums.sum(axis=0))),
                "alpha_low": float(low[0]),
                "alpha_high": float(high[0]),
                "weighted_kappa": _kappa_of_two(own, part.level),
            }
        )
    rows.append(_overall(parts, draws) | {"n": len(names), "raters": shared["rater"].nunique()})
    table = pd.DataFrame(rows)
    few = (table["n"] < FEWEST).to_numpy()
    table["alpha_low"], table["alpha_high"] = table["alpha_low"].mask(few), table["alpha_high"].mask(few)
    table["reading"] = pd.array([_read(alpha) for alpha in table["alpha"]], dtype="str")
    columns = ["item", "n", "raters", "level", "alpha", "alpha_low", "alpha_high", "weighted_kappa", "reading"]
    return RaterAgreement(
        table[columns].astype({"item": "str", "level": "str"}), _severity(shared, n_resamples, rng), n_resamples
    )


def _read(alpha: float) -> Literal["well", "enough for tentative conclusions", "too little", "on nothing that varies"]:
    if np.isnan(alpha):
        return "on nothing that varies"
    return "well" if alpha >= RELIABLE else "enough for tentative conclusions" if alpha >= TENTATIVE else "too little"


class _Parts(NamedTuple):
    """What alpha of one item needs, added up for each member; a member has a unit per stage."""

    level: Level
    sums: Floats

    def alpha(self, sums: Floats) -> Floats:
        """Alpha from such sums over members, drawn again or not."""
        if self.level == "interval":
            return alpha_of_squares(sums)
        n_codes = round(sums.shape[-1] ** 0.5)
        square = sums.reshape(*sums.shape[:-1], n_codes, n_codes)
        return alpha_of_pairs(square, level="nominal" if self.level == "nominal" else "ordinal")


def _sum_by_member(own: pd.DataFrame, n_members: int) -> _Parts:
    level = _LEVELS[own["kind"].iloc[0]]
    units, first = pd.factorize(own["member_id"] + "\t" + own["stage"])
    n_units = len(first)
    member = np.zeros(n_units, dtype=np.intp)
    member[units] = own["member"].to_numpy()
    values = own["code"].to_numpy()
    if level == "interval":
        # Being off by a factor is what counts of staff or years, unless the numbers can be negative.
        parts = sum_squares(units, np.log1p(values) if values.min() >= 0 else values, n_units=n_units)
    else:
        levels, codes = np.unique(values, return_inverse=True)
        parts = sum_pairs(units, codes.astype(np.intp), n_units=n_units, n_codes=len(levels)).reshape(n_units, -1)
    sums = np.zeros((n_members, parts.shape[1]))
    np.add.at(sums, member, parts)
    return _Parts(level, sums)


def _cut(sums: Floats, parts: Sequence[_Parts]) -> list[Floats]:
    """Cut sums that stand side by side into those of each item."""
    return np.split(sums, np.cumsum([part.sums.shape[1] for part in parts])[:-1], axis=-1)


def _overall(parts: Sequence[_Parts], draws: Floats) -> dict[str, object]:
    def mean_alpha(drawn: Floats) -> Floats:
        alphas = np.stack([part.alpha(sums) for part, sums in zip(parts, _cut(drawn, parts), strict=True)])
        known = np.isfinite(alphas)
        with np.errstate(invalid="ignore"):
            return np.where(known, alphas, 0.0).sum(axis=0) / known.sum(axis=0)

    low, high = percentile_interval(mean_alpha, draws)
    alpha = float(mean_alpha(np.hstack([part.sums for part in parts]).sum(axis=0)))
    return {
        "item": OVERALL, "level": "", "alpha": alpha, "alpha_low": float(low[0]), "alpha_high": float(high[0]),
        "weighted_kappa": float("nan"),
    }  # fmt: skip


def _kappa_of_two(own: pd.DataFrame, level: Level) -> float:
    """Kappa of two raters, or of two kinds of raters such as member and msm; NaN for more, and for numbers."""
    sides = own["rater"] if own["rater"].nunique() == 2 else role_of(own["rater"])
    names = sorted(sides.unique().tolist())
    if len(names) != 2 or level == "interval":
        return float("nan")
    own = own.assign(side=sides).drop_duplicates(["member_id", "stage", "side"], keep=False)
    wide = own.set_index(["member_id", "stage", "side"])["code"].unstack()  # noqa: PD010 - nothing to aggregate
    wide = wide.reindex(columns=names).dropna()
    # Scales keep their five points: steps between those that nobody used count too.
    levels = np.arange(5.0) if level == "ordinal" else np.unique(own["code"])
    table = np.zeros((len(levels), len(levels)))
    np.add.at(table, tuple(np.searchsorted(levels, wide[name].to_numpy()) for name in names), 1.0)
    return weighted_kappa(table, quadratic=level == "ordinal")


def _severity(shared: pd.DataFrame, n_resamples: int, rng: np.random.Generator) -> pd.DataFrame:
    """How far each rater is from the mean of the others on the same member, item and stage."""
    scales = shared[shared["kind"] == "scale"]
    columns = ["rater", "answers", "deviation", "deviation_low", "deviation_high"]
    if len(scales) == 0:
        return pd.DataFrame(columns=columns).astype({"rater": "str"})
    groups = scales.groupby(["member_id", "item", "stage"])["code"]
    total, n = groups.transform("sum"), groups.transform("size")
    off = scales["code"] - (total - scales["code"]) / (n - 1)
    sums = scales.assign(off=off, one=1.0).groupby(["rater", "member"])[["off", "one"]].sum().reset_index()
    place, raters = pd.factorize(sums["rater"], sort=True)
    values = sums[["off", "one"]].to_numpy()
    draws = resample_sums(values, place, n_groups=len(raters), n_resamples=n_resamples, rng=rng)
    low, high = percentile_interval(lambda drawn: drawn[..., 0] / drawn[..., 1], draws)
    whole = sums.groupby("rater")[["off", "one"]].sum().loc[raters]
    few = sums.groupby("rater")["member"].nunique().loc[raters].to_numpy() < FEWEST
    return pd.DataFrame(
        {
            "rater": pd.array(raters.tolist(), dtype="str"),
            "answers": whole["one"].to_numpy().astype(int),
            "deviation": (whole["off"] / whole["one"]).to_numpy(),
            "deviation_low": np.where(few, np.nan, low),
            "deviation_high": np.where(few, np.nan, high),
        },
        columns=columns,
    )
