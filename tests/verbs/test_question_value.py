import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.answer_changes import row_posteriors
from axlib.numbers.encoding import encode_like
from axlib.numbers.mixture_json import mixture_from_json
from axlib.numbers.question_value import entropy_bits
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import read_segments
from axlib.tables.instrument import read_instrument
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.question_value import value_of_questions
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable


def seeded(word="question value"):
    return np.random.default_rng(sum(map(ord, word)))


def invent(n=360, holes=0.35):
    """Members of three kinds, with answers missing at random and, of every sixth, altogether."""
    rng = seeded("members to ask")
    kind = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    table = pd.DataFrame(
        {
            "guidance_need": np.clip(2 * kind + rng.integers(-1, 2, n), 0, 4).astype(float),
            "internal_capacity": np.clip(4 - 2 * kind + rng.integers(-1, 2, n), 0, 4).astype(float),
            "preferred_mode": np.array(["self_serve", "async", "live"], dtype=object)[
                np.where(rng.random(n) < 0.8, kind, rng.integers(0, 3, n))
            ],
            "staff_count": np.round(np.exp(rng.normal(3 - kind, 0.6))),
            "urgency": rng.integers(0, 5, n).astype(float),
        },
        index=pd.Index([f"m{i:03d}" for i in range(n)], name="member_id", dtype="str"),
    )
    table = table.mask(rng.random(table.shape) < holes)
    table.iloc[::6] = np.nan
    table = table.astype({"preferred_mode": "str"})
    kinds = {"guidance_need": "ordinal", "internal_capacity": "ordinal", "preferred_mode": "categorical",
             "staff_count": "numeric", "urgency": "ordinal"}  # fmt: skip
    return Attributes(table, kinds, {}, pd.DataFrame())


def fit(attributes):
    return segment_by_ax(attributes, segments=read_segments(), k=3, rng=seeded("fit"))


def ask(attributes=None, segmentation=None, **changed):
    attributes = attributes or invent()
    segmentation = segmentation or fit(attributes)
    return value_of_questions(segmentation, attributes=attributes, **{"rng": seeded(), "n_drawn": 1500, **changed})


@pytest.fixture(scope="module")
def given():
    return invent()


@pytest.fixture(scope="module")
def segmentation(given):
    return fit(given)


@pytest.fixture(scope="module")
def asked(given, segmentation):
    return ask(given, segmentation)


def test_the_telling_questions_come_first_and_the_idle_one_last(asked):
    assert asked.table["attribute"].iloc[-1] == "urgency"
    assert asked.table["gain_bits"].is_monotonic_decreasing
    assert asked.table["gain_bits"].iloc[0] > 5 * asked.table["gain_bits"].iloc[-1]


def test_lacking_counts_missing_answers(given, asked):
    assert asked.table.set_index("attribute")["lacking"].to_dict() == given.table.isna().sum().to_dict()


def test_settled_is_what_answers_drawn_from_the_model_settle(given, segmentation, asked):
    """Draw each missing answer given the member's others, and count again who is undetermined."""
    mixture, encoding = mixture_from_json(json.loads(segmentation.model))
    attribute = "guidance_need"
    levels = next(a for a in encoding.attributes if a.name == attribute).levels
    place = [a.name for a in encoding.coded].index(attribute)
    start = sum(encoding.level_counts[:place])
    chances = mixture.probabilities[:, start : start + len(levels)]
    merge = (segmentation.classes["segment"].to_numpy()[:, None] == np.array(segmentation.segments)).astype(float)

    def determined(table):
        encoded = encode_like(table, encoding)
        groups = (row_posteriors(mixture, encoded)[0] @ merge)[encoded.row_of_member]
        return (groups.max(axis=1) >= 0.6) & (table.notna().mean(axis=1) >= 0.5).to_numpy()

    encoded = encode_like(given.table, encoding)
    classes = row_posteriors(mixture, encoded)[0][encoded.row_of_member]
    rng, changes = seeded("draw answers"), []
    lacks = given.table[attribute].isna().to_numpy()
    for _ in range(60):
        steps = np.cumsum(classes @ chances, axis=1)
        drawn = np.array(levels, dtype=float)[(rng.random((len(steps), 1)) > steps[:, :-1]).sum(axis=1)]
        filled = given.table.assign(**{attribute: np.where(lacks, drawn, given.table[attribute])})
        changes.append(determined(filled).sum() - determined(given.table).sum())
    error = np.std(changes) / np.sqrt(60)
    settled = asked.table.set_index("attribute").loc[attribute, "settled"]
    assert settled == pytest.approx(np.mean(changes), abs=4 * error + 0.5)
    assert asked.undetermined == int((~determined(given.table)).sum())


def test_undetermined_are_those_of_the_segmentation(segmentation, asked):
    assert asked.undetermined == segmentation.undetermined


def test_each_member_is_told_its_own_best_question(given, segmentation, asked):
    members = asked.members.set_index("member_id")
    assert set(members.index) == set(given.table.index[given.table.isna().any(axis=1)])
    assert all(pd.isna(given.table.loc[member, name]) for member, name in members["ask"].items())
    nothing = given.table.index[given.table.isna().all(axis=1)]
    prior = entropy_bits(segmentation.classes.groupby("segment")["share"].sum().to_numpy())
    assert members.loc[nothing, "uncertainty"].to_numpy() == pytest.approx(prior, abs=1e-6)
    assert (members.loc[nothing, "settles"] == 0).all(), "one answer of five is too few"


def test_groups_add_up_to_all(given, segmentation, asked):
    groups = pd.Series(np.where(np.arange(len(given.table)) % 3, "Small", "Large"), index=given.table.index)
    found = ask(given, segmentation, groups=groups).by_group
    whole = asked.table.set_index("attribute")
    for name, rows in found.groupby("attribute"):
        assert rows["lacking"].sum() == whole.loc[name, "lacking"]
        assert rows["settled"].sum() == pytest.approx(whole.loc[name, "settled"])
        mean = np.average(rows["gain_bits"], weights=rows["lacking"])
        assert mean == pytest.approx(whole.loc[name, "gain_bits"])


def test_the_short_form_leaves_the_idle_question_out(asked):
    assert "urgency" not in asked.shortest
    assert 1 <= len(asked.shortest) <= 4
    assert asked.short_form["step"].tolist() == list(range(6))
    assert "all 5 questions" in asked.text


def test_questions_are_in_the_words_of_the_instrument(given, segmentation):
    found = ask(given, segmentation, instrument=read_instrument()).table.set_index("attribute")
    assert found.loc["guidance_need", "question"] == "How much guidance do you need to get there?"


def test_all_answered_has_nothing_to_ask(given):
    full = dataclasses.replace(given, table=invent(holes=0).table.dropna())
    found = ask(full)
    assert len(found.members) == 0
    assert found.text.startswith("Every member has answered every question.")
    assert "nan" not in found.text


def test_order_of_members_and_columns_changes_nothing(given, segmentation, asked):
    shuffled = dataclasses.replace(given, table=given.table.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(ask(shuffled, segmentation).table, asked.table)


def test_what_has_no_probabilities_says_so(given, segmentation):
    ids = pd.Series(given.table.index)
    rules = make_segmentation(ids, ["Inbound"] * len(ids), segments=["Inbound"], method="rules")
    found = ask(given, rules)
    assert isinstance(found, Unavailable)
    assert "segments by rules have no probabilities" in found.why
    one = segment_by_ax(given, segments=read_segments(), k=1, rng=seeded())
    assert "all members are in one segment" in ask(given, one).why
