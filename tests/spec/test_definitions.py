"""Every worked example of the definitions, run: what the report prints in its appendix is what the kit computes."""

import ast
import operator

import numpy as np
import pytest

import axlib
from axlib.numbers.survival import count_months, estimate_curves, restricted_sums
from axlib.verbs.definitions import read_definitions
from axlib.verbs.memberships import follow_memberships
from axlib.words.display import format_value
from axlib.words.measures import MEASURES, find_measure
from tests.spec.ascii_tables import CLOSING, cohort_of, read_table, retention_of

FILE = read_definitions()
EXAMPLES = {example.name: example for example in FILE.examples}
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def by_hand(words):
    """Work out a sum as one writes it: + − × ÷, brackets, and commas between thousands."""
    written = str(words).replace("−", "-").replace("×", "*").replace("÷", "/").replace(",", "")

    def value(node):
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        assert isinstance(node, ast.Constant), ast.dump(node)
        return node.value

    return value(ast.parse(written, mode="eval").body)


@pytest.mark.parametrize("item", FILE.measures, ids=lambda item: item.name)
def test_the_sum_by_hand_comes_to_what_is_written(item):
    assert by_hand(item.by_hand) == pytest.approx(item.expected)


@pytest.mark.parametrize(
    "item", [item for item in FILE.measures if EXAMPLES[item.example].since == "opening"], ids=lambda item: item.name
)
def test_a_measure_of_the_window_is_what_its_definition_says(item):
    retention = retention_of(cohort_of(EXAMPLES[item.example].terms), np.random.default_rng(0))
    assert retention.overall[item.name] == pytest.approx(item.expected)


def followed(example):
    terms = read_table(example.terms).assign(kind="dues")
    as_of = np.datetime64(CLOSING).item()
    found = follow_memberships(read_table(example.members), terms, as_of=as_of, grace_days=30, rejoin="new")
    columns = (found.table[name].to_numpy() for name in ("entered", "left", "ended"))
    return count_months(*columns), terms["annual_amount"].mean()


SURVIVAL = {
    "survival": lambda counts, paid, month: estimate_curves(counts).survival[0, month],
    "restricted_mean": lambda counts, paid, month: restricted_sums(counts, np.ones(month))[0][0],
    "lifetime_value": lambda counts, paid, month: paid * restricted_sums(counts, np.full(month, 1 / 12))[0][0],
}


@pytest.mark.parametrize(
    "item", [item for item in FILE.measures if EXAMPLES[item.example].since == "records"], ids=lambda item: item.name
)
def test_a_measure_of_survival_is_what_its_definition_says(item):
    assert SURVIVAL[item.name](*followed(EXAMPLES[item.example]), item.month) == pytest.approx(item.expected)


def test_the_appendix_holds_every_measure_with_its_sum_and_every_example():
    shown = axlib.list_definitions()
    page = shown._repr_html_()
    for item in FILE.measures:
        assert item.name in MEASURES
        assert find_measure(item.name).label in page
        row = shown.table[shown.table["name"] == item.name].iloc[0]
        assert format_value(item.expected, find_measure(item.name).unit) in row["worked"]
    assert len(shown.examples) == sum(len(read_table(example.terms)) for example in FILE.examples)


def test_every_measure_of_retention_is_defined(small_retention):
    measures = {name.removesuffix("_low") for name in small_retention.table.columns if name.endswith("_low")}
    assert measures <= {item.name for item in FILE.measures}


@pytest.fixture
def small_retention():
    return retention_of(cohort_of(EXAMPLES["A"].terms), np.random.default_rng(0))
