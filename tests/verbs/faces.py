"""Everything a reader may meet of a diagnosis, as one list of (where, words)."""

import dataclasses
import html
import re

import axlib
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.headline_numbers import write_headlines
from axlib.words.results import Result
from axlib.words.table_faces import table_to_csv, table_to_html

PLOTS = {
    "plot_segments": "plan_segments", "plot_class_choice": "segments", "plot_classes": "classes",
    "plot_confidence": "classes", "plot_stability": "stability", "plot_existence": "existence",
    "plot_profile": "explanation", "plot_surrogate": "surrogate", "plot_journeys": "journeys",
    "plot_intake_margin": "intake_plan", "plot_response": "answer_weights", "plot_segment_shares": "segment_shares",
    "plot_question_value": "question_value", "plot_short_form": "question_value",
    "plot_rater_agreement": "rater_agreement", "plot_crossover": "comparison", "plot_dues_spread": "comparison",
    "plot_service_gap": "service_gap", "plot_retention_bridge": "retention", "plot_churn": "retention",
    "plot_load": "coverage", "plot_hours_by_segment": "coverage", "plot_hours_by_mode": "hours_model",
    "plot_learned_hours": "learned_hours", "plot_load_outlook": "load_outlook", "plot_season": "season",
    "plot_moves": "rebalancing", "plot_waves": "transition", "plot_pool": "pool",
    "plot_success_vector": "success_vector", "plot_flow": "comparison", "plot_explained": "explained",
    "plot_gap_churn": "gap_churn", "plot_effect": "gap_effect", "plot_pilot": "pilot",
    "plot_retention_rules": "retention_rules", "plot_retention_years": "retention_years",
    "plot_cohort_retention": "retention_years", "plot_survival": "survival", "plot_cost": "economics",
    "plot_margin": "economics", "plot_tornado": "scenarios",
}  # fmt: skip
LISTS = ("collect_key_figures", "recommend_steps", "list_assumptions", "list_corrections", "trace_provenance")
#: What a number nobody knows looks like where it was put into a sentence.
NO_NUMBER = re.compile(r"\b(nan|inf|None|NaT)\b|<NA>|–[.,;:%]|– (?!the|%)")


def draw_all(diagnosis: Diagnosis):
    return {plot: getattr(axlib, plot)(getattr(diagnosis, field)) for plot, field in PLOTS.items()}


def results_of(diagnosis: Diagnosis) -> dict[str, Result]:
    fields = {field.name: getattr(diagnosis, field.name) for field in dataclasses.fields(diagnosis)}
    lists = {name: getattr(axlib, name)(diagnosis) for name in LISTS}
    lists["doubts"] = diagnosis.data_check.doubts
    return {
        name: item for name, item in {**fields, **lists}.items() if isinstance(item, Result) and name != "engagement"
    }


def sentences(diagnosis: Diagnosis, charts: dict) -> list[tuple[str, str]]:
    """Sentences of results, findings, what is withheld, and pictures."""
    found = [(name, result.text) for name, result in results_of(diagnosis).items()]
    found += [("finding", text) for text in diagnosis.findings.table["text"]]
    found += [("withheld", text) for text in diagnosis.findings.table["withheld_because"]]
    found += [(f"withheld {name}", text) for name in ("question", "why") for text in diagnosis.withheld.table[name]]
    for plot, chart in charts.items():
        found += [(f"{plot} title", chart.title), (f"{plot} alt", chart.alt), (f"{plot} caption", chart.caption)]
    return [(place, text) for place, text in found if text]


def everything_shown(diagnosis: Diagnosis, charts: dict) -> str:
    """All faces in one text: repr, HTML, downloads, pictures' words and tables, lists and the machine's numbers."""
    faces = [face for result in results_of(diagnosis).values() for face in (repr(result), result._repr_html_())]
    faces += [
        face
        for chart in charts.values()
        for face in (repr(chart), table_to_html(chart.table), table_to_csv(chart.table))
    ]
    lists = (axlib.list_members(diagnosis).to_csv(), write_headlines(diagnosis))
    downloads = [table_to_csv(result.summary()) for result in results_of(diagnosis).values()]
    return html.unescape("\n".join([*faces, *lists, *downloads]))
