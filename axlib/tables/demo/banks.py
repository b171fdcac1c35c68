"""The bankers' case as clean truth: invented banks, what they pay and what they need.

The counts are exact: how many members of which Coverage Segment stand in which manager's book, how many
lapse, how many pay how much. Chance decides who. Dues and needs are dealt independently of each other:
that is the case the demo illustrates, and it is constructed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from axlib.tables.demo.spelling import deal, draw_anew, share_out

SEGMENTS = ("Inbound", "Asynchronous", "Synchronous", "Task Force")
BOOKS = {"LT-1": "Low-touch", "LT-2": "Low-touch", "HT-1": "High-touch", "HT-2": "High-touch"}
AS_OF = pd.Timestamp("2025-12-31")

#: What became of members -> how many of each segment, in the book of one low-touch and one high-touch manager.
#: The first four are members on ``AS_OF``.
FATES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "steady": ((103, 86, 60, 9), (11, 7, 4, 1)),
    "joined in 2025": ((14, 11, 9, 1), (1, 1, 0, 0)),
    "back after a year": ((2, 2, 1, 0), (0, 0, 0, 0)),
    "lapsed and back in 2025": ((1, 1, 0, 0), (0, 0, 0, 0)),
    "lapsed in 2025": ((15, 14, 14, 2), (2, 1, 0, 0)),
    "lapsed in 2024": ((13, 12, 11, 1), (1, 1, 0, 0)),
    "lapsed in 2023": ((10, 9, 7, 1), (1, 0, 0, 0)),
}
CURRENT = tuple(FATES)[:4]

#: The price list by asset size: level -> (annual dues, weight in its tier).
PRICES = {
    "Low-touch": {
        "Assets under $50M": (400, 60),
        "Assets $50M to $100M": (650, 70),
        "Assets $100M to $150M": (900, 60),
        "Assets $150M to $200M": (1250, 45),
        "Assets $200M to $300M": (1600, 30),
        "Assets $300M to $400M": (2000, 20),
        "Assets $400M to $500M": (2400, 15),
    },
    "High-touch": {
        "Assets $500M to $1B": (3000, 9),
        "Assets $1B to $2B": (5000, 7),
        "Assets $2B to $5B": (9000, 4),
        "Assets $5B to $10B": (16000, 3),
        "Assets $10B to $25B": (30000, 1),
        "Assets over $25B": (60000, 1),
    },
}

_PLACES = (
    "Ash", "Brook", "Cedar", "Clear", "Elk", "Fair", "Fern", "Glen", "Green", "Hart", "Hazel", "High", "Lake",
    "Maple", "Mill", "North", "Oak", "Pine", "Red", "River", "Rock", "Spring", "Stone", "Sutter", "Thorn", "Wells",
    "West", "White", "Willow", "Wood",
)  # fmt: skip
_ENDINGS = (
    "burg", "dale", "field", "ford", "haven", "hurst", "mont", "port", "ridge", "side", "ton", "view", "ville",
    "wick",
)  # fmt: skip
_NAMES = (
    "First Bank of {}",
    "{} Savings Bank",
    "{} State Bank",
    "Bank of {}",
    "{} Trust Company",
    "{} Community Bank",
    "Farmers' & Merchants Bank, {}",
    "Merchants Bank of {}",
    "{} National Bank",
    "{} Federal Savings",
    "Citizens Bank of {}",
)

# Answers by segment: the chances of 0, 1, 2, 3, 4. They overlap as real answers do; the few combinations
# that would cross the rules of segments.yml are mended in ``_keep_to_the_rules``.
_CAPACITY = {
    "Inbound": (0, 0, 0, 0.55, 0.45),
    "Asynchronous": (0.05, 0.25, 0.42, 0.23, 0.05),
    "Synchronous": (0.3, 0.38, 0.25, 0.05, 0.02),
    "Task Force": (0.15, 0.3, 0.3, 0.2, 0.05),
}
_GUIDANCE = {
    "Inbound": (0.5, 0.5, 0, 0, 0),
    "Asynchronous": (0.05, 0.35, 0.6, 0, 0),
    "Synchronous": (0, 0, 0.2, 0.48, 0.32),
    "Task Force": (0, 0.05, 0.15, 0.4, 0.4),
}
_COMPLEXITY = {
    "Inbound": (0.38, 0.36, 0.23, 0.03, 0),
    "Asynchronous": (0.3, 0.39, 0.28, 0.03, 0),
    "Synchronous": (0.17, 0.39, 0.41, 0.03, 0),
    "Task Force": (0, 0, 0, 0.35, 0.65),
}
_STAKES = {
    "Inbound": (0.35, 0.37, 0.22, 0.06, 0),
    "Asynchronous": (0.3, 0.37, 0.27, 0.06, 0),
    "Synchronous": (0.15, 0.37, 0.4, 0.08, 0),
    "Task Force": (0, 0, 0, 0.3, 0.7),
}
_MATURITY = {
    "Inbound": (0.02, 0.1, 0.23, 0.35, 0.3),
    "Asynchronous": (0.08, 0.22, 0.4, 0.22, 0.08),
    "Synchronous": (0.25, 0.35, 0.28, 0.1, 0.02),
    "Task Force": (0.1, 0.3, 0.35, 0.2, 0.05),
}
_MODES = {  # self_serve, async, live
    "Inbound": (0.62, 0.25, 0.13),
    "Asynchronous": (0.12, 0.8, 0.08),
    "Synchronous": (0.13, 0.2, 0.67),
    "Task Force": (0.05, 0.25, 0.7),
}
_EXPERIENCE = {"Inbound": 18, "Asynchronous": 11, "Synchronous": 6, "Task Force": 9}
_PEOPLE = {"Inbound": 26, "Asynchronous": 16, "Synchronous": 9, "Task Force": 18}


def invent_names(n: int, forms: Sequence[str], *, rng: np.random.Generator) -> pd.Series:
    """Invent the names of ``n`` different organisations: invented places put into the forms."""
    places = np.char.add(np.repeat(_PLACES, len(_ENDINGS)), np.tile(_ENDINGS, len(_PLACES)))
    chosen = rng.choice(len(places) * len(forms), size=n, replace=False)
    picked, where = np.asarray(forms)[chosen % len(forms)], places[chosen // len(forms)]
    return pd.Series([form.format(place) for form, place in zip(picked, where, strict=True)], dtype=object)


def invent_banks(n: int, *, rng: np.random.Generator) -> pd.Series:
    """Invent the names of ``n`` different banks from word lists."""
    return invent_names(n, _NAMES, rng=rng)


def invent_members(*, rng: np.random.Generator, noise: float = 0.0) -> pd.DataFrame:
    """Invent all members past and present, in random order.

    Parameters
    ----------
    rng : Generator
    noise : float
        Share of members whose segment is drawn anew, so that counts are no longer exact.

    Returns
    -------
    DataFrame, one row per member
        ``member_id`` (text with leading zeros), ``name``, ``staff_id``, ``tier``, ``segment``, ``fate``,
        ``level``, and the AX attributes, all of them known.
    """
    cells = [
        (book, tier, segment, fate, count)
        for book, tier in BOOKS.items()
        for fate, by_tier in FATES.items()
        for segment, count in zip(SEGMENTS, by_tier[tier == "High-touch"], strict=True)
    ]
    table = pd.DataFrame(cells, columns=["staff_id", "tier", "segment", "fate", "count"])
    members = table.loc[table.index.repeat(table["count"])].drop(columns="count").reset_index(drop=True)
    members["segment"] = draw_anew(members["segment"], share=noise, rng=rng)
    current = members["fate"].isin(CURRENT)
    members["level"] = ""
    for book, tier in BOOKS.items():
        prices = PRICES[tier]
        for group in (current, ~current):
            here = members.index[(members["staff_id"] == book) & group]
            counts = share_out(len(here), [weight for _, weight in prices.values()])
            members.loc[here, "level"] = deal(list(prices), counts, rng=rng).to_numpy()
    members = members.join(answer_by_segment(members["segment"], rng=rng))
    members["name"] = invent_banks(len(members), rng=rng)
    ids = np.sort(rng.choice(90_000, size=len(members), replace=False)) + 1_000
    members["member_id"] = [f"{number:08d}" for number in rng.permutation(ids)]
    return members.sample(frac=1, random_state=rng).reset_index(drop=True)


def answer_by_segment(segments: pd.Series, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw every AX attribute given the segment alone; the rules of the built-in segments read it back."""
    answers = pd.DataFrame(index=segments.index)
    scales = {
        "internal_capacity": _CAPACITY,
        "guidance_need": _GUIDANCE,
        "goal_complexity": _COMPLEXITY,
        "stakes": _STAKES,
        "technical_maturity": _MATURITY,
    }
    for name, chances in scales.items():
        answers[name] = 0
        for segment in SEGMENTS:
            here = segments == segment
            answers.loc[here, name] = rng.choice(5, size=here.sum(), p=chances[segment])
    answers["preferred_mode"] = ""
    for segment in SEGMENTS:
        here = segments == segment
        answers.loc[here, "preferred_mode"] = rng.choice(
            ["self_serve", "async", "live"], size=here.sum(), p=_MODES[segment]
        )
    answers = _keep_to_the_rules(answers, segments)
    for name, typical, spread in (
        ("industry_experience_years", _EXPERIENCE, 0.6),
        ("staff_count", _PEOPLE, 0.7),
    ):
        drawn = segments.map(typical).to_numpy() * np.exp(spread * rng.standard_normal(len(segments)))
        answers[name] = np.maximum(np.round(drawn), 1).astype(int)
    return answers


def _keep_to_the_rules(answers: pd.DataFrame, segments: pd.Series) -> pd.DataFrame:
    """Mend the drawn combinations that the rules would read as another segment than the one dealt."""
    capacity, guidance = answers["internal_capacity"], answers["guidance_need"]
    both_high = (answers["goal_complexity"] >= 3) & (answers["stakes"] >= 3) & (segments != "Task Force")
    by_mail = segments == "Asynchronous"
    # Able and in need of little guidance would be Inbound; wishing to meet takes so little guidance here.
    able = by_mail & (capacity >= 3)
    meets = by_mail & ~able & (answers["preferred_mode"] != "async")
    torn = (segments == "Synchronous") & (guidance == 2)
    return answers.assign(
        stakes=answers["stakes"].mask(both_high, 2),
        guidance_need=guidance.mask(able, 2).mask(meets, 1),
        preferred_mode=answers["preferred_mode"].mask(able, "async").mask(torn, "live"),
    )
