"""The whole way on tiny engagements: clear sentences, or results that say why they are not there."""

import dataclasses

import pandas as pd
import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.claims_on_outcomes import Evidence, list_needs
from axlib.verbs.diagnose import diagnose
from axlib.verbs.evidence import CAUSAL
from axlib.verbs.findings import grade_findings
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Unavailable
from tests.verbs.faces import NO_NUMBER, draw_all, everything_shown, sentences
from tests.verbs.small import HEAD, RULES, STAFF, blank, engagement, members, terms, touches, without

CLASSES = RULES.replace("method: rules", "method: classes")
SNAPSHOT = RULES + "retention: {snapshot: closed_cohort}\n"
ATTRIBUTES = HEAD.split(",")[5:]
ALONE = {"terms": None, "touches": None}

#: What is given -> what cannot be computed of it, each with a word of the reason.
TOLD = {
    "everything": (RULES, {}, {}),
    "classes": (CLASSES, {}, {}),
    "one member": (
        RULES,
        {"members": members(1, status=lambda i: "active"), **ALONE},
        {"retention": "no terms", "service_gap": "no touches"},
    ),
    "one lapsed member": (RULES, {"members": members(1), **ALONE}, {"coverage": "nobody is a member"}),
    "one member, classes": (
        CLASSES,
        {"members": members(1, status=lambda i: "active"), **ALONE},
        {"segments": "at least 2"},
    ),
    "two members": (RULES, {"members": members(2), **ALONE}, {"stability": "at least 2"}),
    "all active": (RULES, {"members": members(status=lambda i: "active"), "terms": terms(gone=lambda i: False)}, {}),
    "all lapsed": (
        RULES,
        {"members": members(status=lambda i: "lapsed"), "terms": terms(gone=lambda i: True)},
        {"plan_segments": "nobody is a member", "coverage": "nobody is a member", "tiers": "what it pays a year"},
    ),
    "all active, snapshot": (SNAPSHOT, {"members": members(status=lambda i: "active"), **ALONE}, {}),
    "all lapsed, snapshot": (
        SNAPSHOT,
        {"members": members(status=lambda i: "lapsed"), **ALONE},
        {"coverage": "nobody is a member"},
    ),
    "no dues": (
        RULES,
        {"members": without(members(), "annual_dues"), **ALONE},
        {"tiers": "what it pays a year", "comparison": "what it pays a year", "blindness": "no dues"},
    ),
    "no dues, snapshot": (
        SNAPSHOT,
        {"members": without(members(), "annual_dues"), **ALONE},
        {"tiers": "what it pays a year"},
    ),
    "blank dues": (RULES, {"members": members(dues=lambda i: ""), **ALONE}, {"tiers": "what it pays a year"}),
    "some dues, snapshot": (SNAPSHOT, {"members": members(dues=lambda i: "" if i % 3 else 400), **ALONE}, {}),
    "free membership": (
        RULES,
        {"members": members(dues=lambda i: 0), "terms": terms(growth=lambda i: 0).replace(",100\n", ",0\n")},
        {},
    ),
    "no status": (RULES, {"members": without(members(), "status")}, {}),
    "no status, no terms": (RULES, {"members": without(members(), "status"), **ALONE}, {"retention": "no terms"}),
    "blank statuses": (RULES, {"members": members(status=lambda i: "" if i % 2 else "active")}, {}),
    "no terms": (RULES, {"terms": None}, {"retention": "no terms", "cohort": "no terms"}),
    "no staff": (RULES, {"staff": None}, {"coverage": "no staff"}),
    "nobody named": (RULES, {"members": without(members(), "staff_id")}, {"coverage": "no member names who covers it"}),
    "staff without hours": (
        RULES,
        {"staff": STAFF.replace("300", "0").replace("100", "0").replace("900", "0")},
        {"coverage": "hours"},
    ),
    "one of the staff without hours": (RULES, {"staff": STAFF.replace("300", "0")}, {}),
    "no touches": (RULES, {"touches": None}, {"service_gap": "no touches"}),
    "touches without minutes": (RULES, {"touches": without(touches(), "minutes")}, {"service_gap": "no minutes"}),
    "touches of other years": (
        RULES,
        {"touches": touches().replace("2024-", "2019-")},
        {"service_gap": "no touches from"},
    ),
    "no attributes": (
        RULES,
        {"members": without(members(), *ATTRIBUTES)},
        {"segments": "no AX attributes", "comparison": "no AX"},
    ),
    "no attributes, classes": (CLASSES, {"members": without(members(), *ATTRIBUTES)}, {"segments": "no AX attributes"}),
    "blank attributes": (RULES, {"members": blank(members())}, {"segments": "no AX attributes"}),
    "one tier": (RULES.replace("[350], names: [Small, Large]", "[99999]"), {}, {}),
    "one tier by quantiles": ("segments: {method: rules}\n", {"members": members(dues=lambda i: 100)}, {}),
    "one segment": (RULES, {"members": members(kind=lambda i: 0)}, {}),
    "one segment, classes": (CLASSES, {"members": members(kind=lambda i: 0)}, {"classes": "nothing to tell apart"}),
    "one segment and one tier": (
        RULES.replace("[350], names: [Small, Large]", "[99999]"),
        {"members": members(kind=lambda i: 0)},
        {},
    ),
    "more classes than profiles": (
        CLASSES.replace("classes}", "classes, k: 20}"),
        {},
        {"segments": "k must be at most"},
    ),
    "segments by a column": (
        "segments: {method: column, column: staff_id}\n",
        {},
        {"coverage": "no member is in a segment"},
    ),
    "segments by a blank column": (
        "segments: {method: column, column: staff_id}\n",
        {"members": members(staff=lambda i: "")},
        {"coverage": "names who"},
    ),
    "segments whose names claim a cause": (
        "segments: {method: column, column: staff_id}\n",
        {"members": members(staff=lambda i: ["Impact investors", "tier", "segment"][i % 3])},
        {},
    ),
    "tiers by a column with blanks": (
        RULES.replace("{by: bands, edges: [350], names: [Small, Large]}", "{by: column, column: staff_id}"),
        {"members": members(staff=lambda i: ["", "A", "A_low", "A_high"][i % 4])},
        {},
    ),
    "dues nearly alike": (
        "segments: {method: rules}\ntiers: {by: quantiles, n: 5}\n",
        {"members": members(dues=lambda i: f"{1200 + i / 100:.2f}"), **ALONE},
        {},
    ),
    "names in other scripts": (
        "segments: {method: column, column: staff_id}\n",
        {"members": members(staff=lambda i: ["会员", "$5k-$10k", '<b>\u202egnol</b> & "q"'][i % 3].replace('"', '""'))},
        {},
    ),
}


