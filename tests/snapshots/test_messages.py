"""Every message of the layers of words, numbers and verbs, beside what provokes it."""

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.rules import apply_rule, parse_rule
from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.diagnose import diagnose
from axlib.verbs.kept_results import read_result
from axlib.verbs.segments import segment_by_column, segment_by_dues, segment_by_rules
from axlib.words.errors import AxError
from tests.verbs.small import RULES, attributes, engagement, members, terms, without

TABLE = pd.DataFrame({"need": [1.0, 4.0], "mode": pd.array(["async", "live"], dtype="str")})
MEMBERS = pd.DataFrame({"member_id": ["a"], "tier": ["x"]})

CALLS = {
    "parse_rule('need <=')": lambda: parse_rule("need <="),
    "parse_rule('need')": lambda: parse_rule("need"),
    "parse_rule('need <= other')": lambda: parse_rule("need <= other"),
    "parse_rule('__import__(\"os\")')": lambda: parse_rule("__import__('os')"),
    "rule of an unknown attribute": lambda: apply_rule(parse_rule("ned <= 1"), TABLE),
    "number compared with a word": lambda: apply_rule(parse_rule("need == 'high'"), TABLE),
    "word compared with a number": lambda: apply_rule(parse_rule("mode == 1"), TABLE),
    "words put in order": lambda: apply_rule(parse_rule("mode <= 'b'"), TABLE),
    "tiers by a column that is not there": lambda: segment_by_dues(MEMBERS, by="column", column="tear"),
    "tiers without dues": lambda: segment_by_dues(MEMBERS, by="quantiles"),
    "segments by a column that is not there": lambda: segment_by_column(MEMBERS, column="segment"),
    "segments without rules": lambda: segment_by_rules(TABLE, segments=[CoverageSegment(name="One", hours_per_year=1)]),
    "two rules that cannot be": lambda: segment_by_rules(
        TABLE, segments=[CoverageSegment(name="One", hours_per_year=1, rules=("x <= 1", "need is 1"))]
    ),
    "more classes than profiles": lambda: segment_by_ax(attributes(4), segments=[], k=20, rng=np.random.default_rng(0)),
}


@pytest.mark.parametrize("call", CALLS)
def test_messages_of_calls(call, snapshot):
    with pytest.raises(AxError) as refused:
        CALLS[call]()
    assert [type(refused.value).__name__, *refused.value.problems] == snapshot


ENGAGEMENTS = {
    "no rows": {"members": members(0)},
    "empty file": {"members": ""},
    "no member_id": {"members": without(members(), "member_id")},
    "no amount": {"terms": without(terms(), "amount")},
    "unmapped status": {"members": members(status=lambda i: "Wibble" if i == 3 else "active")},
    "money as an attribute": {"keys": f"{RULES}attributes: [stakes, annual_dues]\n"},
    "an attribute that is not there": {"keys": f"{RULES}attributes: [steaks]\n"},
    "segments by a column that is not there": {"keys": "segments: {method: column, column: nowhere}\n"},
    "a key that is not known": {"keys": f"{RULES}segmants: default\n"},
    "two values that cannot be": {"keys": "retention: {grace_days: -1, rejoin: maybe}\n"},
}


@pytest.mark.parametrize("case", ENGAGEMENTS)
def test_messages_of_engagements(case, snapshot, tmp_path):
    changed = dict(ENGAGEMENTS[case])
    keys = changed.pop("keys", RULES)
    with pytest.raises(AxError) as refused:
        diagnose(engagement(tmp_path, keys, **changed))
    assert [type(refused.value).__name__, refused.value.exit_code, *refused.value.problems] == snapshot


def test_message_of_a_folder_without_results(snapshot, tmp_path):
    (tmp_path / "kept").mkdir()
    with pytest.raises(AxError) as refused:
        read_result(tmp_path / "kept", known={}, given={})
    assert list(refused.value.problems) == snapshot
