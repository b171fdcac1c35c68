from dataclasses import replace

import pytest

from axlib.desk.choices import apply_choices, read_edges
from axlib.words.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "edges"),
    [("2500", (2500.0,)), ("500, 2500", (500.0, 2500.0)), ("500 2500;9000", (500.0, 2500.0, 9000.0)),
     ("$1,000 $25,000.50", (1000.0, 25000.5)), (" 500,2500 ", (500.0, 2500.0))],
)  # fmt: skip
def test_edges_are_read_as_people_write_them(text, edges):
    assert read_edges(text) == edges


@pytest.mark.parametrize("text", ["", "x", "2500, 500", "500, 500", "nan", "inf", "5e400"])
def test_edges_that_cannot_be_are_refused(text):
    with pytest.raises(ConfigurationError, match="tier edges: "):
        read_edges(text)


def test_choices_of_an_engagement_change_nothing_of_it(desk):
    bench = desk.bench
    again = apply_choices(bench.first, engagement=bench.engagement, specs=bench.specs)
    assert again.settings == bench.engagement.settings
    assert again.segments == bench.engagement.segments


def test_choices_become_keys(desk):
    bench = desk.bench
    hours = tuple((name, hours + 1) for name, hours in bench.first.hours)
    chosen = replace(
        bench.first, attributes=("stakes", "guidance_need"), k=3, edges=(200.0, 400.0), hours=hours, grace_days=45,
        rejoin="retained",
    )  # fmt: skip
    changed = apply_choices(chosen, engagement=bench.engagement, specs=bench.specs)
    keys = changed.settings
    assert [spec.name for spec in keys.attributes] == ["stakes", "guidance_need"]
    assert (keys.segments.method, keys.segments.k) == ("classes", 3)
    assert (keys.tiers.by, keys.tiers.edges, keys.tiers.names) == ("bands", (200.0, 400.0), ())
    assert (keys.retention.grace_days, keys.retention.rejoin) == (45, "retained")
    before = {segment.name: segment.steady_hours for segment in bench.engagement.segments}
    assert {segment.name: segment.steady_hours - before[segment.name] for segment in changed.segments} == dict.fromkeys(
        before, 1.0
    )


def test_tiers_keep_their_names_while_there_are_as_many(desk):
    bench = desk.bench
    moved = apply_choices(replace(bench.first, edges=(300.0,)), engagement=bench.engagement, specs=bench.specs)
    assert moved.settings.tiers.names == ("Small", "Large")


def test_no_attribute_is_no_choice(desk):
    with pytest.raises(ConfigurationError, match="at least one attribute"):
        desk.choose(replace(desk.choices, attributes=()))
    assert desk.choices == desk.bench.first
