"""What an engagement's data can carry, what is wrong with them, and what to ask the client for."""

from __future__ import annotations

import html
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from axlib.tables.cells.column_rules import OUTSIDE_MAPPING
from axlib.tables.cleaning import CleanTables
from axlib.tables.contradictions import find_contradictions
from axlib.tables.data_doubts import DataDoubts, find_doubts, nobody_can_have_left
from axlib.tables.newest_day import doubt_day
from axlib.tables.recognition.profiles_of_systems import read_profiles
from axlib.tables.rows.changes import count_changes
from axlib.tables.rows.near_duplicates import propose_duplicates
from axlib.tables.rows.near_spellings import propose_spellings
from axlib.tables.terms import TermLedger
from axlib.words.display import count_words, format_share, join_words
from axlib.words.results import Result
from axlib.words.table_faces import table_to_html
from axlib.words.vocabulary import GONE_STATUSES, MEMBERS, TABLES

#: From this share of a column's cells on, blanks are worth a word.
_MANY_BLANK = 0.2
#: Columns in which a blank says something: who has not left, who pays for itself.
_BLANK_SPEAKS = ("lapsed_on", "parent_id")


@dataclass(frozen=True, eq=False, repr=False)
class DataCheck(Result):
    """Whether the data can be trusted, and with what.

    Attributes
    ----------
    analyses : DataFrame
        analysis, possible (yes/no), why, ask: what these data can carry.
    problems : DataFrame
        severity (doubt, note), table, problem, rows, remedy; the gravest first.
    contradictions : DataFrame
        signals, members, of, examples, decides: as ``find_contradictions`` gives them.
    duplicates : DataFrame
        member_id, other_id, name, other_name, score (0-1), reason: pairs to be confirmed, as ``propose_duplicates``
        gives them.
    doubts : DataDoubts
        What of these data is in doubt, in sentences and counts of members: what a client is told of problems.
    letter : str
        The request for data, ready to send; empty where nothing is missing.
    """

    analyses: pd.DataFrame
    problems: pd.DataFrame
    contradictions: pd.DataFrame
    duplicates: pd.DataFrame
    doubts: DataDoubts
    letter: str

    title: ClassVar[str] = "What these data can carry"

    def summary(self) -> pd.DataFrame:
        """Return one row per analysis: possible or not, and what to ask for."""
        return self.analyses

    @property
    def text(self) -> str:
        """How much can be answered, and how many problems there are."""
        possible = int((self.analyses["possible"] == "yes").sum())
        doubts = int((self.problems["severity"] != "note").sum())
        return (
            f"{possible} of {count_words(len(self.analyses), 'analysis', 'analyses')} can be made from these data. "
            f"{count_words(doubts, 'problem')} to look at."
        )

    def _repr_html_(self) -> str:
        problems = table_to_html(self.problems, caption="Problems to look at", file_name="problems")
        letter = (
            "<details><summary>The request for data, ready to send</summary>"
            f"<pre>{html.escape(self.letter)}</pre></details>"
        )
        return f"{super()._repr_html_()}{problems if len(self.problems) else ''}{letter if self.letter else ''}"

    def __repr__(self) -> str:
        # Sentences of a table's width would be broken by any window: each stands on a line of its own.
        width = max(map(len, self.analyses["analysis"]), default=0)
        can = [
            f"  {line['analysis']:<{width}}  {line['possible']}{': ' if line['why'] else ''}{line['why']}"
            for line in self.analyses.to_dict("records")
        ]
        wrong = [_state_problem(line) for line in self.problems.to_dict("records")]
        parts = ("\n".join((self.title, *can, self.text)), "\n".join(wrong), self.letter)
        return "\n\n".join(part for part in parts if part)


def _state_problem(line: dict[Hashable, Any]) -> str:
    rows = f", {count_words(int(line['rows']), 'row')}" if line["rows"] else ""
    remedy = f"; {line['remedy']}" if line["remedy"] else ""
    return f"  {line['severity']} in {line['table']}{rows}: {line['problem']}{remedy}"


class _Need(NamedTuple):
    analysis: str
    met: bool
    why: str
    ask: str


