"""Which statements on load hold with all hours lower and higher than assumed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.verbs.coverage import CoveragePlan
from axlib.words.display import count_words, format_number

#: A load below which there is room worth naming.
IDLE = 0.5


def list_load_statements(plan: CoveragePlan, uncertainty: float) -> pd.DataFrame:
    """Which statements hold with all hours lower and higher: each is a load above or below a bound."""
    loads = plan.by_person["load"].dropna()
    team = float(plan.team["load"].iloc[0])
    over, idle = loads[loads > 1], loads[(loads < IDLE) & (loads > 0)]
    # What is said, the load it is said of, and the bound; a load on the bound holds.
    above: list[tuple[str, float, float]] = []
    below: list[tuple[str, float, float]] = []
    if len(over):
        who = count_words(len(over), "person is", "people are")
        above.append((f"{who} asked for more than one can give", float(over.min()), 1.0))
        times = np.floor(float(over.max()))
        if times >= 2:
            above.append(
                (
                    f"The highest load is at least {format_number(times)} times what one can give",
                    float(over.max()),
                    times,
                )
            )
    if len(idle):
        most = float(idle.max())
        who = count_words(len(idle), "person is", "people are")
        below.append((f"{who} filled to less than half", most, IDLE))
        times = np.floor(1 / most)
        if times >= 2:
            one = "That one" if len(idle) == 1 else "Each of these"
            below.append((f"{one} could carry {format_number(times)} times today's members", times * most, 1.0))
    if team > 1:
        above.append(("However members are shared out, hours are short", team, 1.0))
    else:
        below.append(("The team as a whole can carry its members", team, 1.0))
    rows = [
        {
            "statement": told,
            "holds_low": holds(value * max(0.0, 1 - uncertainty), bound),
            "holds_high": holds(value * (1 + uncertainty), bound),
            "turns_at": bound / value if value > 0 else np.nan,
        }
        for statements, holds in ((above, _at_least), (below, _at_most))
        for told, value, bound in statements
    ]
    table = pd.DataFrame(rows).astype({"statement": "str"})
    return table.assign(survives=table["holds_low"] & table["holds_high"])


def _at_least(value: float, bound: float) -> bool:
    return value >= bound * (1 - 1e-12)


def _at_most(value: float, bound: float) -> bool:
    return value <= bound * (1 + 1e-12)
