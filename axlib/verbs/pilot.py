"""How it would be proved: whose service to change, how many it takes, and who is drawn for what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.intervals import wilson_interval
from axlib.numbers.two_arms import detectable_difference
from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort
from axlib.verbs.drawing_lots import draw_arms
from axlib.verbs.pilot_sizes import (
    FEWEST_FOLLOWED,
    choose_members,
    count_by_segment,
    find_base,
    lay_wedge,
    make_strata,
    size_up,
)
from axlib.verbs.service_gap import ServiceGap
from axlib.words.display import count_words, format_number, format_share, format_value
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.results import Result, Unavailable
from axlib.words.vocabulary import PILOT_ARMS

ANALYSIS = "A pilot"
#: Fewer members make no two arms.
FEWEST_MEMBERS = 20


@dataclass(frozen=True, eq=False, repr=False)
class Pilot(Result):
    """A pilot before it is run: whom it changes, what it can show, and the lots drawn for it.

    Attributes
    ----------
    whom : {'under', 'over'}
        Under-served members get the hours their segment calls for; or over-served members get no more than those.
    segment : str
        The one segment it is about; empty for all.
    starts_on : date
        The day members were drawn; outcomes are counted from the day after.
    months : int
    gone, followed : int
        Members like them in the window before, and how many of those were gone at its end.
    like_them : str
        Who counts as like them.
    sizes : DataFrame, one row per difference
        ``difference_share`` (fall of the share gone, or margin it may be worse by), ``usual_rate``, ``changed_rate``,
        ``needed_per_arm``, ``power_here`` (with the members there are, by the normal
        approximation), ``power_simulated``.
    detectable : float
        Smallest fall found with ``power_asked``; NaN where none would be, and for a pilot about a margin.
    by_segment : DataFrame, one row per segment
        ``segment``, ``members``, ``changed``, ``usual``, ``required_hours`` and ``delivered_hours`` a year,
        ``more_hours`` (a year for its changed members; below 0 where hours are freed).
    n_changed, n_usual : int
        Members of each arm.
    more_hours : float
        Hours a year the change takes, over all of its members; below 0 where it frees some.
    assignment : DataFrame, one row per member
        ``member_id``, ``arm`` (changed, usual), ``stratum``.
    fingerprint : str
        SHA-256 of the assignment, so that nobody can draw again unseen.
    clusters : DataFrame, one row per cluster
        The stepped wedge: ``cluster``, ``members``, ``step``, ``changes_on``; empty without a declared cluster.
    cluster : str
        The column of members that clusters were taken from; empty without one.
    icc, wedge_falls : float
        How alike members of a cluster are, and the smallest fall the wedge finds; NaN where not known.
    power_asked, margin : float
    seed : int
        Draws the same lots again from the same members.
    """

    whom: Literal["under", "over"]
    segment: str
    starts_on: date
    months: int
    gone: int
    followed: int
    like_them: str
    sizes: pd.DataFrame
    detectable: float
    by_segment: pd.DataFrame
    n_changed: int
    n_usual: int
    more_hours: float
    assignment: pd.DataFrame
    fingerprint: str
    clusters: pd.DataFrame
    cluster: str
    icc: float
    wedge_falls: float
    power_asked: float
    margin: float
    seed: int

    title: ClassVar[str] = "What a pilot of so many members could show"
    plots: ClassVar[tuple[str, ...]] = ("plot_pilot",)

    @property
    def rate(self) -> float:
        """Share of members like them that was gone at the end of the window before."""
        return self.gone / self.followed

    def summary(self) -> pd.DataFrame:
        """Return one row per difference: how many members it takes, and the power of those there are."""
        return self.sizes

    @property
    def text(self) -> str:
        """What the pilot is, and what it could show, in sentences."""
        changed, n = self.n_changed, self.n_changed + self.n_usual
        whose = f"members of {self.segment}" if self.segment else "members"
        hours = "the hours their segment calls for"
        get = f"get {hours}" if self.whom == "under" else f"get no more than {hours}"
        sentences = [
            f"Of {format_number(n)} {self.whom}-served {whose}, {format_number(changed)} drawn by lot within segment "
            f"and tier would for {self.months} months {get}; the others would be served as they are."
        ]
        low, high = wilson_interval(self.gone, self.followed)
        sentences.append(
            f"In the window before, {format_share(self.rate)} of {count_words(self.followed, 'member')} like them "
            f"({self.like_them}) were gone (95 % interval {format_share(low)} to {format_share(high)})."
        )
        asked = format_share(self.power_asked, 0)
        if self.whom == "over":
            row = self._row(self.margin)
            shown = format_share(float(row["power_here"]), 0)
            sentences.append(
                f"That they leave no more often, by a margin of {points(self.margin)}, would be shown in {shown} of "
                f"such pilots; {asked} takes {format_number(row['needed_per_arm'])} members in each arm."
            )
        elif np.isnan(self.detectable):
            sentences.append(f"So few would not find even a fall to nothing with a power of {asked}.")
        else:
            least = format_share(self.rate - self.detectable)
            sentences.append(
                f"A fall by {points(self.detectable)}, to {least} or less, would be found with a power of {asked}; "
                "a smaller one would more likely stay unseen."
            )
        if self.cluster:
            sentences.append(self._wedge())
        more = format_value(abs(self.more_hours), "hours")
        verb = "takes" if self.more_hours >= 0 else "frees"
        sentences.append(f"With the hours per segment of this report the change {verb} {more} hours a year.")
        return " ".join(sentences)

    def _row(self, difference: float) -> pd.Series:
        return self.sizes.iloc[int((self.sizes["difference_share"] - difference).abs().argmin())]

    def _wedge(self) -> str:
        label = self.cluster.replace("_", " ")
        if not np.isfinite(self.wedge_falls):
            return f"A stepped wedge by {label} would find no fall with that power."
        return (
            f"Changed over step by step, by {label}, a fall by {points(self.wedge_falls)} would be found "
            f"(intracluster correlation {format_value(self.icc, 'index')})."
        )


def points(share: float) -> str:
    """Say a difference of shares.

    Examples
    --------
    >>> points(0.03), points(0.0512)
    ('3 points', '5.1 points')
    """
    return f"{format_value(round(100 * share, 1), 'number')} points"


def design_pilot(
    gap: ServiceGap,
    *,
    before: ServiceGap | Unavailable,
    cohort: Cohort | Unavailable,
    members: pd.DataFrame,
    seed: int,
    starts_on: date,
    window_months: int = 12,
    whom: Literal["under", "over"] = "under",
    segment: str | None = None,
    cluster: str | None = None,
    months: int = 12,
    steps: int = 4,
    power: float = 0.8,
    margin: float = 0.03,
) -> Pilot | Unavailable:
    """Design the pilot that would show whether service as segments call for it keeps members.

    Parameters
    ----------
    gap : ServiceGap
        Of members of today, in the window that ends today: whose service would be changed.
    before : ServiceGap or Unavailable
        Of the cohort, before its outcomes: who was like them.
    cohort : Cohort or Unavailable
        What became of those; its share gone is the base rate.
    members : DataFrame
        ``member_id``, and the column of clusters if one is declared.
    seed : int
        Recorded, so that the lots can be drawn again and checked.
    starts_on : date
    window_months : int
        Months in which the hours of ``gap`` were counted.
    whom : {'under', 'over'}
        Give under-served members their hours; or over-served members no more than theirs, to be shown harmless.
    segment : str, optional
        Only members of this segment.
    cluster : str, optional
        A column of members, such as the manager or the chapter, for the stepped wedge.
    months, steps : int
        Length of the pilot, and the steps in which clusters change over.
    power : float
    margin : float
        How much worse is still no worse, where service is lowered.

    Returns
    -------
    Pilot or Unavailable
        Unavailable where too few could be changed, or nothing is known of members like them.

    Raises
    ------
    ConfigurationError
        The segment or the column of clusters is not there.

    Notes
    -----
    The base rate is of members with the same gap (and segment) in the cohort; where fewer than thirty of those were
    followed, of the whole cohort. The simulated power draws pilots with these very strata and applies the test
    that is declared: shares compared within strata, which ``estimate_pilot_effect`` will do when it has been run.
    Strata of few members are put together within their segment.
    """
    table = gap.table
    problems = []
    if segment is not None and segment not in set(table["segment"]):
        known = [str(name) for name in dict.fromkeys(table["segment"])]
        problems.append(f"design_pilot: pilot.segment is '{segment}', which no member is in. {suggest(segment, known)}")
    if cluster is not None and cluster not in members.columns:
        names = [str(name) for name in members.columns]
        problems.append(f"design_pilot: pilot.cluster is '{cluster}', no column of members. {suggest(cluster, names)}")
    if problems:
        raise ConfigurationError(*problems)
    chosen = choose_members(table, whom, segment)
    if len(chosen) < FEWEST_MEMBERS:
        few = count_words(len(chosen), f"{whom}-served member is", f"{whom}-served members are")
        return Unavailable(ANALYSIS, f"{few} too few for two arms (at least {FEWEST_MEMBERS}).")
    if isinstance(cohort, Unavailable):
        return Unavailable(ANALYSIS, f"how many leave anyway is not known: {cohort.why}", cohort.ask)
    gone, followed, like_them = find_base(before, cohort, whom, segment)
    if followed < FEWEST_FOLLOWED or gone in (0, followed):
        said = "none" if gone == 0 else "all" if gone == followed else f"{format_number(gone)}"
        why = f"of {count_words(followed, 'member')} of the cohort, {said} were gone; no base rate follows from that."
        return Unavailable(ANALYSIS, why, "outcomes of more members, or of a longer window")
    rate = gone / followed
    strata = make_strata(chosen)
    arm = draw_arms(strata, rng=derive_rng(seed, "design_pilot"))
    assignment = pd.DataFrame({"member_id": arm.index, "arm": arm.to_numpy(), "stratum": strata[arm.index].to_numpy()})
    assignment = assignment.astype("str")
    counts = pd.crosstab(assignment["stratum"], assignment["arm"]).reindex(columns=list(PILOT_ARMS), fill_value=0)
    rng = derive_rng(seed, "design_pilot simulation")
    sizes = size_up(rate, counts.to_numpy(dtype=float), whom, power, margin, rng)
    n_changed, n_usual = counts.sum()
    by_segment = count_by_segment(chosen.assign(arm=arm[chosen["member_id"]].to_numpy()), 12 / window_months)
    falls = float("nan")
    if whom == "under":
        falls = detectable_difference(rate, n_usual=n_usual, n_changed=n_changed, power=power)
    clusters, icc, wedge_falls = lay_wedge(
        chosen, members, cluster, before, cohort, rate, (months, steps, power), starts_on, seed
    )
    return Pilot(
        whom,
        segment or "",
        starts_on,
        months,
        gone,
        followed,
        like_them,
        sizes,
        falls,
        by_segment,
        int(n_changed),
        int(n_usual),
        float(by_segment["more_hours"].sum()),
        assignment,
        hashlib.sha256("\n".join(assignment.agg("\t".join, axis=1)).encode("utf-8")).hexdigest(),
        clusters,
        cluster or "",
        icc,
        wedge_falls,
        power,
        margin,
        seed,
    )
