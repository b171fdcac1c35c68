from datetime import date

import pytest

from axlib.tables.changing_engagement import change_engagement
from axlib.tables.coverage_segments import HoursByStage
from axlib.tables.engagement import read_engagement
from axlib.words.errors import ConfigurationError
from tests.places import BANKERS


@pytest.fixture(scope="module")
def opened():
    return read_engagement(BANKERS)


def test_nothing_changed_is_the_same_engagement(opened):
    same = change_engagement(opened)
    assert (same.settings, same.segments, same.as_of, same.name) == (
        opened.settings, opened.segments, opened.as_of, opened.name,
    )  # fmt: skip


def test_keys_of_a_section_that_are_not_named_stay(opened):
    changed = change_engagement(opened, keys={"retention": {"grace_days": 77}, "seed": 3})
    assert changed.settings.retention.grace_days == 77
    assert changed.settings.retention.window_months == opened.settings.retention.window_months
    assert changed.settings.seed == 3
    assert opened.settings.retention.grace_days == 30


def test_keys_are_those_of_the_file(opened, tmp_path):
    """Laid over or written into the file: the same settings."""
    text = BANKERS.read_text("utf-8").replace("edges: [2500], names: [Low-touch, High-touch]", "edges: [500, 900.5]")
    (tmp_path / "bankers").mkdir()
    file = tmp_path / "bankers" / "engagement.yml"
    file.write_text(text, "utf-8")
    changed = change_engagement(opened, keys={"tiers": {"edges": [500, 900.5], "names": []}})
    assert changed.settings.model_dump() == read_engagement(file).settings.model_dump()


def test_another_day_and_other_segments_are_followed(opened):
    changed = change_engagement(opened, keys={"as_of": "2024-12-31", "name": "other"})
    assert (changed.as_of, changed.name) == (date(2024, 12, 31), "other")
    with pytest.raises(ConfigurationError, match="no such file"):
        change_engagement(opened, keys={"segments": {"file": "none.yml"}})


def test_hours_by_stage_change_in_the_steady_stage(opened):
    by_stage = HoursByStage(first_year=8, steady=4, renewal=6)
    first = opened.segments[0].model_copy(update={"hours_per_year": by_stage})
    staged = change_engagement(opened).__class__(
        opened.path, opened.name, opened.as_of, opened.settings, (first, *opened.segments[1:])
    )
    changed = change_engagement(staged, hours={first.name: 5})
    assert changed.segments[0].hours_per_year == HoursByStage(first_year=8, steady=5, renewal=6)
    assert changed.segments[1:] == opened.segments[1:]


def test_all_problems_at_once(opened):
    with pytest.raises(ConfigurationError) as refused:
        change_engagement(opened, keys={"tears": 1, "retention": {"grace": 2}, "as_of": "2024-02-30"})
    told = "\n".join(refused.value.problems)
    assert "'tears'" in told
    assert "retention.grace" in told
    assert "2024-02-30" in told
    assert any("Did you mean 'tiers'?" in problem for problem in refused.value.problems)
    with pytest.raises(ConfigurationError) as refused:
        change_engagement(opened, hours={"Inbund": 3, "Synchronous": -1, "Task Force": "many"})
    assert len(refused.value.problems) == 3
    assert "Did you mean 'Inbound'?" in refused.value.problems[0]
