"""Rules are what is fallen back on where classes cannot be trusted, and the reason is said."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import Stability, segment_by_ax
from axlib.verbs.diagnose import diagnose
from axlib.verbs.method_choice import choose_method, find_unstable
from axlib.verbs.segments import segment_by_rules
from axlib.words.results import Unavailable
from tests.verbs.small import attributes, engagement, members

SEGMENTS = read_segments()


def both(n):
    given = attributes(n)
    rng = np.random.default_rng(sum(map(ord, "choice")))
    return segment_by_rules(given.table, segments=SEGMENTS), segment_by_ax(given, segments=SEGMENTS, rng=rng)


def stable(classes, **changed):
    """As if each class came back with 0.9, but for those named."""
    names = classes.classes["segment"]
    jaccard = [changed.get(name, 0.9) for name in names]
    table = pd.DataFrame({"class": classes.classes["class"], "segment": names, "jaccard": jaccard})
    return Stability(table.assign(jaccard_low=jaccard, jaccard_high=jaccard, reading=""), 100)


@pytest.fixture(scope="module")
def many():
    return both(200)


def choose(asked, rules, classes, stability):
    return choose_method(asked, rules=rules, classes=classes, stability=stability)


def test_stable_classes_of_many_members_are_used(many):
    rules, classes = many
    choice = choose("auto", rules, classes, stable(classes))
    assert choice.used == "classes"
    assert choice.why.startswith("4 segments of ")


@pytest.mark.parametrize(("jaccard", "used"), [(0.59, "rules"), (0.6, "classes")])
def test_one_class_that_does_not_come_back_is_enough_for_rules(many, jaccard, used):
    rules, classes = many
    choice = choose("auto", rules, classes, stable(classes, Inbound=jaccard))
    assert choice.used == used
    assert ("Inbound (0.59)" in choice.why) == (used == "rules")


@pytest.mark.parametrize(("n", "used"), [(99, "rules"), (100, "classes")])
def test_few_members_are_too_few_for_classes(n, used):
    rules, classes = both(n)
    choice = choose("auto", rules, classes, stable(classes))
    assert choice.used == used
    assert ("99 members are too few" in choice.why) == (used == "rules")


def test_one_kind_of_member_is_none(many):
    rules, classes = many
    one = dataclasses.replace(classes, table=classes.table.assign(segment="Inbound"))
    choice = choose("auto", rules, one, Unavailable("Stability", "a single class."))
    assert (choice.used, choice.why) == ("rules", "no two kinds of members could be told apart by their answers.")


def test_without_rules_doubtful_classes_are_used_and_the_doubt_is_said(many):
    _, classes = many
    none = Unavailable("Segments by rules", "there are none.")
    choice = choose("auto", none, classes, stable(classes, Inbound=0.3))
    assert choice.used == "classes"
    assert "although not every class was found again" in choice.text


def test_without_classes_rules_are_used(many):
    rules, _ = many
    choice = choose("auto", rules, Unavailable("Segments by classes", "nobody answered."), Unavailable("", ""))
    assert (choice.used, choice.why) == ("rules", "no classes could be found: nobody answered.")


@pytest.mark.parametrize("asked", ["rules", "classes", "column"])
def test_what_is_asked_for_is_used(many, asked):
    rules, classes = many
    choice = choose(asked, rules, classes, stable(classes, Inbound=0.3))
    assert choice.used == asked
    assert ("Inbound (0.30)" in choice.why) == (asked == "classes")


def test_no_stability_no_doubt(many):
    _, classes = many
    assert find_unstable(Unavailable("Stability", "none.")) == {}
    assert find_unstable(stable(classes)) == {}


@pytest.mark.parametrize(("n", "method"), [(40, "rules"), (160, "classes")])
def test_an_engagement_that_asks_for_nothing_gets_what_its_data_carry(tmp_path, n, method):
    keys = "report: {min_cell: 3}\n"
    diagnosis = diagnose(engagement(tmp_path, keys, members=members(n), terms=None, touches=None, staff=None))
    assert diagnosis.method_choice.used == diagnosis.segments.method == method
    assert diagnosis.segments is not None
