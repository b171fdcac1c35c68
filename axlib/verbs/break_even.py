"""How much churn would have to change to pay for a scenario, and what is kept over the years if nothing changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.numbers.ranges import Floats, find_extremes, solve_rising
from axlib.verbs.retention import Retention
from axlib.verbs.scenario_model import ScenarioModel
from axlib.words.results import Unavailable

#: Of a standard error: 95 % of a normal distribution lie within so many.
Z_95 = 1.959963984540054


def find_break_even(model: ScenarioModel, retention: Retention | Unavailable | None) -> pd.DataFrame:
    """Find by how many points revenue churn of the members concerned would have to be lower to pay for a scenario.

    Returns
    -------
    DataFrame, one row
        ``cash_cost`` (a year; negative where cash rises), ``revenue_concerned``, ``churn_points`` (share of that
        revenue; 0 where nothing has to be paid for), each with ``_low`` and ``_high``;
        ``churn_points_over_years``: lower by so much in each of ``years`` years, what more is kept pays for as
        many years' cost; NaN where NRR is not known or no churn is low enough; ``churn_now``, revenue churn of
        the closed cohort; ``detectable_points``, NaN where nobody is moved or churn is not known.

    Notes
    -----
    Within a year: cost ÷ revenue concerned. Over Y years, with g what NRR is now and x the points sought:
    Σ ((g + x)^t - g^t) for t = 1 … Y, times the revenue concerned, equals Y years' cost.
    """
    cash = model.outcomes.index("cash_margin")

    def cash_cost(points: Floats) -> Floats:
        return (model.before(points) - model.after(points))[:, cash : cash + 1]

    mid, low, high = (float(value[0]) for value in find_extremes(cash_cost, model.ranges))
    concerned = float((model.concerned * model.footing.revenue).sum())
    years = model.scenario.years
    points = [max(0.0, cost) / concerned if concerned > 0 else np.nan for cost in (mid, low, high)]
    nrr, churn = np.nan, np.nan
    if isinstance(retention, Retention):
        nrr, churn = float(retention.overall["nrr"]), float(retention.overall["revenue_churn"])
    over_years = np.nan
    if np.isfinite(nrr) and np.isfinite(churn) and concerned > 0:

        def kept_more(x: float) -> float:
            return concerned * sum((nrr + x) ** t - nrr**t for t in range(1, years + 1))

        over_years = solve_rising(kept_more, max(0.0, mid) * years, most=churn)
    return pd.DataFrame(
        {
            "cash_cost": [mid], "cash_cost_low": [low], "cash_cost_high": [high],
            "revenue_concerned": [concerned],
            "churn_points": [points[0]], "churn_points_low": [points[1]], "churn_points_high": [points[2]],
            "churn_points_over_years": [over_years], "years": [years], "churn_now": [churn],
            "detectable_points": [_detectable(model, retention)],
        }
    )  # fmt: skip


def _detectable(model: ScenarioModel, retention: Retention | Unavailable | None) -> float:
    """Half the width of a 95 % interval of the difference in churn between the members moved and as many others."""
    n = float((model.concerned * model.footing.members).sum())
    if not model.scenario.move or not isinstance(retention, Retention) or n < 1:
        return float("nan")
    churn = float(retention.overall["logo_churn"])
    return Z_95 * float(np.sqrt(2 * churn * (1 - churn) / n)) if 0 < churn < 1 else float("nan")


def project_retention(model: ScenarioModel, retention: Retention | Unavailable | None) -> pd.DataFrame:
    """Carry NRR on over the years: what today's members would still pay, if every year were like the last.

    Returns
    -------
    DataFrame, one row per year
        ``year``; ``still_paid_before``, and ``still_paid`` with what the scenario assumes of churn and expansion:
        shares of today's revenue, with ``_low`` and ``_high`` from the interval of NRR and the ranges of the
        scenario. No rows where NRR is not known.

    Notes
    -----
    NRR^t with NRR's own interval: the same unknown rate in each year, so the interval widens. How years differ
    from each other cannot be known from one.
    """
    columns = [
        "year",
        *(f"{name}{end}" for name in ("still_paid_before", "still_paid") for end in ("", "_low", "_high")),
    ]
    if not isinstance(retention, Retention) or not np.isfinite(retention.overall["nrr"]):
        return pd.DataFrame({name: pd.Series(dtype=int if name == "year" else float) for name in columns})
    nrr = [float(retention.overall[f"nrr{end}"]) for end in ("", "_low", "_high")]
    nrr = [nrr[0] if not np.isfinite(value) else value for value in nrr]
    footing = model.footing
    weight = float((model.concerned * footing.revenue).sum() / footing.revenue.sum())
    churn, expansion = (np.array(getattr(model.scenario, f"{name}_change")) for name in ("churn", "expansion"))
    shift = np.array([expansion[1] - churn[1], expansion[0] - churn[2], expansion[2] - churn[0]]) * weight
    rows = []
    for year in range(1, model.scenario.years + 1):
        before = [value**year for value in nrr]
        after = [max(0.0, value + by) ** year for value, by in zip(nrr, shift, strict=True)]
        rows.append((year, *before, *after))
    return pd.DataFrame(rows, columns=columns)
