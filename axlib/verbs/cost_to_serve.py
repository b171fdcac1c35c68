"""``cost_to_serve``: time-driven cost per member, tier and segment, and where the rest of the payroll goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from axlib.numbers.cents import round_to_cents
from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.settings.money import CostSettings
from axlib.verbs.capacity_cost import CapacityCost, cost_capacity
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.economics import MEMBERS_LINE, SHORT_LINE, UNUSED_LINE, Economics
from axlib.verbs.segments import Segmentation
from axlib.words.errors import ConfigurationError, suggest
from axlib.words.results import Unavailable


def cost_to_serve(
    segments: Segmentation,
    *,
    tiers: Segmentation,
    revenue: pd.Series,
    staff: pd.DataFrame | None,
    touches: pd.DataFrame | None,
    coverage: Sequence[CoverageSegment],
    utilisation: float,
    ends_on: date,
    window_months: int = 12,
    costs: Sequence[CostSettings] = (),
    hourly_cost: float | None = None,
    stages: pd.Series | None = None,
    hours_source: Literal["assumed", "client", "learned"] = "assumed",
    currency: str = "",
) -> Economics | Unavailable:
    """Say what serving each member costs, by the hours it gets and by the hours it calls for.

    Parameters
    ----------
    segments, tiers : Segmentation
        Of current members.
    revenue : Series, index ``member_id``
        What each current member pays a year.
    staff : DataFrame or None
        ``staff_id``, ``hours_per_year``, ``hourly_cost``, perhaps ``ramp``, ``started_on``, ``left_on``.
    touches : DataFrame or None
        ``member_id``, ``at``, ``minutes``, perhaps ``staff_id``; without them only the required hours are costed.
    coverage : sequence of CoverageSegment
    utilisation : float
        Share of a person's hours that members may fill, 0-1.
    ends_on : date
        Last day of the window whose contacts are counted.
    window_months : int
        Its length; hours are brought to a year.
    costs : sequence of CostSettings
        Costs besides hours: for each member, or a year's sum shared by the members it is for.
    hourly_cost : float, optional
        Money for a paid hour of people who have none of their own.
    stages : Series, index ``member_id``, optional
    hours_source : {'assumed', 'client', 'learned'}
    currency : str

    Returns
    -------
    Economics or Unavailable

    Raises
    ------
    ConfigurationError
        A cost is for a segment that there is not.

    Notes
    -----
    Cost of a member = Σ hours × rate of who gave them + declared costs; rate = paid cost of an hour ÷ utilisation
    [1]_. Required hours cost the team's mean rate. What the payroll pays for and no current member got is on lines
    of its own: members who are gone, people not up to speed, unused capacity.

    References
    ----------
    .. [1] Kaplan, Anderson (2004), Time-driven activity-based costing, Harvard Business Review 82 (11).
    """
    _check_segments(costs, segments, coverage)
    begins_on = (pd.Timestamp(ends_on) - pd.DateOffset(months=window_months) + pd.Timedelta(days=1)).date()
    past = cost_capacity(staff, utilisation=utilisation, hourly_cost=hourly_cost, begins_on=begins_on, ends_on=ends_on)
    coming = cost_capacity(staff, utilisation=utilisation, hourly_cost=hourly_cost, ends_on=ends_on)
    if isinstance(past, Unavailable) or isinstance(coming, Unavailable):
        return past if isinstance(past, Unavailable) else coming  # type: ignore[return-value]
    needed = hours_by_member(segments, coverage=coverage, stages=stages)
    # In the order of identifiers, so that the last cents go to the same members whatever the order of rows.
    members = needed.rename(columns={"required_hours": "hours_ax"}).sort_values("member_id", ignore_index=True)
    members["tier"] = members["member_id"].map(tiers.table.set_index("member_id")["segment"])
    members["revenue"] = members["member_id"].map(revenue).astype(float)
    if members["revenue"].notna().sum() == 0:
        return Unavailable("Cost to serve", "no current member's dues are known.", "what each member pays a year")
    spent = _spend_hours(members, touches, past, begins_on, ends_on, 12 / window_months)
    if spent is None and members["hours_ax"].isna().all():
        why = "neither delivered nor required hours are known."
        return Unavailable("Cost to serve", why, "a log of contacts with date, mode and minutes")
    undetermined = int(members["hours_ax"].isna().sum())
    members, others = _cost_members(members, spent, coming)
    members, declared = _add_declared(members, costs)
    known = members["revenue"].notna()
    table = members[known].reset_index(drop=True)
    lines, totals = [], []
    for basis, capacity in (("today", past), ("ax", coming)):
        if basis == "today" and spent is None:
            continue
        apart = members.loc[~known, [f"hours_{basis}", f"service_cost_{basis}"]].sum()
        lines.append(_lines(basis, table, apart, others if basis == "today" else None, capacity))
        totals.append(_totals(basis, table, lines[-1], capacity, float(declared[f"amount_{basis}"].sum())))
    for basis in ("today", "ax"):
        table[f"cost_{basis}"] = (table[f"service_cost_{basis}"] + table[f"declared_cost_{basis}"]).round(2)
        table[f"margin_{basis}"] = (table["revenue"] - table[f"cost_{basis}"]).round(2)
    bases = ["today", "ax"] if spent is not None else ["ax"]
    return Economics(
        table,
        _groups(table, bases, tiers, segments),
        pd.concat(lines, ignore_index=True),
        pd.DataFrame(totals),
        declared,
        begins_on,
        ends_on,
        hours_source,
        0 if spent is None else int(spent["untimed"].sum()),
        int((~known).sum()),
        undetermined,
        past.at_average,
        currency,
    )


def _check_segments(costs: Sequence[CostSettings], segments: Segmentation, coverage: Sequence[CoverageSegment]) -> None:
    names = [*segments.segments, *(segment.name for segment in coverage)]
    problems = [
        f"economics.costs, '{cost.name}': there is no segment '{name}'. {suggest(name, names)}"
        for cost in costs
        for name in cost.segments
        if name not in names
    ]
    if problems:
        raise ConfigurationError(*problems)


def _spend_hours(
    members: pd.DataFrame,
    touches: pd.DataFrame | None,
    capacity: CapacityCost,
    begins_on: date,
    ends_on: date,
    to_a_year: float,
) -> pd.DataFrame | None:
    """Hours and their cost by member, brought to a year; of whom they were and who gave them; None without minutes."""
    if touches is None or "minutes" not in touches.columns:
        return None
    end = pd.Timestamp(ends_on) + pd.Timedelta(days=1)
    inside = touches[(touches["at"] >= pd.Timestamp(begins_on)) & (touches["at"] < end)]
    if inside["minutes"].notna().sum() == 0:
        return None
    hours = inside["minutes"].fillna(0.0) / 60 * to_a_year
    nobody = pd.Series(None, inside.index, dtype="str")
    rate = (inside["staff_id"] if "staff_id" in inside.columns else nobody).map(capacity.people["rate"])
    spent = pd.DataFrame(
        {
            "member_id": inside["member_id"],
            "hours": hours,
            "cost": hours * rate.fillna(capacity.rate),
            "unlisted_hours": hours.where(rate.isna(), 0.0),
            "unlisted_cost": (hours * capacity.rate).where(rate.isna(), 0.0),
            "untimed": inside["minutes"].isna(),
        }
    )
    return spent.groupby("member_id").sum()


def _cost_members(
    members: pd.DataFrame, spent: pd.DataFrame | None, coming: CapacityCost
) -> tuple[pd.DataFrame, pd.Series]:
    """Put hours and their cost beside each member; return also what went to others."""
    others = pd.Series(0.0, ["hours", "cost", "unlisted_hours", "unlisted_cost"])
    if spent is None:
        today = pd.DataFrame({"hours": np.nan, "cost": np.nan}, index=members.index)
    else:
        today = spent[["hours", "cost"]].reindex(members["member_id"]).fillna(0.0).reset_index(drop=True)
        gone = spent[~spent.index.isin(members["member_id"])]
        others = pd.concat([gone[["hours", "cost"]].sum(), spent[["unlisted_hours", "unlisted_cost"]].sum()])
    # Whose segment is not known is served as today.
    hours_ax = members["hours_ax"].fillna(today["hours"]).fillna(0.0)
    return members.assign(
        hours_today=today["hours"],
        service_cost_today=round_to_cents(today["cost"].to_numpy(dtype=float)) if spent is not None else np.nan,
        hours_ax=hours_ax,
        service_cost_ax=round_to_cents(hours_ax.to_numpy(dtype=float) * coming.rate),
    ), others


def _add_declared(members: pd.DataFrame, costs: Sequence[CostSettings]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share the declared costs out, to the cent, and list them."""
    shares = {basis: np.zeros(len(members)) for basis in ("today", "ax")}
    rows = []
    for cost in costs:
        whom = members["segment"].isin(cost.segments).to_numpy() if cost.segments else np.ones(len(members), dtype=bool)
        n = int(whom.sum())
        total = cost.a_year if cost.a_year is not None else (cost.per_member or 0.0) * n
        each = round_to_cents(np.full(n, total / n)) if n else np.zeros(0)
        amounts = {}
        for basis, share in shares.items():
            if cost.applies in ("always", basis):
                share[whom] += each
            amounts[f"amount_{basis}"] = round(total, 2) if cost.applies in ("always", basis) else 0.0
        row = {"cost_name": cost.name, "applies": cost.applies, "members": n, **amounts}
        rows.append({**row, "unallocated": 0.0 if n else round(total, 2)})
    columns = ["cost_name", "applies", "members", "amount_today", "amount_ax", "unallocated"]
    declared = pd.DataFrame(rows, columns=columns).astype(
        {"cost_name": "str", "applies": "str", "members": int, **dict.fromkeys(columns[3:], float)}
    )
    return members.assign(**{f"declared_cost_{basis}": share.round(2) for basis, share in shares.items()}), declared


