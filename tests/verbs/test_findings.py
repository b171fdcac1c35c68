import dataclasses
from itertools import product

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.claims import Need
from axlib.verbs.claims_on_outcomes import Evidence, list_needs
from axlib.verbs.classes import Stability
from axlib.verbs.effect import CHECKS, COLUMNS, Effect
from axlib.verbs.evidence import LEVELS
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.findings import Findings, arrange_findings, grade_findings, list_withheld
from axlib.verbs.fixing import FixedGroupings, check_groupings, fix_groupings
from axlib.verbs.gap_churn import GapChurn
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable

PARTS = ("retention", "comparison", "service_gap", "coverage", "blindness")
NOTHING = Evidence(*(Unavailable("Evidence", "there is no evidence."),) * 5)


def graded(small, missing=(), evidence=NOTHING, **changed):
    parts = {name: getattr(small, name) for name in PARTS}
    parts |= {name: Unavailable(name.capitalize(), f"there is no {name}.") for name in missing}
    return grade_findings(**{**parts, "evidence": evidence, **changed})


@pytest.mark.parametrize("there", list(product([True, False], repeat=5)), ids=str)
def test_whatever_is_missing_each_finding_is_told_or_withheld(small, there):
    missing = [name for name, is_there in zip(PARTS, there, strict=True) if not is_there]
    findings = graded(small, missing)
    table = findings.table
    assert ((table["text"] == "") == (table["withheld_because"] != "")).all()
    assert table["id"].is_unique
    assert set(table["level"]) <= set(LEVELS)
    assert not table["text"].str.contains(r"\bnan\b").any()
    for name in set(missing) - {"blindness"}:
        assert f"there is no {name}." in set(findings.withheld["withheld_because"])


def test_assumed_hours_make_scenarios(small):
    levels = graded(small).table.set_index("id")["level"]
    assert levels[["load_by_person", "load_of_team", "service_gap"]].tolist() == ["S", "S", "S"]
    known = dataclasses.replace(small.coverage, hours_source="client")
    assert graded(small, coverage=known).table.set_index("id")["level"]["load_of_team"] == "0"


def test_not_dues_blind_is_said(small):
    told = graded(small, blindness=dataclasses.replace(small.blindness, r2=0.95, claim=False)).told
    assert told["text"].str.startswith("These segments are not dues-blind").any()


def explained(p=None, gain=0.03, half=0.01, level="1"):
    names = list({"churn": 0.001, "growth": 0.2} if p is None else p)
    rows = [
        {
            "outcome": name, "contrast": "segments - tiers", "gain": gain, "gain_low": gain - half,
            "gain_high": gain + half, "p_value": (p or {"churn": 0.001, "growth": 0.2})[name], "n": 500, "groups": 3,
            "clusters": 0, "detectable_gain": 0.014,
        }
        for name in names
    ]  # fmt: skip
    shares = pd.DataFrame(
        [
            {"outcome": name, "contender": side, "explained_share": value}
            for name in names
            for side, value in (("segments", 0.05), ("tiers", 0.05 - gain))
        ]
    )
    left_out = pd.DataFrame({"outcome": ["advocacy"], "why": ["it happened to 3 members; 20 are needed."]})
    because = "" if level == "1" else "The values carry no dates."
    return ExplainedOutcomes(pd.DataFrame(rows), shares, left_out, "", level, because)


def effect(design="adjusted", level="2", estimate=0.06, half=0.03, p=0.002, because=""):
    row = {
        "outcome": "churn", "contrast": "under - matched", "unit": "share", "estimate": estimate,
        "estimate_low": estimate - half, "estimate_high": estimate + half, "p_value": p, "n": 400, "treated": 200,
        "treated_mean": 0.18, "control_mean": 0.12, "e_value": 2.3, "e_value_limit": 1.5,
    }  # fmt: skip
    table = pd.DataFrame([row]).reindex(columns=COLUMNS)
    empty, checks = pd.DataFrame(), pd.DataFrame(columns=CHECKS)
    return Effect(table, empty, checks, empty, design, level, because, ("dues", "tenure"), "the members reached")


CHURN = GapChurn(
    pd.DataFrame({"gap": ["under", "matched", "over"], "n": [200, 150, 50], "logo_churn": [0.18, 0.12, 0.1]}),
    pd.DataFrame(),
    1.0,
)


def evidence(**changed):
    none = Unavailable("Design", "none is declared.")
    given = {
        "explained": explained(), "gap_churn": CHURN, "gap_effect": effect(), "rollout_effect": none,
        "pilot_effect": none, "primary": ("churn", "gap_effect"), "needs": (Need("1", True, ""),),
    }  # fmt: skip
    return Evidence(**{**given, **changed})


