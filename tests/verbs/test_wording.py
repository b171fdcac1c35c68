"""Every kind of finding at every level: worded as its level allows, or not worded at all."""

import ast
from itertools import product
from pathlib import Path

import pytest

import axlib.verbs
from axlib.verbs.claims import Claim, Need, grade_claim
from axlib.verbs.evidence import CAUSAL, FORETELLS, LADDER, LEVELS, STATED, check_words
from axlib.verbs.wording import WORDING, word_finding
from tests.verbs.claimed import EXAMPLES
from tests.verbs.faces import NO_NUMBER
from tests.verbs.test_findings import effect

ALL = [(kind, level, at) for kind, level in product(WORDING, LEVELS) for at in range(len(EXAMPLES[kind]))]


@pytest.mark.parametrize(("kind", "level", "at"), ALL)
def test_every_finding_at_every_level_claims_no_more_than_the_level(kind, level, at):
    """Asked for at any level, a finding is said at one that has words for it, in words of that level; else withheld."""
    finding = grade_claim(Claim(kind, level, EXAMPLES[kind][at]))
    known = set(WORDING[kind])
    allowed = known & ({"S"} if level == "S" else set(LADDER[LADDER.index(level) :]))
    if not allowed:
        assert finding.text == ""
        assert finding.withheld_because
        return
    assert finding.level in allowed
    assert LADDER.index(finding.level) == min(map(LADDER.index, allowed)) if level != "S" else finding.level == "S"
    text = finding.text
    if finding.level not in ("3", "4"):
        assert not CAUSAL.search(text)
    if finding.level != "4":
        assert not STATED.search(text)
    if finding.level in ("0", "S"):
        assert not FORETELLS.search(text)
    assert text.startswith("If ") is (finding.level == "S")
    assert text.endswith(".") and text[0] == text[0].upper()
    assert not NO_NUMBER.search(text)


def test_causal_words_are_used_where_they_are_allowed():
    assert "consistent with an effect of" in word_finding("rollout_effect", "3", EXAMPLES["rollout_effect"][0])
    assert "caused a fall of churn" in word_finding("pilot_effect", "4", EXAMPLES["pilot_effect"][0])
    assert "caused a rise of churn" in word_finding("pilot_effect", "4", EXAMPLES["pilot_effect"][1])


def test_a_clients_word_is_no_claim_and_hides_none():
    facts = {**EXAMPLES["dues_spread"][0], "segment": "Impact Drivers"}
    assert "Impact Drivers" in word_finding("dues_spread", "0", facts, names=["Impact Drivers"])
    with pytest.raises(ValueError, match="does not allow"):
        word_finding("dues_spread", "0", facts)


def test_findings_get_their_words_in_one_place_alone():
    """No module but the one of claims makes a finding, and it takes its text from the wording."""
    for path in Path(axlib.verbs.__path__[0]).rglob("*.py"):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
        ]
        assert not calls or path.stem == "claims", path
        for call in calls:
            text = call.args[2]
            assert (isinstance(text, ast.Constant) and text.value == "") or text.id == "text"


def test_a_claim_that_lacks_what_its_level_needs_is_said_lower_with_the_reason():
    needs = (Need("1", False, "No dates."), Need("1", True, "never said"), Need("1", False, "Not stable."))
    finding = grade_claim(Claim("tiers_against_segments", "1", EXAMPLES["tiers_against_segments"][0], needs=needs))
    assert (finding.level, finding.limited_because) == ("0", "No dates. Not stable.")
    assert "predict" not in finding.text


def test_a_claim_with_no_words_below_is_withheld_with_the_reason():
    needs = (Need("S", False, "No hours are known."),)
    finding = grade_claim(Claim("service_gap", "S", EXAMPLES["service_gap"][0], needs=needs))
    assert (finding.text, finding.withheld_because) == ("", "No hours are known.")
    below = grade_claim(Claim("retention", "0", EXAMPLES["retention"][0], needs=(Need("0", False, "No ledger."),)))
    assert (below.text, below.withheld_because) == ("", "No ledger.")


def test_needs_of_a_higher_level_do_not_bind_a_lower_one():
    needs = (Need("4", False, "No lots."),)
    finding = grade_claim(Claim("pilot_effect", "4", EXAMPLES["pilot_effect"][0], needs=needs))
    assert (finding.level, finding.limited_because) == ("0", "No lots.")


@pytest.mark.parametrize(("design", "level"), [("adjusted", "2"), ("rollout", "3"), ("rollout", "0"), ("pilot", "4")])
@pytest.mark.parametrize("half", [0.03, 0.2])
def test_the_sentences_of_effects_keep_to_their_level_too(design, level, half):
    found = effect(design, level, half=half, because="" if level != "0" else "They went another way before.")
    assert check_words(level, found.text) == found.text


@pytest.mark.parametrize("kind", WORDING)
def test_sentences(kind, snapshot):
    assert {
        level: [word_finding(kind, level, facts) for facts in EXAMPLES[kind]] for level in WORDING[kind]
    } == snapshot
