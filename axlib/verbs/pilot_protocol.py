"""The pilot's plan in writing, before it is run: what, when, on whom, which test, which margin."""

from __future__ import annotations

import pandas as pd

from axlib.verbs.pilot import Pilot, points
from axlib.words.display import count_words, format_day, format_number, format_share, format_value


def write_protocol(pilot: Pilot, *, client: str, assignment_file: str = "pilot_assignment.csv") -> str:
    """Write down what the pilot will do and how it will be read, as Markdown, before any outcome is known.

    Parameters
    ----------
    pilot : Pilot
    client : str
    assignment_file : str
        Name of the file that holds the lots.

    Returns
    -------
    str
        The same pilot gives the same text. It names no member.
    """
    ends_on = (pd.Timestamp(pilot.starts_on) + pd.DateOffset(months=pilot.months)).date()
    parts = [
        f"# Pilot of {client}: plan, written before it begins",
        _what(pilot),
        f"## On whom\n\n{_whom(pilot)} They were drawn on {format_day(pilot.starts_on)} by the seed {pilot.seed}, in "
        f"halves within each stratum of segment and revenue tier: {format_number(pilot.n_changed)} for the changed "
        f"service, {format_number(pilot.n_usual)} for "
        f"service as usual. The lots are in `{assignment_file}`; the SHA-256 of its rows (member, arm and stratum "
        f"between tabs, ordered by member, a line each) is\n\n`{pilot.fingerprint}`\n\nNobody is drawn again, and "
        "nobody changes arms.",
        f"## When\n\nFrom {format_day(pilot.starts_on)} to {format_day(ends_on)}. Who leaves, joins another tier or "
        "is served otherwise in that time stays in the arm it was drawn for.",
        "## What is counted\n\nThe primary outcome is whether a member is gone at the end, by the definition of this "
        "report's logo churn (the same window, grace and rejoin rules). Hours delivered to each arm are counted too: "
        "they say whether the change took place, and decide nothing.",
        _test(pilot),
        _size(pilot),
        "## What would not count\n\nResults of single segments, tiers or months, other outcomes, and looks before the "
        "end are described, never claimed. What else was tried is listed with them. The result holds for members like "
        "these, not for others.",
        "## Reading it\n\nKeep the assignment file. In the engagement file name it under `evidence: {pilot: "
        f"{assignment_file}}}`, and run the report as of {format_day(ends_on)} with a window of {pilot.months} months.",
    ]
    if len(pilot.clusters):
        parts.insert(6, _wedge(pilot))
    return "\n\n".join(parts) + "\n"


def _what(pilot: Pilot) -> str:
    if pilot.whom == "under":
        change = "Members of the changed arm get the hours, and the modes, that their Coverage Segment calls for."
    else:
        change = "Members of the changed arm get no more hours than their Coverage Segment calls for."
    hours = f"{format_value(abs(pilot.more_hours), 'hours')} hours a year"
    takes = f"takes {hours}; if the team does not have them, make the pilot smaller before it begins, not later."
    return (
        f"## What is changed\n\n{change} All others are served as they are today. With the hours per segment of this "
        f"report the change {takes if pilot.more_hours >= 0 else f'frees {hours}.'}"
    )


def _whom(pilot: Pilot) -> str:
    limit = "less than 75 %" if pilot.whom == "under" else "more than 125 %"
    where = f" of {pilot.segment}" if pilot.segment else ""
    return (
        f"All {count_words(pilot.n_changed + pilot.n_usual, 'current member')}{where} who got {limit} of the hours "
        "their segment calls for in the window before."
    )


def _test(pilot: Pilot) -> str:
    ways = (
        "All members drawn are compared by the arm they were drawn for (intention to treat). The estimate is the "
        "difference of the shares gone, changed less usual, taken within each stratum and weighted by the stratum's "
        "members; its interval is Student's, from the spread within arms and strata"
    )
    if pilot.whom == "under":
        return (
            f"## Which test\n\n{ways}, two-sided at 95 %. The change is called better if the interval lies below zero; "
            "anything else is called not shown."
        )
    return (
        f"## Which test, which margin\n\n{ways}. The change is called no worse if the upper end of the one-sided 95 % "
        f"interval lies below {points(pilot.margin)}. The margin was chosen before the pilot and is not changed after "
        "it."
    )


def _size(pilot: Pilot) -> str:
    rows = [
        "| " + ("fall" if pilot.whom == "under" else "margin") + " | members each arm would need | power with these "
        "members | of drawn pilots |",
        "|---|---|---|---|",
        *(
            f"| {points(row['difference_share'])} | {format_number(row['needed_per_arm'])} | "
            f"{format_share(row['power_here'], 0)} | "
            f"{format_share(row['power_simulated'], 0)} |"
            for row in pilot.sizes.to_dict("records")
        ),
    ]
    base = (
        f"Of {count_words(pilot.followed, 'member')} like them ({pilot.like_them}), {format_number(pilot.gone)} "
        f"({format_share(pilot.rate)}) were gone after the window before; that is the base rate."
    )
    least = ""
    if pilot.detectable == pilot.detectable:
        least = (
            f" With these members a fall by {points(pilot.detectable)} is found with a power of "
            f"{format_share(pilot.power_asked, 0)}; a smaller one may be there and stay unseen."
        )
    table = "\n".join(rows)
    return f"## How many\n\n{base}{least}\n\n{table}"


def _wedge(pilot: Pilot) -> str:
    label = pilot.cluster.replace("_", " ")
    steps = pilot.clusters.groupby(["step", "changes_on"])["members"].agg(["size", "sum"]).reset_index()
    rows = [
        f"| {row['step']} | {format_day(row['changes_on'])} | {row['size']} | {format_number(row['sum'])} |"
        for row in steps.to_dict("records")
    ]
    falls = "no fall" if pilot.wedge_falls != pilot.wedge_falls else f"a fall by {points(pilot.wedge_falls)}"
    table = "\n".join(["| step | changes over on | clusters | members |", "|---|---|---|---|", *rows])
    return (
        f"## The other way: step by step, by {label}\n\nWhere members of one {label} cannot be served in two ways, all "
        f"of them change over together, in an order drawn by the same seed (`pilot_clusters.csv`). Renewals of each "
        f"period are compared between those changed over and those not yet, with the periods' own level and the "
        f"clusters' own level taken out (Hussey and Hughes 2007). It would find {falls} with the power asked for, the "
        f"intracluster correlation being {format_value(pilot.icc, 'index')}. Choose one of the two ways before it "
        f"begins.\n\n{table}"
    )
