"""The lots of a pilot that was run: the assignment file an earlier report wrote, read back."""

from __future__ import annotations

import pandas as pd

from axlib.tables.engagement import Engagement
from axlib.words.display import count_words
from axlib.words.errors import DataError
from axlib.words.vocabulary import PILOT_ARMS

COLUMNS = ("member_id", "arm", "stratum")


def read_pilot(engagement: Engagement) -> pd.DataFrame | None:
    """Read the assignment file that ``evidence.pilot`` names.

    Parameters
    ----------
    engagement : Engagement

    Returns
    -------
    DataFrame or None
        ``member_id``, ``arm`` (changed, usual), ``stratum``, one row per member in the order of identifiers; None
        where no pilot is declared.

    Raises
    ------
    DataError
        The file is not there, lacks a column, names a member twice, or an arm that is none.
    """
    name = engagement.settings.evidence.pilot
    if name is None:
        return None
    path = engagement.locate(name)
    if not path.is_file():
        raise DataError(
            f"{engagement.path.name}: evidence.pilot is '{name}', no file beside it. Put the pilot_assignment.csv of "
            "the report that drew the lots there."
        )
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    lacking = [column for column in COLUMNS if column not in table.columns]
    if lacking:
        raise DataError(f"{name}: has no column {', '.join(lacking)}. Give the file as the report wrote it.")
    # A text that could be read as a formula was written with a mark before it.
    ids = table["member_id"].str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True).str.strip()
    table = table.assign(member_id=ids, arm=table["arm"].str.strip())[list(COLUMNS)]
    problems = []
    twice = table.loc[table["member_id"].duplicated(), "member_id"].unique()
    if len(twice):
        problems.append(
            f"{name}: names {count_words(len(twice), 'member')} twice, such as {twice[0]}. Give each one arm."
        )
    strange = sorted(set(table["arm"]) - set(PILOT_ARMS))
    if strange:
        problems.append(f"{name}: the arm '{strange[0]}' is none; arms are {' and '.join(PILOT_ARMS)}.")
    if table["arm"].nunique() < 2 and not strange:
        problems.append(f"{name}: holds one arm alone; both are compared.")
    if problems:
        raise DataError(*problems)
    return table.sort_values("member_id", ignore_index=True)
