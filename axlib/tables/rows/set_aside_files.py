"""Rows set aside, as a file to mend in a spreadsheet and to name in the engagement again.

The file has the row's number and the reasons in front of the export's own columns. Named after the export in
the list of a table's files, its rows take the place of the rows they came from: nothing is counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from axlib.tables.rows.changes import text_series
from axlib.words.errors import DataError
from axlib.words.table_faces import table_to_csv

ROW, REASON = "set aside: row", "set aside: reason"


def write_set_aside(quarantine: pd.DataFrame, *, table: str) -> str:
    """Write the rows of one table that were set aside as CSV; empty where there are none.

    Parameters
    ----------
    quarantine : DataFrame
        As ``CleanTables.quarantine``.
    table : str
    """
    mine = quarantine[quarantine["table"] == table]
    if mine.empty:
        return ""
    cells = [json.loads(text) for text in mine["cells"].tolist()]
    names = list(dict.fromkeys(name for row in cells for name in row))
    columns = {
        ROW: mine["row"].astype("str").tolist(),
        REASON: mine["reason"].tolist(),
        **{name: [row.get(name, "") for row in cells] for name in names},
    }
    return table_to_csv(pd.DataFrame(columns))


def is_set_aside(table: pd.DataFrame) -> bool:
    """Whether a raw table is such a file, sent back."""
    return list(table.columns[:2]) == [ROW, REASON]


def put_back(earlier: Sequence[pd.DataFrame], mended: pd.DataFrame, *, file_name: str) -> list[pd.DataFrame]:
    """Put mended rows in the place of those they came from.

    Parameters
    ----------
    earlier : sequence of DataFrame
        The table's files before this one, rows numbered on.
    mended : DataFrame
        The file sent back.
    file_name : str

    Returns
    -------
    list of DataFrame
        The earlier files with the mended rows in them.

    Raises
    ------
    DataError
        A row number is none of the earlier files', or stands twice.
    """
    numbers = pd.to_numeric(mended[ROW], errors="coerce")
    known = {int(row) for part in earlier for row in part.index}
    problems = [
        f"{file_name}, row {row}: '{text}' is no row of the files named before it. Leave the column '{ROW}' as it is."
        for row, text, number in zip(mended.index, mended[ROW], numbers, strict=True)
        if pd.isna(number) or int(number) not in known
    ]
    twice = mended[ROW][mended[ROW].duplicated() & mended[ROW].notna()]
    problems += [f"{file_name}, row {row}: row {text} stands in it twice." for row, text in twice.items()]
    if problems:
        raise DataError(*problems)
    rows = mended.drop(columns=[ROW, REASON]).set_axis(numbers.astype("int64"), axis=0)
    parts = []
    for part in earlier:
        hits = rows[rows.index.isin(part.index)]
        new = {
            name: text_series(
                [
                    *part[name].drop(index=hits.index).tolist(),
                    *(hits[name].tolist() if name in hits else [None] * len(hits)),
                ],
                part.index.drop(hits.index).append(pd.Index(hits.index)),
            )
            for name in part.columns
        }
        parts.append(pd.DataFrame(new).loc[part.index].rename_axis(index="row"))
    return parts
