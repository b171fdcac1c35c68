"""Reference values of survival from lifelines and statsmodels; writes survival_reference.json beside this file.

lifelines needs pandas below 3, so both live in an environment of their own::

    python -m venv ENVIRONMENT && ENVIRONMENT/bin/pip install lifelines statsmodels 'pandas<3'
    ENVIRONMENT/bin/python tests/reference/make_survival_reference.py

The members are drawn here and kept in the file. Who enters in month e is at risk from the next month on; lifelines
counts who enters at a time as at risk at that time, so it is given e + 0.5, which is the same. Its log-rank test knows
no delayed entry; statsmodels' does.
"""

import json
import warnings
from pathlib import Path

import lifelines
import numpy as np
import statsmodels
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time
from statsmodels.duration.survfunc import survdiff

N, GROUPS, HORIZON = 360, 3, 48
FILE = Path(__file__).with_name("survival_reference.json")


def draw():
    rng = np.random.default_rng(sum(map(ord, "survival reference")))
    group = rng.integers(0, GROUPS, N)
    lifetime = rng.geometric(np.array([0.02, 0.03, 0.045])[group])
    entered = np.where(rng.random(N) < 0.5, 0, rng.integers(0, 30, N))
    seen = lifetime > entered
    group, lifetime, entered = group[seen], lifetime[seen], entered[seen]
    followed = entered + rng.integers(6, 61, len(group))
    return entered, np.minimum(lifetime, followed), lifetime <= followed, group


def fit(entered, left, ended):
    fitter = KaplanMeierFitter().fit(left, ended, entry=entered + 0.5 * (entered > 0))
    return fitter, np.arange(HORIZON + 1)


def main():
    entered, left, ended, group = draw()
    curves = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(GROUPS):
            inside = group == number
            fitter, months = fit(entered[inside], left[inside], ended[inside])
            bounds = fitter.confidence_interval_.loc[:, ["KM_estimate_lower_0.95", "KM_estimate_upper_0.95"]]
            at = np.searchsorted(fitter.timeline, months, "right") - 1
            curves.append(
                {
                    "survival": fitter.survival_function_at_times(months).tolist(),
                    "low": bounds.iloc[at, 0].tolist(),
                    "high": bounds.iloc[at, 1].tolist(),
                    "restricted_mean": float(restricted_mean_survival_time(fitter, t=HORIZON)),
                }
            )
        without = multivariate_logrank_test(left - entered, group, ended)
    with_entry = survdiff(left.astype(float), ended.astype(int), group, entry=entered.astype(float))
    content = {
        "made_with": {"lifelines": lifelines.__version__, "statsmodels": statsmodels.__version__},
        "horizon": HORIZON,
        "members": {
            "entered": entered.tolist(),
            "left": left.tolist(),
            "ended": ended.tolist(),
            "group": group.tolist(),
        },
        "curves": curves,
        "log_rank_of_months_followed": {"chi2": float(without.test_statistic), "p_value": float(without.p_value)},
        "log_rank_with_delayed_entry": {"chi2": float(with_entry[0]), "p_value": float(with_entry[1])},
    }
    FILE.write_text(json.dumps(content) + "\n", "utf-8")


if __name__ == "__main__":
    main()
