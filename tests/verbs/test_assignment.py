import dataclasses

import numpy as np
import pytest

from axlib.tables.cleaning import clean_tables
from axlib.tables.reading import read_tables
from axlib.verbs.assignment import assign_segments, derive_rng, prove_dues_blindness
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.verbs.small import RULES, engagement, members


def clean_of(folder, keys=RULES, **changed):
    given = engagement(folder, keys, **changed)
    return clean_tables(read_tables(given)), given


def fingerprints(clean, given):
    _, found = assign_segments(clean, clean.members, given)
    rules, classes = found["rules"], found["classes"]
    return rules.fingerprint, classes.fingerprint, classes.model


@pytest.mark.parametrize("change", ["scale", "shuffle", "blank"])
def test_dues_change_no_bit_of_rules_and_classes(tmp_path, change):
    clean, given = clean_of(tmp_path, members=members(80))
    dues = clean.members["annual_dues"]
    other = {
        "scale": dues * 1e6, "shuffle": np.random.default_rng(1).permutation(dues), "blank": dues * np.nan
    }[change]  # fmt: skip
    changed = dataclasses.replace(clean, members=clean.members.assign(annual_dues=other))
    assert fingerprints(clean, given) == fingerprints(changed, given)


def test_chance_is_a_verbs_own():
    draws = [derive_rng(0, verb).integers(1 << 40) for verb in ("a", "b", "a")] + [derive_rng(1, "a").integers(1 << 40)]
    assert draws[0] == draws[2]
    assert len(set(draws)) == 3


def test_the_method_asked_for_must_work_and_the_other_may_not(tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    column = "segments: {method: column, column: nowhere}\n"
    clean, given = clean_of(tmp_path / "a", column)
    with pytest.raises(ConfigurationError, match="no column 'nowhere'"):
        assign_segments(clean, clean.members, given)
    clean, given = clean_of(
        tmp_path / "b", "segments: {method: classes, k: 30}\n".replace("30", "1"), members=members(1)
    )
    _, found = assign_segments(clean, clean.members, given)
    assert isinstance(found["classes"], Unavailable)
    assert found["rules"].sizes["Inbound"] == 1


def test_money_is_refused_as_an_attribute(tmp_path):
    clean, given = clean_of(tmp_path, f"{RULES}attributes: [stakes, annual_dues]\n")
    with pytest.raises(ConfigurationError, match="'annual_dues' is money"):
        assign_segments(clean, clean.members, given)


def test_the_proof_is_made_on_the_engagements_own_data(tmp_path):
    clean, given = clean_of(tmp_path)
    attributes, found = assign_segments(clean, clean.members, given)
    proof = prove_dues_blindness(clean, clean.members, found["rules"], attributes, given)
    assert proof.n == 30
    none = Unavailable("Segments", "none.")
    assert isinstance(prove_dues_blindness(clean, clean.members, none, attributes, given), Unavailable)
    bare = clean.members.drop(columns="annual_dues")
    assert "no dues" in prove_dues_blindness(clean, bare, found["rules"], attributes, given).why
