import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from axlib.numbers.rule_parts import list_conditions, list_values
from axlib.numbers.rules import apply_rule, parse_rule

ATOMS = st.sampled_from(
    ["need <= 1", "need > 2", "stakes == 3", "not stakes >= 2", "mode == 'live'", "mode in ('a', 'b')"]
)


@given(st.lists(ATOMS, min_size=1, max_size=4))
def test_conditions_joined_again_say_the_same(atoms):
    table = pd.DataFrame(
        [
            (need, stakes, mode)
            for need in (0.0, 2.0, 3.0, None)
            for stakes in (1.0, 3.0)
            for mode in ("live", "a", None)
        ],
        columns=["need", "stakes", "mode"],
    )
    text = " and ".join(atoms)
    again = parse_rule(" and ".join(f"({part})" for part in list_conditions(text)))
    first, second = apply_rule(parse_rule(text), table), apply_rule(again, table)
    assert (first.holds == second.holds).all()
    assert (first.fails == second.fails).all()
    assert len(list_conditions(text)) == len(atoms)


def test_an_alternative_is_one_condition():
    assert list_conditions("need <= 1 or mode == 'live'") == ("need <= 1 or mode == 'live'",)


def test_values_of_every_comparison_are_found():
    rule = parse_rule("need <= -1 or (need > 2.5 and not mode in ['a', 'b']) and stakes == 3")
    assert list_values(rule) == {"need": {-1, 2.5}, "mode": {"a", "b"}, "stakes": {3}}