def check_data(clean: CleanTables, ledger: TermLedger) -> DataCheck:
    """Say what the data can carry, what is wrong with them, and what to ask the client for.

    Parameters
    ----------
    clean : CleanTables
    ledger : TermLedger

    Returns
    -------
    DataCheck
    """
    settings = clean.engagement.settings
    needs = _needs(clean, ledger)
    analyses = pd.DataFrame(
        {
            "analysis": [need.analysis for need in needs],
            "possible": ["yes" if need.met else "no" for need in needs],
            "why": ["" if need.met else need.why for need in needs],
            "ask": ["" if need.met else need.ask for need in needs],
        }
    )
    contradictions = find_contradictions(
        clean, ledger, as_of=clean.engagement.as_of, grace_days=settings.retention.grace_days
    )
    duplicates = propose_duplicates(clean.members)
    doubts = find_doubts(clean, ledger, contradictions=contradictions, duplicates=duplicates)
    problems = _problems(clean, ledger, contradictions, duplicates, doubts)
    return DataCheck(analyses, problems, contradictions, duplicates, doubts, _letter(clean, needs))


def _needs(clean: CleanTables, ledger: TermLedger) -> list[_Need]:
    members = clean.members

    def known(name: str, table: pd.DataFrame | None = members) -> bool:
        return table is not None and name in table and bool(table[name].notna().any())

    status = known("status")
    left = status and bool(members["status"].isin(GONE_STATUSES).any())
    lapses = bool(ledger.events["event"].isin(["Lapse", "Abandonment", "Closed"]).any())
    attributes = [column.name for column in MEMBERS if column.role == "attribute" and known(column.name)]
    asked = len(attributes) >= 2 or clean.answers is not None or len(clean.engagement.settings.attributes) >= 2
    return [
        _Need("Who is a member", status, "members have no status", "the membership status of everyone"),
        _Need(
            "Revenue tiers",
            known("annual_dues") or len(ledger.terms) > 0,
            "members have no annual dues",
            "annual dues of each member",
        ),
        _Need(
            "Retention: NRR, GRR, churn",
            len(ledger.terms) > 0 and lapses,
            _why_no_ledger(ledger) or "nobody in the data has left, so nothing can be said about leaving",
            "paid invoices of three years with member, period and amount, including those of members who left",
        ),
        _Need(
            "Share of inactive members",
            left,
            "the export holds current members only" if status else "members have no status",
            "lapsed and former members too, not active ones alone",
        ),
        _Need(
            "AX segments",
            asked,
            "fewer than two attributes say how members need to be served",
            "what is known of each member's needs (experience, staff, guidance wanted, channel), or intake answers",
        ),
        _Need(
            "Service gap",
            known("minutes", clean.touches),
            "contacts have no minutes" if clean.touches is not None else "there is no table of contacts",
            "logged calls, meetings and e-mails of two years with member, day, kind, minutes and staff member",
        ),
        _Need(
            "Coverage plan",
            clean.staff is not None,
            "there is no table of staff",
            "each member-facing person with paid hours a year after leave and internal work",
        ),
        _Need(
            "Load of each person",
            known("staff_id"),
            "members do not say who covers them",
            "who covers which member",
        ),
        _Need(
            "Cost to serve",
            known("hourly_cost", clean.staff),
            "staff have no hourly cost",
            "cost per hour of each member-facing person",
        ),
        _Need(
            "Milestones",
            clean.milestones is not None,
            "there is no table of milestones",
            "agreed milestones by member",
        ),
    ]


def _why_no_ledger(ledger: TermLedger) -> str:
    return ledger.why.removeprefix("No term ledger: ").removesuffix(".")


