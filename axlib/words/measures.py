"""The columns of result tables: their labels and units.

A table of results keeps raw numbers under snake_case names. The name alone decides how a cell is shown:
``logo_churn`` is a share, ``annual_dues`` is money. ``x_low`` and ``x_high`` are the interval of ``x``.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from axlib.words.vocabulary import TABLES

Unit = Literal["count", "share", "money", "hours", "months", "load", "index", "number", "date", "text"]


class Measure(NamedTuple):
    """How one column of results is labelled and formatted."""

    label: str
    unit: Unit


_COUNTS = {
    "n": "Members",
    "members": "Members",
    "of_members": "Of members",
    "count": "Count",
    "read": "Rows read",
    "kept": "Kept",
    "merged": "Merged",
    "quarantined": "Set aside",
    "rows": "Rows",
    "cells": "Cells",
    "under": "Under-served",
    "matched": "Matched",
    "over": "Over-served",
    "overrides": "Overrides",
    "eligible": "Eligible",
    "first_eligible": "Eligible, first year",
    "lapsed": "Lapsed",
    "undetermined": "Undetermined",
    "k": "Classes",
    "n_parameters": "Parameters",
    "smallest_class": "Smallest class",
    "members_if_full": "Members at full load",
    "changes": "Changes",
    "asked": "Asked",
    "answered": "Answered",
    "needed": "Answers needed",
    "lacking": "Lack the answer",
    "answers": "Answers",
    "members_before": "Members today",
    "leaving": "Leaving",
    "coming": "Coming",
    "hand_overs": "Hand-overs",
    "hand_overs_bound": "Hand-overs at least",
    "newly_placed": "Newly placed",
    "contacts": "Contacts",
    "agents": "People on duty",
    "queues": "Queues",
    "people": "People",
    "people_over": "People above 1",
    "left": "Left",
    "joined": "Joined",
    "renewals": "Renewals",
    "wave": "Wave",
    "times": "Times today's members",
    "on_course": "On course",
    "drifting": "Drifting",
    "off_course": "Off course",
    "all_reached": "All reached",
    "without_course": "No milestone dated",
    "milestones": "Milestones",
    "milestones_reached": "Milestones reached",
    "slip_days": "Days late",
    "due_members": "Had one due",
    "kept_members": "Reached all due",
    "treated": "Of them treated",
    "clusters": "Clusters",
    "groups": "Groups",
    "gone": "Left",
    "needed_per_arm": "Needed in each arm",
    "changed": "Changed",
    "usual": "As usual",
    "memberships": "Memberships",
    "ended": "Ended",
    "closed": "Of them closed",
    "at_risk": "Followed in the month",
}
_SHARES = {
    "share": "Share",
    "nrr": "NRR",
    "grr": "GRR",
    "logo_churn": "Logo churn",
    "revenue_churn": "Revenue churn",
    "renewal_rate": "Renewal rate",
    "first_year_renewal_rate": "First-year renewal",
    "lapse_rate": "Lapse rate",
    "rejoin_rate": "Rejoined, of those lapsed",
    "contraction": "Contraction",
    "expansion": "Expansion",
    "confidence": "Confidence",
    "known": "Answers known",
    "share_inactive": "Share inactive",
    "under_share": "Under-served",
    "matched_share": "Matched",
    "over_share": "Over-served",
    "jaccard": "Stability (Jaccard)",
    "margin_share": "Margin, share",
    "margin_share_today": "Margin today, share",
    "margin_share_ax": "Margin then, share",
    "churn_points": "Churn lower by",
    "churn_points_over_years": "Churn lower by, over the years",
    "churn_now": "Revenue churn now",
    "detectable_points": "Least change a trial could tell",
    "still_paid_before": "Still paid if all stays",
    "still_paid": "Still paid then",
    "overall": "All members",
    "value_share": "Value",
    "changed_share": "Share changed",
    "moved_share": "Changed, of those moved",
    "fidelity": "Segment found",
    "baseline_share": "By largest segment",
    "placed_share": "Placed",
    "right_share": "Of them right",
    "fitted_share": "On members searched",
    "margin_load": "Margin of the load",
    "placed": "Placed rightly",
    "determined": "Determined",
    "response_rate": "Rate of answers",
    "population_share": "Of all members",
    "answered_share": "Of those who answered",
    "weighted_share": "Of those who answered, weighted",
    "share_if_unlike": "If others are unlike",
    "hidden_share": "Hidden",
    "power": "Found, were they there",
    "power_here": "Power with these members",
    "power_simulated": "Power in drawn pilots",
    "difference_share": "Difference",
    "usual_rate": "Gone as usual",
    "changed_rate": "Gone if changed",
    "stay": "Stay",
    "agree": "Same segment",
    "moved": "Change segment without it",
    "lost": "Without a segment then",
    "gap_to_bound": "Gap to the bound",
    "occupancy": "Busy with requests",
    "p_wait": "Wait at all",
    "within": "Answered in time",
    "abandoned": "Give up",
    "p_over": "Chance of more than 1",
    "logged_share": "Of paid hours",
    "utilisation": "Utilisation",
    "on_course_share": "On course, of those under way",
    "kept_share": "Reached all due, share",
    "largest_share": "In the largest segment",
    "explained_share": "Explained",
    "explained_by_tiers": "Explained by tiers",
    "explained_by_segments": "Explained by segments",
    "explained_gain": "By segments more",
    "detectable_gain": "Smallest gain found",
    "treated_mean": "Theirs",
    "control_mean": "Of the others",
    "difference_in_share": "Difference",
    "thin_share": "Without their like",
    "standardised_churn": "Logo churn, same segments",
    "usable_share": "Comparable",
    "survival": "Still members",
}
_MONEY = {
    "opening_revenue": "Opening revenue",
    "closing_revenue": "Closing revenue",
    "churned_revenue": "Churned",
    "contracted_revenue": "Contracted",
    "expanded_revenue": "Expanded",
    "revenue": "Revenue",
    "cost": "Cost to serve",
    "margin": "Margin",
    "median_dues": "Median dues",
    "dues_q10": "Dues, lower tenth",
    "dues_q90": "Dues, upper tenth",
    "unused_cost": "Unused capacity",
    "lifetime_value": "Revenue of a membership",
    "cost_today": "Cost today",
    "cost_ax": "Cost then",
    "margin_today": "Margin today",
    "margin_ax": "Margin then",
    "service_cost": "Cost of hours",
    "declared_cost": "Other costs",
    "declared_total": "Other costs in all",
    "cost_per_member": "Cost of one member",
    "cost_per_member_today": "Cost of one member today",
    "cost_per_member_ax": "Cost of one member then",
    "payroll": "Payroll",
    "cash_margin": "Cash margin",
    "cash_cost": "Cash it takes",
    "revenue_concerned": "Revenue of members concerned",
    "amount_today": "Today",
    "amount_ax": "With the hours called for",
    "unallocated": "Borne by nobody",
    "rate": "Cost of an hour",
}
_HOURS = {
    "required_hours": "Required hours",
    "delivered_hours": "Delivered hours",
    "available_hours": "Available hours",
    "hours_per_member": "Hours per member",
    "residual_hours": "Hours short",
    "practical_hours": "Hours that can be filled",
    "unused_hours": "Unused hours",
    "hours": "Hours",
    "required_hours_before": "Required hours today",
    "short_hours": "Hours that do not fit",
    "hours_q10": "Hours called for, lower tenth",
    "median_hours": "Median hours called for",
    "hours_q90": "Hours called for, upper tenth",
    "still_short_hours": "Hours still short",
    "declared_hours": "Declared hours",
    "learned_hours": "Learned hours",
    "planned_hours": "Planned hours",
    "contact_hours": "Contact",
    "preparation_hours": "Preparation",
    "follow_up_hours": "Follow-up",
    "paid_hours": "Paid hours",
    "hand_over_hours": "Hours of hand-overs",
    "setup_hours": "Hours once",
    "yearly_hours": "Hours each year",
    "hours_before": "Hours before",
    "hours_after": "Hours after",
    "hours_freed": "Hours freed",
    "duty_hours": "Hours on duty",
    "more_hours": "Hours the change takes",
}
_INDICES = {
    "ari": "Adjusted Rand index",
    "ami": "Adjusted mutual information",
    "cramers_v": "Cramér's V",
    "r2": "R²",
    "r2_alone": "R² of dues on it alone",
    "r2_without": "R² of dues without it",
    "kappa": "Cohen's kappa",
    "weighted_kappa": "Weighted kappa",
    "alpha": "Krippendorff's alpha",
    "gain_bits": "Expected gain, bits",
    "distance": "Distance to archetype",
    "p": "p",
}

#: Name of a result column -> its label and unit.
MEASURES: dict[str, Measure] = {
    **{name: Measure(label, "count") for name, label in _COUNTS.items()},
    **{name: Measure(label, "share") for name, label in _SHARES.items()},
    **{name: Measure(label, "money") for name, label in _MONEY.items()},
    **{name: Measure(label, "hours") for name, label in _HOURS.items()},
    **{name: Measure(label, "index") for name, label in _INDICES.items()},
    "value": Measure("Value", "number"),
    "restricted_mean": Measure("Months stayed, of the horizon", "months"),
    "kept_months": Measure("Months kept, of the window", "months"),
    "difference": Measure("More than the others", "months"),
    "tenure_years": Measure("Years stayed", "number"),
    "chi2": Measure("Log-rank χ²", "number"),
    "gain": Measure("Gain in fit", "number"),
    "gain_without_groups": Measure("Gain without groups", "number"),
    "p_value": Measure("Worlds that gain as much (p)", "index"),
    "load": Measure("Load", "load"),
    "residual_fte": Measure("Full-time people short", "number"),
    "fte": Measure("Full-time people", "number"),
    "minutes_per_member": Measure("Minutes per member", "count"),
    "load_before": Measure("Load today", "load"),
    "highest_load_before": Measure("Highest load today", "load"),
    "highest_load": Measure("Highest load", "load"),
    "extra_load": Measure("Added meanwhile", "load"),
    "logged_load": Measure("Load in the log", "load"),
    "team_load": Measure("Team's load", "load"),
    "leavers_load": Measure("Load of who left", "load"),
    "stayers_load": Measure("Load of who stayed", "load"),
    "turns_at": Measure("Turns at hours ×", "number"),
    "holds_low": Measure("Holds with fewer hours", "text"),
    "holds_high": Measure("Holds with more hours", "text"),
    "mean_wait_minutes": Measure("Mean wait, minutes", "number"),
    "tier_ratio": Measure("Most ÷ least tier", "number"),
    "dues_ratio": Measure("Upper ÷ lower tenth", "number"),
    "treated_amount": Measure("Theirs", "number"),
    "control_amount": Measure("Of the others", "number"),
    "e_value": Measure("E-value", "number"),
    "e_value_limit": Measure("E-value of the interval", "number"),
    "effective_n": Measure("Rests on as many as", "count"),
    "largest_weight": Measure("Largest weight", "number"),
    "log_likelihood": Measure("Log-likelihood", "number"),
    "bic": Measure("BIC", "number"),
}

_UNIT_OF_KIND: dict[str, Unit] = {"money": "money", "date": "date", "number": "number", "scale": "number"}


def find_measure(name: str) -> Measure:
    """Return the label and unit of a column, of results or of a canonical table.

    A name nobody declared is shown as its own words, numbers plainly.

    Examples
    --------
    >>> find_measure("logo_churn")
    Measure(label='Logo churn', unit='share')
    >>> find_measure("annual_dues").unit
    'money'
    >>> find_measure("how_many_dogs").label
    'How many dogs'
    """
    if name in MEASURES:
        return MEASURES[name]
    for columns in TABLES.values():
        for column in columns:
            if column.name == name:
                return Measure(column.label, _UNIT_OF_KIND.get(column.kind, "text"))
    unit: Unit = "date" if name.endswith("_on") else "number"
    # A name in capitals or with spaces is data, such as a segment's name as a column: it stays as it is.
    return Measure(name.replace("_", " ").capitalize() if name == name.lower() else name, unit)
