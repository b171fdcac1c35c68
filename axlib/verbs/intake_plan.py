"""Whom to ask first, and how many, so that every segment's share and the required load are known closely enough."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from axlib.numbers.allocation import allocate_sample, fill_strata, standard_errors
from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.segments import Segmentation
from axlib.verbs.strata import build_strata, label_columns
from axlib.words.display import count_words, format_number, format_share
from axlib.words.errors import ConfigurationError
from axlib.words.results import Result, Unavailable

Floats = NDArray[np.float64]
#: Members who keep their place behind those who are asked.
RESERVE = "reserve"
#: Fewest members of a stratum; smaller cells go together.
SMALLEST_STRATUM = 20
#: Numbers asked for which the margin is shown, as shares of all members.
_STEPS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
#: Made-up members who are like all others, added to each stratum so that no share of a segment is certain there.
_PRIOR_MEMBERS = 2.0


@dataclass(frozen=True, eq=False, repr=False)
class IntakePlan(Result):
    """Whom to ask, in which order and how many, and what margin that gives.

    Attributes
    ----------
    table : DataFrame, one row per member who has not answered, in the order to ask
        ``order`` (1 and up), ``member_id``, ``stratum``, ``asked`` (whether the plan reaches that far), ``wave`` (1 and
        up, or reserve). Every start of the list is spread over the strata as the whole plan is.
    strata : DataFrame, one row per stratum
        ``stratum``; ``members``; ``answered`` so far; ``needed`` answers; ``asked``, members to ask for them.
    margins : DataFrame, one row per number of members asked
        ``asked``; ``answers`` expected, with those there are; ``margin_share`` (half the interval of a segment's
        share, the widest of all); ``margin_load`` (the same of the required hours, as a share of them); ``planned``.
    margin, load_margin : float
        What was wished for.
    response_rate : float
        Share of those asked who answer, as assumed.
    level : float
        Of the intervals.
    by : tuple of str
        Columns the strata are made of.
    assumed_shares : bool
        Whether shares of segments were not known, so that the least favourable ones count.
    """

    table: pd.DataFrame
    strata: pd.DataFrame
    margins: pd.DataFrame
    margin: float
    load_margin: float
    response_rate: float
    level: float
    by: tuple[str, ...]
    assumed_shares: bool

    title: ClassVar[str] = "Whom to ask, by stratum"
    plots: ClassVar[tuple[str, ...]] = ("plot_intake_margin",)

    def summary(self) -> pd.DataFrame:
        """Return one row per stratum."""
        return self.strata

    @property
    def asked(self) -> int:
        """Number of members to ask."""
        return int(self.table["asked"].sum())

    @property
    def text(self) -> str:
        """How many to ask, what that gives, and what it does not."""
        planned = self.margins[self.margins["planned"]].iloc[0]
        n, answers = int(self.strata["members"].sum()), float(planned["answers"])
        got = (
            f"each segment's share is then known within {_points(planned['margin_share'])} and the required hours "
            f"within {format_share(float(planned['margin_load']), 0)} ({format_share(self.level, 0)} intervals)"
        )
        if self.asked == 0:
            parts = [f"Nobody else has to be asked: {got}."]
        else:
            parts = [
                f"Ask {format_number(self.asked)} of {count_words(n, 'member')} first: if "
                f"{format_share(self.response_rate, 0)} of "
                f"them answer, {format_number(round(answers))} have answered, and {got}."
            ]
        if planned["margin_share"] > self.margin * 1.001 or planned["margin_load"] > self.load_margin * 1.001:
            parts.append(
                f"The wish of {_points(self.margin)} and {format_share(self.load_margin, 0)} is out of reach at that "
                "rate of answers, whoever is asked."
            )
        if self.assumed_shares:
            parts.append("Shares of segments are not known yet, so the least favourable ones are assumed.")
        parts.append(
            "The margins hold if those who answer are like those who do not within each stratum; stop after any wave "
            "and plan again with the answers that came."
        )
        return " ".join(parts)


def _points(share: float) -> str:
    return f"±{format_number(100 * share, 1)} points"


def plan_intake(
    members: pd.DataFrame,
    *,
    strata: Sequence[str],
    coverage: Sequence[CoverageSegment],
    rng: np.random.Generator,
    margin: float = 0.05,
    load_margin: float = 0.1,
    response_rate: float = 0.4,
    expected: Segmentation | None = None,
    answered: Collection[str] = (),
    waves: int = 3,
    level: float = 0.95,
) -> IntakePlan | Unavailable:
    """Plan whom to ask for the Appropriate Experience, and in which order.

    Parameters
    ----------
    members : DataFrame
        ``member_id`` and the columns of the strata, such as tier, member_type, lifecycle_stage.
    strata : sequence of str
        The most important first; cells under 20 members go together.
    coverage : sequence of CoverageSegment
        Hours per segment, for the load.
    rng : Generator
        Who comes first within a stratum.
    margin : float
        Half the interval each segment's share may have, 0-0.5.
    load_margin : float
        Half the interval the required hours may have, as a share of them.
    response_rate : float
        Share of those asked who will answer, 0-1.
    expected : Segmentation, optional
        What is known of segments, such as from a first wave; determines how much strata vary. Without it every
        share may be a half, and hours vary as if segments were equally frequent.
    answered : collection of str
        Members who answered; they are not asked again, and count.
    waves : int
    level : float

    Returns
    -------
    IntakePlan or Unavailable
        Unavailable without members.

    Raises
    ------
    ConfigurationError
        Impossible parameters or columns, one sentence each.

    Notes
    -----
    Answers are allocated so that the fewest keep all margins (Neyman's allocation for several variables), with
    finite population correction. Those to ask are the answers still needed ÷ the rate of answers. Members of a stratum
    come in random order; strata take turns in proportion to how many of theirs are asked.
    """
    _check(margin, load_margin, response_rate, waves, level)
    if len(members) == 0:
        return Unavailable("Intake plan", "there are no members to ask.")
    stratum = build_strata(label_columns(members, by=strata), smallest=SMALLEST_STRATUM)
    place, names = pd.factorize(stratum, sort=True)
    done = stratum.index.isin(list(answered))
    sizes = np.bincount(place, minlength=len(names)).astype(float)
    have = np.bincount(place[done], minlength=len(names)).astype(float)
    spreads = _spread(stratum, place, sizes, expected, coverage)
    z = float(ndtri((1 + level) / 2))
    limits = np.array([*[margin] * (spreads.shape[1] - 1), load_margin]) / z
    most = have + (sizes - have) * response_rate
    needed = np.maximum(allocate_sample(sizes, spreads, errors=limits, most=most), have)
    asked = np.minimum(np.ceil((needed - have) / response_rate - 1e-9), sizes - have)
    table = _order(stratum, place, done, asked.astype(int), names, waves, rng)

    counts = {"stratum": names, "members": sizes, "answered": have, "needed": np.ceil(needed - 1e-9), "asked": asked}
    whole = dict.fromkeys(("members", "answered", "needed", "asked"), "int64")
    return IntakePlan(
        table,
        pd.DataFrame(counts).astype({"stratum": "str", **whole}),
        _margins(sizes, spreads * z, have, asked, response_rate),
        margin,
        load_margin,
        response_rate,
        level,
        tuple(strata),
        expected is None,
    )


def _check(margin: float, load_margin: float, response_rate: float, waves: int, level: float) -> None:
    rules = [
        (0 < margin < 0.5, f"margin must be above 0 and below 0.5. Got {margin}."),
        (load_margin > 0, f"load_margin must be above 0. Got {load_margin}."),
        (0 < response_rate <= 1, f"response_rate must be above 0 and at most 1. Got {response_rate}."),
        (waves >= 1, f"waves must be at least 1. Got {waves}."),
        (0 < level < 1, f"level must be between 0 and 1. Got {level}."),
    ]
    problems = [f"plan_intake: {rule}" for holds, rule in rules if not holds]
    if problems:
        raise ConfigurationError(*problems)


def _spread(
    stratum: pd.Series,
    place: NDArray[np.intp],
    sizes: Floats,
    expected: Segmentation | None,
    coverage: Sequence[CoverageSegment],
) -> Floats:
    """Standard deviation, by stratum, of belonging to each segment, and of hours as a share of their mean."""
    hours = np.array([segment.steady_hours for segment in coverage])
    whole = (sizes / np.maximum(sizes - 1, 1))[:, None]
    if expected is None:
        # A share near a half varies most; which segments hours come from nobody knows.
        relative = float(hours.std() / hours.mean()) if hours.sum() else 0.0
        return np.sqrt(np.tile([0.25, relative**2], (len(sizes), 1)) * whole)
    names = [segment.name for segment in coverage]
    names += [name for name in expected.segments if name not in names]
    mean_hours = float(hours.mean())
    weights = np.array([*hours, *[mean_hours] * (len(names) - len(hours))])
    seen = expected.table[expected.table["segment"].isin(names) & expected.table["member_id"].isin(stratum.index)]
    rows = pd.Series(place, index=stratum.index).loc[seen["member_id"]].to_numpy()
    counts = np.zeros((len(sizes), len(names)))
    np.add.at(counts, (rows, pd.Index(names).get_indexer(pd.Index(seen["segment"]))), 1.0)
    overall = (counts.sum(axis=0) + 1 / len(names)) / (counts.sum() + 1)
    shares = (counts + _PRIOR_MEMBERS * overall) / (counts.sum(axis=1, keepdims=True) + _PRIOR_MEMBERS)
    total = float(sizes @ (shares @ weights) / sizes.sum())
    variance_of_hours = shares @ np.square(weights) - np.square(shares @ weights)
    relative_variance = variance_of_hours / total**2 if total else np.zeros(len(sizes))
    return np.sqrt(np.column_stack([shares * (1 - shares), relative_variance]) * whole)


def _order(
    stratum: pd.Series,
    place: NDArray[np.intp],
    done: NDArray[np.bool_],
    asked: NDArray[np.int_],
    names: pd.Index,
    waves: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Put members in the order to ask: at random within a stratum, strata taking turns."""
    # Chance is drawn for members by identifier: the order of an export's rows must not matter.
    chance = pd.Series(rng.random(len(stratum)), index=stratum.index.sort_values()).reindex(stratum.index)
    left = pd.DataFrame({"member_id": stratum.index, "place": place, "chance": chance.to_numpy()})[~done]
    left = left.sort_values(["chance", "member_id"], kind="stable")
    rank = left.groupby("place").cumcount().to_numpy()
    to_ask = asked[left["place"].to_numpy()]
    # Strata from which nobody is asked come last, spread over the rest in the same way.
    turn = np.where(to_ask > 0, (rank + 0.5) / np.maximum(to_ask, 1), 1.0 + rank)
    left = left.assign(turn=turn, asked=rank < to_ask).sort_values(
        ["asked", "turn", "place"], ascending=[False, True, True], kind="stable"
    )
    n_asked = int(asked.sum())
    size = max(1, -(-n_asked // waves))
    order = np.arange(1, len(left) + 1)
    wave = np.where(left["asked"], ((order - 1) // size + 1).astype(str), RESERVE)
    return pd.DataFrame(
        {
            "order": order,
            "member_id": left["member_id"].to_numpy(),
            "stratum": names[left["place"].to_numpy()],
            "asked": left["asked"].to_numpy(),
            "wave": wave,
        }
    ).astype({"member_id": "str", "stratum": "str", "wave": "str"})


def _margins(sizes: Floats, spreads: Floats, have: Floats, asked: Floats, response_rate: float) -> pd.DataFrame:
    """Margins that numbers of members asked give, shared out over strata as the plan does.

    ``spreads`` are standard deviations times the quantile that makes a margin of a standard error.
    """
    free = sizes - have
    planned = float(asked.sum())
    totals = np.unique(np.append(np.ceil(_STEPS * free.sum()), planned))
    rows = []
    for total in totals:
        # Strata from which nobody is asked come after all others are used up.
        given = asked if total == planned else fill_strata(asked + 1e-9 * sizes, total=total, most=free)
        answers = have + np.round(given, 6) * response_rate
        errors = standard_errors(sizes, spreads, answers)
        rows.append((int(total), float(answers.sum()), float(errors[:-1].max()), float(errors[-1]), total == planned))
    columns = ["asked", "answers", "margin_share", "margin_load", "planned"]
    table = pd.DataFrame(rows, columns=columns)
    # Half the scale says nothing of a share.
    return table[table["planned"] | (table["margin_share"] <= 0.5)].reset_index(drop=True)