#: Their pictures are those of everything, or the reason alone.
DRAWN_ALIKE = {
    "all active", "all active, snapshot", "no dues, snapshot", "no status", "no status, no terms", "blank statuses",
    "no terms", "no staff", "nobody named", "no touches", "touches without minutes", "touches of other years",
    "one tier by quantiles", "one segment and one tier", "one segment, classes", "more classes than profiles",
    "no dues", "blank dues", "one of the staff without hours", "staff without hours",
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_a_diagnosis_tells_what_it_can_and_why_it_cannot_the_rest(tmp_path, case):
    keys, changed, missing = TOLD[case]
    diagnosis = diagnose(engagement(tmp_path, keys, **changed))
    for name, why in missing.items():
        result = getattr(diagnosis, name)
        assert isinstance(result, Unavailable), f"{name} was computed: {result.text}"
        assert why in result.why
    client = view_for_client(diagnosis)
    charts = draw_all(client) if case not in DRAWN_ALIKE else {}
    for place, text in [*sentences(diagnosis, {}), *sentences(client, charts)]:
        assert not NO_NUMBER.search(text), f"{place}: {text}"
    told = [text for view in (diagnosis, client) for text in view.findings.table["text"]]
    assert not any(CAUSAL.search(text) for text in told if "Impact investors" not in text)
    if charts:
        everything_shown(client, charts)


REFUSED = {
    "headers only": ({"members": HEAD + "\n"}, DataError, "members.csv: has headers but no rows"),
    "headers only, terms": (
        {"terms": "member_id,starts_on,ends_on,amount\n"},
        DataError,
        "terms.csv: has headers but no rows",
    ),
    "empty file": ({"members": ""}, DataError, "members.csv: the file is empty"),
    "missing column": (
        {"members": without(members(), "member_id")},
        ConfigurationError,
        "no column is recognised as member_id",
    ),
    "missing column, terms": (
        {"terms": without(terms(), "amount")},
        ConfigurationError,
        "no column is recognised as amount",
    ),
    "unmapped status": (
        {"members": members(status=lambda i: "Wibble" if i == 3 else "active")},
        ConfigurationError,
        "'Wibble' (1 row)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_ends_in_one_sentence_per_problem(tmp_path, case):
    changed, kind, words = REFUSED[case]
    with pytest.raises(kind) as refused:
        diagnose(engagement(tmp_path, RULES, **changed))
    assert words in str(refused.value)
    assert all(problem.strip().endswith((".", "}")) for problem in refused.value.problems)


def test_a_missing_file_is_named_with_what_is_there(tmp_path):
    with pytest.raises(DataError, match=r"nowhere.csv: no such file\..*members.csv"):
        diagnose(engagement(tmp_path, RULES + "tables: {members: members.csv, terms: nowhere.csv}\n"))


def test_two_problems_are_told_at_once(tmp_path):
    with pytest.raises(DataError) as refused:
        diagnose(engagement(tmp_path, RULES, members="", terms=""))
    assert len(refused.value.problems) == 2


def test_the_order_of_rows_and_columns_changes_no_result(small, tmp_path):
    def shuffled(text, seed):
        table = pd.read_csv(pd.io.common.StringIO(text), dtype=str, keep_default_na=False)
        return table.sample(frac=1, random_state=seed)[table.columns[::-1]].to_csv(index=False)

    files = {"members": members(), "terms": terms(), "touches": touches(), "staff": STAFF}
    other = diagnose(engagement(tmp_path, RULES, **{name: shuffled(text, 7) for name, text in files.items()}))
    for field in dataclasses.fields(small):
        if field.name not in ("engagement", "sources", "clean", "ledger"):
            one, two = getattr(small, field.name), getattr(other, field.name)
            assert one.text == two.text, field.name
            assert one.summary().to_string() == two.summary().to_string() or field.name == "attributes", field.name
    pd.testing.assert_frame_equal(small.retention.table, other.retention.table)


def test_the_same_engagement_gives_the_same_words_and_numbers(small, tmp_path):
    again = diagnose(engagement(tmp_path, RULES))
    assert sentences(again, {}) == sentences(small, {})


def test_findings_are_those_the_results_carry(small):
    parts = (
        "retention", "comparison", "service_gap", "coverage", "blindness", "retention_change", "economics", "scenarios",
    )  # fmt: skip
    found = ("explained", "gap_churn", "gap_effect", "rollout_effect", "pilot_effect")
    needs = list_needs(
        small.segments, stability=small.stability, perturbation=small.perturbation, fixed=small.fixed, overridden=0
    )
    evidence = Evidence(*(getattr(small, name) for name in found), needs=needs)
    again = grade_findings(**{name: getattr(small, name) for name in parts}, evidence=evidence)
    pd.testing.assert_frame_equal(again.table, small.findings.table)
