"""Stability is not existence: whether segments are distinct groups, or a gradient that was usefully cut."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.encoding import encode_like
from axlib.numbers.existence import SIGNIFICANT, compare_gain
from axlib.numbers.mixture_json import mixture_from_json
from axlib.tables.attributes import Attributes
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number, format_share
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable

Reading = Literal["distinct groups", "a gradient, usefully cut", "too few to tell"]
#: How often the fitted classes must be told from a gradient before not telling them means anything.
LEAST_POWER = 0.8
#: With fewer worlds no share of them can be as small as what counts as significant.
FEWEST_WORLDS = 19
N_POWER_WORLDS = 15


@dataclass(frozen=True, eq=False, repr=False)
class Existence(Result):
    """Whether the fitted classes are distinct groups.

    Attributes
    ----------
    table : DataFrame, one row
        ``k`` classes; ``n`` members tested; ``gain`` in fit of k classes over one, in nats per member;
        ``gain_without_groups`` with ``_low`` and ``_high``: its median and 5th and 95th percentiles in worlds of
        the same margins, rank correlations and gaps without groups; ``p_value``; ``power``, how often these
        classes would be told from such a world (NaN where they were); ``reading``.
    worlds : DataFrame
        ``gain`` of each world without groups.
    """

    table: pd.DataFrame
    worlds: pd.DataFrame

    title: ClassVar[str] = "Distinct groups, or a gradient?"
    plots: ClassVar[tuple[str, ...]] = ("plot_existence",)

    @property
    def reading(self) -> str:
        """Distinct groups, a gradient, or too few members to tell."""
        # Told as text: completion by Tab fails on all of an object where a property is annotated as one of few words.
        return str(self.table["reading"].iloc[0])

    def summary(self) -> pd.DataFrame:
        """Return the one row."""
        return self.table

    @property
    def text(self) -> str:
        """The reading with what it rests on, in sentences."""
        row = self.table.iloc[0]
        n_worlds = len(self.worlds)
        as_much = int((self.worlds["gain"] >= row["gain"]).sum())
        classes = count_words(int(row["k"]), "class", "classes")
        seen = (
            f"{classes} fit {count_words(int(row['n']), 'member')} better than one class by "
            f"{format_number(row['gain'], 3)} per "
            f"member (log-likelihood); {as_much} of {n_worlds} worlds with the same answers and correlations but "
            "without groups gain as much."
        )
        if self.reading == "distinct groups":
            return f"Distinct groups: {seen}"
        if self.reading == "too few to tell":
            return (
                f"Too few members to tell groups from a gradient: {seen} Were the classes there, such a test would "
                f"find them {format_share(float(row['power']), 0)} of the time."
            )
        return (
            f"A gradient, usefully cut: {seen} The segments are bands of it: members near an edge differ little from "
            "their neighbours across it."
        )


def assess_existence(
    segmentation: Segmentation, *, attributes: Attributes, rng: np.random.Generator, n_worlds: int = 39
) -> Existence | Unavailable:
    """Compare the gain in fit of the classes with what a world without groups would show.

    Parameters
    ----------
    segmentation : Segmentation
        Of the method ``classes``.
    attributes : Attributes
        The attributes the segmentation came from.
    rng : Generator
    n_worlds : int
        Worlds without groups, at least 19.

    Raises
    ------
    DataError
        Too few worlds.

    Notes
    -----
    A world without groups is one normal cloud behind all attributes, cut to the observed margins (a normal copula),
    with the observed rank correlations; categories are put in the order that goes best with the other attributes.
    It lacks the answers that the members lack. At a share of 0.05 of worlds or less that gain as much, the
    groups are called distinct; else the power decides between a gradient (0.8 or more) and too few to tell. Above
    3,000 members a sample of 3,000 is tested. Groups that differ in nothing but the strength of correlations, or
    skewed clouds that no cut of a normal one makes, can mislead the test; it tells one shape from another, and
    does not say that the number of groups is right.
    """
    if segmentation.method != "classes":
        why = f"segments by {segmentation.method} cut where they are told to; nothing is fitted."
        return Unavailable("Existence of groups", why)
    if len(segmentation.classes) == 1:
        return Unavailable("Existence of groups", "a single class was found, so there are no groups to doubt.")
    if n_worlds < FEWEST_WORLDS:
        raise DataError(f"assess_existence: n_worlds must be at least {FEWEST_WORLDS}. Got {n_worlds}.")
    mixture, encoding = mixture_from_json(json.loads(segmentation.model))
    # Members in the order of their identifiers: the order of an export's rows must not matter.
    encoded = encode_like(attributes.table.sort_index(), encoding)
    if len(encoded.numbers) + len(encoded.codes) < 2:
        return Unavailable("Existence of groups", "a single attribute has no correlations that groups could explain.")
    gains = compare_gain(encoded, mixture, n_worlds=n_worlds, n_power_worlds=N_POWER_WORLDS, rng=rng)
    low, middle, high = np.quantile(gains.without_groups, [0.05, 0.5, 0.95]).tolist()
    reading: Reading = "a gradient, usefully cut" if gains.power >= LEAST_POWER else "too few to tell"
    if gains.p_value <= SIGNIFICANT:
        reading = "distinct groups"
    table = pd.DataFrame(
        {
            "k": [mixture.k],
            "n": [gains.n_members],
            "gain": [gains.observed],
            "gain_without_groups": [middle],
            "gain_without_groups_low": [low],
            "gain_without_groups_high": [high],
            "p_value": [gains.p_value],
            "power": [gains.power],
            "reading": [reading],
        }
    )
    return Existence(table.astype({"reading": "str"}), pd.DataFrame({"gain": gains.without_groups}))
