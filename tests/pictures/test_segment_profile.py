import dataclasses

import numpy as np
import pytest

from axlib.pictures.segment_profile import plot_profile
from axlib.verbs.explanation import explain_segments
from axlib.words.results import Unavailable


@pytest.fixture(scope="module")
def explained(drawn):
    return explain_segments(drawn.classes, attributes=drawn.attributes, segments=drawn.engagement.segments)


def test_cells_are_the_standouts(explained):
    chart = plot_profile(explained)
    mesh = chart.figure.axes[0].collections[0]
    names = [label.get_text() for label in chart.figure.axes[0].get_xticklabels()]
    rows = [label.get_text() for label in chart.figure.axes[0].get_yticklabels()]
    drawn = np.asarray(mesh.get_array()).reshape(len(rows), len(names))
    profile = explained.profile.set_index(["segment", "attribute", "level"])["standout"]
    for y, row in enumerate(rows):
        attribute, _, level = row.replace(" ", "_").partition(":_")
        for x, name in enumerate(names):
            assert drawn[y, x] == pytest.approx(profile[name, attribute, level])


def test_words_tell_what_is_drawn(explained):
    chart = plot_profile(explained)
    assert chart.title.endswith("stand out against all members.")
    assert all(words in chart.alt for name, words in explained.words.items() if name != "undetermined")
    assert plot_profile(explained).svg == chart.svg


def test_reasons_stand_where_nothing_can_be_drawn(explained):
    assert plot_profile(Unavailable("Reasons", "nobody answered.")).figure is None
    assert plot_profile(dataclasses.replace(explained, profile=explained.profile.iloc[:0])).figure is None


def test_hostile_names_are_drawn(explained, drawn):
    hostile = ["$5k-$10k", r"$\foo$", "<script>alert(1)</script>", "会员 ‮gnol"]
    names = dict(zip(dict.fromkeys(explained.profile["segment"]), hostile, strict=False))
    renamed = dataclasses.replace(
        explained,
        profile=explained.profile.assign(segment=explained.profile["segment"].replace(names)),
        members=explained.members.assign(segment=explained.members["segment"].replace(names)),
    )
    html = plot_profile(renamed)._repr_html_()
    assert "<script>alert" not in html
