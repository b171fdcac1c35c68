"""What segments.yml may say of the work behind a segment: read, written back, and refused where it cannot be."""

import pytest

from axlib.tables.coverage_segments import CoverageSegment, read_segments
from axlib.tables.coverage_work import AroundContact, HoursByStage
from axlib.tables.segments_file import write_segments
from axlib.words.errors import ConfigurationError
from axlib.words.vocabulary import LIFECYCLE_STAGES

FILE = """
segments:
  - name: Talks
    hours_per_year: {first_year: 6, steady: 2, at_risk: 9}
    hours_range: [1, 4]
    modes: {sync: 0.75, async: 0.25}
    modes_by_stage: {first_year: {sync: 1}}
    work: {sync: {preparation: 0.5, follow_up: 0.25}}
    renewal_share: 0.2
    renewal_months: 2
    enablement:
      content: {setup: 10, yearly: 5, ready: true}
      playbooks: {sync: {setup: 3}}
    carve_outs: [{what: news in writing, share: 0.2}]
"""


def write(tmp_path, text):
    file = tmp_path / "segments.yml"
    file.write_text(text, "utf-8")
    return file


def test_everything_is_read_and_written_back(tmp_path):
    (talks,) = read_segments(write(tmp_path, FILE))
    assert talks.hours_by_stage == {
        "onboarding": 6, "first_year": 6, "steady": 2, "renewal": 2, "growth": 2, "at_risk": 9
    }  # fmt: skip
    assert talks.modes_in("first_year") == {"sync": 1}
    assert talks.modes_in("steady") == {"sync": 0.75, "async": 0.25}
    assert talks.work["sync"].whole == 1.75
    assert list(talks.enablement.items) == ["content", "one_to_many", "tooling", "playbook sync"]
    assert (talks.carve_outs[0].out_of, talks.carve_outs[0].into) == ("sync", "async")
    assert read_segments(write(tmp_path, write_segments([talks]))) == (talks,)


def test_old_files_mean_what_they_meant():
    plain = CoverageSegment(name="Plain", hours_per_year=4)
    assert plain.hours_by_stage == dict.fromkeys(LIFECYCLE_STAGES, 4)
    assert (plain.renewal_share, plain.carve_outs, plain.modes_in("steady")) == (0, (), {})
    assert AroundContact().whole == 1
    assert HoursByStage(first_year=6, steady=2).by_stage["onboarding"] == 6


def test_the_built_in_four_have_what_plans_ask_for():
    for segment in read_segments():
        assert set(segment.enablement.playbooks) == set(segment.modes)
        assert not any(item.ready for item in segment.enablement.items.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("hours_range: [1, 4]", "hours_range: [3, 4]"), "hours_range 3 to 4 must hold the steady hours, 2"),
        (("first_year: {sync: 1}", "first_year: {sync: 0.5}"), "modes_by_stage of first_year add up to 0.5"),
        (("first_year: {sync: 1}", "someday: {sync: 1}"), "'onboarding', 'first_year', 'steady'"),
        (("share: 0.2}]", "share: 0.2}, {what: more, share: 0.9}]"), "carve_outs take 1.1 of the sync hours"),
        (("share: 0.2}]", "share: 0.2, out_of: group}]"), "carve_outs take from group, which is none of the modes"),
        (("preparation: 0.5", "preparation: -1"), "greater than or equal to 0"),
        (("setup: 10", "set_up: 10"), "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, change, words):
    with pytest.raises(ConfigurationError, match=r"segments\.yml") as refused:
        read_segments(write(tmp_path, FILE.replace(*change)))
    assert words in " ".join(refused.value.problems)
