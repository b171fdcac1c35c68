"""Keeping results on disk and reading them back: tables as Parquet, the rest as JSON, nothing pickled.

Only the dataclasses of results named here can come back, so a file can never bring code along.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from axlib.words.errors import DataError
from axlib.words.results import Result

_FILE = "results.json"


def keep_result(result: Result, folder: Path, *, leave_out: tuple[str, ...] = ()) -> None:
    """Write a result and all results inside it to a folder of its own.

    Parameters
    ----------
    result : Result
    folder : Path
        Made; must not hold another result.
    leave_out : tuple of str
        Fields that are not kept and are given again when reading.
    """
    folder.mkdir(parents=True, mode=0o700)
    tables: dict[str, pd.DataFrame] = {}
    content = _pack(result, "r", tables, leave_out)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    (folder / _FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def _pack(value: Any, place: str, tables: dict[str, pd.DataFrame], leave_out: tuple[str, ...] = ()) -> Any:
    if isinstance(value, pd.DataFrame):
        tables[place] = value
        return {"table": place}
    if isinstance(value, Result) and dataclasses.is_dataclass(value):
        fields = {
            field.name: _pack(getattr(value, field.name), f"{place}.{field.name}", tables)
            for field in dataclasses.fields(value)
            if field.name not in leave_out
        }
        return {"result": type(value).__name__, "fields": fields}
    if isinstance(value, Mapping):
        return {
            "mapping": [[_pack(key, "", tables), _pack(item, f"{place}.{key}", tables)] for key, item in value.items()]
        }
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, f"{place}.{number}", tables) for number, item in enumerate(value)]}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{place} is a {type(value).__name__}, which cannot be kept.")


def read_result(folder: Path, *, known: Mapping[str, type[Result]], given: Mapping[str, object]) -> Any:
    """Read a kept result.

    Parameters
    ----------
    folder : Path
    known : mapping of str to type
        The results that may come back, by the names of their classes.
    given : mapping
        Values of the fields that were left out.

    Raises
    ------
    DataError
        The folder holds no kept result, or one of an unknown kind.
    """
    try:
        content = json.loads((folder / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        raise DataError(f"{folder.name}: holds no kept results. Leave the parameter 'kept' at None.") from None
    return _unpack(content, folder, known, given)


def _unpack(value: Any, folder: Path, known: Mapping[str, type[Result]], given: Mapping[str, object]) -> Any:
    if not isinstance(value, dict):
        return value
    if "table" in value:
        return pd.read_parquet(folder / f"{Path(value['table']).name}.parquet")
    if "result" in value:
        if value["result"] not in known:
            raise DataError(f"{folder.name}: '{value['result']}' is no result this version knows. Run again.")
        fields = {name: _unpack(item, folder, known, {}) for name, item in value["fields"].items()}
        return known[value["result"]](**fields, **given)
    if "mapping" in value:
        return {_unpack(key, folder, known, {}): _unpack(item, folder, known, {}) for key, item in value["mapping"]}
    if "tuple" in value:
        return tuple(_unpack(item, folder, known, {}) for item in value["tuple"])
    return date.fromisoformat(value["date"])
