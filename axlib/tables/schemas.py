"""JSON schemas of the files people write, for editors that complete and check them.

They are made from the models that read the files, so that neither can know a key the other does not. What a model
lets people write more shortly than it keeps it (a name for a mapping, one value for a list) is added here.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any, Literal

from pydantic import BaseModel

from axlib.tables.coverage_segments import SegmentsFile
from axlib.tables.settings.engagement import EngagementSettings
from axlib.words.errors import UsageError, suggest
from axlib.words.vocabulary import ATTRIBUTE_KINDS, MEMBERS, MODES, TABLES

_MODELS: dict[str, type[BaseModel]] = {"engagement": EngagementSettings, "segments": SegmentsFile}
#: Models that a single word stands for, and the key it is put under.
_FROM_WORD = {"AttributeSettings": "name", "SegmentsSettings": "file", "IntakeSettings": "instrument"}
_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}


def write_schema(name: Literal["engagement", "segments"]) -> str:
    """Write the JSON schema of an engagement file or of a file of segments.

    Parameters
    ----------
    name : {'engagement', 'segments'}

    Returns
    -------
    str
        JSON Schema 2020-12, with the meaning of each key. Rules that span several keys (edges that rise, shares that
        add up) are not in it: ``axlib check`` knows them.

    Raises
    ------
    UsageError
        There is no schema of that name.
    """
    if name not in _MODELS:
        raise UsageError(f"axlib schema: no schema '{name}'. {suggest(name, _MODELS)}")
    model = _MODELS[name]
    schema = model.model_json_schema()
    definitions = {model.__name__: schema, **schema.get("$defs", {})}
    for title, definition in definitions.items():
        _describe(definition, _find_model(model, title))
    if name == "engagement":
        _let_people_write(schema)
    for title, key in _FROM_WORD.items():
        if title in schema.get("$defs", {}):
            schema["$defs"][title] = {"anyOf": [{"type": "string", **_names(title)}, schema["$defs"][title]]}
            schema["$defs"][title]["description"] = f"{title_of(schema, title)} A word alone is its {key}."
    if name == "segments":
        modes = schema["$defs"]["CoverageSegment"]["properties"]["modes"]
        modes["propertyNames"] = {"enum": list(MODES)}
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without_titles(schema)}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def title_of(schema: dict[str, Any], title: str) -> str:
    """Read the sentence that describes a definition."""
    for part in schema["$defs"][title]["anyOf"]:
        if "description" in part:
            return str(part.pop("description"))
    return ""


def _names(title: str) -> dict[str, Any]:
    """Words an editor may propose; others are allowed."""
    return {"examples": sorted({*ATTRIBUTE_KINDS, *_attributes()})} if title == "AttributeSettings" else {}


def _attributes() -> list[str]:
    return [column.name for column in MEMBERS if column.role == "attribute"]


def _find_model(model: type[BaseModel], title: str) -> type[BaseModel]:
    """Find a model by its name among those a file is made of."""
    queue, seen = [model], set()
    while queue:
        one = queue.pop()
        if one.__name__ == title:
            return one
        seen.add(one)
        queue += [inner for inner in _models_in(one) if inner not in seen]
    raise LookupError(title)


def _models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[Any] = [field.annotation for field in model.model_fields.values()]
    models: list[type[BaseModel]] = []
    while found:
        kind = found.pop()
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            models.append(kind)
        found += list(getattr(kind, "__args__", ()))
    return models


def read_meanings(model: type[BaseModel]) -> dict[str, str]:
    """Read from a model's docstring what each of its keys means."""
    text = inspect.cleandoc(model.__doc__ or "")
    _, _, section = text.partition("Attributes\n----------\n")
    meanings: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        head = re.fullmatch(r"([a-z_]+(?:, [a-z_]+)*) : .*", line)
        if head:
            names = head[1].split(", ")
        elif line.startswith("    "):
            for name in names:
                meanings[name] = f"{meanings.get(name, '')} {line.strip()}".strip()
        elif line.strip():
            break
    return meanings


def _describe(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Put meanings to a definition and its keys."""
    definition["description"] = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    meanings = read_meanings(model)
    for key, entry in definition.get("properties", {}).items():
        if key in meanings:
            entry["description"] = meanings[key]


def _let_people_write(schema: dict[str, Any]) -> None:
    """Allow what the models take in a shorter form, and name the tables and columns there are."""
    keys, parts = schema["properties"], schema["$defs"]
    for key in ("tables", "read", "joins", "columns"):
        keys[key]["propertyNames"] = {"enum": list(TABLES)}
    keys["tables"]["required"] = ["members"]
    text = {"additionalProperties": _TEXT, "type": "object"}
    keys["columns"]["properties"] = {
        table: {**text, "properties": {column.name: {**_TEXT, "description": column.label} for column in columns}}
        for table, columns in TABLES.items()
    }
    keys["columns"]["additionalProperties"] = text
    keys["values"]["additionalProperties"] = text
    keys["values"]["properties"] = {
        f"{table}.{column.name}": {"type": "object", "additionalProperties": {"enum": list(column.choices)}}
        for table, columns in TABLES.items()
        for column in columns
        if column.choices
    }
    match, keep = (parts["JoinSettings"]["properties"][key] for key in ("match", "keep"))
    parts["JoinSettings"]["properties"]["match"] = {"anyOf": [{"type": "string"}, match]}
    keep["anyOf"] = [*keep["anyOf"], {"type": "array", "items": {"type": "string"}}]
    one_or_more = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    for title in ("ReadSettings", "JoinSettings"):
        parts[title]["properties"]["where"]["additionalProperties"] = one_or_more
    parts["AttributeSettings"]["properties"]["name"] |= _names("AttributeSettings")


def _without_titles(part: Any) -> Any:
    """Drop the titles pydantic makes of names: they tell nothing that the key does not."""
    if isinstance(part, dict):
        return {
            key: _without_titles(value)
            for key, value in part.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [_without_titles(item) for item in part] if isinstance(part, list) else part
