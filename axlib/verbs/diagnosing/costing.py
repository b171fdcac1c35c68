"""Fifth step: what serving members costs, what would follow from what is tried out, and what moved retention."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from axlib.numbers.revenue import revenue_on
from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort, build_cohort
from axlib.verbs.cost_to_serve import cost_to_serve
from axlib.verbs.diagnosing.comparing import Compared
from axlib.verbs.diagnosing.groundwork import Groundwork, lacking
from axlib.verbs.diagnosing.segmenting import Segmented
from axlib.verbs.economics import Economics
from axlib.verbs.retention_change import RetentionChange, compare_windows
from axlib.verbs.scenario import Scenario, join_scenarios, project_scenario
from axlib.words.display import format_day
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable

#: A ledger that begins later than so long before a window opens does not hold everybody who was a member then.
DAYS_BEFORE = 330


@dataclass(frozen=True, eq=False)
class Costed:
    """What money tells; each as ``Diagnosis`` names it."""

    economics: Economics | Unavailable
    scenarios: Scenario | Unavailable
    retention_change: RetentionChange | Unavailable


def count_money(ground: Groundwork, segmented: Segmented, compared: Compared) -> Costed:
    """Cost the service, try the declared scenarios out, and compare the window with the one before."""
    economics = _economics(ground, segmented)
    return Costed(economics, _scenarios(ground, compared, economics), _change(ground))


def _economics(ground: Groundwork, segmented: Segmented) -> Economics | Unavailable:
    segments, tiers, engagement = segmented.plan_segments, ground.tiers, ground.engagement
    if isinstance(segments, Unavailable) or isinstance(tiers, Unavailable):
        return lacking("Cost to serve", segments if isinstance(segments, Unavailable) else tiers)
    settings, members = engagement.settings, ground.current
    stages = None
    if "lifecycle_stage" in members.columns:
        stages = members.set_index("member_id")["lifecycle_stage"]
    return cost_to_serve(
        segments,
        tiers=tiers,
        revenue=_revenue(ground),
        staff=ground.clean.staff,
        touches=ground.clean.touches,
        coverage=engagement.segments,
        utilisation=settings.capacity.utilisation,
        ends_on=engagement.as_of,
        window_months=settings.retention.window_months,
        costs=settings.economics.costs,
        hourly_cost=settings.economics.hourly_cost,
        stages=stages,
        hours_source=settings.capacity.hours_source,
        currency=settings.currency,
    )


def _revenue(ground: Groundwork) -> pd.Series:
    """What each current member pays a year: by its terms, programmes included; without any by its dues."""
    members = ground.current
    if "annual_dues" in members.columns:
        dues = members.set_index("member_id")["annual_dues"]
    else:
        dues = pd.Series(float("nan"), pd.Index(members["member_id"]))
    if ground.clean.terms is None or len(ground.ledger.terms) == 0:
        return dues
    grace = ground.engagement.settings.retention.grace_days
    paid = revenue_on(ground.ledger.terms, ground.engagement.as_of, grace_days=grace)["revenue"]
    return paid.reindex(dues.index).fillna(dues)


def _scenarios(ground: Groundwork, compared: Compared, economics: Economics | Unavailable) -> Scenario | Unavailable:
    engagement = ground.engagement
    settings = engagement.settings
    if not settings.scenarios:
        why = "none was asked for."
        return Unavailable("Scenarios", why)
    teams, team_hours = _teams(ground)
    tried = []
    problems: list[str] = []
    for scenario in settings.scenarios:
        try:
            tried.append(
                project_scenario(
                    economics,
                    scenario=scenario,
                    coverage=engagement.segments,
                    utilisation=settings.capacity.utilisation,
                    costs=settings.economics.costs,
                    retention=compared.retention,
                    teams=teams,
                    team_hours=team_hours,
                )
            )
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(*problems)
    done = [one for one in tried if isinstance(one, Scenario)]
    missing = [one for one in tried if isinstance(one, Unavailable)]
    return join_scenarios(done) if done else Unavailable("Scenarios", missing[0].why, missing[0].ask)


def _teams(ground: Groundwork) -> tuple[pd.Series | None, pd.Series | None]:
    """Team of who covers each member, and each team's paid hours a year × ramp."""
    staff, members = ground.clean.staff, ground.current
    if staff is None or "team" not in staff.columns:
        return None, None
    here = staff[staff["team"].notna()]
    if "left_on" in here.columns:
        here = here[~(here["left_on"] <= pd.Timestamp(ground.engagement.as_of))]
    ramp = here["ramp"].fillna(1.0) if "ramp" in here.columns else 1.0
    hours = (here["hours_per_year"].fillna(0.0) * ramp).groupby(here["team"].astype("str")).sum()
    team = here.set_index("staff_id")["team"].astype("str")
    if "staff_id" not in members.columns:
        return pd.Series(None, pd.Index(members["member_id"]), dtype="str"), hours
    return members.set_index("member_id")["staff_id"].map(team), hours


def _change(ground: Groundwork) -> RetentionChange | Unavailable:
    """Set this window's cohort beside the one before, where the ledger reaches back so far."""
    later, engagement = ground.cohort, ground.engagement
    analysis = "Change since the window before"
    if isinstance(later, Unavailable):
        return lacking(analysis, later)
    if not isinstance(later, Cohort) or later.source != "terms" or later.opened_on is None:
        return Unavailable(analysis, "the export has no terms.", "invoices or terms of the last three years")
    rules, terms = engagement.settings.retention, ground.ledger.terms
    opens = (pd.Timestamp(later.opened_on) - pd.DateOffset(months=rules.window_months)).date()
    if not (terms["starts_on"].min() <= pd.Timestamp(opens) - pd.Timedelta(days=DAYS_BEFORE)):
        why = f"terms do not reach back far enough to know who was a member on {format_day(opens)}."
        return Unavailable(analysis, why, "invoices or terms from one window earlier")
    earlier = build_cohort(
        ground.clean.members,
        terms,
        as_of=later.opened_on,
        window_months=rules.window_months,
        grace_days=rules.grace_days,
        rejoin=rules.rejoin,
        snapshot=rules.snapshot,
        currency=engagement.settings.currency,
        source="terms",
    )
    return compare_windows(earlier, later, rng=derive_rng(engagement.settings.seed, "compare_windows"))