def levels(small, **changed):
    return graded(small, evidence=evidence(**changed)).told.set_index("id")["level"].to_dict()


def limits(small, **changed):
    return graded(small, evidence=evidence(**changed)).told.set_index("id")["limited_because"].to_dict()


def test_what_holds_is_said_at_its_level(small):
    found = levels(small)
    assert (found["churn_tiers_against_segments"], found["gap_effect"]) == ("1", "2")
    # Growth was not declared and does not hold: it is in the chapter's table, and no finding.
    assert "growth_tiers_against_segments" not in found


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"explained": explained(level="0")}, "The values carry no dates."),
        ({"needs": (Need("1", False, "They do not come back."),)}, "They do not come back."),
        ({"explained": explained({"churn": 0.2})}, "no more than chance may give"),
        ({"primary": ("growth", "gap_effect", "churn"), "explained": explained({"churn": 0.04}),
          "gap_effect": effect(p=0.03)}, "(p 0.040 alone, 0.090 among 3)"),
        ({"primary": ("advocacy",), "explained": explained({"churn": 0.001, "advocacy": 0.5})}, ""),
    ],
)  # fmt: skip
def test_what_lacks_something_is_said_lower_with_the_reason_or_not_at_all(small, changed, words):
    found = levels(small, **changed)
    assert found.get("churn_tiers_against_segments", "0") == "0"
    if words:
        assert words in limits(small, **changed)["churn_tiers_against_segments"]
    else:
        assert "churn_tiers_against_segments" not in found


def test_an_outcome_not_declared_is_said_where_it_holds_beside_a_primary_one(small):
    found = levels(small, explained=explained({"churn": 0.001, "growth": 0.01}))
    assert found["growth_tiers_against_segments"] == "1"
    alone = levels(small, explained=explained({"churn": 0.5, "growth": 0.01}), gap_effect=effect(p=0.5))
    assert "growth_tiers_against_segments" not in alone


def test_a_declared_outcome_that_is_not_known_is_withheld_with_its_reason(small):
    findings = graded(small, evidence=evidence(primary=("advocacy", "satisfaction")))
    because = findings.withheld.set_index("id")["withheld_because"]
    assert because["advocacy_tiers_against_segments"].startswith("it happened to 3 members")
    assert because["satisfaction_tiers_against_segments"] == "this outcome is not known of the cohort."


def test_an_adjusted_difference_that_may_be_chance_or_unsound_is_only_counted(small):
    assert levels(small, gap_effect=effect(half=0.07, p=0.1))["gap_effect"] == "0"
    unsound = {"gap_effect": effect(level="0", because="The negative control differs as well.")}
    assert levels(small, **unsound)["gap_effect"] == "0"
    assert "negative control" in limits(small, **unsound)["gap_effect"]
    apart = graded(small, evidence=evidence(gap_churn=Unavailable("Churn by service gap", "no day divides them.")))
    assert apart.withheld.set_index("id")["withheld_because"]["gap_effect"] == "no day divides them."


def test_designs_are_told_where_declared_and_withheld_where_they_fail(small):
    none = Unavailable("Pilot", "its window does not fit.")
    declared = evidence(
        rollout_effect=effect("rollout", "3"), pilot_effect=none, designs=("rollout_effect", "pilot_effect")
    )
    findings = graded(small, evidence=declared)
    assert findings.told.set_index("id")["level"]["rollout_effect"] == "3"
    assert findings.withheld.set_index("id")["withheld_because"]["pilot_effect"] == "its window does not fit."
    assert "pilot_effect" not in set(graded(small, evidence=evidence()).table["id"])
    trend = effect("rollout", "0", because="They went another way before.")
    assert levels(small, rollout_effect=trend, designs=("rollout_effect",))["rollout_effect"] == "0"
    assert levels(small, pilot_effect=effect("pilot", "4"), designs=("pilot_effect",))["pilot_effect"] == "4"
    assert levels(small, pilot_effect=effect("pilot", "4", half=0.1), designs=("pilot_effect",))["pilot_effect"] == "0"


@pytest.mark.parametrize(("estimate", "half", "level"), [(0.0, 0.02, "4"), (0.005, 0.029, "4"), (0.01, 0.03, "0")])
def test_a_pilot_that_lowers_service_is_read_by_its_margin(small, estimate, half, level):
    """Upper ends of the one-sided interval: 1.7, 2.9 and 3.5 points, against a margin of 3."""
    found = evidence(
        pilot_effect=effect("pilot", "4", estimate=estimate, half=half), designs=("pilot_effect",), margin=0.03
    )
    row = graded(small, evidence=found).told.set_index("id").loc["pilot_effect"]
    assert row["level"] == level
    assert ("no more often, within the margin of 3.0 points" in row["text"]) is (level == "4")
    assert ("is not shown" in row["text"]) is (level == "0")


