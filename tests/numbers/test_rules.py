import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.rules import apply_rule, parse_rule
from axlib.words.errors import ConfigurationError

#: Kleene's strong three-valued logic: true, unknown, false.
TRUTH = {"T": 1.0, "U": np.nan, "F": 0.0}
AND = {"TT": "T", "TU": "U", "TF": "F", "UT": "U", "UU": "U", "UF": "F", "FT": "F", "FU": "F", "FF": "F"}
OR = {"TT": "T", "TU": "T", "TF": "T", "UT": "T", "UU": "U", "UF": "U", "FT": "T", "FU": "U", "FF": "F"}
NOT = {"T": "F", "U": "U", "F": "T"}


def said(text, table):
    verdict = apply_rule(parse_rule(text), table)
    assert not (verdict.holds & verdict.fails).any()
    return ["T" if holds else "F" if fails else "U" for holds, fails in zip(*verdict, strict=True)]


@pytest.mark.parametrize(("word", "expected"), [("and", AND), ("or", OR)])
def test_and_or_follow_the_truth_tables(word, expected):
    table = pd.DataFrame([[TRUTH[a], TRUTH[b]] for a, b in expected], columns=["a", "b"])
    assert said(f"a == 1 {word} b == 1", table) == list(expected.values())


def test_not_follows_the_truth_table():
    assert said("not a == 1", pd.DataFrame({"a": [TRUTH[key] for key in NOT]})) == list(NOT.values())


class Unknown:
    """Python's own operators over True, False and unknown, one member at a time: the walk done another way."""

    def __init__(self, value):
        self.value = value

    def __and__(self, other):
        values = {self.value, other.value}
        return Unknown(False if False in values else None if None in values else True)

    def __or__(self, other):
        values = {self.value, other.value}
        return Unknown(True if True in values else None if None in values else False)

    def __invert__(self):
        return Unknown(None if self.value is None else not self.value)


rules = st.recursive(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["<=", ">", "==", "!="]), st.integers(0, 4)),
    lambda inner: st.one_of(st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(["and", "or"]), inner, inner)),
    max_leaves=6,
)


def as_text(rule):
    if rule[0] == "not":
        return f"not ({as_text(rule[1])})"
    if rule[0] in ("and", "or"):
        return f"({as_text(rule[1])}) {rule[0]} ({as_text(rule[2])})"
    return f"{rule[0]} {rule[1]} {rule[2]}"


def by_hand(rule, row):
    if rule[0] == "not":
        return ~by_hand(rule[1], row)
    if rule[0] in ("and", "or"):
        one, other = by_hand(rule[1], row), by_hand(rule[2], row)
        return one & other if rule[0] == "and" else one | other
    value = row[rule[0]]
    if value is None:
        return Unknown(None)
    return Unknown(
        {"<=": value <= rule[2], ">": value > rule[2], "==": value == rule[2], "!=": value != rule[2]}[rule[1]]
    )


answers = st.one_of(st.none(), st.integers(0, 4).map(float))


@settings(max_examples=30, deadline=None)
@given(rules, st.lists(st.fixed_dictionaries({"a": answers, "b": answers}), min_size=1, max_size=8))
def test_any_rule_says_what_it_says_member_by_member(rule, rows):
    table = pd.DataFrame(rows, dtype=float)
    letters = {True: "T", False: "F", None: "U"}
    assert said(as_text(rule), table) == [letters[by_hand(rule, row).value] for row in rows]


def test_words_and_lists():
    table = pd.DataFrame({"mode": pd.array(["async", "live", None], dtype="str"), "need": [1.0, np.nan, 3.0]})
    assert said("mode in ('async', 'group')", table) == ["T", "F", "U"]
    assert said("mode not in ['async']", table) == ["F", "T", "U"]
    assert said("mode != 'live'", table) == ["T", "F", "U"]
    assert said("need in (1, 3)", table) == ["T", "U", "T"]
    assert said("need >= -1", table) == ["T", "U", "T"]


@pytest.mark.parametrize(
    "text",
    [
        "", "need", "1", "need <= other", "need is 1", "need <= True", "1 <= need", "1 <= need <= 3", "need in 3",
        "need in ('a', other)", "need.real <= 1", "need[0] <= 1", "f(need) <= 1", "need <= 1 if True else 2",
        "lambda: 1", "need <= 1; need", "__import__('os').system('x') == 0", "need <= 1 + 1", "need <=", "a == None",
        "need <= 'x' 'y' and", "not " * 4000 + "need <= 1", "(" * 300 + "need <= 1" + ")" * 300, "a < 1\x00",
        "need <= 1j",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_in_a_sentence(text):
    with pytest.raises(ConfigurationError, match=r"^rule '"):
        parse_rule(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ned <= 1", "rule 'ned <= 1': no attribute 'ned'. Did you mean 'need'?"),
        ("need == 'high'", "rule 'need == 'high'': 'need' is a number; it is compared with 'high'."),
        ("mode == 3", "rule 'mode == 3': 'mode' is words; it is compared with 3."),
        ("mode < 'b'", "rule 'mode < 'b'': 'mode' is words; use == or 'in', not an order."),
    ],
)
def test_a_rule_that_does_not_fit_the_table_is_refused(text, message):
    table = pd.DataFrame({"need": [1.0], "mode": pd.array(["async"], dtype="str")})
    with pytest.raises(ConfigurationError) as refused:
        apply_rule(parse_rule(text), table)
    assert refused.value.problems == (message,)


def test_every_attribute_that_is_missing_is_named():
    with pytest.raises(ConfigurationError) as refused:
        apply_rule(parse_rule("a <= 1 and b <= 1"), pd.DataFrame({"c": [1.0]}))
    assert len(refused.value.problems) == 2
