import numpy as np
import pytest

from axlib.pictures.surrogate import plot_surrogate
from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.surrogate import fit_surrogate
from axlib.words.results import Unavailable
from tests.verbs.small import attributes


@pytest.fixture(scope="module")
def surrogate():
    given, rng = attributes(120), np.random.default_rng(sum(map(ord, "draw a surrogate")))
    found = segment_by_ax(given, segments=read_segments(), rng=rng)
    return fit_surrogate(found, attributes=given, segments=read_segments(), rng=rng)


def test_bars_are_the_shares_found(surrogate):
    chart = plot_surrogate(surrogate)
    axes = chart.figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(surrogate.fidelity["fidelity"].tolist())
    assert axes.lines[-1].get_xdata()[0] == pytest.approx(surrogate.fidelity["baseline_share"].iloc[0])
    assert chart.title.startswith(f"{len(surrogate.rules) - 1} rules by hand")
    assert chart.svg


def test_no_rules_no_picture():
    assert plot_surrogate(Unavailable("Rules for the next intake", "no answer varies.")).figure is None
