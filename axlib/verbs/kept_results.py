"""Keeping results on disk and reading them back: tables as Parquet, the rest as JSON, nothing pickled.

Only the dataclasses of results that the reader names can come back, so a file can never bring code along.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from axlib.words.errors import DataError
from axlib.words.results import Result

_FILE = "result.json"
#: Classes by name: results, and models of settings inside them.
Known = Mapping[str, type[Result] | type[BaseModel]]


def keep_result(result: Result, folder: Path, *, given: tuple[str, ...] = ()) -> None:
    """Write a result and all results inside it to a folder of its own.

    Parameters
    ----------
    result : Result
    folder : Path
        Made; must not hold another result.
    given : tuple of str
        Names of the classes that are not kept, for whoever reads has them.
    """
    folder.mkdir(parents=True, mode=0o700)
    tables: dict[str, pd.DataFrame] = {}
    content = _pack(result, "r", tables, given)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    (folder / _FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def _pack(value: Any, place: str, tables: dict[str, pd.DataFrame], given: tuple[str, ...]) -> Any:
    if isinstance(value, pd.DataFrame):
        tables[place] = value
        # Parquet knows no seconds: days would come back as another type.
        seconds = [str(name) for name, dtype in value.dtypes.items() if dtype == "datetime64[s]"]
        return {"table": place, "seconds": seconds} if seconds else {"table": place}
    if type(value).__name__ in given:
        return {"given": type(value).__name__}
    if isinstance(value, Result) and dataclasses.is_dataclass(value):
        fields = {
            field.name: _pack(getattr(value, field.name), f"{place}.{field.name}", tables, given)
            for field in dataclasses.fields(value)
        }
        return {"result": type(value).__name__, "fields": fields}
    if isinstance(value, BaseModel):
        return {"model": type(value).__name__, "fields": value.model_dump(mode="json")}
    if isinstance(value, Mapping):
        items = [
            [_pack(key, "", tables, given), _pack(item, f"{place}.{number}", tables, given)]
            for number, (key, item) in enumerate(value.items())
        ]
        return {"mapping": items}
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, f"{place}.{number}", tables, given) for number, item in enumerate(value)]}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{place} is a {type(value).__name__}, which cannot be kept.")


def read_result(folder: Path, *, known: Known, given: Mapping[str, object]) -> Any:
    """Read a kept result.

    Parameters
    ----------
    folder : Path
    known : mapping of str to type
        The results, and the models of settings inside them, that may come back, by the names of their classes.
    given : mapping of str to object
        What was not kept, by the names of their classes.

    Raises
    ------
    DataError
        The folder holds no kept result, only a part of one, or one of an unknown kind.
    """
    try:
        return _unpack(json.loads((folder / _FILE).read_text("utf-8")), folder, known, given)
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(f"{folder.name}: holds no kept results. Leave the parameter 'kept' at None.") from None


def _unpack(value: Any, folder: Path, known: Known, given: Mapping[str, object]) -> Any:
    if not isinstance(value, dict):
        return value
    if "table" in value:
        table = pd.read_parquet(folder / f"{Path(value['table']).name}.parquet")
        return table.astype(dict.fromkeys(value.get("seconds", []), "datetime64[s]"))
    if "given" in value:
        return given[value["given"]]
    if "model" in value or "result" in value:
        name = value.get("model") or value["result"]
        if name not in known:
            raise DataError(f"{folder.name}: '{name}' is no result this version knows. Run again.")
    if "model" in value:
        return known[value["model"]](**value["fields"])
    if "result" in value:
        fields = {name: _unpack(item, folder, known, given) for name, item in value["fields"].items()}
        return known[value["result"]](**fields)
    if "mapping" in value:
        return {
            _unpack(key, folder, known, given): _unpack(item, folder, known, given) for key, item in value["mapping"]
        }
    if "tuple" in value:
        return tuple(_unpack(item, folder, known, given) for item in value["tuple"])
    return date.fromisoformat(value["date"])
