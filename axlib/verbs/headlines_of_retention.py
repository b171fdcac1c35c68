"""Headline numbers of retention and of how long members stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from axlib.numbers.retention import BASES, RATIOS
from axlib.verbs.headlines_available import list_absent, list_if_there
from axlib.verbs.retention import Retention
from axlib.verbs.retention_rules import RetentionRules
from axlib.verbs.retention_years import RetentionYears
from axlib.verbs.survival import Survival
from axlib.verbs.survival_groups import MEASURED
from axlib.words.results import Unavailable


def _measures(row: Mapping[Any, Any], withheld: dict[str, str]) -> dict[str, Any]:
    return {
        name: {"available": False, "why": withheld[name]} if name in withheld else _interval(row, name)
        for name in RATIOS
    }


def _interval(row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    n = row[BASES.get(name, "n")]
    return {
        "value": row[name],
        "low": row[f"{name}_low"],
        "high": row[f"{name}_high"],
        "n": 0 if pd.isna(n) else int(n),
    }


def list_retention(
    retention: Retention | Unavailable, years: RetentionYears | Unavailable, rules: RetentionRules | Unavailable
) -> dict[str, Any]:
    """Retention overall, by tier, segment, cohort and year, and under other rules."""
    if isinstance(retention, Unavailable):
        return list_absent(retention)
    rows = retention.table.to_dict("records")
    groups = {
        f"by_{grouping}": {
            row["group"]: _measures(row, retention.withheld) for row in rows if row["grouping"] == grouping
        }
        for grouping in ("tier", "segment")
    }
    return {
        **_measures(rows[0], retention.withheld),
        **groups,
        **_by_time(years),
        "by_rule": list_if_there(rules, _by_rule),
    }


def _by_time(years: RetentionYears | Unavailable) -> dict[str, Any]:
    if isinstance(years, Unavailable):
        return {"by_cohort": list_absent(years), "by_year": list_absent(years)}
    rows = years.table.to_dict("records")
    last = rows[-1]["closed_on"]
    latest = [row for row in rows if row["closed_on"] == last and row["grouping"] == "cohort"]
    return {
        "by_cohort": {row["group"]: _measures(row, {}) for row in latest},
        "by_year": {row["closed_on"]: _measures(row, {}) for row in rows if row["grouping"] == "all"},
    }


def _by_rule(rules: RetentionRules) -> dict[str, Any]:
    return {row["setting"]: {name: row[name] for name in RATIOS} for row in rules.table.to_dict("records")}


def list_survival(survival: Survival) -> dict[str, Any]:
    """How long members stay, overall, by tier and by segment, and the log-rank tests."""
    rows = survival.table.to_dict("records")

    def measures(row: Mapping[Any, Any]) -> dict[str, Any]:
        own = {name: _interval(row, name) for name in MEASURED}
        return {**own, **{name: row[name] for name in ("ended", "closed", "start_month", "horizon_months")}}

    tests = {row["grouping"]: row for row in survival.tests.to_dict("records")}
    return {
        **measures(rows[0]),
        "discount": survival.discount,
        **{
            f"by_{grouping}": {row["group"]: measures(row) for row in rows if row["grouping"] == grouping}
            for grouping in ("tier", "segment")
        },
        "log_rank": {
            grouping: {name: row[name] for name in ("groups", "chi2", "df", "p_value")}
            for grouping, row in tests.items()
        },
    }
