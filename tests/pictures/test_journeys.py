import dataclasses

import numpy as np
import pytest

from axlib.pictures.journeys import plot_journeys
from axlib.verbs.journeys import follow_journeys
from axlib.words.results import Unavailable
from tests.verbs.test_journeys import segment, stages_of


@pytest.fixture
def journeys():
    rows = [(f"m{n}", stage, stage == "steady", True) for n in range(10) for stage in ("onboarding", "steady")]
    stages = stages_of(rows)
    return follow_journeys(segment(stages, ["Calls", "Pool"] * 5 + ["Calls", "Calls"] * 5), stages=stages)


def test_cells_are_members_by_stage_and_segment(journeys):
    chart = plot_journeys(journeys)
    texts = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text.split("\n")[0] for text in texts] == [f"{n}" for n in journeys.counts["members"]]
    assert chart.title.startswith("50 % of members")
    assert "onboarding: Pool 0, Calls 10, Team 0; steady: Pool 5, Calls 5, Team 0." in chart.alt
    assert chart.svg


def test_hidden_cells_say_so_and_give_no_shares(journeys):
    counts = journeys.counts.assign(members=journeys.counts["members"].astype(float).mask(lambda column: column == 5))
    chart = plot_journeys(dataclasses.replace(journeys, counts=counts.assign(share=np.nan)))
    texts = [text.get_text() for text in chart.figure.axes[0].texts]
    assert texts.count("hidden") == 2
    assert texts[-1] == "0"


def test_no_journeys_no_picture():
    assert plot_journeys(Unavailable("Segments by lifecycle stage", "no stages.")).figure is None