def _problems(
    clean: CleanTables,
    ledger: TermLedger,
    contradictions: pd.DataFrame,
    duplicates: pd.DataFrame,
    doubts: DataDoubts,
) -> pd.DataFrame:
    lines: list[tuple[str, str, str, int, str]] = []
    doubt = doubt_day(clean)
    if doubt:
        remedy = f"set as_of in {clean.engagement.path.name} to the day of the export"
        lines.append(("doubt", "members", doubt, len(clean.members), remedy))
    aside = clean.quarantine.groupby(["table", "reason"], sort=False).size().rename("n").reset_index()
    for line in aside.to_dict("records"):
        reason = f"set aside: {line['reason']}"
        lines.append(("doubt", line["table"], reason, line["n"], "mend these rows in the source and run again"))
    for line in contradictions.to_dict("records"):
        lines.append(("doubt", "members", line["signals"], line["members"], f"decided by {line['decides']}"))
    for line in doubts.terms.to_dict("records"):
        lines.append(("doubt", "terms", line["doubt"], line["rows"], line["remedy"]))
    if len(duplicates):
        words = "may be one member under two keys"
        lines.append(("doubt", "members", words, len(duplicates), "confirm the pairs and mend the source"))
    canonical = {name: table for name in TABLES if (table := getattr(clean, name)) is not None}
    attributes = [spec.name for spec in clean.engagement.settings.attributes]
    for near in propose_spellings(canonical, attributes=attributes).itertuples():
        words = f"{near.column}: '{near.value}' may be '{near.near}' ({count_words(int(str(near.near_rows)), 'row')})"
        lines.append(("doubt", str(near.table), words, int(str(near.rows)), f"if so, add:  {near.line}"))
    if len(ledger.differences):
        words = "money of the source that is in no term"
        lines.append(("doubt", "terms", words, len(ledger.differences), "see the ledger's differences"))
    blanked = clean.ledger[clean.ledger["rule"].astype("str").str.startswith(("blanked", "not "))]
    for line in count_changes(blanked).to_dict("records"):
        lines.append(("doubt", line["table"], f"{line['column']}: {line['rule']}", line["changes"], "see the ledger"))
    for name, column in clean.members.items():
        blank = float(column.isna().mean()) if len(column) else 0.0
        asked = any(name == known.name for known in MEMBERS) and name not in _BLANK_SPEAKS
        if asked and _MANY_BLANK <= blank < 1:
            words = f"{name} is not known of {format_share(blank)} of members"
            lines.append(("note", "members", words, int(column.isna().sum()), "ask for it"))
    if nobody_can_have_left(clean):
        words = "nothing in the export says who left: it may hold those alone who stayed, and no churn is measured"
        lines.append(("doubt", "members", words, 0, "ask for the status, or the day of leaving, of former members too"))
    for row in clean.decisions.itertuples():
        said = str(row.decision)
        if said.endswith(("that are not in the members' table", OUTSIDE_MAPPING)) or "nobody in the export" in said:
            words = f"{row.column}: {said}" if said.endswith(OUTSIDE_MAPPING) else said
            lines.append(("doubt", str(row.table), words, 0, str(row.evidence)))
    table = pd.DataFrame(lines, columns=["severity", "table", "problem", "rows", "remedy"])
    order = table["severity"].map({"stop": 0, "doubt": 1, "note": 2})
    return (
        table.assign(order=order)
        .sort_values(["order", "rows"], ascending=[True, False], kind="stable")[
            ["severity", "table", "problem", "rows", "remedy"]
        ]
        .reset_index(drop=True)
    )


def _in_a_sentence(analysis: str) -> str:
    """Name an analysis within a sentence: its first word small, unless it is an abbreviation."""
    return analysis if analysis.split(maxsplit=1)[0].isupper() else analysis[:1].lower() + analysis[1:]


def _letter(clean: CleanTables, needs: list[_Need]) -> str:
    """Write the request for what is missing, in the words of the recognised system."""
    missing = [need for need in needs if not need.met]
    if not missing:
        return ""
    steps = next((profile.ask for profile in read_profiles() if profile.system == clean.system), "")
    read = [f"{count_words(int(line['read']), 'row')} of {line['table']}" for line in clean.accounts.to_dict("records")]
    lines = [
        f"Data request for {clean.engagement.client}, as of {clean.engagement.as_of.isoformat()}",
        "",
        f"We have read {join_words(read)}. For the full diagnostic we also need:",
        "",
        *(
            f"{at}. {need.ask}\n   For {_in_a_sentence(need.analysis)}. So far: {need.why}."
            for at, need in enumerate(missing, start=1)
        ),
        "",
        "Please send CSV or XLSX as the system exports them, with every status and every column, and do not open CSV "
        "files in a spreadsheet before: it changes identifiers and dates.",
    ]
    if steps:
        lines += ["", f"In {clean.system}: {' '.join(steps.split())}"]
    return "\n".join(lines) + "\n"
