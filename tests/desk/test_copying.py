"""What is copied out of a state gives its numbers: the calls when they are run, the keys through ``diagnose``."""

import random
from dataclasses import replace

import pandas as pd
import pytest
import yaml

import axlib
from axlib.desk.copying import SEGMENTS_FILE
from axlib.desk.session import Desk
from tests.desk.test_looking import assert_same_figures

STATES = {
    "as it was": {},
    "fewer classes": {"k": 3},
    "classes left to the data": {"k": "auto"},
    "rules": {"method": "rules"},
    "fewer attributes": {"attributes": ("guidance_need", "preferred_mode", "stakes")},
    "other tiers and grace": {"edges": (150.0, 420.5), "grace_days": 90, "rejoin": "retained"},
    "other hours": {
        "k": 3, "hours": (("Inbound", 4.5), ("Asynchronous", 9.0), ("Synchronous", 20.0), ("Task Force", 50.0)),
    },
}  # fmt: skip


def run(calls):
    names = {}
    exec(compile(calls, "calls", "exec"), names)
    return names


@pytest.mark.parametrize("state", STATES)
def test_calls_give_the_same_numbers(desk, state):
    desk.show_outcomes()
    desk.choose(replace(desk.choices, **STATES[state]))
    look = desk.complete()
    names = run(desk.write_calls())
    pd.testing.assert_frame_equal(names["segments"].table, look.segments.table)
    pd.testing.assert_frame_equal(names["today"].table, look.today.table)
    pd.testing.assert_frame_equal(names["comparison"].crossover, look.comparison.crossover)
    pd.testing.assert_frame_equal(names["coverage"].by_person, look.coverage.by_person)
    pd.testing.assert_frame_equal(names["coverage"].team, look.coverage.team)
    pd.testing.assert_frame_equal(names["retention"].table, look.retention.table)


def write_state(desk):
    """Paste what was copied into the engagement's folder, as a user would."""
    folder = desk.bench.engagement.path.parent
    file = folder / "engagement.yml"
    keys = yaml.safe_load(file.read_text("utf-8"))
    for name, value in yaml.safe_load(desk.write_keys()).items():
        keys[name] = {**keys.get(name, {}), **value} if isinstance(value, dict) else value
    file.write_text(yaml.safe_dump(keys, sort_keys=False), "utf-8")
    if desk.write_hours():
        (folder / SEGMENTS_FILE).write_text(desk.write_hours(), "utf-8")
    return axlib.read_engagement(file)


@pytest.mark.parametrize("state", STATES)
def test_keys_give_the_same_report(desk, state):
    desk.show_outcomes()
    desk.choose(replace(desk.choices, **STATES[state]))
    look = desk.complete()
    diagnosis = axlib.diagnose(write_state(desk))
    assert_same_figures(look, diagnosis)
    assert diagnosis.engagement.settings.evidence.exploratory
    assert not diagnosis.findings.told["level"].isin(["1", "2", "3", "4"]).any()
    assert "exploratory" in diagnosis.findings.text


def test_calls_of_the_demo_and_a_random_state(bankers_engagement):
    chance = random.Random(sum(map(ord, "random state")))
    desk = Desk(bankers_engagement)
    desk.lock()
    desk.show_outcomes()
    names = desk.bench.attributes.kinds
    chosen = tuple(name for name in names if chance.random() < 0.7)
    desk.choose(replace(desk.choices, method="classes", k=chance.randint(3, 5), attributes=chosen, grace_days=45))
    look = desk.complete()
    made = run(desk.write_calls())
    pd.testing.assert_frame_equal(made["segments"].table, look.segments.table)
    pd.testing.assert_frame_equal(made["coverage"].summary(), look.coverage.summary())
    pd.testing.assert_frame_equal(made["retention"].summary(), look.retention.summary())


def test_a_locked_state_carries_its_fingerprint_into_the_report(desk):
    fingerprint = desk.lock()
    desk.show_outcomes()
    assert yaml.safe_load(desk.write_keys())["evidence"] == {"locked": fingerprint}
    diagnosis = axlib.diagnose(write_state(desk))
    assert diagnosis.segments.fingerprint == fingerprint
    assert diagnosis.findings.note == ""
    assert "as locked before outcomes" in set(axlib.list_assumptions(diagnosis).table["value"])


def test_a_lock_does_not_hold_for_other_segments(desk):
    desk.lock()
    keys = yaml.safe_load(desk.write_keys())
    opened = write_state(desk)
    changed = axlib.change_engagement(opened, keys={"segments": {**keys["segments"], "k": 3}})
    diagnosis = axlib.diagnose(changed)
    assert "not those that were locked" in diagnosis.findings.note
    assert not diagnosis.findings.told["level"].isin(["1", "2", "3", "4"]).any()
    assert "exploratory" in set(axlib.list_assumptions(diagnosis).table["value"])


def test_the_calls_of_a_locked_state_say_so(desk):
    desk.lock()
    assert "# Locked before outcomes" in desk.write_calls()


def test_an_open_state_claims_neither(desk):
    assert "evidence" not in yaml.safe_load(desk.write_keys())
    assert "measure_retention is left out" in desk.write_calls()


def test_parameters_laid_over_the_file_are_carried_along(small_engagement):
    opened = axlib.read_engagement(small_engagement.path, retention_window_months=6, capacity_utilisation=0.5)
    desk = Desk(opened)
    desk.show_outcomes()
    keys = yaml.safe_load(desk.write_keys())
    assert keys["retention"]["window_months"] == 6
    assert keys["capacity"] == {"utilisation": 0.5}
    made = run(desk.write_calls())
    pd.testing.assert_frame_equal(made["retention"].table, desk.look.retention.table)
    pd.testing.assert_frame_equal(made["coverage"].team, desk.look.coverage.team)
