import pytest

from axlib.tables.instrument import read_instrument
from axlib.verbs.rule_words import describe_rule

KINDS = {"guidance_need": "ordinal", "staff_count": "numeric", "preferred_mode": "categorical", "own": "ordinal"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("guidance_need >= 3", 'guidance need 3 ("guidance at each step") or more'),
        ("guidance_need >= 4", 'guidance need 4 ("somebody beside us all the way")'),
        ("guidance_need <= 0", 'guidance need 0 ("none")'),
        ("guidance_need <= 1", 'guidance need 1 ("a pointer now and then") or less'),
        ("own >= 2 and own <= 3", "own 2 or more and own 3 or less"),
        ("staff_count >= 1200", "staff count at least 1,200"),
        ("staff_count < 0.5", "staff count under 0.5"),
        ("preferred_mode != 'async'", 'preferred mode is not async ("by e-mail, chat or video when it suits us")'),
        ("preferred_mode == 'pigeon_post'", "preferred mode is pigeon post"),
        ("guidance_need == 2", "guidance_need == 2"),
        ("guidance_need <= 1 or own >= 2", "guidance_need <= 1 or own >= 2"),
        ("preferred_mode in ('async', 'live')", "preferred_mode in ('async', 'live')"),
    ],
)
def test_rules_read_as_words(rule, words):
    assert describe_rule(rule, kinds=KINDS, instrument=read_instrument()) == words


def test_without_an_instrument_numbers_stand_alone():
    assert describe_rule("guidance_need >= 3 and preferred_mode == 'self_serve'", kinds=KINDS) == (
        "guidance need 3 or more and preferred mode is self serve"
    )
