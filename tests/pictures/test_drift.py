import dataclasses

import numpy as np
import pytest

from axlib.pictures.drift import plot_drift
from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.drift import measure_drift
from axlib.words.results import Unavailable
from tests.verbs.small import attributes


@pytest.fixture(scope="module")
def drift():
    given, rng = attributes(120), np.random.default_rng(sum(map(ord, "draw drift")))
    table = given.table.copy()
    table.iloc[:10] = table.iloc[1:11].to_numpy()
    now = dataclasses.replace(given, table=table.iloc[5:])
    before, after = (segment_by_ax(one, segments=read_segments(), rng=rng) for one in (given, now))
    return measure_drift(before, after, attributes_before=given, attributes_after=now)


def test_every_flow_has_a_band_and_the_posts_hold_all_members(drift):
    chart = plot_drift(drift)
    axes = chart.figure.axes[0]
    posts = [text.get_text() for text in axes.texts if text.get_text()[-1].isdigit()]
    assert sum(int(text.split()[-1]) for text in posts) == 2 * 120
    assert len(axes.collections) == len(drift.flows) + len(posts)
    assert chart.title.endswith("of 115 members in both runs are in another segment.")
    assert chart.svg


def test_no_drift_no_picture(drift):
    assert plot_drift(Unavailable("Changes since the last run", "no earlier run.")).figure is None
    assert plot_drift(dataclasses.replace(drift, flows=drift.flows.iloc[:0])).figure is None
