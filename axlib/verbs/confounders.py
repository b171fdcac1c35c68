"""What may go with both service and outcome, as far as it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.explained import design_matrix
from axlib.verbs.cohort import Cohort
from axlib.words.errors import ConfigurationError, suggest

DUES, TENURE = "dues", "tenure"
#: A category of fewer members is put together with the other rare ones.
RARE = 10


def collect_confounders(
    cohort: Cohort,
    members: pd.DataFrame,
    *,
    names: Sequence[str],
    attributes: pd.DataFrame | None = None,
    day: date,
) -> pd.DataFrame:
    """Collect what comparisons of the cohort are adjusted for: dues, tenure, and what the engagement declares.

    Parameters
    ----------
    cohort : Cohort
    members : DataFrame
        ``member_id``, perhaps ``joined_on``, and the columns declared.
    names : sequence of str
        Columns of members, or attributes; ``tenure`` is counted from ``joined_on``.
    attributes : DataFrame, index ``member_id``, optional
    day : date
        First day of the window of service; tenure is counted to it.

    Returns
    -------
    DataFrame, index ``member_id``
        ``dues`` at the opening and ``tenure`` in years, as far as known, then those declared: numbers, or text.

    Raises
    ------
    ConfigurationError
        A name is neither a column nor an attribute.
    """
    index = pd.Index(cohort.table["member_id"], name="member_id")
    rows = members.drop_duplicates("member_id").set_index("member_id").reindex(index)
    table = pd.DataFrame(index=index)
    opening = cohort.table.set_index("member_id")["opening"]
    if opening.notna().any():
        table[DUES] = opening.astype(float)
    if "joined_on" in rows.columns and rows["joined_on"].notna().any():
        # Whoever joined inside the window had no time before it.
        table[TENURE] = ((pd.Timestamp(day) - rows["joined_on"]).dt.days / 365.25).clip(lower=0)
    known = {str(name): rows[name] for name in rows.columns}
    if attributes is not None:
        known |= {str(name): attributes[name].reindex(index) for name in attributes.columns}
    wanted = [name for name in dict.fromkeys(names) if name not in table.columns]
    problems = [
        f"evidence.confounders: '{name}' is no column of members and no attribute. {suggest(name, known)}"
        for name in wanted
        if name not in known and name != TENURE
    ]
    problems += [
        "evidence.confounders: tenure is counted from joined_on, which members do not have."
        for name in wanted
        if name == TENURE
    ]
    if problems:
        raise ConfigurationError(*problems)
    for name in wanted:
        values = known[name]
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        table[name] = values.astype(float) if numeric else values.astype("str")
    return table


def read_negative_control(members: pd.DataFrame, name: str | None) -> pd.Series | None:
    """Return the column of members that service cannot have moved, as numbers; two different texts are 0 and 1.

    Raises
    ------
    ConfigurationError
        The column is not there, or holds neither numbers nor two different texts.
    """
    if name is None:
        return None
    rows = members.drop_duplicates("member_id").set_index("member_id")
    if name not in rows.columns:
        raise ConfigurationError(
            f"evidence.negative_control: members have no column '{name}'. {suggest(name, map(str, rows.columns))}"
        )
    values = rows[name]
    if pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.notna().sum() == values.notna().sum():
        return numbers.astype(float)
    levels = sorted(values.dropna().astype("str").unique())
    if len(levels) != 2:
        raise ConfigurationError(
            f"evidence.negative_control: '{name}' holds {len(levels)} different texts. Give a column of numbers, or of "
            "two texts such as yes and no."
        )
    return values.astype("str").map({levels[0]: 0.0, levels[1]: 1.0}).astype(float)


def lay_out_confounders(confounders: pd.DataFrame) -> tuple[NDArray[np.float64], list[str]]:
    """Return columns of numbers, and the confounder each belongs to: amounts with squares, categories as indicators."""
    columns: list[NDArray[np.float64]] = []
    owners: list[str] = []
    for name in confounders.columns:
        values = confounders[name]
        if pd.api.types.is_numeric_dtype(values):
            numbers = values.to_numpy(dtype=float, na_value=np.nan)
            numbers = np.log1p(np.clip(numbers, 0, None)) if name == DUES else numbers
            part = design_matrix(pd.DataFrame({name: numbers}), kinds={name: "numeric"})[:, 1:]
            if part.shape[1] and len(np.unique(part[:, 0])) > 10:
                part = np.column_stack([part, np.clip(part[:, 0], -3, 3) ** 2 - 1])
        else:
            counts = values.map(values.value_counts(dropna=True))
            kept = values.where(~(counts < RARE), "rare")
            part = design_matrix(pd.DataFrame({name: kept}), kinds={name: "categorical"})[:, 1:]
        part = part[:, part.std(axis=0) > 0]
        columns.append(part)
        owners += [str(name)] * part.shape[1]
    return np.column_stack([np.ones(len(confounders)), *columns]), owners