def _lines(
    basis: str, table: pd.DataFrame, apart: pd.Series, others: pd.Series | None, capacity: CapacityCost
) -> pd.DataFrame:
    """Where the payroll goes; the last line is what is left, so that the lines add up to the cent."""
    payroll, practical = round(capacity.payroll, 2), capacity.practical_hours
    served = float(table[f"hours_{basis}"].sum()), round(float(table[f"service_cost_{basis}"].sum()), 2)
    rows = [(MEMBERS_LINE, *served)]
    if apart.iloc[1]:
        rows.append(("Members whose dues are not known", float(apart.iloc[0]), round(float(apart.iloc[1]), 2)))
    if others is not None and others["cost"]:
        rows.append(("Members who are gone", float(others["hours"]), round(float(others["cost"]), 2)))
    if others is not None and others["unlisted_cost"]:
        # Their hours are in the lines above and not in the payroll.
        paid = -float(others["unlisted_hours"]), -round(float(others["unlisted_cost"]), 2)
        rows.append(("Given by people not on the staff list", *paid))
    ramping = round(capacity.ramping_cost, 2)
    left_hours = practical - sum(hours for _, hours, _ in rows)
    if ramping:
        rows.append(("People not up to speed", 0.0, ramping))
    left = round(payroll - sum(amount for _, _, amount in rows), 2)
    rows.append((UNUSED_LINE if left >= 0 else SHORT_LINE, left_hours, left))
    lines = pd.DataFrame(rows, columns=["line", "hours", "amount"]).astype({"line": "str"})
    return lines.assign(basis=pd.array([basis] * len(lines), dtype="str"))[["basis", "line", "hours", "amount"]]