def needs_of(segments, **changed):
    fixed = fix_groupings({"Segments": segments})
    given = {
        "stability": Unavailable("Stability", "there are no classes."),
        "perturbation": Unavailable("Perturbation", "there are no rules."),
        "fixed": fixed,
        "overridden": 0,
    }
    return {need.because for need in list_needs(segments, **{**given, **changed}) if not need.is_met}


def test_claims_on_segments_need_them_stable_fixed_and_untouched(small):
    segments = small.segments
    assert needs_of(segments, perturbation=small.perturbation) == set()
    shaken = dataclasses.replace(small.perturbation, table=small.perturbation.table.assign(stay=0.5))
    assert "one step" in needs_of(segments, perturbation=shaken).pop()
    assert needs_of(segments) == {"How stable the segments are is not known."}
    assert "set by hand" in needs_of(segments, perturbation=small.perturbation, overridden=3).pop()
    moved = dataclasses.replace(
        segments, table=segments.table.assign(segment=segments.table["segment"].iloc[::-1].to_numpy())
    )
    checked = check_groupings(fix_groupings({"Segments": segments}), {"Segments": moved})
    assert isinstance(checked, FixedGroupings)
    assert needs_of(segments, perturbation=small.perturbation, fixed=checked) == {
        "The groupings changed after outcomes were read."
    }


def test_classes_need_to_come_back_by_members_on_average(small):
    sizes = small.segments.sizes
    classes = dataclasses.replace(small.segments, method="classes")
    largest = max(sizes, key=sizes.get)
    table = pd.DataFrame({"segment": list(sizes), "jaccard": [0.9 if name == largest else 0.55 for name in sizes]})
    mean = np.average(table["jaccard"], weights=list(sizes.values()))
    lacking = needs_of(classes, stability=Stability(table, 100))
    assert bool(lacking) is bool(mean < 0.75)
    assert needs_of(classes, stability=Stability(table.assign(jaccard=0.76), 100)) == set()


def test_each_open_question_is_listed_once(small):
    missing = [
        Unavailable("Coverage load", "there is no coverage."),
        Unavailable("Service gap", "there is no service_gap."),
    ]
    findings = graded(small, ["coverage", "service_gap"])
    table = list_withheld(findings, missing).table
    assert table["why"].is_unique
    assert {"there is no coverage.", "there is no service_gap."} <= set(table["why"])


def test_a_finding_of_hostile_words_is_escaped(small):
    findings = graded(small)
    table = findings.table.assign(text=findings.table["text"].mask(findings.table["id"] == "retention", "<script>"))
    page = dataclasses.replace(findings, table=table.assign(limited_because="<b>"))._repr_html_()
    assert "<script>" not in page and "<b>" not in page
    assert "&lt;script&gt;" in page and "&lt;b&gt;" in page


def test_nothing_found_is_said(small):
    findings = graded(small)
    empty = dataclasses.replace(findings, table=findings.table.iloc[:0])
    assert "no finding can be told" in empty._repr_html_()
    assert isinstance(findings.summary(), pd.DataFrame)


def arranged(**keys):
    rows = [
        {"id": name, "level": "0", "text": f"{name} is so.", "estimate": 1.0, "low": 0.5, "high": 1.5, "n": 20,
         "withheld_because": "", "limited_because": ""}
        for name in ("load_of_team", "disagreement", "retention")
    ]  # fmt: skip
    return arrange_findings(Findings(pd.DataFrame(rows)), **{"first": (), "withhold": {}, **keys})


def test_the_consultant_orders_findings_and_keeps_some_back_but_words_none():
    found = arranged(first=("retention", "load_of_team"), withhold={"disagreement": "The board has it already."})
    assert found.told["id"].tolist() == ["retention", "load_of_team"]
    assert found.told["text"].tolist() == ["retention is so.", "load_of_team is so."]
    row = found.withheld.iloc[0]
    assert row["withheld_because"] == "kept back by the consultant: The board has it already."
    assert row[["estimate", "low", "high"]].isna().all() and row["text"] == ""
    pd.testing.assert_frame_equal(arranged().table, arranged(first=("load_of_team",)).table)


def test_findings_that_are_not_there_cannot_be_ordered():
    with pytest.raises(ConfigurationError) as caught:
        arranged(first=("retentin",), withhold={"zzz": "x"})
    assert list(caught.value.problems) == [
        "report.findings: this report has no finding 'retentin'. Did you mean 'retention'?",
        "report.findings: this report has no finding 'zzz'. Known: disagreement, load_of_team, retention.",
    ]
