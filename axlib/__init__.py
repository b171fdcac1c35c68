"""The AX coverage kit: which Coverage Segment each member's Appropriate Experience calls for, and what follows.

This page is the table of contents, in the order in which the questions are asked. ``import axlib`` loads nothing
but this page; each name loads its module when it is first used.

To begin: ``diagnosis = axlib.diagnose(axlib.read_engagement("engagement.yml"))`` answers them all, and
``axlib.explore(engagement)`` lets you look around; ``notebooks/00_start_here.ipynb`` goes step by step.
"""

from __future__ import annotations

import importlib

#: Public name -> the module it lives in.
_CONTENTS = {
    # Can we trust this data?
    "read_engagement": "axlib.tables.engagement",
    "past_quarter_ends": "axlib.tables.engagement",
    "read_tables": "axlib.tables.reading",
    "clean_tables": "axlib.tables.cleaning",
    "keep_known": "axlib.tables.known_then",
    "build_terms": "axlib.tables.terms",
    "check_data": "axlib.tables.data_check",
    "find_contradictions": "axlib.tables.contradictions",
    "write_set_aside": "axlib.tables.rows.set_aside_files",
    "propose_duplicates": "axlib.tables.rows.near_duplicates",
    "read_instrument": "axlib.tables.instrument",
    "read_answers": "axlib.tables.intake_answers",
    "combine_raters": "axlib.tables.combining_raters",
    "take_current_stage": "axlib.tables.combining_raters",
    "assess_rater_agreement": "axlib.verbs.rater_agreement",
    "plan_intake": "axlib.verbs.intake_plan",
    "weight_answers": "axlib.verbs.answer_weights",
    "estimate_segment_shares": "axlib.verbs.segment_shares",
    "value_of_questions": "axlib.verbs.question_value",
    "collect_attributes": "axlib.tables.attributes",
    "collect_stage_attributes": "axlib.tables.stage_attributes",
    "propose_engagement": "axlib.tables.recognition.proposing",
    "write_proposal": "axlib.tables.recognition.proposing",
    "write_demo": "axlib.tables.demos",
    "write_schema": "axlib.tables.schemas",
    "change_engagement": "axlib.tables.changing_engagement",
    "lay_groundwork": "axlib.verbs.diagnosing.groundwork",
    "gather_attributes": "axlib.verbs.diagnosing.segmenting",
    # Which Coverage Segment does each member's Appropriate Experience call for?
    "segment_by_dues": "axlib.verbs.segments",
    "segment_by_rules": "axlib.verbs.segments",
    "segment_by_column": "axlib.verbs.segments",
    "segment_by_ax": "axlib.verbs.classes",
    "keep_current": "axlib.verbs.diagnosing.segmenting",
    "score_members": "axlib.verbs.scoring",
    "match_attributes": "axlib.verbs.scoring",
    "fit_surrogate": "axlib.verbs.surrogate",
    "write_rules": "axlib.verbs.surrogate",
    "follow_journeys": "axlib.verbs.journeys",
    "assess_on": "axlib.verbs.assessed_then",
    "assess_stability": "axlib.verbs.classes",
    "choose_method": "axlib.verbs.method_choice",
    "assess_existence": "axlib.verbs.existence",
    "perturb_answers": "axlib.verbs.perturbation",
    "split_by_rater": "axlib.verbs.rater_split",
    "explain_segments": "axlib.verbs.explanation",
    "assess_proxies": "axlib.verbs.proxies",
    "check_dues_blindness": "axlib.verbs.dues_blindness",
    # Where do today's revenue tiers disagree with that, and what does it go with?
    "build_cohort": "axlib.verbs.cohort",
    "measure_retention": "axlib.verbs.retention",
    "assess_retention_rules": "axlib.verbs.retention_rules",
    "follow_retention": "axlib.verbs.retention_years",
    "follow_memberships": "axlib.verbs.memberships",
    "measure_survival": "axlib.verbs.survival",
    "compare_segmentations": "axlib.verbs.comparison",
    "compare_methods": "axlib.verbs.comparison",
    "measure_service_gap": "axlib.verbs.service_gap",
    "measure_gap_churn": "axlib.verbs.gap_churn",
    "collect_window_outcomes": "axlib.verbs.window_outcomes",
    "explain_outcomes": "axlib.verbs.explained_outcomes",
    "collect_confounders": "axlib.verbs.confounders",
    "estimate_gap_effect": "axlib.verbs.gap_effect",
    "adjust_difference": "axlib.verbs.gap_effect",
    "estimate_rollout_effect": "axlib.verbs.design_effects",
    "estimate_pilot_effect": "axlib.verbs.design_effects",
    "compare_windows": "axlib.verbs.retention_change",
    # What team would deliver it?
    "measure_delivery": "axlib.verbs.delivery",
    "count_work": "axlib.verbs.delivery",
    "learn_hours": "axlib.verbs.learned_hours",
    "choose_hours": "axlib.verbs.learned_hours",
    "model_hours": "axlib.verbs.hours_model",
    "plan_coverage": "axlib.verbs.coverage",
    "hours_by_member": "axlib.verbs.coverage",
    "tell_stages": "axlib.verbs.coverage",
    "lay_out_team": "axlib.verbs.team",
    "assess_load": "axlib.verbs.load_outlook",
    "plan_season": "axlib.verbs.season",
    "find_renewals": "axlib.verbs.season",
    "rebalance_team": "axlib.verbs.rebalancing",
    "plan_transition": "axlib.verbs.transition",
    "staff_pool": "axlib.verbs.pool",
    "plan_enablement": "axlib.verbs.enablement",
    # Is each member on course, and how does the team keep track?
    "take_latest_milestones": "axlib.tables.milestones",
    "measure_success_vector": "axlib.verbs.success_vector",
    "build_profiles": "axlib.verbs.profiles",
    "pseudonymise_profiles": "axlib.verbs.profiles",
    "read_key": "axlib.tables.profiles.pseudonyms",
    "read_workbooks": "axlib.tables.profiles.taking_back",
    "write_files": "axlib.tables.profiles.new_files",
    "export_update": "axlib.verbs.system_update",
    # How would it be proved?
    "design_pilot": "axlib.verbs.pilot",
    "write_protocol": "axlib.verbs.pilot_protocol",
    "read_pilot": "axlib.tables.pilot_file",
    "compare_runs": "axlib.verbs.run_changes",
    # What does it cost, and what would follow?
    "cost_to_serve": "axlib.verbs.cost_to_serve",
    "project_scenario": "axlib.verbs.scenario",
    "trace_payroll": "axlib.verbs.money_details",
    "list_scenario_assumptions": "axlib.verbs.money_details",
    "list_break_even": "axlib.verbs.money_details",
    "list_outlook": "axlib.verbs.money_details",
    # What may be said?
    "grade_findings": "axlib.verbs.findings",
    # All of it, once
    "diagnose": "axlib.verbs.diagnose",
    "derive_rng": "axlib.verbs.assignment",
    "keep_diagnosis": "axlib.verbs.diagnosis",
    "list_headlines": "axlib.verbs.headline_numbers",
    "write_headlines": "axlib.verbs.headline_numbers",
    "collect_key_figures": "axlib.verbs.key_figures",
    "measure_drift": "axlib.verbs.drift",
    "recommend_steps": "axlib.verbs.next_steps",
    "list_assumptions": "axlib.verbs.assumptions",
    "list_corrections": "axlib.verbs.corrections",
    "list_definitions": "axlib.verbs.definitions",
    "list_members": "axlib.verbs.member_list",
    "trace_provenance": "axlib.verbs.provenance",
    # Pictures
    "plot_rater_agreement": "axlib.pictures.intake",
    "plot_intake_margin": "axlib.pictures.intake",
    "plot_response": "axlib.pictures.intake",
    "plot_segment_shares": "axlib.pictures.intake",
    "plot_question_value": "axlib.pictures.questions",
    "plot_short_form": "axlib.pictures.questions",
    "plot_segments": "axlib.pictures.segments",
    "plot_class_choice": "axlib.pictures.segments",
    "plot_classes": "axlib.pictures.segments",
    "plot_confidence": "axlib.pictures.segments",
    "plot_stability": "axlib.pictures.segments",
    "plot_existence": "axlib.pictures.existence",
    "plot_surrogate": "axlib.pictures.surrogate",
    "plot_drift": "axlib.pictures.drift",
    "plot_journeys": "axlib.pictures.journeys",
    "plot_profile": "axlib.pictures.segment_profile",
    "plot_crossover": "axlib.pictures.comparison",
    "plot_flow": "axlib.pictures.flow",
    "plot_dues_spread": "axlib.pictures.comparison",
    "plot_service_gap": "axlib.pictures.comparison",
    "plot_gap_churn": "axlib.pictures.outcomes",
    "plot_explained": "axlib.pictures.outcomes",
    "plot_effect": "axlib.pictures.outcomes",
    "plot_retention_bridge": "axlib.pictures.retention",
    "plot_churn": "axlib.pictures.retention",
    "plot_retention_years": "axlib.pictures.retention_years",
    "plot_cohort_retention": "axlib.pictures.retention_years",
    "plot_retention_rules": "axlib.pictures.retention_years",
    "plot_survival": "axlib.pictures.survival",
    "plot_load": "axlib.pictures.coverage",
    "plot_hours_by_segment": "axlib.pictures.coverage",
    "plot_moves": "axlib.pictures.rebalancing",
    "plot_hours_by_mode": "axlib.pictures.hours",
    "plot_learned_hours": "axlib.pictures.hours",
    "plot_season": "axlib.pictures.hours",
    "plot_load_outlook": "axlib.pictures.capacity",
    "plot_waves": "axlib.pictures.capacity",
    "plot_pool": "axlib.pictures.capacity",
    "plot_success_vector": "axlib.pictures.success_vector",
    "plot_pilot": "axlib.pictures.pilot",
    "plot_cost": "axlib.pictures.money",
    "plot_margin": "axlib.pictures.money",
    "plot_tornado": "axlib.pictures.money",
    # Looking around
    "explore": "axlib.desk.explorer",
    # Text
    "format_table": "axlib.words.table_faces",
    "show_rows": "axlib.words.results",
    "show_progress": "axlib.words.progress",
    # Reports
    "view_for_client": "axlib.reports.client_view",
    "list_parameters": "axlib.reports.chapters",
    "read_parameters": "axlib.reports.chapters",
    "find_notebooks": "axlib.reports.chapters",
    "check_engagement": "axlib.reports.checking",
    "render_request": "axlib.reports.data_request",
    "render_workbook": "axlib.reports.workbook.writing",
    "write_workbook": "axlib.reports.workbook.writing",
    "write_update": "axlib.reports.update_file",
    "run_report": "axlib.reports.report",
    "ReportJob": "axlib.reports.report_job",
    "Worker": "axlib.reports.workers",
    "open_log": "axlib.reports.run_log",
    "find_unchanged": "axlib.reports.unchanged",
    "run_batch": "axlib.reports.batch",
    "connect_cluster": "axlib.reports.cluster",
}

__all__ = list(_CONTENTS)

#: Packages that only some names need -> the extra that brings them.
_EXTRAS = {"ipywidgets": "explorer", "distributed": "cluster"}


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name not in _CONTENTS:
        raise AttributeError(f"axlib has no '{name}'. See dir(axlib).")
    try:
        return getattr(importlib.import_module(_CONTENTS[name]), name)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        remedy = f"pip install 'axlib[{_EXTRAS[error.name]}]'"
        raise ImportError(f"axlib.{name} needs {error.name}, which is not installed. Install it: {remedy}") from None


def __dir__() -> list[str]:
    """List the public names, in their order."""
    return __all__
