import dataclasses

from axlib.verbs.key_figures import collect_key_figures
from axlib.words.results import Unavailable


def test_figures_are_those_of_the_results(small):
    figures = dict(zip(*(collect_key_figures(small).table[name] for name in ("figure", "value")), strict=True))
    assert figures["Current members"] == "24"
    assert figures["Logo churn"] == "20.0 %"
    assert figures["Team load"].endswith("×")


def test_nrr_never_stands_without_grr(small):
    table = collect_key_figures(small).table.set_index("figure")
    assert "GRR" in table.loc["NRR", "meaning"]


def test_what_is_not_there_is_left_out(small):
    gone = dict.fromkeys(("plan_segments", "coverage", "service_gap", "retention"), Unavailable("x", "y."))
    figures = collect_key_figures(dataclasses.replace(small, **gone))
    assert len(figures.table) == 0
    assert figures._repr_html_() == '<dl class="ax-tiles"></dl>'


def test_no_figure_is_a_number_nobody_knows(small, small_for_client):
    for diagnosis in (small, small_for_client):
        assert not collect_key_figures(diagnosis).table["value"].str.contains("nan|None|inf").any()
