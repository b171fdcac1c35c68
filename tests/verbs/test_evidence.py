import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.evidence import CAUSAL, LEVELS, check_words
from tests.verbs.small import quick

CLAIMS = [
    "causes", "because of", "due to", "leads to", "led to", "results in", "drives", "impact", "effect", "thanks to",
    "improves", "reduces", "lift", "prevents", "saves", "makes members",
]  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("level", LEVELS)
def test_a_cause_is_stated_at_level_four_and_an_effect_named_from_three(level, claim):
    sentence = f"If hours hold, coverage {claim} renewal."
    if level == "4" or (level == "3" and claim == "effect"):
        assert check_words(level, sentence) == sentence
    else:
        with pytest.raises(ValueError, match="does not allow"):
            check_words(level, sentence)


@pytest.mark.parametrize("claim", ["predict", "foretells", "better", "worse"])
@pytest.mark.parametrize("level", LEVELS)
def test_foretelling_needs_level_one(level, claim):
    sentence = f"If hours hold, segments are {claim}."
    if level in ("0", "S"):
        with pytest.raises(ValueError, match="does not allow"):
            check_words(level, sentence)
    else:
        assert check_words(level, sentence) == sentence


def test_a_scenario_begins_with_its_assumption():
    with pytest.raises(ValueError, match="begins with its assumption"):
        check_words("S", "Loads are high.")
    assert check_words("S", "If hours hold, loads are high.")


@quick
@given(st.sampled_from(CLAIMS), st.sampled_from(["Impact", "Cause Alliance", "Lift-off", "due to be named"]))
def test_a_clients_own_names_claim_nothing_and_hide_no_claim(claim, name):
    assert check_words("0", f"In {name} dues differ.", names=[name])
    with pytest.raises(ValueError, match="does not allow"):
        check_words("0", f"{name} {claim} renewal.", names=[name])


def test_ordinary_words_are_no_claims():
    for word in ("because", "efficient", "reduction", "clift", "saver"):
        assert CAUSAL.search(word) is None
