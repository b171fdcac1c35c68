"""What a rule is made of: the conditions a row must meet together, and the values it compares with."""

from __future__ import annotations

import ast

from axlib.numbers.rules import Rule, parse_rule


def list_conditions(text: str) -> tuple[str, ...]:
    """Split a rule into the conditions that must all hold; a rule that is no conjunction is one condition.

    Examples
    --------
    >>> list_conditions("need <= 1 and (mode == 'live' or stakes >= 3)")
    ('need <= 1', "mode == 'live' or stakes >= 3")
    """
    tree = ast.parse(parse_rule(text).text, mode="eval").body
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return tuple(ast.unparse(part) for part in tree.values)
    return (ast.unparse(tree),)


def list_values(rule: Rule) -> dict[str, set[float | str]]:
    """The values each attribute of a rule is compared with.

    Examples
    --------
    >>> list_values(parse_rule("need <= 1 and need != 0 and mode in ('live',)"))["mode"]
    {'live'}
    """
    values: dict[str, set[float | str]] = {name: set() for name in rule.attributes}
    for node in ast.walk(ast.parse(rule.text, mode="eval")):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            given = ast.literal_eval(node.comparators[0])
            values[node.left.id] |= set(given) if isinstance(given, (tuple, list)) else {given}
    return values
