"""A small language of rules: comparisons of attributes joined by and, or, not.

``internal_capacity >= 3 and guidance_need <= 1``. Rules are parsed and walked, never run as code, and a
missing answer makes a comparison *unknown*, not false (three-valued logic of Kleene).
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.words.errors import ConfigurationError, suggest

Flags = NDArray[np.bool_]


class Verdict(NamedTuple):
    """What a rule says of each member; unknown where neither holds."""

    holds: Flags
    fails: Flags


@dataclass(frozen=True)
class Rule:
    """A parsed rule.

    Attributes
    ----------
    text : str
        As it was written.
    attributes : tuple of str
        The attributes it asks for, in the order of their first use.
    """

    text: str
    attributes: tuple[str, ...]
    _tree: ast.expr


def parse_rule(text: str) -> Rule:
    """Parse one rule.

    Parameters
    ----------
    text : str
        Comparisons (``== != < <= > >= in``) of attribute names with numbers or quoted words, joined by
        ``and``, ``or``, ``not`` and brackets.

    Raises
    ------
    ConfigurationError
        The text is no such rule.

    Examples
    --------
    >>> parse_rule("guidance_need <= 1 and preferred_mode in ('async', 'group')").attributes
    ('guidance_need', 'preferred_mode')
    """
    names: list[str] = []
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        _check(tree, text, names)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        shown = text if len(text) <= 80 else f"{text[:80]}…"
        raise ConfigurationError(f"rule '{shown}': not a rule. Write for example: guidance_need <= 1") from None
    return Rule(text.strip(), tuple(dict.fromkeys(names)), tree)


def _check(node: ast.expr, text: str, names: list[str]) -> None:
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            _check(value, text, names)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check(node.operand, text, names)
    elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and len(node.ops) == 1:
        value = node.comparators[0]
        is_list = isinstance(node.ops[0], (ast.In, ast.NotIn))
        allowed = is_list and isinstance(value, (ast.Tuple, ast.List)) and all(map(_is_constant, value.elts))
        if not allowed and (is_list or not _is_constant(value) or isinstance(node.ops[0], (ast.Is, ast.IsNot))):
            raise ConfigurationError(
                f"rule '{text}': compare '{node.left.id}' with a number, a quoted word, or a list by 'in'."
            )
        names.append(node.left.id)
    else:
        raise ConfigurationError(
            f"rule '{text}': only comparisons such as guidance_need <= 1, joined by and, or, not, count."
        )


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
        return isinstance(node, ast.Constant) and type(node.value) in (int, float)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float, str)


def apply_rule(rule: Rule, table: pd.DataFrame) -> Verdict:
    """Say for each row whether a rule holds, fails, or cannot be known.

    Parameters
    ----------
    rule : Rule
    table : DataFrame
        One column per attribute; missing answers are missing.

    Returns
    -------
    Verdict
        Two flags a row; both False where an answer that decides is missing.

    Raises
    ------
    ConfigurationError
        The rule asks for an attribute that is not there, or compares a word with a number.

    Examples
    --------
    >>> members = pd.DataFrame({"need": [0.0, 4.0, None], "mode": ["async", "live", "async"]})
    >>> apply_rule(parse_rule("need <= 1 or mode == 'live'"), members)
    Verdict(holds=array([ True,  True, False]), fails=array([False, False, False]))
    """
    missing = [name for name in rule.attributes if name not in table.columns]
    if missing:
        raise ConfigurationError(
            *(
                f"rule '{rule.text}': no attribute '{name}'. {suggest(name, map(str, table.columns))}"
                for name in missing
            )
        )
    return _walk(rule._tree, rule.text, table)


def _walk(node: ast.expr, text: str, table: pd.DataFrame) -> Verdict:
    if isinstance(node, ast.BoolOp):
        verdicts = [_walk(value, text, table) for value in node.values]
        holds, fails = [verdict.holds for verdict in verdicts], [verdict.fails for verdict in verdicts]
        if isinstance(node.op, ast.And):
            return Verdict(np.logical_and.reduce(holds), np.logical_or.reduce(fails))
        return Verdict(np.logical_or.reduce(holds), np.logical_and.reduce(fails))
    if isinstance(node, ast.UnaryOp):
        inner = _walk(node.operand, text, table)
        return Verdict(inner.fails, inner.holds)
    assert isinstance(node, ast.Compare)
    assert isinstance(node.left, ast.Name)
    return _compare(node.left.id, node.ops[0], ast.literal_eval(node.comparators[0]), text, table)


def _compare(name: str, comparison: ast.cmpop, value: object, text: str, table: pd.DataFrame) -> Verdict:
    column = table[name]
    known = column.notna().to_numpy(dtype=np.bool_)
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if any(isinstance(item, str) == numeric for item in values):
        kind = "a number" if numeric else "words"
        raise ConfigurationError(f"rule '{text}': '{name}' is {kind}; it is compared with {value!r}.")
    answer: Flags
    if isinstance(comparison, (ast.In, ast.NotIn)):
        inside = column.isin(values).to_numpy(dtype=np.bool_)
        answer = np.logical_not(inside) if isinstance(comparison, ast.NotIn) else inside
    elif not numeric and not isinstance(comparison, (ast.Eq, ast.NotEq)):
        raise ConfigurationError(f"rule '{text}': '{name}' is words; use == or 'in', not an order.")
    else:
        cells = column.to_numpy(dtype=float, na_value=np.nan) if numeric else column.astype("str").to_numpy()
        answer = np.asarray(_OPERATORS[type(comparison)](cells, value), dtype=np.bool_)
    return Verdict(np.logical_and(answer, known), np.logical_and(np.logical_not(answer), known))


_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
