"""Rules in plain words, with the words of the intake's questions where they are known."""

from __future__ import annotations

import ast

from axlib.numbers.rule_parts import list_conditions
from axlib.tables.attributes import Kind
from axlib.tables.instrument import Instrument, InstrumentItem
from axlib.words.display import format_value
from axlib.words.vocabulary import SCALE_TOP


def describe_rule(text: str, *, kinds: dict[str, Kind], instrument: Instrument | None = None) -> str:
    """Say a rule in words.

    Parameters
    ----------
    text : str
        Conditions joined by ``and``.
    kinds : dict of str to {'numeric', 'ordinal', 'categorical'}
    instrument : Instrument, optional
        Whose words for points and categories stand beside them.

    Examples
    --------
    >>> kinds = {"guidance_need": "ordinal", "staff_count": "numeric"}
    >>> describe_rule("guidance_need >= 3 and staff_count < 25", kinds=kinds)
    'guidance need 3 or more and staff count under 25'
    """
    return " and ".join(_describe_condition(part, kinds, instrument) for part in list_conditions(text))


def _describe_condition(text: str, kinds: dict[str, Kind], instrument: Instrument | None) -> str:
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name) or len(node.ops) != 1:
        return text
    name, value = node.left.id, ast.literal_eval(node.comparators[0])
    items = instrument.items if instrument else ()
    item = next((item for item in items if item.becomes == name), None)
    plain, sign = name.replace("_", " "), type(node.ops[0])
    if isinstance(value, str):
        words = {ast.Eq: "is", ast.NotEq: "is not"}.get(sign)
        return f"{plain} {words} {value.replace('_', ' ')}{_quote(item, value)}" if words else text
    if not isinstance(value, int | float):
        return text
    number = format_value(float(value), "number")
    if kinds.get(name) == "ordinal":
        top = item is not None and item.kind == "scale" and value == SCALE_TOP
        ends = {ast.GtE: "" if top else " or more", ast.LtE: "" if item is not None and value == 0 else " or less"}
        end = ends.get(sign)
        return text if end is None else f"{plain} {number}{_quote(item, value)}{end}"
    words = {ast.GtE: "at least", ast.Lt: "under"}.get(sign)
    return f"{plain} {words} {number}" if words else text


def _quote(item: InstrumentItem | None, value: object) -> str:
    """Put the question's own words for an answer in quotes; nothing where they are not known."""
    words = None
    if item is not None and item.kind == "scale" and isinstance(value, int | float) and float(value).is_integer():
        words = dict(enumerate(item.points)).get(int(value))
    if item is not None and item.kind == "category" and isinstance(value, str):
        words = item.categories.get(value)
    return f' ("{words}")' if words else ""
