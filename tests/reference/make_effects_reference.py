"""Writes effects_reference.json: the same estimates by statsmodels and DoubleML, for the tests to compare with.

In an environment of its own, never ours (``pip install statsmodels doubleml``), from the project's root:

    python tests/reference/make_effects_reference.py ../shared/data
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import doubleml as dml
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from sklearn.linear_model import LinearRegression, LogisticRegression

DATA = Path(sys.argv[1])
COLUMNS = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]


def by_doubleml(table: pd.DataFrame, score: str) -> dict[str, float]:
    """Interactive regression with plain linear models, the median of many ways to share members out."""
    np.random.seed(0)  # noqa: NPY002 - the package draws from the global state
    data = dml.DoubleMLData(table, y_col="re78", d_cols="treat", x_cols=[*COLUMNS, "none74", "none75"])
    chance = LogisticRegression(C=1e6, max_iter=10_000)
    model = dml.DoubleMLIRM(data, LinearRegression(), chance, n_folds=5, n_rep=30, score=score)
    model.fit()
    return {"estimate": float(model.coef[0]), "error": float(model.se[0])}


def lalonde() -> dict[str, object]:
    nsw = pd.read_csv(DATA / "lalonde" / "nsw_experimental.csv")
    cps = pd.read_csv(DATA / "lalonde" / "cps_controls.csv")
    tables = {"experiment": nsw, "cps": pd.concat([nsw[nsw["treat"] == 1], cps], ignore_index=True)}
    found: dict[str, object] = {}
    for name, table in tables.items():
        table = table.assign(none74=(table["re74"] == 0) * 1.0, none75=(table["re75"] == 0) * 1.0)
        table = table.drop(columns="data_id").astype(float)
        # As standard deviations, so that the solver converges.
        numbers = ["age", "educ", "re74", "re75"]
        table[numbers] = (table[numbers] - table[numbers].mean()) / table[numbers].std()
        found[name] = {score: by_doubleml(table, score) for score in ("ATE", "ATTE")}
    difference = sm.OLS(nsw["re78"], sm.add_constant(nsw["treat"])).fit(cov_type="HC2")
    found["difference_of_means"] = {"estimate": difference.params["treat"], "error": difference.bse["treat"]}
    logit = sm.Logit(nsw["treat"], sm.add_constant(nsw[["age", "educ", "black", "nodegree"]])).fit(disp=0)
    found["logit"] = logit.params.to_dict()
    return found


def hillstrom() -> dict[str, object]:
    table = pd.read_csv(DATA / "hillstrom" / "hillstrom.csv")
    arms = pd.get_dummies(table["segment"]).astype(float)[["Mens E-Mail", "Womens E-Mail"]]
    fit = sm.OLS(table["visit"], sm.add_constant(arms)).fit(cov_type="HC2")
    return {arm: {"estimate": fit.params[arm], "error": fit.bse[arm]} for arm in arms.columns}


def star() -> dict[str, object]:
    table = pd.read_csv(DATA / "star" / "STAR.csv")
    table = table[table["stark"].isin(["small", "regular"])].dropna(subset=["readk", "mathk"])
    table = table.assign(score=table["readk"] + table["mathk"], small=(table["stark"] == "small") * 1.0)
    model = smf.ols("score ~ small", table)
    plain = model.fit(cov_type="HC2")
    by_school = model.fit(cov_type="cluster", cov_kwds={"groups": table["schoolidk"]})
    return {
        "all": {"estimate": plain.params["small"], "error": plain.bse["small"]},
        "by_school": {"estimate": by_school.params["small"], "error": by_school.bse["small"]},
    }


def organ_donations() -> dict[str, object]:
    table = pd.read_csv(DATA / "organ_donations_did" / "organ_donations.csv")
    since = table["Quarter"].isin(["Q32011", "Q42011", "Q12012"])
    table = table.assign(reached=((table["State"] == "California") & since) * 1.0)
    fit = smf.ols("Rate ~ reached + C(State) + C(Quarter)", table).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(table["State"])[0]}
    )
    return {"estimate": fit.params["reached"], "error": fit.bse["reached"]}


if __name__ == "__main__":
    values = {
        "versions": {name: version(name) for name in ("statsmodels", "DoubleML", "scikit-learn")},
        "lalonde": lalonde(),
        "hillstrom": hillstrom(),
        "star": star(),
        "organ_donations": organ_donations(),
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(values, indent=1) + "\n", "utf-8")
