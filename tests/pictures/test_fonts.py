"""Names in other scripts are drawn by a font of this machine that has them."""

import pytest
from matplotlib.font_manager import findSystemFonts
from matplotlib.ft2font import FT2Font

from axlib.pictures.chart import BLUE, Chart, draw_figure
from axlib.pictures.fonts import find_families


def draw(label):
    with draw_figure(2) as (figure, axes):
        axes.barh([0], [1], color=BLUE)
        axes.set_yticks([0], [label])
    return Chart(figure, "A title.", "Words.", "How to read it.", None).svg


def fonts_with(sign):
    found = []
    for path in findSystemFonts():
        try:
            if ord(sign) in FT2Font(path).get_charmap():
                found.append(path)
        except (OSError, RuntimeError):
            continue
    return found


@pytest.mark.parametrize("name", ["会员", "सदस्य"])
def test_a_name_in_another_script_is_no_row_of_boxes(name):
    if not fonts_with(name[0]):
        pytest.skip(f"no font of this machine has {name[0]}")
    families = find_families(frozenset(map(ord, name)))
    assert families and families == find_families(frozenset(map(ord, name)))
    # Two names of other signs and the same length would be the same boxes.
    other = name[0] * len(name)
    assert draw(name) == draw(name) != draw(other)


def test_signs_nobody_has_are_boxes_and_no_error():
    assert find_families(frozenset({0x10FFFD, 0x10FFFC})) == ()
    assert draw("\U0010fffd").startswith("<svg")
