"""Reading YAML that people write by hand, strictly.

YAML keeps the last of two equal keys without a word, turns ``no`` into False and ``1:30`` into 90, and lets
a few bytes of aliases unfold into gigabytes. None of that may happen to an engagement file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from axlib.words.errors import ConfigurationError

MAX_BYTES = 1_000_000


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML in which only true and false are booleans, numbers are decimal, and 007 is a word."""


_StrictLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?$"
    ),
    list("-+.0123456789"),
)


def _mapping_without_repeats(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, (str, int, float, bool)):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key_node.start_mark)
        if key in seen:
            message = f"the key '{key}' stands twice (first in line {seen[key]}); keep one of them"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        seen[key] = line
    return loader.construct_mapping(node, deep=True)


def _day_or_text(loader: _StrictLoader, node: yaml.ScalarNode) -> object:
    """Read a day; what looks like one and is not in the calendar stays text, for the key's own rule to refuse."""
    try:
        return loader.construct_yaml_timestamp(node)
    except (ValueError, OverflowError):
        return node.value


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)


def read_yaml(path: Path) -> Any:
    """Read one YAML document.

    Parameters
    ----------
    path : Path

    Returns
    -------
    object
        Mappings, lists, texts, numbers, booleans, dates; nothing else can be made.

    Raises
    ------
    ConfigurationError
        The file is absent, unreadable, too large, no YAML, uses aliases, or has a key twice.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path.name}: there is no such file. Write one with: axlib new DIR --members FILE"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path.name}: cannot be read ({error.strerror}).") from None
    if len(raw) > MAX_BYTES:
        raise ConfigurationError(f"{path.name}: {len(raw):,} bytes; an engagement file has at most {MAX_BYTES:,}.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path.name}: not UTF-8 (byte {error.start}). Save it as UTF-8 in your editor."
        ) from None
    try:
        # Aliases are refused before anything is built: nine lines of them unfold into a billion items.
        for event in yaml.parse(text, Loader=_StrictLoader):
            if isinstance(event, yaml.AliasEvent):
                place = f", line {event.start_mark.line + 1}" if event.start_mark else ""
                raise ConfigurationError(f"{path.name}{place}: aliases (*{event.anchor}) are not used here.")
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigurationError(f"{path.name}{place}: {problem}.") from None
