"""The order of layers holds: a module imports only from modules that stand before it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: Every module of the library in its total order; the first part of the name is its layer.
ORDER = """
words.errors words.progress words.vocabulary words.measures words.number_formats words.locale_formats words.display
words.table_faces words.notebook_face words.results numbers.finding_members numbers.attribute_columns numbers.skewness
numbers.distinct_rows numbers.encoding numbers.features numbers.class_parameters numbers.full_covariance
numbers.expectation_maximisation numbers.starts numbers.mixture numbers.warm_refit numbers.choosing_classes
numbers.answer_changes numbers.question_value numbers.short_form numbers.class_profiles numbers.mixture_json
numbers.score_tables numbers.scoring numbers.stability numbers.no_groups numbers.existence numbers.agreement
numbers.rater_agreement numbers.allocation numbers.intervals numbers.resampling numbers.ratio_intervals
numbers.differences numbers.multiplicity numbers.two_arms numbers.stepped_wedge numbers.survey_weights numbers.revenue
numbers.retention numbers.survival numbers.renewal_curve numbers.explained numbers.cents numbers.ranges
numbers.regression numbers.cross_validation numbers.doubly_robust numbers.randomised numbers.difference_in_differences
numbers.e_value numbers.standardising numbers.rules numbers.rule_parts numbers.list_conditions numbers.decision_list
numbers.matching numbers.hour_levels numbers.assignment_flows numbers.assignment_rounding numbers.exact_assignment
numbers.assigning_members numbers.queueing numbers.queue_simulation tables.yaml_files tables.settings.keys
tables.settings.reading tables.settings.segmenting tables.settings.analysis tables.settings.money
tables.settings.report tables.settings.engagement tables.coverage_work tables.coverage_segments tables.segments_file
tables.engagement tables.changing_engagement tables.pilot_file tables.files.places tables.files.text_encoding
tables.files.text_dialect tables.files.text_rows tables.files.header_rows tables.files.raw_rows
tables.files.text_files tables.files.workbooks tables.files.databases tables.files.database_urls tables.files.sources
tables.files.private_files tables.rows.changes tables.rows.set_aside_files tables.joins tables.reading
tables.recognition.headers tables.recognition.profiles_of_systems tables.recognition.declared_columns
tables.recognition.recognising tables.cells.by_column tables.cells.tidying_text tables.cells.parsing_numbers
tables.cells.parsing_dates tables.cells.parsing_words tables.cells.encoded_columns tables.cells.column_rules
tables.cells.parsing_columns tables.rows.impossible_values tables.rows.duplicates tables.money_columns
tables.instrument tables.rows.override_values tables.rows.overrides tables.rows.confirmed_duplicates
tables.rows.accounts tables.rows.dues_payers tables.rows.suspect_rows tables.cleaning tables.known_then
tables.ledger.term_spans tables.ledger.term_rules tables.ledger.term_events tables.ledger.side_by_side
tables.ledger.related_events tables.terms tables.milestones tables.touch_attributes tables.intake_answers
tables.combining_raters tables.attributes tables.stage_attributes tables.profiles.layout tables.profiles.facts
tables.profiles.keys tables.profiles.pseudonyms tables.profiles.sheet_cells tables.profiles.typed_cells
tables.profiles.workbook_copy tables.profiles.reading_intake tables.profiles.reading_entries tables.profiles.reading
tables.profiles.comparing tables.profiles.new_files tables.profiles.taking_back tables.recognition.weighing_headers
tables.recognition.proposing tables.rows.near_duplicates tables.rows.near_spellings tables.contradictions
tables.newest_day tables.data_doubts tables.data_check tables.demo.spelling tables.demo.banks tables.demo.history
tables.demo.contacts tables.demo.bankers tables.demo.builders tables.demo.homebuilders tables.demo.podded
tables.demo.pods tables.demos tables.schemas verbs.rater_agreement verbs.segments verbs.strata verbs.intake_plan
verbs.answer_weights verbs.classes verbs.scoring verbs.perturbation verbs.rater_split verbs.method_choice
verbs.question_value verbs.existence verbs.dues_blindness verbs.proxies verbs.gates verbs.rule_words verbs.rule_lists
verbs.surrogate verbs.alignment verbs.drift verbs.journeys verbs.assessed_then verbs.asked_members verbs.assignment
verbs.population verbs.cohort verbs.memberships verbs.tenure_projection verbs.survival_groups verbs.survival
verbs.retention verbs.retention_cautions verbs.retention_rules verbs.retention_years verbs.definitions
verbs.comparison verbs.team verbs.coverage verbs.rebalancing_needs verbs.rebalancing verbs.log_quality verbs.delivery
verbs.learned_hours verbs.hours_model verbs.turnover verbs.load_draws verbs.load_statements verbs.load_outlook
verbs.season verbs.enablement verbs.transition verbs.pool_checks verbs.pool verbs.segment_shares verbs.service_gap
verbs.drawing_lots verbs.pilot_sizes verbs.pilot verbs.pilot_protocol verbs.compared_measures verbs.run_changes
verbs.window_outcomes verbs.equal_groups verbs.explained_outcomes verbs.gap_churn verbs.effect verbs.confounders
verbs.gap_effect verbs.design_effects verbs.rollout_panel verbs.success_vector verbs.evidence verbs.retention_change
verbs.capacity_cost verbs.economics verbs.cost_to_serve verbs.scenario_footing verbs.scenario_model
verbs.scenario_names verbs.scenario_words verbs.break_even verbs.scenario verbs.money_details verbs.wording_of_money
verbs.wording verbs.claims verbs.contrasts verbs.fixing verbs.claims_on_coverage verbs.claims_on_outcomes
verbs.claims_on_money verbs.findings verbs.finding_ids verbs.exploring verbs.single_changes verbs.explaining_classes
verbs.explaining_rules verbs.segment_profile verbs.explanation verbs.kept_results verbs.diagnosis
verbs.diagnosing.groundwork verbs.diagnosing.segmenting verbs.diagnosing.asking verbs.diagnosing.looking_back
verbs.diagnosing.comparing verbs.diagnosing.staying verbs.diagnosing.weighing verbs.diagnosing.planning
verbs.diagnosing.costing verbs.diagnosing.proving verbs.diagnosing.telling verbs.headlines_available
verbs.headlines_of_retention verbs.headlines_of_evidence verbs.headlines_of_outcomes verbs.headlines_of_money
verbs.diagnosing.steering verbs.capacity_numbers verbs.headline_numbers verbs.diagnose verbs.key_figures
verbs.next_steps verbs.assumptions verbs.corrections verbs.member_list verbs.provenance verbs.profiles
verbs.system_update pictures.fonts pictures.chart pictures.intake pictures.questions pictures.segments
pictures.existence pictures.surrogate pictures.drift pictures.journeys pictures.segment_profile pictures.comparison
pictures.flow pictures.outcomes pictures.coverage pictures.rebalancing pictures.money pictures.hours pictures.capacity
pictures.retention pictures.survival pictures.retention_years pictures.pilot pictures.success_vector
reports.quick_start reports.sanitising reports.brand reports.headings reports.folding reports.cells reports.commentary
reports.page reports.hiding.small_cells reports.hiding.unstable_names reports.hiding.kept_inside reports.hiding.people
reports.hiding.groups reports.hiding.money reports.hiding.vector reports.hiding.doubts reports.hiding.capacity
reports.client_view reports.data_request reports.workbook.book reports.workbook.overview reports.workbook.entries
reports.workbook.dashboard reports.workbook.team reports.workbook.instructions reports.workbook.writing
reports.update_file reports.chapters reports.consultant_files reports.checking reports.process_trees
reports.report_job reports.in_process reports.running reports.chapter_processes reports.publishing reports.earlier_run
reports.printing reports.unchanged reports.trend reports.index reports.run_files reports.making reports.server
reports.worker_start reports.workers reports.run_log reports.report reports.batch reports.cluster desk.choices
desk.bench desk.looking desk.trail desk.copying desk.session desk.faces desk.controls desk.cells desk.explorer
command.options command.unattended command.looking command.profile_workbooks command.entry
""".split()  # noqa: SIM905
LAYERS = ("words", "numbers", "tables", "verbs", "pictures", "reports", "desk", "command")

#: Which layers alone may import these packages.
ONLY = {
    "matplotlib": {"pictures"},
    "seaborn": {"pictures"},
    "papermill": {"reports"},
    "nbclient": {"reports"},
    "nbconvert": {"reports"},
    "nbformat": {"reports"},
    "ipykernel": {"reports"},
    "psutil": {"reports"},
    "ipywidgets": {"desk"},
    "click": {"command"},
}
MODULES = sorted(path for path in (ROOT / "axlib").rglob("*.py") if path.name not in ("__init__.py", "__main__.py"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "axlib").with_suffix("").parts)


def imports(tree: ast.AST) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names.append(node.module or "")
    return names


def test_order_lists_every_module_once_by_layer():
    assert sorted(ORDER) == sorted(dotted(path) for path in MODULES)
    layers = [LAYERS.index(name.partition(".")[0]) for name in ORDER]
    assert layers == sorted(layers)


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_only_from_below(path):
    here = dotted(path)
    layer = here.partition(".")[0]
    for name in imports(ast.parse(path.read_text("utf-8"))):
        package = name.partition(".")[0]
        if package == "axlib" and name != "axlib":
            module = name.removeprefix("axlib.")
            assert module in ORDER, f"{here} imports {name}; name the module, not the package"
            assert ORDER.index(module) < ORDER.index(here), f"{here} imports {name}, which stands above it"
        elif package in ONLY:
            assert layer in ONLY[package], f"{here} imports {package}"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_import_inside_a_function(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inside = [n for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom))]
            assert not inside, f"{dotted(path)}.{node.name} imports in line {inside[0].lineno}"
