"""Profiles for tests: a small engagement with answers by stage, goals and milestones; profiles made to order."""

import dataclasses
import json
from pathlib import Path

import pandas as pd

from axlib.tables.profiles import facts as fact
from axlib.tables.profiles.facts import COLUMNS
from axlib.verbs.profiles import Profiles
from tests.places import SHARED_DATA
from tests.verbs.small import RULES, engagement, members

#: Texts that programs have taken for something else.
OWN = [
    '=HYPERLINK("x","y")', "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "|x", "%0A", "<script>alert(1)</script>",
    "a\tb", "'quoted", "#REF!", "TRUE", "007", "1e5", "2025-03-04", "{=1}", "*", "?~*", "0002 · Nobody · m001",
    "https://example.org", "mailto:x@example.org", "_x0041_", "&amp; <b>", "Ω≈ç√", "田中さん", "ا لعربية", "👩‍👩‍👧",
    "zero\u200bwidth", " spaces ", "line\nbreak", "x" * 300,
]  # fmt: skip


def listed() -> list[str]:
    """The published lists of naughty strings and of formulas, where they are beside the project."""
    texts = []
    if (SHARED_DATA / "blns" / "blns.json").is_file():
        texts += json.loads((SHARED_DATA / "blns" / "blns.json").read_text("utf-8"))
    formulas = SHARED_DATA / "formula_injection" / "formula_injection_strings.csv"
    if formulas.is_file():
        texts += pd.read_csv(formulas, dtype=str)["payload"].dropna().tolist()
    return texts


ANSWERS = """member_id,item,value,stage,rater,at
m001,goal,Open a branch,,,2025-01-05
m001,goal,Open two branches,,,2025-02-05
m001,urgency,2,onboarding,msm,2025-01-05
m001,urgency,3,onboarding,member,2025-02-05
m001,turnover,1,steady,msm,2025-02-05
m002,guidance_need,4,,consultant,2025-02-05
m003,staff_count,12.5,steady,member,2025-02-05
m004,success_potential,yes,,msm,2025-02-05
"""
MILESTONES = """member_id,milestone,due_on,reached_on,next_action
m001,First loan,2025-03-01,2025-03-20,
m001,Second loan,2026-03-01,,call the board
m002,First loan,2025-09-01,,
m003,Audit passed,,,
"""
STAGED = RULES + "columns: {members: {lifecycle_stage: stage}}\n"


def open_engagement(folder: Path, **changed):
    """The small engagement with stages, answers and milestones."""
    lines = members().strip().split("\n")
    stages = ("onboarding", "steady", "")
    staged = [
        f"{line},{'stage' if i == 0 else stages[i % 3]},{'success_potential' if i == 0 else 'yes' if i == 8 else ''}"
        for i, line in enumerate(lines)
    ]
    given = {"members": "\n".join(staged) + "\n", "answers": ANSWERS, "milestones": MILESTONES, **changed}
    return engagement(folder, STAGED, **given)


def make_profiles(base: Profiles, names: list[str], goals: list[str], stones: list[tuple]) -> Profiles:
    """Profiles of the first members of others, with names, goals and (member, milestone, due, reached, action)."""
    table = base.table.head(len(names)).assign(name=names, goal=goals)
    ids = table["member_id"].tolist()
    kept = base.facts[base.facts["member"].isin(ids) & (base.facts["kind"] == fact.ANSWER)]
    told = [(fact.GOAL, key, "", fact.GOAL_ITEM, goal) for key, goal in zip(ids, goals, strict=True) if goal]
    for place, name, *values in stones:
        told += [
            (fact.MILESTONE, ids[place % len(ids)], name, what, value)
            for what, value in zip(("due_on", "reached_on", "next_action"), values, strict=True)
        ]
    facts = pd.concat([kept, pd.DataFrame(told, columns=COLUMNS, dtype="str")], ignore_index=True)
    facts = facts.drop_duplicates(fact.KEY, keep="last").reset_index(drop=True)
    return dataclasses.replace(base, table=table.reset_index(drop=True), facts=facts)
