import numpy as np

from axlib.pictures.pilot import plot_pilot
from axlib.verbs.pilot import design_pilot
from tests.verbs.pilots import OPENED, TODAY, cohort_of, gap_of


def pilot(**changed):
    rng = np.random.default_rng(sum(map(ord, "pilot drawn")))
    before = gap_of(900, ends_on=OPENED, rng=rng)
    gap = gap_of(900, rng=rng)
    members = gap.table[["member_id"]]
    return design_pilot(
        gap, before=before, cohort=cohort_of(before, rng=rng), members=members, seed=1, starts_on=TODAY, **changed
    )


def test_bars_and_dots_are_the_two_powers():
    design = pilot()
    chart = plot_pilot(design)
    (axes,) = chart.figure.axes
    assert [bar.get_width() for bar in axes.patches] == design.sizes["power_here"].tolist()
    assert axes.collections[0].get_offsets()[:, 0].tolist() == design.sizes["power_simulated"].tolist()
    assert chart.table.equals(design.sizes)
    assert "would find a fall by" in chart.title


def test_a_margin_is_told_in_the_title():
    assert "no harm beyond 3 points is shown" in plot_pilot(pilot(whom="over")).title
