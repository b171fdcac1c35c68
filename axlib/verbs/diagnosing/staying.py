"""How long members stay, year by year, and how much the rules of counting matter."""

from __future__ import annotations

from dataclasses import dataclass

from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort
from axlib.verbs.diagnosing.groundwork import Groundwork
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.memberships import Memberships, follow_memberships
from axlib.verbs.retention_rules import RetentionRules, assess_retention_rules
from axlib.verbs.retention_years import RetentionYears, follow_retention
from axlib.verbs.segments import Segmentation
from axlib.verbs.survival import Survival, measure_survival
from axlib.words.results import Unavailable

_TERMS = "invoices or membership terms of the last three years, one row per term"


@dataclass(frozen=True, eq=False)
class Stayed:
    """How long members stay; each as ``Diagnosis`` names it."""

    retention_rules: RetentionRules | Unavailable
    retention_years: RetentionYears | Unavailable
    survival: Survival | Unavailable


def follow_members(ground: Groundwork, segmented: Segmented) -> Stayed:
    """Follow members over the years the records hold."""
    return Stayed(_rules(ground), _years(ground), _survival(ground, segmented))


def _rules(ground: Groundwork) -> RetentionRules | Unavailable:
    cohort, keys = ground.cohort, ground.engagement.settings.retention
    if isinstance(cohort, Unavailable):
        return Unavailable("How much the rules matter", cohort.why, cohort.ask)
    if cohort.source == "snapshot":
        return Unavailable(
            "How much the rules matter", "a declared snapshot was counted before it was exported.", _TERMS
        )
    return assess_retention_rules(
        ground.clean.members,
        ground.ledger.terms,
        as_of=ground.engagement.as_of,
        window_months=keys.window_months,
        grace_days=keys.grace_days,
        rejoin=keys.rejoin,
        currency=ground.engagement.settings.currency,
        source=cohort.source,
    )


def _years(ground: Groundwork) -> RetentionYears | Unavailable:
    cohort, keys = ground.cohort, ground.engagement.settings.retention
    if isinstance(cohort, Unavailable):
        return Unavailable("Retention year by year", cohort.why, cohort.ask)
    if cohort.source != "terms":
        return Unavailable("Retention year by year", "the export holds no terms of earlier years.", _TERMS)
    return follow_retention(
        ground.clean.members,
        ground.ledger.terms,
        as_of=ground.engagement.as_of,
        window_months=keys.window_months,
        grace_days=keys.grace_days,
        rejoin=keys.rejoin,
        rng=derive_rng(ground.engagement.settings.seed, "follow_retention"),
        currency=ground.engagement.settings.currency,
    )


def _survival(ground: Groundwork, segmented: Segmented) -> Survival | Unavailable:
    cohort, keys = ground.cohort, ground.engagement.settings.retention
    if not isinstance(cohort, Cohort) or cohort.source == "snapshot":
        why = cohort.why if isinstance(cohort, Unavailable) else "the export holds no dates of leaving."
        return Unavailable("How long members stay", why, _TERMS)
    rules = {"as_of": ground.engagement.as_of, "grace_days": keys.grace_days, "rejoin": keys.rejoin}
    members, terms = ground.clean.members, ground.ledger.terms
    of_cohort = follow_memberships(members, terms, cohort=cohort, **rules)  # type: ignore[arg-type]
    # Members alone hold one term each: of years before the window it is not known who is missing.
    whole = of_cohort if cohort.source == "members" else follow_memberships(members, terms, **rules)  # type: ignore[arg-type]
    if not isinstance(whole, Memberships):
        return whole
    groupings = {"tier": ground.tiers_at_start, "segment": segmented.segments}
    return measure_survival(
        whole,
        of_cohort=of_cohort,
        groupings={name: grouping for name, grouping in groupings.items() if isinstance(grouping, Segmentation)},
        revenue=cohort.table.set_index("member_id")["opening"],
        currency=ground.engagement.settings.currency,
    )
