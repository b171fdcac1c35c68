"""What changed with a roll-out: change of the units it reached, less that of units it had not reached yet.

References
----------
.. [1] Callaway, Sant'Anna (2021), Difference-in-differences with multiple time periods, J. Econometrics 225.
.. [2] Borusyak, Jaravel, Spiess (2024), Revisiting event-study designs, Review of Economic Studies 91.
.. [3] Conley, Taber (2011), Inference with "difference in differences" with a small number of policy changes, Review
   of Economics and Statistics 93.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

Floats = NDArray[np.float64]

#: With fewer units that were reached, their own spread tells nothing; that of the others is taken.
FEW_UNITS = 5


class RolledOut(NamedTuple):
    """What changed with a roll-out.

    Attributes
    ----------
    estimate, low, high, p_value : float
        Mean over the units reached and the periods since.
    trend, trend_low, trend_high : float
        Change per period, before the roll-out, of the units to be reached less that of the others; NaN with fewer than
        two periods before.
    treated_units, control_units : int
    few : bool
        Whether the interval rests on how much units change that were not reached.
    by_lag : array, shape (n_lags, 2)
        Periods since the roll-out (0: the first), and the mean difference then.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    trend: float
    trend_low: float
    trend_high: float
    treated_units: int
    control_units: int
    few: bool
    by_lag: Floats


def compare_changes(values: Floats, first: Floats, *, weights: Floats | None = None, level: float = 0.95) -> RolledOut:
    """Compare changes of units a roll-out reached with those of units it had not reached by then.

    Parameters
    ----------
    values : array, shape (n_units, n_periods)
        The outcome; all known.
    first : array, shape (n_units,)
        First period in which a unit was reached, from 0; infinite for units never reached. Units reached in period 0
        have no time before and are left out.
    weights : array, shape (n_units,), optional
        Members of each unit.
    level : float

    Returns
    -------
    RolledOut
        NaN where no unit was reached, or none was left to compare with.

    Notes
    -----
    A unit's change is its value less its mean over all periods before its roll-out [2]_; compared are, per group of
    units with the same first period and per period since, the units not reached by then [1]_. So units that were
    reached early are never the measure of those reached late. With one roll-out date this is the usual regression on
    units and periods. With fewer than five units reached, the spread is that of the units not reached [3]_.
    """
    keep = first > 0
    values, first = values[keep], first[keep]
    size = np.ones(len(first)) if weights is None else weights[keep].astype(float)
    n, periods = values.shape
    reached = np.isfinite(first) & (first < periods)
    cells = [(int(g), p) for g in np.unique(first[reached]) for p in range(int(g), periods) if (first > p).any()]
    nothing = RolledOut(*(float("nan"),) * 7, int(reached.sum()), int(n - reached.sum()), False, np.empty((0, 2)))
    if not cells:
        return nothing
    total = sum(size[first == g].sum() for g, _ in cells)
    parts, lags = np.zeros(n), []
    estimate, placebo, own = 0.0, np.zeros(n), np.zeros(n)
    for g, p in cells:
        change = values[:, p] - values[:, :g].mean(axis=1)
        here, others = first == g, first > p
        share = size[here].sum() / total
        means = [float(np.average(change[side], weights=size[side])) for side in (here, others)]
        estimate += share * (means[0] - means[1])
        parts[here] += share * size[here] / size[here].sum() * (change[here] - means[0])
        parts[others] -= share * size[others] / size[others].sum() * (change[others] - means[1])
        own[here] += share * size[here] / size[here].sum()
        placebo += share * (change - means[1])
        lags.append((p - g, size[here].sum(), means[0] - means[1]))
    never = ~reached
    treated, few = int((own > 0).sum()), bool((own > 0).sum() < FEW_UNITS)
    if few:
        if never.sum() < 2:
            return nothing
        # How much one unit changes by itself, as far as those never reached show it.
        spread = float(placebo[never].std(ddof=1) * np.sqrt((own**2).sum() + 1 / never.sum()))
        freedom = int(never.sum()) - 1
    else:
        spread = float(np.sqrt(n / (n - 1) * (parts**2).sum()))
        freedom = max(min(treated, int(never.sum()) or treated) - 1, 1)
    critical = float(t.ppf((1 + level) / 2, freedom))
    p_value = float(2 * t.sf(abs(estimate) / spread, freedom)) if spread > 0 else 1.0
    table = np.array(lags)
    by_lag = np.array(
        [
            (lag, np.average(rows[:, 2], weights=rows[:, 1]))
            for lag in np.unique(table[:, 0])
            for rows in [table[table[:, 0] == lag]]
        ]
    )
    trend = _trend_before(values, first, size, reached, few, critical)
    bounds = float(estimate - critical * spread), float(estimate + critical * spread)
    return RolledOut(float(estimate), *bounds, p_value, *trend, treated, int(n - reached.sum()), few, by_lag)


def _trend_before(
    values: Floats, first: Floats, size: Floats, reached: NDArray[np.bool_], few: bool, critical: float
) -> tuple[float, float, float]:
    """Slope before the first roll-out of the units to be reached, less that of the others."""
    before = int(first[reached].min())
    never = ~reached
    if before < 2 or not never.any():
        return (float("nan"),) * 3
    time = np.arange(before) - (before - 1) / 2
    slopes = values[:, :before] @ time / (time @ time)
    means = [float(np.average(slopes[side], weights=size[side])) for side in (reached, never)]
    shares = [size[side] / size[side].sum() for side in (reached, never)]
    if few:
        spread = float(slopes[never].std(ddof=1) * np.sqrt((shares[0] ** 2).sum() + 1 / never.sum()))
    else:
        inner = [
            ((share * (slopes[side] - mean)) ** 2).sum()
            for share, side, mean in zip(shares, (reached, never), means, strict=True)
        ]
        spread = float(np.sqrt(len(slopes) / (len(slopes) - 1) * sum(inner)))
    slope = means[0] - means[1]
    return slope, slope - critical * spread, slope + critical * spread