def _totals(
    basis: str, table: pd.DataFrame, lines: pd.DataFrame, capacity: CapacityCost, declared_total: float
) -> dict[str, object]:
    revenue = float(table["revenue"].sum())
    service, declared = (float(table[f"{name}_cost_{basis}"].sum()) for name in ("service", "declared"))
    cost, payroll = round(service + declared, 2), round(capacity.payroll, 2)
    left = lines.iloc[-1]
    return {
        "basis": basis,
        "members": len(table),
        "revenue": round(revenue, 2),
        "hours": float(table[f"hours_{basis}"].sum()),
        "service_cost": round(service, 2),
        "declared_cost": round(declared, 2),
        "cost": cost,
        "margin": round(revenue - cost, 2),
        "margin_share": (revenue - cost) / revenue if revenue > 0 else np.nan,
        "payroll": payroll,
        "declared_total": round(declared_total, 2),
        "cash_margin": round(revenue - payroll - declared_total, 2),
        "practical_hours": capacity.practical_hours,
        "unused_hours": float(left["hours"]),
        "unused_cost": float(left["amount"]),
        "rate": capacity.rate,
    }


def _groups(table: pd.DataFrame, bases: list[str], tiers: Segmentation, segments: Segmentation) -> pd.DataFrame:
    parts = []
    for basis in bases:
        named = {
            "hours": table[f"hours_{basis}"],
            **{name: table[f"{name}_{basis}"] for name in ("service_cost", "declared_cost", "cost", "margin")},
        }
        values = pd.DataFrame({"members": 1, "revenue": table["revenue"], **named})
        for grouping, labels, order in (
            ("all", pd.Series("all members", table.index), ["all members"]),
            ("tier", table["tier"], [*tiers.segments]),
            ("segment", table["segment"], [*segments.segments, "undetermined"]),
        ):
            sums = values.groupby(labels).sum()
            sums = sums.reindex([name for name in dict.fromkeys(order) if name in sums.index])
            money = ["revenue", "service_cost", "declared_cost", "cost", "margin"]
            sums[money] = sums[money].round(2)
            part = sums.rename_axis("group").reset_index().astype({"group": "str"})
            parts.append(
                part.assign(
                    basis=pd.array([basis] * len(part), dtype="str"),
                    grouping=pd.array([grouping] * len(part), dtype="str"),
                    margin_share=part["margin"] / part["revenue"].where(part["revenue"] > 0),
                    cost_per_member=part["cost"] / part["members"],
                )
            )
    columns = ["basis", "grouping", "group", "members", "revenue", "hours", "service_cost", "declared_cost"]
    return pd.concat(parts, ignore_index=True)[[*columns, "cost", "margin", "margin_share", "cost_per_member"]]
