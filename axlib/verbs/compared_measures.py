"""Which numbers of ``results.json`` are compared between two runs, and which definitions they hang on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from axlib.words.measures import Unit

#: Definition -> what readers call it.
DEFINITIONS = {
    "window_months": "the window in months",
    "grace_days": "days of grace",
    "rejoin": "what rejoining counts as",
    "snapshot": "what the member table is declared to be",
    "as_known": "what was known then or now",
    "tiers": "the revenue tiers",
    "segments": "the Coverage Segments and their hours",
    "segments_method": "how segments are found",
    "attributes": "the attributes behind the segments",
    "utilisation": "the share of hours for members",
    "hours_source": "where hours per member come from",
    "currency": "the currency",
}
_KEPT = ("window_months", "grace_days", "rejoin", "snapshot", "as_known")
_PLACED = ("segments", "segments_method", "attributes")


class ComparedMeasure(NamedTuple):
    """One number that two runs have.

    Attributes
    ----------
    name, label : str
    place : tuple of str
        Keys that lead to it in ``results.json``.
    unit : str
    needs : tuple of str
        Definitions it hangs on.
    """

    name: str
    label: str
    place: tuple[str, ...]
    unit: Unit
    needs: tuple[str, ...]


_LOADS = (*_PLACED, "utilisation", "hours_source")
_GAPS = (*_PLACED, "window_months", "hours_source")
_MONEY = (*_KEPT, "currency")

MEASURED = (
    ComparedMeasure("nrr", "NRR", ("retention", "nrr"), "share", _MONEY),
    ComparedMeasure("grr", "GRR", ("retention", "grr"), "share", _MONEY),
    ComparedMeasure("logo_churn", "logo churn", ("retention", "logo_churn"), "share", _KEPT),
    ComparedMeasure("revenue_churn", "revenue churn", ("retention", "revenue_churn"), "share", _MONEY),
    ComparedMeasure("renewal_rate", "the renewal rate", ("retention", "renewal_rate"), "share", _KEPT),
    ComparedMeasure("cohort", "members of the cohort", ("retention", "logo_churn", "n"), "count", _KEPT),
    ComparedMeasure("team_load", "the team's load", ("capacity", "team_load"), "load", _LOADS),
    ComparedMeasure("residual_fte", "full-time people short", ("capacity", "residual_fte"), "number", _LOADS),
    ComparedMeasure("under_share", "under-served members", ("service_gap", "under_share"), "share", _GAPS),
    ComparedMeasure("over_share", "over-served members", ("service_gap", "over_share"), "share", _GAPS),
    ComparedMeasure(
        "cramers_v", "Cramér's V of tiers and segments", ("comparison", "cramers_v"), "index", (*_PLACED, "tiers")
    ),
)


def find_number(headlines: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    """Follow keys into ``results.json``; None where they lead to nothing.

    Shares that a run does not write are made from the counts it does.
    """
    section: Any = headlines.get(place[0])
    if not isinstance(section, Mapping) or section.get("available") is False:
        return None
    if place[0] == "service_gap" and place[1].endswith("_share"):
        n = sum(section.get(name) or 0 for name in ("under", "matched", "over"))
        return section[place[1].removesuffix("_share")] / n if n else None
    for key in place[1:]:
        section = section.get(key) if isinstance(section, Mapping) else None
    return None if isinstance(section, Mapping) and section.get("available") is False else section
