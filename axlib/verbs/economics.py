"""What serving members costs and what it leaves, today and with the hours they call for, reconciled to the payroll."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import pandas as pd

from axlib.verbs.evidence import check_words
from axlib.words.display import count_words, format_day, format_money, format_share, format_value
from axlib.words.results import Result

Basis = Literal["today", "ax"]
#: What each basis is called before readers.
BASES: dict[str, str] = {"today": "as served today", "ax": "with the hours called for"}
MEMBERS_LINE = "Members"
UNUSED_LINE, SHORT_LINE = "Unused capacity", "Hours that are not there"


@dataclass(frozen=True, eq=False, repr=False)
class Economics(Result):
    """Cost, margin and unused capacity, on two bases: ``today`` by delivered hours, ``ax`` by required hours.

    Dues are read here as revenue, and nowhere that members are put into segments.

    Attributes
    ----------
    table : DataFrame, one row per current member whose dues are known
        ``member_id``, ``tier``, ``segment``, ``revenue`` (money a year); ``hours_today``, ``service_cost_today``,
        ``declared_cost_today``, ``cost_today``, ``margin_today``, and the same as members call for: ``hours_ax``,
        ``service_cost_ax``, ``declared_cost_ax``, ``cost_ax``, ``margin_ax``. Costs are in whole cents.
    groups : DataFrame, one row per (basis, grouping, group)
        ``basis`` (today, ax), ``grouping`` (all, tier, segment), ``group``, ``members``, ``revenue``, ``hours``,
        ``service_cost`` (of hours), ``declared_cost`` (besides), ``cost``, ``margin`` (allocated), ``margin_share``,
        ``cost_per_member``.
    lines : DataFrame, one row per (basis, line)
        Where the payroll goes: ``hours``, ``amount``; the amounts of a basis add up to ``payroll`` to the cent.
    totals : DataFrame, one row per basis
        ``revenue``, ``cost``, ``margin`` (allocated), ``payroll``, ``declared_total``, ``cash_margin`` (revenue less
        payroll less declared costs, whoever was served), ``practical_hours``, ``unused_hours``, ``unused_cost``
        (negative where hours are short), ``rate`` (money for a practical hour).
    costs : DataFrame, one row per declared cost
        ``cost_name``, ``applies``, ``members``, ``amount_today``, ``amount_ax``, ``unallocated`` (for segments
        nobody is in).
    begins_on, ends_on : date
        The year delivered hours are counted in.
    hours_source : {'assumed', 'client', 'learned'}
    untimed : int
        Contacts of that year without minutes, which count for nothing.
    unknown_dues : int
        Current members whose dues nobody knows; they stand on a line of their own.
    undetermined : int
        Members whose required hours nobody knows; on the basis ``ax`` they are served as today.
    at_average : int
        People whose cost of an hour nobody told.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    lines: pd.DataFrame
    totals: pd.DataFrame
    costs: pd.DataFrame
    begins_on: date
    ends_on: date
    hours_source: Literal["assumed", "client", "learned"]
    untimed: int
    unknown_dues: int
    undetermined: int
    at_average: int
    currency: str

    title: ClassVar[str] = "Cost to serve and allocated margin by segment"
    plots: ClassVar[tuple[str, ...]] = ("plot_cost", "plot_margin")

    def of(self, basis: Basis) -> pd.Series:
        """The totals of one basis; of its numbers NaN where it is not there."""
        rows = self.totals.set_index("basis")
        return rows.reindex([basis]).iloc[0]

    @property
    def has_today(self) -> bool:
        """Whether delivered hours are known."""
        return "today" in set(self.totals["basis"])

    def by_group(self, grouping: str, basis: Basis) -> pd.DataFrame:
        """Return the groups of one grouping on one basis."""
        groups = self.groups
        return groups[(groups["grouping"] == grouping) & (groups["basis"] == basis)].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """Return one row per segment and one for all, today beside the hours called for."""
        keep = ["group", "members", "revenue"]
        shown = ["cost", "margin", "margin_share"]
        parts = []
        for grouping in ("segment", "all"):
            ax = self.by_group(grouping, "ax")
            today = self.by_group(grouping, "today").set_index("group").reindex(ax["group"])
            named = {f"{name}_today": today[name].to_numpy() for name in shown} if self.has_today else {}
            parts.append(ax[keep].assign(**named, **{f"{name}_ax": ax[name] for name in shown}))
        return pd.concat(parts, ignore_index=True)

    @property
    def text(self) -> str:
        """Cost, margin and what stays unused, in sentences; cash apart from what is allocated."""
        parts = [self._say_today()] if self.has_today else []
        parts.append(self._say_ax())
        if self.untimed:
            parts.append(f"{count_words(self.untimed, 'contact')} without minutes count for nothing.")
        if self.unknown_dues:
            parts.append(f"{count_words(self.unknown_dues, 'member')} whose dues are not known stand apart.")
        if self.at_average:
            parts.append(
                f"The cost of an hour of {count_words(self.at_average, 'person', 'people')} is taken to be the average."
            )
        return " ".join(parts)

    def _money(self, value: object) -> str:
        return format_money(float(value), self.currency)  # type: ignore[arg-type]

    def _say_today(self) -> str:
        row = self.of("today")
        n = count_words(len(self.table), "member")
        besides = f", and {self._money(row['declared_cost'])} besides" if row["declared_cost"] else ""
        return check_words(
            "0",
            f"From {format_day(self.begins_on)} to {format_day(self.ends_on)}, serving {n} cost "
            f"{self._money(row['cost'])}: {self._money(row['service_cost'])} for "
            f"{format_value(float(row['hours']), 'hours')} hours at "
            f"{self._money(row['rate'])} each{besides}. Against revenue of "
            f"{self._money(row['revenue'])} that is an allocated margin of {self._money(row['margin'])} "
            f"({format_share(float(row['margin_share']))}). Of the payroll of {self._money(row['payroll'])}, "
            f"{self._say_unused(row)}. In cash, revenue less payroll and other costs is "
            f"{self._money(row['cash_margin'])}.",
        )

    def _say_unused(self, row: pd.Series) -> str:
        unused, hours = float(row["unused_cost"]), abs(float(row["unused_hours"]))
        if unused >= 0:
            return f"{self._money(unused)} ({format_value(hours, 'hours')} hours) is unused capacity"
        return f"nothing is unused; {format_value(hours, 'hours')} hours more were worked than it pays for"

    def _say_ax(self) -> str:
        row = self.of("ax")
        why = " assumed for their segment" if self.hours_source == "assumed" else " their segment calls for"
        unused, hours = float(row["unused_cost"]), format_value(abs(float(row["unused_hours"])), "hours")
        first = (
            f"If members got the hours{why}, serving them would cost {self._money(row['cost'])} and leave an allocated "
            f"margin of {self._money(row['margin'])} ({format_share(float(row['margin_share']))})"
        )
        if unused < 0:
            second = (
                f"If so, {hours} hours would not be there, which at today's rate are {self._money(-unused)} a year "
                "of people to be hired or of minutes to be designed away."
            )
        else:
            second = (
                f"If nothing else changed, {self._money(unused)} ({hours} hours) of the payroll would be unused, and "
                f"cash would be {self._money(row['cash_margin'])}{self._say_cash_change(row)}: freed hours are no "
                "money until they are put to use or no longer paid."
            )
        return f"{check_words('S', first)}. {check_words('S', second)}"

    def _say_cash_change(self, row: pd.Series) -> str:
        if not self.has_today:
            return ""
        change = float(row["cash_margin"]) - float(self.of("today")["cash_margin"])
        if abs(change) < 0.005:
            return ", the same as today"
        return f", {self._money(abs(change))} {'more' if change > 0 else 'less'} than today"
